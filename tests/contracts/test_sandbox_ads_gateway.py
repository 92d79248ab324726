"""The ad platform's front door: paths, envelope, tokens, scopes, limits and faults as published."""

from collections import Counter
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.contracts.ads_client import APP, BASE, AdsClient

CALLBACK = "http://127.0.0.1:8000/connect/tiktok-ads/callback"
PORTAL = {"app_id": APP["app_id"], "state": "st-1", "redirect_uri": CALLBACK}


class Seconds:
    """Stands in for the running time that rate limits are counted by."""

    def __init__(self) -> None:
        self.at = 1_200.0

    def advance(self, seconds: float) -> None:
        self.at += seconds


@pytest.fixture
def frozen_steady(world) -> Seconds:
    seconds = Seconds()
    world.clock.steady = lambda: seconds.at
    return seconds


@pytest.fixture
def client(sandbox_http, world) -> AdsClient:
    return AdsClient(sandbox_http, world)


@pytest.mark.parametrize(
    "path", ["campaign/get", "campaign/unknown/", "campaign/status/update/", "../v1.2/campaign/get/"]
)
def test_a_path_without_its_slash_or_unknown_is_404(client, path):
    assert client.http.get(BASE + path, headers=client.headers).status_code == 404


def test_the_envelope_has_a_request_id_of_its_own(client):
    first, second = client.get("campaign/get/"), client.get("campaign/get/")

    assert set(first) == {"code", "message", "request_id", "data"}
    assert first["request_id"] != second["request_id"]
    assert all(isinstance(row["campaign_id"], str) for row in first["data"]["list"])


def test_no_token_wrong_token_revoked_token(client, sandbox_http):
    path, params = f"{BASE}campaign/get/", {"advertiser_id": client.advertiser_id}
    without = sandbox_http.get(path, params=params)
    assert (without.status_code, without.json()["code"]) == (200, 40104)
    as_bearer = sandbox_http.get(
        path, params=params, headers={"Authorization": client.headers["Access-Token"]}
    )
    assert as_bearer.json()["code"] == 40104
    assert sandbox_http.get(path, params=params, headers={"Access-Token": "x"}).json()["code"] == 40105

    revoke = {"access_token": client.headers["Access-Token"]}
    assert sandbox_http.post(f"{BASE}oauth2/revoke_token/", json=APP | revoke).json()["code"] == 0
    assert client.get("campaign/get/")["code"] == 40105


def test_a_token_opens_its_own_advertisers_only(client, world):
    foreign = next(row.id for row in world.ads.advertisers.values() if row.open_id == "sb-north")

    assert client.get("campaign/get/", advertiser_id=foreign)["code"] == 40001
    assert client.get("campaign/get/", advertiser_id="123")["code"] == 40300
    assert client.get("campaign/get/", advertiser_id=None)["code"] == 40002
    campaign = next(row for row in world.ads.campaigns.values() if row.advertiser_id == foreign)
    answer = client.post("campaign/status/update/", campaign_ids=[campaign.id], operation_status="DISABLE")
    assert answer["code"] == 40301
    assert campaign.operation_status == "ENABLE"


def test_a_narrower_grant_refuses_what_was_not_given(sandbox_http, world):
    reader = AdsClient(sandbox_http, world, scope=[1, 4])

    assert reader.get("oauth2/advertiser/get/", **APP)["code"] == 0
    assert reader.get("campaign/get/")["code"] == 40001


def test_an_auth_code_works_once_and_for_an_hour(sandbox_http, world):
    path, code = f"{BASE}oauth2/access_token/", world.ads.new_auth_code(open_id="sb-lumi")
    found = sandbox_http.post(path, json=APP | {"auth_code": code}).json()["data"]
    assert len(found["advertiser_ids"]) == 3
    assert all(isinstance(number, int) for number in found["scope"])
    assert sandbox_http.post(path, json=APP | {"auth_code": code}).json()["code"] == 40110

    late = world.ads.new_auth_code(open_id="sb-lumi")
    world.clock.advance(3_601)
    assert sandbox_http.post(path, json=APP | {"auth_code": late}).json()["code"] == 40115
    wrong = {**APP, "secret": "guess", "auth_code": world.ads.new_auth_code()}
    assert sandbox_http.post(path, json=wrong).json()["code"] == 40002


