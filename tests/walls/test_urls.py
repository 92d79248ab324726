"""Every address, as everybody who must not: nobody, another seller's person, a revoked agency, a viewer.

The list comes from the resolver, so a new page is swept without being named here.
"""

import hashlib
import uuid
from dataclasses import dataclass

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, UUIDConverter

from core import clock
from tenancy import scoping
from tenancy.access import ROLE_PERMISSIONS
from tenancy.models import Agency, AgencyGrant, AgencyMember, Role, User
from tenancy.scoping import SellerOwned
from tests import make

METHODS = ("get", "post")
SELLER = "s/<slug:seller>/"
# Addresses outside of a seller that answer to people without a login, and what they are.
OPEN_TO_ALL = {
    "healthz",
    "readyz",
    "metrics",
    "webhooks/tiktok-shop",
    "webhooks/tracking/<str:provider>",
    "api/v1/schema/",
    "api/v1/docs/",
    "language/",
}
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


@dataclass(frozen=True)
class Address:
    """One pattern of the resolver, and the view behind it."""

    pattern: str
    converters: tuple[tuple[str, str], ...]
    permission: str
    view: object

    def url(self, *, seller: str = "", known: dict[str, object] | None = None) -> str:
        url = self.pattern
        for name, kind in self.converters:
            sample = {"int": 987654321, "uuid": uuid.UUID(int=1)}.get(kind, "x")
            value = seller if name == "seller" else (known or {}).get(name, sample)
            start = url.index("<")
            end = url.index(">", start)
            url = f"{url[:start]}{value}{url[end + 1 :]}"
        return f"/{url}"

    def __str__(self) -> str:
        return self.pattern


def addresses() -> list[Address]:
    return list(_walk(get_resolver().url_patterns, "", ()))


def _walk(patterns, prefix: str, converters: tuple) -> list[Address]:
    found = []
    for item in patterns:
        kinds = tuple((name, _kind(converter)) for name, converter in item.pattern.converters.items())
        route = prefix + str(item.pattern)
        if isinstance(item, URLResolver):
            found += _walk(item.url_patterns, route, converters + kinds)
        elif isinstance(item, URLPattern):
            found.append(
                Address(route, converters + kinds, getattr(item.callback, "permission", ""), item.callback)
            )
    return found


def _kind(converter: object) -> str:
    if isinstance(converter, IntConverter):
        return "int"
    return "uuid" if isinstance(converter, UUIDConverter) else "text"


ALL = addresses()
OF_SELLERS = [address for address in ALL if address.pattern.startswith(SELLER)]
OF_API = [
    address for address in ALL if address.pattern.startswith("api/v1/") and address.pattern not in OPEN_TO_ALL
]


def fingerprint(*sellers) -> str:
    """Everything that these sellers own, as one hash."""
    whole = hashlib.sha256()
    tables = [model._meta.db_table for model in apps.get_models() if issubclass(model, SellerOwned)]
    with scoping.scope(sellers=[seller.pk for seller in sellers]), connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(
                f"select md5(coalesce(string_agg(t::text, chr(10) order by t::text), '')) from \"{table}\" t"
            )
            whole.update(cursor.fetchone()[0].encode())
    for model in ("Membership", "AgencyGrant", "ApiKey"):
        rows = apps.get_model("tenancy", model).objects.order_by("pk").values_list()
        whole.update(repr(list(rows)).encode())
    return whole.hexdigest()


def ask(client: Client, address: Address, method: str, seller: str, known: dict | None = None) -> int:
    """The answer's status; a failing view must not fail the whole sweep's transaction."""
    with transaction.atomic():
        return getattr(client, method)(address.url(seller=seller, known=known)).status_code


def sweep(client: Client, *, seller: str, allowed: set[int], among: list[Address]) -> dict[str, int]:
    """Addresses that answered something else."""
    wrong = {}
    for address in among:
        for method in METHODS:
            status = ask(client, address, method, seller)
            if status not in allowed:
                wrong[f"{method} {address}"] = status
    return wrong


@pytest.fixture
def goods(cedar, cedar_shop):
    """Something of cedar's to look for."""
    make.make_member(seller=cedar, email="boss@cedar.example")
    return cedar


def logged_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def test_there_are_pages_to_sweep():
    assert len(OF_SELLERS) > 40
    assert len(OF_API) > 5


def test_every_page_of_a_seller_names_its_permission():
    assert [str(address) for address in OF_SELLERS if not address.permission] == []


def test_nobody_is_sent_to_the_login(goods):
    before = fingerprint(goods)
    assert sweep(Client(raise_request_exception=False), seller="cedar", allowed={302}, among=OF_SELLERS) == {}
    assert fingerprint(goods) == before


@pytest.mark.parametrize("role", [Role.OWNER, Role.VIEWER])
def test_another_sellers_person_finds_nothing(goods, north, role):
    client = logged_in(make.make_member(seller=north, role=role, email="n@north.example"))
    before = fingerprint(goods, north)
    assert sweep(client, seller="cedar", allowed={404}, among=OF_SELLERS) == {}
    assert fingerprint(goods, north) == before


@pytest.mark.parametrize("ended", ["revoked", "expired", "left"])
def test_a_revoked_agency_finds_nothing(goods, ended):
    agency = Agency.objects.create(slug="bright", name="Bright")
    user = make.make_user(email="olga@bright.example")
    over = clock.now()
    AgencyMember.objects.create(agency=agency, user=user, is_active=ended != "left")
    AgencyGrant.objects.create(
        agency=agency,
        seller=goods,
        role=Role.OWNER,
        revoked_at=over if ended == "revoked" else None,
        until_at=over if ended == "expired" else None,
    )
    before = fingerprint(goods)
    assert sweep(logged_in(user), seller="cedar", allowed={404}, among=OF_SELLERS) == {}
    assert fingerprint(goods) == before


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PICKER, Role.MARKETER])
def test_a_role_is_held_to_its_permissions(goods, role):
    client = logged_in(make.make_member(seller=goods, role=role, email="v@cedar.example"))
    closed = [address for address in OF_SELLERS if address.permission not in ROLE_PERMISSIONS[role]]
    before = fingerprint(goods)
    assert sweep(client, seller="cedar", allowed={403}, among=closed) == {}
    assert fingerprint(goods) == before


def test_a_viewer_changes_nothing_by_what_is_open(goods):
    """Permissions that end in .view are for looking: a POST there is refused or does nothing to the seller's rows."""
    client = logged_in(make.make_member(seller=goods, role=Role.VIEWER, email="v@cedar.example"))
    before = fingerprint(goods)
    looked = [address for address in OF_SELLERS if address.permission.endswith(".view")]
    assert {str(a): s for a in looked if (s := ask(client, a, "post", "cedar")) >= 500} == {}
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
