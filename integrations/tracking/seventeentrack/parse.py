"""17TRACK's track_info, pulled or pushed, to TrackingSnapshots."""

from collections.abc import Iterable, Mapping

import msgspec

from integrations.ports import CarrierEvent, TrackingSnapshot
from integrations.tracking import events
from integrations.tracking.seventeentrack.codes import exception_of, status_of

NAME = "17track"
STOPPED = "TRACKING_STOPPED"
Text = str | int | None


class Loose(msgspec.Struct, kw_only=True, gc=False):
    """Base of all wire objects."""


class Status(Loose):
    status: Text = None
    sub_status: Text = None


class Event(Loose):
    time_utc: Text = None
    time_iso: Text = None
    description: Text = None
    location: Text = None
    stage: Text = None
    sub_status: Text = None


class Provider(Loose):
    events: list[Event] | None = None


class Tracking(Loose):
    providers: list[Provider] | None = None


class Place(Loose):
    country: Text = None


class ShippingInfo(Loose):
    recipient_address: Place | None = None


class TrackInfo(Loose):
    latest_status: Status | None = None
    latest_event: Event | None = None
    tracking: Tracking | None = None
    shipping_info: ShippingInfo | None = None


class Parcel(Loose):
    number: Text = None
    carrier: Text = None
    tag: Text = None
    track_info: TrackInfo | None = None


class Failure(Loose):
    code: Text = None
    message: Text = None


class Rejected(Loose):
    number: Text = None
    error: Failure | None = None


class Lists(Loose):
    accepted: list[dict] | None = None
    rejected: list[Rejected] | None = None


class Push(Loose):
    event: Text = None
    data: dict | None = None


def text(value: Text) -> str:
    return "" if value is None else str(value)


def snapshot(raw: Mapping[str, object], *, is_stopped: bool = False) -> TrackingSnapshot:
    """One parcel as it stands; a stopped one comes without track_info."""
    parcel = msgspec.convert(raw, Parcel, strict=False)
    info = parcel.track_info or TrackInfo()
    latest = info.latest_status or Status()
    code = text(latest.sub_status) or text(latest.status)
    told = [
        event
        for provider in (info.tracking and info.tracking.providers) or ()
        for event in provider.events or ()
    ]
    if not told and info.latest_event:
        told = [info.latest_event]
    destination = info.shipping_info and info.shipping_info.recipient_address
    return TrackingSnapshot(
        number=text(parcel.number),
        carrier_code=text(parcel.carrier),
        status=status_of(code),
        exception=exception_of(code),
        events=_events(text(parcel.number), told, latest=code),
        destination_country=text(destination.country) if destination else "",
        tag=text(parcel.tag),
        is_stopped=is_stopped,
        raw=raw,
    )


def _events(number: str, told: Iterable[Event], *, latest: str) -> tuple[CarrierEvent, ...]:
    """Events by their own time, oldest first. One without a time cannot be placed and is left out."""
    found = {}
    for place, event in reversed(list(enumerate(told))):  # the oldest of one second stays first
        at = events.moment(text(event.time_utc), text(event.time_iso))
        if at is None:
            continue
        # Newest first on the wire; only the newest may borrow the parcel's own status.
        code = text(event.sub_status) or text(event.stage) or (latest if place == 0 else "InTransit")
        words, where = text(event.description), text(event.location)
        key = events.event_hash(provider=NAME, number=number, at=at, code=code, text=words, place=where)
        found[key] = CarrierEvent(
            happened_at=at,
            status=status_of(code),
            exception=exception_of(code),
            text=words,
            place=where,
            provider_code=code,
            event_hash=key,
        )
    return tuple(sorted(found.values(), key=lambda event: event.happened_at))
