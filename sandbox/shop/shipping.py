"""Arranging a shipment: what the platform checks before it takes a number or buys a label, and what follows.
The platform's own label gets a number of its carrier; a seller's number is checked against the carrier named."""

import re

from sandbox import numbers
from sandbox.shop import cancelling, lifecycle, stock
from sandbox.shop.catalog import LABEL_CARRIERS, PROVIDERS
from sandbox.shop.errors import ShopError
from sandbox.shop.model import Line, Order, Package, Shop
from sandbox.shop.people import COUNTRY
from sandbox.shop.status import open_package, set_package, set_status

NUMBER = re.compile(r"^[A-Za-z0-9\-_./]{4,50}$")
SHIPPABLE = {"AWAITING_SHIPMENT", "PARTIALLY_SHIPPING"}
MOST_ORDERS_PER_NUMBER = 20


def check_order(world, *, order: Order) -> None:
    """What stops any ship call. An American order that the buyer wants cancelled may ship: that rejects the request."""
    shop = world.shop.shops[order.shop_id]
    if order.status == "CANCELLED":
        raise ShopError(21011041, "The order has been cancelled.")
    if order.status in {"UNPAID", "ON_HOLD"}:
        raise ShopError(21011044, "The order is on hold and cannot be shipped yet.")
    if order.status not in SHIPPABLE:
        raise ShopError(21011020, "The package has already been shipped.")
    if order.request_cancel_time and shop.region != "US":
        raise ShopError(21011007, "The buyer has asked to cancel this order. Answer the request first.")


def find_provider(shop: Shop, provider_id: str) -> tuple[str, str, str]:
    for row in PROVIDERS[shop.region]:
        if row[0] == provider_id:
            return row
    raise ShopError(11028006, "No carrier matches the shipping provider.")


def check_number(
    world, *, shop: Shop, number: str, provider_id: str, orders: list[Order]
) -> tuple[str, str, str]:
    """The provider's row, when the number may be used for these orders."""
    if not NUMBER.match(number):
        raise ShopError(21004012, "The tracking number has special characters or a wrong length.")
    row = find_provider(shop, provider_id)
    if not numbers.fits(number, carrier=row[2]):
        raise ShopError(21004015, f"The tracking number does not match the carrier {row[1]}.")
    others = _orders_with(world, number=number) - {order.id for order in orders}
    same_door = all(_door(world.shop.orders[other]) == _door(orders[0]) for other in others)
    if others and not same_door:
        raise ShopError(21011025, "The tracking number is already used by another order.")
    if len(others) + len(orders) > MOST_ORDERS_PER_NUMBER:
        raise ShopError(21011026, "The tracking number has been used too many times.")
    return row


def ship_with_number(world, *, package: Package, number: str, provider_id: str, via: str) -> None:
    """The seller's own carrier."""
    shop = world.shop.shops[package.shop_id]
    orders = [world.shop.orders[order_id] for order_id in package.order_ids]
    row = check_number(world, shop=shop, number=number, provider_id=provider_id, orders=orders)
    _arrange(world, package=package, number=number, provider=row, via=via)


def ship_with_label(world, *, package: Package, via: str) -> None:
    """The platform's carrier: a number of its block, a label to print."""
    shop = world.shop.shops[package.shop_id]
    provider_id, name, key, kind = world.rng.choice(LABEL_CARRIERS[shop.region])
    number = numbers.make(kind, serial=world.shop.next_serial("label_number"), rng=world.rng)
    _arrange(world, package=package, number=number, provider=(provider_id, name, key), via=via)


def package_for(world, *, order: Order, lines: list[Line]) -> Package:
    """Where packages only come into being by shipping: one of these lines."""
    return open_package(world, order=order, at=world.clock.now(), lines=lines)