def test_the_consent_page_sends_back_a_code_and_the_state(sandbox_http, world):
    page = sandbox_http.get("/portal/auth", params=PORTAL)
    assert page.status_code == 200
    assert "Cedar &amp; Sand Vietnam Ads" in page.text

    chosen = next(iter(world.ads.advertisers))
    form = {"advertiser_id": chosen, "choice": "allow"}
    back = sandbox_http.post("/portal/auth", params=PORTAL, data=form, follow_redirects=False)
    query = parse_qs(urlsplit(back.headers["location"]).query)
    assert back.status_code == 302
    assert back.headers["location"].startswith(CALLBACK)
    assert query["state"] == ["st-1"]
    exchange = APP | {"auth_code": query["auth_code"][0]}
    assert sandbox_http.post(f"{BASE}oauth2/access_token/", json=exchange).json()["data"][
        "advertiser_ids"
    ] == [chosen]


def test_the_consent_page_refuses_strangers_and_takes_a_no(sandbox_http):
    assert sandbox_http.get("/portal/auth", params=PORTAL | {"app_id": "x"}).status_code == 400
    elsewhere = PORTAL | {"redirect_uri": "http://evil.test/steal"}
    assert sandbox_http.get("/portal/auth", params=elsewhere).status_code == 400
    refused = sandbox_http.post(
        "/portal/auth", params=PORTAL, data={"choice": "refuse"}, follow_redirects=False
    )
    query = parse_qs(urlsplit(refused.headers["location"]).query)
    assert query == {"state": ["st-1"], "error": ["access_denied"]}


@pytest.mark.parametrize(
    "params",
    [
        {"filtering": "{broken"},
        {"filtering": ["not", "an", "object"]},
        {"page_size": 0},
        {"page_size": 1001},
        {"page": 0},
        {"page": "one"},
        {"filtering": {"campaign_ids": [str(n) for n in range(101)]}},
        {"filtering": {"campaign_ids": [1]}},
        {"fields": ["no_such_field"]},
        {"filtering": {"primary_status": "ON"}},
        {"filtering": {"secondary_status": "CAMPAIGN_STATUS_PRODUCT_UNAVAILABLE"}},
    ],
)
def test_bad_parameters_are_40002_with_http_200(client, params):
    assert client.get("campaign/get/", **params)["code"] == 40002


def test_bodies_must_be_json_objects(client, sandbox_http):
    path = f"{BASE}campaign/status/update/"
    assert sandbox_http.post(path, content=b"{}", headers=client.headers).json()["code"] == 40002
    as_json = client.headers | {"Content-Type": "application/json"}
    assert sandbox_http.post(path, content=b"[1]", headers=as_json).json()["code"] == 40002
    assert sandbox_http.post(path, content=b"{", headers=as_json).json()["code"] == 40002


def test_the_eleventh_call_of_a_second_is_refused_without_any_header(client, world, frozen_steady):
    answers = [client.get("campaign/get/")["code"] for _ in range(12)]
    assert Counter(answers) == {0: 10, 40100: 2}

    frozen_steady.advance(1)
    assert client.get("campaign/get/")["code"] == 0


def test_a_spent_minute_closes_for_five(client, world, frozen_steady):
    world.settings["ads_rate_level"] = "test_host"
    codes = []
    for _ in range(32):
        codes.append(client.get("campaign/get/")["code"])
        frozen_steady.advance(1)
    assert codes[:30] == [0] * 30
    assert codes[30:] == [40100, 40100]
    assert client.get("adgroup/get/")["code"] == 0

    frozen_steady.advance(200)
    assert client.get("campaign/get/")["code"] == 40100
    frozen_steady.advance(100)
    assert client.get("campaign/get/")["code"] == 0


