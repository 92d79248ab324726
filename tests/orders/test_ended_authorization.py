"""An authorization that ends: said 30 days ahead and when it happens, and nothing is lost until it is given anew."""

import json
from datetime import timedelta

import pytest

from core import clock
from integrations import connections, tasks
from integrations.models import Connection, ConnectionState
from orders import cursors
from orders.models import Order, OrderPull, PollCursor
from relay import inbox, outbox
from tenancy.models import AuditEntry, Seller
from tests.orders.conftest import BY_HAND


def poll(shop) -> cursors.PollResult:
    return cursors.poll_shop(seller_id=shop.seller_id, shop_id=shop.pk)


def connect_again(shop, sandbox) -> None:
    code = sandbox("shop/auth_codes", open_id="sb-cedar")["code"]
    seller = Seller.objects.get(pk=shop.seller_id)
    connections.connect_shops(seller=seller, auth_code=code, actor=BY_HAND, now=clock.now())
    outbox.deliver_due(seller_id=shop.seller_id)


def push(shop, kind: int) -> None:
    body = json.dumps({"type": kind, "seller_open_id": "sb-cedar", "data": {"message": "…"}}).encode()
    inbox.receive(
        seller_id=shop.seller_id,
        source="tiktok_shop",
        source_id=str(kind),
        topic="t",
        shop_ref="",
        body=body,
        now=clock.now(),
    )
    inbox.handle_due(seller_id=shop.seller_id)


def actions() -> list[str]:
    found = AuditEntry.objects.filter(subject_type="connection").order_by("pk")
    return list(found.values_list("action", flat=True))


@pytest.mark.parametrize("days_away", [0, 45])
def test_orders_of_the_time_without_authorization_all_arrive(connected_shop, sandbox, days_away):
    before = sandbox("orders", region="VN", count=2, age_seconds=days_away * 86_400 + 7200)["order_ids"]
    poll(connected_shop)
    mark = clock.now() - timedelta(days=days_away, hours=1)
    PollCursor.objects.update(watermark_at=mark)  # as it stood when the authorization ended
    sandbox("shop/revoke", open_id="sb-cedar")
    meanwhile = sandbox("orders", region="VN", count=4, age_seconds=days_away * 43_200 + 600)["order_ids"]
    hinted = sandbox("orders", region="VN", count=1, age_seconds=300)["order_ids"]
    cursors.mark_for_pull(shop_id=connected_shop.pk, platform_order_ids=hinted, now=clock.now())
    assert poll(connected_shop).error
    cursors.pull_marked(seller_id=connected_shop.seller_id, shop_id=connected_shop.pk)
    assert Connection.objects.get().state == ConnectionState.ENDED
    assert OrderPull.objects.get().not_before <= clock.now() + timedelta(minutes=15)

    connect_again(connected_shop, sandbox)

    assert cursors.pull_marked(seller_id=connected_shop.seller_id, shop_id=connected_shop.pk) == 1
    assert not poll(connected_shop).error
    stored = set(Order.objects.values_list("platform_order_id", flat=True))
    assert stored == {*before, *meanwhile, *hinted}
    assert Connection.objects.get().ended_at is None
    assert actions() == ["connection.connected", "connection.ended", "connection.connected"]


def test_the_end_is_announced_once_thirty_days_ahead(connected_shop):
    now = clock.now()
    Connection.objects.update(refresh_expires_at=now + timedelta(days=29))
    tasks.refresh_tokens()
    tasks.refresh_tokens()
    assert actions().count("connection.ending") == 1
    assert "ends on" in connections.expiry_warning(Connection.objects.get(), now=now)


def test_the_platforms_own_warning_counts_too(connected_shop):
    Connection.objects.update(refresh_expires_at=clock.now() + timedelta(days=300))
    push(connected_shop, 7)
    connection = Connection.objects.get()
    assert connection.warned_at is not None
    assert "ends soon" in connections.expiry_warning(connection, now=clock.now())


def test_a_time_that_ran_out_ends_it_and_says_so_once(connected_shop):
    Connection.objects.update(
        refresh_expires_at=clock.now() - timedelta(minutes=1), access_expires_at=clock.now()
    )
    connections.note_endings(now=clock.now())
    connections.note_endings(now=clock.now())
    assert Connection.objects.get().state == ConnectionState.ENDED
    assert actions() == ["connection.connected", "connection.ended"]


def test_the_platforms_word_of_the_end_is_audited(connected_shop):
    push(connected_shop, 6)
    push(connected_shop, 6)
    entry = AuditEntry.objects.get(action="connection.ended")
    assert (entry.actor_label, entry.reason) == (
        "TikTok Shop",
        "the seller took the authorization back on the platform",
    )
    assert Connection.objects.get().ended_at is not None
