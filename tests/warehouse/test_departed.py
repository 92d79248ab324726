"""Parcels that left behind our back, and the sweeps that find work without a wake-up."""

import pytest

from core import clock
from orders import packages
from orders.models import PackageState
from orders.states import PackageAction
from tenancy import scoping
from tenancy.actors import CARRIER
from tests.make_orders import NOW
from tests.make_warehouse import (
    MAI,
    allocated,
    in_bin,
    level,
    make_site,
    make_stock,
    order_package,
    picked,
    released_list,
)
from warehouse import departed, ledger_check, picking, tasks
from warehouse.models import PickList, Reservation, StockMovement


def leave(package):
    (locked,) = packages.lock_many(ids=[package.pk])
    packages.advance(package=locked, action=PackageAction.PICK_UP, actor=CARRIER, now=NOW)


def test_a_reserved_parcel_that_left_is_taken_out_of_the_books(site, cedar_shop):
    sku = make_stock("MUG", 5)
    leave(allocated(shop=cedar_shop, lines={"MUG": 2}))

    assert departed.settle(now=NOW) == 1

    assert (level(sku), in_bin("A-01-1", sku)) == ((3, 0), 3)
    row = StockMovement.objects.latest("pk")
    assert (row.reason, row.quantity, row.actor_label) == ("shipped", -2, "auto")
    assert Reservation.objects.get().state == "consumed"
    assert departed.settle(now=NOW) == 0
    assert ledger_check.check_ledger() == []


def test_one_on_the_walk_leaves_its_walk(site, cedar_shop):
    sku = make_stock("MUG", 5)
    package = allocated(shop=cedar_shop, lines={"MUG": 2})
    pick_list = released_list(site)
    for code in ("A-01-1", "MUG"):
        picking.scan(pick_list_id=pick_list.pk, code=code, actor=MAI, now=NOW)
    leave(package)

    departed.settle(now=NOW)

    assert (level(sku), in_bin("CART-01", sku), PickList.objects.get().state) == ((3, 0), 0, "picked")
    assert ledger_check.check_ledger() == []


def test_one_at_the_pack_station_leaves_its_tote(site, cedar_shop):
    sku = make_stock("MUG", 5)
    leave(picked(shop=cedar_shop, warehouse=site, lines={"MUG": 2}))
    departed.settle(now=NOW)
    assert (level(sku), in_bin("CART-01", sku)) == ((3, 0), 0)


@pytest.fixture
def stocked(cedar, cedar_shop):
    with scoping.scope(sellers=[cedar.pk]):
        make_site()
        return make_stock("MUG", 1)


def test_the_sweep_finds_what_left(stocked, cedar, cedar_shop):
    with scoping.scope(sellers=[cedar.pk]):
        leave(allocated(shop=cedar_shop))
    tasks.sweep_departed()
    with scoping.scope(sellers=[cedar.pk]):
        assert level(stocked) == (0, 0)


def test_the_sweep_retries_orders_out_of_stock(stocked, cedar, cedar_shop):
    with scoping.scope(sellers=[cedar.pk]):
        package = allocated(shop=cedar_shop, lines={"MUG": 2})
        assert package.is_stopped
        make_stock("MUG", 1, at="B-01-1", now=clock.now())
    tasks.sweep_short_orders()
    with scoping.scope(sellers=[cedar.pk]):
        package.refresh_from_db()
        assert (package.state, package.is_stopped) == (PackageState.PLANNED, False)
        other = order_package(shop=cedar_shop, number=2)
        assert other.state == PackageState.PLANNED
