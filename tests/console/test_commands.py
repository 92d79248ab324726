"""The commands that let a first person and a first program in."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core import clock
from logistics.models import Carrier
from marketing.models import AdPolicy
from tenancy import keys, scoping
from tenancy.models import ApiKey, Membership, Seller, User
from warehouse.models import Bin, Carton, Warehouse


def run(name: str, *arguments: str) -> list[str]:
    out = StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_a_seller_is_ready_to_work(db):
    said = run(
        "create_seller",
        "--slug",
        "mango",
        "--name",
        "Mango House",
        "--owner",
        "lan@mango.example",
        "--time-zone",
        "Asia/Bangkok",
    )
    seller = Seller.objects.get(slug="mango")
    owner = Membership.objects.get(seller=seller).user
    password = next(line for line in said if "one-time password" in line).rsplit(" ", 1)[1]
    assert owner.email == "lan@mango.example"
    assert owner.check_password(password)
    assert seller.time_zone == "Asia/Bangkok"
    with scoping.scope(sellers=[seller.pk]):
        assert Warehouse.objects.get().code == "MAIN"
        assert Bin.objects.filter(kind="receiving").count() == 1
        assert Carton.objects.exists()
        assert Carrier.objects.exists()
        assert AdPolicy.objects.count() == 1


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--slug", "cedar", "--name", "Again"], "is taken"),
        (["--slug", "Not A Slug", "--name", "X"], "small letters"),
        (["--slug", "fine", "--name", " "], "a name"),
        (["--slug", "fine", "--name", "X", "--owner", "nobody"], "not a mail address"),
        (["--slug", "fine", "--name", "X", "--time-zone", "Mars/North"], "no time zone"),
    ],
)
def test_what_cannot_be_a_seller_leaves_nothing(cedar, arguments, why):
    before = (Seller.objects.count(), User.objects.count())
    with pytest.raises(CommandError, match=why):
        run("create_seller", *arguments)
    assert (Seller.objects.count(), User.objects.count()) == before


def test_an_owner_who_is_known_keeps_the_password(cedar):
    User.objects.create_user("lan@mango.example", "long and known")
    said = run("create_seller", "--slug", "mango", "--name", "Mango", "--owner", "Lan@mango.example")
    assert not any("one-time password" in line for line in said)
    assert User.objects.get(email="lan@mango.example").check_password("long and known")


def test_a_key_stands_alone_on_the_last_line(cedar, cedar_shop):
    said = run("create_api_key", "--seller", "cedar", "--scopes", "all")
    found = keys.find(text=said[-1], now=clock.now())
    assert (found.seller, found.scopes, found.shop_ids) == (cedar, list(keys.SCOPES), None)


def test_a_key_may_be_limited(cedar, cedar_shop):
    said = run(
        "create_api_key", "--seller", "cedar", "--scopes", "orders:read,stock:read", "--shops", "cedar-vn"
    )
    found = keys.find(text=said[-1], now=clock.now())
    assert (found.scopes, found.shop_ids) == (["orders:read", "stock:read"], [cedar_shop.pk])


@pytest.mark.parametrize(
    "arguments",
    [
        ["--seller", "nobody", "--scopes", "all"],
        ["--seller", "cedar", "--scopes", "everything"],
        ["--seller", "cedar", "--scopes", "all", "--shops", "north-us"],
    ],
)
def test_a_wrong_key_is_not_made(cedar, north_shop, arguments):
    with pytest.raises(CommandError):
        run("create_api_key", *arguments)
    assert not ApiKey.objects.exists()
