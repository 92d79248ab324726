"""Order search and detail."""

from sandbox.shop import paging, render
from sandbox.shop.errors import invalid, missing
from sandbox.shop.gateway import Api, Call, Raw
from sandbox.shop.index import TimeIndex
from sandbox.shop.model import Order

SORTS = {"create_time", "update_time"}
TIMES = ("create_time_ge", "create_time_lt", "update_time_ge", "update_time_lt")
STATUSES = {
    "UNPAID",
    "ON_HOLD",
    "AWAITING_SHIPMENT",
    "PARTIALLY_SHIPPING",
    "AWAITING_COLLECTION",
    "IN_TRANSIT",
    "DELIVERED",
    "COMPLETED",
    "CANCELLED",
}
MOST_IDS = 50


def apis() -> list[Api]:
    scope = "seller.order.info"
    detail = [
        Api(method="GET", path=f"/order/{version}/orders", handler=get_orders, scope=scope)
        for version in ("202309", "202507")
    ]
    return [
        Api(method="POST", path="/order/202309/orders/search", handler=search_orders, scope=scope),
        *detail,
    ]


def search_orders(call: Call) -> Raw:
    """One page of a walk by time. Rows that change while the walk goes on may be met again, or newer than the window."""
    size = call.number("page_size", low=1, high=100)
    sort = call.query.get("sort_field") or "create_time"
    direction = call.query.get("sort_order") or "DESC"
    if sort not in SORTS or direction not in {"ASC", "DESC"}:
        raise invalid("query.sort_field" if sort not in SORTS else "query.sort_order")
    _check_filters(call.body)
    filters = paging.fingerprint(call.body, sort, direction, call.shop.id)
    after = paging.read(call.query.get("page_token", ""), filters=filters)
    index = (call.world.shop.created if sort == "create_time" else call.world.shop.updated)[call.shop.id]
    low, high = index.between(ge=call.body.get(f"{sort}_ge"), lt=call.body.get(f"{sort}_lt"))
    found, last = _page(
        call, index=index, low=low, high=high, after=after, ascending=direction == "ASC", size=size
    )
    token = paging.make(after=list(last), filters=filters) if last else ""
    texts = ",".join(render.order_text(call.world, order=order) for order in found)
    total = _total(call, index=index, low=low, high=high)
    return Raw(text=f'{{"orders":[{texts}],"next_page_token":"{token}","total_count":{total}}}')


def get_orders(call: Call) -> Raw:
    """Full details. Ids that are unknown, or another shop's, are simply not in the answer."""
    pairs = call.request.query_params.multi_items()
    ids = [part for key, value in pairs if key == "ids" for part in value.split(",") if part]
    if not ids:
        raise missing("query.ids")
    if len(ids) > MOST_IDS:
        raise invalid("query.ids")
    orders = (call.world.shop.orders.get(order_id) for order_id in dict.fromkeys(ids))
    texts = ",".join(
        render.order_text(call.world, order=order)
        for order in orders
        if order and order.shop_id == call.shop.id
    )
    return Raw(text=f'{{"orders":[{texts}]}}')


def _check_filters(body: dict) -> None:
    for name in TIMES:
        value = body.get(name)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise invalid(f"body.{name}")
    if body.get("order_status") and body["order_status"] not in STATUSES:
        raise invalid("body.order_status")


def _page(
    call: Call, *, index: TimeIndex, low: int, high: int, after: list | None, ascending: bool, size: int
) -> tuple[list[Order], tuple[int, str] | None]:
    """Up to `size` orders behind `after`, and the last of them when more may follow."""
    if after is not None:
        place = index.place(key=after[0], id=after[1])
        if ascending:
            past = place < len(index.rows) and index.rows[place] == tuple(after)
            low = max(low, place + past)
        else:
            high = min(high, place)
    places = range(low, high) if ascending else range(high - 1, low - 1, -1)
    found: list[Order] = []
    for place in places:
        order = call.world.shop.orders[index.rows[place][1]]
        if not _matches(order, body=call.body):
            continue
        if len(found) == size:
            return found, (_key(found[-1], index=index, call=call), found[-1].id)
        found.append(order)
    return found, None


def _key(order: Order, *, index: TimeIndex, call: Call) -> int:
    return order.update_time if index is call.world.shop.updated[call.shop.id] else order.create_time


def _total(call: Call, *, index: TimeIndex, low: int, high: int) -> int:
    own = "update_time_" if index is call.world.shop.updated[call.shop.id] else "create_time_"
    if all(name.startswith(own) for name in call.body):
        return high - low
    orders = call.world.shop.orders
    return sum(_matches(orders[row[1]], body=call.body) for row in index.rows[low:high])


def _matches(order: Order, *, body: dict) -> bool:
    if not body:
        return True
    status, kind, buyer = body.get("order_status"), body.get("shipping_type"), body.get("buyer_user_id")
    wants_cancel = body.get("is_buyer_request_cancel")
    return (
        (not status or order.status == status)
        and (not kind or order.shipping_type == kind)
        and (not buyer or order.buyer["id"] == buyer)
        and (wants_cancel is None or bool(order.request_cancel_time) == wants_cancel)
        and _within(order.create_time, ge=body.get("create_time_ge"), lt=body.get("create_time_lt"))
        and _within(order.update_time, ge=body.get("update_time_ge"), lt=body.get("update_time_lt"))
    )


def _within(value: int, *, ge: int | None, lt: int | None) -> bool:
    return (ge is None or value >= ge) and (lt is None or value < lt)
