"""Sellable quantities: worked out from stock, one row per listing, absolute, and what the platform has afterwards."""

import pytest

from catalog.models import BundleItem, Listing
from core import clock
from integrations import connections
from orders.models import PackageState
from relay import effects, outbox
from sandbox.control import acts
from tenancy import scoping
from tenancy.actors import Actor
from tests import make_orders, make_warehouse
from tests.make_warehouse import MAI, make_stock
from warehouse import receiving, sellable, sites, stock_push
from warehouse.models import StockPush, Warehouse, WarehouseLink
from warehouse.sellable import Site, Stock

KIND = "warehouse.stockpush"


def spread(available, *, sites, buffer=0, components=None, sku_id=7):
    stock = Stock(available=available, counted=frozenset(), components=components or {})
    return sellable.spread(stock=stock, sku_id=sku_id, buffer=buffer, sites=sites)


def test_a_warehouse_counts_once_and_further_sites_get_nothing():
    found = spread({(1, 7): 9}, sites=[Site("a", 1), Site("b", 1, is_default=True)])
    assert found == {"b": 9, "a": 0}


def test_the_buffer_is_kept_back_once():
    found = spread({(1, 7): 2, (2, 7): 5}, buffer=3, sites=[Site("a", 1, is_default=True), Site("b", 2)])
    assert found == {"a": 0, "b": 4}


def test_less_than_the_buffer_sells_nothing():
    assert spread({(1, 7): 2}, buffer=5, sites=[Site("a", 1)]) == {"a": 0}


def test_a_bundle_sells_as_often_as_its_scarcest_part():
    parts = {7: {8: 1, 9: 2}}
    assert spread({(1, 8): 9, (1, 9): 7}, components=parts, sites=[Site("a", 1)]) == {"a": 3}
    assert spread({(1, 8): 9}, components=parts, sites=[Site("a", 1)]) == {"a": 0}


@pytest.fixture
def shop(sandbox_world, cedar):
    """Cedar's shop in Vietnam, connected; its warehouses are known and nothing was counted yet."""
    code = acts.auth_code(sandbox_world, {"open_id": "sb-cedar"})["code"]
    (shop,) = connections.connect_shops(
        seller=cedar, auth_code=code, actor=Actor(kind="user", label="Mai"), now=clock.now()
    )
    with scoping.scope(sellers=[cedar.pk]):
        make_warehouse.make_site()
    sites.sync_warehouses(seller_id=cedar.pk, shop_id=shop.pk, now=clock.now())
    return shop


def at_platform(world, code):
    return next(sku for sku in world.shop.skus.values() if sku.seller_sku == code)


def list_for_sale(world, shop, code, **columns):
    """Our listing of a SKU that the sandbox's shop sells."""
    theirs = at_platform(world, code)
    return make_orders.make_listing(
        shop=shop,
        platform_sku_id=theirs.id,
        product_id=theirs.product_id,
        sku=make_orders.make_sku(code),
        platform_warehouse_ids=list(WarehouseLink.objects.values_list("platform_warehouse_id", flat=True)),
        **columns,
    )


def run(shop):
    """Handlers, then the effects; no scope may be open."""
    outbox.deliver_due(seller_id=shop.seller_id)
    return effects.run_due(kind=KIND, seller_id=shop.seller_id)


def hurry():
    StockPush.objects.update(not_before=clock.now())


def test_warehouses_of_a_shop_are_tied_to_ours(shop, sandbox_world, cedar):
    with scoping.scope(sellers=[cedar.pk]):
        link = WarehouseLink.objects.get()
        assert (link.warehouse, link.is_default) == (Warehouse.objects.get(), True)
    assert sites.sync_warehouses(seller_id=cedar.pk, shop_id=shop.pk, now=clock.now()) == 0


def test_received_goods_reach_the_listing(shop, sandbox_world, cedar):
    with scoping.scope(sellers=[cedar.pk]):
        list_for_sale(sandbox_world, shop, "KF-MUG-SEA", buffer=3)
        make_stock("KF-MUG-SEA", 40, now=clock.now())

    assert run(shop) == 1

    theirs = at_platform(sandbox_world, "KF-MUG-SEA")
    assert (theirs.available, theirs.pushes) == (37, 1)
    with scoping.scope(sellers=[cedar.pk]):
        push = StockPush.objects.get()
        assert (push.effect_state, push.wanted, push.sent, push.revision) == ("done", 37, 37, 1)


