"""Returns and refunds of the sandbox: the buyer's wish, the seller's answer, the parcel back, the money."""

import pytest

SEARCH = "/return_refund/202602/returns/search"
ELIGIBLE = "/return_refund/202601/decision_eligibility"


def asked(client, control, *, kind: str = "RETURN_AND_REFUND") -> tuple[str, str]:
    (order_id,) = client.make(1, status="DELIVERED")
    return order_id, control(f"orders/{order_id}/return", kind=kind)["return_id"]


def find(client, **filters) -> dict:
    found = client.data("POST", SEARCH, query={"page_size": 10}, body=filters).get("return_orders", [])
    return found[0] if found else {}


def answer(client, return_id: str, verb: str, *, key: str = "k", version: str = "202309", **body) -> int:
    path = f"/return_refund/{version}/returns/{return_id}/{verb}"
    return client.call("POST", path, query={"idempotency_key": key}, body=body)["code"]


def test_a_return_goes_from_the_wish_to_the_money(vietnam, control, world):
    order_id, return_id = asked(vietnam, control)
    case = find(vietnam, order_ids=[order_id])
    assert (case["return_status"], case["return_type"]) == (
        "RETURN_OR_REFUND_REQUEST_PENDING",
        "RETURN_AND_REFUND",
    )
    assert case["seller_next_action_response"][0]["action"] == "SELLER_RESPOND_RETURN"
    assert (
        case["return_line_items"][0]["order_line_item_id"] == vietnam.order(order_id)["line_items"][0]["id"]
    )

    assert answer(vietnam, return_id, "approve", decision="APPROVE_RETURN") == 0
    assert find(vietnam, return_ids=[return_id])["return_status"] == "AWAITING_BUYER_SHIP"
    number = control(f"returns/{return_id}/ship")["tracking_number"]
    case = find(vietnam, return_ids=[return_id])
    assert (case["return_status"], case["return_tracking_number"]) == ("BUYER_SHIPPED_ITEM", number)
    assert answer(vietnam, return_id, "approve", key="k2", decision="APPROVE_RECEIVED_PACKAGE") == 0
    assert find(vietnam, return_ids=[return_id])["return_status"] == "RETURN_OR_REFUND_REQUEST_SUCCESS"
    world.clock.advance(world.settings["refund_seconds"])
    world.step()
    assert find(vietnam, return_ids=[return_id])["return_status"] == "RETURN_OR_REFUND_REQUEST_COMPLETE"


def test_the_same_key_gets_the_same_answer_and_another_decision_is_refused(vietnam, control):
    _order, return_id = asked(vietnam, control, kind="REFUND")
    codes = [
        answer(vietnam, return_id, "approve", key=key, decision="APPROVE_REFUND") for key in ("a", "a", "b")
    ]
    assert codes == [0, 0, 25001003]


def test_a_reject_needs_a_reason_that_is_offered(vietnam, control):
    _order, return_id = asked(vietnam, control, kind="REFUND")
    query = {"return_or_cancel_id": return_id, "check_decisions": "REJECT_REFUND"}
    (decision,) = vietnam.data("GET", ELIGIBLE, query=query)["decisions"]
    reason = decision["available_reject_reasons"][0]["name"]
    wrong = {"decision": "REJECT_REFUND", "reject_reason": "because"}
    right = {"decision": "REJECT_REFUND", "reject_reason": reason}
    assert answer(vietnam, return_id, "reject", version="202606", **wrong) == 25001021
    assert answer(vietnam, return_id, "reject", version="202606", **right) == 0
    assert find(vietnam, return_ids=[return_id])["return_status"] == "REFUND_OR_RETURN_REQUEST_REJECT"
    (after,) = vietnam.data("GET", ELIGIBLE, query=query)["decisions"]
    assert after["eligible"] is False


def test_the_buyer_gets_it_when_nobody_answers(vietnam, control, world):
    _order, return_id = asked(vietnam, control, kind="REFUND")
    world.clock.advance(2 * 86_400)
    world.step()
    assert find(vietnam, return_ids=[return_id])["return_status"] in (
        "RETURN_OR_REFUND_REQUEST_SUCCESS",
        "RETURN_OR_REFUND_REQUEST_COMPLETE",
    )


@pytest.mark.parametrize("size", [9, 51])
def test_pages_hold_ten_to_fifty(vietnam, size):
    assert vietnam.call("POST", SEARCH, query={"page_size": size}, body={})["code"] == 36009004


def test_a_cancel_request_names_the_reasons_to_reject_it(vietnam, control):
    (order_id,) = vietnam.make(1)
    cancel_id = control(f"orders/{order_id}/buyer_cancel")["cancel_id"]
    query = {"return_or_cancel_id": cancel_id, "check_decisions": "REJECT_REQUEST_CANCEL"}
    (decision,) = vietnam.data("GET", ELIGIBLE, query=query)["decisions"]
    assert decision["eligible"] is True
    assert decision["available_reject_reasons"]
