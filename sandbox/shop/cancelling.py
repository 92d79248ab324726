"""How orders end early: a buyer's request, the seller's own, the platform's clocks. Stock comes back where nothing left."""

from sandbox.shop import events, stock
from sandbox.shop.model import Cancellation, Line, Order
from sandbox.shop.status import set_package, set_status

PENDING = "CANCELLATION_REQUEST_PENDING"
SUCCESS = "CANCELLATION_REQUEST_SUCCESS"
COMPLETE = "CANCELLATION_REQUEST_COMPLETE"
CLOSED = "CANCELLATION_REQUEST_CANCEL"
REQUESTABLE = {"AWAITING_SHIPMENT", "PARTIALLY_SHIPPING"}
AT_ONCE = {"UNPAID", "ON_HOLD"}


class CannotCancel(Exception):
    """The order is past the point where this party may cancel it."""


def pending(world, *, order: Order) -> Cancellation | None:
    if not order.request_cancel_time:
        return None
    cases = (case for case in world.shop.cancellations.values() if case.order_id == order.id)
    return next((case for case in cases if case.status == PENDING), None)


def buyer_cancels(world, *, order: Order, reason: str = "I no longer need it") -> Cancellation:
    """In the first hour it just happens; later the seller is asked; after the pickup it is too late."""
    shop = world.shop.shops[order.shop_id]
    before_pickup = order.status == "AWAITING_COLLECTION" and not shop.marks_as_shipped
    if order.status in AT_ONCE or before_pickup:
        return cancel(world, order=order, role="BUYER", reason=reason)
    if order.status not in REQUESTABLE:
        raise CannotCancel(f"order {order.id} is {order.status}")
    asked = pending(world, order=order)
    if asked is not None:
        return asked
    now = world.clock.now()
    open_lines = [line for line in order.live_lines() if line.status == "AWAITING_SHIPMENT"]
    case = _record(world, order=order, role="BUYER", reason=reason, lines=open_lines, status=PENDING)
    case.cancel_type, case.deadline = "BUYER_CANCEL", int(now + world.settings["buyer_request_seconds"])
    order.request_cancel_time = int(now)
    world.shop.touch(order)
    world.shop.at(case.deadline, action="request_deadline", subject=case.id)
    events.cancellation(world, case=case)
    return case


def cancel(
    world, *, order: Order, role: str, reason: str, lines: list[Line] | None = None, replenish: bool = True
) -> Cancellation:
    """Cancel these lines (else all that live) without asking anybody."""
    lines = order.live_lines() if lines is None else lines
    open_case = pending(world, order=order)
    if open_case is not None:
        open_case.status, open_case.update_time = CLOSED, int(world.clock.now())
    case = _record(world, order=order, role=role, reason=reason, lines=lines, status=SUCCESS)
    case.replenish = replenish and order.status not in {"IN_TRANSIT", "DELIVERED", "COMPLETED"}
    _carry_out(world, order=order, case=case, lines=lines)
    return case


def accept(world, *, case: Cancellation) -> None:
    """The seller (or the deadline) says yes to the buyer."""
    order = world.shop.orders[case.order_id]
    wanted = set(case.line_ids)
    case.status = SUCCESS
    _carry_out(
        world, order=order, case=case, lines=[line for line in order.live_lines() if line.id in wanted]
    )


def close(world, *, case: Cancellation) -> None:
    """The seller says no, or has shipped."""
    order = world.shop.orders[case.order_id]
    case.status, case.update_time = CLOSED, int(world.clock.now())
    order.request_cancel_time = 0
    world.shop.touch(order)
    events.cancellation(world, case=case)


def _record(world, *, order: Order, role: str, reason: str, lines: list[Line], status: str) -> Cancellation:
    now = int(world.clock.now())
    case = Cancellation(
        id=world.shop.next_id("cancel"),
        shop_id=order.shop_id,
        order_id=order.id,
        cancel_type="CANCEL",
        status=status,
        role=role,
        reason=reason,
        line_ids=[line.id for line in lines],
        create_time=now,
        update_time=now,
    )
    world.shop.cancellations[case.id] = case
    return case


def _carry_out(world, *, order: Order, case: Cancellation, lines: list[Line]) -> None:
    now = world.clock.now()
    for line in lines:
        line.status, line.cancel_user, line.cancel_reason = "CANCELLED", case.role, case.reason
        if case.replenish:
            stock.put_back(world, sku=world.shop.skus[line.sku_id], quantity=1)
    order.request_cancel_time = 0
    _drop_packages(world, order=order, gone={line.id for line in lines})
    case.status, case.update_time = COMPLETE, int(now)
    world.journal.record(
        "order_cancelled", order_id=order.id, role=case.role, reason=case.reason, lines=len(lines)
    )
    events.cancellation(world, case=case)
    if order.live_lines():
        world.shop.touch(order)
        return
    order.cancel_by, order.cancel_reason, order.cancel_time = case.role, case.reason, int(now)
    set_status(world, order=order, status="CANCELLED")


def _drop_packages(world, *, order: Order, gone: set[str]) -> None:
    """Packages shrink; one that holds nothing any more is cancelled, and so is a label the platform bought."""
    for package in world.shop.packages_of(order):
        package.line_ids = [line_id for line_id in package.line_ids if line_id not in gone]
        if package.line_ids or package.status == "CANCELLED":
            continue
        parcel = world.carriers.find(package.tracking_number) if package.tracking_number else None
        set_package(world, package=package, status="CANCELLED", sub_status="CANCELLED")
        if parcel is not None and parcel.kind == "label" and package.shipping_type == "TIKTOK":
            world.carriers.scan(parcel.number, "cancelled")
