"""“Why this deadline?”: each deadline of an order beside what our rule would have said, and the difference."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from core import clock as clocks
from core.templatetags.ui import words_left
from orders.models import ClockKind, ClockSource, SlaClock
from orders.sla import shop_facts
from orders.sla_rules import LONG_AGO, Rule, rule_for

_COLUMNS = (
    (ClockKind.DISPATCH, "dispatch_due_at"),
    (ClockKind.COLLECTION, "collection_due_at"),
    (ClockKind.PROMISE, "promise_due_at"),
    (ClockKind.CANCEL, "cancel_due_at"),
    (ClockKind.DELIVERY, "deliver_due_at"),
)


@dataclass(frozen=True)
class Check:
    """One kind of deadline: what counts, what our rule says, by how much they differ."""

    kind: str
    label: str
    due_at: datetime | None
    is_pressing: bool
    rule: Rule | None
    rule_due_at: datetime | None

    @property
    def difference(self) -> timedelta | None:
        """Positive: the platform gives more time than our rule."""
        return self.due_at - self.rule_due_at if self.due_at and self.rule_due_at else None

    @property
    def difference_words(self) -> str:
        """How much more or less time the platform gives than our rule."""
        if self.difference is None:
            return "—"
        seconds = self.difference.total_seconds()
        if abs(seconds) < 60:
            return _("the same")
        time = words_left(abs(seconds))
        return (_("%(time)s more") if seconds > 0 else _("%(time)s less")) % {"time": time}

    @property
    def in_force_since(self) -> date | None:
        return self.rule.valid_from if self.rule and self.rule.valid_from > LONG_AGO else None


def checks(clock: SlaClock) -> list[Check]:
    """Every deadline that the order has or that a rule knows, in the order in which they come."""
    shop, order, facts = clock.shop, clock.order, shop_facts(clock.shop)
    placed_on = clocks.local(order.placed_at, zone=shop.time_zone).date()
    found = []
    for kind, column in _COLUMNS:
        rule = None
        if kind != ClockKind.PROMISE and order.order_type == "normal":
            rule = rule_for(
                region=shop.region, kind=kind, on=placed_on, is_cross_border=facts.is_cross_border
            )
        due_at = getattr(clock, column)
        if due_at is None and rule is None:
            continue
        found.append(
            Check(
                kind=kind,
                label=str(kind.label),
                due_at=due_at,
                is_pressing=clock.due_kind == kind,
                rule=rule,
                rule_due_at=rule.due_at(
                    placed_at=order.placed_at, region=shop.region, shop_zone=shop.time_zone
                )
                if rule
                else None,
            )
        )
    return found


def is_by_platform(clock: SlaClock) -> bool:
    return clock.due_source == ClockSource.PLATFORM
