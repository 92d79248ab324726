"""The deadlines a region gives an order: working days, cut-off hour, holidays, the shop's own zone.
Where the published rules leave hours open (Malaysia, Singapore, cross-border auto-cancel) the figures are this sandbox's."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

END_OF_DAY = time(23, 59, 59)
MON_FRI, MON_SAT = frozenset({5, 6}), frozenset({6})
WEEKEND = {"US": MON_FRI, "VN": MON_SAT, "TH": MON_SAT, "MY": MON_FRI, "SG": MON_FRI}
CUT_OFF = {"VN": time(14), "TH": time(14)}
# Fixed-date public holidays (month, day); the American ones that move are worked out below.
HOLIDAYS = {
    "US": ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25)),
    "VN": ((1, 1), (4, 30), (5, 1), (9, 2)),
    "TH": ((1, 1), (4, 6), (4, 13), (4, 14), (4, 15), (5, 1), (7, 28), (8, 12), (10, 13), (10, 23), (12, 5), (12, 10), (12, 31)),
    "MY": ((1, 1), (5, 1), (8, 31), (9, 16), (12, 25)),
    "SG": ((1, 1), (5, 1), (8, 9), (12, 25)),
}  # fmt: skip
# (month, weekday, which one; -1 is the last): King, Presidents, Memorial, Labor, Columbus, Thanksgiving
US_MOVING = ((1, 0, 3), (2, 0, 3), (5, 0, -1), (9, 0, 1), (10, 0, 2), (11, 3, 4))


@lru_cache(maxsize=64)
def holidays(region: str, year: int) -> frozenset[date]:
    days = {date(year, month, day) for month, day in HOLIDAYS.get(region, ())}
    if region == "US":
        days |= {_nth_weekday(year, *rule) for rule in US_MOVING}
        days |= {day + timedelta(days=1 if day.weekday() == 6 else -1) for day in days if day.weekday() >= 5}
    return frozenset(days)


def is_working_day(region: str, day: date) -> bool:
    return day.weekday() not in WEEKEND.get(region, MON_FRI) and day not in holidays(region, day.year)


def add_working_days(region: str, day: date, count: int) -> date:
    """The `count`-th working day after `day`; with 0 the day itself or the next working one."""
    while count > 0 or not is_working_day(region, day):
        day += timedelta(days=1)
        if is_working_day(region, day):
            count -= 1
    return day


def deadlines(*, region: str, zone: str, cross_border: bool, created: float, paid: float) -> dict[str, int]:
    """The wire's own names to epoch seconds. Only what the region gives; nothing before payment."""
    if not paid:
        return {}
    tz = ZoneInfo(zone)
    placed = datetime.fromtimestamp(created, tz)
    if cross_border:
        return _cross_border(placed=placed)
    if region == "US":
        return _united_states(placed=placed)
    return _south_east_asia(region=region, placed=placed)


def _united_states(*, placed: datetime) -> dict[str, int]:
    day = placed.date()
    dispatch = _end(placed, add_working_days("US", day, 2))
    return {
        "rts_sla_time": dispatch,
        "tts_sla_time": dispatch,
        "shipping_due_time": _end(placed, add_working_days("US", day, 7)),
        "delivery_sla_time": _end(placed, add_working_days("US", day, 6)),
    }


def _south_east_asia(*, region: str, placed: datetime) -> dict[str, int]:
    day = placed.date()
    cut_off = CUT_OFF.get(region, time(14))
    in_time = is_working_day(region, day) and placed.time() < cut_off
    dispatch = _end(placed, day if in_time else add_working_days(region, day, 1))
    due = {
        "rts_sla_time": dispatch,
        "tts_sla_time": dispatch,
        "pick_up_cut_off_time": dispatch,
        "shipping_due_time": _end(placed, add_working_days(region, day, 2)),
        "collection_due_time": _end(placed, add_working_days(region, day, 3)),
    }
    if region == "TH":
        due["fast_dispatch_sla_time"] = _at(
            placed, add_working_days(region, day, 0 if in_time else 1), time(17)
        )
    return due


def _cross_border(*, placed: datetime) -> dict[str, int]:
    """48 hours to arrange, three calendar days to hand over, then a day of grace before the platform cancels."""
    rts = int(placed.timestamp()) + 48 * 3600
    day = placed.date()
    return {
        "rts_sla_time": rts,
        "tts_sla_time": _end(placed, day + timedelta(days=3)),
        "shipping_due_time": _end(placed, day + timedelta(days=4)),
        "collection_due_time": _end(placed, day + timedelta(days=6)),
    }


def _end(placed: datetime, day: date) -> int:
    return _at(placed, day, END_OF_DAY)


def _at(placed: datetime, day: date, moment: time) -> int:
    return int(datetime.combine(day, moment, tzinfo=placed.tzinfo).astimezone(UTC).timestamp())


def _nth_weekday(year: int, month: int, weekday: int, which: int) -> date:
    days = [date(year, month, 1) + timedelta(days=offset) for offset in range(31)]
    found = [day for day in days if day.month == month and day.weekday() == weekday]
    return found[which - 1] if which > 0 else found[which]