def test_one_advertiser_has_its_own_share(client, sandbox_http, world, frozen_steady):
    world.settings["ads_advertiser_qps"] = 2
    other = AdsClient(sandbox_http, world, open_id="sb-north")

    assert [client.get("campaign/get/")["code"] for _ in range(3)] == [0, 0, 40133]
    assert other.get("campaign/get/")["code"] == 0


@pytest.mark.parametrize("code", [40202, 50002, 51010, 60001])
def test_codes_on_request_do_nothing(client, world, code):
    world.settings["ads_fault_codes"] = {str(code): 1.0}
    campaign = client.named("campaigns", "Hero product · GMV Max")

    answer = client.post("campaign/status/update/", campaign_ids=[campaign.id], operation_status="DISABLE")

    assert answer["code"] == code
    assert campaign.operation_status == "ENABLE"


def test_a_time_out_after_the_effect_leaves_the_write_done(client, world):
    world.faults.set({"ads": {"share_timeout_after": 1}})
    campaign = client.named("campaigns", "Hero product · GMV Max")

    with pytest.raises(httpx.ReadTimeout):
        client.post("campaign/status/update/", campaign_ids=[campaign.id], operation_status="DISABLE")

    world.faults.clear()
    assert client.one("campaign", campaign.id)["operation_status"] == "DISABLE"
    assert world.ads.dump()["writes"][0]["is_answered"] is False


def test_breakdowns_on_request_do_nothing(client, world):
    world.faults.set({"ads": {"share_5xx": 1}})
    campaign = client.named("campaigns", "Hero product · GMV Max")
    body = {
        "advertiser_id": client.advertiser_id,
        "campaign_ids": [campaign.id],
        "operation_status": "DISABLE",
    }
    answers = [
        client.http.post(f"{BASE}campaign/status/update/", json=body, headers=client.headers)
        for _ in range(20)
    ]

    codes = {answer.json()["code"] if answer.status_code == 200 else answer.status_code for answer in answers}
    assert codes == {502, 50002, 51010}
    assert campaign.operation_status == "ENABLE"


def test_limits_on_request_answer_in_this_platforms_manner(client, world):
    world.faults.set({"ads": {"share_429": 1}})

    assert client.get("campaign/get/")["code"] == 40100


def test_a_token_that_runs_out_stays_dead(client, world):
    world.faults.set({"ads": {"expire_tokens": 1}})
    assert client.get("campaign/get/")["code"] == 40102
    world.faults.set({"ads": {}})
    assert client.get("campaign/get/")["code"] == 40102


def test_the_dump_tells_every_write_with_what_it_changed(client, world):
    campaign = client.named("campaigns", "Hero product · GMV Max")
    client.post("campaign/status/update/", campaign_ids=[campaign.id], operation_status="DISABLE")
    client.post("campaign/status/update/", campaign_ids=["9"], operation_status="DISABLE")
    client.get("campaign/get/")

    found = world.ads.dump()

    first, second = found["writes"]
    assert (first["path"], first["code"], first["is_answered"]) == ("campaign/status/update/", 0, True)
    change = {
        "object": "campaign",
        "id": campaign.id,
        "field": "operation_status",
        "old": "ENABLE",
        "new": "DISABLE",
    }
    assert first["changed"] == [change]
    assert (second["code"], second["changed"]) == (40007, [])
    assert found["requests"]["campaign/status/update/"] == 2
    assert found["requests"]["campaign/get/"] == 1


def test_a_restart_keeps_tokens_and_states_and_a_reset_keeps_tokens(client, world):
    campaign = client.named("campaigns", "Hero product · GMV Max")
    client.post("campaign/status/update/", campaign_ids=[campaign.id], operation_status="DISABLE")
    before = world.ads.dump()
    world.restore(world.snapshot())
    assert world.ads.dump() == before
    assert client.one("campaign", campaign.id)["operation_status"] == "DISABLE"

    world.reset()
    assert client.one("campaign", campaign.id)["operation_status"] == "ENABLE"
