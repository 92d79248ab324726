"""A buyer's request to cancel is found although no push arrives and the order's update time stands still."""

from orders import cancel_requests, cursors
from orders.models import Order, OrderHold, OrderPull, PollCursor


def poll(shop) -> int:
    return cancel_requests.poll(seller_id=shop.seller_id, shop_id=shop.pk)


def pull(shop) -> None:
    cursors.pull_marked(seller_id=shop.seller_id, shop_id=shop.pk)


def _stored_order(shop, sandbox) -> str:
    (order_id,) = sandbox("orders", region="VN", count=1, age_seconds=7200)["order_ids"]
    cursors.poll_shop(seller_id=shop.seller_id, shop_id=shop.pk)
    assert Order.objects.get(platform_order_id=order_id).is_buyer_cancel_requested is False
    return order_id


def test_a_missed_request_is_found_held_and_not_asked_for_again(connected_shop, sandbox):
    order_id = _stored_order(connected_shop, sandbox)
    sandbox(f"orders/{order_id}/buyer_cancel")
    assert poll(connected_shop) == 1
    pull(connected_shop)
    order = Order.objects.get(platform_order_id=order_id)
    assert order.is_buyer_cancel_requested is True
    assert OrderHold.objects.filter(order=order, lifted_at=None, reason="cancel_requested").count() == 1
    assert poll(connected_shop) == 0, "what is known is not read again"


def test_nothing_new_marks_nothing_and_moves_the_watermark(connected_shop, sandbox):
    _stored_order(connected_shop, sandbox)
    assert poll(connected_shop) == 0
    assert not OrderPull.objects.exists()
    cursor = PollCursor.objects.get(kind=cancel_requests.KIND)
    assert cursor.watermark_at is not None
    assert (cursor.locked_until, cursor.last_error) == (None, "")


def test_a_failing_platform_leaves_the_watermark(connected_shop, sandbox, sandbox_world):
    sandbox_world.faults.set({"shop": {"share_5xx": 1.0}})
    assert poll(connected_shop) == 0
    cursor = PollCursor.objects.get(kind=cancel_requests.KIND)
    assert (cursor.watermark_at, cursor.locked_until) == (None, None)
    assert cursor.last_error != ""
