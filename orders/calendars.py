"""Which days are working days where. Holidays come from the `holidays` package; a calendar is a country code."""

from datetime import date, timedelta
from functools import lru_cache

import holidays

SATURDAY, SUNDAY = 5, 6
WEEKEND = frozenset({SATURDAY, SUNDAY})
SUNDAY_ONLY = frozenset({SUNDAY})
EVERY_DAY_WORKS: frozenset[int] = frozenset()


@lru_cache(maxsize=256)
def _holidays(calendar: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(calendar, years=year))


def is_working_day(day: date, *, week_end: frozenset[int], calendar: str) -> bool:
    """Neither the week's rest nor a public holiday. An empty calendar knows no holidays."""
    if day.weekday() in week_end:
        return False
    return not calendar or day not in _holidays(calendar, day.year)


@lru_cache(maxsize=4096)
def add_working_days(day: date, count: int, *, week_end: frozenset[int], calendar: str) -> date:
    """The `count`-th working day after `day`; `day` itself never counts."""
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day, week_end=week_end, calendar=calendar):
            count -= 1
    return day
