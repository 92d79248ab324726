"""The way to the TikTok Marketing API: token header, lists as JSON in the query, the envelope, the errors' names."""

from collections.abc import Mapping
from typing import Generic, TypeVar

import httpx
import msgspec

from core.http import Budget, Channel, Intent, OutcomeUnknown, Outgoing, RemoteError, Retryable, Terminal
from integrations.tiktok_ads.errors import NOTHING_TO_CHANGE, PARTIAL, error_for

T = TypeVar("T")

PLATFORM = "tiktok_ads"
# The basic level allows an app 10 calls a second and 600 a minute, over all its advertisers.
RATE = "9/second"


class Envelope(msgspec.Struct, Generic[T]):
    """What every answer is wrapped in."""

    code: int
    message: str | None = ""
    request_id: str | None = ""
    data: T | None = None


class Head(msgspec.Struct):
    """The envelope alone."""

    code: int
    message: str | None = ""
    request_id: str | None = ""


_decoders: dict[type, msgspec.json.Decoder] = {}


class Wire:
    """One app and one grant."""

    def __init__(
        self,
        *,
        api_url: str,
        app_id: str,
        secret: str,
        access_token: str = "",
        connection_key: str = "",
        rate: str = RATE,
    ) -> None:
        self._api_url = api_url.rstrip("/")
        self._app_id = app_id
        self._secret = secret
        self._access_token = access_token
        self._channel = Channel(platform=PLATFORM, connection_key=connection_key)
        self._budget = Budget(f"{PLATFORM}:{app_id}", rate)

    def get(self, path: str, *, kind: type[T], params: Mapping[str, object]) -> T:
        """Read. Lists and objects travel as JSON text inside the query."""
        query = {
            name: value if isinstance(value, str) else msgspec.json.encode(value).decode()
            for name, value in params.items()
        }
        return self._call("GET", path, kind=kind, params=query, body=None, intent=Intent.READ)

    def post(self, path: str, *, kind: type[T], body: Mapping[str, object]) -> T:
        """Change something. Never repeated here; "nothing to change" is success."""
        return self._call("POST", path, kind=kind, params={}, body=body, intent=Intent.WRITE)

    def _call(
        self,
        method: str,
        path: str,
        *,
        kind: type[T],
        params: Mapping[str, str],
        body: Mapping[str, object] | None,
        intent: Intent,
    ) -> T:
        headers = {"content-type": "application/json"}
        if self._access_token:
            headers["access-token"] = self._access_token
        outgoing = Outgoing(
            method=method,
            url=self._api_url + path,
            params=params,
            headers=headers,
            content=None if body is None else msgspec.json.encode(body),
        )
        return self._channel.call(
            name=path.strip("/"),
            intent=intent,
            build=lambda: outgoing,
            judge=lambda response: read_envelope(response, kind=kind, is_write=intent is Intent.WRITE),
            budget=self._budget,
        )


def read_envelope(response: httpx.Response, *, kind: type[T], is_write: bool) -> T:
    """The typed data of an answer; raises what its code stands for. Partial success is data."""
    if kind not in _decoders:
        _decoders[kind] = msgspec.json.Decoder(Envelope[kind], strict=False)  # type: ignore[valid-type]
    try:
        envelope = _decoders[kind].decode(response.content)
    except msgspec.DecodeError as error:
        raise _unreadable(response, is_write=is_write) from error
    if envelope.code not in (0, PARTIAL, NOTHING_TO_CHANGE):
        raise error_for(
            code=envelope.code,
            message=envelope.message or "",
            request_id=envelope.request_id or "",
            is_write=is_write,
        )
    return kind() if envelope.data is None else envelope.data


def _unreadable(response: httpx.Response, *, is_write: bool) -> RemoteError:
    try:
        head = msgspec.json.decode(response.content, type=Head, strict=False)
    except msgspec.DecodeError:
        if 400 <= response.status_code < 500:
            return Terminal("the answer is not from their API", code=str(response.status_code))
        kind = OutcomeUnknown if is_write else Retryable
        return kind("the answer is not JSON", code="not_json")
    if head.code not in (0, PARTIAL, NOTHING_TO_CHANGE):
        return error_for(
            code=head.code, message=head.message or "", request_id=head.request_id or "", is_write=is_write
        )
    return Terminal(
        "the answer has an unexpected shape", code="unexpected_shape", request_id=head.request_id or ""
    )
