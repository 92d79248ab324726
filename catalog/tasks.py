"""Wake-ups and sweeps of listings."""

from celery import shared_task

from catalog import listing_sync
from integrations import connections
from tenancy.tasks import SellerTask, each_seller


class CallingTask(SellerTask):
    """Work that calls the platform binds the scope around each of its steps."""

    abstract = True
    outside_scope = True


@shared_task(base=CallingTask, queue="platform")
def sync_listings(*, seller_id: int, shop_id: int, create_skus: bool = False, **_: object) -> None:
    listing_sync.try_sync(seller_id=seller_id, shop_id=shop_id, create_skus=create_skus)


@shared_task(queue="platform")
def sync_all_listings(**_: object) -> None:
    """One bound task per shop that can be read."""
    for seller_id in each_seller():
        for shop_id in connections.pollable_shops(seller_id=seller_id):
            sync_listings.apply_async(kwargs={"seller_id": seller_id, "shop_id": shop_id}, expires=600)
