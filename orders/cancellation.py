"""The end of an order that will not be shipped: its holds close, its packages stop, later stages are told."""

from collections.abc import Sequence
from datetime import datetime

from orders import history, packages
from orders.events import OrderCancelled
from orders.models import HistoryKind, Order, OrderHold, OrderState
from orders.states import ORDER_MACHINE, OrderAction
from relay import outbox
from tenancy.actors import Actor


def cancel(order: Order) -> bool:
    """Move a locked order to its end; False when it is there already. The caller saves it."""
    if order.state == OrderState.CANCELLED or not ORDER_MACHINE.allows(order.state, OrderAction.CANCEL):
        return False
    order.state = ORDER_MACHINE.next(order.state, OrderAction.CANCEL)
    return True


def follow(*, orders: Sequence[Order], actor: Actor, now: datetime) -> None:
    """What comes with the cancellation of saved orders, in bulk."""
    if not orders:
        return
    ids = [order.pk for order in orders]
    close_holds(order_ids=ids, actor=actor, now=now)
    packages.cancel_live(order_ids=ids, actor=actor, now=now, reason="cancelled")
    history.record_many(
        history.entry(
            order=order,
            at=now,
            actor=actor,
            kind=HistoryKind.CANCELLATION,
            action="order.cancelled",
            to_state=OrderState.CANCELLED,
            initiator=order.cancel_initiator,
            why=order.cancel_reason,
        )
        for order in orders
    )
    outbox.publish_many(OrderCancelled(order_id=order.pk, reason=order.cancel_reason) for order in orders)


def close_holds(*, order_ids: Sequence[int], actor: Actor, now: datetime) -> None:
    """An order that has ended is held by nothing."""
    open_holds = OrderHold.objects.filter(order_id__in=list(order_ids), lifted_at__isnull=True)
    open_holds.update(lifted_at=now, lifted_by=actor.label[:120])
