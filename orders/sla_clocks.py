"""Which deadlines an order has and which one presses. Pure: facts in, decisions out."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from integrations.ports import PlatformDeadlines
from orders.models import ClockKind, ClockSource, OrderState, PackageState, PlatformStatus
from orders.sla_rules import rule_for

PLATFORM_HOLD = timedelta(hours=1)
PAUSED = frozenset({PlatformStatus.UNPAID, PlatformStatus.ON_HOLD})
# The carrier has every parcel of the order: the platform says so only when that is true.
SCANNED = frozenset({PlatformStatus.IN_TRANSIT, PlatformStatus.DELIVERED, PlatformStatus.COMPLETED})
ARRANGED = SCANNED | {PlatformStatus.AWAITING_COLLECTION}

TABS = (
    "review",
    "hold",
    "to_pick",
    "picking",
    "to_pack",
    "to_label",
    "to_hand_over",
    "awaiting_scan",
    "in_transit",
    "done",
    "cancelled",
)
_TAB_OF_PACKAGE = {
    PackageState.PLANNED: "to_pick",
    PackageState.ALLOCATED: "to_pick",
    PackageState.PICKING: "picking",
    PackageState.PICKED: "to_pack",
    PackageState.PACKED: "to_label",
    PackageState.READY_TO_SHIP: "to_hand_over",
    PackageState.HANDED_OVER: "awaiting_scan",
    PackageState.IN_TRANSIT: "in_transit",
    PackageState.ARRIVED: "in_transit",
    PackageState.DELIVERED: "done",
    PackageState.RETURNED: "done",
    PackageState.LOST: "done",
}
_TAB_OF_STATUS = {
    PlatformStatus.AWAITING_COLLECTION: "awaiting_scan",
    PlatformStatus.IN_TRANSIT: "in_transit",
    PlatformStatus.DELIVERED: "done",
    PlatformStatus.COMPLETED: "done",
}
_CARRIER_HAS_IT = frozenset(
    {
        PackageState.IN_TRANSIT,
        PackageState.ARRIVED,
        PackageState.DELIVERED,
        PackageState.RETURNED,
        PackageState.LOST,
    }
)


@dataclass(frozen=True)
class OrderFacts:
    """What the deadlines of an order depend on."""

    placed_at: datetime
    platform_status: str
    paid_at: datetime | None = None
    ready_at: datetime | None = None
    order_type: str = "normal"
    is_ours_to_ship: bool = True
    deadlines: PlatformDeadlines = PlatformDeadlines()


@dataclass(frozen=True)
class ShopFacts:
    """What the deadlines of a shop's orders depend on."""

    region: str
    time_zone: str
    promise_hours: int = 48
    peak_promise_hours: int = 36
    peak_from_on: date | None = None
    peak_until_on: date | None = None
    is_cross_border: bool = False


@dataclass(frozen=True)
class Due:
    """One deadline: when, which, who says so."""

    kind: str
    at: datetime
    source: str
    rule_key: str = ""


@dataclass(frozen=True)
class Clocks:
    """All deadlines of one order, and the one that presses."""

    dispatch: Due | None = None
    collection: Due | None = None
    cancel: Due | None = None
    deliver: Due | None = None
    promise: Due | None = None
    pressing: Due | None = None
    paused_until: datetime | None = None


def clocks_for(*, order: OrderFacts, shop: ShopFacts) -> Clocks:
    """The platform's own times first, else the region's rule; the shop's promise beside them."""
    if not order.is_ours_to_ship:
        return Clocks()
    given = order.deadlines
    is_arranged = order.ready_at is not None or order.platform_status in ARRANGED
    cancel_at = given.cancel_collect_at if is_arranged else given.cancel_ship_at
    clocks = Clocks(
        dispatch=_platform(ClockKind.DISPATCH, given.ship_by),
        collection=_platform(ClockKind.COLLECTION, given.collect_by),
        cancel=_platform(ClockKind.CANCEL, cancel_at or given.cancel_ship_at or given.cancel_collect_at),
        deliver=_platform(ClockKind.DELIVERY, given.deliver_by),
        paused_until=_paused_until(order),
    )
    # Made to order, pre-order, back order: the seller's handling time is not on the wire, so no rule can count.
    if order.order_type == "normal":
        clocks = _with_rules(clocks, order=order, shop=shop, is_arranged=is_arranged)
    relevant = [None if is_arranged else clocks.dispatch, clocks.collection, clocks.promise]
    pressing = min((due for due in relevant if due), key=lambda due: due.at, default=None)
    return replace(clocks, pressing=pressing)


