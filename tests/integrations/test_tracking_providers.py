"""Tracking aggregators: their signatures (published vectors), their codes in our words, the same event known again."""

import json
from datetime import UTC, datetime

import pytest

from core.http import Terminal
from integrations.tracking.aftership import codes as aftership_codes
from integrations.tracking.aftership.client import AfterShipClient
from integrations.tracking.seventeentrack import codes as seventeen_codes
from integrations.tracking.seventeentrack.client import SeventeenTrackClient

SEVENTEEN = SeventeenTrackClient(api_url="https://api.example", api_key="test-key")
AFTERSHIP = AfterShipClient(api_url="https://api.example", api_key="k", webhook_secret="test-secret")

SEVENTEEN_BODY = b'{"event":"TRACKING_UPDATED","data":{"number":"RB123456785GB","carrier":3011}}'
SEVENTEEN_SIGN = "a938f424f007278a2e020e37b274cfa531516a76caee53668fec59ea386ac959"
AFTERSHIP_BODY = (
    b'{"event":"tracking_update","event_id":"00000000-0000-4000-8000-000000000001",'
    b'"msg":{"tracking_number":"RB123456785GB","tag":"InTransit"}}'
)
AFTERSHIP_SIGN = "X2pyK/2UnTxKnifQVPYgala2dCTdKC6SQapZVSP6R9g="


@pytest.mark.parametrize(
    ("client", "header", "sign", "body"),
    [
        (SEVENTEEN, "sign", SEVENTEEN_SIGN, SEVENTEEN_BODY),
        (AFTERSHIP, "AfterShip-Hmac-SHA256", AFTERSHIP_SIGN, AFTERSHIP_BODY),
    ],
    ids=["17track", "aftership"],
)
def test_signature_vectors(client, header, sign, body):
    assert client.verify(headers={header: sign}, body=body)
    assert not client.verify(headers={header: sign}, body=body + b" ")
    assert not client.verify(headers={}, body=body)


def test_a_provider_without_a_key_trusts_nobody():
    client = SeventeenTrackClient(api_url="https://api.example", api_key="")
    assert not client.verify(headers={"sign": SEVENTEEN_SIGN}, body=SEVENTEEN_BODY)


@pytest.mark.parametrize(
    ("code", "status", "exception"),
    [
        ("NotFound_InvalidCode", "unknown", ""),
        ("InfoReceived", "label_created", ""),
        ("InTransit_PickedUp", "picked_up", ""),
        ("InTransit_Other", "in_transit", ""),
        ("InTransit_Departure", "in_transit", ""),
        ("InTransit_CustomsReleased", "customs", ""),
        ("InTransit_CustomsRequiringInformation", "customs", "customs_delay"),
        ("InTransit_Arrival", "arrived_destination", ""),
        ("InTransit_SomethingNew", "in_transit", ""),
        ("OutForDelivery_Other", "out_for_delivery", ""),
        ("AvailableForPickup_Other", "ready_for_pickup", ""),
        ("DeliveryFailure_NoBody", "attempt_failed", "attempt_failed"),
        ("DeliveryFailure_Rejected", "attempt_failed", "refused"),
        ("DeliveryFailure_InvalidAddress", "attempt_failed", "address_issue"),
        ("Delivered_Other", "delivered", ""),
        ("Exception_Damage", "exception", "damaged"),
        ("Exception_NoBody", "exception", "address_issue"),
        ("Exception_Delayed", "exception", "delayed"),
        ("Exception_Returning", "returning", "returning"),
        ("Exception_Returned", "returned", "returned"),
        ("Exception_Lost", "lost", "lost"),
        ("Exception_Destroyed", "destroyed", "damaged"),
        ("Exception_Cancel", "cancelled", ""),
        ("Expired", "expired", "delayed"),
        ("BrandNew_Thing", "unknown", ""),
    ],
)
def test_17track_codes(code, status, exception):
    assert (seventeen_codes.status_of(code), seventeen_codes.exception_of(code)) == (status, exception)


