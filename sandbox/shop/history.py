"""The past a shop starts with: open orders of all ages, some near or past their deadline, and others long delivered."""

from sandbox.shop import advance
from sandbox.shop.model import Order, Shop
from sandbox.shop.production import make_order, pick_skus
from sandbox.shop.sla import deadlines

HOUR, DAY = 3600.0, 86_400.0
OPEN_ORDERS, PAST_ORDERS = 60, 40
# Among the open ones: how many are in which state; the rest waits for shipment.
OPEN_SHARE = ("UNPAID",) * 4 + ("ON_HOLD",) * 6 + ("AWAITING_COLLECTION",) * 4
SAFE_FROM_CANCEL = 8 * HOUR
AGES = (0.2, 0.5, 1, 2, 3, 5, 8, 12, 18, 24, 30, 36, 42, 46, 50, 58)


def seed(world) -> None:
    """Orders spread over all shops; nothing of this is told by webhook."""
    shops = list(world.shop.shops.values())
    target, world.settings["shop_webhook_url"] = world.settings["shop_webhook_url"], ""
    for place in range(PAST_ORDERS):
        _delivered(world, shop=shops[place % len(shops)])
    for place in range(OPEN_ORDERS):
        status = OPEN_SHARE[place] if place < len(OPEN_SHARE) else "AWAITING_SHIPMENT"
        _open(world, shop=shops[place % len(shops)], status=status)
    world.settings["shop_webhook_url"] = target
    world.journal.clear()


def _open(world, *, shop: Shop, status: str) -> Order:
    now = world.clock.now()
    aged = status in {"AWAITING_SHIPMENT", "AWAITING_COLLECTION"}
    order = _make(world, shop=shop, created=now - (_age(world, shop=shop) if aged else 60.0))
    advance.grow(world, order=order, status=status)
    return order


def _age(world, *, shop: Shop) -> float:
    """Old enough to hurry, not so old that the platform cancels before anybody sits down."""
    now = world.clock.now()
    for hours in world.rng.sample(AGES, k=len(AGES)):
        created = now - hours * HOUR
        due = deadlines(
            region=shop.region,
            zone=shop.zone,
            cross_border=shop.is_cross_border,
            created=created,
            paid=created,
        )
        if due["shipping_due_time"] > now + SAFE_FROM_CANCEL:
            return hours * HOUR
    return AGES[0] * HOUR


def _delivered(world, *, shop: Shop) -> Order:
    """Bought, shipped, collected and delivered, each at its own time in the last three weeks."""
    rng, now = world.rng, world.clock.now()
    created = now - rng.uniform(5 * DAY, 20 * DAY)
    order = _make(world, shop=shop, created=created)
    advance.grow(world, order=order, status="AWAITING_SHIPMENT")
    shipped = created + rng.uniform(4 * HOUR, 40 * HOUR)
    collected = shipped + rng.uniform(2 * HOUR, 14 * HOUR)
    delivered = min(collected + rng.uniform(1.2 * DAY, 3 * DAY), now - HOUR)
    advance.advance(world, order=order, status="DELIVERED")
    order.rts_time, order.collection_time, order.delivery_time = int(shipped), int(collected), int(delivered)
    times = {"AWAITING_COLLECTION": shipped, "IN_TRANSIT": collected, "DELIVERED": delivered}
    order.history = [(status, times.get(status, at)) for status, at in order.history]
    for package in world.shop.packages_of(order):
        package.shipped_at, package.picked_up_at, package.delivered_at = int(shipped), collected, delivered
        for upload in package.uploads:
            upload["at"] = shipped
        _date_scans(
            world, number=package.tracking_number, shipped=shipped, collected=collected, delivered=delivered
        )
    for upload in order.uploads:
        upload["at"] = shipped
    world.shop.touch(order, update_time=delivered)
    return order


def _date_scans(world, *, number: str, shipped: float, collected: float, delivered: float) -> None:
    parcel = world.carriers.find(number)
    parcel.created_at = shipped
    times = {"label": shipped, "pickup": collected, "delivered": delivered}
    for event in parcel.events:
        event.at = times.get(event.kind, event.at)


def _make(world, *, shop: Shop, created: float) -> Order:
    order = make_order(world, shop=shop, skus=pick_skus(world, shop=shop), created=created)
    world.shop.touch(order, update_time=created + advance.PAID_AFTER)
    return order
