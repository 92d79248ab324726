"""When stock falls short of its promises, and when it comes back."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from orders import packages, review, review_again
from orders.models import HoldReason, Order, Package, PackageState
from orders.states import PackageAction
from tenancy.actors import Actor
from warehouse import put_back, reservations, splits, walks
from warehouse.ledger import LevelKey
from warehouse.models import PickTask, PickTaskState, PutBackWhy, Reservation, ReservationState, StockLevel

RETRIES_AT_ONCE = 500


@transaction.atomic
def make_room(*, losses: Mapping[LevelKey, int], actor: Actor, now: datetime) -> list[int]:
    """Before units are written off: end the promises that cannot be kept, latest deadline first.

    Their orders go back to hold as out of stock. Returns the packages that lost their promise.
    """
    ids = _victims(losses)
    if not ids:
        return []
    put_back.lock_lists(package_ids=ids)
    order_ids = set(Package.objects.filter(pk__in=ids).values_list("order_id", flat=True))
    orders = reservations.lock_orders(order_ids)
    locked = packages.lock_many(ids=ids)
    served = dict(
        Reservation.objects.filter(package_id__in=ids, state=ReservationState.ACTIVE).values_list(
            "package_id", "warehouse_id"
        )
    )
    wants = [
        replace(want, warehouse_id=served.get(want.package_id, want.warehouse_id))
        for want in reservations.wants_of(locked, orders)
    ]
    walks.take_off_floor(package_ids=ids, actor=actor, now=now, why=PutBackWhy.HELD)
    reservations.release(package_ids=ids, now=now)
    movable = [
        package for package in locked if package.state in (PackageState.ALLOCATED, PackageState.PICKING)
    ]
    packages.advance_many(
        packages=movable, action=PackageAction.DEALLOCATE, actor=actor, now=now, reason="stock_missing"
    )
    short = {want.package_id: _missing(want, losses) for want in wants}
    reservations.hold_short_orders(reservations.Decision(short=short), wants, now=now)
    return ids


def _missing(want: reservations.Want, losses: Mapping[LevelKey, int]) -> dict[int, int]:
    """What an order lacks once the losses are written down."""
    missing = {}
    for sku_id, units in want.units.items():
        lost = losses.get((want.warehouse_id, sku_id))
        if lost is not None:
            level = StockLevel.objects.get(warehouse_id=want.warehouse_id, sku_id=sku_id)
            missing[sku_id] = max(units - max(level.available - lost, 0), 1)
    return missing


def _victims(losses: Mapping[LevelKey, int]) -> list[int]:
    """Packages whose promise ends, so that no level promises more than will be left."""
    chosen: list[int] = []
    for (warehouse_id, sku_id), units in losses.items():
        level = StockLevel.objects.filter(warehouse_id=warehouse_id, sku_id=sku_id).first()
        excess = min(units - level.available, level.reserved) if level else 0
        if excess <= 0:
            continue
        active = Reservation.objects.filter(
            warehouse_id=warehouse_id,
            sku_id=sku_id,
            state=ReservationState.ACTIVE,
            package__state__in=[PackageState.ALLOCATED, PackageState.PICKING],
        ).exclude(package_id__in=chosen)
        rows = list(active.values_list("package_id", "quantity", "package__order__clock__due_at"))
        on_cart = set(
            PickTask.objects.filter(sku_id=sku_id, state=PickTaskState.PICKED)
            .filter(package_id__in=[row[0] for row in rows])
            .values_list("package_id", flat=True)
        )
        # What lies in a picker's cart has been seen: it is given up last.
        rows.sort(key=lambda row: (row[0] not in on_cart, row[2] or reservations.NEVER, row[0]), reverse=True)
        for package_id, quantity, _due_at in rows:
            if excess <= 0:
                break
            chosen.append(package_id)
            excess -= quantity
    return chosen


@transaction.atomic
def retry_short(*, now: datetime, sku_ids: Iterable[int] | None = None) -> int:
    """Lift the hold (or the badge) of orders whose every line could be served now; their approval reserves them."""
    wanted = None if sku_ids is None else list(sku_ids)
    order_ids = review_again.short_of_stock(sku_ids=wanted, limit=RETRIES_AT_ONCE)
    waiting = list(Package.objects.filter(order_id__in=order_ids, state=PackageState.PLANNED))
    if not waiting:
        return 0
    wants = reservations.wants_of(waiting, Order.objects.in_bulk({package.order_id for package in waiting}))
    levels = StockLevel.objects.filter(sku_id__in={sku_id for want in wants for sku_id in want.units})
    free = {(level.warehouse_id, level.sku_id): level.available for level in levels}
    decision = reservations.decide(wants=wants, free=free)
    still_short = {want.order_id for want in wants if want.package_id in decision.short}
    ready = {want.order_id for want in decision.granted} - still_short
    if ready:
        review.lift(order_ids=sorted(ready), reason=HoldReason.OUT_OF_STOCK, now=now)
    return len(ready)


def retry_unsplit(*, now: datetime) -> int:
    """Orders whose split the platform refused: reserved whole, or held as out of stock."""
    waiting = Package.objects.filter(
        state=PackageState.PLANNED, order__in=splits.refused().values("order_id")
    )
    ids = list(waiting.values_list("pk", flat=True)[:RETRIES_AT_ONCE])
    if ids:
        reservations.reserve_packages(package_ids=ids, now=now)
    return len(ids)
