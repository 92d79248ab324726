"""The front door, a seller's home, an agency's portfolio."""

from datetime import timedelta

import pytest

from core import clock
from integrations.ports import PlatformDeadlines
from tenancy import scoping
from tenancy.models import AgencyGrant, Membership, Role, User
from tests import make, make_orders


def page(client, address: str, status: int = 200, **headers) -> str:
    response = client.get(address, headers=headers)
    assert response.status_code == status
    return response.content.decode()


def test_one_seller_opens_its_home(browser):
    assert browser.get("/").headers["Location"] == "/s/cedar/"


def test_an_agency_opens_its_portfolio(agent):
    assert agent.get("/").headers["Location"] == "/agency/"


def test_two_sellers_are_a_choice(browser, owner, north):
    Membership.objects.create(user=owner, seller=north, role=Role.VIEWER)
    text = page(browser, "/")
    assert "Cedar &amp; Sand" in text
    assert "Northside Goods" in text


def test_nobody_is_asked_to_log_in(client, cedar):
    assert client.get("/").headers["Location"] == "/login/?next=/"
    assert client.get("/s/cedar/?shop=a").headers["Location"] == "/login/?next=/s/cedar/%3Fshop%3Da"


def test_a_fragment_of_a_lost_session_reloads_as_a_whole(client, cedar):
    response = client.get("/s/cedar/", headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert response.headers["HX-Redirect"].startswith("/login/")


def test_home_lists_first_steps_and_counts(browser, cedar_shop):
    text = page(browser, "/s/cedar/")
    assert "1 of 7 done" in text
    assert "Overdue" in text
    assert "All quiet" in text


def test_home_refreshes_as_a_fragment(browser, cedar_shop):
    text = page(browser, "/s/cedar/", **{"HX-Request": "true"})
    assert text.lstrip().startswith('<div id="needs"')
    assert "<html" not in text


def test_home_is_the_same_number_of_queries_with_more_shops(
    browser, cedar, cedar_shop, django_assert_max_num_queries
):
    browser.get("/s/cedar/")
    with django_assert_max_num_queries(50):
        browser.get("/s/cedar/")


def test_the_portfolio_has_one_row_a_client(agent, agency):
    text = page(agent, "/agency/")
    assert text.index("Cedar &amp; Sand") > 0
    assert "Northside Goods" in text


def test_the_most_pressing_orders_of_all_clients_come_first(
    agent, agency, cedar, cedar_shop, north, north_shop
):
    now = clock.now()
    for shop, number, hours in (
        (cedar_shop, "576001", 9),
        (north_shop, "576002", 2),
        (cedar_shop, "576003", 5),
    ):
        with scoping.scope(sellers=[shop.seller_id]):
            make_orders.make_order(
                shop=shop,
                platform_order_id=number,
                now=now,
                deadlines=PlatformDeadlines(collect_by=now + timedelta(hours=hours)),
            )
    text = page(agent, "/agency/")
    assert text.index("576002") < text.index("576003") < text.index("576001")

    AgencyGrant.objects.filter(agency=agency, seller=north).update(revoked_at=now)

    assert "576002" not in page(agent, "/agency/")


@pytest.mark.parametrize("how", ["revoked", "expired", "closed"])
def test_a_grant_that_ended_shows_nothing(agent, agency, north, yesterday, how):
    grant = AgencyGrant.objects.get(agency=agency, seller=north)
    if how == "closed":
        north.is_active = False
        north.save()
    else:
        setattr(grant, "revoked_at" if how == "revoked" else "until_at", yesterday)
        grant.save()
    assert "Northside Goods" not in page(agent, "/agency/")
    assert agent.get("/s/north/").status_code == 404


def test_the_shop_filter_is_in_the_address(browser, cedar_shop, north_shop):
    assert "shop=cedar-vn" in page(browser, "/s/cedar/?shop=cedar-vn")
    page(browser, "/s/cedar/?shop=north-us", status=404)


def test_the_sidebar_follows_the_role(client, cedar):
    client.force_login(make.make_member(seller=cedar, role=Role.PICKER, email="p@cedar.example"))
    text = page(client, "/s/cedar/")
    assert "Members" not in text
    assert "Connections" not in text
    assert (
        page(client, "/s/cedar/settings/members/", status=403).count("Your role here does not include this")
        == 1
    )


def test_the_language_switch_is_kept_with_the_person(browser, owner, cedar_shop):
    response = browser.post("/language/", {"language": "zh-hans", "next": "/s/cedar/"})
    assert response.headers["Location"] == "/s/cedar/"
    assert User.objects.get(pk=owner.pk).language == "zh-hans"
    assert 'lang="zh-hans"' in page(browser, "/s/cedar/")


def test_the_language_switch_never_leads_away(browser):
    response = browser.post("/language/", {"language": "en", "next": "https://elsewhere.example/"})
    assert response.headers["Location"] == "/"


def test_trying_the_scanner_is_remembered(browser, owner):
    wrong = browser.post("/s/cedar/try-out/", {"code": "ABC"}, headers={"HX-Request": "true"})
    assert "Scanned “ABC”, expected “KUAIFA-TEST”" in wrong.content.decode()
    assert '"ok": false' in wrong.headers["HX-Trigger"]
    right = browser.post("/s/cedar/try-out/", {"code": "kuaifa-test"}, headers={"HX-Request": "true"})
    assert '"ok": true' in right.headers["HX-Trigger"]
    assert "scanner" in User.objects.get(pk=owner.pk).preferences["tested"]
