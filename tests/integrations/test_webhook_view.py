"""The door where TikTok Shop pushes: every wrong message gets its own answer, changes nothing and leaves a trace."""

import hashlib
import hmac
import json

import pytest
from django.conf import settings

from relay.models import InboundMessage, UnroutedMessage
from tenancy import scoping

URL = "/webhooks/tiktok-shop"


def sign(body: bytes) -> str:
    app = settings.TIKTOK_SHOP
    return hmac.new(app["app_secret"].encode(), app["app_key"].encode() + body, hashlib.sha256).hexdigest()


def push(client, body: bytes, *, signature: str | None = None):
    header = sign(body) if signature is None else signature
    return client.post(URL, body, content_type="application/json", headers={"authorization": header})


def notice(**values) -> bytes:
    return json.dumps(
        {
            "type": 1,
            "tts_notification_id": "7380066284010030890",
            "shop_id": "7495540735365777507",
            "timestamp": 1764000000,
            "data": {"order_id": "576653688135258178", "order_status": "UNPAID", "update_time": 1764000000},
            **values,
        }
    ).encode()


def stored(seller) -> list[InboundMessage]:
    with scoping.scope(sellers=[seller.pk]):
        return list(InboundMessage.objects.order_by("pk"))


def test_a_good_push_is_stored_as_it_came(client, cedar, cedar_shop):
    body = notice()
    answer = push(client, body)
    assert (answer.status_code, answer.content) == (200, b"")
    (message,) = stored(cedar)
    assert (message.source, message.source_id) == ("tiktok_shop", "7380066284010030890")
    assert (message.topic, message.shop_ref) == ("tiktok_shop.order_changed", "7495540735365777507")
    assert message.body.encode() == body
    assert not UnroutedMessage.objects.exists()


def test_a_push_that_comes_twice_is_stored_once(client, cedar, cedar_shop):
    assert push(client, notice()).status_code == 200
    assert push(client, notice()).status_code == 200
    (message,) = stored(cedar)
    assert message.times_received == 2


@pytest.mark.parametrize("signature", ["", "0" * 64, "Bearer x"])
def test_a_bad_signature_is_401_and_leaves_a_trace(client, cedar, cedar_shop, signature):
    assert push(client, notice(), signature=signature).status_code == 401
    assert stored(cedar) == []
    trace = UnroutedMessage.objects.get()
    assert (trace.why, trace.body_size) == ("signature does not fit", len(notice()))


def test_one_more_space_breaks_the_signature(client, cedar, cedar_shop):
    body = notice()
    assert push(client, body + b" ", signature=sign(body)).status_code == 401


def test_an_unknown_shop_is_acknowledged_and_traced(client, cedar, cedar_shop):
    assert push(client, notice(shop_id="1")).status_code == 200
    assert stored(cedar) == []
    assert UnroutedMessage.objects.get().shop_ref == "1"


@pytest.mark.parametrize("body", [b"hello", b"", b"[]", b'{"type":"one"}', b'"\xff"'])
def test_what_is_no_notification_is_400_after_a_good_signature(client, cedar, cedar_shop, body):
    assert push(client, body).status_code == 400
    assert stored(cedar) == []
    assert UnroutedMessage.objects.get().why == "signed, but not a notification"


def test_a_body_of_5_mb_is_413_before_it_is_read(client, cedar, cedar_shop):
    body = b"x" * 5_000_000
    assert push(client, body, signature="0").status_code == 413
    assert stored(cedar) == []
    assert UnroutedMessage.objects.get().why == "larger than a notification can be"


def test_unknown_types_are_kept(client, cedar, cedar_shop):
    assert push(client, notice(type=999)).status_code == 200
    assert stored(cedar)[0].topic == "tiktok_shop.other"


def test_ids_that_came_as_numbers_find_their_shop(client, cedar, cedar_shop):
    assert push(client, notice(shop_id=7495540735365777507)).status_code == 200
    assert len(stored(cedar)) == 1


def test_only_post_is_heard(client, db):
    assert client.get(URL).status_code == 405


def test_the_neighbor_gets_nothing(client, cedar, cedar_shop, north):
    push(client, notice())
    assert stored(north) == []


def test_it_costs_few_queries(client, cedar, cedar_shop, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        push(client, notice())
