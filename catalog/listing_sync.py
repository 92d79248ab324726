"""Reads a shop's products into listings, page by page. No transaction is open during a call."""

import structlog

from catalog import listings
from catalog.models import Listing
from core import clock
from core.http import RemoteError
from integrations import connections
from tenancy import scoping
from tenancy.models import Shop

log = structlog.get_logger(__name__)

LONGEST_WALK = 200  # pages of 100 products; the platform itself ends at 10,000


def sync_shop(*, seller_id: int, shop_id: int, create_skus: bool = False) -> int:
    """Walk all products of a shop. `create_skus`: make a SKU of every seller SKU that is not ours yet."""
    started = clock.now()
    client = connections.shop_client(seller_id=seller_id, shop_id=shop_id)
    token, count = "", 0
    for _number in range(LONGEST_WALK):
        page = client.search_skus(page_token=token)
        with scoping.scope(sellers=[seller_id]):
            shop = Shop.objects.get(pk=shop_id)
            count += len(listings.store(shop=shop, skus=page.items, now=clock.now()))
        token = page.next_token
        if not token:
            break
    with scoping.scope(sellers=[seller_id]):
        shop = Shop.objects.get(pk=shop_id)
        if not token:
            listings.forget_unseen(shop=shop, since=started)
        if create_skus:
            unmapped = Listing.objects.filter(shop=shop, sku__isnull=True).order_by("pk")
            listings.create_skus(listings=list(unmapped))
    log.info("listings.synced", shop_id=shop_id, count=count)
    return count


def try_sync(*, seller_id: int, shop_id: int, create_skus: bool = False) -> bool:
    """The same, where the next run may do better: a failure is kept on the connection."""
    try:
        sync_shop(seller_id=seller_id, shop_id=shop_id, create_skus=create_skus)
    except RemoteError as error:
        connection_id = connections.connection_of(seller_id=seller_id, shop_id=shop_id)
        if connection_id is not None:
            connections.note_failure(seller_id=seller_id, connection_id=connection_id, error=error)
        return False
    return True
