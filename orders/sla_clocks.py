"""Which deadlines an order has and which one presses. Pure: facts in, decisions out."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from integrations.ports import PlatformDeadlines
from orders.models import ClockKind, ClockSource, OrderState, PackageState, PlatformStatus
from orders.sla_book import PLATFORM_HOLD, Book, Starts, place_of, shipped_book
from orders.sla_rules import REGULAR, Metric, Rule, regular

DRIFT_FROM = timedelta(minutes=1)
# One bit for each of the platform's times, in `SlaClock.given` and `SlaClock.drift`.
BITS: dict[Metric, int] = {
    Metric.LATE_DISPATCH: 1,
    Metric.LATE_COLLECTION: 2,
    Metric.CANCEL_SHIP: 4,
    Metric.CANCEL_COLLECT: 8,
    Metric.DELIVER_BY: 16,
}
KINDS: dict[Metric, str] = {
    Metric.LATE_DISPATCH: ClockKind.DISPATCH,
    Metric.LATE_COLLECTION: ClockKind.COLLECTION,
    Metric.CANCEL_SHIP: ClockKind.CANCEL,
    Metric.CANCEL_COLLECT: ClockKind.CANCEL,
    Metric.DELIVER_BY: ClockKind.DELIVERY,
}
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


class OrderFacts(NamedTuple):
    """What the deadlines of an order depend on."""

    placed_at: datetime
    platform_status: str
    paid_at: datetime | None = None
    ready_at: datetime | None = None
    order_type: str = REGULAR
    is_ours_to_ship: bool = True
    deadlines: PlatformDeadlines = PlatformDeadlines()
    shipping_type: str = ""
    handling_days: int | None = None
    released_at: datetime | None = None

    @property
    def starts(self) -> Starts:
        """The moments at which its clocks may start."""
        return Starts(
            placed_at=self.placed_at,
            paid_at=self.paid_at,
            preorder_close_at=self.released_at,
            handling_days=self.handling_days,
        )


@dataclass(frozen=True)
class ShopFacts:
    """What the deadlines of a shop's orders depend on. Without a book the shipped rules of the region hold."""

    region: str
    time_zone: str
    promise_hours: int = 48
    peak_promise_hours: int = 36
    peak_from_on: date | None = None
    peak_until_on: date | None = None
    is_cross_border: bool = False
    book: Book = None
    # Differences from the platform's times, found while clocks were set: told once per batch.
    drifts: list["Drift"] = field(default_factory=list, compare=False)

    def __post_init__(self) -> None:
        if self.book is None:
            place = place_of(
                region=self.region, time_zone=self.time_zone, is_cross_border=self.is_cross_border
            )
            object.__setattr__(self, "book", shipped_book(place))


class Due(NamedTuple):
    """One deadline: when, which, who says so."""

    kind: str
    at: datetime
    source: str
    rule_key: str = ""


class Drift(NamedTuple):
    """The platform's time is not what our rule comes to."""

    metric: Metric
    rule: Rule
    order_type: str
    platform_due_at: datetime
    rule_due_at: datetime
    order_id: int | None = None


class Clocks(NamedTuple):
    """All deadlines of one order, and the one that presses."""

    dispatch: Due | None = None
    collection: Due | None = None
    cancel_ship: Due | None = None
    cancel_collect: Due | None = None
    cancel: Due | None = None
    deliver: Due | None = None
    promise: Due | None = None
    pressing: Due | None = None
    paused_until: datetime | None = None
    given: int = 0
    drifts: tuple[Drift, ...] = ()

    @property
    def drift(self) -> int:
        return sum(BITS[one.metric] for one in self.drifts)


