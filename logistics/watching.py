"""Which parcels the tracking provider watches: registered once (each costs quota), asked again by schedule.

Claims are short transactions; the provider is called with none open.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction

from core import clock, http
from integrations import registry
from integrations.ports import ItemResult, ParcelToTrack, TrackingProvider
from integrations.tracking import numbers
from logistics import tracking
from logistics.models import Carrier, Shipment, ShipmentState, TrackedParcel
from logistics.poll_schedule import next_poll_after
from relay import backoff, wake
from tenancy import scoping

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=2)
ROUNDS = 20  # batches in one run of a task


@dataclass(frozen=True)
class Watched:
    """One parcel to ask about."""

    tracked_id: int
    shipment_id: int
    parcel: ParcelToTrack


def tag_of(shipment: Shipment) -> str:
    """What the provider gives back with each push, so that it finds its seller."""
    return f"{shipment.seller_id}.{shipment.public_id}"


@transaction.atomic
def start(*, shipment_ids: Iterable[int], now: datetime) -> int:
    """Watch these parcels from now on; those that are watched already stay as they are."""
    rows = Shipment.objects.filter(pk__in=list(shipment_ids)).exclude(tracking_number="")
    rows = rows.exclude(state__in=[ShipmentState.CANCELLED, ShipmentState.DELIVERED])
    made = TrackedParcel.objects.bulk_create(
        [
            TrackedParcel(
                shop_id=row.shop_id, shipment=row, provider=settings.TRACKING["provider"], next_poll_at=now
            )
            for row in rows
        ],
        ignore_conflicts=True,
    )
    if made:
        seller_id = scoping.current().only_seller
        wake.on_commit("logistics.tasks.track_seller", queue="tracking", seller_id=seller_id)
    return len(made)


def has_work(*, now: datetime) -> bool:
    """Whether anything of the seller in scope is due."""
    return TrackedParcel.objects.filter(is_finished=False, next_poll_at__lte=now).exists()


def run(*, seller_id: int) -> int:
    """Register and ask what is due at one seller, batch by batch. Returns how many parcels were asked about."""
    if not settings.TRACKING["api_key"]:
        return 0
    client = registry.tracking_client()
    count = 0
    for _round in range(ROUNDS):
        new = _claim(seller_id=seller_id, is_registered=False, limit=client.max_batch)
        if new:
            _register(client, seller_id=seller_id, watched=new)
        known = _claim(seller_id=seller_id, is_registered=True, limit=client.max_batch)
        if known:
            _ask(client, seller_id=seller_id, watched=known)
        count += len(new) + len(known)
        if not new and not known:
            break
    return count


def _claim(*, seller_id: int, is_registered: bool, limit: int) -> list[Watched]:
    """Take due parcels and put their next turn off, so that nobody asks twice meanwhile."""
    now = clock.now()
    with scoping.scope(sellers=[seller_id]):
        due = TrackedParcel.objects.filter(
            is_finished=False, next_poll_at__lte=now, registered_at__isnull=not is_registered
        )
        rows = list(due.lock_free().select_related("shipment")[:limit])
        for row in rows:
            row.next_poll_at, row.last_polled_at = now + LEASE, now
        TrackedParcel.objects.bulk_update(rows, ["next_poll_at", "last_polled_at"])
        carriers = Carrier.objects.in_bulk(
            [row.shipment.carrier_id for row in rows if row.shipment.carrier_id]
        )
        return [
            Watched(
                tracked_id=row.pk,
                shipment_id=row.shipment_id,
                parcel=ParcelToTrack(
                    number=row.shipment.tracking_number,
                    carrier_code=_provider_key(carriers.get(row.shipment.carrier_id)),
                    tag=tag_of(row.shipment),
                ),
            )
            for row in rows
        ]


def _provider_key(carrier: Carrier | None) -> str:
    """The provider's key of a carrier: what the seller entered, else what we know, else it guesses."""
    if carrier is None:
        return ""
    seed = numbers.seeds().get(carrier.code)
    known = seed.aggregator_keys.get(settings.TRACKING["provider"], "") if seed else ""
    return carrier.tracking_key or known


