"""What the walks of the last 30 days took from where: the heat of the map, and what advice on slotting is worked out from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet

from warehouse.models import PickList, PickListState, PickTask

WINDOW = timedelta(days=30)


@dataclass(frozen=True)
class Line:
    """Goods that a walk took: which SKU, from which bin."""

    pick_list_id: int
    sku_id: int
    bin_id: int


def ended_lists(*, warehouse_id: int, now: datetime) -> QuerySet[PickList]:
    """Walks that ended in the window."""
    return PickList.objects.filter(
        wave__warehouse_id=warehouse_id, state=PickListState.PICKED, finished_at__gt=now - WINDOW
    )


def picks_by_bin(*, warehouse_id: int, now: datetime) -> dict[int, int]:
    """Bin id → lines picked there."""
    lists = ended_lists(warehouse_id=warehouse_id, now=now)
    rows = PickTask.objects.filter(pick_list__in=lists, picked_quantity__gt=0).values("bin_id").order_by()
    return {row["bin_id"]: row["lines"] for row in rows.annotate(lines=Count("pk"))}


def lines_of(*, list_ids: Sequence[int]) -> list[Line]:
    """What these walks took."""
    rows = PickTask.objects.filter(pick_list_id__in=list(list_ids), picked_quantity__gt=0)
    rows = rows.order_by("pick_list_id", "sequence", "pk")
    return [Line(*row) for row in rows.values_list("pick_list_id", "sku_id", "bin_id")]
