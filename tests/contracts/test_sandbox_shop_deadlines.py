"""The golden vectors of the regions' dispatch rules."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sandbox.shop.sla import deadlines, is_working_day

LOS_ANGELES, SAIGON = ZoneInfo("America/Los_Angeles"), ZoneInfo("Asia/Ho_Chi_Minh")


def due(region: str, placed: datetime, *, cross_border: bool = False) -> dict[str, datetime]:
    at = placed.timestamp()
    found = deadlines(region=region, zone=placed.tzinfo.key, cross_border=cross_border, created=at, paid=at)
    return {name: datetime.fromtimestamp(value, UTC) for name, value in found.items()}


@pytest.mark.parametrize(
    ("placed", "wanted"),
    [
        ((2026, 11, 16, 9, 0), "2026-11-19T07:59:59Z"),
        ((2026, 11, 20, 22, 30), "2026-11-25T07:59:59Z"),
        ((2026, 11, 25, 10, 0), "2026-12-01T07:59:59Z"),  # Thanksgiving between
        ((2026, 11, 18, 23, 30), "2026-11-21T07:59:59Z"),  # the local date counts
        ((2026, 11, 21, 12, 0), "2026-11-25T07:59:59Z"),  # a Saturday: Monday is day one
    ],
)
def test_america_counts_two_business_days(placed, wanted):
    found = due("US", datetime(*placed, tzinfo=LOS_ANGELES))

    assert found["rts_sla_time"] == found["tts_sla_time"] == datetime.fromisoformat(wanted)


@pytest.mark.parametrize(
    ("placed", "wanted"),
    [((2026, 11, 19, 13, 59), "2026-11-19T16:59:59Z"), ((2026, 11, 19, 14, 0), "2026-11-20T16:59:59Z")],
)
def test_asia_has_a_cut_off_at_two(placed, wanted):
    assert due("VN", datetime(*placed, tzinfo=SAIGON))["tts_sla_time"] == datetime.fromisoformat(wanted)


def test_asia_works_on_saturdays_and_rests_on_sundays():
    found = due("VN", datetime(2026, 11, 21, 15, 0, tzinfo=SAIGON))

    assert found["tts_sla_time"] == datetime(2026, 11, 23, 16, 59, 59, tzinfo=UTC)
    assert found["shipping_due_time"] == datetime(2026, 11, 24, 16, 59, 59, tzinfo=UTC)
    assert found["collection_due_time"] == datetime(2026, 11, 25, 16, 59, 59, tzinfo=UTC)


def test_cross_border_shops_have_48_hours_and_three_calendar_days():
    placed = datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Kuala_Lumpur"))

    found = due("MY", placed, cross_border=True)

    assert found["rts_sla_time"] == datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
    assert found["tts_sla_time"] == datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC)


def test_holidays_that_fall_on_a_weekend_are_kept_on_the_next_working_day():
    # Independence Day 2027 is a Sunday.
    assert not is_working_day("US", datetime(2027, 7, 5, tzinfo=UTC).date())
    assert is_working_day("US", datetime(2027, 7, 6, tzinfo=UTC).date())


def test_nothing_is_due_before_payment():
    assert deadlines(region="US", zone="America/Los_Angeles", cross_border=False, created=1.0, paid=0) == {}
