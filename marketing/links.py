"""Which listings a vehicle sells: read from the platform's product ids, or said by a person."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from catalog.models import Listing, ListingState
from marketing.models import AdAccount, AdLink, AdVehicle
from tenancy import audit
from tenancy.actors import Actor


@transaction.atomic
def link_by_products(*, account_id: int, now: datetime) -> int:
    """Link the account's vehicles to the listings of their products. A link that a person ignored stays ignored.

    The platform's item group id is taken to be the shop's product id, as is widely assumed; links by hand correct it.
    """
    account = AdAccount.objects.get(pk=account_id)
    vehicles = AdVehicle.objects.filter(account=account, is_gone=False)
    listings = Listing.objects.exclude(state=ListingState.DELETED)
    if account.shop_sold_id:
        listings = listings.filter(shop_id=account.shop_sold_id)
    by_product: dict[str, list[Listing]] = {}
    for listing in listings.only("id", "shop_id", "seller_id", "platform_product_id"):
        by_product.setdefault(listing.platform_product_id, []).append(listing)
    wanted: dict[tuple[int, int], AdLink] = {}
    for vehicle in vehicles:
        sells_all = vehicle.product_scope == "all" and account.shop_sold_id
        product_ids = by_product if sells_all else vehicle.platform_product_ids
        for product_id in product_ids:
            for listing in by_product.get(product_id, ()):
                wanted[vehicle.pk, listing.pk] = AdLink(
                    seller_id=vehicle.seller_id,
                    shop_id=listing.shop_id,
                    vehicle=vehicle,
                    listing=listing,
                    created_at=now,
                )
    AdLink.objects.bulk_create(wanted.values(), ignore_conflicts=True)
    return _drop_stale(account=account, wanted=set(wanted))


def _drop_stale(*, account: AdAccount, wanted: set[tuple[int, int]]) -> int:
    """Links that the platform no longer shows go, unless a person made them or we took the product out ourselves."""
    held = Q(vehicle__decisions__state__in=["pending", "in_force"])
    old = AdLink.objects.filter(vehicle__account=account, is_by_hand=False).exclude(held)
    stale = [link.pk for link in old if (link.vehicle_id, link.listing_id) not in wanted]
    AdLink.objects.filter(pk__in=stale).delete()
    return len(wanted)


@transaction.atomic
def link_by_hand(*, vehicle_id: int, product_id: str, actor: Actor, now: datetime) -> int:
    """A person says that this vehicle sells this product: one link per listing of it."""
    listings = Listing.objects.filter(platform_product_id=product_id)
    count = 0
    for listing in listings:
        AdLink.objects.update_or_create(
            vehicle_id=vehicle_id,
            listing=listing,
            defaults={"is_by_hand": True, "is_ignored": False},
            create_defaults={"is_by_hand": True, "shop_id": listing.shop_id, "created_at": now},
        )
        count += 1
    audit.record(
        actor=actor,
        now=now,
        action="ads.linked",
        subject_type="ad_vehicle",
        subject_id=vehicle_id,
        product_id=product_id,
    )
    return count


@transaction.atomic
def ignore(*, vehicle_id: int, product_id: str, actor: Actor, now: datetime, is_ignored: bool = True) -> int:
    """A person says that stock of this product shall not touch this vehicle (or may again)."""
    links = AdLink.objects.filter(vehicle_id=vehicle_id, listing__platform_product_id=product_id)
    audit.record(
        actor=actor,
        now=now,
        action="ads.ignored" if is_ignored else "ads.heeded",
        subject_type="ad_vehicle",
        subject_id=vehicle_id,
        product_id=product_id,
    )
    return links.update(is_ignored=is_ignored)
