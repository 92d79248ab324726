"""AfterShip as a TrackingProvider: one tracking object per parcel, looked up by its number."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from urllib.parse import quote

import httpx
import msgspec

from core.http import (
    Budget,
    Channel,
    Intent,
    NeedsReauthorization,
    OutcomeUnknown,
    Outgoing,
    RateLimited,
    RemoteError,
    Retryable,
    Terminal,
    retry_after,
)
from integrations.ports import ItemResult, ParcelToTrack, TrackingSnapshot
from integrations.tracking.aftership import parse
from integrations.tracking.aftership.parse import NAME, text

RATE = "5/second"


class Meta(msgspec.Struct):
    code: int
    message: str | None = ""


class Envelope(msgspec.Struct):
    meta: Meta
    data: dict | None = None


class AfterShipClient:
    """One account at AfterShip."""

    name = NAME
    max_batch = 40

    def __init__(
        self, *, api_url: str, api_key: str, webhook_secret: str = "", connection_key: str = ""
    ) -> None:
        self._api_url = api_url.rstrip("/")
        self._api_key = api_key
        self._webhook_secret = webhook_secret or api_key
        self._channel = Channel(platform=NAME, connection_key=connection_key)

    def register(self, *, parcels: Sequence[ParcelToTrack]) -> list[ItemResult]:
        """Ask them to follow these numbers, one call each. One that they follow already is fine."""
        return [self._register(parcel) for parcel in parcels]

    def _register(self, parcel: ParcelToTrack) -> ItemResult:
        body = {"tracking_number": parcel.number}
        if parcel.carrier_code:
            body["slug"] = parcel.carrier_code
        if parcel.tag:
            body["order_id"] = parcel.tag
        try:
            self._call("POST", "/trackings", name="register", body=body, intent=Intent.WRITE)
        except Terminal as error:
            is_known = "already exist" in error.message.lower()
            return ItemResult(item_id=parcel.number, is_ok=is_known, code=error.code, message=error.message)
        return ItemResult(item_id=parcel.number, is_ok=True)

    def fetch(self, *, parcels: Sequence[ParcelToTrack]) -> list[TrackingSnapshot]:
        """What they know now. Numbers that they do not follow are not among the answers."""
        return [parse.snapshot(raw) for raw in self._find([parcel.number for parcel in parcels])]

    def stop(self, *, numbers: Sequence[str]) -> list[ItemResult]:
        """These have arrived or are given up."""
        ids = {text(raw.get("tracking_number")): text(raw.get("id")) for raw in self._find(numbers)}
        results = []
        for number in numbers:
            if number in ids:
                path = f"/trackings/{quote(ids[number], safe='')}"
                self._call("DELETE", path, name="stop", body=None, intent=Intent.WRITE)
            results.append(
                ItemResult(item_id=number, is_ok=True)
            )  # one that they do not follow is stopped already
        return results

    def verify(self, *, headers: Mapping[str, str], body: bytes) -> bool:
        """HMAC over the raw body; nothing in it is a time, so a replay must be harmless."""
        if not self._webhook_secret:
            return False
        given = next(
            (value for name, value in headers.items() if name.lower() == "aftership-hmac-sha256"), ""
        )
        expected = base64.b64encode(hmac.new(self._webhook_secret.encode(), body, hashlib.sha256).digest())
        return hmac.compare_digest(expected, given.strip().encode())

    def parse_push(self, *, body: bytes) -> list[TrackingSnapshot]:
        """The parcel that a push is about; raises Terminal for a body that is no push."""
        try:
            push = msgspec.json.decode(body, type=parse.Push, strict=False)
            return [parse.snapshot(push.msg)] if push.msg else []
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Terminal("the body is not an AfterShip notification", code="not_a_push") from error

    def _find(self, numbers: Sequence[str]) -> list[dict]:
        found: list[dict] = []
        for start in range(0, len(numbers), self.max_batch):
            query = {"tracking_numbers": ",".join(numbers[start : start + self.max_batch]), "limit": "200"}
            data = self._call("GET", "/trackings", name="fetch", body=None, intent=Intent.READ, params=query)
            found += data.get("trackings") or []
        return found

    def _call(
        self,
        method: str,
        path: str,
        *,
        name: str,
        body: Mapping[str, object] | None,
        intent: Intent,
        params: Mapping[str, str] | None = None,
    ) -> dict:
        outgoing = Outgoing(
            method=method,
            url=self._api_url + path,
            params=params or {},
            headers={"as-api-key": self._api_key, "content-type": "application/json"},
            content=None if body is None else msgspec.json.encode(body),
        )
        return self._channel.call(
            name=name,
            intent=intent,
            build=lambda: outgoing,
            judge=lambda response: _read(response, is_write=intent is Intent.WRITE),
            budget=Budget(f"{NAME}:{hashlib.sha256(self._api_key.encode()).hexdigest()[:12]}", RATE),
        )


def _read(response: httpx.Response, *, is_write: bool) -> dict:
    try:
        envelope = msgspec.json.decode(response.content, type=Envelope, strict=False)
    except msgspec.DecodeError as error:
        if 400 <= response.status_code < 500:
            raise Terminal("the answer is not from their API", code=str(response.status_code)) from error
        kind = OutcomeUnknown if is_write else Retryable
        raise kind("the answer cannot be read", code="not_json") from error
    if 200 <= envelope.meta.code < 300 and response.status_code < 300:
        return envelope.data or {}
    raise _error(response, envelope.meta)


def _error(response: httpx.Response, meta: Meta) -> RemoteError:
    kind: type[RemoteError] = Terminal
    if response.status_code in (401, 403):
        kind = NeedsReauthorization
    elif meta.code == 429:
        kind = RateLimited
    return kind(
        meta.message or "AfterShip refused the call", code=str(meta.code), retry_after=retry_after(response)
    )
