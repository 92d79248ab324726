"""Every address of the resolver, asked one after the other: a new page is swept without being named anywhere."""

import hashlib
import uuid
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, UUIDConverter

from tenancy import scoping
from tenancy.models import User
from tenancy.scoping import SellerOwned

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


def logged_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client
