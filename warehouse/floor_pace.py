"""How fast the floor is, from its own last week; until there is enough of it, what the warehouse's settings say."""

from datetime import datetime, timedelta

from django.db.models import Count, DurationField, ExpressionWrapper, F, Max, Sum

from warehouse.models import Bin, BinKind, PickList, PickListState, PickTask, PickTaskState, Warehouse
from warehouse.wave_plan import Floor

WINDOW = timedelta(days=7)
LINES_AT_LEAST = 200  # fewer say little
PICKERS_SEEN_IN = timedelta(hours=1)


def floor_of(*, warehouse: Warehouse, now: datetime) -> Floor:
    """The floor as the planner sees it. A measured pace is per line, walking in it."""
    seconds = measured_line_seconds(warehouse_id=warehouse.pk, now=now)
    longest = Bin.objects.filter(warehouse=warehouse, kind=BinKind.SHELF).aggregate(cells=Max("cell"))[
        "cells"
    ]
    return Floor(
        aisle_mm=warehouse.aisle_mm,
        cell_mm=max(warehouse.cell_mm, 1),
        entry_mm=warehouse.entry_mm,
        cells=longest or 0,
        mm_per_s=max(warehouse.walk_mm_per_s, 1),
        line_s=float(warehouse.line_seconds) if seconds is None else seconds,
        is_measured=seconds is not None,
        pickers=pickers_at_work(warehouse_id=warehouse.pk, now=now),
        cart_units=warehouse.cart_units,
        cart_weight_g=warehouse.cart_weight_g,
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
