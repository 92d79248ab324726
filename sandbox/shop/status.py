"""The only writers of an order's and a package's status; every change is dated, indexed and told."""

from sandbox.shop import events
from sandbox.shop.model import Line, Order, Package

# Lines know no hold and no half-shipped order.
LINE_STATUS = {"ON_HOLD": "AWAITING_SHIPMENT", "PARTIALLY_SHIPPING": ""}


def set_status(world, *, order: Order, status: str, at: float | None = None, quiet: bool = False) -> None:
    """Write the status and tell it. Lines follow, cancelled ones stay; `at` lies in the past for invented history."""
    at = world.clock.now() if at is None else at
    order.status = status
    order.history.append((status, at))
    line_status = LINE_STATUS.get(status, status)
    for line in order.live_lines():
        if line_status:
            line.status = line_status
    world.shop.touch(order, update_time=at)
    if not quiet:
        events.order_status(world, order=order)


def set_package(world, *, package: Package, status: str, sub_status: str) -> None:
    package.status, package.sub_status = status, sub_status
    world.shop.touch_package(package)


def open_package(world, *, order: Order, at: float, lines: list[Line] | None = None) -> Package:
    """A package of these lines, waiting for the seller."""
    lines = order.live_lines() if lines is None else lines
    package = Package(
        id=world.shop.next_id("package"),
        shop_id=order.shop_id,
        order_ids=[order.id],
        line_ids=[line.id for line in lines],
        status="TO_FULFILL",
        sub_status="STOCKING",
        create_time=int(at),
        update_time=int(at),
        shipping_type=order.shipping_type,
    )
    for line in lines:
        line.package_id = package.id
    order.package_ids.append(package.id)
    world.shop.add_package(package)
    return package
