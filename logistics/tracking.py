"""What carriers say, taken in: append-only events by their own time, package progress that never goes back, cases.

The same words twice, late or out of order change nothing they should not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from integrations.ports import CarrierEvent, TrackingSnapshot
from integrations.tracking import numbers
from logistics import exceptions, shipments
from logistics.events import ShipmentDelivered, ShipmentPickedUp
from logistics.models import (
    ExceptionCase,
    ExceptionKind,
    Shipment,
    ShipmentState,
    TrackedParcel,
    TrackingEvent,
    TrackingStatus,
)
from logistics.poll_schedule import next_poll_after
from orders import packages
from orders.models import Package
from orders.states import PackageAction
from relay import outbox
from tenancy.actors import CARRIER, PLATFORM, Actor

_S = TrackingStatus
MOVED = frozenset(
    {
        _S.PICKED_UP,
        _S.IN_TRANSIT,
        _S.CUSTOMS,
        _S.ARRIVED_DESTINATION,
        _S.OUT_FOR_DELIVERY,
        _S.READY_FOR_PICKUP,
        _S.ATTEMPT_FAILED,
        _S.DELIVERED,
        _S.RETURNING,
        _S.RETURNED,
        _S.LOST,
        _S.DESTROYED,
    }
)
_ARRIVED = frozenset({_S.ARRIVED_DESTINATION, _S.OUT_FOR_DELIVERY, _S.READY_FOR_PICKUP, _S.ATTEMPT_FAILED})
_GONE = frozenset({_S.LOST, _S.DESTROYED})
ENDED = frozenset({_S.DELIVERED, _S.RETURNED, _S.LOST, _S.DESTROYED, _S.CANCELLED})
# A passing trouble counts while it is the last word; these stay true whatever is scanned afterwards.
_LASTING = frozenset(
    {
        ExceptionKind.DAMAGED,
        ExceptionKind.LOST,
        ExceptionKind.REFUSED,
        ExceptionKind.RETURNING,
        ExceptionKind.RETURNED,
    }
)
_KINDS = frozenset(ExceptionKind.values)
RECYCLED_BEFORE = timedelta(hours=24)  # scans from before the order belong to somebody else's parcel


@dataclass(frozen=True)
class Applied:
    """What a snapshot changed."""

    new_events: int
    has_moved: bool = False


@transaction.atomic
def apply_snapshot(*, shipment_id: int, snapshot: TrackingSnapshot, source: str, now: datetime) -> Applied:
    """Take in what a carrier (or the platform for it) says about one shipment."""
    package, shipment = shipments.lock_with_package(shipment_id)
    if shipment.state == ShipmentState.CANCELLED or not _is_about(shipment, snapshot):
        return Applied(0)
    placed_at = package.order.placed_at
    ours = [event for event in snapshot.events if event.happened_at >= placed_at - RECYCLED_BEFORE]
    new = _store(shipment, _with_hashes(ours, snapshot), source=source, now=now)
    if len(ours) < len(snapshot.events):
        _suspect(package, shipment, now=now)
    if not new:
        _watch(shipment, snapshot, now=now)
        return Applied(0)
    actor = PLATFORM if source == "platform" else CARRIER
    has_moved = _progress(package, shipment, actor=actor, now=now)
    _cases(package, shipment, new, now=now)
    _watch(shipment, snapshot, now=now)
    return Applied(len(new), has_moved)


def _is_about(shipment: Shipment, snapshot: TrackingSnapshot) -> bool:
    """A push that was on its way while the number was corrected tells of another parcel."""
    return not snapshot.number or numbers.normalize(snapshot.number) == shipment.tracking_number


def _with_hashes(
    events: Sequence[CarrierEvent], snapshot: TrackingSnapshot
) -> list[tuple[str, CarrierEvent]]:
    found: dict[str, CarrierEvent] = {}
    for event in events:
        parts = (snapshot.number, event.happened_at.isoformat(), event.status, event.exception, event.text)
        found[event.event_hash or sha256("\x1f".join((*parts, event.place)).encode()).hexdigest()] = event
    return list(found.items())


def _store(
    shipment: Shipment, events: Sequence[tuple[str, CarrierEvent]], *, source: str, now: datetime
) -> list[TrackingEvent]:
    """Append those that we have not heard yet. The shipment is locked, so nobody else appends meanwhile."""
    hashes = [key for key, _event in events]
    known = set(
        TrackingEvent.objects.filter(shipment=shipment, event_hash__in=hashes).values_list(
            "event_hash", flat=True
        )
    )
    return TrackingEvent.objects.bulk_create(
        [
            TrackingEvent(
                shop_id=shipment.shop_id,
                shipment=shipment,
                happened_at=event.happened_at,
                received_at=now,
                status=event.status if event.status in TrackingStatus.values else TrackingStatus.UNKNOWN,
                exception=event.exception if event.exception in _KINDS else "",
                text=event.text[:300],
                place=event.place[:120],
                source=source[:20],
                provider_code=event.provider_code[:60],
                event_hash=key,
            )
            for key, event in events
            if key not in known
        ]
    )


def _progress(package: Package, shipment: Shipment, *, actor: Actor, now: datetime) -> bool:
    """Move package and shipment as far as all that is known says, each step at the carrier's own time."""
    said = list(TrackingEvent.objects.filter(shipment=shipment).order_by("happened_at", "pk"))
    before = shipment.state
    moved = [event for event in said if event.status in MOVED]
    if moved:
        _picked_up(package, shipment, at=min(moved[0].happened_at, now), actor=actor)
    for event in moved:
        action = _action_of(event.status)
        if action:
            packages.advance(package=package, action=action, actor=actor, now=min(event.happened_at, now))
    delivered = next((event for event in said if event.status == _S.DELIVERED), None)
    if delivered and shipment.delivered_at is None:
        shipment.delivered_at = min(delivered.happened_at, now)
        outbox.publish(ShipmentDelivered(shipment_id=shipment.pk, at=shipment.delivered_at))
    shipment.state = shipments.STATE_OF_PACKAGE.get(package.state, shipment.state)
    shipment.last_event_at, shipment.last_event_text = said[-1].happened_at, said[-1].text
    shipment.save()
    return shipment.state != before


