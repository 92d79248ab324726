"""AfterShip's tracking objects, pulled or pushed, to TrackingSnapshots."""

from collections.abc import Mapping

import msgspec

from integrations.ports import CarrierEvent, TrackingSnapshot
from integrations.tracking import events
from integrations.tracking.aftership.codes import exception_of, status_of

NAME = "aftership"
Text = str | int | None


class Loose(msgspec.Struct, kw_only=True, gc=False):
    """Base of all wire objects."""


class Checkpoint(Loose):
    checkpoint_time: Text = None
    created_at: Text = None
    message: Text = None
    location: Text = None
    city: Text = None
    tag: Text = None
    subtag: Text = None


class Tracking(Loose):
    id: Text = None
    tracking_number: Text = None
    slug: Text = None
    tag: Text = None
    subtag: Text = None
    order_id: Text = None
    active: bool | None = None
    destination_country_iso3: Text = None
    destination_country_region: Text = None
    checkpoints: list[Checkpoint] | None = None


class Push(Loose):
    event: Text = None
    event_id: Text = None
    msg: dict | None = None


def text(value: Text) -> str:
    return "" if value is None else str(value)


def snapshot(raw: Mapping[str, object]) -> TrackingSnapshot:
    """One parcel as it stands."""
    tracking = msgspec.convert(raw, Tracking, strict=False)
    code = text(tracking.subtag) or text(tracking.tag)
    number = text(tracking.tracking_number)
    found = {}
    for checkpoint in tracking.checkpoints or ():
        event = _event(number, checkpoint)
        if event:
            found[event.event_hash] = event
    return TrackingSnapshot(
        number=number,
        carrier_code=text(tracking.slug),
        status=status_of(code),
        exception=exception_of(code),
        events=tuple(sorted(found.values(), key=lambda event: event.happened_at)),
        destination_country=text(tracking.destination_country_region)
        or text(tracking.destination_country_iso3),
        tag=text(tracking.order_id),
        is_stopped=tracking.active is False,
        raw=raw,
    )


def _event(number: str, checkpoint: Checkpoint) -> CarrierEvent | None:
    at = events.moment(text(checkpoint.checkpoint_time), text(checkpoint.created_at))
    if at is None:
        return None
    code = text(checkpoint.subtag) or text(checkpoint.tag)
    words = text(checkpoint.message)
    where = text(checkpoint.location) or text(checkpoint.city)
    key = events.event_hash(provider=NAME, number=number, at=at, code=code, text=words, place=where)
    return CarrierEvent(
        happened_at=at,
        status=status_of(code),
        exception=exception_of(code),
        text=words,
        place=where,
        provider_code=code,
        event_hash=key,
    )
