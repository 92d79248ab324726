"""Keeps the figures in step: what happened since, who carries it and which warehouse packs it, deadlines that passed.

One step is one transaction, so that sums and the orders behind them never disagree.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from logistics.models import Shipment, ShipmentState
from orders import daily_figures, stage_times
from orders.models import DailyFigure, FigureCursor, Order, OrderHistory, StageTimes
from orders.stage_times import Place
from tenancy import scoping
from warehouse.models import Reservation, ReservationState, Warehouse, WarehouseLink

LINES = 6000  # of history per step
# No transaction lives longer: a task ends after five minutes.
UNSEEN_FOR = timedelta(minutes=10)
CHECK_EVERY = timedelta(minutes=10)
ASIDE = 2000
MOST_STEPS = 60
PAGE = 1000


def places(*, order_ids: Collection[int]) -> dict[int, Place]:
    """Order id -> carrier and warehouse: the parcel's own, else the platform's warehouse, else what the file said."""
    ids = list(order_ids)
    carriers: dict[int, str] = {}
    shipments = Shipment.objects.filter(package__order_id__in=ids).exclude(state=ShipmentState.CANCELLED)
    rows = shipments.order_by("-pk").values_list("package__order_id", "carrier__code", "carrier_name")
    for order_id, code, name in rows:
        carriers[order_id] = code or name or carriers.get(order_id, "")
    kept = Reservation.objects.filter(package__order_id__in=ids).exclude(state=ReservationState.RELEASED)
    rows = kept.order_by("-pk").values_list("package__order_id", "warehouse__code")
    warehouses = {order_id: code for order_id, code in rows if code}
    warehouses = _told_warehouses(ids) | warehouses
    return {pk: Place(carriers.get(pk, "")[:80], warehouses.get(pk, "")) for pk in ids}


def _told_warehouses(order_ids: list[int]) -> dict[int, str]:
    links, names = {}, dict(Warehouse.objects.order_by("pk").values_list("name", "code"))
    rows = WarehouseLink.objects.order_by("pk").values_list(
        "shop_id", "platform_warehouse_id", "name", "warehouse__code"
    )
    for shop_id, platform_id, name, code in rows:
        links[shop_id, platform_id] = code
        names.setdefault(name, code)
    found: dict[int, str] = {}
    said = StageTimes.objects.filter(order_id__in=order_ids).exclude(said_warehouse="")
    for order_id, name in said.values_list("order_id", "said_warehouse"):
        found[order_id] = names.get(name, name)
    orders = Order.objects.filter(pk__in=order_ids).exclude(platform_warehouse_id="")
    for order_id, shop_id, platform_id in orders.values_list("pk", "shop_id", "platform_warehouse_id"):
        if (shop_id, platform_id) in links:
            found[order_id] = links[shop_id, platform_id]
    return found


@dataclass(frozen=True)
class Stepped:
    """How many orders were worked out anew; `after` is where the next step goes on, None when nothing is left."""

    orders: int
    after: int | None


def catch_up(*, seller_id: int, now: datetime, most_steps: int = MOST_STEPS) -> int:
    """Steps, each a transaction of its own, until nothing is left; the next run goes on where this one stopped."""
    count, after = 0, 0
    for _step in range(most_steps):
        with scoping.scope(sellers=[seller_id]):
            done = step(now=now, after=after)
        count += done.orders
        if done.after is None:
            break
        after = done.after
    return count


def rebuild(*, seller_id: int, now: datetime) -> Iterator[int]:
    """Work out every order anew and make all sums again; yields how many orders are done."""
    after, done = 0, 0
    with scoping.scope(sellers=[seller_id]):
        newest = OrderHistory.objects.aggregate(pk=Max("pk"))["pk"] or 0
    while (page := _rebuild_page(seller_id=seller_id, after=after)) is not None:
        after, count = page
        done += count
        yield done
    with scoping.scope(sellers=[seller_id]):
        cursor = daily_figures.lock_cursor()
        DailyFigure.objects.all().delete()
        daily_figures.sum_up(days=daily_figures.every_day(), as_of=now)
        cursor.mark_id, cursor.marked_at = max(cursor.mark_id, newest), now
        cursor.summed_at = cursor.rebuilt_at = now
        cursor.save()


def _rebuild_page(*, seller_id: int, after: int) -> tuple[int, int] | None:
    with scoping.scope(sellers=[seller_id]):
        ids = list(Order.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:PAGE])
        if not ids:
            return None
        daily_figures.lock_cursor()
        stage_times.refresh(order_ids=ids, places=places(order_ids=ids))
        return ids[-1], len(ids)


@transaction.atomic
def step(*, now: datetime, after: int = 0) -> Stepped:
    """Take in what is new; at the end of the history, count the deadlines that passed."""
    cursor = daily_figures.lock_cursor()
    lines = stage_times.new_lines(after=max(after, cursor.history_id), limit=LINES)
    ids = set(lines.order_ids)
    if lines.is_all:
        ids |= _moved_aside(cursor, now=now)
        passed = daily_figures.passing(since=cursor.summed_at, until=now)
        _mark(cursor, newest=lines.newest, now=now)
    # On the way there sums stay cut at the moment of the last end: the lists of orders are cut there, too.
    if lines.is_all or cursor.summed_at is None:
        cursor.summed_at = now
    if ids:
        days = stage_times.refresh(order_ids=ids, places=places(order_ids=ids))
        daily_figures.sum_up(days=days, as_of=cursor.summed_at, shops=_shops(ids))
    if lines.is_all:
        daily_figures.sum_up(days=dict.fromkeys(daily_figures.DUE_KINDS, passed), as_of=now)
    cursor.save()
    return Stepped(orders=len(ids), after=None if lines.is_all else lines.newest)


def _moved_aside(cursor: FigureCursor, *, now: datetime) -> set[int]:
    if cursor.checked_at is not None and cursor.checked_at > now - CHECK_EVERY:
        return set()
    found = stage_times.moved_aside(limit=ASIDE)
    if len(found) < ASIDE:
        cursor.checked_at = now
    return set(found)


def _shops(order_ids: Collection[int]) -> set[int]:
    return set(Order.objects.filter(pk__in=list(order_ids)).values_list("shop_id", flat=True).distinct())


def _mark(cursor: FigureCursor, *, newest: int, now: datetime) -> None:
    """Lines are numbered before they are committed: whatever was on its way at the mark is there ten minutes later."""
    if cursor.marked_at is None or cursor.marked_at <= now - UNSEEN_FOR:
        cursor.history_id = max(cursor.history_id, cursor.mark_id)
        cursor.mark_id, cursor.marked_at = max(cursor.mark_id, newest), now
