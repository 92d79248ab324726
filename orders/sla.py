"""The deadline's one writer: starts it, keeps the queue's tab, stops it at the carrier's pickup scan, announces it once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce

from orders import history, sla_books, sla_clocks
from orders.events import OrderAtRisk, OrderBreached
from orders.models import (
    HistoryKind,
    Order,
    OrderState,
    Package,
    SlaClock,
)
from orders.sla_clocks import PAUSED, Clocks, OrderFacts, ShopFacts, is_scanned, tab_for
from orders.sla_levels import LEFT, Level
from relay import outbox
from tenancy.actors import AUTO
from tenancy.models import Shop

AT_RISK_WITHIN = LEFT[Level.H4]
_FOLLOWED = ["tab", "is_open", "stopped_at"]
_PLACED_BY = [
    f"order__{name}"
    for name in ("state", "platform_status", "collected_at", "fulfillment_type", "shipping_type")
]
WRITTEN = [
    "is_open",
    "tab",
    "due_at",
    "due_kind",
    "due_source",
    "rule_key",
    "dispatch_due_at",
    "collection_due_at",
    "cancel_due_at",
    "deliver_due_at",
    "promise_due_at",
    "cancel_ship_due_at",
    "cancel_collect_due_at",
    "given",
    "drift",
    "rules_as_of",
    "paused_until",
    "stopped_at",
    "at_risk_at",
    "breached_at",
    "is_cancel_requested",
]


def shop_facts(shop: Shop) -> ShopFacts:
    """What the rules need to know about a shop: one query, and two more after the rulebook was changed."""
    return sla_books.facts_of(shop)


def set_clock(
    clock: SlaClock,
    *,
    order: Order,
    facts: OrderFacts,
    shop: ShopFacts,
    package_states: list[str],
    now: datetime,
) -> SlaClock:
    """Fill an unsaved or locked clock from the platform's present picture. The caller saves it, with many others."""
    clocks = sla_clocks.clocks_for(order=facts, shop=shop, now=now)
    shop.drifts.extend(
        drift._replace(order_id=order.pk)
        for drift in clocks.drifts
        if not clock.drift & sla_clocks.BITS[drift.metric]
    )
    for name, value in deadline_values(clocks).items():
        setattr(clock, name, value)
    clock.given, clock.rules_as_of = clocks.given, shop.book.changed_at
    clock.is_cancel_requested = order.is_buyer_cancel_requested
    _place(clock, order=order, package_states=package_states, now=now)
    warned = warnings(clock.due_at, at_risk_at=clock.at_risk_at, breached_at=clock.breached_at, now=now)
    clock.at_risk_at, clock.breached_at = warned
    return clock


