"""The rules of the regions as effective-dated records, read from the data files in `orders/rulebook/`.

They forecast, check and explain; the platform's own times win. A file may give a list for some fields: one record each.
"""

import json
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, time
from enum import StrEnum
from functools import cache, cached_property, lru_cache
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from orders.calendars import WEEK, Span, is_calendar

FOLDER = Path(__file__).resolve().parent / "rulebook"
LONG_AGO = date(2020, 1, 1)
REGULAR = "normal"
# Order types of the wire that are shipped like any other.
_REGULAR = frozenset({"", "normal", "zero_lottery", "auction"})
_SPELLINGS = {"preorder": "pre_order", "backorder": "back_order", "made_to_order": "made_to_order"}


class Metric(StrEnum):
    LATE_DISPATCH = "late_dispatch"
    LATE_COLLECTION = "late_collection"
    CANCEL_SHIP = "auto_cancel_ship"
    CANCEL_COLLECT = "auto_cancel_collect"
    DELIVER_BY = "deliver_by"
    FAST_DISPATCH = "fast_dispatch"


ALLOWED: dict[str, tuple[str, ...]] = {
    "metric": tuple(Metric),
    "unit": ("hours", "business_days", "calendar_days"),
    "clock_start": ("created", "paid", "awaiting_shipment", "preorder_close"),
    "clock_stop": ("rts", "in_transit", "delivered"),
    "shipping_type": ("", "platform", "seller", "fleet"),
    "confidence": ("high", "medium", "low", "none"),
}


class BadRule(ValueError):
    """A record does not make sense; the message says which field and why."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How one deadline of one market is counted, from one day on."""

    region: str
    metric: str
    sub_region: str = ""
    shipping_type: str = ""  # empty: any
    order_type: str = REGULAR
    is_cross_border: bool = False
    version: int = 1
    is_own: bool = False  # a seller's version, not a shipped one
    valid_from: date = LONG_AGO
    valid_to: date | None = None
    clock_start: str = "created"
    clock_stop: str = "rts"
    unit: str = "business_days"
    amount: int = 0
    handling_min: int = 0  # the seller's handling time counts too; this many days where it is not known
    order_cutoff: time | None = (
        None  # before it the order's own working day is day 0, from it on the next one is
    )
    end_of_day: time = time(23, 59, 59)
    zone: str = ""  # empty: the shop's own
    week_end: frozenset[int] = frozenset()
    holiday_calendar: str = ""
    exemptions: tuple[Span, ...] = ()
    capacity_extension: int = 0  # days more for orders above the day's capacity
    is_rest_day_unsure: bool = False  # the page does not say how an order of a day off is counted
    source: str = ""
    source_url: str = ""
    confidence: str = "low"
    is_on: bool = True

    @cached_property
    def key(self) -> str:
        """The same for all versions of a rule."""
        parts = [
            self.region.lower(),
            self.sub_region.lower(),
            self.metric,
            self.order_type,
            self.shipping_type,
        ]
        if self.is_cross_border:
            parts.append("cross")
        return ".".join(part for part in parts if part)

    @cached_property
    def name(self) -> str:
        """What a clock keeps: rule and version."""
        return f"{self.key}@{self.version}"

    @property
    def is_sure(self) -> bool:
        return self.confidence == "high"

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@lru_cache(maxsize=256)
def regular(order_type: str) -> str:
    """The order type that rules know, from any spelling."""
    plain = order_type.strip().lower().replace("-", "_").replace(" ", "_")
    plain = _SPELLINGS.get(plain, plain)
    return REGULAR if plain in _REGULAR else plain


# --- data in and out ---

_DATES = frozenset({"valid_from", "valid_to"})
_TIMES = frozenset({"order_cutoff", "end_of_day"})
_NAMES = frozenset(field.name for field in fields(Rule))


def to_data(rule: Rule) -> dict[str, Any]:
    """All fields as plain JSON values."""
    data = asdict(rule)
    for name in _DATES | _TIMES:
        data[name] = data[name].isoformat() if data[name] else None
    data["week_end"] = [WEEK[day] for day in sorted(rule.week_end)]
    data["exemptions"] = [
        {"starts_on": span.starts_on.isoformat(), "ends_on": span.ends_on.isoformat(), "words": span.words}
        for span in rule.exemptions
    ]
    return data


