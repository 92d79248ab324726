"""The tracking provider in 17TRACK's shape: numbers accepted and rejected one by one, parcels told as they stand."""

import hashlib
import json

import httpx
import pytest

from sandbox.tracking.pushes import seventeen_sign

KEY = {"17token": "sandbox-17track-key"}
NUMBER = "RB123456785GB"


@pytest.fixture
def inbox(world):
    """Takes what has been pushed since the last look: (address, headers, body)."""

    def take() -> list[tuple[str, dict, bytes]]:
        found = []
        world.deliverer.drain(lambda url, headers, body: found.append((url, headers, body)) or 200)
        return found

    return take


def call(http, name: str, *rows: dict, headers: dict | None = None):
    return http.post(f"/track/v2.2/{name}", json=list(rows), headers=KEY if headers is None else headers)


def data(http, name: str, *rows: dict) -> dict:
    answer = call(http, name, *rows).json()
    assert answer["code"] == 0
    return answer["data"]


def status(http, number: str = NUMBER) -> tuple[str, str]:
    latest = data(http, "gettrackinfo", {"number": number})["accepted"][0]["track_info"]["latest_status"]
    return latest["status"], latest["sub_status"]


@pytest.fixture
def parcel(world):
    return world.carriers.create_parcel(
        NUMBER, "Royal Mail", origin="Leeds", destination="Bristol", ref="order-1"
    )


def test_the_signature_of_the_published_vector():
    body = b'{"event":"TRACKING_UPDATED","data":{"number":"RB123456785GB","carrier":3011}}'

    assert (
        seventeen_sign(body, "test-key") == "a938f424f007278a2e020e37b274cfa531516a76caee53668fec59ea386ac959"
    )


def test_registering_accepts_and_rejects_number_by_number(sandbox_http, parcel):
    rows = [
        {"number": NUMBER, "carrier": 20101, "tag": "t-1"},
        {"number": "LX000000005CN", "carrier": 3011},
        {"number": "?!"},
        {"number": "RB123456785GB", "carrier": 20101},
        {"number": "SOMETHINGELSE"},
        {"number": "LX000000005CX", "carrier": "3011"},
    ]
    found = data(sandbox_http, "register", *rows)

    assert found["accepted"] == [
        {"origin": 1, "number": NUMBER, "carrier": 20101},
        {"origin": 1, "number": "LX000000005CN", "carrier": 3011},
    ]
    assert [row["number"] for row in found["rejected"]] == ["?!", NUMBER, "SOMETHINGELSE", "LX000000005CX"]
    assert all(row["error"]["code"] < 0 and row["error"]["message"] for row in found["rejected"])


def test_a_carrier_left_out_is_detected(sandbox_http, parcel, world):
    world.carriers.create_parcel("KX-1234567", "J&T Express")
    rows = [{"number": number} for number in (NUMBER, "LX000000005CN", "1Z999AA10123456784", "KX-1234567")]

    accepted = data(sandbox_http, "register", *rows)["accepted"]

    assert [row["carrier"] for row in accepted] == [20101, 3011, 100102, 100104]
    assert {row["origin"] for row in accepted} == {2}


def test_a_parcel_is_told_as_its_carrier_scanned_it(sandbox_http, world, parcel):
    data(sandbox_http, "register", {"number": NUMBER, "tag": "shop-7", "param": "GB"})
    world.clock.advance(600)
    world.carriers.scan(NUMBER, "pickup", place="Leeds depot")

    found = data(sandbox_http, "gettrackinfo", {"number": NUMBER})["accepted"][0]

    assert (found["number"], found["carrier"], found["tag"], found["param"]) == (
        NUMBER,
        20101,
        "shop-7",
        "GB",
    )
    info = found["track_info"]
    assert info["latest_status"]["sub_status"] == "InTransit_PickedUp"
    assert info["latest_event"]["time_utc"] == "2026-11-23T08:10:00Z"
    assert info["latest_event"]["location"] == "Leeds depot"
    events = info["tracking"]["providers"][0]["events"]
    assert [event["sub_status"] for event in events] == ["InTransit_PickedUp", "InfoReceived"]
    picked_up = next(row for row in info["milestone"] if row["key_stage"] == "PickedUp")
    assert picked_up["time_utc"] == "2026-11-23T08:10:00Z"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("label", ("InfoReceived", "InfoReceived")),
        ("transit", ("InTransit", "InTransit_Departure")),
        ("customs_delay", ("InTransit", "InTransit_CustomsRequiringInformation")),
        ("arrival", ("InTransit", "InTransit_Arrival")),
        ("out_for_delivery", ("OutForDelivery", "OutForDelivery_Other")),
        ("ready_for_pickup", ("AvailableForPickup", "AvailableForPickup_Other")),
        ("attempt_failed", ("DeliveryFailure", "DeliveryFailure_NoBody")),
        ("address", ("DeliveryFailure", "DeliveryFailure_InvalidAddress")),
        ("refused", ("DeliveryFailure", "DeliveryFailure_Rejected")),
        ("delivered", ("Delivered", "Delivered_Other")),
        ("damaged", ("Exception", "Exception_Damage")),
        ("lost", ("Exception", "Exception_Lost")),
        ("delayed", ("Exception", "Exception_Delayed")),
        ("held_payment", ("Exception", "Exception_Security")),
        ("returning", ("Exception", "Exception_Returning")),
        ("returned", ("Exception", "Exception_Returned")),
        ("destroyed", ("Exception", "Exception_Destroyed")),
        ("cancelled", ("Exception", "Exception_Cancel")),
    ],
)
def test_every_kind_of_scan_has_its_status(sandbox_http, world, parcel, kind, expected):
    data(sandbox_http, "register", {"number": NUMBER})
    world.clock.advance(60)
    world.carriers.scan(NUMBER, kind)

    assert status(sandbox_http) == expected


