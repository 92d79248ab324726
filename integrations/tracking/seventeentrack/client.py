"""17TRACK as a TrackingProvider: registered numbers cost quota, so register once; polls are the truth, pushes only hurry."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence

import httpx
import msgspec

from core.http import (
    Budget,
    Channel,
    Intent,
    NeedsReauthorization,
    OutcomeUnknown,
    Outgoing,
    Retryable,
    Terminal,
)
from integrations.ports import ItemResult, ParcelToTrack, TrackingSnapshot
from integrations.tracking.seventeentrack import parse
from integrations.tracking.seventeentrack.parse import NAME, text

RATE = "3/second"
_KEY_CODES = frozenset({-18010002, -18010004})  # wrong key, account disabled
_INTERNAL = -18010003


class Envelope(msgspec.Struct):
    code: int
    data: parse.Lists | None = None


class SeventeenTrackClient:
    """One account at 17TRACK."""

    name = NAME
    max_batch = 40

    def __init__(self, *, api_url: str, api_key: str, connection_key: str = "") -> None:
        self._api_url = api_url.rstrip("/")
        self._api_key = api_key
        self._channel = Channel(platform=NAME, connection_key=connection_key)

    def register(self, *, parcels: Sequence[ParcelToTrack]) -> list[ItemResult]:
        """Ask them to follow these numbers. One that they follow already is fine."""
        body = [{**_address(parcel), **({"tag": parcel.tag} if parcel.tag else {})} for parcel in parcels]
        return self._change("/register", body, [parcel.number for parcel in parcels])

    def fetch(self, *, parcels: Sequence[ParcelToTrack]) -> list[TrackingSnapshot]:
        """What they know now. Numbers that they do not follow are not among the answers."""
        snapshots: list[TrackingSnapshot] = []
        for start in range(0, len(parcels), self.max_batch):
            body = [_address(parcel) for parcel in parcels[start : start + self.max_batch]]
            lists = self._call("/gettrackinfo", body, intent=Intent.READ)
            snapshots += [parse.snapshot(raw) for raw in lists.accepted or ()]
        return snapshots

    def stop(self, *, numbers: Sequence[str]) -> list[ItemResult]:
        """These have arrived or are given up. One that they do not follow is stopped already."""
        results = self._change("/stoptrack", [{"number": number} for number in numbers], list(numbers))
        return [
            ItemResult(
                item_id=one.item_id, is_ok=one.is_ok or "not register" in one.message.lower(), code=one.code
            )
            for one in results
        ]

    def verify(self, *, headers: Mapping[str, str], body: bytes) -> bool:
        """Their sign is a plain hash over body and key; nothing in it is a time, so a replay must be harmless."""
        if not self._api_key:
            return False
        given = next((value for name, value in headers.items() if name.lower() == "sign"), "")
        expected = hashlib.sha256(body + b"/" + self._api_key.encode()).hexdigest()
        return hmac.compare_digest(expected.encode(), given.strip().lower().encode())

    def parse_push(self, *, body: bytes) -> list[TrackingSnapshot]:
        """The parcel that a push is about; raises Terminal for a body that is no push."""
        try:
            push = msgspec.json.decode(body, type=parse.Push, strict=False)
            return [parse.snapshot(push.data, is_stopped=push.event == parse.STOPPED)] if push.data else []
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Terminal("the body is not a 17TRACK notification", code="not_a_push") from error

    def _change(self, path: str, body: list[dict], numbers: list[str]) -> list[ItemResult]:
        results: list[ItemResult] = []
        for start in range(0, len(body), self.max_batch):
            lists = self._call(path, body[start : start + self.max_batch], intent=Intent.WRITE)
            refused = {text(one.number): one.error or parse.Failure() for one in lists.rejected or ()}
            results += [
                _result(number, refused.get(number)) for number in numbers[start : start + self.max_batch]
            ]
        return results

    def _call(self, path: str, body: list[dict], *, intent: Intent) -> parse.Lists:
        outgoing = Outgoing(
            method="POST",
            url=self._api_url + path,
            headers={"17token": self._api_key, "content-type": "application/json"},
            content=msgspec.json.encode(body),
        )
        return self._channel.call(
            name=path.strip("/"),
            intent=intent,
            build=lambda: outgoing,
            judge=lambda response: _read(response, is_write=intent is Intent.WRITE),
            budget=Budget(f"{NAME}:{hashlib.sha256(self._api_key.encode()).hexdigest()[:12]}", RATE),
        )


def _address(parcel: ParcelToTrack) -> dict[str, object]:
    """Their carrier keys are numbers; without one they guess."""
    if parcel.carrier_code.isdecimal():
        return {"number": parcel.number, "carrier": int(parcel.carrier_code)}
    return {"number": parcel.number}


def _result(number: str, failure: parse.Failure | None) -> ItemResult:
    if failure is None:
        return ItemResult(item_id=number, is_ok=True)
    words = text(failure.message)
    is_known = "registered" in words.lower() and "not" not in words.lower()
    return ItemResult(item_id=number, is_ok=is_known, code=text(failure.code), message=words)


def _read(response: httpx.Response, *, is_write: bool) -> parse.Lists:
    if response.status_code in (401, 403):
        raise NeedsReauthorization("17TRACK does not accept the key", code=str(response.status_code))
    try:
        envelope = msgspec.json.decode(response.content, type=Envelope, strict=False)
    except msgspec.DecodeError as error:
        if 400 <= response.status_code < 500:
            raise Terminal("the answer is not from their API", code=str(response.status_code)) from error
        kind = OutcomeUnknown if is_write else Retryable
        raise kind("the answer cannot be read", code="not_json") from error
    if envelope.code == 0:
        return envelope.data or parse.Lists()
    if envelope.code in _KEY_CODES:
        raise NeedsReauthorization("17TRACK does not accept the key", code=str(envelope.code))
    if envelope.code == _INTERNAL:
        kind = OutcomeUnknown if is_write else Retryable
        raise kind("17TRACK had an internal error", code=str(envelope.code))
    raise Terminal("17TRACK refused the call", code=str(envelope.code))
