"""Filling a wave up: packages that cost the least further walking beside those that must go. No query in here."""

from collections.abc import Iterable, Sequence

from warehouse.wave_plan import Floor, Need, Shelf

Spot = tuple[int, int, int]  # block, aisle, cell


def filled(
    *, taken: Sequence[Need], others: Iterable[Need], shelves: Iterable[Shelf], limit: int, floor: Floor
) -> list[Need]:
    """`taken` and the nearest of `others` up to the limit; among equals the more urgent one."""
    spots = _spots(shelves)
    seen: dict[tuple[int, int], set[int]] = {}
    for need in taken:
        _visit(need, spots, seen)
    left = {need.package_id: need for need in others}
    found = list(taken)
    extra = {number: _extra(need, spots, seen, floor) for number, need in left.items()}
    while left and len(found) < limit:
        number = min(left, key=lambda one: (extra[one], left[one].due_at, one))
        need = left.pop(number)
        found.append(need)
        if extra[number] > 0:  # only then is there somewhere new to go
            rows = _visit(need, spots, seen)
            for other, value in left.items():
                if any(spot[:2] in rows for sku in value.units for spot in spots.get(sku, ())):
                    extra[other] = _extra(value, spots, seen, floor)
    return found


def _spots(shelves: Iterable[Shelf]) -> dict[int, list[Spot]]:
    """SKU → where it would be taken from: the first bin of it."""
    found: dict[int, Shelf] = {}
    for shelf in sorted(shelves, key=lambda one: one.order):
        if shelf.free > 0:
            found.setdefault(shelf.sku_id, shelf)
    return {sku_id: [(shelf.block, *shelf.place)] for sku_id, shelf in found.items()}


def _visit(need: Need, spots: dict[int, list[Spot]], seen: dict) -> set[tuple[int, int]]:
    rows = set()
    for sku_id in need.units:
        for block, aisle, cell in spots.get(sku_id, ()):
            seen.setdefault((block, aisle), set()).add(cell)
            rows.add((block, aisle))
    return rows


def _extra(need: Need, spots: dict[int, list[Spot]], seen: dict, floor: Floor) -> float:
    """About how much further one walks: along an aisle that is walked anyway to its nearest stop, or into a new one."""
    total = 0.0
    for sku_id in need.units:
        for block, aisle, cell in spots.get(sku_id, ()):
            cells = seen.get((block, aisle))
            if cells is None:
                total += 2 * (floor.entry_mm + cell * floor.cell_mm)
            else:
                total += 2 * floor.cell_mm * min(abs(cell - other) for other in cells)
    return total
