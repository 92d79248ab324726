"""Pulls and polls against the sandbox: hints coalesce, walks overlap, a failure leaves the mark where it was."""

import json
from datetime import timedelta

import pytest

from catalog import listing_sync
from catalog.models import Listing, Sku
from core import clock
from integrations.models import Connection, ConnectionState, ShopLink
from orders import cursors
from orders.models import Order, OrderPull, Package, PollCursor, SlaClock
from relay import inbox
from tenancy import scoping


def _push(kind: int, shop, **data) -> bytes:
    return json.dumps({"type": kind, "shop_id": shop.platform_shop_id, "data": data}).encode()


def mark(shop, *ids: str) -> None:
    cursors.mark_for_pull(shop_id=shop.pk, platform_order_ids=ids, now=clock.now())


def pull(shop) -> int:
    return cursors.pull_marked(seller_id=shop.seller_id, shop_id=shop.pk)


def poll(shop) -> cursors.PollResult:
    return cursors.poll_shop(seller_id=shop.seller_id, shop_id=shop.pk)


def test_a_marked_order_is_read_and_the_mark_goes(connected_shop, sandbox):
    (order_id,) = sandbox("orders", region="VN", count=1, age_seconds=60)["order_ids"]
    mark(connected_shop, order_id)
    mark(connected_shop, order_id)
    assert OrderPull.objects.count() == 1
    assert pull(connected_shop) == 1
    assert Order.objects.get().platform_order_id == order_id
    assert not OrderPull.objects.exists()


def test_a_hint_during_the_pull_keeps_the_mark(connected_shop, sandbox):
    (order_id,) = sandbox("orders", region="VN", count=1, age_seconds=60)["order_ids"]
    mark(connected_shop, order_id)
    OrderPull.objects.update(asked_at=clock.now() + timedelta(minutes=1))  # hinted at after the claim
    assert pull(connected_shop) == 1
    assert OrderPull.objects.get().claimed_until is None
    OrderPull.objects.update(asked_at=clock.now())
    assert pull(connected_shop) == 1
    assert not OrderPull.objects.exists()


def test_an_order_that_the_platform_does_not_know_is_asked_for_again_later(connected_shop):
    mark(connected_shop, "1")
    pull(connected_shop)
    left = OrderPull.objects.get()
    assert (left.attempts, left.last_error) == (1, "the platform does not know this order")
    assert left.not_before > clock.now()
    assert pull(connected_shop) == 0


def test_a_failing_platform_puts_the_marks_off(connected_shop, sandbox):
    (order_id,) = sandbox("orders", region="VN", count=1, age_seconds=60)["order_ids"]
    mark(connected_shop, order_id)
    sandbox("faults", shop={"share_5xx": 1.0})
    assert pull(connected_shop) == 0
    left = OrderPull.objects.get()
    assert (left.attempts, left.claimed_until) == (1, None)
    assert left.not_before > clock.now()
    assert not Order.objects.exists()
    assert Connection.objects.get().state == ConnectionState.FAILING


def test_a_poll_takes_everything_in_once(connected_shop, sandbox):
    made = sandbox("orders", region="VN", count=130, age_seconds=3600)["order_ids"]
    first = poll(connected_shop)
    assert (first.pages, first.taken.new, first.error) == (2, 130, "")
    assert set(Order.objects.values_list("platform_order_id", flat=True)) == set(made)
    second = poll(connected_shop)
    assert (second.taken.new, second.taken.changed) == (0, 0)
    cursor = PollCursor.objects.get()
    assert (cursor.locked_until, cursor.last_error) == (None, "")
    assert cursor.watermark_at == max(Order.objects.values_list("platform_updated_at", flat=True))
    assert Connection.objects.get().last_ok_at is not None


def test_a_poll_finds_what_webhooks_missed(connected_shop, sandbox):
    (order_id,) = sandbox("orders", region="VN", count=1, age_seconds=600)["order_ids"]
    poll(connected_shop)
    sandbox(f"orders/{order_id}/buyer_cancel")
    assert poll(connected_shop).taken.changed == 1
    assert Order.objects.get().is_buyer_cancel_requested


def test_a_failing_page_leaves_the_mark_before_it(connected_shop, sandbox):
    sandbox("orders", region="VN", count=3, age_seconds=600)
    poll(connected_shop)
    before = PollCursor.objects.get().watermark_at
    sandbox("orders", region="VN", count=2, age_seconds=60)
    sandbox("faults", shop={"share_5xx": 1.0})
    assert poll(connected_shop).error
    cursor = PollCursor.objects.get()
    assert (cursor.watermark_at, cursor.locked_until) == (before, None)
    assert cursor.last_error
    sandbox("faults", shop={"share_5xx": 0.0})
    assert poll(connected_shop).taken.new == 2


