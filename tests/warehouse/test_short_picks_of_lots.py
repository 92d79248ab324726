"""A picker stands before goods past their sell-by margin: they are neither offered nor promised again, nor lost."""

from datetime import date, timedelta

import pytest

from orders.models import Package, PackageState
from tests.make_orders import NOW
from tests.make_stock import lot_sku, lots_in, put_lot
from tests.make_warehouse import MAI, allocated, level, released_list, walk
from warehouse import expiry, ledger_check, lots, picking, short_picks
from warehouse.models import BinLevel, CountTask, PickList, PickTask, StockLevel

JULY = date(2027, 7, 1)
SOON = NOW.date() + timedelta(days=31)
LATER = NOW + timedelta(days=2)


@pytest.fixture
def over(site, cedar_shop, north_shop):
    """Mai walks to A-01-1 for two units; on the way the lot there passes its margin. NEW lies in B-01-1, OLD2 in A-02-1."""
    sku = lot_sku(sell_by_days=30)
    put_lot(sku, "OLD", 3, expires=SOON, at="A-01-1")
    allocated(shop=cedar_shop, lines={"CREAM": 2}, due_in=timedelta(hours=1))
    pick_list = released_list(site)
    put_lot(sku, "OLD2", 5, expires=SOON, at="A-02-1")
    put_lot(sku, "NEW", 2, expires=JULY, at="B-01-1")
    expiry.withhold_due(today=LATER.date(), actor=MAI, now=LATER)
    picking.scan(pick_list_id=pick_list.pk, code="A-01-1", actor=MAI, now=LATER)
    return sku, pick_list


def report(pick_list: PickList, reason: str):
    return short_picks.report(pick_list_id=pick_list.pk, reason=reason, actor=MAI, now=LATER)


def test_a_withheld_lot_cannot_be_picked_and_stays_in_the_books(over):
    sku, pick_list = over
    with pytest.raises(lots.LotWithheld, match="past its sell-by date"):
        picking.scan(pick_list_id=pick_list.pk, code="CREAM", actor=MAI, now=LATER)

    answer = report(pick_list, "not_found")

    assert answer.text == (
        "Noted. 3 units in A-01-1 are past their sell-by date: leave them there. The rest lies in B-01-1."
    )
    assert (answer.step.bin_code, answer.step.left) == ("B-01-1", 2)
    assert (lots_in("A-01-1"), level(sku)) == ({"OLD": 3}, (10, 2))
    assert (CountTask.objects.get().bin.code, ledger_check.check_ledger()) == ("A-01-1", [])
    walk(pick_list)
    assert Package.objects.get().state == PackageState.PICKED
    assert ledger_check.check_ledger() == []


def test_damaged_units_are_those_that_were_for_sale(over):
    sku, pick_list = over
    put_lot(sku, "FINE", 1, expires=JULY, at="A-01-1", now=LATER)
    put_lot(sku, "MORE", 1, expires=JULY, at="B-02-1", now=LATER)

    answer = report(pick_list, "damaged")

    assert (lots_in("A-01-1"), answer.step.bin_code) == ({"OLD": 3}, "B-01-1")
    row = StockLevel.objects.get(sku=sku)
    assert (row.on_hand, row.reserved, row.withheld, row.available) == (11, 2, 8, 1)
    assert ledger_check.check_ledger() == []


def test_an_empty_bin_with_withheld_goods_takes_no_promise_away(over, cedar_shop):
    sku, pick_list = over

    answer = report(pick_list, "empty_bin")

    assert (answer.text, lots_in("A-01-1")) == ("Noted. The rest lies in B-01-1.", {})
    row = StockLevel.objects.get(sku=sku)
    assert (row.on_hand, row.reserved, row.withheld, row.available) == (7, 2, 5, 0)
    assert Package.objects.get().state == PackageState.PICKING
    assert ledger_check.check_ledger() == []


def test_withheld_bins_are_not_promised_again(over):
    sku, pick_list = over
    report(pick_list, "not_found")
    picking.scan(pick_list_id=pick_list.pk, code="B-01-1", actor=MAI, now=LATER)

    answer = report(pick_list, "empty_bin")

    assert answer.step is None
    assert Package.objects.get().state == PackageState.PLANNED
    assert not PickTask.objects.filter(state="open").exists()
    row = StockLevel.objects.get(sku=sku)
    assert (row.on_hand, row.reserved, row.withheld) == (8, 0, 8)
    assert dict(BinLevel.objects.filter(on_hand__gt=0).values_list("bin__code", "on_hand")) == {
        "A-01-1": 3,
        "A-02-1": 5,
    }
