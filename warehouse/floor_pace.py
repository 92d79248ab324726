"""How fast the floor is, from its own last week; until there is enough of it, what the warehouse's settings say."""

from datetime import datetime, timedelta

from django.db.models import Count, DurationField, ExpressionWrapper, F, Max, Q, Sum

from orders.models import PackageState
from warehouse.models import (
    Bin,
    BinKind,
    Lane,
    PackRecord,
    PickList,
    PickListState,
    PickTask,
    PickTaskState,
    Warehouse,
)
from warehouse.wave_plan import Floor

WINDOW = timedelta(days=7)
LINES_AT_LEAST = 200  # fewer say little
PICKERS_SEEN_IN = timedelta(hours=1)
PARCELS_LOOKED_AT, PARCELS_AT_LEAST = 1000, 50
BREAK = timedelta(minutes=10)  # a longer pause between two parcels is no packing


def floor_of(*, warehouse: Warehouse, now: datetime) -> Floor:
    """The floor as the planner sees it. A measured pace is per line, walking in it."""
    seconds = measured_line_seconds(warehouse_id=warehouse.pk, now=now)
    packing = measured_pack_seconds(warehouse_id=warehouse.pk, now=now)
    shelves = Bin.objects.filter(warehouse=warehouse, kind=BinKind.SHELF)
    longest = shelves.aggregate(cells=Max("cell"))["cells"]
    lines, parcels = waiting(warehouse_id=warehouse.pk)
    return Floor(
        aisle_mm=warehouse.aisle_mm,
        cell_mm=max(warehouse.cell_mm, 1),
        entry_mm=warehouse.entry_mm,
        cross_mm=warehouse.cross_mm,
        cells=longest or 0,
        blocks=warehouse.blocks,
        is_one_way=warehouse.is_one_way,
        entry_aisle=max(warehouse.entry_aisle, 1),
        pack_aisle=max(warehouse.pack_aisle, 1),
        mm_per_s=max(warehouse.walk_mm_per_s, 1),
        line_s=float(warehouse.line_seconds) if seconds is None else seconds,
        level_s=float(warehouse.level_seconds),
        is_measured=seconds is not None,
        pickers=pickers_at_work(warehouse_id=warehouse.pk, now=now),
        pack_s=float(warehouse.pack_seconds) if packing is None else packing,
        stations=packers_at_work(warehouse_id=warehouse.pk, now=now) or warehouse.stations,
        lines_ahead=lines,
        parcels_ahead=parcels,
        cart_units=warehouse.cart_units,
        cart_weight_g=warehouse.cart_weight_g,
        cart_volume_ml=warehouse.cart_volume_ml,
    )


def measured_line_seconds(*, warehouse_id: int, now: datetime) -> float | None:
    """Mean seconds from line to line over the walks of the window; None while there are too few."""
    lists = PickList.objects.filter(
        wave__warehouse_id=warehouse_id,
        state=PickListState.PICKED,
        finished_at__gt=now - WINDOW,
        started_at__isnull=False,
    )
    took = ExpressionWrapper(F("finished_at") - F("started_at"), output_field=DurationField())
    total = lists.aggregate(took=Sum(took))["took"]
    lines = PickTask.objects.filter(pick_list__in=lists, state=PickTaskState.PICKED).count()
    if lines < LINES_AT_LEAST or not total:
        return None
    return total.total_seconds() / lines


def pickers_at_work(*, warehouse_id: int, now: datetime) -> int:
    """People who walk now or ended a walk within the hour; at least one."""
    lists = PickList.objects.filter(wave__warehouse_id=warehouse_id).exclude(picker_label="")
    recent = lists.filter(state=PickListState.PICKING) | lists.filter(finished_at__gt=now - PICKERS_SEEN_IN)
    return max(recent.aggregate(people=Count("picker_label", distinct=True))["people"], 1)


def measured_pack_seconds(*, warehouse_id: int, now: datetime) -> float | None:
    """Mean seconds from parcel to parcel of the same packer, without breaks; None while there are too few."""
    rows = (
        PackRecord.objects.filter(
            packed_at__gt=now - WINDOW, package__pick_tasks__bin__warehouse=warehouse_id
        )
        .order_by("-packed_at")
        .values_list("by_label", "packed_at")
        .distinct()[:PARCELS_LOOKED_AT]
    )
    last: dict[str, datetime] = {}
    gaps = []
    for by_label, packed_at in rows:
        if by_label in last and (gap := last[by_label] - packed_at) < BREAK:
            gaps.append(gap.total_seconds())
        last[by_label] = packed_at
    return sum(gaps) / len(gaps) if len(gaps) >= PARCELS_AT_LEAST else None


def packers_at_work(*, warehouse_id: int, now: datetime) -> int:
    """People who closed a carton within the hour."""
    recent = PackRecord.objects.filter(
        packed_at__gt=now - PICKERS_SEEN_IN, package__pick_tasks__bin__warehouse=warehouse_id
    )
    return recent.aggregate(people=Count("by_label", distinct=True))["people"]


def waiting(*, warehouse_id: int) -> tuple[int, int]:
    """Lines still to pick on the floor, and parcels that will be packed before anything that is planned now."""
    tasks = PickTask.objects.filter(pick_list__wave__warehouse_id=warehouse_id).exclude(
        state=PickTaskState.DROPPED
    )
    on_floor = tasks.filter(package__state__in=[PackageState.PICKING, PackageState.PICKED])
    counts = on_floor.aggregate(
        lines=Count(
            "pk",
            filter=Q(
                state=PickTaskState.OPEN,
                pick_list__state__in=[PickListState.OPEN, PickListState.PICKING],
                package__is_stopped=False,
            )
            & ~Q(pick_list__lane=Lane.SHOW),  # nobody walks for these
        ),
        parcels=Count("package_id", distinct=True),
    )
    return counts["lines"], counts["parcels"]
