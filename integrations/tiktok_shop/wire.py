"""The way to TikTok Shop: signs, adds token and cipher, opens the envelope, names the errors. Knows no order and no package."""

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec

from core import clock
from core.http import (
    Budget,
    Channel,
    Intent,
    OutcomeUnknown,
    Outgoing,
    RemoteError,
    Retryable,
    Terminal,
    retry_after,
)
from integrations.tiktok_shop import signing
from integrations.tiktok_shop.errors import TokenExpired, error_for

T = TypeVar("T")

PLATFORM = "tiktok_shop"
# Starting points: their limits are counted per app, shop and call, and are no longer published as one figure.
READ_RATE = "20/second"
WRITE_RATE = "10/second"


class Envelope(msgspec.Struct, Generic[T]):
    """What every answer is wrapped in. HTTP 200 may carry a code that is not 0."""

    code: int
    message: str | None = ""
    request_id: str | None = ""
    data: T | None = None


class Nothing(msgspec.Struct):
    """Data that no one reads."""


class Head(msgspec.Struct):
    """The envelope alone: what is left to say when the data has an unexpected shape."""

    code: int
    message: str | None = ""
    request_id: str | None = ""


Reader = Callable[[bytes], Envelope[T]]
_decoders: dict[type, msgspec.json.Decoder] = {}


def _decoder(kind: type) -> msgspec.json.Decoder:
    if kind not in _decoders:
        _decoders[kind] = msgspec.json.Decoder(Envelope[kind], strict=False)  # type: ignore[valid-type]
    return _decoders[kind]


class Wire:
    """One app, one grant and (where a call wants it) one shop."""

    def __init__(
        self,
        *,
        api_url: str,
        auth_url: str,
        app_key: str,
        app_secret: str,
        access_token: str = "",
        shop_cipher: str = "",
        region: str = "",
        connection_key: str = "",
        renew: Callable[[], str] | None = None,
        rates: Mapping[str, str] | None = None,
        share: float = 1.0,
    ) -> None:
        """`renew` gives a fresh access token when the old one has run out; the call is then made once more."""
        self.region = region.upper()
        self._api_url = api_url.rstrip("/")
        self._auth_url = auth_url.rstrip("/")
        self._app_key = app_key
        self._app_secret = app_secret
        self._access_token = access_token
        self._shop_cipher = shop_cipher
        self._renew = renew
        self._rates = rates or {}
        self._share = share
        self._channel = Channel(platform=PLATFORM, connection_key=connection_key)
        self._budget_key = shop_cipher or connection_key

    def get(
        self,
        path: str,
        *,
        name: str,
        kind: type[T],
        params: Mapping[str, str] | None = None,
        shop: bool = True,
        read: Reader[T] | None = None,
    ) -> T:
        """Read with a GET. `read` opens an answer that needs more than the decoder of its kind."""
        return self._signed(
            "GET",
            path,
            name=name,
            kind=kind,
            params=params,
            body=None,
            shop=shop,
            intent=Intent.READ,
            read=read,
        )

    def find(
        self,
        path: str,
        *,
        name: str,
        kind: type[T],
        params: Mapping[str, str] | None = None,
        body: object,
        read: Reader[T] | None = None,
    ) -> T:
        """Read with a POST: their searches."""
        return self._signed(
            "POST", path, name=name, kind=kind, params=params, body=body, intent=Intent.READ, read=read
        )

    def post(
        self,
        path: str,
        *,
        name: str,
        kind: type[T],
        params: Mapping[str, str] | None = None,
        body: object,
    ) -> T:
        """Change something. Never repeated here."""
        return self._signed("POST", path, name=name, kind=kind, params=params, body=body, intent=Intent.WRITE)

    def auth(self, path: str, *, name: str, kind: type[T], params: Mapping[str, str]) -> T:
        """Token calls: not signed, the secret in the address, an answer that is given once."""
        query = {"app_key": self._app_key, "app_secret": self._app_secret, **params}
        return self._channel.call(
            name=name,
            intent=Intent.WRITE,
            build=lambda: Outgoing(method="GET", url=self._auth_url + path, params=query),
            judge=lambda response: read_envelope(response, kind=kind, is_write=False),
        )

    def download(self, url: str) -> httpx.Response:
        """Fetch a document from the address that the platform gave."""
        if urlsplit(url).scheme not in ("https", "http"):
            raise Terminal("the document's address is not a web address", code="bad_document_url")

        def judge(response: httpx.Response) -> httpx.Response:
            if response.status_code != 200 or not response.content:
                raise Retryable("the document could not be downloaded", code=str(response.status_code))
            return response

        return self._channel.call(
            name="download", intent=Intent.READ, build=lambda: Outgoing(method="GET", url=url), judge=judge
        )

    def _signed(
        self,
        method: str,
        path: str,
        *,
        name: str,
        kind: type[T],
        params: Mapping[str, str] | None,
        body: object,
        intent: Intent,
        shop: bool = True,
        read: Reader[T] | None = None,
    ) -> T:
        content = None if body is None else msgspec.json.encode(body)
        rate = (
            self._rates.get(name)
            or self._rates.get(intent)
            or (READ_RATE if intent is Intent.READ else WRITE_RATE)
        )

        def once() -> T:
            return self._channel.call(
                name=name,
                intent=intent,
                build=lambda: self._build(method, path, params or {}, content, shop=shop),
                judge=lambda response: read_envelope(
                    response, kind=kind, is_write=intent is Intent.WRITE, read=read
                ),
                budget=Budget(f"{PLATFORM}:{self._app_key}:{self._budget_key}:{name}", rate, self._share),
            )

        try:
            return once()
        except TokenExpired:
            if self._renew is None:
                raise
            self._access_token = self._renew()
            return once()

    def _build(
        self, method: str, path: str, params: Mapping[str, str], content: bytes | None, *, shop: bool
    ) -> Outgoing:
        """Made after any waiting, because their clock allows a signature 300 seconds."""
        query = {"app_key": self._app_key, "timestamp": str(clock.to_epoch(clock.now())), **params}
        if shop and self._shop_cipher:
            query["shop_cipher"] = self._shop_cipher
        query["sign"] = signing.request_signature(
            app_secret=self._app_secret, path=path, params=query, body=content or b""
        )
        headers = {"x-tts-access-token": self._access_token, "content-type": "application/json"}
        return Outgoing(
            method=method, url=self._api_url + path, params=query, headers=headers, content=content
        )


