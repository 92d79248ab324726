"""How what was bought comes back: asked by the buyer, answered by the seller or by the deadline, shipped, refunded."""

from decimal import Decimal

from sandbox.shop import events
from sandbox.shop.model import Line, Order, Return

PENDING = "RETURN_OR_REFUND_REQUEST_PENDING"
REJECTED = "REFUND_OR_RETURN_REQUEST_REJECT"
AWAITING_SHIP = "AWAITING_BUYER_SHIP"
SHIPPED = "BUYER_SHIPPED_ITEM"
PACKAGE_REJECTED = "REJECT_RECEIVE_PACKAGE"
SUCCESS = "RETURN_OR_REFUND_REQUEST_SUCCESS"
CANCELLED = "RETURN_OR_REFUND_REQUEST_CANCEL"
COMPLETE = "RETURN_OR_REFUND_REQUEST_COMPLETE"
REPLACEMENT_PENDING = "REPLACEMENT_REQUEST_PENDING"
REPLACEMENT_REJECTED = "REPLACEMENT_REQUEST_REJECT"
REPLACEMENT_COMPLETE = "REPLACEMENT_REQUEST_COMPLETE"
KINDS = ("REFUND", "RETURN_AND_REFUND", "REPLACEMENT")
ASKED = {"REFUND": "SELLER_RESPOND_REFUND", "RETURN_AND_REFUND": "SELLER_RESPOND_RETURN"}
ANSWER_SECONDS = 2 * 86_400
RETURNABLE = {"IN_TRANSIT", "DELIVERED", "COMPLETED"}
OPEN = {PENDING, AWAITING_SHIP, SHIPPED, REPLACEMENT_PENDING}


class CannotReturn(Exception):
    """The order is not one that can come back."""


def buyer_asks(world, *, order: Order, kind: str, reason: str, line_ids: list[str] | None = None) -> Return:
    if kind not in KINDS:
        raise CannotReturn(f"kind must be one of {', '.join(KINDS)}")
    if order.status not in RETURNABLE:
        raise CannotReturn(f"order {order.id} is {order.status}")
    wanted = [line for line in order.live_lines() if not line_ids or line.id in line_ids]
    if not wanted:
        raise CannotReturn("no line of this order was named")
    now = int(world.clock.now())
    case = Return(
        id=world.shop.next_id("return"),
        shop_id=order.shop_id,
        order_id=order.id,
        kind=kind,
        status=REPLACEMENT_PENDING if kind == "REPLACEMENT" else PENDING,
        reason=reason,
        line_ids=[line.id for line in wanted],
        refund_total=_total(wanted),
        create_time=now,
        update_time=now,
    )
    _ask(world, case, action=ASKED.get(kind, "SELLER_RESPOND_REPLACEMENT"))
    world.shop.returns[case.id] = case
    _told(world, case)
    return case


def buyer_ships(world, *, case: Return, number: str, provider: str) -> None:
    if case.status != AWAITING_SHIP:
        raise CannotReturn(f"return {case.id} is {case.status}")
    case.tracking_number, case.provider_name = number, provider
    _ask(world, case, action="SELLER_RESPOND_RECEIVE_PACKAGE")
    _move(world, case, SHIPPED)


def buyer_withdraws(world, *, case: Return) -> None:
    if case.status not in OPEN:
        raise CannotReturn(f"return {case.id} is {case.status}")
    _settled(case)
    _move(world, case, CANCELLED)


def approve(world, *, case: Return) -> None:
    """The seller (or the deadline) says yes to what is asked right now."""
    action, refunded = case.action, {"SELLER_RESPOND_REFUND", "SELLER_RESPOND_RECEIVE_PACKAGE"}
    _settled(case)
    if action == "SELLER_RESPOND_RETURN":
        _move(world, case, AWAITING_SHIP)
    elif action in refunded:
        _move(world, case, SUCCESS)
        world.shop.at(world.clock.now() + world.settings["refund_seconds"], action="refund", subject=case.id)
    else:
        _move(world, case, REPLACEMENT_COMPLETE)


def reject(world, *, case: Return) -> None:
    action = case.action
    _settled(case)
    if action == "SELLER_RESPOND_REPLACEMENT":
        _move(world, case, REPLACEMENT_REJECTED)
    else:
        _move(world, case, PACKAGE_REJECTED if action == "SELLER_RESPOND_RECEIVE_PACKAGE" else REJECTED)


def on_deadline(world, *, return_id: str) -> None:
    """Nobody answered in time: the buyer gets it."""
    case = world.shop.returns[return_id]
    if case.action and world.clock.now() >= case.deadline:
        approve(world, case=case)


def on_refund(world, *, return_id: str) -> None:
    case = world.shop.returns[return_id]
    if case.status == SUCCESS:
        _move(world, case, COMPLETE)


def _ask(world, case: Return, *, action: str) -> None:
    case.action, case.deadline = action, int(world.clock.now()) + ANSWER_SECONDS
    world.shop.at(case.deadline, action="return_deadline", subject=case.id)


def _settled(case: Return) -> None:
    case.action, case.deadline = "", 0


def _move(world, case: Return, status: str) -> None:
    case.status, case.update_time = status, int(world.clock.now())
    _told(world, case)


def _told(world, case: Return) -> None:
    world.shop.revision += 1
    world.journal.record("return_moved", return_id=case.id, order_id=case.order_id, status=case.status)
    events.return_status(world, case=case)


def _total(lines: list[Line]) -> str:
    return str(sum((Decimal(line.price) for line in lines), Decimal(0)))
