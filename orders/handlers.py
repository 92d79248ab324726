"""Reactions: to what the shop platform pushed, to a listing that was mapped, to shops that were connected."""

from collections import defaultdict
from datetime import datetime

from catalog.events import ListingMapped
from catalog.models import Listing
from core import clock
from integrations import connections
from integrations.events import ShopsConnected
from integrations.models import ShopLink
from integrations.tiktok_shop import webhooks
from integrations.tiktok_shop.webhooks import Notice
from orders import backfill, broken_orders, cursors, review
from orders.models import Order, OrderLine, OrderState
from relay import inbox, wake
from relay.events import subscribe
from relay.models import InboundMessage
from tenancy import scoping
from tenancy.models import Shop

_ABOUT_ORDERS = frozenset(
    {
        webhooks.ORDER_STATUS,
        webhooks.ADDRESS_UPDATED,
        webhooks.PACKAGES_CHANGED,
        webhooks.CANCELLATION,
        webhooks.RETURN,
    }
)
_ABOUT_PRODUCTS = frozenset({webhooks.PRODUCT_STATUS, webhooks.SKU_STATUS, 15, 16, 37})


@inbox.handles("tiktok_shop")
def on_tiktok_shop_pushed(messages: list[InboundMessage]) -> None:
    """A push is a hint: it says what to read again, and nothing of it is written as truth. Unknown ones need nothing."""
    now = clock.now()
    notices = [webhooks.parse(body=message.body.encode()) for message in messages]
    references = {notice.platform_shop_id for notice in notices if notice.platform_shop_id}
    shops = dict(Shop.objects.filter(platform_shop_id__in=references).values_list("platform_shop_id", "pk"))
    orders: dict[int, set[str]] = defaultdict(set)
    products = set()
    for notice in notices:
        shop_id = shops.get(notice.platform_shop_id)
        if shop_id and notice.type in _ABOUT_ORDERS:
            orders[shop_id].update(notice.platform_order_ids)
        elif shop_id and notice.type in _ABOUT_PRODUCTS:
            products.add(shop_id)
    for shop_id, ids in sorted(orders.items()):
        cursors.mark_for_pull(shop_id=shop_id, platform_order_ids=ids, now=now)
    _read_cases(notices, shops)
    ShopLink.objects.filter(shop_id__in=list(shops.values())).update(last_webhook_at=now)
    _read_listings(products)
    _end_grants([notice for notice in notices if notice.type == webhooks.DEAUTHORIZED], shops, now=now)
    _warn_of_end([notice for notice in notices if notice.type == webhooks.AUTHORIZATION_ENDS], shops, now=now)


@inbox.handles(broken_orders.SOURCE)
def on_broken_order_tried_again(messages: list[InboundMessage]) -> None:
    """A person asks for another try: the order is read anew, and comes back to them if it is still broken."""
    shops = dict(
        Shop.objects.filter(platform_shop_id__in={message.shop_ref for message in messages}).values_list(
            "platform_shop_id", "pk"
        )
    )
    for reference, ids in sorted(broken_orders.ids_of(messages).items()):
        if reference in shops:
            cursors.mark_for_pull(shop_id=shops[reference], platform_order_ids=ids, now=clock.now())


def _read_cases(notices: list[Notice], shops: dict[str, int]) -> None:
    """Cancellations and returns have lists of their own, with the deadlines that orders do not name."""
    tasks = {
        webhooks.CANCELLATION: "orders.tasks.poll_cancellations",
        webhooks.RETURN: "orders.tasks.poll_returns",
    }
    seller_id = scoping.current().only_seller
    wanted = {
        (tasks[one.type], shops[one.platform_shop_id])
        for one in notices
        if one.type in tasks and one.platform_shop_id in shops
    }
    for task, shop_id in sorted(wanted):
        wake.on_commit(task, queue="intake", seller_id=seller_id, shop_id=shop_id)


def _read_listings(shop_ids: set[int]) -> None:
    seller_id = scoping.current().only_seller
    for shop_id in sorted(shop_ids):
        wake.on_commit("catalog.tasks.sync_listings", queue="platform", seller_id=seller_id, shop_id=shop_id)


def _end_grants(notices: list[Notice], shops: dict[str, int], *, now: datetime) -> None:
    if notices:
        connections.end(
            shop_ids=[shops[one.platform_shop_id] for one in notices if one.platform_shop_id in shops],
            open_ids=[one.open_id for one in notices if one.open_id],
            why="the seller took the authorization back on the platform",
            now=now,
        )


def _warn_of_end(notices: list[Notice], shops: dict[str, int], *, now: datetime) -> None:
    if notices:
        connections.warn(
            shop_ids=[shops[one.platform_shop_id] for one in notices if one.platform_shop_id in shops],
            open_ids=[one.open_id for one in notices if one.open_id],
            now=now,
        )


@subscribe(ListingMapped, takes_many=True)
def on_listing_mapped(events: list[ListingMapped]) -> None:
    """Lines that waited for this mapping get their SKU, and their orders another review."""
    listings = Listing.objects.filter(
        pk__in={event.listing_id for event in events}, sku__isnull=False
    ).values_list("pk", "sku_id")
    skus = dict(listings)
    waiting = OrderLine.objects.filter(
        listing_id__in=list(skus),
        sku__isnull=True,
        order__state__in=(OrderState.PENDING_REVIEW, OrderState.ON_HOLD),
    )
    lines = list(waiting)
    for line in lines:
        line.sku_id = skus[line.listing_id]
    OrderLine.objects.bulk_update(lines, ["sku"])
    if lines:
        review.review_orders(order_ids={line.order_id for line in lines}, now=clock.now())


@subscribe(ShopsConnected, takes_many=True)
def on_shops_connected(events: list[ShopsConnected]) -> None:
    """The walk begins, or goes on where it stopped, at once instead of at the next poll."""
    seller_id = scoping.current().only_seller
    shop_ids = sorted({shop_id for event in events for shop_id in event.shop_ids})
    cursors.go_on(shop_ids=shop_ids, now=clock.now())
    for shop_id in shop_ids:
        # What came by file is read in full now, and becomes the platform's own picture.
        open_ones = Order.objects.filter(shop_id=shop_id, source="file", state__in=review.REVIEWABLE)
        ids = list(open_ones.values_list("platform_order_id", flat=True))
        cursors.mark_for_pull(shop_id=shop_id, platform_order_ids=ids, now=clock.now())
    for shop_id in shop_ids:
        for task in ("orders.tasks.poll_shop", "orders.tasks.pull_marked"):
            wake.on_commit(task, queue="intake", seller_id=seller_id, shop_id=shop_id)
    backfill.go_on(shop_ids=shop_ids, now=clock.now())
