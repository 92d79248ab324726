"""The rules of the regions as data, effective-dated. They forecast, check and explain; the platform's own times win.

Where a market's rule is not published we read it strictly and mark it `is_sure=False`.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from orders.calendars import (
    EVERY_DAY_WORKS,
    SUNDAY_ONLY,
    WEEKEND,
    add_working_days,
    is_working_day,
)
from orders.models import ClockKind

END_OF_DAY = time(23, 59, 59)
LONG_AGO = date(2020, 1, 1)


@dataclass(frozen=True)
class Rule:
    """How one deadline of one market is counted, from the moment the order was placed, on the market's wall clock."""

    key: str
    regions: tuple[str, ...]
    kind: str
    unit: str  # working_days | calendar_days | hours
    amount: int
    words: object  # what a person reads under "why this deadline?"
    zone: str = ""  # empty: the shop's own
    week_end: frozenset[int] = EVERY_DAY_WORKS
    cutoff: time | None = None  # before it the order's own working day is day 0, afterwards the next one is
    calendar: str = ""  # empty: the region's
    is_cross_border: bool = False
    is_sure: bool = True
    valid_from: date = LONG_AGO

    def due_at(self, *, placed_at: datetime, region: str, shop_zone: str) -> datetime:
        """The deadline of an order placed then."""
        if self.unit == "hours":
            return placed_at.astimezone(UTC) + timedelta(hours=self.amount)
        zone = ZoneInfo(self.zone or shop_zone)
        local = placed_at.astimezone(zone)
        if self.unit == "calendar_days":
            return _end_of(local.date() + timedelta(days=self.amount), zone)
        calendar = self.calendar or region
        day, count = local.date(), self.amount
        if self.cutoff is not None:
            works = is_working_day(day, week_end=self.week_end, calendar=calendar)
            count += 0 if works and local.time() < self.cutoff else 1
        return _end_of(add_working_days(day, count, week_end=self.week_end, calendar=calendar), zone)


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, END_OF_DAY, tzinfo=zone).astimezone(UTC)


_SCAN, _ARRANGE, _CANCEL = ClockKind.COLLECTION, ClockKind.DISPATCH, ClockKind.CANCEL
_US = {"regions": ("US",), "zone": "America/Los_Angeles", "week_end": WEEKEND, "calendar": "US"}
_SAME_DAY = {"unit": "working_days", "amount": 0, "cutoff": time(14, 0)}
_UNSURE_SEA = ("SG", "PH")
_SAME_DAY_WORDS = _(
    "Ordered before 14:00 on a working day: handed over the same day by 23:59, otherwise by 23:59 of the next one."
)
_US_WORDS = _("Within 2 business days of the order, by 23:59 Pacific time.")
_CANCEL_SHIP_WORDS = _("Cancelled when shipping is not arranged by 23:59 of working day 2.")

RULES: tuple[Rule, ...] = (
    Rule("us.dispatch.2bd", kind=_ARRANGE, unit="working_days", amount=2, words=_US_WORDS, **_US),
    # Since 2026-01-26 "dispatched" means the carrier's scan, no longer the uploaded number.
    Rule(
        "us.scan.2bd",
        kind=_SCAN,
        unit="working_days",
        amount=2,
        words=_("Scanned by the carrier within 2 business days of the order, by 23:59 Pacific time."),
        valid_from=date(2026, 1, 26),
        **_US,
    ),
    Rule(
        "us.cancel.7bd",
        kind=_CANCEL,
        unit="working_days",
        amount=7,
        words=_("Cancelled when it is not awaiting collection 7 business days after the order."),
        **_US,
    ),
    Rule("vn.dispatch.14h", ("VN",), _ARRANGE, words=_SAME_DAY_WORDS, week_end=SUNDAY_ONLY, **_SAME_DAY),
    Rule("vn.scan.14h", ("VN",), _SCAN, words=_SAME_DAY_WORDS, week_end=SUNDAY_ONLY, **_SAME_DAY),
    Rule(
        "sea.cancel.wd2",
        ("VN", "TH"),
        _CANCEL,
        "working_days",
        1,
        words=_CANCEL_SHIP_WORDS,
        week_end=SUNDAY_ONLY,
        cutoff=time(14, 0),
        is_sure=False,  # the page does not say which day is working day 1: the earlier one
    ),
    Rule(
        "th.scan.2wd",
        ("TH",),
        _SCAN,
        "working_days",
        2,
        words=_("Shipped within 2 working days of the order, by 23:59; Saturday works."),
        week_end=SUNDAY_ONLY,
    ),
    Rule("my.scan.14h", ("MY",), _SCAN, words=_SAME_DAY_WORDS, week_end=WEEKEND, is_sure=False, **_SAME_DAY),
    Rule(
        "sea.scan.14h",
        _UNSURE_SEA,
        _SCAN,
        words=_SAME_DAY_WORDS,
        week_end=SUNDAY_ONLY,
        is_sure=False,
        **_SAME_DAY,
    ),
    Rule(
        "id.scan.15h",
        ("ID",),
        _SCAN,
        "working_days",
        0,
        words=_(
            "Ordered before 15:00 on a working day: handed over the same day by 23:59, otherwise by 23:59 of the next one."
        ),
        week_end=SUNDAY_ONLY,
        cutoff=time(15, 0),
        is_sure=False,
    ),
    Rule(
        "uk.dispatch.2wd",
        ("GB", "UK"),
        _ARRANGE,
        "working_days",
        2,
        words=_("Shipping arranged within 2 working days of the order."),
        zone="Europe/London",
        week_end=WEEKEND,
        calendar="GB",
        valid_from=date(2024, 11, 4),
        is_sure=False,
    ),
    Rule(
        "br.dispatch.2wd",
        ("BR",),
        _ARRANGE,
        "working_days",
        2,
        words=_("Shipping arranged within 2 working days of the order."),
        week_end=WEEKEND,
        is_sure=False,
    ),
    Rule(
        "sea.cross_border.48h",
        ("MY", "SG", "TH", "VN", "PH", "ID"),
        _ARRANGE,
        "hours",
        48,
        words=_("Cross-border: shipping arranged within 48 hours of the order."),
        is_cross_border=True,
        is_sure=False,
    ),
    Rule(
        "sea.cross_border.3d",
        ("MY", "SG", "TH", "VN", "PH", "ID"),
        _SCAN,
        "calendar_days",
        3,
        words=_("Cross-border: handed over within 3 calendar days of the order, by 23:59."),
        is_cross_border=True,
        valid_from=date(2026, 6, 18),
        is_sure=False,
    ),
)
BY_KEY = {rule.key: rule for rule in RULES}
_CROSS_BORDER_REGIONS = frozenset(region for rule in RULES if rule.is_cross_border for region in rule.regions)


def rule_for(*, region: str, kind: str, on: date, is_cross_border: bool = False) -> Rule | None:
    """The rule in force for one kind of deadline on a day: the newest that had begun."""
    wants_cross_border = is_cross_border and region in _CROSS_BORDER_REGIONS
    fitting = [
        rule
        for rule in RULES
        if region in rule.regions
        and rule.kind == kind
        and rule.is_cross_border == wants_cross_border
        and rule.valid_from <= on
    ]
    return max(fitting, key=lambda rule: rule.valid_from, default=None)
