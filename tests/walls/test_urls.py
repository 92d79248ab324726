"""Every address, as nobody, as the owner, with another seller's ids and without an API key; what lies outside of sellers."""

from django.apps import apps
from django.test import Client

from tenancy import scoping
from tenancy.models import User
from tests import make
from tests.walls.sweeping import (
    ALL,
    METHODS,
    OF_API,
    OF_SELLERS,
    OPEN_TO_ALL,
    SELLER,
    ask,
    fingerprint,
    logged_in,
    sweep,
)

LOGIN_PAGES = (
    "login/",
    "logout/",
    "signup/",
    "inactive/",
    "password/",
    "confirm-email/",
    "email/",
    "reauthenticate/",
    "2fa/",
    "phone/",
)


def test_there_are_pages_to_sweep():
    assert len(OF_SELLERS) > 40
    assert len(OF_API) > 5


def test_every_page_of_a_seller_names_its_permission():
    assert [str(address) for address in OF_SELLERS if not address.permission] == []


def test_nobody_is_sent_to_the_login(goods):
    before = fingerprint(goods)
    assert sweep(Client(raise_request_exception=False), seller="cedar", allowed={302}, among=OF_SELLERS) == {}
    assert fingerprint(goods) == before


def test_an_owner_never_meets_a_fault(goods):
    """Every page with ids that do not exist: found, not found or refused, never a fault of ours."""
    client = logged_in(User.objects.get(email="boss@cedar.example"))
    faults = {}
    for address in OF_SELLERS:
        for method in METHODS:
            status = ask(client, address, method, "cedar")
            if status >= 500:
                faults[f"{method} {address}"] = status
    assert faults == {}


def test_the_ids_of_another_seller_lead_nowhere(goods, north):
    """North's owner, on north's own pages, with the ids of cedar's rows."""
    owner = make.make_member(seller=north, email="n@north.example")
    with scoping.scope(sellers=[goods.pk]):
        shop = apps.get_model("tenancy", "Shop").objects.get()
    member = goods.memberships.get()
    known = {"membership_id": member.pk, "slug": shop.slug, "shop_id": shop.pk}
    before = fingerprint(goods)
    client = logged_in(owner)
    named = [address for address in OF_SELLERS if len(address.converters) > 1]
    for address in named:
        for method in METHODS:
            assert ask(client, address, method, "north", known) < 500, str(address)
    assert fingerprint(goods) == before


def test_the_api_wants_a_key(goods):
    client = Client(raise_request_exception=False)
    before = fingerprint(goods)
    for method in ("get", "post", "put", "patch", "delete"):
        wrong = {str(a): s for a in OF_API if (s := ask(client, a, method, "")) != 401}
        assert wrong == {}
    assert fingerprint(goods) == before


def test_what_is_left_is_on_the_short_list(db):
    """Outside of sellers and the API: the doors, the console's own pages that ask for a login, Django's admin."""
    client = Client(raise_request_exception=False)
    rest = [
        address
        for address in ALL
        if not address.pattern.startswith((SELLER, "api/", "admin/", "^", *LOGIN_PAGES))
        and address.pattern not in OPEN_TO_ALL
    ]
    statuses = {str(address): ask(client, address, "get", "") for address in rest}
    assert set(statuses.values()) == {302}, statuses
