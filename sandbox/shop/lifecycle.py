"""How an order moves by itself: payment, the hold of the first hour, time-outs, and what carriers' scans mean.
A timer only says when to look; the state found then decides."""

from sandbox.carriers import Event, Parcel
from sandbox.shop import cancelling, events, returning
from sandbox.shop.model import Order, Package
from sandbox.shop.sla import deadlines
from sandbox.shop.status import open_package, set_package, set_status

COLLECTED_BY = {
    "pickup",
    "transit",
    "customs",
    "arrival",
    "out_for_delivery",
    "ready_for_pickup",
    "attempt_failed",
}
SHIP_EXCEPTIONS = {
    "damaged": "PACKAGE_DAMAGAED",
    "lost": "PACKAGE_LOST",
    "returned": "RETURNED_TO_SHIPPER",
    "destroyed": "PACKAGE_SCRAP",
}
LOST_CANCEL_SECONDS = 86_400.0


def pay(world, *, order: Order, at: float | None = None, quiet: bool = False) -> None:
    """Paid (or accepted, for cash on delivery): deadlines begin, packages appear where the region makes them at once."""
    at = world.clock.now() if at is None else at
    shop = world.shop.shops[order.shop_id]
    order.paid_time = 0 if order.is_cod else int(at)
    order.due = deadlines(
        region=shop.region,
        zone=shop.zone,
        cross_border=shop.is_cross_border,
        created=order.create_time,
        paid=at,
    )
    if not shop.marks_as_shipped:
        open_package(world, order=order, at=at)
    if order.passes_hold:
        set_status(world, order=order, status="ON_HOLD", at=at, quiet=quiet)
        world.shop.at(at + order.hold_seconds, action="release", subject=order.id)
    else:
        release(world, order=order, at=at, quiet=quiet)


def release(world, *, order: Order, at: float | None = None, quiet: bool = False) -> None:
    set_status(world, order=order, status="AWAITING_SHIPMENT", at=at, quiet=quiet)
    if due := order.due.get("shipping_due_time"):
        world.shop.at(due, action="shipping_due", subject=order.id)


def on_timer(world, *, action: str, subject: str) -> None:
    ACTIONS[action](world, subject)


def on_scan(world, *, parcel: Parcel, event: Event) -> None:
    """The carrier's word reaches the platform late, by the lag that is set."""
    for package_id in world.shop.numbers.get(parcel.number, ()):
        hear_of(world, package_id=package_id, kind=event.kind)


def hear_of(world, *, package_id: str, kind: str) -> None:
    now = world.clock.now()
    if kind in COLLECTED_BY:
        _schedule(world, now + world.settings["transit_lag_seconds"], "transit", package_id)
    elif kind == "delivered":
        _schedule(world, now + world.settings["delivered_lag_seconds"], "delivered", package_id)
    elif kind in SHIP_EXCEPTIONS:
        package = world.shop.packages[package_id]
        package.sub_status, package.exception_reason = "SHIP_EXCEPTION", SHIP_EXCEPTIONS[kind]
        world.shop.touch_package(package)
        if kind in {"lost", "destroyed"}:
            _schedule(world, now + LOST_CANCEL_SECONDS, "lost", package_id)


def collected(world, *, package: Package) -> None:
    """The scan arrived. The order is in transit once all its packages are, and all its lines have one."""
    if package.status != "PROCESSING":
        return
    package.picked_up_at = world.clock.now()
    set_package(world, package=package, status="FULFILLING", sub_status="TTS")
    for order in _orders(world, package):
        if order.status == "AWAITING_COLLECTION" and _all_at_least(world, order, {"FULFILLING", "COMPLETED"}):
            order.collection_time = int(world.clock.now())
            set_status(world, order=order, status="IN_TRANSIT")


