"""Goods from the dock to a shelf: what is advised and why, which scans are refused, what is left to others, undo."""

from datetime import date, timedelta

import pytest

from tenancy import scoping
from tests.make_orders import NOW
from tests.make_stock import lot_sku, lots_in, put_lot
from tests.make_warehouse import (
    KIM,
    MAI,
    allocated,
    bin_of,
    in_bin,
    level,
    make_stock,
    picked,
    planned_wave,
)
from warehouse import ledger_check, put_away, put_away_advice, setup, waves
from warehouse.models import Bin, Lot, PutBackTask, StockMovement
from warehouse.put_away_advice import Ground, Shelf

MAY, JULY = date(2027, 5, 1), date(2027, 7, 1)
GROUND = Ground(aisle_mm=3000, cell_mm=1000, cross_mm=3000, entry_aisle=1, cells=10)


def advice(site, sku, lot=None) -> list[tuple[str, str]]:
    found = put_away_advice.advise(warehouse=site, sku=sku, lot=lot, now=NOW)
    return [(one.code, one.reason) for one in found]


def place(sku, bin_code: str, **values):
    wanted = {"quantity": None, "key": f"to {bin_code}", "actor": MAI, "now": NOW, **values}
    return put_away.place(dock_id=bin_of("RECEIVING").pk, sku_id=sku.pk, bin_code=bin_code, **wanted)


def units(site) -> dict[str, int]:
    return {one.sku.seller_sku: one.units for one in put_away.waiting(warehouse_id=site.pk)}


def test_the_pick_face_comes_first_then_the_same_goods_then_the_nearest_empty_shelf():
    shelves = [
        Shelf(1, "A-01-1", 10, 1, 1, own=0, picks=30),
        Shelf(2, "B-09-1", 90, 2, 9, own=4),
        Shelf(3, "A-02-1", 20, 1, 2),
        Shelf(4, "A-09-1", 91, 1, 9),
        Shelf(5, "A-03-1", 30, 1, 3, others=("HAT",)),
    ]
    found = put_away_advice.ranked(shelves=shelves, ground=GROUND)
    assert [(one.code, one.reason) for one in found] == [
        ("A-01-1", "Its pick face, empty now: lines lately picked here 30."),
        ("B-09-1", "Here already: 4 of it."),
        ("A-02-1", "Empty, and the nearest to where it is picked: 1 m from A-01-1."),
        ("A-09-1", "Empty, and the nearest to where it is picked: 8 m from A-01-1."),
    ]


def test_a_shelf_of_the_same_cell_is_right_beside_it():
    shelves = [Shelf(1, "A-01-1", 10, 1, 1, own=6, picks=9), Shelf(2, "A-01-2", 11, 1, 1)]
    found = put_away_advice.ranked(shelves=shelves, ground=GROUND)
    assert found[1].reason == "Empty, and right beside A-01-1, where it is picked."


def test_a_lot_lies_alone():
    shelves = [
        Shelf(1, "A-01-1", 10, 1, 1, own=6, other_lots=("OLD",), picks=9),
        Shelf(2, "A-02-1", 20, 1, 2, own=3),
        Shelf(3, "A-04-1", 40, 1, 4),
    ]
    found = put_away_advice.ranked(shelves=shelves, ground=GROUND, lot="NEW")
    assert [(one.code, one.reason) for one in found] == [
        ("A-02-1", "Here already: 3 of lot NEW."),
        ("A-04-1", "Empty, so that lot NEW lies alone; 3 m from A-01-1."),
    ]


@pytest.mark.parametrize(
    ("one", "meters"),
    [
        (Shelf(1, "A", aisle=1, cell=9), 8),
        (Shelf(1, "B front", aisle=2, cell=2), 3 + 3),
        (Shelf(1, "B back", aisle=2, cell=10), 3 + 11),
        (Shelf(1, "A of the second block", aisle=1, cell=2, block=2), 12 + 3),
    ],
)
def test_the_way_goes_around_the_aisles(one, meters):
    heart = Shelf(9, "A-01-1", aisle=1, cell=1)
    assert put_away_advice._way_mm(one, heart, GROUND) == meters * 1000