def test_an_unknown_number_is_not_found_and_expires_after_thirty_days(sandbox_http, world):
    world.settings["tracking_adopts_unknown"] = False
    data(sandbox_http, "register", {"number": NUMBER})
    assert status(sandbox_http) == ("NotFound", "NotFound_Other")

    world.clock.advance(31 * 86_400)
    assert status(sandbox_http)[0] == "Expired"
    assert world.carriers.find(NUMBER) is None


def test_a_number_typed_by_hand_gets_a_parcel_that_moves(sandbox_http, world):
    data(sandbox_http, "register", {"number": NUMBER, "tag": "hand"})

    assert world.carriers.find(NUMBER).ref == "hand"
    assert status(sandbox_http) == ("InfoReceived", "InfoReceived")


def test_only_what_is_registered_is_told(sandbox_http, parcel):
    found = data(sandbox_http, "gettrackinfo", {"number": NUMBER})

    assert found["accepted"] == []
    assert found["rejected"][0]["number"] == NUMBER


def test_stop_retrack_once_and_delete(sandbox_http, world, parcel):
    row = {"number": NUMBER, "carrier": 20101}
    data(sandbox_http, "register", row)
    assert data(sandbox_http, "retrack", row)["accepted"] == []
    assert data(sandbox_http, "stoptrack", row)["accepted"] == [row]
    assert data(sandbox_http, "stoptrack", row)["accepted"] == []
    assert data(sandbox_http, "retrack", row)["accepted"] == [row]
    data(sandbox_http, "stoptrack", row)
    assert data(sandbox_http, "retrack", row)["accepted"] == []
    assert data(sandbox_http, "deletetrack", row)["accepted"] == [row]
    assert data(sandbox_http, "gettrackinfo", row)["accepted"] == []


def test_the_quota_counts_registrations_and_runs_out(sandbox_http, world, parcel):
    world.settings["tracking_quota"] = 1
    data(sandbox_http, "register", {"number": NUMBER})
    assert data(sandbox_http, "getquota") == {"quota_total": 1, "quota_used": 1, "quota_remain": 0}

    refused = data(sandbox_http, "register", {"number": "LX000000005CN"})
    assert refused["accepted"] == []
    assert "quota" in refused["rejected"][0]["error"]["message"]


def test_wrong_key_disabled_account_and_bad_bodies(sandbox_http, world):
    refused = call(sandbox_http, "register", {"number": NUMBER}, headers={"17token": "guess"})
    assert (refused.status_code, refused.json()["code"]) == (401, -18010002)
    assert call(sandbox_http, "register", {"number": NUMBER}, headers={}).status_code == 401
    assert call(sandbox_http, "register", *[{"number": NUMBER}] * 41).json()["code"] != 0
    assert call(sandbox_http, "register").json()["code"] != 0
    assert sandbox_http.post("/track/v2.2/register", content=b"{", headers=KEY).json()["code"] != 0
    assert sandbox_http.post("/track/v2.2/register", json={"number": NUMBER}, headers=KEY).json()["code"] != 0

    world.settings["tracking_disabled"] = True
    assert call(sandbox_http, "register", {"number": NUMBER}).json()["code"] == -18010004
    assert world.tracking.registrations == {}


def test_forty_numbers_pass_in_one_call(sandbox_http):
    rows = [{"number": f"RB{index:09d}GB"} for index in range(40)]

    assert len(data(sandbox_http, "register", *rows)["accepted"]) == 40


def test_too_many_calls_a_second_are_refused(sandbox_http, world, parcel):
    world.settings["tracking_qps"] = 0.5
    statuses = [call(sandbox_http, "getquota").status_code for _ in range(7)]

    assert statuses[:5] == [200] * 5
    assert statuses[-1] == 429


