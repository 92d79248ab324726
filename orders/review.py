"""Automatic review: approve, hold with reasons, lift a hold when its cause goes; and the same by hand.

Orders come in bulk: load a batch of cases, decide each without a query, write what was decided at once.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from orders import contacts, parts, review_facts, sla
from orders.models import BuyerContact, HoldReason, Order, OrderHold, OrderLine, OrderState, Package
from orders.review_cases import Case, decide, drop, raise_hold, write
from orders.review_checks import ADDRESS_MATTERS
from orders.review_kinds import NOT_WAIVABLE
from orders.sla_clocks import is_scanned
from tenancy.actors import AUTO, Actor

REVIEWABLE = (OrderState.PENDING_REVIEW, OrderState.ON_HOLD, OrderState.APPROVED)


def load_cases(*, order_ids: Iterable[int]) -> list[Case]:
    """Lock orders that may still be stopped or let go, and everything that the decision needs."""
    orders = list(Order.objects.lock().filter(pk__in=list(order_ids), state__in=REVIEWABLE))
    return cases_of(orders=orders)


def cases_of(*, orders: Sequence[Order]) -> list[Case]:
    """Cases of locked orders, in a handful of queries."""
    cases = bare_cases(
        orders=orders, opened=[order.pk for order in orders if order.platform_status in ADDRESS_MATTERS]
    )
    add_stored(cases=cases)
    review_facts.look_up(cases=cases)
    return cases


def bare_cases(*, orders: Sequence[Order], opened: Collection[int]) -> list[Case]:
    """Orders with their lines, and the buyers' contacts of those that are named in `opened`."""
    ids = [order.pk for order in orders]
    lines: dict[int, list[OrderLine]] = {pk: [] for pk in ids}
    for line in OrderLine.objects.filter(order_id__in=ids).order_by("pk"):
        lines[line.order_id].append(line)
    flat = [line for own in lines.values() for line in own]
    shelf = dict(zip((line.pk for line in flat), parts.parts_of(lines=flat), strict=True))
    addresses = {}
    if opened:
        rows = BuyerContact.objects.filter(order_id__in=list(opened))
        addresses = {contact.order_id: contact for contact in rows}
    return [
        Case(
            order=order,
            address=contacts.opened(addresses.get(order.pk)),
            lines=lines[order.pk],
            parts=[shelf[line.pk] for line in lines[order.pk]],
        )
        for order in orders
    ]


def add_stored(*, cases: Sequence[Case]) -> None:
    """The holds and packages that these orders have already."""
    by_order = {case.order.pk: case for case in cases}
    for hold in OrderHold.objects.filter(order_id__in=list(by_order)).order_by("pk"):
        case = by_order[hold.order_id]
        if hold.lifted_at is None:
            case.holds.append(hold)
        elif hold.is_waived and _still_waived(hold, case.order):
            case.waived.add(hold.reason)
    rows = Package.objects.filter(order_id__in=list(by_order)).order_by("pk")
    for order_id, state, platform_id in rows.values_list("order_id", "state", "platform_package_id"):
        by_order[order_id].package_states.append(state)
        by_order[order_id].platform_package_id = platform_id


def _still_waived(hold: OrderHold, order: Order) -> bool:
    """A buyer who asks again after staff kept the order is heard again."""
    if hold.reason != HoldReason.CANCEL_REQUESTED or order.cancel_requested_at is None:
        return True
    return hold.lifted_at is not None and order.cancel_requested_at <= hold.lifted_at


@transaction.atomic
def run(
    *,
    order_ids: Collection[int],
    actor: Actor,
    now: datetime,
    change: Callable[[Case], None] | None = None,
    note: str = "",
) -> list[Case]:
    """Load, change by hand where asked, decide, write."""
    cases = load_cases(order_ids=order_ids)
    for case in cases:
        if change is not None:
            change(case)
        decide(case, now=now)
    write(cases=cases, actor=actor, now=now, note=note)
    sla.follow_packages(order_ids={case.order.pk for case in cases if case.has_changed}, now=now)
    return cases


def review_orders(*, order_ids: Collection[int], now: datetime) -> list[Case]:
    """Review again, for instance because an address or a SKU came."""
    return run(order_ids=order_ids, actor=AUTO, now=now)


def hold_short(*, order_ids: Collection[int], details: Mapping[int, str], now: datetime) -> list[Case]:
    """The warehouse cannot promise all lines. `details`: order id -> what is missing, in SKUs and units."""

    def change(case: Case) -> None:
        raise_hold(case, reason=HoldReason.OUT_OF_STOCK, detail=details.get(case.order.pk, ""))

    return run(order_ids=order_ids, actor=AUTO, now=now, change=change)