def test_many_changes_become_one_call(shop, sandbox_world, cedar):
    with scoping.scope(sellers=[cedar.pk]):
        list_for_sale(sandbox_world, shop, "KF-MUG-SEA")
        for units in (5, 6, 7):
            make_stock("KF-MUG-SEA", units, now=clock.now())

    run(shop)

    theirs = at_platform(sandbox_world, "KF-MUG-SEA")
    assert (theirs.available, theirs.pushes) == (18, 1)


def test_the_same_figure_is_not_sent_again(shop, sandbox_world, cedar):
    with scoping.scope(sellers=[cedar.pk]):
        listing = list_for_sale(sandbox_world, shop, "KF-MUG-SEA")
        make_stock("KF-MUG-SEA", 5, now=clock.now())
    run(shop)
    with scoping.scope(sellers=[cedar.pk]):
        assert stock_push.ask_for_listings(listing_ids=[listing.pk], now=clock.now()) == 0


def test_a_change_while_the_call_is_out_goes_again(shop, sandbox_world, cedar):
    with scoping.scope(sellers=[cedar.pk]):
        list_for_sale(sandbox_world, shop, "KF-MUG-SEA")
        make_stock("KF-MUG-SEA", 5, now=clock.now())
    outbox.deliver_due(seller_id=cedar.pk)
    runner = effects.runners()[KIND]
    claimed = effects.claim(runner, seller_id=cedar.pk, now=clock.now())
    outcomes = runner.call(claimed)
    with scoping.scope(sellers=[cedar.pk]):
        make_stock("KF-MUG-SEA", 4, now=clock.now())
    outbox.deliver_due(seller_id=cedar.pk)

    with scoping.scope(sellers=[cedar.pk]):
        effects.settle(runner, effect=claimed[0], outcome=outcomes[0], now=clock.now())
        push = StockPush.objects.get()
        assert (push.effect_state, push.sent, push.wanted) == ("waiting", 5, 9)
        hurry()
    run(shop)

    theirs = at_platform(sandbox_world, "KF-MUG-SEA")
    assert (theirs.available, theirs.pushes) == (9, 2)


def test_what_was_never_counted_is_never_pushed(shop, sandbox_world, cedar):
    with scoping.scope(sellers=[cedar.pk]):
        list_for_sale(sandbox_world, shop, "KF-MUG-SEA")
        make_orders.make_order(shop=shop, lines=(make_orders.line("KF-MUG-SEA"),))
    before = at_platform(sandbox_world, "KF-MUG-SEA").available

    assert run(shop) == 0

    theirs = at_platform(sandbox_world, "KF-MUG-SEA")
    assert (theirs.available, theirs.pushes) == (before, 0)


def test_a_bundle_follows_its_parts(shop, sandbox_world, cedar):
    with scoping.scope(sellers=[cedar.pk]):
        listing = list_for_sale(sandbox_world, shop, "KF-SET-TEA")
        for code, units in (("CUP", 2), ("POT", 1)):
            BundleItem.objects.create(
                bundle=listing.sku, component=make_orders.make_sku(code), quantity=units
            )
        make_stock("CUP", 9, now=clock.now())
    assert run(shop) == 0  # the pot was never counted
    with scoping.scope(sellers=[cedar.pk]):
        make_stock("POT", 3, now=clock.now())
    run(shop)
    assert at_platform(sandbox_world, "KF-SET-TEA").available == 3


def test_a_refusal_keeps_the_platforms_words_and_holds_nobody_back(shop, sandbox_world, cedar):
    acts.set_inventory(
        sandbox_world, {"shop_id": shop.platform_shop_id, "sku": "KF-MUG-SEA", "available": 50, "locked": 20}
    )
    with scoping.scope(sellers=[cedar.pk]):
        for code in ("KF-MUG-SEA", "KF-MUG-SND"):
            list_for_sale(sandbox_world, shop, code)
            make_stock(code, 5, now=clock.now())

    run(shop)

    with scoping.scope(sellers=[cedar.pk]):
        found = dict(StockPush.objects.values_list("listing__sku__seller_sku", "effect_state"))
        assert found == {"KF-MUG-SEA": "failed", "KF-MUG-SND": "done"}
        refused = StockPush.objects.get(effect_state="failed")
        assert "promotions" in refused.last_error
    assert at_platform(sandbox_world, "KF-MUG-SEA").available == 50


