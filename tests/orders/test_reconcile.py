"""Our counts beside the platform's: what is missing or differs is found, fetched and said."""

from datetime import timedelta

import pytest

from core import clock
from orders import broken_orders, cursors, reconcile
from orders.models import Order, PollCursor, StatusCheck
from relay.models import InboundMessage, InboundState


def check(shop) -> reconcile.Outcome:
    return reconcile.reconcile_shop(seller_id=shop.seller_id, shop_id=shop.pk)


@pytest.fixture
def here(connected_shop, sandbox) -> list[str]:
    """Six orders that both sides know."""
    made = sandbox("orders", region="VN", count=6, age_seconds=3600)["order_ids"]
    cursors.poll_shop(seller_id=connected_shop.seller_id, shop_id=connected_shop.pk)
    return made


def test_equal_books_agree_and_nothing_is_fetched(connected_shop, here):
    assert check(connected_shop).fetched == 0
    row = StatusCheck.objects.get(status="awaiting_shipment")
    assert (row.ours, row.theirs, row.agrees, row.fetched_at) == (6, 6, True, None)
    assert row.our_newest_at == row.their_newest_at
    assert StatusCheck.objects.count() == len(reconcile.STATUSES)


def test_what_is_missing_is_fetched_and_said(connected_shop, sandbox, here):
    missed = sandbox("orders", region="VN", count=2, age_seconds=7200)["order_ids"]
    assert check(connected_shop).fetched == 2
    row = StatusCheck.objects.get(status="awaiting_shipment")
    assert (row.ours, row.theirs, row.fetched) == (6, 8, 2)
    assert row.fetched_at == row.checked_at
    assert Order.objects.filter(platform_order_id__in=missed).count() == 2
    assert check(connected_shop).fetched == 0
    row.refresh_from_db()
    assert (row.ours, row.theirs, row.fetched) == (8, 8, 2)  # what was found stays to be seen
    assert row.checked_at > row.fetched_at


def test_a_missing_order_far_back_is_found_by_halving(connected_shop, sandbox, here, monkeypatch):
    monkeypatch.setattr(reconcile, "WALK", 2)
    monkeypatch.setattr(reconcile, "PAGE", 2)
    (missed,) = sandbox("orders", region="VN", count=1, age_seconds=20 * 86_400, status="COMPLETED")[
        "order_ids"
    ]
    known = sandbox("orders", region="VN", count=5, age_seconds=86_400, status="COMPLETED")["order_ids"]
    for order_id in known:
        cursors.mark_for_pull(shop_id=connected_shop.pk, platform_order_ids=[order_id], now=clock.now())
    cursors.pull_marked(seller_id=connected_shop.seller_id, shop_id=connected_shop.pk)
    assert check(connected_shop).fetched == 1
    assert Order.objects.filter(platform_order_id=missed).exists()


def test_a_change_that_nobody_told_is_found(connected_shop, sandbox, here):
    sandbox(f"orders/{here[0]}/cancel")
    assert check(connected_shop).fetched == 1
    assert Order.objects.get(platform_order_id=here[0]).platform_status == "cancelled"
    assert check(connected_shop).fetched == 0


def test_an_unreadable_order_is_counted_and_mended_by_itself(connected_shop, sandbox, sandbox_world, here):
    (bad,) = sandbox("orders", region="VN", count=1, age_seconds=7200)["order_ids"]
    payment = sandbox_world.shop.orders[bad].payment
    amount = payment["total_amount"]
    payment["total_amount"] = "-5"
    sandbox_world.shop.rendered.clear()
    assert check(connected_shop).fetched == 0
    row = StatusCheck.objects.get(status="awaiting_shipment")
    assert (row.ours, row.theirs, row.unreadable) == (6, 7, 1)
    stuck = InboundMessage.objects.get(source=broken_orders.SOURCE)
    assert stuck.state == InboundState.DEAD
    payment["total_amount"] = amount
    sandbox_world.shop.rendered.clear()
    check(connected_shop)
    stuck.refresh_from_db()
    assert stuck.state == InboundState.DONE
    assert Order.objects.filter(platform_order_id=bad).exists()


def test_one_at_a_time_and_a_failure_is_kept(connected_shop, sandbox, here):
    PollCursor.objects.create(
        shop=connected_shop, kind=reconcile.KIND, locked_until=clock.now() + timedelta(minutes=1)
    )
    assert check(connected_shop).is_busy
    PollCursor.objects.filter(kind=reconcile.KIND).update(locked_until=None)
    sandbox("shop/revoke", open_id="sb-cedar")
    assert check(connected_shop).error
    assert PollCursor.objects.get(kind=reconcile.KIND).last_error
    assert not StatusCheck.objects.exists()