def decode(content: bytes, *, kind: type[T]) -> Envelope[T]:
    """The typed envelope. Some surfaces send ids as numbers: those answers are read the slow way."""
    try:
        return _decoder(kind).decode(content)
    except msgspec.ValidationError:
        loose = ids_as_text(msgspec.json.decode(content))
        return msgspec.convert(loose, Envelope[kind], strict=False)  # type: ignore[valid-type]


def ids_as_text(value: object, *, key: str = "") -> object:
    """The same document with every id as text, as it should have been."""
    if isinstance(value, dict):
        return {name: ids_as_text(inner, key=name) for name, inner in value.items()}
    if isinstance(value, list):
        return [ids_as_text(inner, key=key) for inner in value]
    is_id = key == "id" or key.endswith(("_id", "_ids"))
    return str(value) if is_id and isinstance(value, int) and not isinstance(value, bool) else value


def read_envelope(
    response: httpx.Response, *, kind: type[T], is_write: bool, read: Reader[T] | None = None
) -> T:
    """The typed data of an answer; raises what its code stands for."""
    try:
        envelope = read(response.content) if read else decode(response.content, kind=kind)
    except msgspec.DecodeError as error:
        raise _unreadable(response, is_write=is_write) from error
    if envelope.code:
        raise error_for(
            code=envelope.code,
            message=envelope.message or "",
            request_id=envelope.request_id or "",
            is_write=is_write,
            retry_after=retry_after(response),
        )
    # "data" may be absent or null where there is nothing to say.
    return msgspec.convert({}, kind) if envelope.data is None else envelope.data


def _unreadable(response: httpx.Response, *, is_write: bool) -> RemoteError:
    try:
        head = msgspec.json.decode(response.content, type=Head, strict=False)
    except msgspec.DecodeError:
        if 400 <= response.status_code < 500:
            return Terminal("the answer is not from their API", code=str(response.status_code))
        kind = OutcomeUnknown if is_write else Retryable  # a proxy's page, or an empty body
        return kind("the answer is not JSON", code="not_json")
    if head.code:
        return error_for(
            code=head.code, message=head.message or "", request_id=head.request_id or "", is_write=is_write
        )
    return Terminal(
        "the answer has an unexpected shape", code="unexpected_shape", request_id=head.request_id or ""
    )
