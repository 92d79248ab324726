"""When carriers come next: weekdays, missed ones, the building's own clock."""

from datetime import UTC, datetime, time

import pytest

from warehouse import pickups
from warehouse.models import CarrierPickup

MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def carrier(site):
    site.time_zone = "Asia/Ho_Chi_Minh"  # noon UTC is 19:00 there
    site.save(update_fields=["time_zone"])
    return CarrierPickup.objects.create(warehouse=site, carrier="J&T", at=time(20, 30), lead_minutes=20)


@pytest.mark.parametrize(
    ("values", "at"),
    [
        ({}, datetime(2026, 11, 23, 13, 30, tzinfo=UTC)),
        ({"at": time(18, 0)}, datetime(2026, 11, 24, 11, 0, tzinfo=UTC)),
        ({"days": 0b0000100}, datetime(2026, 11, 25, 13, 30, tzinfo=UTC)),
        ({"missed_on": MONDAY_NOON.date()}, datetime(2026, 11, 24, 13, 30, tzinfo=UTC)),
    ],
)
def test_the_next_pickup(carrier, site, values, at):
    for name, value in values.items():
        setattr(carrier, name, value)
    carrier.save()
    (found,) = pickups.next_pickups(warehouses=[site], now=MONDAY_NOON)
    assert (found.carrier, found.at, (found.at - found.ready_by).seconds) == ("J&T", at, 1200)
