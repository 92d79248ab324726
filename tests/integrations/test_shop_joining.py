"""A shop that was fed by files and is connected later stays the same shop: its orders, listings and mappings with it."""

import pytest

from core import clock
from integrations import connections, shop_setup
from orders import cursors, intake
from orders.models import Order, OrderPull
from relay import outbox
from tenancy import scoping, shops
from tenancy.actors import Actor
from tenancy.models import AuditEntry, Shop
from tests.make_orders import line, make_listing, make_sku, platform_order
from tests.sandbox_transport import client_for

MAI = Actor(kind="user", label="Mai", id=1)


@pytest.fixture
def sandbox(sandbox_world):
    with client_for(sandbox_world) as client:

        def post(path: str, **body):
            answer = client.post(f"/_sandbox/{path}", json=body)
            assert answer.status_code == 200, answer.text
            return answer.json()

        yield post


def add(seller, *, name: str, region: str = "VN") -> Shop:
    with scoping.scope(sellers=[seller.pk]):
        return shops.add_shop(seller=seller, name=name, region=region, actor=MAI, now=clock.now())


def connect(seller, sandbox, *, as_shop: str = "", open_id: str = "sb-cedar") -> list[Shop]:
    code = sandbox("shop/auth_codes", open_id=open_id)["code"]
    return connections.connect_shops(
        seller=seller, auth_code=code, actor=MAI, now=clock.now(), as_shop=as_shop
    )


def test_the_chosen_shop_is_joined_with_all_that_it_has(cedar, sandbox, sandbox_world):
    by_files = add(cedar, name="Our little shop")
    (order_id,) = sandbox("orders", region="VN", count=1, age_seconds=3600)["order_ids"]
    unit = sandbox_world.shop.orders[order_id].lines[0]
    with scoping.scope(sellers=[cedar.pk]):
        sku = make_sku("OURS")
        listing = make_listing(shop=by_files, platform_sku_id=unit.sku_id, sku=sku)
        picture = platform_order(
            order_id,
            now=clock.now(),
            lines=(line("OURS", platform_sku_id=unit.sku_id, platform_line_ids=()),),
        )
        intake.import_orders(shop=by_files, orders=[picture], source="file", now=clock.now())
    (joined,) = connect(cedar, sandbox, as_shop=by_files.slug)
    assert joined.pk == by_files.pk
    outbox.deliver_due(seller_id=cedar.pk)
    cursors.pull_marked(seller_id=cedar.pk, shop_id=joined.pk)
    cursors.poll_shop(seller_id=cedar.pk, shop_id=joined.pk)
    with scoping.scope(sellers=[cedar.pk]):
        assert Shop.objects.count() == 1
        order = Order.objects.get(platform_order_id=order_id)
        assert (order.shop_id, order.source) == (by_files.pk, "api")
        kept = order.lines.filter(platform_sku_id=unit.sku_id).first()
        assert (kept.listing_id, kept.sku_id) == (listing.pk, sku.pk)
        assert kept.platform_line_ids  # the platform's picture is richer than the file's
        assert not OrderPull.objects.exists()
        assert AuditEntry.objects.filter(action="shop.joined").count() == 1


@pytest.mark.parametrize("as_code", [False, True])
def test_the_same_name_or_shop_code_needs_no_choice(cedar, sandbox, sandbox_world, as_code):
    theirs = next(shop for shop in sandbox_world.shop.shops.values() if shop.open_id == "sb-cedar")
    by_files = add(cedar, name=(theirs.code if as_code else theirs.name).upper())
    (joined,) = connect(cedar, sandbox)
    assert joined.pk == by_files.pk
    assert joined.platform_shop_id == theirs.id


def test_another_name_makes_a_shop_of_its_own(cedar, sandbox):
    by_files = add(cedar, name="Our little shop")
    (made,) = connect(cedar, sandbox)
    assert made.pk != by_files.pk
    with scoping.scope(sellers=[cedar.pk]):
        assert list(shop_setup.fed_by_files()) == [by_files]


def test_the_same_name_in_another_market_is_another_shop(cedar, sandbox, sandbox_world):
    theirs = next(shop for shop in sandbox_world.shop.shops.values() if shop.open_id == "sb-cedar")
    by_files = add(cedar, name=theirs.name, region="TH")
    (made,) = connect(cedar, sandbox)
    assert made.pk != by_files.pk


def test_a_choice_that_cannot_be_is_refused_and_nothing_is_connected(cedar, sandbox):
    by_files = add(cedar, name="Our Thai shop", region="TH")
    with pytest.raises(shop_setup.CannotAdopt, match="covers no new shop in TH"):
        connect(cedar, sandbox, as_shop=by_files.slug)
    with scoping.scope(sellers=[cedar.pk]):
        assert Shop.objects.get().platform_shop_id == ""
        assert not connections.Connection.objects.exists()


def test_a_second_time_changes_nothing(cedar, sandbox):
    by_files = add(cedar, name="Our little shop")
    connect(cedar, sandbox, as_shop=by_files.slug)
    (again,) = connect(cedar, sandbox, as_shop=by_files.slug)
    assert again.pk == by_files.pk
    with scoping.scope(sellers=[cedar.pk]):
        assert Shop.objects.count() == 1