def test_a_time_out_after_the_effect_leaves_the_number_registered(sandbox_http, world, parcel):
    world.faults.set({"tracking": {"share_timeout_after": 1}})
    with pytest.raises(httpx.ReadTimeout):
        call(sandbox_http, "register", {"number": NUMBER})
    world.faults.set({"tracking": {"share_5xx": 1}})
    assert call(sandbox_http, "gettrackinfo", {"number": NUMBER}).status_code == 503

    world.faults.clear()
    assert status(sandbox_http) == ("InfoReceived", "InfoReceived")
    assert len(data(sandbox_http, "register", {"number": NUMBER})["rejected"]) == 1


def test_pushes_are_signed_and_carry_the_tag(sandbox_http, world, parcel, inbox):
    sandbox_http.post("/_sandbox/tracking/target", json={"url": "http://shop.test/hook", "key": "push-key"})
    data(sandbox_http, "register", {"number": NUMBER, "tag": "order-1"})
    world.carriers.scan(NUMBER, "pickup")
    data(sandbox_http, "stoptrack", {"number": NUMBER})
    world.carriers.scan(NUMBER, "delivered")

    pushes = inbox()

    assert [url for url, _headers, _body in pushes] == ["http://shop.test/hook"] * 3
    for _url, headers, body in pushes:
        assert headers["sign"] == hashlib.sha256(body + b"/push-key").hexdigest()
    told = [json.loads(body) for _url, _headers, body in pushes]
    assert [push["event"] for push in told] == ["TRACKING_UPDATED", "TRACKING_UPDATED", "TRACKING_STOPPED"]
    assert {push["data"]["tag"] for push in told} == {"order-1"}
    assert told[1]["data"]["track_info"]["latest_status"]["sub_status"] == "InTransit_PickedUp"
    assert "track_info" not in told[2]["data"]


def test_pushes_can_be_doubled_and_dropped(sandbox_http, world, parcel, inbox):
    sandbox_http.post("/_sandbox/tracking/target", json={"url": "http://shop.test/hook"})
    data(sandbox_http, "register", {"number": NUMBER})
    inbox()
    world.faults.set({"webhooks": {"doubled": 1}})
    world.carriers.scan(NUMBER, "pickup")
    first, second = inbox()
    assert first == second

    world.faults.set({"webhooks": {"dropped": 1}})
    world.carriers.scan(NUMBER, "transit")
    assert inbox() == []


def test_a_late_push_tells_what_was_true_then(sandbox_http, world, parcel, inbox):
    sandbox_http.post("/_sandbox/tracking/target", json={"url": "http://shop.test/hook"})
    data(sandbox_http, "register", {"number": NUMBER})
    inbox()
    world.faults.set({"webhooks": {"delayed_s": 30}})
    world.carriers.scan(NUMBER, "pickup")
    world.faults.set({"webhooks": {}})
    world.clock.advance(10)
    world.carriers.scan(NUMBER, "transit")
    early = inbox()
    world.clock.advance(30)
    late = inbox()

    told = [
        json.loads(body)["data"]["track_info"]["latest_status"]["sub_status"] for _, _, body in early + late
    ]
    assert told == ["InTransit_Departure", "InTransit_PickedUp"]


def test_a_push_can_be_told_again(sandbox_http, world, parcel, inbox):
    sandbox_http.post("/_sandbox/tracking/target", json={"url": "http://shop.test/hook"})
    data(sandbox_http, "register", {"number": NUMBER})
    inbox()

    assert sandbox_http.post(f"/_sandbox/tracking/push/{NUMBER}").json() == {"pushed": 1}
    assert len(inbox()) == 1
    assert sandbox_http.post("/_sandbox/tracking/push/NOBODY").status_code == 404


def test_a_target_without_an_address_is_refused(sandbox_http, world):
    assert sandbox_http.post("/_sandbox/tracking/target", json={"key": "k"}).status_code == 400
    assert (
        sandbox_http.post(
            "/_sandbox/tracking/target", json={"url": "http://x", "provider": "dhl"}
        ).status_code
        == 400
    )
    assert sandbox_http.post("/_sandbox/tracking/target", content=b"x").status_code == 400
    assert world.tracking.pushes.targets == {}


def test_a_restart_keeps_registrations_and_targets(sandbox_http, world, parcel):
    sandbox_http.post("/_sandbox/tracking/target", json={"url": "http://shop.test/hook"})
    data(sandbox_http, "register", {"number": NUMBER, "tag": "order-1"})
    before = world.tracking.dump()

    world.restore(world.snapshot())

    assert world.tracking.dump() == before
    assert status(sandbox_http) == ("InfoReceived", "InfoReceived")