def test_two_workers_do_not_walk_the_same_shop(connected_shop):
    poll(connected_shop)
    PollCursor.objects.update(locked_until=clock.now() + timedelta(minutes=1))
    assert poll(connected_shop).is_busy
    PollCursor.objects.update(locked_until=clock.now() - timedelta(seconds=1))
    assert not poll(connected_shop).is_busy


def test_a_revoked_grant_ends_the_connection(connected_shop, sandbox):
    sandbox("shop/revoke", open_id="sb-cedar")
    assert poll(connected_shop).error
    assert Connection.objects.get().state == ConnectionState.ENDED


def test_listings_follow_the_shop_and_make_skus_on_request(connected_shop):
    listing_sync.sync_shop(seller_id=connected_shop.seller_id, shop_id=connected_shop.pk)
    assert Listing.objects.count() > 15
    assert not Sku.objects.exists()
    listing_sync.sync_shop(seller_id=connected_shop.seller_id, shop_id=connected_shop.pk, create_skus=True)
    mapped = Listing.objects.filter(sku__isnull=False)
    assert mapped.count() == Listing.objects.exclude(seller_sku="").count()
    assert Listing.objects.filter(sku__isnull=True).exists()  # those whose seller SKU is empty
    assert Sku.objects.get(seller_sku="KF-MUG-SEA").name


def test_the_sandbox_s_orders_pass_review(connected_shop, sandbox):
    listing_sync.sync_shop(seller_id=connected_shop.seller_id, shop_id=connected_shop.pk, create_skus=True)
    sandbox("orders", region="VN", count=5, age_seconds=600, skus=["KF-MUG-SEA"])
    poll(connected_shop)
    assert list(Order.objects.values_list("state", flat=True)) == ["approved"] * 5
    assert Package.objects.exclude(platform_package_id="").count() == 5
    assert set(SlaClock.objects.values_list("due_source", flat=True)) <= {"platform", "promise"}


@pytest.mark.parametrize("kind", [1, 3, 4, 11, 12])
def test_a_push_about_an_order_marks_it(connected_shop, kind):
    body = _push(
        kind,
        connected_shop,
        order_id="576",
        package_list=[{"package_id": "1", "order_id_list": ["577"]}],
    )
    inbox.receive(
        seller_id=connected_shop.seller_id,
        source="tiktok_shop",
        source_id="9",
        topic="tiktok_shop.any",
        shop_ref=connected_shop.platform_shop_id,
        body=body,
        now=clock.now(),
    )
    inbox.handle_due(seller_id=connected_shop.seller_id)
    assert sorted(OrderPull.objects.values_list("platform_order_id", flat=True)) == ["576", "577"]
    assert ShopLink.objects.get().last_webhook_at is not None


def test_pushes_that_mean_nothing_here_leave_nothing(connected_shop):
    for number, kind in enumerate((14, 42, 999)):
        body = _push(kind, connected_shop, order_id="576")
        inbox.receive(
            seller_id=connected_shop.seller_id,
            source="tiktok_shop",
            source_id=str(number),
            topic="tiktok_shop.other",
            shop_ref=connected_shop.platform_shop_id,
            body=body,
            now=clock.now(),
        )
    assert inbox.handle_due(seller_id=connected_shop.seller_id) == 3
    assert not OrderPull.objects.exists()


def test_a_push_of_the_end_ends_the_connection(connected_shop):
    body = '{"type":6,"seller_open_id":"sb-cedar","data":{"message":"bye"}}'
    inbox.receive(
        seller_id=connected_shop.seller_id,
        source="tiktok_shop",
        source_id="6",
        topic="t",
        shop_ref="",
        body=body.encode(),
        now=clock.now(),
    )
    inbox.handle_due(seller_id=connected_shop.seller_id)
    assert Connection.objects.get().state == ConnectionState.ENDED


def test_nothing_of_this_reaches_the_neighbor(connected_shop, sandbox, north):
    sandbox("orders", region="VN", count=2, age_seconds=60)
    poll(connected_shop)
    with scoping.scope(sellers=[north.pk]):
        assert not Order.objects.exists()
        assert not Connection.objects.exists()
