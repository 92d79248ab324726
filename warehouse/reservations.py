"""The promise of stock to packages: all lines of a package or none, earliest deadline first.

Oversell is impossible by constraint; here the levels are locked once, the decision is made in memory, and written in bulk.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Sum

from catalog.models import Sku
from orders import packages, review
from orders.models import (
    Order,
    OrderState,
    Package,
    PackageLine,
    PackageState,
    SlaClock,
)
from orders.states import PackageAction
from tenancy.actors import AUTO, Actor
from warehouse import allocation, ledger, put_back, setup, splits, walks
from warehouse.allocation import Options
from warehouse.ledger import LevelKey
from warehouse.models import (
    MovementReason,
    PutBackWhy,
    Reservation,
    ReservationState,
    StockLevel,
    Warehouse,
)

_DECIDES = ("seller", "shop", "state", "platform_warehouse_id", "warehouse_code")
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Want:
    """What one package needs, where from, and how urgent it is."""

    package_id: int
    order_id: int
    warehouse_id: int | None
    units: Mapping[int, int]  # SKU id -> units
    due_at: datetime
    options: Options = Options(())  # the other warehouses that may serve it, and the reasons

    @property
    def places(self) -> tuple[int | None, ...]:
        """Warehouses that may serve it, the best first."""
        return (self.warehouse_id, *self.options.other_ids)

    @property
    def rank(self) -> tuple[datetime, int]:
        return self.due_at, self.package_id


@dataclass(frozen=True)
class Decision:
    """Who gets everything, and what the others lack."""

    granted: list[Want] = field(default_factory=list)
    short: dict[int, dict[int, int]] = field(default_factory=dict)  # package id -> SKU id -> missing


def decide(*, wants: Sequence[Want], free: Mapping[LevelKey, int]) -> Decision:
    """All lines or none from one warehouse, earliest deadline first; who does not fit leaves its units to the next."""
    left, decision = dict(free), Decision()
    for want in sorted(wants, key=lambda one: one.rank):
        missing: dict[int, int] = {}
        for place in want.places if want.units else ():
            lacking = {
                sku_id: units - have
                for sku_id, units in want.units.items()
                if (have := max(left.get((place, sku_id), 0), 0)) < units
            }
            if not lacking:
                for sku_id, units in want.units.items():
                    left[place, sku_id] -= units
                granted = want if place == want.warehouse_id else replace(want, warehouse_id=place)
                decision.granted.append(granted)
                break
            missing = missing or lacking
        else:
            decision.short[want.package_id] = missing
    return decision


@transaction.atomic
def reserve_packages(*, package_ids: Iterable[int], now: datetime, actor: Actor = AUTO) -> Decision:
    """Promise stock to planned packages; an order that lacks something is held as out of stock."""
    wanted = Package.objects.filter(pk__in=list(package_ids), state=PackageState.PLANNED)
    planned = dict(wanted.values_list("pk", "order_id"))
    orders = lock_orders(planned.values())
    locked = [
        package
        for package in packages.lock_many(ids=planned)
        if package.state == PackageState.PLANNED
        and not package.is_stopped
        and orders[package.order_id].state == OrderState.APPROVED
    ]
    if not locked:
        return Decision()
    wants = wants_of(locked, orders, now=now)
    levels = ledger.lock_levels(keys=_keys(wants), now=now)
    decision = decide(wants=wants, free={key: level.available for key, level in levels.items()})
    by_id = {package.pk: package for package in locked}
    _write(decision.granted, by_id, levels, actor=actor, now=now)
    if decision.short:
        free = {key: level.available for key, level in levels.items()}
        splitting = splits.ask(wants=[w for w in wants if w.package_id in decision.short], free=free, now=now)
        for package_id in splitting:  # parcels for several warehouses follow
            del decision.short[package_id]
    hold_short_orders(decision, wants, now=now)
    return decision


def lock_orders(order_ids: Iterable[int]) -> dict[int, Order]:
    """Orders by id, locked in primary key order, with what decides where they are served from."""
    rows = Order.objects.lock().filter(pk__in=set(order_ids))
    return {order.pk: order for order in rows.only(*_DECIDES)}


def _keys(wants: Sequence[Want]) -> set[LevelKey]:
    """The first choices, and of the other warehouses those that hold something."""
    keys = {(want.warehouse_id, sku_id) for want in wants if want.warehouse_id for sku_id in want.units}
    options = {want.order_id: want.options for want in wants}
    skus = {sku_id for want in wants for sku_id in want.units}
    elsewhere = allocation.with_stock(options=options, sku_ids=skus)
    return keys | {(place, sku_id) for sku_id, places in elsewhere.items() for place in places}


def wants_of(
    of: Sequence[Package], orders: Mapping[int, Order], *, now: datetime | None = None
) -> list[Want]:
    """What these packages need, in five queries however many there are."""
    units: dict[int, dict[int, int]] = defaultdict(dict)
    lines = PackageLine.objects.filter(package_id__in=[package.pk for package in of])
    for package_id, sku_id, quantity in lines.values_list("package_id", "sku_id").annotate(Sum("quantity")):
        units[package_id][sku_id] = quantity
    due = dict(SlaClock.objects.filter(order_id__in=orders).values_list("order_id", "due_at"))
    options = allocation.options_of(orders=orders.values(), now=now)
    return [
        Want(
            package_id=package.pk,
            order_id=package.order_id,
            warehouse_id=options[package.order_id].first_id,
            units=units[package.pk],
            due_at=due.get(package.order_id) or NEVER,
            options=options[package.order_id],
        )
        for package in of
    ]


def warehouses_of_orders(*, orders: Iterable[Order]) -> dict[int, int | None]:
    """Order id → our warehouse: the one that a person chose, that the platform's warehouse means, else the default."""
    return {order_id: one.first_id for order_id, one in allocation.options_of(orders=orders).items()}


