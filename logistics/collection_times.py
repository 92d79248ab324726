"""When a parcel that is closed now is collected: the carrier's next pickup at the building that its cut-off still reaches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from core import clock

DAYS_AHEAD = 8  # today's may be over


@dataclass(frozen=True)
class Comes:
    """A pickup that a building knows of. `days` has bit 0 for Monday."""

    at: time
    days: int
    missed_on: object = None  # date


def collected_at(
    *, cut_off_at: time | None, days: int, pickups: Sequence[Comes], zone: str, now: datetime
) -> datetime | None:
    """The first pickup of a day that the service works on and whose cut-off is still ahead.

    Where no pickup is written down, the cut-off itself stands for it; without either nobody knows: None.
    """
    times = pickups or ([Comes(cut_off_at, days)] if cut_off_at else [])
    today = clock.local(now, zone=zone)
    moments = []
    for ahead in range(DAYS_AHEAD if times else 0):
        day = today + timedelta(days=ahead)
        if not days >> day.weekday() & 1 or (cut_off_at and today > _at(day, cut_off_at)):
            continue
        moments += [
            _at(day, one.at)
            for one in times
            if one.days >> day.weekday() & 1 and one.missed_on != day.date() and _at(day, one.at) >= today
        ]
        if moments:
            return min(moments).astimezone(UTC)
    return None


def _at(day: datetime, wanted: time) -> datetime:
    return day.replace(hour=wanted.hour, minute=wanted.minute, second=0, microsecond=0)