def correct(world, *, package: Package, number: str, provider_id: str) -> None:
    """One correction per order, within 72 hours of shipping."""
    shop = world.shop.shops[package.shop_id]
    orders = [world.shop.orders[order_id] for order_id in package.order_ids]
    if package.status == "TO_FULFILL":
        raise ShopError(21011049, "The package has not been shipped yet.")
    if package.status != "PROCESSING":
        raise ShopError(
            21011052, "The package has been collected; its tracking number cannot change any more."
        )
    if package.corrections:
        raise ShopError(21011050, "The tracking number of this order was already corrected once.")
    if world.clock.now() - package.shipped_at > 72 * 3600:
        raise ShopError(21011051, "The tracking number can only be corrected within 72 hours of shipping.")
    row = check_number(world, shop=shop, number=number, provider_id=provider_id, orders=orders)
    package.corrections += 1
    _unlink(world, package=package)
    _set_number(world, package=package, number=number, provider=row, via="shipping_info_update")
    world.shop.touch_package(package)


def _arrange(world, *, package: Package, number: str, provider: tuple[str, str, str], via: str) -> None:
    now = world.clock.now()
    package.shipped_at, package.shipped_by = int(now), via
    set_package(world, package=package, status="PROCESSING", sub_status="RTS")
    for order in (world.shop.orders[order_id] for order_id in package.order_ids):
        request = cancelling.pending(world, order=order)
        if request is not None:
            cancelling.close(world, case=request)
        order.rts_time = int(now)
        _lines_arranged(world, order=order, package=package)
    _set_number(world, package=package, number=number, provider=provider, via=via)


def _lines_arranged(world, *, order: Order, package: Package) -> None:
    mine = set(package.line_ids)
    for line in order.live_lines():
        if line.id in mine:
            line.status = "AWAITING_COLLECTION"
            stock.ship(world, sku=world.shop.skus[line.sku_id], quantity=1)
    left = [line for line in order.live_lines() if line.status == "AWAITING_SHIPMENT"]
    set_status(world, order=order, status="PARTIALLY_SHIPPING" if left else "AWAITING_COLLECTION")
    if not left and (due := order.due.get("collection_due_time")):
        world.shop.at(due, action="collection_due", subject=order.id)


def _set_number(world, *, package: Package, number: str, provider: tuple[str, str, str], via: str) -> None:
    """Keep the number and follow its parcel, which may be on the road already."""
    now = world.clock.now()
    shop = world.shop.shops[package.shop_id]
    package.tracking_number, package.provider_id, package.provider_name = number, provider[0], provider[1]
    upload = {"at": now, "tracking_number": number, "provider": provider[1], "via": via}
    package.uploads.append(upload)
    for order_id in package.order_ids:
        order = world.shop.orders[order_id]
        order.uploads.append({**upload, "package_id": package.id})
        world.shop.touch(order)
        world.journal.record(
            "tracking_uploaded", order_id=order_id, package_id=package.id, number=number, via=via
        )
    first = world.shop.orders[package.order_ids[0]]
    parcel = world.carriers.create_parcel(
        number,
        provider[1],
        origin=COUNTRY[shop.region],
        destination=f"{first.buyer['city']}, {COUNTRY[shop.region]}",
        created_at=now,
        ref=first.id,
    )
    world.shop.numbers.setdefault(parcel.number, []).append(package.id)
    for event in list(parcel.events):
        lifecycle.hear_of(world, package_id=package.id, kind=event.kind)


def _unlink(world, *, package: Package) -> None:
    for ids in world.shop.numbers.values():
        if package.id in ids:
            ids.remove(package.id)


def _orders_with(world, *, number: str) -> set[str]:
    ids = world.shop.numbers.get("".join(number.split()).upper(), ())
    packages = [world.shop.packages[package_id] for package_id in ids if package_id in world.shop.packages]
    return {order_id for package in packages for order_id in package.order_ids}


def _door(order: Order) -> tuple:
    buyer = order.buyer
    return buyer["name"], buyer["street"], buyer["postcode"], buyer["city"]


def add_order(world, *, package: Package, order: Order) -> None:
    """One package for several orders."""
    for line in order.live_lines():
        line.package_id = package.id
        package.line_ids.append(line.id)
    package.order_ids.append(order.id)
    order.package_ids.append(package.id)
    for order_id in package.order_ids:
        world.shop.orders[order_id].split_or_combine = "COMBINED"
        world.shop.touch(world.shop.orders[order_id])
