"""What lies on the shelf for an order line: the SKU itself, the components of our bundle, or those of the platform's."""

from collections.abc import Sequence

from catalog import selectors as catalog
from orders.models import OrderLine

Part = tuple[int, int]  # (SKU id, units for one unit of the line)


def parts_of(*, lines: Sequence[OrderLine]) -> list[list[Part]]:
    """The parts of each line, in two or three queries for all of them. An empty list: nobody knows what to pick."""
    bundles = catalog.bundle_items(sku_ids={line.sku_id for line in lines if line.sku_id})
    virtual = [line for line in lines if line.sku_id is None and line.components]
    known = _component_skus(virtual) if virtual else {}
    return [_parts(line, bundles, known) for line in lines]


def _parts(
    line: OrderLine, bundles: dict[int, list[Part]], known: dict[tuple[int, str, str], int]
) -> list[Part]:
    if line.sku_id is not None:
        return bundles.get(line.sku_id) or [(line.sku_id, 1)]
    units: dict[int, int] = {}
    for platform_sku_id, seller_sku, count in line.components:
        sku_id = known.get((line.shop_id, platform_sku_id, seller_sku))
        if sku_id is None:
            return []
        units[sku_id] = units.get(sku_id, 0) + count
    return list(units.items())


def _component_skus(lines: list[OrderLine]) -> dict[tuple[int, str, str], int]:
    """By the component's own listing, else by its seller SKU."""
    wanted = {
        (line.shop_id, platform_id, code) for line in lines for platform_id, code, _count in line.components
    }
    by_listing = catalog.skus_by_platform_sku(
        shop_ids={shop_id for shop_id, _id, _code in wanted}, platform_sku_ids={one[1] for one in wanted}
    )
    by_code = catalog.skus_by_code(codes={code for _shop, _id, code in wanted if code})
    found = {}
    for shop_id, platform_id, code in wanted:
        sku_id = by_listing.get((shop_id, platform_id)) or by_code.get(code)
        if sku_id:
            found[(shop_id, platform_id, code)] = sku_id
    return found
