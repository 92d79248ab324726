"""Real threads and real commits: a hot SKU is never promised twice, a key is never counted twice."""

from functools import partial

import pytest

from catalog.models import Sku
from orders.models import Order, OrderState, Package, PackageState
from tenancy import scoping
from tests import make
from tests.make_orders import NOW
from tests.make_warehouse import KIM, MAI, bin_of, in_bin, level, make_site, make_stock, order_package
from warehouse import ledger, ledger_check, picking, reservations, totes, waves
from warehouse.models import PickList, StockMovement

pytestmark = pytest.mark.races


@pytest.fixture
def seller(committed):
    return make.make_seller()


@pytest.fixture
def shop(seller):
    return make.make_shop(seller=seller)


def inside(seller, work, **values):
    """Do something in the seller's scope, in a transaction of its own."""
    with scoping.scope(sellers=[seller.pk]):
        return work(**values)


def test_ten_workers_reserve_a_hot_sku_without_overselling(seller, shop, together):
    with scoping.scope(sellers=[seller.pk]):
        make_site()
        sku = make_stock("MUG", 7)
        ids = [order_package(shop=shop, number=number).pk for number in range(1, 21)]
    batches = [ids[start : start + 2] for start in range(0, 20, 2)]

    results = together(
        [
            partial(inside, seller, reservations.reserve_packages, package_ids=batch, now=NOW)
            for batch in batches
        ]
    )

    assert not [one for one in results if isinstance(one, BaseException)]
    with scoping.scope(sellers=[seller.pk]):
        assert level(sku) == (7, 7)
        assert Package.objects.filter(state=PackageState.ALLOCATED).count() == 7
        assert Order.objects.filter(state=OrderState.ON_HOLD).count() == 13
        assert ledger_check.check_ledger() == []


def test_the_same_package_is_reserved_once(seller, shop, together):
    with scoping.scope(sellers=[seller.pk]):
        make_site()
        sku = make_stock("MUG", 7)
        package = order_package(shop=shop)

    together([partial(inside, seller, reservations.reserve_packages, package_ids=[package.pk], now=NOW)] * 4)

    with scoping.scope(sellers=[seller.pk]):
        assert level(sku) == (7, 1)
        assert ledger_check.check_ledger() == []


def test_a_key_posted_by_four_at_once_counts_once(seller, together):
    with scoping.scope(sellers=[seller.pk]):
        make_site()
        sku = make_stock("MUG", 0)
        movement = ledger.Movement(bin_of("A-01-1").pk, sku.pk, 5, "received", "po-1")

    results = together([partial(inside, seller, ledger.post, movements=[movement], actor=MAI, now=NOW)] * 4)

    assert len({rows[0].pk for rows in results}) == 1
    with scoping.scope(sellers=[seller.pk]):
        assert (level(sku), StockMovement.objects.count()) == ((5, 0), 1)


def test_goods_that_are_taken_out_and_promised_at_once_stay_right(seller, shop, together):
    with scoping.scope(sellers=[seller.pk]):
        make_site()
        sku = make_stock("MUG", 5)
        ids = [order_package(shop=shop, number=number).pk for number in range(1, 6)]
        out = [ledger.Movement(bin_of("A-01-1").pk, sku.pk, -3, "correction", "out")]

    taken, _reserved = together(
        [
            partial(inside, seller, ledger.post, movements=out, actor=MAI, now=NOW),
            partial(inside, seller, reservations.reserve_packages, package_ids=ids, now=NOW),
        ]
    )

    with scoping.scope(sellers=[seller.pk]):
        on_hand, reserved = level(Sku.objects.get())
        was_refused = isinstance(taken, ledger.StockIsPromised)
        assert (on_hand, reserved) == ((5, 5) if was_refused else (2, 2))
        assert ledger_check.check_ledger() == []


def test_two_pickers_never_share_a_tote_and_scans_all_count(seller, shop, together):
    with scoping.scope(sellers=[seller.pk]):
        warehouse = make_site()
        sku = make_stock("MUG", 30)
        for number in (1, 2):
            order_package(shop=shop, number=number, lines={"MUG": 10})
        reservations.reserve_packages(package_ids=Package.objects.values_list("pk", flat=True), now=NOW)
        filters = waves.Filters(warehouse_id=warehouse.pk, slots=1)
        wave = waves.plan_wave(filters=filters, actor=MAI, now=NOW)
        waves.release_wave(wave_id=wave.pk, actor=MAI, now=NOW)
        lists = list(PickList.objects.order_by("pk").values_list("pk", flat=True))

    people = dict(zip(lists, (MAI, KIM), strict=True))
    claimed = together(
        [
            partial(inside, seller, picking.claim, pick_list_id=pk, actor=who, now=NOW)
            for pk, who in people.items()
        ]
    )
    assert sorted(row.tote_code for row in claimed) == ["CART-01", "CART-02"]
    for pk, who in people.items():
        inside(seller, picking.scan, pick_list_id=pk, code="A-01-1", actor=who, now=NOW)

    answers = together(
        [
            partial(inside, seller, picking.scan, pick_list_id=pk, code="MUG", actor=who, now=NOW)
            for pk, who in people.items()
            for _scan in range(10)
        ]
    )

    assert [one for one in answers if isinstance(one, BaseException) or not one.ok] == []
    with scoping.scope(sellers=[seller.pk]):
        assert (in_bin("A-01-1", sku), in_bin("CART-01", sku), in_bin("CART-02", sku)) == (10, 10, 10)
        assert Package.objects.filter(state=PackageState.PICKED).count() == 2
        assert ledger_check.check_ledger() == []
        assert totes.choose(warehouse_id=warehouse.pk).code == "CART-03"
