"""When carriers come next, on the clock of each building."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core import clock
from warehouse.models import CarrierPickup, Warehouse

WEEK = 8  # days looked ahead: today's may be over


@dataclass(frozen=True)
class Pickup:
    """The next time that a carrier comes; parcels must be packed `ready_by`."""

    carrier: str  # empty: takes everything
    warehouse: Warehouse
    at: datetime
    ready_by: datetime


def next_pickups(*, warehouses: Iterable[Warehouse], now: datetime) -> list[Pickup]:
    """The next pickup of every row, soonest first."""
    sites = {row.pk: row for row in warehouses}
    found = []
    for row in CarrierPickup.objects.filter(warehouse_id__in=sites):
        at = next_at(row=row, zone=sites[row.warehouse_id].time_zone, now=now)
        if at is not None:
            ready_by = at - timedelta(minutes=row.lead_minutes)
            found.append(Pickup(row.carrier, sites[row.warehouse_id], at, ready_by))
    return sorted(found, key=lambda one: (one.at, one.carrier))


def next_at(*, row: CarrierPickup, zone: str, now: datetime) -> datetime | None:
    """The next moment of this pickup; one that was missed today is passed over."""
    local = clock.local(now, zone=zone)
    for days in range(WEEK):
        day = local + timedelta(days=days)
        at = day.replace(hour=row.at.hour, minute=row.at.minute, second=0, microsecond=0)
        if row.days >> day.weekday() & 1 and row.missed_on != day.date() and at > local:
            return at.astimezone(UTC)
    return None