def test_what_was_received_is_advised_to_its_picks_and_put_away(site, cedar_shop, north_shop):
    sku = make_stock("MUG", 2, at="A-02-1")
    picked(shop=cedar_shop, warehouse=site, lines={"MUG": 1})
    make_stock("MUG", 10, at="RECEIVING", now=NOW + timedelta(hours=1))
    assert advice(site, sku)[:2] == [
        ("A-02-1", "Its pick face: lines lately picked here 1, units left 1."),
        ("A-01-1", "Empty, and the nearest to where it is picked: 1 m from A-02-1."),
    ]

    found = put_away.recognize(code="BC-MUG", warehouse_id=site.pk)
    done = place(sku, "a-02-1", quantity=4)

    assert (found.units, found.on_shelves, found.dock.code) == (10, 1, "RECEIVING")
    assert done.text == "4 × MUG lie in A-02-1."
    assert (in_bin("RECEIVING", sku), in_bin("A-02-1", sku), level(sku)) == (6, 5, (12, 1))
    assert (units(site), ledger_check.check_ledger()) == ({"MUG": 6}, [])


def test_new_goods_lie_near_the_entry(site):
    sku = make_stock("HAT", 3, at="RECEIVING")
    make_stock("MUG", 1, at="A-01-1")
    assert advice(site, sku)[0] == ("A-02-1", "Empty, and near to where walks begin: 2 m.")


def test_a_repeated_scan_counts_once(site):
    sku = make_stock("MUG", 5, at="RECEIVING")
    texts = {place(sku, "A-01-1", key="same", quantity=5).text for _time in range(2)}
    assert (texts, in_bin("A-01-1", sku)) == ({"5 × MUG lie in A-01-1."}, 5)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("B-99-1", "There is no bin “B-99-1” in this warehouse. Scan a shelf, expected A-01-1."),
        ("BC-HAT", "HAT is an item: now scan the bin for MUG, expected A-01-1."),
        ("RECEIVING", "Wrong bin: RECEIVING is no shelf, expected A-01-1. Goods for sale go to a shelf."),
        ("B-02-1", "Wrong bin: B-02-1 is out of use, expected A-01-1."),
        ("A-02-1", "HAT lies in A-02-1, expected A-01-1. Scan A-02-1 once more to lay MUG beside it."),
    ],
)
def test_a_wrong_bin_is_named_and_changes_nothing(site, code, sentence):
    sku = make_stock("MUG", 5, at="RECEIVING")
    make_stock("HAT", 1, at="A-02-1")
    Bin.objects.filter(code="B-02-1").update(is_active=False)
    with pytest.raises(put_away.WrongBin) as refusal:
        place(sku, code, expected="A-01-1")
    assert (str(refusal.value), in_bin("RECEIVING", sku)) == (sentence, 5)
    assert StockMovement.objects.count() == 2


def test_beside_other_goods_after_a_second_scan(site):
    sku = make_stock("MUG", 5, at="RECEIVING")
    make_stock("HAT", 1, at="A-02-1")
    place(sku, "A-02-1", is_sure=True)
    assert (in_bin("A-02-1", sku), in_bin("RECEIVING", sku)) == (5, 0)


@pytest.mark.parametrize("quantity", [0, 6])
def test_units_that_do_not_wait_are_refused(site, quantity):
    sku = make_stock("MUG", 5, at="RECEIVING")
    with pytest.raises(
        put_away.TooMany, match="Enter at least 1 and at most 5: no more of MUG waits at RECEIVING"
    ):
        place(sku, "A-01-1", quantity=quantity)
    assert in_bin("A-01-1", sku) == 0


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("A-01-1", "A-01-1 is a bin: scan the item first."),
        ("NOPE", "“NOPE” is no item. Scan the barcode of the goods or of their carton."),
        ("BC-MUG", "No MUG stands at the dock. Receive it first, or put it aside and count its bin."),
    ],
)
def test_what_does_not_stand_at_the_dock_is_named(site, code, sentence):
    make_stock("MUG", 5)
    with pytest.raises(put_away.NothingToPutAway) as refusal:
        put_away.recognize(code=code, warehouse_id=site.pk)
    assert str(refusal.value) == sentence


