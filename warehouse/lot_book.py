"""The lots of one posting: which lot each movement is of, and what that changes per bin and lot.

Whoever holds the locks of the bin levels holds those of their lots too: no lot row changes without its bin level.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from warehouse import lots
from warehouse.lots import Held
from warehouse.models import BinLevel, BinLot, Lot, MovementReason

Pair = tuple[int, int]  # (bin id, SKU id)
_FOR_SALE = (MovementReason.PICKED, MovementReason.TRANSFERRED)  # else what is past its time goes first


class LotBook:
    """Loaded under the locks for the SKUs of a posting that are kept by lot."""

    def __init__(self, *, bin_levels: Mapping[Pair, BinLevel], sku_ids: Iterable[int]) -> None:
        kept = set(sku_ids)
        pairs = [pair for pair in bin_levels if pair[1] in kept]
        rows = BinLot.objects.filter(
            bin_id__in={bin_id for bin_id, _sku in pairs}, sku_id__in={sku_id for _bin, sku_id in pairs}
        ).select_related("lot")
        self.rows = {(row.bin_id, row.lot_id): row for row in rows}
        self.known = {row.lot_id: row.lot for row in self.rows.values()}
        self.units: dict[Pair, dict[int | None, int]] = defaultdict(lambda: defaultdict(int))
        for row in self.rows.values():
            self.units[row.bin_id, row.sku_id][row.lot_id] = row.on_hand
        for pair in pairs:
            self.units[pair][None] = bin_levels[pair].on_hand - sum(self.units[pair].values())
        self.changed: set[tuple[int, int]] = set()
        self.said_unknown: set[Pair] = set()
        self._carried: dict[str, list[tuple[int | None, int]]] = {}

    def parts(
        self,
        *,
        pair: Pair,
        quantity: int,
        reason: str,
        lot_id: int | None,
        is_lot_said: bool,
        carried: str,
        reference: str,
    ) -> list[tuple[int | None, int]]:
        """(lot, signed units) of one movement. What arrives is of the lots that were taken out for it (`carried`), what
        comes out of a carton again (`reference`: its package) of those that went into it."""
        if lot_id is not None or is_lot_said:
            parts = [(lot_id, quantity)]
        elif quantity < 0:
            is_for_sale = reason in _FOR_SALE
            taken = lots.share(held=self._held(pair), units=-quantity, is_for_sale=is_for_sale)
            parts = [(lot, -units) for lot, units in taken]
        else:
            parts = self._carried.get(carried) or [(None, quantity)]
            if reference and not carried and reason == MovementReason.PUT_BACK:
                parts = lots.shipped(references=[reference], sku_id=pair[1], units=quantity)
        if carried and quantity < 0:
            self._carried[carried] = [(lot, -units) for lot, units in parts]
        for lot, units in parts:
            self.units[pair][lot] += units
            if lot is not None:
                self.changed.add((pair[0], lot))
            elif is_lot_said:
                self.said_unknown.add(pair)
        return parts

    def _held(self, pair: Pair) -> list[Held]:
        found = []
        for lot_id, units in self.units[pair].items():
            lot = self.known.get(lot_id) if lot_id is not None else None
            expires_on = lot.expires_on if lot else None
            found.append(Held(lot_id, units, expires_on, bool(lot and lot.withheld_at)))
        return found

    def lot(self, lot_id: int) -> Lot:
        """A lot that takes part; one that was not in any of these bins before is looked up."""
        if lot_id not in self.known:
            self.known[lot_id] = Lot.objects.get(pk=lot_id)
        return self.known[lot_id]

    def missing(self) -> tuple[int, Lot | None, int] | None:
        """(bin, lot, units) where more of a lot would leave than is there."""
        for pair in sorted(self.said_unknown):
            if (left := self.units[pair][None]) < 0:
                return pair[0], None, -left
        for bin_id, lot_id in sorted(self.changed):
            lot = self.lot(lot_id)
            if (left := self.units[bin_id, lot.sku_id][lot_id]) < 0:
                return bin_id, lot, -left
        return None

    def store(self) -> None:
        """Write the rows that changed; new ones are inserted."""
        fresh, changed = [], []
        for bin_id, lot_id in sorted(self.changed):
            sku_id = self.lot(lot_id).sku_id
            units = self.units[bin_id, sku_id][lot_id]
            row = self.rows.get((bin_id, lot_id))
            if row is None:
                fresh.append(BinLot(bin_id=bin_id, sku_id=sku_id, lot_id=lot_id, on_hand=units))
            else:
                row.on_hand = units
                changed.append(row)
        if changed:
            BinLot.objects.update_many(changed, ["on_hand"])
        if fresh:
            BinLot.objects.insert_many(fresh)
