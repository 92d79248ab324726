"""Rebuilds both levels from the movements, and what is promised from the reservations, and tells every difference."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Sum

from warehouse.models import BinLevel, Reservation, ReservationState, StockLevel, StockMovement


@dataclass(frozen=True)
class Difference:
    """A stored figure that is not what its rows add up to."""

    figure: str  # on_hand | reserved | bin
    place_id: int  # warehouse, or bin for "bin"
    sku_id: int
    stored: int
    rebuilt: int

    def __str__(self) -> str:
        place = "bin" if self.figure == "bin" else "warehouse"
        return f"{self.figure} of sku {self.sku_id} in {place} {self.place_id}: stored {self.stored}, rebuilt {self.rebuilt}"


def check_ledger() -> list[Difference]:
    """Every difference at the seller in scope; an empty list means that the ledger is clean."""
    levels = StockLevel.objects.values_list("warehouse_id", "sku_id", "on_hand", "reserved")
    stored_on_hand = {(warehouse, sku): on_hand for warehouse, sku, on_hand, _reserved in levels}
    stored_reserved = {(warehouse, sku): reserved for warehouse, sku, _on_hand, reserved in levels}
    stored_bins = _by_pair(BinLevel.objects.values_list("bin_id", "sku_id", "on_hand"))
    by_warehouse = StockMovement.objects.values("warehouse_id", "sku_id").order_by()
    by_bin = StockMovement.objects.values("bin_id", "sku_id").order_by()
    active = (
        Reservation.objects.filter(state=ReservationState.ACTIVE).values("warehouse_id", "sku_id").order_by()
    )
    return [
        *_compare("on_hand", stored_on_hand, _by_pair(_sums(by_warehouse, "warehouse_id"))),
        *_compare("bin", stored_bins, _by_pair(_sums(by_bin, "bin_id"))),
        *_compare("reserved", stored_reserved, _by_pair(_sums(active, "warehouse_id"))),
    ]


def _sums(grouped, place: str) -> Iterable[tuple[int, int, int]]:
    return grouped.annotate(total=Sum("quantity")).values_list(place, "sku_id", "total")


def _by_pair(rows: Iterable[tuple[int, int, int]]) -> dict[tuple[int, int], int]:
    return {(place, sku): figure for place, sku, figure in rows}


def _compare(figure: str, stored: dict, rebuilt: dict) -> list[Difference]:
    pairs = sorted(stored.keys() | rebuilt.keys())
    return [
        Difference(figure, place, sku, stored.get((place, sku), 0), rebuilt.get((place, sku), 0))
        for place, sku in pairs
        if stored.get((place, sku), 0) != rebuilt.get((place, sku), 0)
    ]
