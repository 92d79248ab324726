"""Stuck work: shown with its reason, tried again or given up, never across the wall."""

from datetime import UTC, datetime

import pytest

from relay.models import DeliveryState, EventDelivery, InboundMessage, InboundState, OutboxEvent
from tenancy import scoping
from tenancy.models import AuditEntry, Role
from tests import make

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def make_dead_delivery(*, seller, why: str = "KeyError('sku')") -> EventDelivery:
    with scoping.scope(sellers=[seller.pk]):
        event = OutboxEvent.objects.create(name="order.approved", payload={"order_id": 1}, published_at=NOW)
        return EventDelivery.objects.create(
            event=event,
            subscriber="warehouse.handlers.on_order_approved",
            state=DeliveryState.DEAD,
            attempts=8,
            not_before=NOW,
            last_error=why,
        )


def make_dead_message(*, seller) -> InboundMessage:
    with scoping.scope(sellers=[seller.pk]):
        return InboundMessage.objects.create(
            source="tiktok_shop",
            source_id="m-1",
            topic="1",
            body="{}",
            received_at=NOW,
            not_before=NOW,
            state=InboundState.DEAD,
            last_error="no such shop",
        )


def state_of(row) -> str:
    with scoping.scope(sellers=[row.seller_id]):
        return type(row).objects.get(pk=row.pk).state


def test_the_reason_is_shown(browser, cedar):
    make_dead_delivery(seller=cedar)
    text = browser.get("/s/cedar/stuck/").content.decode()
    assert "order.approved" in text
    assert "KeyError(&#x27;sku&#x27;)" in text


def test_the_tab_with_work_opens_first(browser, cedar):
    make_dead_message(seller=cedar)
    assert "no such shop" in browser.get("/s/cedar/stuck/").content.decode()


@pytest.mark.parametrize(
    ("act", "state"), [("retry", DeliveryState.WAITING), ("give_up", DeliveryState.DROPPED)]
)
def test_chosen_rows_are_settled(browser, cedar, act, state):
    first, second = make_dead_delivery(seller=cedar), make_dead_delivery(seller=cedar)
    browser.post("/s/cedar/stuck/events/act/", {"act": act, "ids": [first.pk]})
    assert (state_of(first), state_of(second)) == (state, DeliveryState.DEAD)
    with scoping.scope(sellers=[cedar.pk]):
        assert AuditEntry.objects.get().detail["ids"] == [first.pk]


def test_the_whole_filter_is_settled(browser, cedar):
    rows = [make_dead_delivery(seller=cedar) for _number in range(3)]
    browser.post("/s/cedar/stuck/events/act/", {"act": "retry", "all": "1"})
    assert [state_of(row) for row in rows] == [DeliveryState.WAITING] * 3


def test_messages_are_tried_again(browser, cedar):
    message = make_dead_message(seller=cedar)
    browser.post("/s/cedar/stuck/messages/act/", {"act": "retry", "ids": [message.pk]})
    assert state_of(message) == InboundState.WAITING


def test_a_foreign_row_is_not_touched(browser, north):
    theirs = make_dead_delivery(seller=north)
    text = browser.post("/s/cedar/stuck/events/act/", {"act": "retry", "ids": [theirs.pk]}, follow=True)
    assert "0 are being tried again. 1 were not stuck any more." in text.content.decode()
    assert state_of(theirs) == DeliveryState.DEAD


def test_an_unknown_kind_is_not_there(browser):
    assert browser.get("/s/cedar/stuck/?kind=nothing").status_code == 404
    assert browser.post("/s/cedar/stuck/nothing/act/", {"act": "retry"}).status_code == 404


def test_a_viewer_may_not(client, cedar):
    row = make_dead_delivery(seller=cedar)
    client.force_login(make.make_member(seller=cedar, role=Role.VIEWER, email="v@cedar.example"))
    assert client.post("/s/cedar/stuck/events/act/", {"act": "retry", "ids": [row.pk]}).status_code == 403
    assert state_of(row) == DeliveryState.DEAD


def test_a_nul_character_is_refused_with_a_page(browser):
    assert browser.get("/s/cedar/stuck/?kind=%00").status_code == 400
    assert "was not understood" in browser.post("/s/cedar/try-out/", {"code": "a\x00"}).content.decode()
