"""Which packages a wave takes: those that must go now, and beside them those that lie nearest. Reads only."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, QuerySet, Sum

from orders.models import Package, PackageState
from warehouse import (
    carrier_slot,
    floor_pace,
    forward_holds,
    lots,
    pickup_times,
    walks,
    wave_forecast,
    wave_nearby,
    wave_walks,
)
from warehouse.forward_holds import Hold
from warehouse.models import (
    BinKind,
    BinLevel,
    PickMode,
    PickTask,
    PickTaskState,
    Reservation,
    ReservationState,
    Warehouse,
    WaveState,
)
from warehouse.wave_plan import Floor, Need, Plan, Shelf

PACKAGES_AT_MOST = 500
SLOTS_AT_MOST = 60
POOL = 3  # so many times the wave's size is looked at
LOOKED_THROUGH = 5000  # for one carrier's packages


@dataclass(frozen=True)
class Filters:
    """Which packages a wave takes, and how they are picked: the most urgent ones that fit."""

    warehouse_id: int
    due_before: datetime | None = None
    zone_id: int | None = None
    shop_ids: tuple[int, ...] = ()
    delivery_option: str = ""
    carrier: str = ""
    package_limit: int = 60
    slots: int = 12
    mode: str = PickMode.SORT_WHILE_PICK
    has_lanes: bool = False

    @property
    def is_narrow(self) -> bool:
        return bool(self.due_before or self.zone_id or self.shop_ids or self.delivery_option or self.carrier)

    @property
    def limit(self) -> int:
        return min(max(self.package_limit, 1), PACKAGES_AT_MOST)

    @property
    def ways(self) -> wave_walks.Ways:
        slots = min(max(self.slots, 1), SLOTS_AT_MOST)
        return wave_walks.Ways(slots=slots, mode=str(self.mode), has_lanes=self.has_lanes)


def candidates(*, filters: Filters) -> QuerySet[Package]:
    """Packages with reserved stock that nobody has planned yet, earliest deadline first."""
    found = Package.objects.filter(
        state=PackageState.ALLOCATED,
        is_stopped=False,
        reservations__state=ReservationState.ACTIVE,
        reservations__warehouse_id=filters.warehouse_id,
    ).exclude(pk__in=PickTask.objects.filter(state=PickTaskState.OPEN).values("package_id"))
    if filters.due_before:
        found = found.filter(order__clock__due_at__lt=filters.due_before)
    if filters.shop_ids:
        found = found.filter(shop_id__in=filters.shop_ids)
    if filters.delivery_option:
        found = found.filter(order__delivery_option_name=filters.delivery_option)
    return found.order_by(F("order__clock__due_at").asc(nulls_last=True), "pk").distinct()


def first_ids(*, filters: Filters, now: datetime) -> list[int]:
    """The packages that a wave is chosen from. With a carrier many are looked through: its own may be far apart."""
    found, most = candidates(filters=filters).values_list("pk", flat=True), filters.limit * POOL
    if not filters.carrier:
        return list(found[:most])
    ids = list(found[:LOOKED_THROUGH])
    carriers = carrier_slot.carriers_of(package_ids=ids, now=now)
    return [pk for pk in ids if carriers.get(pk, "") == filters.carrier][:most]


@dataclass(frozen=True)
class Pool:
    """What could go into a wave, with the floor it is planned for."""

    needs: Sequence[Need]
    shelves: Sequence[Shelf]
    floor: Floor


def pool_of(
    *,
    package_ids: Iterable[int],
    warehouse: Warehouse,
    now: datetime,
    zone_id: int | None = None,
    without_lists: Iterable[int] = (),
) -> Pool:
    """Needs of these packages with the time until which each must be packed, and the shelves they can come from."""
    ids = list(package_ids)
    carriers = carrier_slot.carriers_of(package_ids=ids, now=now)
    units: dict[int, dict[int, int]] = defaultdict(dict)
    weights: dict[int, int] = defaultdict(int)
    volumes: dict[int, int] = defaultdict(int)
    active = Reservation.objects.filter(
        package_id__in=ids, state=ReservationState.ACTIVE, warehouse=warehouse
    ).order_by("package_id", "sku_id")
    for pk, sku_id, quantity, grams, *sides in active.values_list(
        "package_id",
        "sku_id",
        "quantity",
        "sku__weight_g",
        "sku__length_mm",
        "sku__width_mm",
        "sku__height_mm",
    ):
        units[pk][sku_id] = units[pk].get(sku_id, 0) + quantity
        weights[pk] += quantity * (grams or 0)
        volumes[pk] += quantity * _milliliters(sides)
    due = dict(Package.objects.filter(pk__in=ids).values_list("pk", "order__clock__due_at"))
    until = pickup_times.pack_until_of(warehouse=warehouse, due=due, carriers=carriers, now=now)
    needs = [Need(pk, units[pk], until[pk], weights[pk], volumes[pk]) for pk in ids if units[pk]]
    skus = {sku_id for need in needs for sku_id in need.units}
    shelves = free_shelves(
        warehouse_id=warehouse.pk, sku_ids=skus, zone_id=zone_id, without_lists=without_lists
    )
    return Pool(needs, shelves, floor_pace.floor_of(warehouse=warehouse, now=now))


def _milliliters(sides: Sequence[int | None]) -> int:
    if None in sides:
        return 0
    length, width, height = sides
    return -(-length * width * height // 1000)


def chosen(*, pool: Pool, limit: int, now: datetime) -> list[Need]:
    """The most urgent first; what is left of the wave goes to packages that lie nearest, of those that may wait."""
    needs = sorted(pool.needs, key=lambda need: (need.due_at, need.package_id))
    if len(needs) <= limit:
        return needs
    wave_s = limit * (pool.floor.line_s * 2 / pool.floor.pickers + pool.floor.pack_s / pool.floor.stations)
    soon = now + timedelta(seconds=3 * wave_s)
    must = [need for need in needs[:limit] if need.due_at <= soon]
    first = max(len(must), -(-limit // 2))
    return wave_nearby.filled(
        taken=needs[:first], others=needs[first:], shelves=pool.shelves, limit=limit, floor=pool.floor
    )


def plan(
    *,
    pool: Pool,
    needs: Sequence[Need],
    ways: wave_walks.Ways,
    now: datetime,
    seconds: float = wave_walks.SECONDS_AT_MOST,
) -> Plan:
    """Walks for these of the pool."""
    return wave_walks.plan_walks(
        needs=needs, shelves=pool.shelves, ways=ways, floor=pool.floor, now=now, seconds=seconds
    )


def forecast(*, plan: Plan, pool: Pool, now: datetime) -> Plan:
    """What these walks lead to by the pool's deadlines and pace."""
    wanted = {need.package_id: need for need in pool.needs}
    return wave_forecast.expected(plan, wanted=wanted, floor=pool.floor, now=now)