def test_the_neighbor_s_goods_are_unknown(site, north):
    with scoping.scope(sellers=[north.pk]):
        setup.prepare_seller(north)
        make_stock("LAMP", 5, at="RECEIVING")
    with pytest.raises(put_away.NothingToPutAway, match="“BC-LAMP” is no item"):
        put_away.recognize(code="BC-LAMP", warehouse_id=site.pk)


def test_a_lot_gets_a_shelf_of_its_own(site):
    sku = lot_sku()
    put_lot(sku, "OLD", 3, expires=MAY, at="A-01-1")
    put_lot(sku, "NEW", 8, expires=JULY, at="RECEIVING")
    new = Lot.objects.get(code="NEW")
    assert advice(site, sku, new)[0] == ("A-02-1", "Empty, so that lot NEW lies alone; 1 m from A-01-1.")
    with pytest.raises(put_away.WrongBin) as refusal:
        place(sku, "A-01-1", lot_id=new.pk, expected="A-02-1")
    assert str(refusal.value) == (
        "Wrong bin: lot OLD of CREAM lies in A-01-1, and each lot lies alone. Expected A-02-1."
    )
    place(sku, "A-02-1", lot_id=new.pk, quantity=5)
    assert (lots_in("A-01-1"), lots_in("A-02-1"), lots_in("RECEIVING")) == (
        {"OLD": 3},
        {"NEW": 5},
        {"NEW": 3},
    )
    put_away.undo(key="to A-02-1", actor=MAI, now=NOW)
    assert (lots_in("A-02-1"), lots_in("RECEIVING"), ledger_check.check_ledger()) == ({}, {"NEW": 8}, [])


def test_goods_of_the_put_back_list_and_of_walks_are_left_to_them(site, cedar_shop):
    sku = make_stock("MUG", 6, at="RECEIVING")
    PutBackTask.objects.create(
        shop=cedar_shop, sku=sku, source=bin_of("RECEIVING"), quantity=2, why="returned", made_at=NOW
    )
    allocated(shop=cedar_shop, lines={"MUG": 3})
    assert units(site) == {"MUG": 4}
    waves.release_wave(wave_id=planned_wave(site).pk, actor=MAI, now=NOW)
    assert units(site) == {"MUG": 1}
    with pytest.raises(put_away.TooMany):
        place(sku, "A-01-1", quantity=2)
    place(sku, "A-01-1", quantity=1)
    with pytest.raises(put_away.NothingToPutAway, match="on the put-back list, or a picker comes for it"):
        put_away.recognize(code="BC-MUG", warehouse_id=site.pk)
    assert (in_bin("RECEIVING", sku), in_bin("A-01-1", sku)) == (5, 1)


def test_undo_brings_the_goods_back_once(site):
    sku = make_stock("MUG", 5, at="RECEIVING")
    place(sku, "A-01-1", quantity=3, key="k")
    assert put_away.last(actor=MAI, warehouse_id=site.pk, now=NOW).key == "k"
    assert put_away.last(actor=KIM, warehouse_id=site.pk, now=NOW) is None
    texts = {put_away.undo(key="k", actor=MAI, now=NOW) for _time in range(2)}
    assert texts == {"Undone: 3 × MUG stand at RECEIVING again."}
    assert (in_bin("A-01-1", sku), in_bin("RECEIVING", sku), ledger_check.check_ledger()) == (0, 5, [])
    assert put_away.last(actor=MAI, warehouse_id=site.pk, now=NOW) is None


def test_only_who_put_it_away_undoes_it_and_not_under_a_picker(site, cedar_shop):
    sku = make_stock("MUG", 5, at="RECEIVING")
    place(sku, "A-01-1", quantity=5, key="k")
    with pytest.raises(put_away.CannotUndo, match="Mai put this away. Only they can undo it."):
        put_away.undo(key="k", actor=KIM, now=NOW)
    allocated(shop=cedar_shop, lines={"MUG": 1})
    waves.release_wave(wave_id=planned_wave(site).pk, actor=MAI, now=NOW)
    with pytest.raises(put_away.CannotUndo, match="A-01-1: a picker takes of these goods"):
        put_away.undo(key="k", actor=MAI, now=NOW)
    with pytest.raises(put_away.CannotUndo, match="nothing to undo"):
        put_away.undo(key="other", actor=MAI, now=NOW)
    assert in_bin("A-01-1", sku) == 5
