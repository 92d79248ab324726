"""Keeps one row per order with the moments of its stages, whose hours they were, and what its deadlines came to.

Worked out from order, clock, parcels and history in bulk, behind the work that makes them: intake writes nothing for it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, F, Func

from integrations.ports import PlatformOrder
from integrations.tracking import numbers
from orders import figure_rules
from orders.figure_rules import Facts
from orders.models import (
    ClockKind,
    Order,
    OrderHistory,
    OrderState,
    Package,
    PackageState,
    PlatformStatus,
    Segment,
    SlaClock,
    Stage,
    StageTimes,
)
from orders.models.stages import DUE_KINDS
from orders.stage_segments import Life, Step, reached, segments
from tenancy.models import Shop

COLLECTED, DELIVERED = "collected", "delivered"
_SETTLED = frozenset({PlatformStatus.DELIVERED, PlatformStatus.COMPLETED, PlatformStatus.CANCELLED})
_CLOCK_COLUMNS = {
    ClockKind.DISPATCH: "dispatch_due_at",
    ClockKind.COLLECTION: "collection_due_at",
    ClockKind.CANCEL: "cancel_due_at",
    ClockKind.DELIVERY: "deliver_due_at",
    ClockKind.PROMISE: "promise_due_at",
}
_SAID = ("said_carrier", "said_warehouse")
_KEPT = ("id", "seller", "order", *_SAID)
WRITTEN = [field.name for field in StageTimes._meta.local_concrete_fields if field.name not in _KEPT]
_SEGMENTS = tuple(f"{segment}_s" for segment in Segment.values)
_STAGES = tuple(f"{stage}_at" for stage in Stage.values if stage != Stage.DELIVERED)
_PLACE = ("shop_id", "carrier", "warehouse")
# What a day's sum of each kind is made of: when one of these changes, the days before and after are summed again.
_MADE_OF = {
    **{kind: (*_PLACE, f"{kind}_due_at", f"{kind}_outcome") for kind in DUE_KINDS},
    COLLECTED: (*_PLACE, *_STAGES, *_SEGMENTS),
    DELIVERED: (*_PLACE, "placed_at", "delivered_at"),
}
ON = {**{kind: f"{kind}_due_on" for kind in DUE_KINDS}, COLLECTED: "collected_on", DELIVERED: "delivered_on"}

Days = Mapping[str, set[date]]


@dataclass(frozen=True)
class Place:
    """Who carries an order and which warehouse packs it, by code; later stages know."""

    carrier: str = ""
    warehouse: str = ""


class _Differs(Func):
    """Two rows of values, nulls being values like others."""

    output_field = BooleanField()

    def __init__(self, left: Iterable[str], right: Iterable[str]) -> None:
        self.width = len(list(left := tuple(left)))
        super().__init__(*map(F, left), *map(F, right))

    def as_sql(self, compiler, connection):
        parts, params = [], []
        for expression in self.source_expressions:
            sql, values = compiler.compile(expression)
            parts.append(sql)
            params += values
        left, right = ", ".join(parts[: self.width]), ", ".join(parts[self.width :])
        return f"(ROW({left}) IS DISTINCT FROM ROW({right}))", params


@dataclass(frozen=True)
class NewLines:
    """A page of history: orders of which it knows more than is counted, its last line, and whether it was the last page."""

    order_ids: frozenset[int]
    newest: int
    is_all: bool


def new_lines(*, after: int, limit: int) -> NewLines:
    """Read on in the history of all orders; two walks of an index, whatever is stored."""
    lines = list(
        OrderHistory.objects.filter(pk__gt=after).order_by("pk").values_list("pk", "order_id")[:limit]
    )
    latest = {order_id: pk for pk, order_id in lines}
    rows = StageTimes.objects.filter(order_id__in=list(latest))
    counted = dict(rows.values_list("order_id", "history_id"))
    return NewLines(
        order_ids=frozenset(pk for pk, line in latest.items() if counted.get(pk, 0) < line),
        newest=lines[-1][0] if lines else after,
        is_all=len(lines) < limit,
    )


def moved_aside(*, limit: int) -> list[int]:
    """Unsettled orders whose deadlines or platform moments changed without a line of history."""
    ours = [f"{kind}_due_at" for kind in DUE_KINDS]
    theirs = [f"order__clock__{_CLOCK_COLUMNS[kind]}" for kind in DUE_KINDS]
    moments = ("paid_at", "ready_at")
    rows = StageTimes.objects.filter(
        _Differs([*ours, *moments], [*theirs, *(f"order__{name}" for name in moments)]),
        is_settled=False,
        order__clock__isnull=False,
    )
    return list(rows.order_by("order_id").values_list("order_id", flat=True)[:limit])


def note_said(*, shop: Shop, orders: Collection[PlatformOrder]) -> None:
    """What a file says about carrier and warehouse of its orders: nothing else will ever tell."""
    said = {
        order.platform_order_id: (
            (numbers.carrier_for_name(order.shipping_provider_name) or order.shipping_provider_name)[:80],
            order.warehouse_name[:80],
        )
        for order in orders
        if order.shipping_provider_name or order.warehouse_name
    }
    stored = Order.objects.filter(shop=shop, platform_order_id__in=list(said))
    rows = [
        StageTimes(
            shop_id=shop.pk,
            order_id=pk,
            placed_at=placed_at,
            said_carrier=said[name][0],
            said_warehouse=said[name][1],
        )
        for pk, name, placed_at in stored.values_list("pk", "platform_order_id", "placed_at").order_by("pk")
    ]
    if rows:
        StageTimes.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["seller", "order"], update_fields=[*_SAID]
        )


def refresh(*, order_ids: Collection[int], places: Mapping[int, Place]) -> Days:
    """Work out these orders anew. Returns the days whose sums are no longer right, per kind."""
    orders = list(Order.objects.filter(pk__in=list(order_ids)).order_by("pk"))
    ids = [order.pk for order in orders]
    # The lines first: what is written meanwhile is newer than the last one read, and makes the order stale again.
    lines = _lines(ids)
    clocks = {clock.order_id: clock for clock in SlaClock.objects.filter(order_id__in=ids)}
    parcels: dict[int, list[Package]] = defaultdict(list)
    for package in Package.objects.filter(order_id__in=ids).order_by("pk"):
        parcels[package.order_id].append(package)
    before = {row.order_id: row for row in StageTimes.objects.filter(order_id__in=ids)}
    zones = {pk: ZoneInfo(name) for pk, name in Shop.objects.values_list("pk", "time_zone")}
    days: dict[str, set[date]] = defaultdict(set)
    rows = []
    for order in orders:
        old = before.get(order.pk)
        row = _row(order, clocks.get(order.pk), parcels[order.pk], lines[order.pk], zones[order.shop_id])
        _put(row, place=places.get(order.pk, Place()), old=old)
        _compare(row, old, days)
        rows.append(row)
    if rows:
        StageTimes.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["seller", "order"],
            update_fields=WRITTEN,
            batch_size=500,
        )
    return days


def _lines(order_ids: list[int]) -> dict[int, list[tuple]]:
    found: dict[int, list[tuple]] = defaultdict(list)
    rows = OrderHistory.objects.filter(order_id__in=order_ids).order_by("pk")
    for line in rows.values_list("order_id", "pk", "at", "action", "package_id", "to_state", "data"):
        found[line[0]].append(line[1:])
    return found


def _row(
    order: Order, clock: SlaClock | None, parcels: list[Package], lines: list[tuple], zone: ZoneInfo
) -> StageTimes:
    living = [package for package in parcels if package.state != PackageState.CANCELLED]
    collected_at = order.collected_at or _last(living, "picked_up_at")
    delivered_at = order.delivered_at or _last(living, "delivered_at")
    life = Life(
        placed_at=order.placed_at,
        seen_at=order.first_seen_at,
        paid_at=order.paid_at,
        ready_at=order.ready_at,
        steps=tuple(steps_of(lines=lines, parcels=parcels)),
    )
    row = StageTimes(
        seller_id=order.seller_id,
        shop_id=order.shop_id,
        order_id=order.pk,
        history_id=lines[-1][0] if lines else 0,
        is_settled=order.platform_status in _SETTLED,
        **{
            f"{name}_at": _whole(at)
            for name, at in {
                "placed": order.placed_at,
                Stage.PAID: order.paid_at,
                Stage.APPROVED: order.approved_at,
                Stage.READY: order.ready_at,
                Stage.COLLECTED: collected_at,
                Stage.DELIVERED: delivered_at,
                "cancelled": order.cancelled_at,
                **reached(life=life),
            }.items()
        },
    )
    row.collected_on, row.delivered_on = _day(collected_at, zone), _day(delivered_at, zone)
    ended_at = collected_at or (order.cancelled_at if order.state == OrderState.CANCELLED else None)
    if ended_at is not None:
        for segment, seconds in segments(life=life, until=ended_at).items():
            setattr(row, f"{segment}_s", seconds)
            row.life_s += seconds
    if clock is not None:
        _judge(row, order, clock, zone)
    return row


def _judge(row: StageTimes, order: Order, clock: SlaClock, zone: ZoneInfo) -> None:
    facts = Facts(
        platform_status=order.platform_status,
        state=order.state,
        is_paid=order.paid_at is not None or order.is_cod,
        ready_at=row.ready_at,
        collected_at=row.collected_at,
        delivered_at=row.delivered_at,
        cancelled_at=row.cancelled_at,
        cancel_initiator=order.cancel_initiator,
    )
    for kind, column in _CLOCK_COLUMNS.items():
        due_at = getattr(clock, column)
        if due_at is not None:
            setattr(row, f"{kind}_due_at", due_at)
            setattr(row, f"{kind}_due_on", _day(due_at, zone))
            setattr(
                row, f"{kind}_outcome", figure_rules.outcome(kind=kind, due_at=_whole(due_at), facts=facts)
            )


def steps_of(*, lines: list[tuple], parcels: list[Package]) -> list[Step]:
    """The lines that move the order or a parcel, in the order of writing; parcels enter the world without a line."""
    steps = []
    waiting = {package.pk: package.created_at for package in parcels}
    for _pk, at, action, package_id, to_state, data in lines:
        for pk, created_at in list(waiting.items()):
            if created_at < at or pk == package_id:
                steps.append(Step(at=created_at, state=PackageState.PLANNED, package_id=pk))
                del waiting[pk]
        if package_id is not None and to_state in PackageState.values:
            steps.append(Step(at=at, state=to_state, package_id=package_id))
        elif package_id is None and action != "order.platform_status" and to_state in OrderState.values:
            raised, lifted = data.get("raised", ()), data.get("lifted", ())
            steps.append(Step(at=at, state=to_state, raised=frozenset(raised), lifted=frozenset(lifted)))
    return steps + [Step(at=at, state=PackageState.PLANNED, package_id=pk) for pk, at in waiting.items()]


def _put(row: StageTimes, *, place: Place, old: StageTimes | None) -> None:
    row.said_carrier, row.said_warehouse = (old.said_carrier, old.said_warehouse) if old else ("", "")
    row.carrier = place.carrier or row.said_carrier
    row.warehouse = place.warehouse or row.said_warehouse


def _compare(row: StageTimes, old: StageTimes | None, days: dict[str, set[date]]) -> None:
    for kind, columns in _MADE_OF.items():
        if old is None or any(getattr(old, name) != getattr(row, name) for name in columns):
            days[kind] |= {getattr(one, ON[kind]) for one in (old, row) if one} - {None}


def _last(packages: list[Package], column: str) -> datetime | None:
    """When the last parcel got there, once all have."""
    moments = [getattr(package, column) for package in packages]
    return max(moments) if moments and all(moments) else None


def _whole(moment: datetime | None) -> datetime | None:
    return moment and moment.replace(microsecond=0)


def _day(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return moment and moment.astimezone(zone).date()
