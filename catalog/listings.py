"""Which of our SKUs a listing means: by hand, or by an equal seller SKU. Every change is announced."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from catalog import selectors
from catalog.events import ListingMapped, SkuReady
from catalog.models import Listing, ListingState, Sku
from core.errors import RuleViolation
from integrations.ports import PlatformLine, PlatformSku
from relay import outbox
from tenancy import audit
from tenancy.actors import Actor
from tenancy.models import Shop

_SYNCED = [
    "platform_product_id",
    "title",
    "variation",
    "seller_sku",
    "image_url",
    "state",
    "price_amount",
    "currency",
    "platform_warehouse_ids",
    "sku",
    "updated_at",
]


class SkuUnusable(RuleViolation):
    """A listing can only mean a SKU that is in use."""

    code = "sku_unusable"


class Known(NamedTuple):
    """What a platform SKU means to us."""

    listing_id: int | None
    sku_id: int | None


@transaction.atomic
def map_listing(*, listing_id: int, sku_id: int | None, actor: Actor, now: datetime) -> Listing:
    """A person says what a listing means; None takes the meaning away. Planned packages keep what they have."""
    listing = Listing.objects.lock().get(pk=listing_id)
    if sku_id is not None and not Sku.objects.filter(pk=sku_id, is_active=True).exists():
        raise SkuUnusable(_("This SKU is not in use. Choose another one, or bring it back first."))
    if listing.sku_id == sku_id and listing.is_mapped_by_hand == (sku_id is not None):
        return listing
    before, listing.sku_id = listing.sku_id, sku_id
    listing.is_mapped_by_hand = sku_id is not None
    listing.save(update_fields=["sku", "is_mapped_by_hand"])
    audit.record(
        actor=actor,
        now=now,
        action="listing.mapped",
        subject_type="listing",
        subject_id=listing.pk,
        before=before,
        after=sku_id,
    )
    if before != sku_id:
        outbox.publish(ListingMapped(listing_id=listing.pk, sku_id=sku_id))
    return listing


@transaction.atomic
def auto_map(*, sku_ids: Collection[int] | None = None) -> int:
    """Map listings whose seller SKU equals a code of ours. Call it when SKUs were made."""
    codes = Sku.objects.filter(is_active=True)
    if sku_ids is not None:
        codes = codes.filter(pk__in=list(sku_ids))
    unmapped = Listing.objects.filter(sku__isnull=True, seller_sku__in=codes.values("seller_sku"))
    listings = list(unmapped.exclude(seller_sku="").lock())
    by_code = selectors.skus_by_code(codes={listing.seller_sku for listing in listings})
    for listing in listings:
        listing.sku_id = by_code.get(listing.seller_sku)
    _save_mapped(listings)
    return len(listings)


def _save_mapped(listings: list[Listing]) -> None:
    if listings:
        Listing.objects.bulk_update(listings, ["sku"])
        outbox.publish_many(ListingMapped(listing_id=one.pk, sku_id=one.sku_id) for one in listings)


@transaction.atomic
def create_skus(*, listings: Iterable[Listing]) -> int:
    """Make a SKU of every unmapped listing that has a seller SKU, so that a seller who starts need not type them."""
    by_code: dict[str, Listing] = {}
    for listing in listings:
        if listing.sku_id is None and listing.seller_sku:
            by_code.setdefault(listing.seller_sku, listing)
    known = set(Sku.objects.filter(seller_sku__in=list(by_code)).values_list("seller_sku", flat=True))
    Sku.objects.bulk_create(
        (
            Sku(
                seller_id=listing.seller_id,
                seller_sku=code,
                name=listing.title[:200],
                variation=listing.variation,
                image_url=listing.image_url,
            )
            for code, listing in sorted(by_code.items())
            if code not in known
        ),
        ignore_conflicts=True,
    )
    auto_map()
    made = list(Sku.objects.filter(seller_sku__in=set(by_code) - known).values_list("pk", flat=True))
    # Listings are mapped above; the parts of the platform's bundles are known by their code alone.
    outbox.publish_many(SkuReady(sku_id=pk) for pk in made)
    return len(made)


@transaction.atomic
def store(*, shop: Shop, skus: Sequence[PlatformSku], now: datetime) -> list[Listing]:
    """Take in one page of a shop's products. A mapping that is there stays; a new one comes from the seller SKU."""
    wanted = {sku.platform_sku_id: sku for sku in skus if sku.platform_sku_id}
    stored = {
        one.platform_sku_id: one
        for one in Listing.objects.lock().filter(shop=shop, platform_sku_id__in=list(wanted))
    }
    by_code = selectors.skus_by_code(codes={sku.seller_sku for sku in wanted.values()})
    listings, mapped = [], []
    for platform_id, sku in sorted(wanted.items()):
        listing = stored.get(platform_id) or Listing(shop=shop, platform_sku_id=platform_id)
        before = listing.sku_id
        _fill(listing, sku, now=now)
        if not listing.is_mapped_by_hand:
            listing.sku_id = by_code.get(listing.seller_sku) or before
        listings.append(listing)
        if listing.sku_id != before:
            mapped.append(listing)
    Listing.objects.bulk_create(
        listings,
        update_conflicts=True,
        unique_fields=["seller", "shop", "platform_sku_id"],
        update_fields=_SYNCED,
    )
    outbox.publish_many(ListingMapped(listing_id=one.pk, sku_id=one.sku_id) for one in mapped)
    return listings