def _register(client: TrackingProvider, *, seller_id: int, watched: Sequence[Watched]) -> None:
    try:
        results = client.register(parcels=[one.parcel for one in watched])
    except http.RemoteError as error:
        log.warning("tracking.register_failed", seller_id=seller_id, code=error.code, count=len(watched))
        _put_off(seller_id=seller_id, watched=watched, error=error)
        return
    _note_registered(seller_id=seller_id, watched=watched, results=results, now=clock.now())


def _note_registered(
    *, seller_id: int, watched: Sequence[Watched], results: Sequence[ItemResult], now: datetime
) -> None:
    with scoping.scope(sellers=[seller_id]):
        rows = {
            row.pk: row
            for row in TrackedParcel.objects.lock().filter(pk__in=[one.tracked_id for one in watched])
        }
        due = _due_times(rows.values())
        for one, result in zip(watched, results, strict=True):
            row = rows.get(one.tracked_id)
            if row is None:
                continue
            if result.is_ok:
                row.registered_at, row.refused_why, row.attempts = now, "", 0
                row.next_poll_at = next_poll_after(
                    status=row.status, due_at=due.get(row.shipment_id), now=now
                )
            else:
                row.attempts += 1
                row.refused_why = f"{result.message} ({result.code})"[:200]
                row.next_poll_at = now + max(timedelta(minutes=10), backoff.delay(row.attempts))
        TrackedParcel.objects.bulk_update(
            rows.values(), ["registered_at", "refused_why", "attempts", "next_poll_at"]
        )


def _ask(client: TrackingProvider, *, seller_id: int, watched: Sequence[Watched]) -> None:
    try:
        snapshots = client.fetch(parcels=[one.parcel for one in watched])
    except http.RemoteError as error:
        log.warning("tracking.poll_failed", seller_id=seller_id, code=error.code, count=len(watched))
        _put_off(seller_id=seller_id, watched=watched, error=error)
        return
    by_number = {numbers.normalize(snapshot.number): snapshot for snapshot in snapshots}
    for one in watched:
        snapshot = by_number.get(one.parcel.number)
        now = clock.now()
        with scoping.scope(sellers=[seller_id]):
            if snapshot is not None:
                tracking.apply_snapshot(
                    shipment_id=one.shipment_id, snapshot=snapshot, source=client.name, now=now
                )
            _plan_next(tracked_id=one.tracked_id, is_known=snapshot is not None, now=now)


def _plan_next(*, tracked_id: int, is_known: bool, now: datetime) -> None:
    """The next turn by state; a number that the provider has forgotten is registered once more."""
    row = TrackedParcel.objects.lock().filter(pk=tracked_id).first()
    if row is None or row.is_finished:
        return
    if not is_known:
        row.registered_at, row.attempts = None, row.attempts + 1
        row.next_poll_at = now + max(timedelta(minutes=1), backoff.delay(row.attempts))
    else:
        due_at = _due_times([row]).get(row.shipment_id)
        row.next_poll_at = next_poll_after(status=row.status, due_at=due_at, now=now)
    row.save(update_fields=["registered_at", "attempts", "next_poll_at"])


def _due_times(rows: Iterable[TrackedParcel]) -> dict[int, datetime]:
    """The running deadline of each parcel's order."""
    shipments = Shipment.objects.filter(
        pk__in=[row.shipment_id for row in rows],
        package__order__clock__is_open=True,
        package__order__clock__due_at__isnull=False,
    )
    return dict(shipments.values_list("pk", "package__order__clock__due_at"))


def _put_off(*, seller_id: int, watched: Sequence[Watched], error: http.RemoteError) -> None:
    """The provider is away or wants less: come back later, sooner for those who waited least."""
    now = clock.now()
    with scoping.scope(sellers=[seller_id]):
        rows = list(TrackedParcel.objects.lock().filter(pk__in=[one.tracked_id for one in watched]))
        for row in rows:
            row.attempts += 1
            row.next_poll_at = now + backoff.delay(row.attempts, at_least_s=error.retry_after or 0.0)
        TrackedParcel.objects.bulk_update(rows, ["attempts", "next_poll_at"])
