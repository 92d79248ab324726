"""The rulebook as one shop's orders see it: which version of which rule holds when, and what it comes to. Pure.

A book is compiled once and asked for every order: what it counted for one day it remembers.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from orders.calendars import Days, Span
from orders.sla_count import Counted, Terms, count, moments
from orders.sla_rules import Metric, Rule, markets, regular, shipped

PLATFORM_HOLD = timedelta(hours=1)  # the buyer's hour: nothing can be shipped before it is over
_REMEMBERED = 5_000


@dataclass(frozen=True)
class Notice:
    """What was announced for some days of a region, or of one part of it."""

    region: str
    effect: str  # not_worked | exempt | extend
    span: Span
    sub_region: str = ""


@dataclass(frozen=True)
class Place:
    """Where a shop sells from, as far as rules care."""

    region: str
    time_zone: str
    sub_region: str = ""
    is_cross_border: bool = False


class Starts(NamedTuple):
    """The moments at which clocks of one order may start, as far as they are known."""

    placed_at: datetime
    paid_at: datetime | None = None
    awaiting_at: datetime | None = None
    preorder_close_at: datetime | None = None
    handling_days: int | None = None
    is_over_capacity: bool = False

    def of(self, clock_start: str) -> datetime | None:
        if clock_start == "created":
            return self.placed_at
        if clock_start == "paid":
            return self.paid_at or self.placed_at
        if clock_start == "awaiting_shipment":
            return self.awaiting_at or (self.paid_at or self.placed_at) + PLATFORM_HOLD
        return self.preorder_close_at


@dataclass(eq=False)
class Book:
    """The rules of one place. `changed_at`: the newest change of the rulebook that went into it."""

    place: Place
    rules: tuple[Rule, ...]
    notices: tuple[Notice, ...] = ()
    changed_at: datetime | None = None

    def __post_init__(self) -> None:
        self._in_force: dict[tuple, tuple[tuple[Metric, Terms], ...]] = {}
        self._terms: dict[Rule, Terms] = {}
        wants_cross = self.place.is_cross_border and any(rule.is_cross_border for rule in self.rules)
        self._keys: dict[tuple[str, str], dict[str, list[Rule]]] = defaultdict(lambda: defaultdict(list))
        for rule in self.rules:
            if rule.is_cross_border == wants_cross and rule.sub_region in ("", self.place.sub_region):
                self._keys[rule.metric, rule.order_type][rule.key].append(rule)
        self.by_name = {rule.name: rule for rule in sorted(self.rules, key=lambda rule: rule.is_own)}
        self.has_exemptions = any(notice.effect == "exempt" for notice in self.notices)
        zones = {rule.zone for rule in self.rules if rule.zone}
        # Which version holds is a matter of the market's midnight.
        self.zone = ZoneInfo(next(iter(zones)) if len(zones) == 1 else self.place.time_zone)

    def in_force(self, *, order_type: str, shipping_type: str, on: date) -> tuple[tuple[Metric, Terms], ...]:
        """Every metric's rule for orders of that day."""
        key = (order_type, shipping_type, on)
        found = self._in_force.get(key)
        if found is None:
            kind = regular(order_type)
            chosen = [(metric, self._choose(metric, kind, shipping_type, on)) for metric in Metric]
            found = tuple((metric, self.terms(rule)) for metric, rule in chosen if rule)
            self._in_force[key] = found
        return found

    def _choose(self, metric: Metric, order_type: str, shipping_type: str, on: date) -> Rule | None:
        """The most particular rule that is on; of its versions the seller's own before ours, the newest first."""
        best: Rule | None = None
        for versions in self._keys.get((metric, order_type), {}).values():
            holding = [
                rule
                for rule in versions
                if rule.holds_on(on) and rule.shipping_type in ("", shipping_type.lower())
            ]
            rule = max(holding, key=lambda one: (one.is_own, one.version), default=None)
            if rule and rule.is_on and (best is None or _particular(rule) > _particular(best)):
                best = rule
        return best

    def terms(self, rule: Rule) -> Terms:
        """The rule with the calendar of this place."""
        if rule not in self._terms:
            exempt = rule.exemptions + tuple(self._spans("exempt"))
            days = Days(rule.week_end, rule.holiday_calendar, tuple(self._spans("not_worked")), exempt)
            zone = ZoneInfo(rule.zone or self.place.time_zone)
            self._terms[rule] = Terms(rule, zone, days, tuple(self._spans("extend")))
        return self._terms[rule]

    def _spans(self, effect: str) -> Iterator[Span]:
        for notice in self.notices:
            if notice.effect == effect and notice.sub_region in ("", self.place.sub_region):
                yield notice.span

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def forecast(
        self, *, order_type: str, shipping_type: str, starts: Starts
    ) -> dict[Metric, tuple[Rule, datetime]]:
        """Metric -> its rule and deadline. The hot path: one look-up per metric for a day that was seen before."""
        found = {}
        on = starts.placed_at.astimezone(self.zone).date()
        for metric, terms in self.in_force(order_type=order_type, shipping_type=shipping_type, on=on):
            start = starts.of(terms.rule.clock_start)
            if start is not None:
                found[metric] = (terms.rule, self._due(terms, start, starts))
        return found

    def _due(self, terms: Terms, start: datetime, starts: Starts) -> datetime:
        rule = terms.rule
        if rule.unit == "hours" and not terms.days.exempt and not terms.extensions:
            return start + timedelta(hours=rule.amount) + timedelta(days=self._capacity(rule, starts))
        if rule.unit == "hours":
            return self.count(terms, starts).due_at
        local = start.astimezone(terms.zone)
        is_late = rule.order_cutoff is not None and local.time() >= rule.order_cutoff
        key = (local.toordinal(), is_late, starts.handling_days, starts.is_over_capacity)
        due = terms.known.get(key)
        if due is None:
            if len(terms.known) >= _REMEMBERED:
                terms.known.clear()
            due = terms.known[key] = self.count(terms, starts).due_at
        return due

    @staticmethod
    def _capacity(rule: Rule, starts: Starts) -> int:
        return rule.capacity_extension if starts.is_over_capacity else 0

    def count(self, terms: Terms, starts: Starts) -> Counted | None:
        """The long way, with every day that was passed over; None when the clock has not started."""
        start = starts.of(terms.rule.clock_start)
        if start is None:
            return None
        return count(
            terms, start=start, handling_days=starts.handling_days, is_over_capacity=starts.is_over_capacity
        )

    def stands_until(self, rule: Rule, *, now: datetime) -> datetime | None:
        """The end of the exemption in which a clock stands still at this moment."""
        if not rule.exemptions and not self.has_exemptions:
            return None
        terms = self.terms(rule)
        found = None
        for span in terms.days.exempt:
            begins, ends = moments(span, zone=terms.zone)
            if begins <= now < ends and (found is None or ends > found):
                found = ends
        return found

    def pauses(self) -> Iterable[datetime]:
        """The moments at which exemptions begin."""
        for rule in self.rules:
            terms = self.terms(rule)
            for span in terms.days.exempt:
                yield moments(span, zone=terms.zone)[0]


def _particular(rule: Rule) -> tuple[bool, bool]:
    return bool(rule.sub_region), bool(rule.shipping_type)


@lru_cache(maxsize=256)
def shipped_book(place: Place) -> Book:
    """What holds where nobody has edited anything."""
    return Book(place, tuple(rule for rule in shipped() if rule.region == place.region))


def place_of(
    *, region: str, time_zone: str = "", sub_region: str = "", is_cross_border: bool = False
) -> Place:
    """A place by codes; the market's own clock where none is given."""
    market = markets().get(region)
    return Place(region, time_zone or (market.zone if market else "UTC"), sub_region, is_cross_border)
