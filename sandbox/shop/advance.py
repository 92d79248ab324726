"""An order moved on by hand, step by step as life would, or born in the middle of its life."""

from sandbox import numbers
from sandbox.shop import cancelling, events, lifecycle, shipping
from sandbox.shop.catalog import PROVIDERS
from sandbox.shop.model import Order, Package
from sandbox.shop.status import set_status

STEPS = (
    "UNPAID",
    "ON_HOLD",
    "AWAITING_SHIPMENT",
    "AWAITING_COLLECTION",
    "IN_TRANSIT",
    "DELIVERED",
    "COMPLETED",
)
PAID_AFTER = 15
NUMBER_KINDS = {"jt-express": "jt", "ninja-van": "ninja", "usps": "usps", "ups": "ups", "flash": "flash"}


class CannotAdvance(Exception):
    """The order cannot get there from where it is."""


def advance(world, *, order: Order, status: str) -> None:
    """Take every step up to this status now."""
    if status == "CANCELLED":
        if order.status in {"IN_TRANSIT", "DELIVERED", "COMPLETED", "CANCELLED"}:
            raise CannotAdvance(f"order {order.id} is {order.status}")
        cancelling.cancel(world, order=order, role="SELLER", reason="seller_cancel_reason_out_of_stock")
        return
    if status not in STEPS or order.status == "CANCELLED" or _rank(order.status) > _rank(status):
        raise CannotAdvance(f"order {order.id} is {order.status} and cannot become {status}")
    while _rank(order.status) < _rank(status):
        _step(world, order=order)


def grow(world, *, order: Order, status: str) -> None:
    """Give a new order, possibly with a past creation time, the life it had until now, without telling anybody."""
    now = world.clock.now()
    if status == "UNPAID":
        world.shop.at(now + world.settings["unpaid_timeout_seconds"], action="unpaid", subject=order.id)
        return
    if status == "ON_HOLD":
        order.passes_hold = True
        lifecycle.pay(world, order=order, at=now, quiet=True)
        return
    paid_at = min(now, order.create_time + PAID_AFTER)
    passed_hold, order.passes_hold = order.passes_hold, False
    lifecycle.pay(world, order=order, at=paid_at, quiet=True)
    order.passes_hold = passed_hold
    if passed_hold:
        order.history.insert(1, ("ON_HOLD", paid_at))
    if status != "AWAITING_SHIPMENT":
        advance(world, order=order, status=status)


def appear(world, *, order: Order) -> None:
    """It is new to the shop only now, whatever its own times say: it moves to the end of every update walk."""
    world.shop.touch(order, update_time=world.clock.now())
    events.order_status(world, order=order)


def ship_from_seller_center(world, *, order: Order) -> None:
    """A person ships it on the platform's own pages."""
    shop = world.shop.shops[order.shop_id]
    waiting = [line for line in order.live_lines() if line.status == "AWAITING_SHIPMENT"]
    packages = [package for package in world.shop.packages_of(order) if package.status == "TO_FULFILL"]
    if not packages:
        packages = [shipping.package_for(world, order=order, lines=waiting)]
    for package in packages:
        if package.shipping_type == "TIKTOK":
            shipping.ship_with_label(world, package=package, via="seller_center")
        else:
            provider_id, number = own_number(world, region=shop.region)
            shipping.ship_with_number(
                world, package=package, number=number, provider_id=provider_id, via="seller_center"
            )


def own_number(world, *, region: str) -> tuple[str, str]:
    """A number as one of the seller's own carriers would give it: (provider id, number)."""
    provider_id, _name, carrier = next(row for row in PROVIDERS[region] if row[2] in NUMBER_KINDS)
    serial = world.shop.next_serial("label_number")
    return provider_id, numbers.make(NUMBER_KINDS[carrier], serial=serial, rng=world.rng)


def _rank(status: str) -> int:
    return STEPS.index("AWAITING_SHIPMENT" if status == "PARTIALLY_SHIPPING" else status)


def _step(world, *, order: Order) -> None:
    if order.status == "UNPAID":
        lifecycle.pay(world, order=order)
    elif order.status == "ON_HOLD":
        lifecycle.release(world, order=order)
    elif order.status in {"AWAITING_SHIPMENT", "PARTIALLY_SHIPPING"}:
        ship_from_seller_center(world, order=order)
    elif order.status == "AWAITING_COLLECTION":
        for package in _live(world, order):
            _scan(world, package=package, kind="pickup")
            lifecycle.collected(world, package=package)
    elif order.status == "IN_TRANSIT":
        for package in _live(world, order):
            _scan(world, package=package, kind="delivered")
            lifecycle.delivered(world, package=package)
    else:
        set_status(world, order=order, status="COMPLETED")


def _live(world, order: Order) -> list[Package]:
    return [
        package for package in world.shop.packages_of(order) if package.status in {"PROCESSING", "FULFILLING"}
    ]


def _scan(world, *, package: Package, kind: str) -> None:
    parcel = world.carriers.find(package.tracking_number)
    if parcel is not None and all(event.kind != kind for event in parcel.events):
        world.carriers.scan(parcel.number, kind)
