"""Counting: from a moment and a rule to a deadline, with every day on the way that does not count. Pure."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from orders.calendars import DayOff, Days, Span
from orders.sla_rules import Rule

FURTHEST = 800  # days; a calendar in which nothing is ever worked ends here
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Terms:
    """A rule with the calendar and the notices of the place where it is counted. `known`: deadlines of days gone by."""

    rule: Rule
    zone: ZoneInfo
    days: Days
    extensions: tuple[Span, ...] = ()
    known: dict[tuple, datetime] = field(default_factory=dict, compare=False)

    @property
    def is_working_days(self) -> bool:
        return self.rule.unit == "business_days"


@dataclass(frozen=True)
class Counted:
    """A deadline and how it came about. `extension` is a notice that gave more days."""

    start: datetime
    due_at: datetime
    skipped: tuple[DayOff, ...] = ()
    extension: Span | None = None
    is_after_cutoff: bool = False
    is_start_day_off: bool = False
    days: int = 0


def count(
    terms: Terms, *, start: datetime, handling_days: int | None = None, is_over_capacity: bool = False
) -> Counted:
    """The deadline of an order whose clock started then."""
    rule, local = terms.rule, start.astimezone(terms.zone)
    extension = next((span for span in terms.extensions if local.date() in span), None)
    extra = extension.extra_days if extension else 0
    extra += rule.capacity_extension if is_over_capacity else 0
    if rule.unit == "hours":
        return _hours(terms, start=start, days=extra, extension=extension)
    amount = rule.amount + extra
    if rule.handling_min:
        amount += max(handling_days if handling_days is not None else rule.handling_min, 0)
    return _days(terms, local=local, amount=amount, extension=extension)


def _days(terms: Terms, *, local: datetime, amount: int, extension: Span | None) -> Counted:
    rule, own_day = terms.rule, local.date()
    skipped: list[DayOff] = []
    own_off = terms.days.off(own_day, is_working_days=terms.is_working_days)
    is_after = False
    if rule.order_cutoff is not None:
        is_after = own_off is None and local.time() >= rule.order_cutoff
        amount += 1 if is_after or own_off else 0
        if own_off:
            skipped.append(own_off)
    elif amount == 0 and own_off:
        amount = 1
    day, left = own_day, amount
    while left > 0 and (day - own_day).days < FURTHEST:
        day += _DAY
        if off := terms.days.off(day, is_working_days=terms.is_working_days):
            skipped.append(off)
        else:
            left -= 1
    return Counted(
        start=local.astimezone(UTC),
        due_at=datetime.combine(day, rule.end_of_day, tzinfo=terms.zone).astimezone(UTC),
        skipped=tuple(skipped),
        extension=extension,
        is_after_cutoff=is_after,
        is_start_day_off=own_off is not None,
        days=amount,
    )


def _hours(terms: Terms, *, start: datetime, days: int, extension: Span | None) -> Counted:
    """Hours pass in UTC: on a local wall clock the night of a clock change would add or lose one."""
    due = start.astimezone(UTC) + timedelta(hours=terms.rule.amount, days=days)
    position, skipped = start.astimezone(UTC), []
    for span in sorted(terms.days.exempt, key=lambda one: one.starts_on):
        begins, ends = moments(span, zone=terms.zone)
        begins = max(begins, position)
        if begins < due and begins < ends:
            due += ends - begins
            position = ends
            skipped += [DayOff(day, "exempt", span.words) for day in _days_of(span, begins, terms.zone)]
    return Counted(start=start.astimezone(UTC), due_at=due, skipped=tuple(skipped), extension=extension)


def moments(span: Span, *, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """First midnight and the midnight after, in UTC."""
    begins = datetime.combine(span.starts_on, datetime.min.time(), tzinfo=zone)
    ends = datetime.combine(span.ends_on + _DAY, datetime.min.time(), tzinfo=zone)
    return begins.astimezone(UTC), ends.astimezone(UTC)


def _days_of(span: Span, begins: datetime, zone: ZoneInfo) -> list[date]:
    first = max(span.starts_on, begins.astimezone(zone).date())
    return [first + timedelta(days=n) for n in range((span.ends_on - first).days + 1)]
