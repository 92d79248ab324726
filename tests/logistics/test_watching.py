"""The tracking provider: registered once, asked by schedule, pushes verified on their raw bytes."""

import hashlib
import json

import pytest

from core import clock
from logistics import watching
from logistics.models import Shipment, TrackedParcel, TrackingEvent
from relay import inbox
from relay.models import InboundMessage, UnroutedMessage
from sandbox.control import acts
from tenancy import scoping
from tests.make_logistics import hand_over, labelled

KEY = "sandbox-17track-key"
URL = "/webhooks/tracking/17track"


@pytest.fixture
def parcel(sandbox_world, cedar, cedar_shop, monkeypatch) -> Shipment:
    """A handed-over parcel of the present moment that the provider does not know yet."""
    monkeypatch.setattr("logistics.setup.connected_shops", lambda shop_ids: set())
    with scoping.scope(sellers=[cedar.pk]):
        shipment = labelled(shop=cedar_shop, now=clock.now(), tracking_number="JT840172639501")
        hand_over(shipment, now=clock.now())
        watching.start(shipment_ids=[shipment.pk], now=clock.now())
    return shipment


def tracked(seller) -> TrackedParcel:
    with scoping.scope(sellers=[seller.pk]):
        return TrackedParcel.objects.select_related("shipment").get()


def due_now(seller) -> None:
    with scoping.scope(sellers=[seller.pk]):
        TrackedParcel.objects.update(next_poll_at=clock.now())


def scan(world, kind: str) -> None:
    acts.scan(world, {"tracking_number": "JT840172639501", "kind": kind})


def test_a_parcel_is_registered_once_and_asked_by_schedule(sandbox_world, cedar, parcel):
    assert watching.run(seller_id=cedar.pk) == 1
    row = tracked(cedar)
    assert row.registered_at is not None
    assert row.next_poll_at > clock.now()
    assert watching.run(seller_id=cedar.pk) == 0
    due_now(cedar)
    watching.run(seller_id=cedar.pk)
    assert sandbox_world.journal.counts["tracking_registered"] == 1
    registration = next(iter(sandbox_world.tracking.registrations.values()))
    assert registration.tag == f"{cedar.pk}.{parcel.public_id}"


def test_polls_bring_the_carriers_scans(sandbox_world, cedar, parcel):
    watching.run(seller_id=cedar.pk)
    scan(sandbox_world, "pickup")
    due_now(cedar)
    watching.run(seller_id=cedar.pk)
    row = tracked(cedar)
    assert (row.status, row.shipment.state) == ("picked_up", "in_transit")
    for kind in ("transit", "arrival", "out_for_delivery", "delivered"):
        scan(sandbox_world, kind)
    due_now(cedar)
    watching.run(seller_id=cedar.pk)
    row = tracked(cedar)
    assert (row.status, row.shipment.state, row.is_finished) == ("delivered", "delivered", True)
    due_now(cedar)
    assert watching.run(seller_id=cedar.pk) == 0


def test_a_provider_that_is_away_is_asked_later(sandbox_world, cedar, parcel):
    acts.set_faults(sandbox_world, {"tracking": {"share_5xx": 1.0}})
    watching.run(seller_id=cedar.pk)
    row = tracked(cedar)
    assert (row.registered_at, row.attempts) == (None, 1)
    assert row.next_poll_at > clock.now()
    acts.set_faults(sandbox_world, {"tracking": {"share_5xx": 0.0}})
    due_now(cedar)
    watching.run(seller_id=cedar.pk)
    assert tracked(cedar).registered_at is not None


def test_a_number_that_the_provider_refuses_is_shown_with_its_words(sandbox_world, cedar, parcel):
    with scoping.scope(sellers=[cedar.pk]):
        Shipment.objects.update(tracking_number="840172639501")
    acts.change_settings(sandbox_world, {"tracking_adopts_unknown": False})
    sandbox_world.settings["tracking_quota"] = 0
    watching.run(seller_id=cedar.pk)
    row = tracked(cedar)
    assert row.registered_at is None
    assert "-180199" in row.refused_why


# --- pushes ---


def push(world, *, number: str = "JT840172639501") -> bytes:
    """What the provider would send about the number now."""
    registration = world.tracking.find("17track", number)
    data = world.tracking.seventeen_object(registration)
    return json.dumps({"event": "TRACKING_UPDATED", "data": data}).encode()


def sign(body: bytes, *, key: str = KEY) -> dict[str, str]:
    return {"HTTP_SIGN": hashlib.sha256(body + b"/" + key.encode()).hexdigest()}


def post(client, body: bytes, **headers: str):
    return client.post(URL, data=body, content_type="application/json", **headers)


def test_a_push_is_kept_and_then_handled(sandbox_world, cedar, parcel, client):
    watching.run(seller_id=cedar.pk)
    scan(sandbox_world, "pickup")
    body = push(sandbox_world)
    assert post(client, body, **sign(body)).status_code == 200
    with scoping.scope(sellers=[cedar.pk]):
        message = InboundMessage.objects.get()
        assert (message.source, message.topic, message.state) == ("tracking", "17track", "waiting")
    assert post(client, body, **sign(body)).status_code == 200  # pushes come twice
    inbox.handle_due(seller_id=cedar.pk)
    assert tracked(cedar).shipment.state == "in_transit"
    with scoping.scope(sellers=[cedar.pk]):
        assert InboundMessage.objects.get().times_received == 2
        assert TrackingEvent.objects.filter(status="picked_up").count() == 1


def test_a_bad_signature_is_refused_and_leaves_a_trace(sandbox_world, cedar, parcel, client):
    watching.run(seller_id=cedar.pk)
    body = push(sandbox_world)
    for headers in ({}, {"HTTP_SIGN": "0" * 64}, sign(body, key="other"), sign(body + b" ")):
        assert post(client, body, **headers).status_code == 401
    assert set(UnroutedMessage.objects.values_list("why", flat=True)) == {"signature does not fit"}
    with scoping.scope(sellers=[cedar.pk]):
        assert not InboundMessage.objects.exists()


@pytest.mark.parametrize("tag", ["", "999999.shp_x", "nobody", "-1.shp_x", "1" * 30])
def test_a_push_for_nobody_is_answered_and_traced(db, client, cedar, tag):
    body = json.dumps({"event": "TRACKING_UPDATED", "data": {"number": "JT1", "tag": tag}}).encode()
    assert post(client, body, **sign(body)).status_code == 200
    assert UnroutedMessage.objects.get().why == "no seller here has this parcel"


def test_what_is_no_push_is_refused(db, client):
    for body in (b"not json", b"[1]"):
        assert post(client, body, **sign(body)).status_code == 400
    assert post(client, b"x" * 1_000_001).status_code == 413
    assert client.get(URL).status_code == 405
    assert (
        client.post("/webhooks/tracking/aftership", data=b"{}", content_type="text/plain").status_code == 404
    )


def test_the_tag_of_another_seller_moves_nothing(sandbox_world, cedar, north, parcel, client):
    watching.run(seller_id=cedar.pk)
    scan(sandbox_world, "delivered")
    made = json.loads(push(sandbox_world))
    made["data"]["tag"] = f"{north.pk}.{parcel.public_id}"
    body = json.dumps(made).encode()
    assert post(client, body, **sign(body)).status_code == 200
    inbox.handle_due(seller_id=north.pk)
    assert tracked(cedar).shipment.state == "handed_over"