def free_shelves(
    *,
    warehouse_id: int,
    sku_ids: Iterable[int],
    zone_id: int | None = None,
    without_lists: Iterable[int] = (),
) -> list[Shelf]:
    """Units on shelves and dock that no walk on the floor is going to take; of lots, what may still be sold.

    Parcels that were pre-packed for a show are not among them.

    `without_lists`: walks that are about to be laid out anew, so that what they would take is free.
    """
    sku_ids = list(sku_ids)
    levels = BinLevel.objects.filter(
        sku_id__in=sku_ids,
        on_hand__gt=0,
        bin__warehouse_id=warehouse_id,
        bin__kind__in=[BinKind.SHELF, BinKind.RECEIVING],
        bin__is_active=True,
    )
    if zone_id:
        levels = levels.filter(bin__zone_id=zone_id)
    going = (
        PickTask.objects.filter(
            state=PickTaskState.OPEN,
            sku_id__in=sku_ids,
            pick_list__state__in=walks.LIVE_LISTS,
            pick_list__wave__state=WaveState.RELEASED,
        )
        .exclude(pick_list_id__in=list(without_lists))
        .values("bin_id", "sku_id")
        .annotate(units=Sum(F("quantity") - F("picked_quantity")))
    )
    taken = {(row["bin_id"], row["sku_id"]): row["units"] for row in going}
    rows = list(
        levels.values_list(
            "bin_id",
            "sku_id",
            "on_hand",
            "bin__walk_order",
            "bin__aisle",
            "bin__cell",
            "bin__block",
            "bin__level",
        )
    )
    order = lots.order_of_bins(levels=[(row[0], row[1], row[2]) for row in rows])
    holds = forward_holds.holds(warehouse_id=warehouse_id, sku_ids=sku_ids)
    return [
        Shelf(
            bin_id,
            sku_id,
            order[bin_id, sku_id].free - taken.get((bin_id, sku_id), 0) - hold.packed,
            walk_order,
            aisle,
            cell,
            block,
            max(level, 1),
            order[bin_id, sku_id].rank,
            hold.prefer,
        )
        for bin_id, sku_id, _on_hand, walk_order, aisle, cell, block, level in rows
        for hold in [holds.get((bin_id, sku_id), Hold())]
    ]
