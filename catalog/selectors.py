"""Reads of SKUs and listings."""

from collections import defaultdict
from collections.abc import Iterable

from catalog.models import BundleItem, Listing, Sku


def skus_by_code(*, codes: Iterable[str]) -> dict[str, int]:
    """Seller SKU -> id of our SKU, for those that exist and are in use."""
    wanted = [code for code in codes if code]
    if not wanted:
        return {}
    return dict(Sku.objects.filter(seller_sku__in=wanted, is_active=True).values_list("seller_sku", "pk"))


def skus_by_platform_sku(
    *, shop_ids: Iterable[int], platform_sku_ids: Iterable[str]
) -> dict[tuple[int, str], int]:
    """(shop id, platform SKU id) -> id of our SKU, for listings that are mapped."""
    rows = Listing.objects.filter(
        shop_id__in=list(shop_ids), platform_sku_id__in=list(platform_sku_ids), sku__isnull=False
    )
    return {
        (shop_id, platform_id): sku_id
        for shop_id, platform_id, sku_id in rows.values_list("shop_id", "platform_sku_id", "sku_id")
    }


def bundle_items(*, sku_ids: Iterable[int]) -> dict[int, list[tuple[int, int]]]:
    """Bundle SKU -> [(component SKU, units)], for those of the given SKUs that are bundles."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    rows = BundleItem.objects.filter(bundle_id__in=list(sku_ids)).order_by("pk")
    for bundle_id, component_id, quantity in rows.values_list("bundle_id", "component_id", "quantity"):
        found[bundle_id].append((component_id, quantity))
    return found


def unmapped_listings():
    """Listings that mean no SKU yet, oldest first: the mapping page."""
    return (
        Listing.objects.filter(sku__isnull=True)
        .exclude(state="deleted")
        .select_related("shop")
        .order_by("pk")
    )


def unmapped_count() -> int:
    return unmapped_listings().count()


def listings_of_products(*, platform_product_ids: Iterable[str]):
    """Listings of platform products: what the ad links start from."""
    return Listing.objects.filter(platform_product_id__in=list(platform_product_ids)).select_related("sku")
