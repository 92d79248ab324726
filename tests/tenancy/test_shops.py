"""Shops: added for files, changed with a trace."""

from datetime import date

import pytest
from django.test import Client

from tenancy import scoping
from tenancy.models import AuditEntry, Role, Shop
from tests import make

PAGE = "/s/cedar/settings/shops/"
SETTINGS = {
    "name": "Cedar VN",
    "color": "teal",
    "time_zone": "Asia/Ho_Chi_Minh",
    "promise_hours": 24,
    "peak_promise_hours": 36,
}


@pytest.fixture
def browser(cedar) -> Client:
    client = Client()
    client.force_login(make.make_member(seller=cedar))
    return client


def shops_of(seller) -> list[Shop]:
    with scoping.scope(sellers=[seller.pk]):
        return list(Shop.objects.order_by("pk"))


def test_a_shop_for_files_gets_its_market(browser, cedar):
    browser.post(f"{PAGE}add/", {"name": "雪松 Cedar", "region": "TH"})
    shop = shops_of(cedar)[0]
    assert (shop.slug, shop.currency, shop.time_zone) == ("cedar-th", "THB", "Asia/Bangkok")


def test_a_second_shop_of_that_name_gets_a_number(browser, cedar):
    for _time in range(2):
        browser.post(f"{PAGE}add/", {"name": "Cedar", "region": "TH"})
    assert [shop.slug for shop in shops_of(cedar)] == ["cedar-th", "cedar-th-2"]
    assert len({shop.color for shop in shops_of(cedar)}) == 2


def test_changes_are_kept_with_what_was_before(browser, cedar, cedar_shop):
    days = {"peak_from_on": "2026-11-20", "peak_until_on": "2026-11-30"}
    browser.post(f"{PAGE}cedar-vn/", SETTINGS | days)
    shop = shops_of(cedar)[0]
    assert (shop.promise_hours, shop.color, shop.peak_from_on) == (24, "teal", date(2026, 11, 20))
    with scoping.scope(sellers=[cedar.pk]):
        assert AuditEntry.objects.get().detail["promise_hours"] == ["48", "24"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"peak_from_on": "2026-11-20"},
        {"peak_from_on": "2026-11-20", "peak_until_on": "2026-11-10"},
        {"promise_hours": 0},
        {"time_zone": "Mars/North"},
    ],
)
def test_what_does_not_fit_changes_nothing(browser, cedar, cedar_shop, wrong):
    assert browser.post(f"{PAGE}cedar-vn/", SETTINGS | wrong).status_code == 422
    shop = shops_of(cedar)[0]
    assert (shop.name, shop.promise_hours) == ("Cedar & Sand VN", 48)


def test_a_foreign_shop_is_not_there(browser, north_shop):
    assert browser.post(f"{PAGE}north-us/", SETTINGS).status_code == 404


def test_a_member_with_a_limit_sees_their_shops_alone(client, cedar, cedar_shop):
    make.make_shop(seller=cedar, slug="cedar-th", region="TH", platform_shop_id="2")
    client.force_login(
        make.make_member(seller=cedar, role=Role.MANAGER, shops=[cedar_shop.pk], email="m@cedar.example")
    )
    text = client.get(PAGE).content.decode()
    assert "Cedar &amp; Sand VN" in text
    assert "Cedar &amp; Sand TH" not in text
