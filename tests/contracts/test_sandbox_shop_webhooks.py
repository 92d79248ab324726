"""Webhooks out: signature, retries on the sandbox's clock, topics of a shop, and everything that can go wrong with them."""

import json
from collections.abc import Callable

import httpx
import pytest
from tiktok_shop_api import Webhooks

from tests.sandbox_transport import make_world, run

URL = "http://app.test/hook"
APP = {"app_key": "sandboxkey01", "app_secret": "sandbox-secret-0001"}


class Receiver:
    """Answers as told and keeps what came."""

    def __init__(self, world) -> None:
        self.world = world
        self.status = 200
        self.got: list[tuple[str, dict, bytes]] = []

    def take(self, url: str, headers: dict, body: bytes) -> int:
        self.got.append((url, headers, body))
        return self.status

    def drain(self) -> list[dict]:
        start = len(self.got)
        self.world.deliverer.drain(self.take)
        return [json.loads(body) for _url, _headers, body in self.got[start:]]


@pytest.fixture
def receiver(world) -> Receiver:
    world.settings["shop_webhook_url"] = URL
    return Receiver(world)


def test_every_status_is_told_signed(vietnam, receiver, control):
    (order_id,) = vietnam.make(1)
    control(f"orders/{order_id}/advance", status="AWAITING_COLLECTION")

    bodies = receiver.drain()

    assert [body["data"]["order_status"] for body in bodies] == ["AWAITING_SHIPMENT", "AWAITING_COLLECTION"]
    assert {(body["type"], body["shop_id"]) for body in bodies} == {(1, vietnam.shop["id"])}
    for _url, headers, body in receiver.got:
        event = Webhooks.verify_and_parse(**APP, raw_body=body, signature=headers["authorization"])
        assert event.data.order_id == order_id


def test_cancelled_is_spelled_cancel(vietnam, receiver, control):
    (order_id,) = vietnam.make(1)
    control(f"orders/{order_id}/cancel")

    last = receiver.drain()[-1]

    assert last["data"]["order_status"] == "CANCEL"


def test_a_closed_request_is_spelled_its_own_way(vietnam, receiver, control):
    (order_id,) = vietnam.make(1)
    cancel_id = control(f"orders/{order_id}/buyer_cancel")["cancel_id"]
    path = f"/return_refund/202309/cancellations/{cancel_id}/reject"
    vietnam.call("POST", path, body={"reject_reason": "packed"})

    told = [body["data"]["cancel_status"] for body in receiver.drain() if body["type"] == 11]

    assert told == ["CANCELLATION_REQUEST_PENDING", "CANCELLATION_REQUEST_CANCELLED"]


def test_a_half_shipped_order_is_not_named(america, receiver):
    (order_id,) = america.make(1, shipping_type="SELLER", skus=["NG-MUG-BLU", "NG-SOCK-M"])
    receiver.drain()
    line = america.order(order_id)["line_items"][0]["id"]
    info = {"tracking_number": "9400111899223197428497", "shipping_provider_id": "7117858858072016686"}
    path = f"/fulfillment/202309/orders/{order_id}/packages"
    america.call("POST", path, body={**info, "order_line_item_ids": [line]})

    assert receiver.drain() == []


def test_retries_after_2_minutes_30_minutes_3_and_12_hours_then_silence(vietnam, receiver, world):
    receiver.status = 500
    vietnam.make(1)
    gaps = []
    for seconds in (0, 119, 1, 1799, 1, 10_799, 1, 43_199, 1, 90_000):
        world.clock.advance(seconds)
        gaps.append(len(receiver.drain()))

    assert gaps == [1, 0, 1, 0, 1, 0, 1, 0, 1, 0]
    assert len({body for _url, _headers, body in receiver.got}) == 1
    assert world.journal.counts["webhook_given_up"] == 1


@pytest.mark.parametrize(("status", "again"), [(200, 0), (401, 0), (204, 1), (302, 1), (503, 1)])
def test_only_200_and_401_end_it(vietnam, receiver, world, status, again):
    receiver.status = status
    vietnam.make(1)
    receiver.drain()
    world.clock.advance(120)

    assert len(receiver.drain()) == again


