"""All clocks of an imagined order by the shipped rules, as lines to read and as a stable document. Pure."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from orders import sla_words
from orders.calendars import DayOff
from orders.sla_book import Book, Starts, place_of, shipped_book
from orders.sla_clocks import ShopFacts, promise
from orders.sla_rules import REGULAR, Metric, markets, region_code, regular

_SHIPPING = {"platform": "platform", "tiktok": "platform", "seller": "seller", "fleet": "fleet"}
_TYPES = frozenset(sla_words.ORDER_TYPES)


class BadQuestion(ValueError):
    """What was asked cannot be answered; the message is one sentence."""


@dataclass(frozen=True)
class Question:
    """An order, and the place that it was placed in."""

    book: Book
    order_type: str
    shipping_type: str
    starts: Starts
    promise_hours: int


@dataclass(frozen=True)
class Clock:
    """One clock. Without a rule, or before it starts, it has no deadline and says why."""

    metric: str
    reason: str
    start: datetime | None = None
    due_at: datetime | None = None
    rule: str | None = None
    version: int | None = None
    unit: str | None = None
    skipped: tuple[DayOff, ...] = ()
    is_sure: bool = True
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    def document(self) -> dict[str, Any]:
        return {
            "metric": self.metric,
            "start": _utc(self.start),
            "due_utc": _utc(self.due_at),
            "due_local": self.due_at.astimezone(self.zone).isoformat() if self.due_at else None,
            "rule": self.rule,
            "version": self.version,
            "unit": self.unit,
            "skipped": [
                {"date": off.on.isoformat(), "why": sla_words.off_words(off)} for off in self.skipped
            ],
            "reason": self.reason,
            "is_sure": self.is_sure,
        }

    def lines(self) -> list[str]:
        if self.due_at is None or self.start is None:
            return [f"{self.metric}", f"  {self.reason}"]
        rule = f"{self.rule} v{self.version}" if self.version else self.rule
        return [
            f"{self.metric}",
            f"  start   {_utc(self.start)}",
            f"  due     {_utc(self.due_at)}   {self.due_at.astimezone(self.zone).isoformat()} {self.zone.key}",
            f"  rule    {rule}{'' if self.is_sure else '   (' + _('unsure') + ')'}",
            f"  reason  {self.reason}",
            *(f"  skipped {off.on.isoformat()} {sla_words.off_words(off)}" for off in self.skipped),
        ]


@dataclass(frozen=True)
class Answer:
    """Every clock of the order."""

    clocks: tuple[Clock, ...]

    def document(self) -> dict[str, Any]:
        return {"clocks": [clock.document() for clock in self.clocks]}

    def lines(self) -> list[str]:
        return [line for clock in self.clocks for line in clock.lines()]


def question(
    *,
    region: str,
    moments: dict[str, str | None],
    sub_region: str = "",
    shipping_type: str = "seller",
    order_type: str = REGULAR,
    time_zone: str = "",
    is_cross_border: bool = False,
    is_over_capacity: bool = False,
    handling_days: int | None = None,
    promise_hours: int = 48,
) -> Question:
    """Check what was asked; raises BadQuestion."""
    code = region_code(region)
    market = markets().get(code)
    if market is None:
        raise BadQuestion(f"Unknown region {region!r}; known are {', '.join(sorted(markets()))}.")
    part = sub_region.strip().upper()
    if part and part not in market.sub_regions:
        known = ", ".join(sorted(market.sub_regions)) or "none"
        raise BadQuestion(f"Unknown sub-region {sub_region!r} of {code}; known are: {known}.")
    shipping, kind = _SHIPPING.get(shipping_type.strip().lower()), regular(order_type)
    if shipping is None:
        raise BadQuestion(f"Unknown shipping type {shipping_type!r}; known are PLATFORM, SELLER, FLEET.")
    if kind not in _TYPES:
        raise BadQuestion(
            f"Unknown order type {order_type!r}; known are {', '.join(sorted(_TYPES)).upper()}."
        )
    if not 1 <= promise_hours <= 1000 or not 0 <= (handling_days or 0) <= 400:
        raise BadQuestion("A promise has 1 to 1000 hours, a handling time 0 to 400 days.")
    zone = _zone(time_zone or market.zone)
    created, paid, awaiting, closes = (
        _moment(name, moments.get(name), zone=zone)
        for name in ("created", "paid", "awaiting-shipment", "preorder-close")
    )
    if created is None:
        raise BadQuestion("--created is needed.")
    place = place_of(region=code, time_zone=zone.key, sub_region=part, is_cross_border=is_cross_border)
    starts = Starts(created, paid, awaiting, closes, handling_days, is_over_capacity)
    return Question(shipped_book(place), kind, shipping, starts, promise_hours)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, IsADirectoryError) as error:
        raise BadQuestion(f"Unknown time zone {name!r}.") from error


def _moment(name: str, text: str | None, *, zone: ZoneInfo) -> datetime | None:
    """ISO 8601. Without an offset it is the place's wall clock."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadQuestion(f"--{name} {text!r} is not a time such as 2026-11-25T18:00:00Z.") from error
    if not 2000 <= moment.year <= 2090:
        raise BadQuestion(f"--{name} {text!r} lies outside of the years 2000 to 2090.")
    return moment


def explain(asked: Question) -> Answer:
    """All clocks: the platform's by the rules, and the shop's own promise."""
    book, starts = asked.book, asked.starts
    in_force = dict(
        book.in_force(
            order_type=asked.order_type,
            shipping_type=asked.shipping_type,
            on=book.day_of(starts.placed_at),
        )
    )
    clocks = []
    for metric in Metric:
        terms = in_force.get(metric)
        if terms is None:
            if metric != Metric.FAST_DISPATCH:
                clocks.append(Clock(metric, _("No rule is known, or it is switched off."), is_sure=False))
            continue
        counted, rule = book.count(terms, starts), terms.rule
        doubt = sla_words.doubt(terms, counted)
        facts = {
            "rule": rule.key,
            "version": rule.version,
            "unit": rule.unit,
            "is_sure": not doubt,
            "zone": terms.zone,
        }
        if counted is None:
            clocks.append(Clock(metric, _("The clock has not started."), **facts))
            continue
        reason = sla_words.why(terms, counted)
        clocks.append(Clock(metric, reason, counted.start, counted.due_at, skipped=counted.skipped, **facts))
    return Answer((*clocks, _promise(asked)))


def _promise(asked: Question) -> Clock:
    place, starts = asked.book.place, asked.starts
    zone = ZoneInfo(place.time_zone)
    if asked.order_type != REGULAR:
        return Clock("promise", _("Orders with a handling time of their own are not in the shop's promise."))
    shop = ShopFacts(
        region=place.region, time_zone=place.time_zone, promise_hours=asked.promise_hours, book=asked.book
    )
    due = promise(placed_at=starts.placed_at, shop=shop)
    reason = _("This shop promises the carrier's scan within %(hours)s hours of the order.")
    return Clock(
        "promise",
        reason % {"hours": asked.promise_hours},
        starts.placed_at,
        due.at,
        rule=due.rule_key,
        unit="hours",
        zone=zone,
    )


def _utc(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    text = moment.astimezone(UTC).replace(microsecond=0).isoformat()
    return text.replace("+00:00", "Z")
