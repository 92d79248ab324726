"""Cancellations over the wire: search, answer the buyer, cancel as the seller."""

from sandbox.shop import cancelling, paging
from sandbox.shop.errors import ShopError, invalid
from sandbox.shop.gateway import Api, Call
from sandbox.shop.model import Cancellation, Line, Order
from sandbox.shop.package_views import find_order

SCOPE = "seller.return_refund.basic"
BASE = "/return_refund/202309/cancellations"
REASONS = {
    "seller_cancel_reason_out_of_stock": "Out of stock",
    "seller_cancel_reason_wrong_price": "Pricing error",
    "seller_cancel_paid_reason_address_not_deliver": "Unable to deliver to buyer address",
}
US_REASON = {"seller_cancel_paid_reason_buyer_requested_cancellation": "Buyer requested cancellation"}
OPEN = {"ON_HOLD", "AWAITING_SHIPMENT", "PARTIALLY_SHIPPING"}


def apis() -> list[Api]:
    rows = [
        ("POST", "/return_refund/202309/cancellations/search", search),
        ("POST", "/return_refund/202602/cancellations/search", search),
        ("POST", "/return_refund/202309/cancellations", create),
        ("POST", "/return_refund/202602/cancellations", create),
        ("POST", f"{BASE}/{{cancel_id}}/approve", approve),
        ("POST", f"{BASE}/{{cancel_id}}/reject", reject),
        ("GET", "/return_refund/202602/orders/{order_id}/aftersale_eligibility", eligibility),
    ]
    return [Api(method=method, path=path, handler=handler, scope=SCOPE) for method, path, handler in rows]


def search(call: Call) -> dict:
    size = call.number("page_size", low=1, high=50, default=20)
    sort = call.query.get("sort_field") or "create_time"
    direction = call.query.get("sort_order") or "ASC"
    if sort not in {"create_time", "update_time"}:
        raise invalid("query.sort_field")
    filters = paging.fingerprint(call.body, sort, direction, call.shop.id)
    after = paging.read(call.query.get("page_token", ""), filters=filters)
    cases = [case for case in call.world.shop.cancellations.values() if _matches(case, call=call)]
    keyed = sorted(((getattr(case, sort), case.id) for case in cases), reverse=direction == "DESC")
    if after is not None:
        keyed = [row for row in keyed if row != tuple(after) and (row > tuple(after)) == (direction == "ASC")]
    page = keyed[:size]
    token = paging.make(after=list(page[-1]), filters=filters) if len(keyed) > size else ""
    rows = [_wire(call, call.world.shop.cancellations[row[1]]) for row in page]
    answer = {"next_page_token": token, "total_count": len(cases)}
    return answer | ({"cancellations": rows} if rows else {})


def create(call: Call) -> dict:
    """The seller cancels before shipping; single lines only in the US, for want of stock."""
    order, reason = find_order(call, order_id=str(call.need("order_id"))), str(call.need("cancel_reason"))
    if order.status == "CANCELLED":
        raise ShopError(25020009, "The order has already been cancelled.")
    if order.status not in OPEN:
        raise ShopError(25001045, "The order has already been shipped.")
    if reason not in _reasons(call):
        raise ShopError(25001021, "The reason does not fit the order's status.")
    lines = _lines(call, order=order)
    if len(lines) < len(order.live_lines()) and call.shop.region != "US":
        raise ShopError(25001003, "Single lines cannot be cancelled in this region.")
    case = cancelling.cancel(call.world, order=order, role="SELLER", reason=reason, lines=lines)
    return {"cancel_id": case.id, "cancel_status": case.status}


def approve(call: Call) -> dict:
    return _answer(call, kind="approve", work=_approve)


def reject(call: Call) -> dict:
    call.need("reject_reason")  # any name: which ones it takes is told by decision_eligibility alone
    return _answer(call, kind="reject", work=_reject)


def eligibility(call: Call) -> dict:
    order = find_order(call)
    able = order.status in OPEN
    rows = [{"name": name, "text": text} for name, text in _reasons(call).items()] if able else []
    wanted = {line.sku_id for line in order.live_lines()}
    return {
        "sku_eligibility": [
            {
                "sku_id": sku_id,
                "eligibility_list": [
                    {
                        "request_type": "CANCEL",
                        "eligible": able,
                        "available_reason_names": [row["name"] for row in rows],
                    }
                ],
            }
            for sku_id in sorted(wanted)
        ]
    }


