"""Writes the order's time line. Callers give a stable action and plain values; sentences are made when it is shown."""

from collections.abc import Iterable
from datetime import datetime

from orders.models import Order, OrderHistory, Package
from tenancy.actors import Actor


def entry(
    *,
    order: Order | Package,
    at: datetime,
    actor: Actor,
    kind: str,
    action: str,
    package: Package | None = None,
    from_state: str = "",
    to_state: str = "",
    reason: str = "",
    **data: object,
) -> dict[str, object]:
    """A line by its columns, for callers that write many. `order` may be given as the package that stands for it."""
    if isinstance(order, Package):
        package, order_id, shop_id, seller_id = order, order.order_id, order.shop_id, order.seller_id
    else:
        order_id, shop_id, seller_id = order.pk, order.shop_id, order.seller_id
    return {
        "seller_id": seller_id,
        "shop_id": shop_id,
        "order_id": order_id,
        "package_id": package and package.pk,
        "at": at,
        "kind": kind,
        "action": action,
        "from_state": from_state,
        "to_state": to_state,
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "actor_label": actor.label,
        "reason": reason[:400],
        "data": data,
    }


def record(**values: object) -> OrderHistory:
    """Write one line; arguments as `entry`."""
    line = OrderHistory(**entry(**values))
    line.save(force_insert=True)
    return line


def record_many(lines: Iterable[dict[str, object]]) -> None:
    """Write prepared lines at once."""
    OrderHistory.objects.insert_values(list(lines))
