"""Connecting: to the consent page with a signed state, and back. Nothing that was not asked for here is taken."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from console import connecting
from core import clock
from integrations.models import Connection, ConnectionState, Provider
from tenancy import scoping
from tenancy.models import Role
from tests import make

SHOP_BACK = "/connect/tiktok-shop/callback"
ADS_BACK = "/connect/tiktok-ads/callback"
PAGE = "/s/cedar/settings/connections/"


def state_of(browser: Client, provider: str = "tiktok_shop") -> str:
    response = browser.post(f"{PAGE}connect/{provider}/")
    assert response.status_code == 302
    return parse_qs(urlsplit(response.headers["Location"]).query)["state"][0]


def stored(seller) -> list[Connection]:
    with scoping.scope(sellers=[seller.pk]):
        return list(Connection.objects.all())


def test_connect_goes_to_the_consent_page(browser):
    shop = urlsplit(browser.post(f"{PAGE}connect/tiktok_shop/").headers["Location"])
    assert shop.path == "/open/authorize"
    ads = urlsplit(browser.post(f"{PAGE}connect/tiktok_ads/").headers["Location"])
    assert ads.path == "/portal/auth"
    query = parse_qs(ads.query)
    assert query["app_id"] == ["sandbox-ads-app"]
    assert query["redirect_uri"] == ["http://localhost:8000/connect/tiktok-ads/callback"]


@pytest.mark.parametrize("state", ["", "rubbish", "eyJwIjoi:1:2"])
@pytest.mark.parametrize("back", [SHOP_BACK, ADS_BACK])
def test_an_unknown_state_connects_nothing(browser, cedar, back, state):
    response = browser.get(back, {"state": state, "code": "abc"})
    assert response.status_code == 400
    assert "does not belong to a connection that you started here" in response.content.decode()
    assert stored(cedar) == []


def test_a_changed_state_connects_nothing(browser, cedar):
    state = state_of(browser)
    assert browser.get(SHOP_BACK, {"state": f"x{state}", "code": "abc"}).status_code == 400
    assert browser.get(ADS_BACK, {"state": state, "auth_code": "abc"}).status_code == 400
    assert stored(cedar) == []


def test_a_state_of_somebody_else_connects_nothing(browser, cedar):
    state = state_of(browser)
    other = Client()
    other.force_login(make.make_member(seller=cedar, email="second@cedar.example"))
    assert other.get(SHOP_BACK, {"state": state, "code": "abc"}).status_code == 400
    assert stored(cedar) == []


def test_an_old_state_connects_nothing(browser, cedar, time_machine):
    state = state_of(browser)
    time_machine.move_to(clock.now() + timedelta(seconds=connecting.VALID_SECONDS + 5))
    assert connecting.asked(provider=Provider.TIKTOK_SHOP, state=state) is None


def test_a_role_lost_in_between_connects_nothing(browser, owner, cedar):
    state = state_of(browser)
    owner.memberships.update(role=Role.VIEWER)
    assert browser.get(SHOP_BACK, {"state": state, "code": "abc"}).status_code == 403
    owner.memberships.update(is_active=False)
    assert browser.get(SHOP_BACK, {"state": state, "code": "abc"}).status_code == 404
    assert stored(cedar) == []


def test_a_refusal_is_said(browser, cedar):
    response = browser.get(
        SHOP_BACK, {"state": state_of(browser), "code": "null", "error": "auth_denied"}, follow=True
    )
    assert "The authorization was not given" in response.content.decode()
    assert stored(cedar) == []


def test_a_wrong_code_is_said(browser, cedar, sandbox_world):
    response = browser.get(SHOP_BACK, {"state": state_of(browser), "code": "nonsense"}, follow=True)
    assert "did not accept this authorization" in response.content.decode()
    assert stored(cedar) == []


def test_a_shop_is_connected_and_disconnected(browser, cedar, sandbox_world):
    open_id = next(iter(sandbox_world.shop.sellers))
    code = sandbox_world.shop.auth.new_code(open_id)
    response = browser.get(SHOP_BACK, {"state": state_of(browser), "code": code}, follow=True)
    assert "Connected:" in response.content.decode()
    connection = stored(cedar)[0]
    assert (connection.provider, connection.state) == (Provider.TIKTOK_SHOP, ConnectionState.OK)
    gone = browser.post(f"{PAGE}{connection.pk}/disconnect/", follow=True)
    assert "Disconnected" in gone.content.decode()
    assert stored(cedar)[0].access_token == ""


def test_ad_accounts_are_connected(browser, cedar, sandbox_world):
    code = sandbox_world.ads.new_auth_code([next(iter(sandbox_world.ads.advertisers))])
    response = browser.get(
        ADS_BACK, {"state": state_of(browser, "tiktok_ads"), "auth_code": code}, follow=True
    )
    assert "Connected:" in response.content.decode()
    assert [row.provider for row in stored(cedar)] == [Provider.TIKTOK_ADS]


def test_a_foreign_connection_cannot_be_disconnected(browser, north, cedar):
    with scoping.scope(sellers=[north.pk]):
        theirs = Connection.objects.create(
            provider=Provider.TIKTOK_SHOP, external_id="x", access_token="secret", created_at=north.created_at
        )
    assert browser.post(f"{PAGE}{theirs.pk}/disconnect/").status_code == 404
    assert stored(north)[0].access_token == "secret"
