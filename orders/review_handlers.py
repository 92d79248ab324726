"""Reactions of review: the cause of a hold went, somewhere else."""

from catalog.events import ListingMapped, SkuReady
from catalog.models import Listing, Sku
from core import clock
from orders import review, review_again
from orders.events import ReviewDue
from orders.models import HoldReason, OrderHold, OrderLine, OrderState
from relay.events import subscribe


@subscribe(ReviewDue)
def on_review_due(event: ReviewDue) -> None:
    """One portion of orders whose review may come out differently now."""
    review.review_orders(order_ids=event.order_ids, now=clock.now())


@subscribe(ListingMapped, takes_many=True)
def on_listing_mapped(events: list[ListingMapped]) -> None:
    """The listing may be a part of the platform's bundles: orders that wait for it are looked at again."""
    mapped = Listing.objects.filter(pk__in={event.listing_id for event in events}, sku__isnull=False)
    known = {
        (shop_id, platform_id) for shop_id, platform_id in mapped.values_list("shop_id", "platform_sku_id")
    }
    if known:
        review_again.ask(
            order_ids={
                order_id
                for order_id, shop_id, parts in _held_bundles()
                if any((shop_id, platform_id) in known for platform_id, _code, _units in parts)
            }
        )


@subscribe(SkuReady, takes_many=True)
def on_sku_ready(events: list[SkuReady]) -> None:
    """A SKU is in use now: parts of bundles that carry its code, and lines that mean it, may ship."""
    ids = {event.sku_id for event in events}
    codes = set(Sku.objects.filter(pk__in=ids, is_active=True).values_list("seller_sku", flat=True))
    in_bundles = {
        order_id
        for order_id, _shop, parts in _held_bundles()
        if any(code in codes for _id, code, _n in parts)
    }
    review_again.ask(order_ids=in_bundles | review_again.held_by(reason=HoldReason.SKU_INACTIVE))


def _held_bundles() -> list[tuple[int, int, list]]:
    """Order, shop and components of the platform's bundles that nobody knows how to pick."""
    held = OrderHold.objects.filter(reason=HoldReason.UNMAPPED_SKU, lifted_at__isnull=True).order_by()
    lines = OrderLine.objects.filter(
        sku__isnull=True, order__state=OrderState.ON_HOLD, order_id__in=held.values("order_id")
    ).exclude(components=[])
    return list(lines.order_by().values_list("order_id", "shop_id", "components"))