def _answer(call: Call, *, kind: str, work) -> dict:
    """The same key gets the same answer, whatever happened since."""
    case = call.world.shop.cancellations.get(call.path["cancel_id"])
    if case is None or case.shop_id != call.shop.id:
        raise invalid("path.cancel_id")
    key = call.query.get("idempotency_key", "")
    if len(key) > 255:
        raise invalid("query.idempotency_key")
    if key and case.answers.get(key) == kind:
        return {}
    work(call, case)
    if key:
        case.answers[key] = kind
    call.world.journal.record(f"cancellation_{kind}", cancel_id=case.id, order_id=case.order_id)
    return {}


def _approve(call: Call, case: Cancellation) -> None:
    order = call.world.shop.orders[case.order_id]
    if case.status in {cancelling.SUCCESS, cancelling.COMPLETE}:
        raise ShopError(25020010, "The cancellation has already been approved.")
    if order.status not in OPEN:
        raise ShopError(25001045, "The order has already been shipped.")
    if case.status != cancelling.PENDING:
        raise ShopError(25011012, "The cancellation cannot be approved in its state.")
    cancelling.accept(call.world, case=case)


def _reject(call: Call, case: Cancellation) -> None:
    if case.status != cancelling.PENDING:
        raise ShopError(25011011, "The cancellation cannot be rejected in its state.")
    cancelling.close(call.world, case=case)


def _reasons(call: Call) -> dict[str, str]:
    return REASONS | US_REASON if call.shop.region == "US" else REASONS


def _lines(call: Call, *, order: Order) -> list[Line]:
    rows = call.body.get("order_line_list") or []
    ids = {str(row.get("order_line_item_id", "")) for row in rows}
    ids |= set(map(str, call.body.get("order_line_item_ids") or []))
    if not ids:
        return order.live_lines()
    lines = [line for line in order.live_lines() if line.id in ids]
    if len(lines) != len(ids):
        raise invalid("body.order_line_list")
    return lines


def _matches(case: Cancellation, *, call: Call) -> bool:
    body = call.body
    buyers = body.get("buyer_user_ids")
    return (
        case.shop_id == call.shop.id
        and (not body.get("cancel_ids") or case.id in body["cancel_ids"])
        and (not body.get("order_ids") or case.order_id in body["order_ids"])
        and (not body.get("cancel_types") or case.cancel_type in body["cancel_types"])
        and (not body.get("cancel_status") or case.status in body["cancel_status"])
        and (not buyers or call.world.shop.orders[case.order_id].buyer["id"] in buyers)
        and _within(case.create_time, ge=body.get("create_time_ge"), lt=body.get("create_time_lt"))
        and _within(case.update_time, ge=body.get("update_time_ge"), lt=body.get("update_time_lt"))
    )


def _within(value: int, *, ge: int | None, lt: int | None) -> bool:
    return (ge is None or value >= ge) and (lt is None or value < lt)


def _wire(call: Call, case: Cancellation) -> dict:
    order = call.world.shop.orders[case.order_id]
    wanted = set(case.line_ids)
    wire = {
        "cancel_id": case.id,
        "order_id": case.order_id,
        "cancel_type": case.cancel_type,
        "cancel_status": case.status,
        "role": case.role,
        "cancel_reason": case.reason,
        "cancel_reason_text": REASONS.get(case.reason, case.reason),
        "should_replenish_stock": case.replenish,
        "create_time": case.create_time,
        "update_time": case.update_time,
        "cancel_line_items": [
            {
                "cancel_line_item_id": f"{case.id}{place}",
                "order_line_item_id": line.id,
                "sku_id": line.sku_id,
                "seller_sku": call.world.shop.skus[line.sku_id].seller_sku,
            }
            for place, line in enumerate(line for line in order.lines if line.id in wanted)
        ],
    }
    if case.status == cancelling.PENDING:
        action = {"action": "SELLER_RESPOND_BUYER_CANCEL", "deadline": case.deadline}
        wire["seller_next_action_response"] = [action]
    return wire