def _with_rules(clocks: Clocks, *, order: OrderFacts, shop: ShopFacts, is_arranged: bool) -> Clocks:
    """Rules fill in only where the platform is silent: a rule beside its own time would be a false alarm."""
    if clocks.dispatch is None and clocks.collection is None:
        clocks = replace(
            clocks,
            dispatch=_ruled(ClockKind.DISPATCH, order, shop),
            collection=_ruled(ClockKind.COLLECTION, order, shop),
        )
    if clocks.cancel is None and not is_arranged:
        clocks = replace(clocks, cancel=_ruled(ClockKind.CANCEL, order, shop))
    return replace(clocks, promise=promise(placed_at=order.placed_at, shop=shop))


def _platform(kind: str, at: datetime | None) -> Due | None:
    return Due(kind, at, ClockSource.PLATFORM) if at else None


def _ruled(kind: str, order: OrderFacts, shop: ShopFacts) -> Due | None:
    on = order.placed_at.astimezone(ZoneInfo(shop.time_zone)).date()
    rule = rule_for(region=shop.region, kind=kind, on=on, is_cross_border=shop.is_cross_border)
    if rule is None:
        return None
    at = rule.due_at(placed_at=order.placed_at, region=shop.region, shop_zone=shop.time_zone)
    return Due(kind, at, ClockSource.RULE, rule.key)


def promise(*, placed_at: datetime, shop: ShopFacts) -> Due:
    """The shop's own word: so many hours from the order to the carrier's scan, fewer in its peak days."""
    on = placed_at.astimezone(ZoneInfo(shop.time_zone)).date()
    is_peak = bool(shop.peak_from_on and shop.peak_until_on and shop.peak_from_on <= on <= shop.peak_until_on)
    hours = shop.peak_promise_hours if is_peak else shop.promise_hours
    key = f"promise.{'peak' if is_peak else 'plain'}.{hours}h"
    # Hours pass in UTC: on a local wall clock the night of a clock change would add or lose one.
    due_at = placed_at.astimezone(UTC) + timedelta(hours=hours)
    return Due(ClockKind.PROMISE, due_at, ClockSource.PROMISE, key)


def _paused_until(order: OrderFacts) -> datetime | None:
    if order.platform_status != PlatformStatus.ON_HOLD:
        return None
    return (order.paid_at or order.placed_at) + PLATFORM_HOLD


def tab_for(*, state: str, platform_status: str, package_states: list[str]) -> str:
    """Where an order stands in the queue: as far as its slowest living package."""
    if state == OrderState.CANCELLED:
        return "cancelled"
    if state == OrderState.COMPLETED:
        return "done"
    living = [package for package in package_states if package != PackageState.CANCELLED]
    tabs = [_TAB_OF_PACKAGE[package] for package in living]
    if tabs and all(package in _CARRIER_HAS_IT for package in living):
        return min(tabs, key=TABS.index)
    if state == OrderState.ON_HOLD:
        return "hold"
    if state == OrderState.PENDING_REVIEW:
        return "review"
    if tabs:
        return min(tabs, key=TABS.index)
    return _TAB_OF_STATUS.get(platform_status, "to_pick")


def is_scanned(*, platform_status: str, package_states: list[str]) -> bool:
    """The carrier has every parcel: its own word through tracking, or the platform's."""
    living = [package for package in package_states if package != PackageState.CANCELLED]
    return platform_status in SCANNED or bool(living and all(one in _CARRIER_HAS_IT for one in living))
