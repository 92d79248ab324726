"""Authorization: the consent page, codes used once, tokens that end, refresh, revocation."""

from urllib.parse import parse_qs, urlparse

import pytest

from tests.contracts.shop_client import exchange, refresh

DAY = 86_400
SHOPS = "/authorization/202309/shops"


def redirected(answer) -> tuple[str, dict]:
    assert answer.status_code == 302
    url = urlparse(answer.headers["location"])
    return f"{url.scheme}://{url.netloc}{url.path}", {
        name: values[0] for name, values in parse_qs(url.query).items()
    }


def test_the_consent_page_offers_the_sellers_and_sends_a_code_back(sandbox_http, world):
    world.settings["shop_redirect_uri"] = "http://shop.test/callback"
    shown = sandbox_http.get("/open/authorize", params={"service_id": "7", "state": "s&1"})
    assert all(name in shown.text for name in ("Cedar &amp; Sand", "Lumi Beauty", "Northside Goods"))

    agreed = sandbox_http.post("/open/authorize", params={"state": "s&1"}, data={"open_id": "sb-lumi"})

    target, query = redirected(agreed)
    assert (target, query["state"]) == ("http://shop.test/callback", "s&1")
    assert exchange(sandbox_http, query["code"])["data"]["open_id"] == "sb-lumi"


def test_a_refusal_says_so(sandbox_http):
    refused = sandbox_http.post("/open/authorize", params={"state": "x"}, data={"open_id": ""})

    assert redirected(refused)[1] == {"code": "null", "error": "auth_denied", "state": "x"}


def test_a_code_works_once(sandbox_http, control):
    code = control("shop/auth_codes", open_id="sb-cedar")["code"]

    first, second = exchange(sandbox_http, code), exchange(sandbox_http, code)

    assert (first["code"], second["code"]) == (0, 36004004)


def test_a_code_lives_half_an_hour(sandbox_http, control, world):
    code = control("shop/auth_codes", open_id="sb-cedar")["code"]
    world.clock.advance(30 * 60)

    assert exchange(sandbox_http, code)["code"] == 36004004


def test_ends_are_absolute_times(vietnam, world):
    now = int(world.clock.now())

    assert vietnam.tokens["access_token_expire_in"] == now + 7 * DAY
    assert vietnam.tokens["refresh_token_expire_in"] == now + 365 * DAY
    assert (vietnam.tokens["user_type"], vietnam.tokens["seller_base_region"]) == (0, "VN")


def test_an_access_token_ends_and_a_refresh_gives_a_new_pair(sandbox_http, vietnam, world):
    world.clock.advance(7 * DAY)
    assert vietnam.send("GET", SHOPS, shop=False).json()["code"] == 105002

    fresh = refresh(sandbox_http, vietnam.tokens["refresh_token"])["data"]

    vietnam.token = fresh["access_token"]
    assert vietnam.send("GET", SHOPS, shop=False).json()["code"] == 0
    assert fresh["refresh_token"] != vietnam.tokens["refresh_token"]
    # The end the seller agreed to does not move.
    assert fresh["refresh_token_expire_in"] == vietnam.tokens["refresh_token_expire_in"]


@pytest.mark.parametrize(("dies", "code"), [(True, 36004005), (False, 0)])
def test_whether_the_old_refresh_token_dies_is_a_switch(sandbox_http, vietnam, world, dies, code):
    world.settings["old_refresh_token_dies"] = dies
    refresh(sandbox_http, vietnam.tokens["refresh_token"])

    assert refresh(sandbox_http, vietnam.tokens["refresh_token"])["code"] == code


def test_a_refresh_token_ends_too(sandbox_http, vietnam, world):
    world.clock.advance(365 * DAY)

    assert refresh(sandbox_http, vietnam.tokens["refresh_token"])["code"] == 36004005


def test_a_wrong_secret_or_grant_type_gets_nothing(sandbox_http, control):
    code = control("shop/auth_codes", open_id="sb-cedar")["code"]
    query = {
        "app_key": "sandboxkey01",
        "app_secret": "no",
        "auth_code": code,
        "grant_type": "authorized_code",
    }
    right = {**query, "app_secret": "sandbox-secret-0001"}

    assert sandbox_http.get("/api/v2/token/get", params=query).json()["code"] == 36009004
    wrong_type = sandbox_http.get("/api/v2/token/get", params={**right, "grant_type": "authorization_code"})
    assert wrong_type.json()["code"] == 36009004
    assert sandbox_http.get("/api/v2/token/get", params=right).json()["code"] == 0


def test_revoking_ends_every_call_and_tells_the_app(sandbox_http, vietnam, control, world):
    control("webhooks/target", url="http://app.test/hook")
    control("shop/revoke", open_id="sb-cedar")

    assert vietnam.send("GET", SHOPS, shop=False).json()["code"] == 105001
    assert refresh(sandbox_http, vietnam.tokens["refresh_token"])["code"] == 36004005
    (entry,) = world.journal.find(kind="webhook_made")
    assert entry["type"] == "SELLER_DEAUTHORIZATION"


def test_the_end_of_an_authorization_is_announced_daily_for_thirty_days(vietnam, world):
    world.clock.advance(334 * DAY)
    world.step()
    assert world.journal.find(kind="webhook_made") == []

    for _ in range(3):
        world.clock.advance(DAY)
        world.step()
        world.step()

    told = world.journal.find(kind="webhook_made")
    assert [entry["type"] for entry in told] == ["UPCOMING_AUTHORIZATION_EXPIRATION"] * 3
    assert told[0]["data"]["expiration_time"] == str(vietnam.tokens["refresh_token_expire_in"])
