"""Our client's after sales against the sandbox: returns, the seller's own cancellation, parcels split and combined."""

from datetime import timedelta

import pytest
import stamina

from core import clock
from tests.contracts.outside import Shop, authorize
from tests.sandbox_transport import client_for

HOUR = timedelta(hours=1)


@pytest.fixture
def vietnam(sandbox_world) -> Shop:
    stamina.set_testing(True, attempts=2)
    with client_for(sandbox_world) as client:
        yield authorize(client, open_id="sb-cedar")
    stamina.set_testing(False)


def test_a_return_is_read_and_answered(vietnam):
    (order,) = vietnam.orders(1, status="DELIVERED", skus=["KF-MUG-SEA"], quantity=2)
    return_id = vietnam.control(f"orders/{order.platform_order_id}/return")["return_id"]
    (case,) = vietnam.client.search_returns(updated_from=clock.now() - HOUR).items
    assert (case.return_id, case.kind, case.wanted_answer) == (return_id, "return_and_refund", "return")
    assert case.status == "return_or_refund_request_pending"
    assert {line.platform_line_id for line in case.lines} == set(order.lines[0].platform_line_ids)
    assert (case.refund_amount > 0, case.currency) == (True, "VND")
    assert case.respond_by > clock.now()
    done = vietnam.client.answer_return(
        return_id=return_id, is_approved=True, wanted_answer="return", idempotency_key="k1"
    )
    assert done.is_ok
    (case,) = vietnam.client.search_returns(return_ids=[return_id]).items
    assert (case.status, case.wanted_answer) == ("awaiting_buyer_ship", "")


def test_reasons_to_reject_come_from_the_platform(vietnam):
    (order,) = vietnam.orders(1, status="DELIVERED")
    return_id = vietnam.control(f"orders/{order.platform_order_id}/return", kind="REFUND")["return_id"]
    choice = vietnam.client.reject_choices(case_id=return_id, wanted_answer="refund")
    assert choice.is_open
    said = vietnam.client.answer_return(
        return_id=return_id,
        is_approved=False,
        wanted_answer="refund",
        reason=choice.reasons[0].name,
        idempotency_key="k1",
    )
    assert said.is_ok
    assert not vietnam.client.reject_choices(case_id=return_id, wanted_answer="refund").is_open


def test_the_seller_cancels_with_an_offered_reason_and_twice_is_once(vietnam):
    (order,) = vietnam.orders(1)
    reasons = vietnam.client.cancel_reasons(platform_order_id=order.platform_order_id)
    assert "seller_cancel_reason_out_of_stock" in reasons
    for _try in range(2):
        done = vietnam.client.cancel_order(
            platform_order_id=order.platform_order_id, reason="seller_cancel_reason_out_of_stock"
        )
        assert done.is_ok
    assert vietnam.order(order.platform_order_id).status == "cancelled"
    assert vietnam.client.cancel_reasons(platform_order_id=order.platform_order_id) == []


def test_a_split_makes_new_parcels(vietnam):
    (order,) = vietnam.orders(1, skus=["KF-MUG-SEA", "KF-TOTE-L"])
    assert vietnam.client.split_advice(platform_order_id=order.platform_order_id).is_possible
    groups = {str(place): line.platform_line_ids for place, line in enumerate(order.lines)}
    made = vietnam.client.split_order(platform_order_id=order.platform_order_id, groups=groups)
    after = vietnam.order(order.platform_order_id)
    assert set(after.platform_package_ids) == set(made.values())
    assert not set(after.platform_package_ids) & set(order.platform_package_ids)


def test_orders_of_one_buyer_are_combined(vietnam, sandbox_world):
    first, second = vietnam.orders(2, shipping_type="SELLER")
    shop_orders = sandbox_world.shop.orders
    shop_orders[second.platform_order_id].buyer = shop_orders[first.platform_order_id].buyer
    wanted = {first.platform_order_id, second.platform_order_id}
    draft = next(one for one in vietnam.client.combinable().items if wanted <= set(one.platform_order_ids))
    done = vietnam.client.combine(
        draft_id=draft.draft_id, platform_order_ids=[first.platform_order_id, second.platform_order_id]
    )
    assert done.is_ok
    for order_id in wanted:
        assert vietnam.order(order_id).platform_package_ids == (done.item_id,)
