"""Rebuilds the levels and lots from the movements, what is promised from the reservations, what is between two warehouses
from the transfers, and tells every difference."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Sum

from warehouse.models import (
    BinLevel,
    BinLot,
    Delivery,
    DeliveryLine,
    DeliveryState,
    MovementReason,
    Reservation,
    ReservationState,
    StockLevel,
    StockMovement,
)


@dataclass(frozen=True)
class Difference:
    """A stored figure that is not what its rows add up to."""

    figure: str  # on_hand | reserved | withheld | bin | lot | lots_in_bin | transfer
    place_id: int  # warehouse; bin for "bin" and "lots_in_bin"; lot for "lot"; 0 for "transfer"
    sku_id: int
    stored: int
    rebuilt: int

    def __str__(self) -> str:
        place = {"bin": "bin", "lots_in_bin": "bin", "lot": "lot"}.get(self.figure, "warehouse")
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
        *_check_lots(stored_bins),
        *_check_transfers(),
    ]


def _check_lots(stored_bins: dict[tuple[int, int], int]) -> list[Difference]:
    """Each lot in each bin, no more of all lots than the bin holds, and what may not be sold any more."""
    places = list(BinLot.objects.values_list("bin_id", "sku_id", "lot_id", "on_hand"))
    moved = StockMovement.objects.filter(lot__isnull=False).values("bin_id", "lot_id").order_by()
    rebuilt = {
        (bin_id, lot_id): total
        for bin_id, lot_id, total in moved.annotate(total=Sum("quantity")).values_list(
            "bin_id", "lot_id", "total"
        )
    }
    found = [
        Difference("lot", lot_id, sku_id, units, rebuilt.pop((bin_id, lot_id), 0))
        for bin_id, sku_id, lot_id, units in places
        if units != rebuilt.get((bin_id, lot_id), 0)
    ]
    stored = {(bin_id, lot_id) for bin_id, _sku, lot_id, _units in places}
    found += [
        Difference("lot", lot_id, 0, 0, total)
        for (bin_id, lot_id), total in rebuilt.items()
        if total and (bin_id, lot_id) not in stored
    ]
    in_bins: Counter[tuple[int, int]] = Counter()
    for bin_id, sku_id, _lot, units in places:
        in_bins[bin_id, sku_id] += units
    found += [
        Difference("lots_in_bin", bin_id, sku_id, units, stored_bins.get((bin_id, sku_id), 0))
        for (bin_id, sku_id), units in sorted(in_bins.items())
        if units > stored_bins.get((bin_id, sku_id), 0)
    ]
    levels = StockLevel.objects.exclude(withheld=0).values_list("warehouse_id", "sku_id", "withheld")
    over = BinLot.objects.filter(lot__withheld_at__isnull=False, on_hand__gt=0).order_by()
    withheld = over.values("bin__warehouse_id", "sku_id").annotate(total=Sum("on_hand"))
    return found + _compare(
        "withheld", _by_pair(levels), _by_pair(withheld.values_list("bin__warehouse_id", "sku_id", "total"))
    )


def _check_transfers() -> list[Difference]:
    """What left one warehouse for another and did not arrive, by the transfers and by the movements."""
    lines = DeliveryLine.objects.filter(delivery__origin__isnull=False)
    sent = lines.exclude(delivery__state__in=[DeliveryState.DRAFT, DeliveryState.CANCELLED])
    away = {
        (0, sku_id): total
        for sku_id, total in sent.values("sku_id")
        .order_by()
        .annotate(total=Sum(F("expected") - F("received")))
        .values_list("sku_id", "total")
    }
    # What was picked for a transfer that has not left yet stands in no line of it.
    drafts = Delivery.objects.filter(state=DeliveryState.DRAFT).values("number")
    moved = StockMovement.objects.filter(reason=MovementReason.TRANSFERRED).exclude(reference__in=drafts)
    moved = moved.values("sku_id").order_by()
    rebuilt = {
        (0, sku_id): -total
        for sku_id, total in moved.annotate(total=Sum("quantity")).values_list("sku_id", "total")
    }
    return _compare("transfer", away, rebuilt)


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
