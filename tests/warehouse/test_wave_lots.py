"""Waves and lots past their sell-by margin: what is withheld is not planned for, whatever else lies in the bin."""

from datetime import date, timedelta

import pytest

from tenancy import scoping
from tests.make_orders import NOW
from tests.make_stock import lot_sku, put_lot
from tests.make_warehouse import MAI, allocated, bin_of, make_site, make_stock, order_package, planned_wave
from warehouse import expiry, wave_choice, waves
from warehouse.models import PickTask, StockLevel
from warehouse.wave_plan import Shelf

JULY, AUGUST = date(2027, 7, 1), date(2027, 8, 1)
LATER = NOW + timedelta(days=2)


@pytest.fixture
def creams(site):
    """OLD (3 in A-01-1, 1 in B-01-1) is past its margin tomorrow; NEW lies beside it (2 in A-01-1) and alone (4 in B-03-1)."""
    sku = lot_sku(sell_by_days=30)
    soon = NOW.date() + timedelta(days=31)
    put_lot(sku, "OLD", 3, expires=soon, at="A-01-1")
    put_lot(sku, "OLD", 1, expires=soon, at="B-01-1")
    put_lot(sku, "NEW", 2, expires=JULY, at="A-01-1")
    put_lot(sku, "NEW", 4, expires=JULY, at="B-03-1")
    return sku


def free(site, sku) -> dict[str, int]:
    """Bin → units that a wave may be planned from."""
    shelves = wave_choice.free_shelves(warehouse_id=site.pk, sku_ids=[sku.pk])
    codes = {bin_of(code).pk: code for code in ("A-01-1", "A-02-1", "B-01-1", "B-03-1")}
    return {codes[shelf.bin_id]: shelf.free for shelf in shelves}


def withhold() -> None:
    expiry.withhold_due(today=LATER.date(), actor=MAI, now=LATER)


def test_free_units_leave_out_the_withheld_ones_bin_by_bin(site, creams):
    assert free(site, creams) == {"A-01-1": 5, "B-01-1": 1, "B-03-1": 4}
    withhold()
    assert free(site, creams) == {"A-01-1": 2, "B-01-1": 0, "B-03-1": 4}


def test_a_wave_is_planned_around_what_is_withheld(site, creams, cedar_shop):
    withhold()
    package = allocated(shop=cedar_shop, lines={"CREAM": 5})
    planned_wave(site)
    stops = (
        PickTask.objects.filter(package=package).order_by("bin__code").values_list("bin__code", "quantity")
    )
    assert list(stops) == [("A-01-1", 2), ("B-03-1", 3)]
    assert not PickTask.objects.filter(bin__code="B-01-1").exists()


def test_nothing_is_planned_when_only_withheld_units_lie_there(site, creams, cedar_shop):
    package = allocated(shop=cedar_shop, lines={"CREAM": 9})  # all but one unit, promised in time
    withhold()
    package.refresh_from_db()
    assert package.state == "planned"  # the promise is gone with the lot
    with pytest.raises(waves.NothingToPick):
        planned_wave(site)
    assert (PickTask.objects.count(), StockLevel.objects.get(sku=creams).available) == (0, 6)


def test_what_another_walk_takes_and_what_is_withheld_both_count(site, creams, cedar_shop):
    withhold()
    allocated(shop=cedar_shop, number=1, lines={"CREAM": 2}, due_in=timedelta(hours=5))
    wave = planned_wave(site)
    waves.release_wave(wave_id=wave.pk, actor=MAI, now=NOW)
    assert list(PickTask.objects.values_list("bin__code", "quantity")) == [("A-01-1", 2)]
    assert free(site, creams) == {"A-01-1": 0, "B-01-1": 0, "B-03-1": 4}


def test_the_pool_of_a_wave_has_no_withheld_unit(site, creams, cedar_shop):
    package = allocated(shop=cedar_shop, lines={"CREAM": 1})
    withhold()
    pool = wave_choice.pool_of(package_ids=[package.pk], warehouse=site, now=NOW)
    assert sum(shelf.free for shelf in pool.shelves if shelf.sku_id == creams.pk) == 6
    assert all(isinstance(shelf, Shelf) for shelf in pool.shelves)


def test_a_lot_that_comes_back_is_planned_from_again(site, creams, cedar_shop):
    withhold()
    creams.sell_by_days = 5
    creams.save()
    expiry.withhold_due(today=LATER.date(), actor=MAI, now=LATER)
    assert free(site, creams) == {"A-01-1": 5, "B-01-1": 1, "B-03-1": 4}


def test_goods_without_lots_and_other_sellers_goods_stay_free(site, creams, north, cedar_shop):
    mug = make_stock("MUG", 4, at="A-02-1")
    with scoping.scope(sellers=[north.pk]):
        theirs = make_site()
        cream = lot_sku(sell_by_days=30)
        put_lot(cream, "OLD", 3, expires=NOW.date() + timedelta(days=31))
    withhold()
    assert free(site, mug) == {"A-02-1": 4}
    with scoping.scope(sellers=[north.pk]):
        assert free(theirs, cream) == {"A-01-1": 3}
    order_package(shop=cedar_shop, lines={"MUG": 1})


def test_the_earliest_lot_that_may_be_sold_is_planned_first(site, creams, cedar_shop):
    put_lot(creams, "LAST", 5, expires=AUGUST, at="A-02-1")
    withhold()
    allocated(shop=cedar_shop, lines={"CREAM": 6})
    planned_wave(site)
    stops = PickTask.objects.order_by("bin__code").values_list("bin__code", "quantity")
    assert list(stops) == [("A-01-1", 2), ("B-03-1", 4)]
