"""Returns and refunds over the wire: search, approve, reject, and which answers are open right now."""

from sandbox.shop import cancelling, paging, returning
from sandbox.shop.errors import ShopError, invalid
from sandbox.shop.gateway import Api, Call
from sandbox.shop.model import Return

SCOPE = "seller.return_refund.basic"
BASE = "/return_refund"
APPROVES = {
    "APPROVE_REFUND": "SELLER_RESPOND_REFUND",
    "APPROVE_RETURN": "SELLER_RESPOND_RETURN",
    "APPROVE_RECEIVED_PACKAGE": "SELLER_RESPOND_RECEIVE_PACKAGE",
    "APPROVE_REPLACEMENT": "SELLER_RESPOND_REPLACEMENT",
}
REJECTS = {
    "REJECT_REFUND": "SELLER_RESPOND_REFUND",
    "REJECT_RETURN": "SELLER_RESPOND_RETURN",
    "REJECT_RECEIVED_PACKAGE": "SELLER_RESPOND_RECEIVE_PACKAGE",
    "REJECT_REPLACEMENT": "SELLER_RESPOND_REPLACEMENT",
}
RETURN_REASONS = {
    "seller_reject_item_as_described": "The item is as described",
    "seller_reject_proof_missing": "The buyer gave no proof",
}
PACKAGE_REASONS = {
    "seller_reject_wrong_item_returned": "Another item came back",
    "seller_reject_item_damaged_by_buyer": "The item came back damaged",
    "seller_reject_package_empty": "The parcel was empty",
}
CANCEL_REASONS = {
    "seller_reject_already_packed": "The order is packed already",
    "seller_reject_agreed_with_buyer": "The buyer agreed to keep the order",
}


def apis() -> list[Api]:
    rows = [
        ("POST", f"{BASE}/202309/returns/search", search),
        ("POST", f"{BASE}/202602/returns/search", search),
        ("POST", f"{BASE}/202309/returns/{{return_id}}/approve", approve),
        ("POST", f"{BASE}/202309/returns/{{return_id}}/reject", reject),
        ("POST", f"{BASE}/202606/returns/{{return_id}}/reject", reject),
        ("GET", f"{BASE}/202601/decision_eligibility", decisions),
    ]
    return [Api(method=method, path=path, handler=handler, scope=SCOPE) for method, path, handler in rows]


def search(call: Call) -> dict:
    size = call.number("page_size", low=10, high=50, default=10)
    sort = call.query.get("sort_field") or "create_time"
    direction = call.query.get("sort_order") or "ASC"
    if sort not in {"create_time", "update_time"}:
        raise invalid("query.sort_field")
    filters = paging.fingerprint(call.body, sort, direction, call.shop.id)
    after = paging.read(call.query.get("page_token", ""), filters=filters)
    cases = [case for case in call.world.shop.returns.values() if _matches(case, call=call)]
    keyed = sorted(((getattr(case, sort), case.id) for case in cases), reverse=direction == "DESC")
    if after is not None:
        keyed = [row for row in keyed if row != tuple(after) and (row > tuple(after)) == (direction == "ASC")]
    page = keyed[:size]
    token = paging.make(after=list(page[-1]), filters=filters) if len(keyed) > size else ""
    rows = [_wire(call, call.world.shop.returns[row[1]]) for row in page]
    answer = {"next_page_token": token, "total_count": len(cases)}
    return answer | ({"return_orders": rows} if rows else {})


def approve(call: Call) -> dict:
    return _answer(call, decisions=APPROVES, work=returning.approve)


def reject(call: Call) -> dict:
    case = _find(call, call.path["return_id"])
    reason = str(call.need("reject_reason"))
    key = call.query.get("idempotency_key", "")
    is_repeat = bool(key) and key in case.answers
    if not is_repeat and case.action and reason not in _reasons(case.action):
        raise ShopError(25001021, "The reason does not fit the return's status.")
    return _answer(call, decisions=REJECTS, work=returning.reject)