def clocks_for(*, order: OrderFacts, shop: ShopFacts, now: datetime | None = None) -> Clocks:
    """The platform's own times first, else the region's rule; the shop's promise beside them."""
    if not order.is_ours_to_ship:
        return Clocks()
    given = _given(order.deadlines)
    forecast = shop.book.forecast(
        order_type=order.order_type,
        shipping_type=order.shipping_type,
        starts=order.starts,
    )
    dues = {metric: Due(KINDS[metric], at, ClockSource.PLATFORM) for metric, at in given.items()}
    for metric in _silent(given):
        if metric in forecast:
            rule, at = forecast[metric]
            dues[metric] = Due(KINDS[metric], at, ClockSource.RULE, rule.name)
    is_arranged = order.ready_at is not None or order.platform_status in ARRANGED
    dispatch, collection = dues.get(Metric.LATE_DISPATCH), dues.get(Metric.LATE_COLLECTION)
    own = promise(placed_at=order.placed_at, shop=shop) if regular(order.order_type) == REGULAR else None
    relevant = [None if is_arranged else dispatch, collection, own]
    pressing = min((due for due in relevant if due), key=lambda due: due.at, default=None)
    ship, collect = dues.get(Metric.CANCEL_SHIP), dues.get(Metric.CANCEL_COLLECT)
    return Clocks(
        dispatch=dispatch,
        collection=collection,
        cancel_ship=ship,
        cancel_collect=collect,
        cancel=(collect or ship) if is_arranged else (ship or collect),
        deliver=dues.get(Metric.DELIVER_BY),
        promise=own,
        pressing=pressing,
        paused_until=_paused_until(order, pressing=pressing, forecast=forecast, shop=shop, now=now),
        given=sum(BITS[metric] for metric in given),
        drifts=_drifts(given, forecast, order_type=regular(order.order_type)),
    )


def _given(deadlines: PlatformDeadlines) -> dict[Metric, datetime]:
    times = (
        (Metric.LATE_DISPATCH, deadlines.ship_by),
        (Metric.LATE_COLLECTION, deadlines.collect_by),
        (Metric.CANCEL_SHIP, deadlines.cancel_ship_at),
        (Metric.CANCEL_COLLECT, deadlines.cancel_collect_at),
        (Metric.DELIVER_BY, deadlines.deliver_by),
    )
    return {metric: at for metric, at in times if at}


_PAIRS = (
    (Metric.LATE_DISPATCH, Metric.LATE_COLLECTION),
    (Metric.CANCEL_SHIP, Metric.CANCEL_COLLECT),
    (Metric.DELIVER_BY, Metric.DELIVER_BY),
)


def _silent(given: dict[Metric, datetime]) -> list[Metric]:
    """Where a rule may fill in. One of a pair is enough: a rule beside the platform's own time would be a false alarm."""
    return [metric for one, two in _PAIRS if one not in given and two not in given for metric in (one, two)]


def _drifts(
    given: dict[Metric, datetime], forecast: dict[Metric, tuple[Rule, datetime]], *, order_type: str
) -> tuple[Drift, ...]:
    found = []
    for metric, at in given.items():
        if metric in forecast:
            rule, due_at = forecast[metric]
            if abs(at - due_at) > DRIFT_FROM:
                found.append(Drift(metric, rule, order_type, at, due_at))
    return tuple(found)


def promise(*, placed_at: datetime, shop: ShopFacts) -> Due:
    """The shop's own word: so many hours from the order to the carrier's scan, fewer in its peak days."""
    is_peak = False
    if shop.peak_from_on and shop.peak_until_on:
        on = placed_at.astimezone(ZoneInfo(shop.time_zone)).date()
        is_peak = shop.peak_from_on <= on <= shop.peak_until_on
    hours = shop.peak_promise_hours if is_peak else shop.promise_hours
    key = f"promise.{'peak' if is_peak else 'plain'}.{hours}h"
    # Hours pass in UTC: on a local wall clock the night of a clock change would add or lose one.
    due_at = placed_at.astimezone(UTC) + timedelta(hours=hours)
    return Due(ClockKind.PROMISE, due_at, ClockSource.PROMISE, key)


def _paused_until(
    order: OrderFacts,
    *,
    pressing: Due | None,
    forecast: dict[Metric, tuple[Rule, datetime]],
    shop: ShopFacts,
    now: datetime | None,
) -> datetime | None:
    """The buyer's hour, or the end of an exemption that the pressing clock's rule is in. A promise never stands still."""
    if order.platform_status == PlatformStatus.ON_HOLD:
        return (order.paid_at or order.placed_at) + PLATFORM_HOLD
    if now is None or pressing is None or pressing.kind == ClockKind.PROMISE:
        return None
    for metric, (rule, _due_at) in forecast.items():
        if KINDS.get(metric) == pressing.kind:
            return shop.book.stands_until(rule, now=now)
    return None


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
