"""Reactions of the catalog."""

from catalog.models import Sku
from integrations.events import ShopsConnected
from relay import wake
from relay.events import subscribe
from tenancy import scoping


@subscribe(ShopsConnected, takes_many=True)
def on_shops_connected(events: list[ShopsConnected]) -> None:
    """Read what the shops sell. A seller who starts with an empty catalog gets a SKU for every seller SKU found."""
    seller_id = scoping.current().only_seller
    is_empty = not Sku.objects.exists()
    for shop_id in sorted({shop_id for event in events for shop_id in event.shop_ids}):
        wake.on_commit(
            "catalog.tasks.sync_listings",
            queue="platform",
            seller_id=seller_id,
            shop_id=shop_id,
            create_skus=is_empty,
        )