def _picked_up(package: Package, shipment: Shipment, *, at: datetime, actor: Actor) -> None:
    """The first scan stops the deadline; an even earlier one that is told later only corrects the time."""
    packages.advance(package=package, action=PackageAction.PICK_UP, actor=actor, now=at)
    if shipment.picked_up_at is None:
        shipment.picked_up_at = at
        outbox.publish(ShipmentPickedUp(shipment_id=shipment.pk, at=at))
    elif at < shipment.picked_up_at:
        shipment.picked_up_at = at


def _action_of(status: str) -> str | None:
    if status in _ARRIVED:
        return PackageAction.ARRIVE
    if status in _GONE:
        return PackageAction.LOSE
    return {_S.DELIVERED: PackageAction.DELIVER, _S.RETURNED: PackageAction.RETURN}.get(status)


def _cases(package: Package, shipment: Shipment, new: Sequence[TrackingEvent], *, now: datetime) -> None:
    """Open what the news says is wrong; end what they say is over."""
    latest = TrackingEvent.objects.filter(shipment=shipment).order_by("-happened_at", "-pk").first()
    is_delivered = shipment.state == ShipmentState.DELIVERED
    if is_delivered or (latest.status in MOVED and not latest.exception):
        exceptions.resolve_for(
            shipment=shipment,
            kinds=exceptions.ENDED_BY_DELIVERY if is_delivered else exceptions.PASSING,
            resolution="delivered" if is_delivered else "moves_again",
            now=now,
        )
    for event in new:
        is_lasting = event.exception in _LASTING and not is_delivered
        if event.exception and (is_lasting or (event.pk == latest.pk and not is_delivered)):
            exceptions.open_case(
                shipment=shipment, package=package, kind=event.exception, detail=event.text, now=now
            )


def _suspect(package: Package, shipment: Shipment, *, now: datetime) -> None:
    """Say once that the number looks recycled; a person who has looked is not asked again by the next poll."""
    kind = ExceptionKind.SUSPECT_NUMBER
    if not ExceptionCase.objects.filter(shipment=shipment, kind=kind).exists():
        exceptions.open_case(shipment=shipment, package=package, kind=kind, now=now)


def _watch(shipment: Shipment, snapshot: TrackingSnapshot, *, now: datetime) -> None:
    """Set the time of the next question by where the parcel stands."""
    tracked = TrackedParcel.objects.filter(shipment=shipment).first()
    if tracked is None:
        return
    latest = TrackingEvent.objects.filter(shipment=shipment).order_by("-happened_at", "-pk").first()
    if latest is not None:
        tracked.status = latest.status
    tracked.is_finished = tracked.status in ENDED or snapshot.is_stopped
    tracked.attempts = 0
    tracked.next_poll_at = next_poll_after(status=tracked.status, due_at=None, now=now)
    tracked.save(update_fields=["status", "is_finished", "attempts", "next_poll_at"])