def _write(
    granted: Sequence[Want],
    by_id: Mapping[int, Package],
    levels: Mapping[LevelKey, StockLevel],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    if not granted:
        return
    changes: Counter[LevelKey] = Counter()
    rows = []
    for want in granted:
        why = want.options.reason(want.warehouse_id)
        for sku_id, units in want.units.items():
            changes[want.warehouse_id, sku_id] += units
            rows.append(
                Reservation(
                    shop_id=by_id[want.package_id].shop_id,
                    package_id=want.package_id,
                    warehouse_id=want.warehouse_id,
                    sku_id=sku_id,
                    quantity=units,
                    made_at=now,
                    why=why,
                )
            )
    Reservation.objects.insert_many(rows)
    ledger.promise(levels=levels, changes=changes, now=now)
    packages.advance_many(
        packages=[by_id[want.package_id] for want in granted],
        action=PackageAction.ALLOCATE,
        actor=actor,
        now=now,
    )


def hold_short_orders(decision: Decision, wants: Sequence[Want], *, now: datetime) -> None:
    """Orders that lack something wait as out of stock, with what is missing."""
    if not decision.short:
        return
    skus = {sku_id for missing in decision.short.values() for sku_id in missing}
    codes = dict(Sku.objects.filter(pk__in=skus).values_list("pk", "seller_sku"))
    details = {
        want.order_id: ", ".join(
            f"{codes[sku_id]} × {units}" for sku_id, units in decision.short[want.package_id].items()
        )
        for want in wants
        if want.package_id in decision.short
    }
    review.hold_short(order_ids=list(details), details=details, now=now)


@transaction.atomic
def release(*, package_ids: Iterable[int], now: datetime) -> list[Reservation]:
    """Give the units back. The caller holds the packages and sees to their state."""
    rows = list(Reservation.objects.filter(package_id__in=list(package_ids), state=ReservationState.ACTIVE))
    if not rows:
        return []
    Reservation.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=ReservationState.RELEASED, ended_at=now
    )
    changes: Counter[LevelKey] = Counter()
    for row in rows:
        changes[row.warehouse_id, row.sku_id] -= row.quantity
    ledger.promise(levels=ledger.lock_levels(keys=changes, now=now), changes=changes, now=now)
    return rows


def consume(*, package_id: int, now: datetime) -> list[Reservation]:
    """The goods are in the carton. The caller posts the movements and the change of what is promised together."""
    active = Reservation.objects.filter(package_id=package_id, state=ReservationState.ACTIVE)
    rows = list(active.order_by("sku_id"))
    active.update(state=ReservationState.CONSUMED, ended_at=now)
    return rows


@transaction.atomic
def give_back_cancelled(*, order_ids: Iterable[int], now: datetime, actor: Actor = AUTO) -> int:
    """Cancelled orders: promises end, picked and packed goods go back. Returns packages touched."""
    gone = Package.objects.filter(order_id__in=list(order_ids), state=PackageState.CANCELLED)
    ids = list(gone.values_list("pk", flat=True))
    return give_back(package_ids=ids, now=now, actor=actor) if ids else 0


@transaction.atomic
def give_back(
    *, package_ids: Iterable[int], now: datetime, actor: Actor = AUTO, why: str = PutBackWhy.CANCELLED
) -> int:
    """The same for these cancelled packages. A repeat finds nothing left to do."""
    ids = list(package_ids)
    put_back.lock_lists(package_ids=ids)
    packages.lock_many(ids=ids)
    walks.take_off_floor(package_ids=ids, actor=actor, now=now, why=why)
    release(package_ids=ids, now=now)
    _take_out_of_cartons(ids, actor=actor, now=now, why=why)
    return len(ids)


def _take_out_of_cartons(package_ids: list[int], *, actor: Actor, now: datetime, why: str) -> None:
    """What was packed never left the building: it is on hand again, at the dock, until somebody unpacks it."""
    rows = list(
        Reservation.objects.lock()
        .filter(package_id__in=package_ids, state=ReservationState.CONSUMED)
        .select_related("package")
    )
    if not rows:
        return
    Reservation.objects.filter(pk__in=[row.pk for row in rows]).update(state=ReservationState.RELEASED)
    sites = Warehouse.objects.in_bulk({row.warehouse_id for row in rows})
    docks = {pk: setup.receiving_bin(warehouse=site) for pk, site in sites.items()}
    movements = [
        ledger.Movement(
            bin_id=docks[row.warehouse_id].pk,
            sku_id=row.sku_id,
            quantity=row.quantity,
            reason=MovementReason.PUT_BACK,
            key=f"cancelled:{row.pk}",
            reference=row.package.public_id,
        )
        for row in rows
    ]
    ledger.post(movements=movements, actor=actor, now=now)
    for package_id in sorted({row.package_id for row in rows}):
        own = [row for row in rows if row.package_id == package_id]
        put_back.ask_from_dock(
            shop_id=own[0].shop_id,
            package_id=package_id,
            lines=[(docks[row.warehouse_id].pk, row.sku_id, row.quantity) for row in own],
            why=why,
            now=now,
        )
