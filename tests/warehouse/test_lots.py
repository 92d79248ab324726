"""Goods kept by lot: first expired first, never past the sell-by margin to a buyer, and the books add up by lot."""

from datetime import date, timedelta

import pytest

from orders.models import OrderHold, Package, PackageState
from tests.make_orders import NOW
from tests.make_stock import lot_sku, lots_in, put_lot
from tests.make_warehouse import (
    MAI,
    allocated,
    bin_of,
    in_bin,
    level,
    make_stock,
    packed,
    planned_wave,
    released_list,
    walk,
)
from warehouse import expiry, ledger, ledger_check, lots, packing, receiving, walk_steps
from warehouse.lots import Held
from warehouse.models import BinLot, Lot, PickTask, StockLevel, StockMovement

MAY, JUNE, JULY = date(2027, 5, 1), date(2027, 6, 1), date(2027, 7, 1)


def test_first_expired_goes_first():
    held = [Held(1, 5, JULY), Held(2, 2, MAY), Held(3, 4, JUNE)]
    assert lots.share(held=held, units=4, is_for_sale=True) == [(2, 2), (3, 2)]


def test_a_buyer_gets_nothing_withheld_and_a_loss_takes_it_first():
    held = [Held(1, 2, MAY, is_withheld=True), Held(2, 3, JUNE)]
    assert lots.share(held=held, units=3, is_for_sale=True) == [(2, 3)]
    assert lots.share(held=held, units=3, is_for_sale=False) == [(1, 2), (2, 1)]
    with pytest.raises(lots.LotWithheld):
        lots.share(held=held, units=4, is_for_sale=True)


def test_a_receipt_says_its_lot(site):
    sku = lot_sku()
    with pytest.raises(lots.LotNeeded, match="say which lot this is"):
        put_lot(sku, "", 3, expires=MAY)
    put_lot(sku, "l-1", 3, expires=MAY)
    assert (lots_in("A-01-1"), level(sku)) == ({"L-1": 3}, (3, 0))
    assert StockMovement.objects.get().lot.code == "L-1"
    with pytest.raises(lots.BadLot, match="expires on 2027-05-01, not on 2027-06-01"):
        put_lot(sku, "L-1", 4, expires=JUNE)
    assert level(sku) == (3, 0)


def test_a_new_lot_needs_its_expiry_and_other_goods_take_no_lot(site):
    sku, mug = lot_sku(), make_stock("MUG", 1)
    with pytest.raises(lots.LotNeeded, match="say when it expires"):
        put_lot(sku, "L-1", 1, expires=None)
    with pytest.raises(lots.BadLot, match="not kept by lot"):
        put_lot(mug, "L-1", 1, expires=MAY)
    assert not Lot.objects.exists()


def test_goods_carried_keep_their_lot(site):
    sku = lot_sku()
    put_lot(sku, "OLD", 2, expires=MAY, at="RECEIVING")
    put_lot(sku, "NEW", 5, expires=JULY, at="RECEIVING")
    move = {"source_id": bin_of("RECEIVING").pk, "actor": MAI, "now": NOW}
    receiving.put_away(sku_id=sku.pk, target_id=bin_of("A-01-1").pk, quantity=3, key="a", **move)
    assert (lots_in("A-01-1"), lots_in("RECEIVING")) == ({"OLD": 2, "NEW": 1}, {"NEW": 4})
    receiving.put_away(sku_id=sku.pk, target_id=bin_of("A-02-1").pk, quantity=1, key="b", lot="new", **move)
    assert lots_in("A-02-1") == {"NEW": 1}
    with pytest.raises(ledger.NotEnoughStock, match="of lot OLD: 1 are missing"):
        receiving.put_away(
            sku_id=sku.pk, target_id=bin_of("A-02-1").pk, quantity=1, key="c", lot="OLD", **move
        )
    assert ledger_check.check_ledger() == []


def test_a_repeated_key_moves_nothing_twice(site):
    sku = lot_sku()
    put_lot(sku, "OLD", 1, expires=MAY)
    put_lot(sku, "NEW", 2, expires=JULY)
    for _time in range(2):
        receiving.put_away(
            sku_id=sku.pk,
            source_id=bin_of("A-01-1").pk,
            target_id=bin_of("B-01-1").pk,
            quantity=2,
            key="same",
            actor=MAI,
            now=NOW,
        )
    assert (lots_in("A-01-1"), lots_in("B-01-1")) == ({"NEW": 1}, {"OLD": 1, "NEW": 1})


def test_a_wave_takes_the_bin_that_expires_first(site, cedar_shop):
    sku = lot_sku()
    put_lot(sku, "NEW", 9, expires=JULY, at="A-01-1")
    put_lot(sku, "OLD", 1, expires=MAY, at="B-03-1")
    put_lot(sku, "MID", 2, expires=JUNE, at="B-01-1")
    allocated(shop=cedar_shop, lines={"CREAM": 2})
    planned_wave(site)
    stops = PickTask.objects.order_by("bin__code").values_list("bin__code", "quantity")
    assert list(stops) == [("B-01-1", 1), ("B-03-1", 1)]


