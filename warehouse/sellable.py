"""What may be sold where: available stock of a listing's SKU, bundles by their scarcest component, less the buffer."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalog.models import BundleItem, Listing
from warehouse import setup
from warehouse.ledger import LevelKey
from warehouse.models import StockLevel, WarehouseLink


@dataclass(frozen=True)
class Stock:
    """Available units by warehouse × SKU, which SKUs were ever counted, and what bundles are made of."""

    available: Mapping[LevelKey, int]
    counted: frozenset[int]
    components: Mapping[int, Mapping[int, int]]  # bundle SKU id -> component SKU id -> units

    def parts(self, sku_id: int) -> Mapping[int, int]:
        return self.components.get(sku_id) or {sku_id: 1}

    def is_counted(self, sku_id: int) -> bool:
        return all(part in self.counted for part in self.parts(sku_id))

    def in_warehouse(self, sku_id: int, warehouse_id: int) -> int:
        return min(
            max(self.available.get((warehouse_id, part), 0), 0) // units
            for part, units in self.parts(sku_id).items()
        )


@dataclass(frozen=True)
class Site:
    """A platform warehouse of a shop and the warehouse of ours that it means."""

    platform_warehouse_id: str
    warehouse_id: int
    is_default: bool = False


def spread(*, stock: Stock, sku_id: int, buffer: int, sites: Sequence[Site]) -> dict[str, int]:
    """Units per platform warehouse. Each warehouse of ours counts once; further sites that mean it get 0."""
    quantities: dict[str, int] = {}
    told: set[int] = set()
    kept_back = buffer
    for site in sorted(sites, key=lambda one: (not one.is_default, one.platform_warehouse_id)):
        units = 0 if site.warehouse_id in told else stock.in_warehouse(sku_id, site.warehouse_id)
        told.add(site.warehouse_id)
        held = min(kept_back, units)
        kept_back -= held
        quantities[site.platform_warehouse_id] = units - held
    return quantities


def load(*, sku_ids: Iterable[int]) -> Stock:
    """Everything that `spread` needs for these SKUs, in two queries."""
    wanted = set(sku_ids)
    components: dict[int, dict[int, int]] = defaultdict(dict)
    for bundle_id, component_id, units in BundleItem.objects.filter(bundle_id__in=wanted).values_list(
        "bundle_id", "component_id", "quantity"
    ):
        components[bundle_id][component_id] = units
        wanted.add(component_id)
    levels = list(StockLevel.objects.filter(sku_id__in=wanted))
    return Stock(
        available={(level.warehouse_id, level.sku_id): level.available for level in levels},
        counted=frozenset(level.sku_id for level in levels if level.first_counted_at),
        components=components,
    )


def sites_of(*, listings: Iterable[Listing]) -> dict[int, list[Site]]:
    """Listing id → the platform warehouses that a call for it must name."""
    listings = list(listings)
    default = setup.default_warehouse()
    by_shop: dict[int, dict[str, WarehouseLink]] = defaultdict(dict)
    for link in WarehouseLink.objects.filter(shop_id__in={listing.shop_id for listing in listings}):
        by_shop[link.shop_id][link.platform_warehouse_id] = link
    found: dict[int, list[Site]] = {}
    for listing in listings:
        links = by_shop[listing.shop_id]
        named = listing.platform_warehouse_ids or list(links)
        found[listing.pk] = [
            Site(site, links[site].warehouse_id, links[site].is_default)
            if site in links
            else Site(site, default.pk)
            for site in named
            if site in links or default
        ]
    return found


def quantities_of(*, listings: Sequence[Listing]) -> dict[int, dict[str, int]]:
    """Listing id → units per platform warehouse; listings without a SKU, or of a never counted one, are left out."""
    mapped = [listing for listing in listings if listing.sku_id]
    stock = load(sku_ids=[listing.sku_id for listing in mapped])
    sites = sites_of(listings=mapped)
    return {
        listing.pk: spread(stock=stock, sku_id=listing.sku_id, buffer=listing.buffer, sites=sites[listing.pk])
        for listing in mapped
        if stock.is_counted(listing.sku_id)
    }