def lift(*, order_ids: Collection[int], reason: str, now: datetime, actor: Actor = AUTO) -> list[Case]:
    """The cause of one reason is gone; an order whose last reason this was is approved again."""

    def change(case: Case) -> None:
        drop(case, reasons={reason})

    return run(order_ids=order_ids, actor=actor, now=now, change=change)


@dataclass(frozen=True)
class RowResult:
    """What became of one order of a bulk action; `reason` says why it was skipped or failed."""

    order_id: int
    platform_order_id: str
    outcome: str  # done | skipped | failed
    reason: str = ""


class CannotDecide(RuleViolation):
    """The order is not in a state in which a person may decide this."""

    code = "cannot_decide"
    status = 409


def approve_many(*, order_ids: Collection[int], note: str, actor: Actor, now: datetime) -> list[RowResult]:
    """Let orders go by hand: what is open is waived. Rows that cannot are named; good rows are not held back."""
    return _decide_many(order_ids=order_ids, choose=_approve, note=note, actor=actor, now=now)


def hold_many(*, order_ids: Collection[int], note: str, actor: Actor, now: datetime) -> list[RowResult]:
    """Stop orders by hand."""
    return _decide_many(
        order_ids=order_ids, choose=partial(_hold, note=note), note=note, actor=actor, now=now
    )


def release_many(
    *, order_ids: Collection[int], note: str, actor: Actor, now: datetime, reason: str = ""
) -> list[RowResult]:
    """Lift one reason (or all) of held orders by hand."""
    return _decide_many(
        order_ids=order_ids, choose=partial(_release, reason=reason), note=note, actor=actor, now=now
    )


def approve(*, order_id: int, note: str, actor: Actor, now: datetime) -> RowResult:
    return _only(approve_many(order_ids=[order_id], note=note, actor=actor, now=now))


def hold(*, order_id: int, note: str, actor: Actor, now: datetime) -> RowResult:
    return _only(hold_many(order_ids=[order_id], note=note, actor=actor, now=now))


def release(*, order_id: int, note: str, actor: Actor, now: datetime, reason: str = "") -> RowResult:
    return _only(release_many(order_ids=[order_id], note=note, actor=actor, now=now, reason=reason))


def _only(results: list[RowResult]) -> RowResult:
    if not results or results[0].outcome == "failed":
        raise CannotDecide(results[0].reason if results else _("This order does not exist."))
    return results[0]


def _decide_many(
    *,
    order_ids: Collection[int],
    choose: Callable[[Case], tuple[str, str]],
    note: str,
    actor: Actor,
    now: datetime,
) -> list[RowResult]:
    """`choose` changes a case and says done, skipped or failed."""
    outcomes: dict[int, tuple[str, str]] = {}

    def change(case: Case) -> None:
        outcomes[case.order.pk] = choose(case)

    run(order_ids=order_ids, actor=actor, now=now, change=change, note=note)
    names = dict(Order.objects.filter(pk__in=list(order_ids)).values_list("pk", "platform_order_id"))
    over = ("skipped", _("The order is over: nothing can be decided about it any more."))
    return [
        RowResult(pk, name, *outcomes.get(pk, over))
        for pk, name in sorted(names.items(), key=lambda row: row[1])
    ]


def _approve(case: Case) -> tuple[str, str]:
    if case.order.state == OrderState.APPROVED:
        return "skipped", _("It is approved already.")
    return _release(case, reason="")


def _release(case: Case, *, reason: str) -> tuple[str, str]:
    wanted = {reason} & case.open_reasons if reason else case.open_reasons
    if not wanted:
        is_new = case.order.state == OrderState.PENDING_REVIEW
        return ("done", "") if is_new else ("skipped", _("It is not on hold for this reason."))
    fixed = sorted(wanted & NOT_WAIVABLE)
    if fixed:
        why = HoldReason(fixed[0]).label
        return "failed", _("“%(reason)s” cannot be decided away: it lifts itself when its cause goes.") % {
            "reason": why
        }
    drop(case, reasons=wanted)
    case.is_waiving = True
    return "done", ""


def _hold(case: Case, *, note: str) -> tuple[str, str]:
    if HoldReason.MANUAL in case.open_reasons:
        return "skipped", _("It is held by a person already.")
    if is_scanned(platform_status=case.order.platform_status, package_states=case.package_states):
        return "failed", _("The carrier has it: it can no longer be stopped here.")
    raise_hold(case, reason=HoldReason.MANUAL, detail=note)
    return "done", ""
