"""A broken order among sound ones at the platform: polls and pulls take the others, and go on."""

from core import clock
from orders import broken_orders, cursors
from orders.models import Order, OrderPull, PollCursor
from relay.models import InboundMessage, InboundState


def damage(world, order_id: str) -> None:
    world.shop.orders[order_id].payment["total_amount"] = "free of charge"
    world.shop.rendered.clear()


def stuck() -> InboundMessage:
    return InboundMessage.objects.get(source=broken_orders.SOURCE)


def test_a_poll_takes_the_others_and_moves_on(connected_shop, sandbox, sandbox_world):
    made = sandbox("orders", region="VN", count=5, age_seconds=600)["order_ids"]
    damage(sandbox_world, made[2])
    for _turn in range(2):
        result = cursors.poll_shop(seller_id=connected_shop.seller_id, shop_id=connected_shop.pk)
        assert not result.error
    assert set(Order.objects.values_list("platform_order_id", flat=True)) == {*made} - {made[2]}
    assert PollCursor.objects.get(kind=cursors.ORDERS).watermark_at is not None
    assert stuck().last_error.startswith(f"Order {made[2]}: the field payment.total_amount is not an amount.")
    assert stuck().state == InboundState.DEAD


def test_a_pull_of_it_is_settled_and_not_asked_for_for_ever(connected_shop, sandbox, sandbox_world):
    made = sandbox("orders", region="VN", count=2, age_seconds=600)["order_ids"]
    damage(sandbox_world, made[0])
    cursors.mark_for_pull(shop_id=connected_shop.pk, platform_order_ids=made, now=clock.now())
    assert cursors.pull_marked(seller_id=connected_shop.seller_id, shop_id=connected_shop.pk) == 2
    assert not OrderPull.objects.exists()
    assert Order.objects.get().platform_order_id == made[1]
    assert stuck().state == InboundState.DEAD
    assert "free of charge" not in stuck().body + stuck().last_error