def warnings(
    due_at: datetime | None, *, at_risk_at: datetime | None, breached_at: datetime | None, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """What was announced and still is so: a deadline that was moved away may come near again."""
    if due_at is None or due_at > now + AT_RISK_WITHIN:
        return None, None
    return at_risk_at, None if due_at > now else breached_at


def deadline_values(clocks: Clocks) -> dict[str, object]:
    """All times of an order as columns of its row."""
    pressing = clocks.pressing
    return {
        "due_at": pressing.at if pressing else None,
        "due_kind": pressing.kind if pressing else "",
        "due_source": pressing.source if pressing else "",
        "rule_key": pressing.rule_key if pressing else "",
        "dispatch_due_at": clocks.dispatch.at if clocks.dispatch else None,
        "collection_due_at": clocks.collection.at if clocks.collection else None,
        "cancel_due_at": clocks.cancel.at if clocks.cancel else None,
        "deliver_due_at": clocks.deliver.at if clocks.deliver else None,
        "promise_due_at": clocks.promise.at if clocks.promise else None,
        "cancel_ship_due_at": clocks.cancel_ship.at if clocks.cancel_ship else None,
        "cancel_collect_due_at": clocks.cancel_collect.at if clocks.cancel_collect else None,
        "drift": clocks.drift,
        "paused_until": clocks.paused_until,
    }


def _place(clock: SlaClock, *, order: Order, package_states: list[str], now: datetime) -> None:
    """Tab, open or stopped."""
    status = order.platform_status
    clock.tab = tab_for(state=order.state, platform_status=status, package_states=package_states)
    scanned = is_scanned(platform_status=status, package_states=package_states)
    is_over = order.state in (OrderState.CANCELLED, OrderState.COMPLETED)
    clock.is_open = not (scanned or is_over)
    if scanned and clock.stopped_at is None and order.state != OrderState.CANCELLED:
        clock.stopped_at = order.collected_at or now
    if not order.is_ours_to_ship and order.state == OrderState.APPROVED:
        clock.tab, clock.is_open = "done", False


def package_states(order_ids: Iterable[int]) -> Mapping[int, list[str]]:
    """Order id -> states of its packages, in one query."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Package.objects.filter(order_id__in=list(order_ids)).values_list("order_id", "state")
    for order_id, state in rows:
        found[order_id].append(state)
    return found


@transaction.atomic
def follow_packages(*, order_ids: Collection[int], now: datetime) -> None:
    """Keep the queue in step with orders and packages that moved; stop the clock at the last package's pickup scan."""
    if not order_ids:
        return
    found = SlaClock.objects.lock().filter(order_id__in=list(order_ids)).select_related("order")
    # The clocks first: whoever waited here then sees the packages as the other one left them.
    clocks = list(found.only("order", *_FOLLOWED, *_PLACED_BY))
    states = package_states(order_ids)
    changed: dict[tuple, list[int]] = defaultdict(list)
    for clock in clocks:
        before = tuple(getattr(clock, name) for name in _FOLLOWED)
        _place(clock, order=clock.order, package_states=states[clock.order_id], now=now)
        after = tuple(getattr(clock, name) for name in _FOLLOWED)
        if before != after:
            changed[after].append(clock.pk)
    for values, ids in changed.items():
        SlaClock.objects.filter(pk__in=ids).update(**dict(zip(_FOLLOWED, values, strict=True)))


@transaction.atomic
def announce(*, order_ids: Collection[int], now: datetime) -> int:
    """Say once each which of these deadlines are near or have passed. Who stands at a line is the watch's finding."""
    reached = SlaClock.objects.filter(order_id__in=list(order_ids), is_open=True)
    late = reached.filter(due_at__lte=now, breached_at__isnull=True)
    count = _announce(late, now=now, column="breached_at", event=OrderBreached, action="deadline.breached")
    # Whoever is past the deadline needs no second word about having been near it.
    near = reached.filter(due_at__gt=now, due_at__lte=now + AT_RISK_WITHIN, at_risk_at__isnull=True)
    return count + _announce(near, now=now, column="at_risk_at", event=OrderAtRisk, action="deadline.at_risk")


def _announce(
    due: QuerySet[SlaClock],
    *,
    now: datetime,
    column: str,
    event: type[OrderAtRisk] | type[OrderBreached],
    action: str,
) -> int:
    due = due.exclude(order__platform_status__in=PAUSED).exclude(paused_until__gt=now)
    narrow = due.select_related("order").only("due_at", "due_kind", "order__shop", "order__seller")
    clocks = list(narrow.lock())
    if not clocks:
        return 0
    SlaClock.objects.filter(pk__in=[clock.pk for clock in clocks]).update(
        **{column: now, "at_risk_at": Coalesce("at_risk_at", Value(now))}
    )
    history.record_many(
        history.entry(
            order=clock.order,
            at=now,
            actor=AUTO,
            kind=HistoryKind.DEADLINE,
            action=action,
            clock=clock.due_kind,
            due_at=clock.due_at.isoformat(),
        )
        for clock in clocks
    )
    outbox.publish_many(event(order_id=clock.order_id, due_at=clock.due_at) for clock in clocks)
    return len(clocks)


def note_label(*, order_id: int, is_failed: bool) -> None:
    """Whether the platform refused the label of a parcel of this order: the queue has a tile for it."""
    SlaClock.objects.filter(order_id=order_id).exclude(is_label_failed=is_failed).update(
        is_label_failed=is_failed
    )
