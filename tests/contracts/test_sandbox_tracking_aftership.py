"""The same parcels in AfterShip's shape: one tracking a call, pushes with an HMAC."""

import base64
import hashlib
import hmac
import json

import pytest

from sandbox.tracking.pushes import aftership_sign

KEY = {"as-api-key": "sandbox-aftership-key"}
BASE = "/tracking/2026-07/trackings"
NUMBER = "RB123456785GB"


@pytest.fixture
def inbox(world):
    """Takes what has been pushed since the last look: (address, headers, body)."""

    def take() -> list[tuple[str, dict, bytes]]:
        found = []
        world.deliverer.drain(lambda url, headers, body: found.append((url, headers, body)) or 200)
        return found

    return take


@pytest.fixture
def parcel(world):
    return world.carriers.create_parcel(
        NUMBER, "Royal Mail", origin="Leeds", destination="Bristol", ref="order-1"
    )


def create(http, **body) -> dict:
    answer = http.post(BASE, json=body, headers=KEY)
    assert answer.status_code == 201
    return answer.json()["data"]


def test_the_signature_of_the_published_vector():
    body = (
        b'{"event":"tracking_update","event_id":"00000000-0000-4000-8000-000000000001",'
        b'"msg":{"tracking_number":"RB123456785GB","tag":"InTransit"}}'
    )

    assert aftership_sign(body, "test-secret") == "X2pyK/2UnTxKnifQVPYgala2dCTdKC6SQapZVSP6R9g="


def test_a_tracking_is_created_and_read_as_the_parcel_stands(sandbox_http, world, parcel):
    made = create(sandbox_http, tracking_number=NUMBER, slug="royal-mail", order_id="order-1")
    assert (made["tag"], made["slug"], made["order_id"]) == ("InfoReceived", "royal-mail", "order-1")
    world.clock.advance(60)
    world.carriers.scan(NUMBER, "customs_delay")

    found = sandbox_http.get(f"{BASE}/{made['id']}", headers=KEY).json()["data"]

    assert (found["tag"], found["subtag"]) == ("Exception", "Exception_004")
    assert [point["raw_tag"] for point in found["checkpoints"]] == ["label", "customs_delay"]


def test_refusals_change_nothing(sandbox_http, world, parcel):
    assert sandbox_http.post(BASE, json={"tracking_number": NUMBER}).status_code == 401
    assert sandbox_http.post(BASE, json={"tracking_number": "?"}, headers=KEY).json()["meta"]["code"] == 4005
    assert (
        sandbox_http.post(BASE, json={"tracking_number": NUMBER, "slug": "nobody"}, headers=KEY).status_code
        == 400
    )
    assert sandbox_http.post(BASE, content=b"[", headers=KEY).status_code == 400
    assert sandbox_http.get(f"{BASE}/none", headers=KEY).status_code == 404
    assert world.tracking.registrations == {}

    create(sandbox_http, tracking_number=NUMBER)
    assert (
        sandbox_http.post(BASE, json={"tracking_number": NUMBER}, headers=KEY).json()["meta"]["code"] == 4003
    )


def test_lists_go_page_by_page_and_by_number(sandbox_http):
    numbers = [f"RB{index:09d}GB" for index in range(5)]
    for number in numbers:
        create(sandbox_http, tracking_number=number)

    first = sandbox_http.get(BASE, params={"limit": 3}, headers=KEY).json()["data"]
    rest = {"limit": 3, "cursor": first["pagination"]["next_cursor"]}
    second = sandbox_http.get(BASE, params=rest, headers=KEY).json()["data"]

    shown = [row["tracking_number"] for row in first["trackings"] + second["trackings"]]
    assert shown == numbers[::-1]
    assert second["pagination"] == {"total": 5, "has_next_page": False, "next_cursor": None}
    asked = sandbox_http.get(BASE, params={"tracking_numbers": ",".join(numbers[:2])}, headers=KEY).json()[
        "data"
    ]
    assert asked["pagination"]["total"] == 2
    assert sandbox_http.get(BASE, params={"limit": 999}, headers=KEY).status_code == 400
    assert sandbox_http.get(BASE, params={"cursor": "%%%"}, headers=KEY).status_code == 400


def test_pushes_carry_the_tracking_and_an_hmac(sandbox_http, world, parcel, inbox):
    target = {"url": "http://shop.test/aftership", "key": "hush", "provider": "aftership"}
    sandbox_http.post("/_sandbox/tracking/target", json=target)
    made = create(sandbox_http, tracking_number=NUMBER)
    world.carriers.scan(NUMBER, "pickup")
    world.carriers.scan(NUMBER, "transit")

    pushes = inbox()

    for _url, headers, body in pushes:
        expected = base64.b64encode(hmac.new(b"hush", body, hashlib.sha256).digest()).decode()
        assert headers["aftership-hmac-sha256"] == expected
    told = [json.loads(body) for _url, _headers, body in pushes]
    assert [push["msg"]["subtag"] for push in told] == ["InfoReceived_001", "InTransit_002", "InTransit_001"]
    assert [push["is_tracking_first_tag"] for push in told] == [True, True, False]
    assert len({push["event_id"] for push in told}) == 3
    assert {push["msg"]["id"] for push in told} == {made["id"]}


def test_completed_and_deleted_trackings_are_silent(sandbox_http, world, parcel, inbox):
    sandbox_http.post(
        "/_sandbox/tracking/target", json={"url": "http://shop.test/a", "provider": "aftership"}
    )
    made = create(sandbox_http, tracking_number=NUMBER)
    path = f"{BASE}/{made['id']}"
    assert (
        sandbox_http.post(f"{path}/mark-as-completed", json={"reason": "?"}, headers=KEY).status_code == 400
    )
    done = sandbox_http.post(f"{path}/mark-as-completed", json={"reason": "DELIVERED"}, headers=KEY).json()[
        "data"
    ]
    assert done["active"] is False
    inbox()
    world.carriers.scan(NUMBER, "pickup")
    assert inbox() == []

    assert sandbox_http.post(f"{path}/retrack", headers=KEY).json()["data"]["active"] is True
    assert sandbox_http.delete(path, headers=KEY).status_code == 200
    assert sandbox_http.get(path, headers=KEY).status_code == 404
