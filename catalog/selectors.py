"""Reads of SKUs and listings."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Count, Q

from catalog.models import Barcode, BundleItem, Listing, ListingState, Sku
from catalog.suggestions import Candidate

CANDIDATES_AT_MOST = 5000
WORDS_AT_MOST = 8


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


def skus_of_code(*, code: str):
    """SKUs that a code means: as their own code, however it is spelled, or as a barcode."""
    code = code.strip()
    barcodes = Barcode.objects.filter(code=code).order_by().values("sku_id")
    return Sku.objects.filter(Q(seller_sku__iexact=code) | Q(pk__in=barcodes)).order_by("-is_active", "pk")


def skus(*, words: str = "", shop_id: int | None = None):
    """SKUs by code, for the list: each word is found in code, name, variation or a barcode; sold by a shop."""
    found = Sku.objects.order_by("seller_sku")
    for word in words.split()[:WORDS_AT_MOST]:
        barcodes = Barcode.objects.filter(code__icontains=word).order_by().values("sku_id")
        named = Q(seller_sku__icontains=word) | Q(name__icontains=word) | Q(variation__icontains=word)
        found = found.filter(named | Q(pk__in=barcodes))
    if shop_id:
        sold = Listing.objects.filter(shop_id=shop_id, sku__isnull=False).order_by()
        found = found.filter(pk__in=sold.values("sku_id"))
    return found


def listing_counts(*, sku_ids: Iterable[int]) -> dict[int, int]:
    """SKU → how many listings sell it."""
    rows = Listing.objects.filter(sku_id__in=list(sku_ids)).exclude(state=ListingState.DELETED)
    return dict(rows.order_by().values_list("sku_id").annotate(count=Count("pk")))


def barcodes_by_sku(*, sku_ids: Iterable[int]) -> dict[int, list[str]]:
    """SKU → its barcodes."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Barcode.objects.filter(sku_id__in=list(sku_ids)).order_by("pk")
    for sku_id, code in rows.values_list("sku_id", "code"):
        found[sku_id].append(code)
    return found


def listings(*, tab: str = "all", words: str = "", shop_id: int | None = None):
    """Listings for the mapping page. What is deleted in the shop is found under "all" only."""
    found = Listing.objects.select_related("shop", "sku").order_by("title", "variation", "pk")
    if tab == "unmapped":
        found = found.filter(sku__isnull=True).exclude(state=ListingState.DELETED)
    elif tab == "mapped":
        found = found.filter(sku__isnull=False).exclude(state=ListingState.DELETED)
    if shop_id:
        found = found.filter(shop_id=shop_id)
    if words:
        exact = Q(platform_sku_id=words) | Q(platform_product_id=words)
        told = Q(title__icontains=words) | Q(variation__icontains=words) | Q(seller_sku__icontains=words)
        found = found.filter(exact | told | Q(sku__seller_sku__icontains=words))
    return found


def candidates() -> list[Candidate]:
    """SKUs in use, the newest first, as far as suggestions look."""
    rows = list(
        Sku.objects.filter(is_active=True, material="")
        .order_by("-pk")
        .values_list("pk", "seller_sku", "name", "variation")[:CANDIDATES_AT_MOST]
    )
    barcodes: dict[int, list[str]] = defaultdict(list)
    for sku_id, code in Barcode.objects.filter(sku__is_active=True).values_list("sku_id", "code"):
        barcodes[sku_id].append(code)
    return [Candidate(*row, barcodes=tuple(barcodes.get(row[0], ()))) for row in rows]