def test_the_lots_follow_a_package_out_and_back(site, cedar_shop):
    sku = lot_sku()
    put_lot(sku, "OLD", 1, expires=MAY)
    put_lot(sku, "NEW", 4, expires=JULY)
    package = packed(shop=cedar_shop, warehouse=site, lines={"CREAM": 2})
    assert lots_in("A-01-1") == {"NEW": 3}
    assert ledger_check.check_ledger() == []
    packing.unpack(package_id=package.pk, reason="wrong carton", actor=MAI, now=NOW)
    assert lots_in("CART-01") == {"OLD": 1, "NEW": 1}
    assert ledger_check.check_ledger() == []


def test_a_lot_past_its_margin_is_neither_available_nor_picked(site, cedar_shop):
    sku = lot_sku(sell_by_days=30)
    put_lot(sku, "OLD", 3, expires=NOW.date() + timedelta(days=31), at="A-01-1")
    put_lot(sku, "NEW", 2, expires=JULY, at="B-01-1")
    for number in (1, 2):
        allocated(shop=cedar_shop, number=number, lines={"CREAM": 2}, due_in=timedelta(hours=number))
    later = NOW + timedelta(days=2)

    assert [lot.code for lot in expiry.withhold_due(today=later.date(), actor=MAI, now=later)] == ["OLD"]

    row = StockLevel.objects.get(sku=sku)
    assert (row.on_hand, row.reserved, row.withheld, row.available) == (5, 2, 3, 0)
    states = Package.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [PackageState.ALLOCATED, PackageState.PLANNED]
    assert OrderHold.objects.get().detail == "CREAM × 2"
    walk(released_list(site))
    assert (in_bin("A-01-1", sku), in_bin("B-01-1", sku)) == (3, 0)
    assert expiry.withhold_due(today=later.date(), actor=MAI, now=later) == []
    assert ledger_check.check_ledger() == []


def test_the_picker_is_told_which_lot_to_take(site, cedar_shop):
    sku, mug = lot_sku(), make_stock("MUG", 1, at="B-01-1")
    put_lot(sku, "OLD", 1, expires=MAY, at="A-01-1")
    put_lot(sku, "NEW", 4, expires=JULY, at="A-01-1")
    allocated(shop=cedar_shop, lines={"CREAM": 2, "MUG": 1})
    pick_list = released_list(site)
    tasks = walk_steps.tasks_of(pick_list=pick_list)

    found = {one.sku: one.lot for one in walk_steps.ahead(pick_list, tasks)}

    assert found == {"CREAM": "Lot OLD, expires 2027-05-01", mug.seller_sku: ""}
    assert walk_steps.next_step(pick_list, tasks).lot in found.values()


def test_a_lot_that_comes_too_late_is_withheld_at_once(site):
    sku = lot_sku(sell_by_days=60)
    put_lot(sku, "LATE", 4, expires=NOW.date() + timedelta(days=20))
    row = StockLevel.objects.get(sku=sku)
    assert (row.on_hand, row.available) == (4, 0)
    assert ledger_check.check_ledger() == []


def test_writing_off_what_is_withheld_takes_no_promise_away(site, cedar_shop):
    sku = lot_sku(sell_by_days=60)
    put_lot(sku, "LATE", 4, expires=NOW.date() + timedelta(days=20))
    put_lot(sku, "NEW", 2, expires=JULY)
    package = allocated(shop=cedar_shop, lines={"CREAM": 2})
    wanted = receiving.Adjustment(sku_id=sku.pk, quantity=-4, reason="damaged", key="gone")
    receiving.adjust(wanted=wanted, actor=MAI, now=NOW)
    package.refresh_from_db()
    assert (package.state, level(sku), lots_in("A-01-1")) == (PackageState.ALLOCATED, (2, 2), {"NEW": 2})
    assert StockLevel.objects.get(sku=sku).withheld == 0


def test_goods_from_before_lots_were_kept_go_first(site):
    sku = make_stock("CREAM", 2)
    sku.is_by_lot = True
    sku.save()
    put_lot(sku, "NEW", 3, expires=JULY)
    wanted = receiving.Adjustment(sku_id=sku.pk, quantity=-3, reason="correction", key="out")
    rows = receiving.adjust(wanted=wanted, actor=MAI, now=NOW)
    assert (rows[0].quantity, rows[0].lot, lots_in("A-01-1")) == (-2, None, {"NEW": 2})
    assert ledger_check.check_ledger() == []


def test_the_check_finds_a_lot_that_was_tampered_with(site):
    sku = lot_sku()
    put_lot(sku, "L-1", 3, expires=MAY)
    BinLot.objects.update(on_hand=2)
    (found,) = ledger_check.check_ledger()
    assert (found.figure, found.stored, found.rebuilt) == ("lot", 2, 3)


def test_a_smaller_margin_brings_a_lot_back(site):
    sku = lot_sku(sell_by_days=60)
    put_lot(sku, "LATE", 4, expires=NOW.date() + timedelta(days=20))
    sku.sell_by_days = 5
    sku.save()
    expiry.withhold_due(today=NOW.date(), actor=MAI, now=NOW)
    row = StockLevel.objects.get(sku=sku)
    assert (row.withheld, row.available) == (0, 4)
    assert ledger_check.check_ledger() == []
