"""Which days count where, and why the others do not. Holidays come from the `holidays` package, notices from staff."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LANGUAGE = "en_US"  # names of holidays come in English and are translated like every other word of ours


@lru_cache(maxsize=256)
def public_holidays(calendar: str, year: int) -> dict[date, str]:
    """Day -> name. `MY` is the country's list, `MY-02` one of its states."""
    country, _dash, state = calendar.partition("-")
    languages = holidays.country_holidays(country).supported_languages
    found = holidays.country_holidays(
        country,
        subdiv=state or None,
        years=year,
        language=LANGUAGE if LANGUAGE in languages else None,
    )
    return dict(found)


def is_calendar(calendar: str) -> bool:
    """Whether the package knows this country (and state)."""
    try:
        public_holidays(calendar, 2026)
    except NotImplementedError:
        return False
    return True


@dataclass(frozen=True)
class Span:
    """Some days, first and last included, and what was announced about them."""

    starts_on: date
    ends_on: date
    words: str = ""
    extra_days: int = 0

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True)
class DayOff:
    """A day that does not count. `kind` is week_end, holiday, notice or exempt; `name` is what it is called."""

    on: date
    kind: str
    name: str


@dataclass(frozen=True)
class Days:
    """The calendar that one rule counts by."""

    week_end: frozenset[int] = frozenset()
    calendar: str = ""
    not_worked: tuple[Span, ...] = ()
    exempt: tuple[Span, ...] = ()

    def off(self, day: date, *, is_working_days: bool) -> DayOff | None:
        """Why a day does not count, or None. On exempt days every clock stands still; the rest holds for working days."""
        for span in self.exempt:
            if day in span:
                return DayOff(day, "exempt", span.words)
        return self._rest(day) if is_working_days else None

    def _rest(self, day: date) -> DayOff | None:
        holiday = public_holidays(self.calendar, day.year).get(day) if self.calendar else None
        if holiday:
            return DayOff(day, "holiday", holiday)
        if day.weekday() in self.week_end:
            return DayOff(day, "week_end", WEEK[day.weekday()])
        for span in self.not_worked:
            if day in span:
                return DayOff(day, "notice", span.words)
        return None
