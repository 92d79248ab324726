"""The stock of a page of SKUs, over all warehouses; a bundle's is what its components still make."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from catalog import selectors
from warehouse import selectors as warehouse


@dataclass(frozen=True)
class Figures:
    """One SKU. `levels` is empty for what was never in a warehouse."""

    on_hand: int
    reserved: int
    available: int
    safety_stock: int
    is_low: bool
    is_bundle: bool = False


def figures(*, sku_ids: Iterable[int]) -> dict[int, Figures]:
    """SKU → its figures, in two queries; SKUs without any are left out."""
    sku_ids = list(sku_ids)
    bundles = selectors.bundle_items(sku_ids=sku_ids)
    parts = {component for items in bundles.values() for component, _units in items}
    levels: dict[int, list] = defaultdict(list)
    for level in warehouse.stock_levels().filter(sku_id__in={*sku_ids, *parts}):
        levels[level.sku_id].append(level)
    found = {pk: _of_levels(levels[pk]) for pk in sku_ids if pk in levels and pk not in bundles}
    for pk, items in bundles.items():
        units = _makes(items, levels)
        found[pk] = Figures(0, 0, units, 0, is_low=False, is_bundle=True)
    return found


def _of_levels(levels: list) -> Figures:
    return Figures(
        on_hand=sum(level.on_hand for level in levels),
        reserved=sum(level.reserved for level in levels),
        available=sum(level.available for level in levels),
        safety_stock=sum(level.safety_stock for level in levels),
        is_low=any(level.available < level.safety_stock for level in levels),
    )


def _makes(items: list[tuple[int, int]], levels: dict[int, list]) -> int:
    """A bundle is packed in one warehouse: the scarcest component there decides."""
    there: dict[int, dict[int, int]] = defaultdict(dict)
    for component, _units in items:
        for level in levels.get(component, ()):
            there[level.warehouse_id][component] = level.available
    return sum(
        min(max(have.get(component, 0), 0) // units for component, units in items) for have in there.values()
    )
