"""What a rule would have held in the last days, had it been as somebody is about to set it. Writes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from orders import review, review_facts, review_rules
from orders.models import HoldReason, Order, OrderHold, PlatformStatus, RuleMode
from orders.review_cases import Case, facts_of
from orders.review_checks import find
from orders.review_rules import Rule, Ruleset

LOOKS_BACK = timedelta(days=7)
ORDERS_AT_MOST = 5000
CONTACTS_AT_MOST = 2000  # opening one takes longer than everything else about an order
CHUNK = 500
EXAMPLES = 20
# These look at who the buyer is and where the parcel goes.
_OPENS_CONTACTS = frozenset(
    {
        HoldReason.ADDRESS_MISSING,
        HoldReason.ADDRESS_INVALID,
        HoldReason.ADDRESS_MASKED,
        HoldReason.ADDRESS_DOUBTFUL,
        HoldReason.MANY_TO_ADDRESS,
        HoldReason.BLOCKED,
    }
)
# What was true for a while and is over cannot be worked out from the order as it is today: what happened is counted.
_FROM_HISTORY = frozenset(
    {HoldReason.UNPAID, HoldReason.PLATFORM_HOLD, HoldReason.UNMAPPED_SKU, HoldReason.OUT_OF_STOCK}
)


@dataclass(frozen=True)
class Example:
    """One order that the rule meets."""

    order: Order
    detail: str


@dataclass(frozen=True)
class DryRun:
    """What came of it. `is_cut`: only the newest orders were looked at; `is_history`: what happened was counted."""

    rule: Rule
    orders: int
    met: int
    examples: tuple[Example, ...]
    is_cut: bool
    is_history: bool

    @property
    def share(self) -> float:
        """Per cent of the orders."""
        return 100 * self.met / self.orders if self.orders else 0.0


def dry_run(*, rule: Rule, shop_id: int | None, now: datetime) -> DryRun:
    """Ask the rule of the last 7 days' orders of a shop, or of all."""
    wanted = review_rules.checked(rule=rule)
    found = Order.objects.filter(placed_at__gte=now - LOOKS_BACK, placed_at__lte=now)
    if shop_id is not None:
        found = found.filter(shop_id=shop_id)
    newest = found.order_by("-placed_at").select_related("shop")
    most = CONTACTS_AT_MOST if wanted.reason in _OPENS_CONTACTS else ORDERS_AT_MOST
    rows = list(newest[: most + 1])
    orders = [order for order in rows[:most] if order.is_ours_to_ship]
    is_history = wanted.reason in _FROM_HISTORY
    if wanted.mode == RuleMode.OFF:
        examples = []
    elif is_history:
        examples = _from_history(orders, wanted.reason)
    else:
        examples = list(_asked_again(orders, wanted, now=now))
    return DryRun(
        rule=wanted,
        orders=len(orders),
        met=len(examples),
        examples=tuple(examples[:EXAMPLES]),
        is_cut=len(rows) > most,
        is_history=is_history,
    )


def _from_history(orders: Sequence[Order], reason: str) -> list[Example]:
    by_id = {order.pk: order for order in orders}
    rows = OrderHold.objects.filter(order_id__in=list(by_id), reason=reason).order_by("order_id", "pk")
    held = dict(rows.values_list("order_id", "detail"))
    warned = {pk: order.warnings[reason] for pk, order in by_id.items() if reason in order.warnings}
    return [Example(by_id[pk], detail) for pk, detail in {**held, **warned}.items()]


def _asked_again(orders: Sequence[Order], rule: Rule, *, now: datetime) -> Iterator[Example]:
    """By the very checks of review, with this rule alone."""
    present = review_rules.current()
    silent = {reason: replace(one, mode=RuleMode.OFF) for reason, one in review_rules.SHIPPED.items()}
    only = Ruleset(stamp="", seller={**silent, rule.reason: rule}, blocked=present.blocked)
    for start in range(0, len(orders), CHUNK):
        chunk = [_as_it_arrived(order, rule) for order in orders[start : start + CHUNK]]
        opened = [order.pk for order in chunk] if rule.reason in _OPENS_CONTACTS else []
        cases = review.bare_cases(orders=chunk, opened=opened)
        review_facts.look_up(cases=cases, rules=only)
        for case in cases:
            found = _met(case, rule, now=now)
            if found is not None:
                yield Example(case.order, found)


def _as_it_arrived(order: Order, rule: Rule) -> Order:
    """An order that has shipped since looked different when review met it. Nothing of this is saved."""
    if order.platform_status not in (PlatformStatus.UNPAID, PlatformStatus.ON_HOLD):
        order.platform_status = PlatformStatus.AWAITING_SHIPMENT
    if rule.reason == HoldReason.CANCEL_REQUESTED:
        order.is_buyer_cancel_requested = order.cancel_requested_at is not None
    if rule.reason == HoldReason.WRONG_WAREHOUSE:
        order.warehouse_code = ""
    return order


def _met(case: Case, rule: Rule, *, now: datetime) -> str | None:
    """The detail where the rule meets the order."""
    moment = now
    if rule.reason == HoldReason.FIRST_HOUR:
        moment = case.order.paid_at or case.order.placed_at
    for one in find(facts_of(case), rules=case.rules, now=moment):
        if one.reason == rule.reason:
            return one.detail
    return None