def from_data(data: dict[str, Any]) -> Rule:
    """A checked record from JSON values; raises BadRule."""
    if unknown := sorted(set(data) - _NAMES):
        raise BadRule(f"unknown field {unknown[0]}")
    values = dict(data)
    try:
        for name in _DATES & set(values):
            values[name] = date.fromisoformat(values[name]) if values[name] else None
        for name in _TIMES & set(values):
            values[name] = time.fromisoformat(values[name]) if values[name] else None
        if "week_end" in values:
            values["week_end"] = frozenset(WEEK.index(day) for day in values["week_end"])
        if "exemptions" in values:
            values["exemptions"] = tuple(_span(one) for one in values["exemptions"])
        values["valid_from"] = values.get("valid_from") or LONG_AGO
        values["end_of_day"] = values.get("end_of_day") or time(23, 59, 59)
        rule = Rule(**values)
    except (TypeError, ValueError, KeyError) as error:
        raise BadRule(str(error)) from error
    check(rule)
    return rule


def _span(data: dict[str, str]) -> Span:
    span = Span(
        date.fromisoformat(data["starts_on"]), date.fromisoformat(data["ends_on"]), data.get("words", "")
    )
    if span.ends_on < span.starts_on:
        raise BadRule("an exemption ends before it starts")
    return span


def check(rule: Rule) -> None:
    """Raise BadRule when the fields do not fit together."""
    for name, allowed in ALLOWED.items():
        if getattr(rule, name) not in allowed:
            raise BadRule(f"{name} must be one of {', '.join(one or '(any)' for one in allowed)}")
    if (
        not 0 <= rule.amount <= 400
        or not 0 <= rule.handling_min <= 60
        or not 0 <= rule.capacity_extension <= 30
    ):
        raise BadRule(_("an amount is out of range"))
    if rule.valid_to and rule.valid_to < rule.valid_from:
        raise BadRule(_("the rule ends before it begins"))
    if len(rule.week_end) > 6:
        raise BadRule(_("a week needs a working day"))
    if rule.holiday_calendar and not is_calendar(rule.holiday_calendar):
        raise BadRule(f"no holiday calendar {rule.holiday_calendar}")
    if rule.order_cutoff and rule.order_cutoff.second:
        raise BadRule(_("the cut-off is a whole minute"))
    try:
        ZoneInfo(rule.zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadRule(f"no time zone {rule.zone}") from error


# --- what is shipped ---


@dataclass(frozen=True)
class Market:
    """A region's own clock and week, and the parts of it that work other days."""

    code: str
    zone: str
    calendar: str
    week_end: frozenset[int]
    sub_regions: dict[str, frozenset[int]]


@cache
def markets() -> dict[str, Market]:
    """Every region that the rulebook knows."""
    found = json.loads((FOLDER / "regions.json").read_text(encoding="utf-8"))
    return {
        code: Market(
            code=code,
            zone=one["zone"],
            calendar=one["calendar"],
            week_end=_week(one["week_end"]),
            sub_regions={name: _week(part["week_end"]) for name, part in one.get("sub_regions", {}).items()},
        )
        for code, one in found.items()
    }


def _week(days: list[str]) -> frozenset[int]:
    return frozenset(WEEK.index(day) for day in days)


@cache
def shipped() -> tuple[Rule, ...]:
    """All shipped records, versions of one rule numbered by the day from which they hold."""
    records: list[Rule] = []
    for path in sorted(FOLDER.glob("*.json")):
        if path.name != "regions.json":
            records += _records(json.loads(path.read_text(encoding="utf-8")))
    records.sort(key=lambda rule: (rule.key, rule.valid_from))
    numbered: list[Rule] = []
    for rule in records:
        is_next = bool(numbered) and numbered[-1].key == rule.key
        numbered.append(replace(rule, version=numbered[-1].version + 1 if is_next else 1))
    return tuple(numbered)


def _records(document: dict[str, Any]) -> list[Rule]:
    lists = ("region", "sub_region", "metric", "order_type")
    found = []
    for entry in document["rules"]:
        whole = {"sub_region": [""], "order_type": [REGULAR], **document["same"], **entry}
        for values in product(*(whole[name] for name in lists)):
            found.append(_record({**whole, **dict(zip(lists, values, strict=True))}))
    return found


def _record(data: dict[str, Any]) -> Rule:
    """Week and holidays are the market's where the record names none."""
    market = markets()[data["region"]]
    week_end = market.sub_regions.get(data["sub_region"], market.week_end)
    days = {"week_end": [WEEK[day] for day in sorted(week_end)], "holiday_calendar": market.calendar}
    return from_data({**(days if data.get("unit") == "business_days" else {}), **data})


def region_code(region: str) -> str:
    """`uk` -> `GB`; the general South-East Asian text is Vietnam's."""
    code = region.strip().upper()
    return {"UK": "GB", "SEA": "VN"}.get(code, code)