def delivered(world, *, package: Package) -> None:
    collected(world, package=package)
    if package.status != "FULFILLING":
        return
    package.delivered_at = world.clock.now()
    set_package(world, package=package, status="COMPLETED", sub_status="DELIVERED")
    for order in _orders(world, package):
        if order.status == "IN_TRANSIT" and _all_at_least(world, order, {"COMPLETED"}):
            now = world.clock.now()
            order.delivery_time = int(now)
            set_status(world, order=order, status="DELIVERED")
            world.shop.at(
                now + world.settings["completed_after_seconds"], action="complete", subject=order.id
            )


def _schedule(world, when: float, action: str, subject: str) -> None:
    """Without a lag the news is there at once."""
    if when <= world.clock.now():
        on_timer(world, action=action, subject=subject)
    else:
        world.shop.at(when, action=action, subject=subject)


def _orders(world, package: Package) -> list[Order]:
    return [world.shop.orders[order_id] for order_id in package.order_ids]


def _all_at_least(world, order: Order, statuses: set[str]) -> bool:
    packages = [package for package in world.shop.packages_of(order) if package.status != "CANCELLED"]
    return bool(packages) and all(package.status in statuses for package in packages)


def _on_pay(world, order_id: str) -> None:
    order = world.shop.orders[order_id]
    if order.status == "UNPAID":
        pay(world, order=order)


def _on_unpaid(world, order_id: str) -> None:
    order = world.shop.orders[order_id]
    if order.status == "UNPAID":
        cancelling.cancel(world, order=order, role="SYSTEM", reason="system_cancel_unpaid_time_out")


def _on_release(world, order_id: str) -> None:
    order = world.shop.orders[order_id]
    if order.status == "ON_HOLD":
        release(world, order=order)


def _on_shipping_due(world, order_id: str) -> None:
    order = world.shop.orders[order_id]
    if order.status in {"AWAITING_SHIPMENT", "PARTIALLY_SHIPPING"} and world.settings["auto_cancel"]:
        cancelling.cancel(
            world, order=order, role="SYSTEM", reason="system_cancel_order_reason_shipping_timeout"
        )


def _on_collection_due(world, order_id: str) -> None:
    order = world.shop.orders[order_id]
    if order.status == "AWAITING_COLLECTION" and world.settings["auto_cancel"]:
        cancelling.cancel(
            world, order=order, role="SYSTEM", reason="system_cancel_order_reason_shipping_timeout"
        )


def _on_transit(world, package_id: str) -> None:
    package = world.shop.packages.get(package_id)
    if package is not None:
        collected(world, package=package)


def _on_delivered(world, package_id: str) -> None:
    package = world.shop.packages.get(package_id)
    if package is not None:
        delivered(world, package=package)


def _on_lost(world, package_id: str) -> None:
    package = world.shop.packages.get(package_id)
    for order in _orders(world, package) if package else ():
        if order.status in {"AWAITING_COLLECTION", "IN_TRANSIT"} and package.sub_status == "SHIP_EXCEPTION":
            cancelling.cancel(world, order=order, role="SYSTEM", reason="package_lost", replenish=False)


def _on_complete(world, order_id: str) -> None:
    order = world.shop.orders[order_id]
    if order.status == "DELIVERED":
        set_status(world, order=order, status="COMPLETED")


def _on_request_deadline(world, cancel_id: str) -> None:
    case = world.shop.cancellations[cancel_id]
    if case.status == "CANCELLATION_REQUEST_PENDING":
        cancelling.accept(world, case=case)


def _on_activated(world, product_id: str) -> None:
    product = world.shop.products[product_id]
    if product.status == "PENDING":
        product.status, product.updated_at = "ACTIVATE", int(world.clock.now())
        events.product_status(world, product=product)


ACTIONS = {
    "pay": _on_pay,
    "unpaid": _on_unpaid,
    "release": _on_release,
    "shipping_due": _on_shipping_due,
    "collection_due": _on_collection_due,
    "transit": _on_transit,
    "delivered": _on_delivered,
    "lost": _on_lost,
    "complete": _on_complete,
    "request_deadline": _on_request_deadline,
    "activated": _on_activated,
    "return_deadline": lambda world, return_id: returning.on_deadline(world, return_id=return_id),
    "refund": lambda world, return_id: returning.on_refund(world, return_id=return_id),
}