def _fill(listing: Listing, sku: PlatformSku, *, now: datetime) -> None:
    listing.platform_product_id = sku.platform_product_id
    listing.title = sku.title[:255]
    listing.variation = sku.variation[:120]
    listing.seller_sku = sku.seller_sku[:80]
    listing.image_url = sku.image_url[:500]
    listing.state = sku.status if sku.status in ListingState.values else ListingState.INACTIVE
    listing.price_amount = sku.price
    listing.currency = sku.currency[:3]
    listing.platform_warehouse_ids = sorted(sku.quantities)
    listing.updated_at = now


def forget_unseen(*, shop: Shop, since: datetime) -> int:
    """Listings that a whole walk did not meet are gone from the shop. Those that only an order file named stay."""
    unseen = Listing.objects.filter(shop=shop, updated_at__lt=since).exclude(platform_product_id="")
    return unseen.exclude(state=ListingState.DELETED).update(state=ListingState.DELETED)


def for_lines(*, shop: Shop, lines: Iterable[PlatformLine], now: datetime) -> dict[str, Known]:
    """Platform SKU id -> what it means. A listing that an order names before any sync (or in a file) is made here."""
    wanted = {line.platform_sku_id: line for line in lines if line.platform_sku_id}
    rows = Listing.objects.filter(shop=shop, platform_sku_id__in=list(wanted))
    known = {
        platform_id: Known(pk, sku_id)
        for platform_id, pk, sku_id in rows.values_list("platform_sku_id", "pk", "sku_id")
    }
    missing = [line for platform_id, line in sorted(wanted.items()) if platform_id not in known]
    if missing:
        known.update(_make(shop=shop, lines=missing, now=now))
    return known


def _make(*, shop: Shop, lines: Sequence[PlatformLine], now: datetime) -> dict[str, Known]:
    by_code = selectors.skus_by_code(codes={line.seller_sku for line in lines})
    made = Listing.objects.bulk_create(
        (
            Listing(
                shop=shop,
                platform_sku_id=line.platform_sku_id,
                platform_product_id=line.platform_product_id,
                title=line.product_name[:255],
                variation=line.variation[:120],
                seller_sku=line.seller_sku[:80],
                image_url=line.image_url[:500],
                sku_id=by_code.get(line.seller_sku),
                updated_at=now,
            )
            for line in lines
        ),
        # Another worker may have made it in this moment: then its row (and its mapping) stays.
        update_conflicts=True,
        unique_fields=["seller", "shop", "platform_sku_id"],
        update_fields=["updated_at"],
    )
    outbox.publish_many(
        ListingMapped(listing_id=one.pk, sku_id=one.sku_id) for one in made if one.sku_id is not None
    )
    return {one.platform_sku_id: Known(one.pk, one.sku_id) for one in made}