def test_a_topic_can_have_its_own_address(vietnam, receiver):
    path, mine = "/event/202309/webhooks", "https://own.test/orders"
    vietnam.data("PUT", path, body={"address": mine, "event_type": "ORDER_STATUS_CHANGE"})
    listed = vietnam.data("GET", path)
    vietnam.make(1)
    receiver.drain()
    for _ in range(2):
        vietnam.data("DELETE", path, body={"event_type": "ORDER_STATUS_CHANGE"})
    vietnam.make(1)
    receiver.drain()

    assert [url for url, _headers, _body in receiver.got] == [mine, URL]
    assert (listed["total_count"], len(str(listed["webhooks"][0]["create_time"]))) == (1, 13)


def test_a_changed_address_has_no_notification_id(vietnam, receiver, control):
    (order_id,) = vietnam.make(1, shipping_type="SELLER")
    receiver.drain()
    control(f"orders/{order_id}/address", street="9 Duy Tân")

    (body,) = receiver.drain()

    assert (body["type"], "tts_notification_id" in body) == (3, False)
    order = vietnam.order(order_id)
    assert (order["has_updated_recipient_address"], order["recipient_address"]["address_line1"]) == (
        True,
        "9 Duy Tân",
    )


def test_doubled_ones_carry_the_same_id(vietnam, receiver, control):
    control("faults", webhooks={"doubled": 1})
    vietnam.make(1)

    first, second = receiver.drain()

    assert first["tts_notification_id"] == second["tts_notification_id"]


def test_dropped_ones_never_come_but_are_counted(vietnam, receiver, control, world):
    control("faults", webhooks={"dropped": 1})
    vietnam.make(3)

    assert receiver.drain() == []
    assert world.journal.counts["webhook_dropped"] == 3


def test_delayed_ones_come_later(vietnam, receiver, control, world):
    control("faults", webhooks={"delayed_s": 90})
    vietnam.make(1)
    before = receiver.drain()
    world.clock.advance(90)

    assert (before, len(receiver.drain())) == ([], 1)


def test_reordered_ones_overtake_each_other(vietnam, receiver, control, world):
    control("faults", webhooks={"reordered": 0.5})
    ids = vietnam.make(30)
    world.clock.advance(10)

    told = [body["data"]["order_id"] for body in receiver.drain()]

    assert told != ids and sorted(told) == sorted(ids)


def test_anything_can_be_sent(vietnam, receiver, control):
    control("webhooks/send", type=99, shop_id="1", data={"x": 1})
    control("webhooks/send", type=1, shop_id="1", forged=True)
    control("webhooks/send", raw="not json")
    receiver.world.deliverer.drain(receiver.take)

    verified = [
        Webhooks.verify(**APP, raw_body=body, signature=headers["authorization"])
        for _url, headers, body in receiver.got
    ]
    assert verified == [True, False, True]
    assert receiver.got[2][2] == b"not json"


def deliver_over(handler: Callable[[httpx.Request], httpx.Response]) -> tuple:
    world = make_world()
    world.deliverer.transport = httpx.MockTransport(handler)
    world.settings["shop_webhook_url"] = URL
    body = {"shop_id": "7495540735300000101", "type": 1}
    world.deliverer.enqueue(channel="shop", url=URL, headers={"authorization": "x"}, body=b"{}", kind="1")
    run(world.deliverer.flush())
    run(world.deliverer.close())
    return world, body


def test_over_http_a_receiver_that_is_down_is_tried_again():
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    world, _body = deliver_over(refuse)

    (entry,) = world.journal.find(kind="webhook_failed")
    assert (entry["status"], len(world.deliverer.pending)) == ("ConnectError", 1)


def test_over_http_the_exact_bytes_arrive():
    seen = []

    def take(request: httpx.Request) -> httpx.Response:
        seen.append((request.content, request.headers["authorization"]))
        return httpx.Response(200)

    world, _body = deliver_over(take)

    assert (seen, world.deliverer.pending) == ([(b"{}", "x")], {})
