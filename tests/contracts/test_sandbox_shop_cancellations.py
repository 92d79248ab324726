"""Cancellations: the buyer's request, the seller's answer, the same answer to the same key, and the races."""

import pytest

BASE = "/return_refund/202309/cancellations"
SEARCH = "/return_refund/202602/cancellations/search"
OUT_OF_STOCK = "seller_cancel_reason_out_of_stock"


def find(client, **filters) -> list[dict]:
    return client.data("POST", SEARCH, body=filters).get("cancellations", [])


def requested(client, control, **wishes) -> tuple[str, str]:
    (order_id,) = client.make(1, **wishes)
    return order_id, control(f"orders/{order_id}/buyer_cancel", reason="Ordered twice")["cancel_id"]


def test_in_the_hold_the_buyer_just_cancels(vietnam, control):
    (order_id,) = vietnam.make(1, status="ON_HOLD")
    control(f"orders/{order_id}/buyer_cancel")

    order = vietnam.order(order_id)

    assert (order["status"], order["cancellation_initiator"]) == ("CANCELLED", "BUYER")


def test_later_the_seller_is_asked_and_the_update_time_stays(vietnam, control, world):
    (order_id,) = vietnam.make(1)
    before = vietnam.order(order_id)
    world.clock.advance(60)
    cancel_id = control(f"orders/{order_id}/buyer_cancel")["cancel_id"]

    order = vietnam.order(order_id)
    (case,) = find(vietnam, order_ids=[order_id])

    assert (order["status"], order["is_buyer_request_cancel"]) == ("AWAITING_SHIPMENT", True)
    assert order["update_time"] == before["update_time"]
    assert (case["cancel_id"], case["cancel_type"], case["cancel_status"], case["role"]) == (
        cancel_id,
        "BUYER_CANCEL",
        "CANCELLATION_REQUEST_PENDING",
        "BUYER",
    )
    deadline = case["seller_next_action_response"][0]["deadline"]
    assert deadline == int(world.clock.now()) + 86_400


def test_approving_cancels_and_gives_the_stock_back(vietnam, control, world):
    order_id, cancel_id = requested(vietnam, control, skus=["KF-LAMP-01"])
    sku = world.shop.skus[vietnam.order(order_id)["line_items"][0]["sku_id"]]
    before = (sku.available, sku.committed)

    answer = vietnam.call("POST", f"{BASE}/{cancel_id}/approve", query={"idempotency_key": "k1"}, body={})

    assert answer["code"] == 0
    assert vietnam.order(order_id)["status"] == "CANCELLED"
    assert (sku.available, sku.committed) == (before[0] + 1, before[1] - 1)
    assert find(vietnam, cancel_ids=[cancel_id])[0]["should_replenish_stock"] is True


def test_the_same_key_gets_the_same_answer(vietnam, control):
    _order, cancel_id = requested(vietnam, control)
    path = f"{BASE}/{cancel_id}/approve"

    codes = [
        vietnam.call("POST", path, query={"idempotency_key": key}, body={})["code"] for key in ("a", "a", "b")
    ]

    assert codes == [0, 0, 25020010]


def test_rejecting_lets_the_order_ship(vietnam, control):
    order_id, cancel_id = requested(vietnam, control)
    path = f"{BASE}/{cancel_id}/reject"
    assert vietnam.call("POST", path, body={})["code"] == 36009004

    assert vietnam.call("POST", path, body={"reject_reason": "already packed"})["code"] == 0

    assert vietnam.order(order_id)["is_buyer_request_cancel"] is False
    assert vietnam.call("POST", f"{BASE}/{cancel_id}/approve", body={})["code"] == 25011012


def test_approving_after_shipping_is_too_late(america, control):
    order_id, cancel_id = requested(america, control, shipping_type="SELLER")
    info = {"tracking_number": "9400111899223197428497", "shipping_provider_id": "7117858858072016686"}
    america.call("POST", f"/fulfillment/202309/orders/{order_id}/packages", body=info)

    assert america.call("POST", f"{BASE}/{cancel_id}/approve", body={})["code"] == 25001045


def test_an_unanswered_request_is_granted_at_its_deadline(vietnam, control, world):
    world.settings["auto_cancel"] = False
    order_id, _cancel = requested(vietnam, control)
    world.clock.advance(86_400)
    world.step()

    assert vietnam.order(order_id)["status"] == "CANCELLED"


def test_between_arranging_and_pickup_an_asian_buyer_may_still_cancel(vietnam, control, world):
    (order_id,) = vietnam.make(1, shipping_type="TIKTOK")
    control(f"orders/{order_id}/advance", status="AWAITING_COLLECTION")
    number = vietnam.order(order_id)["tracking_number"]

    control(f"orders/{order_id}/buyer_cancel")

    assert vietnam.order(order_id)["status"] == "CANCELLED"
    assert world.carriers.find(number).kind == "cancelled"


def test_the_seller_cancels_with_a_reason_that_fits(vietnam):
    (order_id,) = vietnam.make(1)
    path = "/return_refund/202602/cancellations"
    wrong = vietnam.call("POST", path, body={"order_id": order_id, "cancel_reason": "because"})

    right = vietnam.call("POST", path, body={"order_id": order_id, "cancel_reason": OUT_OF_STOCK})
    again = vietnam.call("POST", path, body={"order_id": order_id, "cancel_reason": OUT_OF_STOCK})

    assert [wrong["code"], right["code"], again["code"]] == [25001021, 0, 25020009]


@pytest.mark.parametrize(("who", "code"), [("america", 0), ("vietnam", 25001003)])
def test_single_lines_can_only_be_cancelled_in_america(request, who, code):
    client = request.getfixturevalue(who)
    skus = ["NG-MUG-BLU", "NG-SOCK-M"] if who == "america" else ["KF-MUG-SEA", "KF-TOTE-L"]
    (order_id,) = client.make(1, skus=skus)
    line = client.order(order_id)["line_items"][0]["id"]
    body = {
        "order_id": order_id,
        "cancel_reason": OUT_OF_STOCK,
        "order_line_list": [{"order_line_item_id": line}],
    }

    assert client.call("POST", "/return_refund/202602/cancellations", body=body)["code"] == code
    states = [row["display_status"] for row in client.order(order_id)["line_items"]]
    assert states == ["CANCELLED" if not code else "AWAITING_SHIPMENT", "AWAITING_SHIPMENT"]


def test_an_empty_search_leaves_the_list_out(vietnam):
    answer = vietnam.data("POST", SEARCH, query={"page_size": 20}, body={})

    assert "cancellations" not in answer
    assert (answer["total_count"], answer["next_page_token"]) == (0, "")