def test_a_reserved_order_lowers_what_is_sold(shop, sandbox_world, cedar):
    with scoping.scope(sellers=[cedar.pk]):
        list_for_sale(sandbox_world, shop, "KF-MUG-SEA")
        make_stock("KF-MUG-SEA", 10, now=clock.now())
    run(shop)
    with scoping.scope(sellers=[cedar.pk]):
        order = make_orders.make_order(shop=shop, lines=(make_orders.line("KF-MUG-SEA", quantity=4),))
    outbox.deliver_due(seller_id=cedar.pk)
    with scoping.scope(sellers=[cedar.pk]):
        assert order.packages.get().state == PackageState.ALLOCATED
        hurry()
    run(shop)
    assert at_platform(sandbox_world, "KF-MUG-SEA").available == 6


def test_stock_that_sold_out_is_pushed_as_nothing(shop, sandbox_world, cedar):
    with scoping.scope(sellers=[cedar.pk]):
        sku = list_for_sale(sandbox_world, shop, "KF-MUG-SEA").sku
        make_stock("KF-MUG-SEA", 3, now=clock.now())
    run(shop)
    with scoping.scope(sellers=[cedar.pk]):
        wanted = receiving.Adjustment(sku_id=sku.pk, quantity=-3, reason="correction", key="gone")
        receiving.adjust(wanted=wanted, actor=MAI, now=clock.now())
    outbox.deliver_due(seller_id=cedar.pk)
    with scoping.scope(sellers=[cedar.pk]):
        hurry()
    run(shop)
    assert at_platform(sandbox_world, "KF-MUG-SEA").available == 0


def test_a_listing_that_shall_not_be_pushed_is_left_alone(shop, sandbox_world, cedar):
    with scoping.scope(sellers=[cedar.pk]):
        list_for_sale(sandbox_world, shop, "KF-MUG-SEA", is_stock_pushed=False)
        make_stock("KF-MUG-SEA", 3, now=clock.now())
    assert run(shop) == 0
    with scoping.scope(sellers=[cedar.pk]):
        assert Listing.objects.count() == 1
        assert not StockPush.objects.exists()


def test_a_virtual_bundle_of_the_platform_follows_its_parts_there_and_is_left_alone(
    shop, sandbox_world, cedar
):
    with scoping.scope(sellers=[cedar.pk]):
        listing = list_for_sale(sandbox_world, shop, "KF-SET-SEA")
        make_stock("KF-SET-SEA", 4, now=clock.now())
    run(shop)
    with scoping.scope(sellers=[cedar.pk]):
        push = StockPush.objects.get(listing=listing)
        assert (push.effect_state, push.last_error) == ("done", "")
        listing.refresh_from_db()
        assert listing.is_stock_pushed is False
        make_stock("KF-SET-SEA", 6, at="A-02-1", now=clock.now())
    assert run(shop) == 0, "it is not asked for again"


def test_what_is_nearly_sold_out_is_told_first(shop, sandbox_world, cedar):
    with scoping.scope(sellers=[cedar.pk]):
        codes = sorted({sku.seller_sku for sku in sandbox_world.shop.skus.values() if not sku.parts})[:3]
        for code, units in zip(codes, (50, 0, 7), strict=True):
            list_for_sale(sandbox_world, shop, code)
            make_stock(code, units + 1)
            receiving.adjust(
                wanted=receiving.Adjustment(
                    sku_id=make_orders.make_sku(code).pk, quantity=-1, reason="damaged", key=code
                ),
                actor=MAI,
                now=clock.now(),
            )
    outbox.deliver_due(seller_id=shop.seller_id)
    runner = effects.runners()[KIND]
    with scoping.scope(sellers=[cedar.pk]):
        claimed = effects.claim(runner, seller_id=cedar.pk, now=clock.now())
    assert [push.wanted for push in claimed] == [0, 7, 50]