@pytest.mark.parametrize(
    ("code", "status", "exception"),
    [
        ("Pending_001", "unknown", ""),
        ("InfoReceived_001", "label_created", ""),
        ("InTransit_002", "picked_up", ""),
        ("InTransit_007", "in_transit", ""),
        ("InTransit_003", "arrived_destination", ""),
        ("OutForDelivery_001", "out_for_delivery", ""),
        ("AvailableForPickup_001", "ready_for_pickup", ""),
        ("AttemptFail_002", "attempt_failed", "attempt_failed"),
        ("Delivered_005", "delivered", ""),
        ("Exception_003", "exception", "refused"),
        ("Exception_004", "customs", "customs_delay"),
        ("Exception_006", "exception", "held_payment"),
        ("Exception_011", "returned", "returned"),
        ("Exception_013", "lost", "lost"),
        ("Exception_017", "exception", "delayed"),
        ("Expired_001", "expired", "delayed"),
    ],
)
def test_aftership_codes(code, status, exception):
    assert (aftership_codes.status_of(code), aftership_codes.exception_of(code)) == (status, exception)


def push(**changes) -> bytes:
    event = {
        "time_iso": "2026-11-20T08:00:00+07:00",
        "time_utc": "2026-11-20T01:00:00Z",
        "description": "Picked up",
        "location": "Hai Chau",
        "sub_status": "InTransit_PickedUp",
    }
    info = {
        "latest_status": {"status": "InTransit", "sub_status": "InTransit_PickedUp"},
        "tracking": {"providers": [{"events": [{**event, **changes}]}]},
        "shipping_info": {"recipient_address": {"country": "VN"}},
        "a_field_of_tomorrow": [],
    }
    data = {"number": "840494355546", "carrier": 100, "tag": "shp_1", "track_info": info}
    return json.dumps({"event": "TRACKING_UPDATED", "data": data}).encode()


def test_a_push_in_our_words():
    (snapshot,) = SEVENTEEN.parse_push(body=push())
    assert (snapshot.number, snapshot.tag, snapshot.status) == ("840494355546", "shp_1", "picked_up")
    assert snapshot.destination_country == "VN"
    (event,) = snapshot.events
    assert event.happened_at == datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    assert (event.status, event.text, event.place) == ("picked_up", "Picked up", "Hai Chau")


def test_the_same_event_is_known_again_and_another_is_not():
    first, again = (SEVENTEEN.parse_push(body=push())[0].events[0] for _ in range(2))
    other = SEVENTEEN.parse_push(body=push(location="Cau Giay"))[0].events[0]
    assert first.event_hash == again.event_hash != other.event_hash


def test_an_event_without_a_time_cannot_be_placed():
    (snapshot,) = SEVENTEEN.parse_push(body=push(time_utc=None, time_iso=""))
    assert (snapshot.status, snapshot.events) == ("picked_up", ())


def test_a_stop_is_told_without_track_info():
    body = b'{"event":"TRACKING_STOPPED","data":{"number":"840494355546","carrier":100,"tag":"shp_1"}}'
    (snapshot,) = SEVENTEEN.parse_push(body=body)
    assert (snapshot.is_stopped, snapshot.status, snapshot.events) == (True, "unknown", ())


def test_an_aftership_push():
    (snapshot,) = AFTERSHIP.parse_push(body=AFTERSHIP_BODY)
    assert (snapshot.number, snapshot.status) == ("RB123456785GB", "in_transit")


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"data":[]}', b"\xff"])
@pytest.mark.parametrize("client", [SEVENTEEN, AFTERSHIP], ids=["17track", "aftership"])
def test_a_body_that_is_no_push_is_refused(client, body):
    if client is AFTERSHIP:
        body = body.replace(b"data", b"msg")
    with pytest.raises(Terminal):
        client.parse_push(body=body)
