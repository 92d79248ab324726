"""Practice data: a seller of its own beside the real one, for owners, loaded and removed in one step each."""

import pytest
from django.conf import settings
from django.test import Client

from catalog.models import Sku
from core import clock
from integrations import connections
from orders.models import Order, OrderState
from tenancy import scoping
from tenancy.actors import Actor
from tenancy.models import AuditEntry, Membership, Role, Seller, Shop, User
from tests import make
from tests.walls.sweeping import fingerprint
from warehouse.models import Reservation, StockLevel

HOME = "/s/cedar/"


def said(browser: Client, address: str = HOME) -> str:
    return browser.get(address).content.decode()


def load(browser: Client) -> Seller:
    assert browser.post(f"{HOME}practice/load/").headers["Location"] == "/s/cedar-practice/"
    return Seller.objects.get(slug="cedar-practice")


def test_an_owner_loads_it_and_finds_everything_there(browser, cedar, cedar_shop):
    assert "Load practice data" in said(browser)
    practice = load(browser)
    with scoping.scope(sellers=[practice.pk]):
        states = set(Order.objects.values_list("state", flat=True))
        assert states == {
            OrderState.APPROVED,
            OrderState.ON_HOLD,
            OrderState.COMPLETED,
            OrderState.CANCELLED,
        }
        assert Reservation.objects.exists()
        assert StockLevel.objects.filter(on_hand__gt=0).count() == Sku.objects.count()
        assert Shop.objects.get().platform_shop_id == ""
    assert "This is practice data" in said(browser, "/s/cedar-practice/")
    assert browser.get("/s/cedar-practice/orders/").status_code == 200


@pytest.mark.parametrize("where", ["cedar", "cedar-practice"])
def test_it_goes_in_one_step_and_nothing_else_does(browser, cedar, north, cedar_shop, where):
    with scoping.scope(sellers=[cedar.pk]):
        Sku.objects.create(seller_sku="OURS", name="Ours")
    theirs, ours = fingerprint(north), fingerprint(cedar)
    load(browser)
    answer = browser.post(f"/s/{where}/practice/remove/", follow=True)
    assert "The practice data is gone" in answer.content.decode()
    assert not Seller.objects.filter(slug="cedar-practice").exists()
    assert fingerprint(north) == theirs
    assert (fingerprint(cedar) == ours) is (where == "cedar-practice")  # else there is one word about it
    assert User.objects.filter(email="mai@cedar.example").exists()
    with scoping.scope(sellers=[cedar.pk]):
        assert AuditEntry.objects.filter(action="practice.removed").exists() is (where == "cedar")
        assert Sku.objects.get().seller_sku == "OURS"
    assert "Load practice data" in said(browser)
    load(browser)  # and again


def test_a_second_time_is_refused(browser, cedar):
    load(browser)
    assert browser.post(f"{HOME}practice/load/").status_code == 409
    assert "Load practice data" not in said(browser)
    assert "Remove practice data" in said(browser)


def test_there_is_nothing_to_remove(browser, cedar):
    assert browser.post(f"{HOME}practice/remove/").status_code == 409
    assert Seller.objects.filter(slug="cedar").exists()


@pytest.mark.parametrize("role", [Role.MANAGER, Role.VIEWER, Role.PACKER])
def test_only_an_owner_may(cedar, role):
    other = Client()
    other.force_login(make.make_member(seller=cedar, role=role, email="other@cedar.example"))
    assert "Load practice data" not in said(other)
    assert other.post(f"{HOME}practice/load/").status_code == 403
    assert not Seller.objects.filter(slug="cedar-practice").exists()


def test_another_owner_of_the_same_seller_does_not_take_it_away(browser, cedar):
    practice = load(browser)
    second = Client()
    second.force_login(make.make_member(seller=cedar, email="second@cedar.example"))
    assert second.post(f"{HOME}practice/remove/").status_code == 409
    assert Membership.objects.filter(seller=practice).count() == 1


def test_with_a_real_connection_it_is_not_offered(browser, cedar, sandbox_world, monkeypatch):
    code = sandbox_world.shop.auth.new_code("sb-cedar")
    actor = Actor(kind="user", label="Mai", id=1)
    connections.connect_shops(seller=cedar, auth_code=code, actor=actor, now=clock.now())
    assert "Load practice data" in said(browser)  # the sandbox is nothing real
    monkeypatch.setitem(settings.TIKTOK_SHOP, "app_key", "6realappkey")
    assert "Load practice data" not in said(browser)
    assert browser.post(f"{HOME}practice/load/").status_code == 409
