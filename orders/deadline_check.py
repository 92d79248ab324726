"""“Why this deadline?”: each deadline of an order, how our rule comes to it, and how far the platform is from that."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from core.templatetags.ui import words_left
from orders import sla_words
from orders.models import ClockKind, PlatformStatus, SlaClock
from orders.sla import shop_facts
from orders.sla_book import Starts
from orders.sla_clocks import BITS, DRIFT_FROM
from orders.sla_count import Counted, Terms
from orders.sla_rules import LONG_AGO, Metric, Rule

_COLUMNS = {
    Metric.LATE_DISPATCH: (ClockKind.DISPATCH, "dispatch_due_at"),
    Metric.LATE_COLLECTION: (ClockKind.COLLECTION, "collection_due_at"),
    Metric.CANCEL_SHIP: (ClockKind.CANCEL, "cancel_ship_due_at"),
    Metric.CANCEL_COLLECT: (ClockKind.CANCEL, "cancel_collect_due_at"),
    Metric.DELIVER_BY: (ClockKind.DELIVERY, "deliver_due_at"),
}


@dataclass(frozen=True)
class Check:
    """One deadline: what counts, what our rule says and why, by how much they differ."""

    label: str
    due_at: datetime | None
    is_given: bool
    is_pressing: bool
    terms: Terms | None = None
    counted: Counted | None = None
    own_words: str = ""  # the shop's own promise has words instead of a rule

    @property
    def rule(self) -> Rule | None:
        return self.terms.rule if self.terms else None

    @property
    def rule_due_at(self) -> datetime | None:
        return self.counted.due_at if self.counted else None

    @property
    def rule_words(self) -> str:
        return sla_words.rule_words(self.rule) if self.rule else self.own_words

    @property
    def why(self) -> str:
        """How our rule comes to its time, in one sentence."""
        if self.terms and self.counted:
            return sla_words.why(self.terms, self.counted)
        return _("The clock has not started.") if self.terms else ""

    @property
    def doubt(self) -> str:
        return sla_words.doubt(self.terms, self.counted) if self.terms else ""

    @property
    def difference(self) -> timedelta | None:
        """Positive: the platform gives more time than our rule."""
        if not self.is_given or not self.due_at or not self.rule_due_at:
            return None
        return self.due_at - self.rule_due_at

    @property
    def is_drift(self) -> bool:
        return self.difference is not None and abs(self.difference) > DRIFT_FROM

    @property
    def difference_words(self) -> str:
        """How much more or less time the platform gives than our rule."""
        if self.difference is None:
            return "—"
        if not self.is_drift:
            return _("the same")
        seconds = self.difference.total_seconds()
        time = words_left(abs(seconds))
        return (_("%(time)s more") if seconds > 0 else _("%(time)s less")) % {"time": time}

    @property
    def in_force_since(self) -> date | None:
        return self.rule.valid_from if self.rule and self.rule.valid_from > LONG_AGO else None


@dataclass(frozen=True)
class Explanation:
    """The pressing deadline in one sentence, its rule and version, and until when it stands still."""

    kind: str
    sentence: str
    rule: str
    pause: str
    is_sure: bool
    doubt: str


def checks(clock: SlaClock) -> list[Check]:
    """Every deadline that the order has or that a rule knows, in the order in which they come."""
    order, facts = clock.order, shop_facts(clock.shop)
    in_force = dict(
        facts.book.in_force(
            order_type=order.order_type,
            shipping_type=order.shipping_type,
            on=facts.book.day_of(order.placed_at),
        )
    )
    starts = Starts(
        placed_at=order.placed_at,
        paid_at=order.paid_at,
        preorder_close_at=order.released_at,
        handling_days=order.handling_days,
    )
    found = []
    for metric, (kind, column) in _COLUMNS.items():
        due_at, terms = getattr(clock, column), in_force.get(metric)
        if due_at is None and terms is None:
            continue
        is_given = bool(due_at) and (clock.given is None or bool(clock.given & BITS[metric]))
        found.append(
            Check(
                label=str(sla_words.METRICS[metric]),
                due_at=due_at,
                is_given=is_given,
                is_pressing=clock.due_kind == kind and clock.due_at == due_at,
                terms=terms,
                counted=facts.book.count(terms, starts) if terms else None,
            )
        )
    return found + _promise(clock)


def _promise(clock: SlaClock) -> list[Check]:
    if clock.promise_due_at is None:
        return []
    hours = round((clock.promise_due_at - clock.order.placed_at).total_seconds() / 3600)
    words = _("This shop promises the carrier's scan within %(hours)s hours of the order.") % {"hours": hours}
    is_pressing = clock.due_kind == ClockKind.PROMISE
    label = str(ClockKind.PROMISE.label)
    return [Check(label, clock.promise_due_at, is_given=False, is_pressing=is_pressing, own_words=words)]


def explain(clock: SlaClock, *, found: list[Check]) -> Explanation:
    """Why the pressing deadline is what it is."""
    pressing = next((check for check in found if check.is_pressing), None)
    kind = str(ClockKind(clock.due_kind).label) if clock.due_kind else ""
    if pressing is None:
        sentence = _("No deadline is known for this order.")
    elif pressing.is_given:
        sentence = _given_words(pressing)
    else:
        sentence = pressing.why or pressing.own_words
    rule = pressing.rule if pressing else None
    doubt = pressing.doubt if pressing and not pressing.is_given else ""
    return Explanation(
        kind=kind,
        sentence=sentence,
        rule=rule.name if rule else "",
        pause=pause_words(clock),
        is_sure=not doubt,
        doubt=doubt,
    )


def _given_words(check: Check) -> str:
    if check.difference is None:
        return _("The platform gave this time itself; we know no rule to check it by.")
    if check.is_drift:
        words = {"difference": check.difference_words}
        return _("The platform gave this time itself: %(difference)s than our rule, and it counts.") % words
    return _("The platform gave this time itself, and our rule says the same.") + " " + check.why


def pause_words(clock: SlaClock) -> str:
    """What a clock that stands still waits for; its end stands beside it."""
    if not clock.is_open:
        return ""
    if clock.order.platform_status == PlatformStatus.ON_HOLD:
        return _("The buyer may still change their mind: the platform holds the order.")
    if clock.order.platform_status == PlatformStatus.UNPAID:
        return _("The order is not paid yet.")
    return _("An exemption of the market: the clock stands still.") if clock.paused_until else ""