def decisions(call: Call) -> dict:
    """What the seller may decide about a return or a cancellation in its present state."""
    case_id = call.query.get("return_or_cancel_id", "")
    wanted = [name for name in call.query.get("check_decisions", "").split(",") if name]
    cancellation = call.world.shop.cancellations.get(case_id)
    if cancellation is not None and cancellation.shop_id == call.shop.id:
        is_open = cancellation.status == cancelling.PENDING
        rows = {
            "APPROVE_REQUEST_CANCEL": (is_open, {}),
            "REJECT_REQUEST_CANCEL": (is_open, CANCEL_REASONS),
        }
    else:
        case = _find(call, case_id)
        rows = {name: (case.action == action, {}) for name, action in APPROVES.items()}
        rows |= {name: (case.action == action, _reasons(action)) for name, action in REJECTS.items()}
    return {"decisions": [_decision(name, *rows[name]) for name in wanted or rows if name in rows]}


def _decision(name: str, is_open: bool, reasons: dict[str, str]) -> dict:
    row: dict = {"decision": name, "eligible": is_open}
    if not is_open:
        return row | {"ineligible_code": 25011012, "ineligible_reason": "Not possible in its present state."}
    if reasons:
        row["available_reject_reasons"] = [{"name": key, "text": text} for key, text in reasons.items()]
    return row


def _reasons(action: str) -> dict[str, str]:
    return PACKAGE_REASONS if action == "SELLER_RESPOND_RECEIVE_PACKAGE" else RETURN_REASONS


def _find(call: Call, return_id: str) -> Return:
    case = call.world.shop.returns.get(return_id)
    if case is None or case.shop_id != call.shop.id:
        raise invalid("return_id")
    return case


def _answer(call: Call, *, decisions: dict[str, str], work) -> dict:
    """The same key gets the same answer, whatever happened since."""
    case, decision = _find(call, call.path["return_id"]), str(call.need("decision"))
    key = call.query.get("idempotency_key", "")
    if len(key) > 255:
        raise invalid("query.idempotency_key")
    if decision not in decisions:
        raise invalid("body.decision")
    if key and case.answers.get(key) == decision:
        return {}
    if not case.action or case.action != decisions[decision]:
        raise ShopError(25001003, "The return is not in a status for this decision.")
    work(call.world, case=case)
    if key:
        case.answers[key] = decision
    call.world.journal.record("return_answered", return_id=case.id, decision=decision)
    return {}


def _matches(case: Return, *, call: Call) -> bool:
    body = call.body
    low, high = body.get("update_time_ge"), body.get("update_time_lt")
    return (
        case.shop_id == call.shop.id
        and (not body.get("return_ids") or case.id in body["return_ids"])
        and (not body.get("order_ids") or case.order_id in body["order_ids"])
        and (not body.get("return_types") or case.kind in body["return_types"])
        and (not body.get("return_status") or case.status in body["return_status"])
        and (low is None or case.update_time >= low)
        and (high is None or case.update_time < high)
    )


def _wire(call: Call, case: Return) -> dict:
    order = call.world.shop.orders[case.order_id]
    wanted = set(case.line_ids)
    wire = {
        "return_id": case.id,
        "order_id": case.order_id,
        "return_type": case.kind,
        "return_status": case.status,
        "role": "BUYER",
        "return_reason": "ecom_order_delivered_refund_reason",
        "return_reason_text": case.reason,
        "shipment_type": "BUYER_ARRANGE",
        "return_tracking_number": case.tracking_number,
        "return_provider_name": case.provider_name,
        "refund_amount": {"currency": call.shop.currency, "refund_total": case.refund_total},
        "is_quick_refund": False,
        "create_time": case.create_time,
        "update_time": case.update_time,
        "return_line_items": [
            {
                "return_line_item_id": f"{case.id}{place}",
                "order_line_item_id": line.id,
                "sku_id": line.sku_id,
                "seller_sku": call.world.shop.skus[line.sku_id].seller_sku,
            }
            for place, line in enumerate(line for line in order.lines if line.id in wanted)
        ],
    }
    if case.action:
        wire["seller_next_action_response"] = [{"action": case.action, "deadline": case.deadline}]
    return wire
