"""Reads of stock for pages and API."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Sum

from warehouse.models import BinLevel, StockLevel


@dataclass(frozen=True)
class Figures:
    """The ledger's figures of one SKU over all warehouses."""

    on_hand: int = 0
    reserved: int = 0

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


def figures_of(*, sku_ids: Iterable[int]) -> dict[int, Figures]:
    """SKU id -> figures; a SKU that was never counted has none."""
    rows = StockLevel.objects.filter(sku_id__in=list(sku_ids)).order_by().values("sku_id")
    return {
        row["sku_id"]: Figures(row["on_hand_sum"], row["reserved_sum"])
        for row in rows.annotate(on_hand_sum=Sum("on_hand"), reserved_sum=Sum("reserved"))
    }


def bins_of(*, sku_ids: Iterable[int]) -> dict[int, list[tuple[str, int]]]:
    """SKU id -> [(bin code, on hand)], where something lies."""
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    rows = BinLevel.objects.filter(sku_id__in=list(sku_ids), on_hand__gt=0).order_by("bin__walk_order", "pk")
    for sku_id, code, on_hand in rows.values_list("sku_id", "bin__code", "on_hand"):
        found[sku_id].append((code, on_hand))
    return found
