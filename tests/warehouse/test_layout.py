"""Layouts: what shelves become, in which order they are walked, what a draft says, bins out of use and renamed."""

import pytest

from tenancy import scoping
from tenancy.models import AuditEntry
from tests import make_warehouse
from tests.make_orders import NOW
from tests.make_warehouse import MAI, allocated, bin_of, in_bin, make_stock, planned_wave
from warehouse import bin_changes, building, carts, layout, ledger, picking, receiving, setup, totes, waves
from warehouse.layout import Entry, Place
from warehouse.models import Bin, BinKind, Cart, Warehouse, Zone

BY = {"actor": MAI, "now": NOW}


def make(site, **values):
    wanted = {"zone_code": "B", "first_aisle": 5, "aisles": 1, "cells": 2, "levels": 1, **values}
    return layout.make_bins(warehouse_id=site.pk, **wanted, **BY)


def test_twelve_aisles_of_two_times_twenty_cells_on_three_levels(site):
    assert make(site, first_aisle=3, aisles=12, cells=20, levels=3, sides=2) == 12 * 2 * 20 * 3
    left, right = bin_of("C-20L-3"), bin_of("N-01R-1")
    assert (left.aisle, left.side, left.cell, left.level, left.block) == (3, 1, 20, 3, 1)
    assert (right.aisle, right.side, right.cell, right.level, right.block) == (14, 2, 1, 1, 1)
    assert left.zone == right.zone == Zone.objects.get(code="B")


def test_both_sides_of_a_cell_are_passed_at_once_and_blocks_one_after_the_other(site):
    make(site, aisles=2, cells=2, sides=2, blocks=(1, 2))
    order = Bin.objects.filter(zone__code="B").order_by("walk_order", "code").values_list("code", flat=True)
    assert list(order) == [
        "E-01L-1", "E-01R-1", "E-02L-1", "E-02R-1", "F-02L-1", "F-02R-1", "F-01L-1", "F-01R-1",
        "E2-01L-1", "E2-01R-1", "E2-02L-1", "E2-02R-1", "F2-02L-1", "F2-02R-1", "F2-01L-1", "F2-01R-1",
    ]  # fmt: skip
    assert Warehouse.objects.get(pk=site.pk).blocks == 2


def test_every_shelf_is_walked_before_the_dock():
    last = Place(layout.AISLES_AT_MOST, 999, 9, block=2, side=2)
    assert last.walk_order < setup.RECEIVING_WALK_ORDER
    first_beyond = Place(1, 1, 1, block=2)
    assert Place(layout.AISLES_AT_MOST, 999, 9).walk_order < first_beyond.walk_order


def test_a_draft_writes_nothing_and_says_what_would_be(site):
    entries = layout.shelves(zone_code="b", first_aisle=2, aisles=2, cells=3, levels=1)
    found = layout.draft(warehouse=site, entries=entries, is_changing=False)
    assert [entry.code for entry in found.fresh] == ["C-01-1", "C-02-1", "C-03-1"]
    assert (found.changed, found.same, found.others, found.zones) == ((), 3, 4, ("B",))
    assert Bin.objects.count() == 7
    assert not Zone.objects.filter(code="B").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"aisles": 0},
        {"cells": 1000},
        {"levels": 10},
        {"first_aisle": 390, "aisles": 2},
        {"aisles": 200, "cells": 200},
        {"zone_code": "=SUM"},
    ],
)
def test_what_no_building_has_is_refused(site, wrong):
    with pytest.raises(layout.BadLayout):
        make(site, **wrong)
    assert Bin.objects.count() == 7


def test_a_bin_changes_its_place_and_its_walk_order_with_it(site):
    entry = Entry("B-03-1", "FAST", Place(1, 9, 2, block=1, side=2))
    done = layout.make(warehouse_id=site.pk, entries=[entry], is_changing=True, **BY)
    moved = bin_of("B-03-1")
    assert len(done.changed) == 1
    assert (moved.aisle, moved.cell, moved.level, moved.side, moved.zone.code) == (1, 9, 2, 2, "FAST")
    assert moved.walk_order == Place(1, 9, 2).walk_order
    again = layout.draft(warehouse=site, entries=[entry], is_changing=True)
    assert (again.is_empty, again.same) == (True, 1)


def test_a_shelf_with_goods_becomes_no_dock(site):
    make_stock("MUG", 3)
    entry = Entry("A-01-1", "", None, BinKind.RECEIVING)
    with pytest.raises(layout.BadLayout, match="A-01-1 holds goods"):
        layout.make(warehouse_id=site.pk, entries=[entry], is_changing=True, **BY)
    assert bin_of("A-01-1").kind == BinKind.SHELF


def test_gaps_are_named_side_by_side_and_aisle_by_aisle():
    wanted = [Place(1, cell, 1, side=1) for cell in (1, 2, 6, 8)] + [
        Place(4, 3, 1, block=2),
        Place(6, 3, 1, block=2),
    ]
    assert layout.gaps(wanted) == ["block 2: no aisle E", "aisle A L: no cell 3–5, 7"]
    assert layout.gaps([Place(3, 4, 1), Place(3, 5, 1), Place(4, 9, 2)]) == []


def test_bins_of_a_zone_and_of_a_range_of_aisles(site):
    make(site, zone_code="B", first_aisle=3, aisles=3, cells=1)
    make_stock("MUG", 3, at="C-01-1")
    zone = Zone.objects.get(code="B")

    def codes(**values):
        return list(layout.bins_in(**values).values_list("code", flat=True))

    assert codes(zone_id=zone.pk) == ["C-01-1", "D-01-1", "E-01-1"]
    assert codes(warehouse_id=site.pk, first_aisle=2, last_aisle=3) == [
        "B-03-1",
        "B-02-1",
        "B-01-1",
        "C-01-1",
    ]
    assert codes(last_aisle=1) == ["A-01-1", "A-02-1", "A-03-1"]  # the dock is in no aisle
    assert codes(zone_id=zone.pk, is_empty=True) == ["D-01-1", "E-01-1"]
    assert codes(is_empty=False) == ["C-01-1"]
    assert codes(is_retired=True) == []


def test_empty_bins_go_out_of_use_and_full_ones_say_why_not(site):
    make_stock("MUG", 3)
    ids = list(Bin.objects.filter(aisle=1).values_list("pk", flat=True))
    outcome = bin_changes.retire(bin_ids=ids, **BY)
    assert outcome.done == ["A-02-1", "A-03-1"]
    assert outcome.refused == ["A-01-1 holds goods: move them first."]
    assert list(Bin.objects.filter(is_active=False).values_list("code", flat=True)) == ["A-02-1", "A-03-1"]
    assert AuditEntry.objects.filter(action="bins.retired").count() == 2
    assert bin_changes.restore(bin_ids=ids, **BY).done == ["A-02-1", "A-03-1"]
    assert not Bin.objects.filter(is_active=False).exists()


def test_nothing_goes_into_a_bin_out_of_use_and_what_lies_there_may_leave(site):
    sku = make_stock("MUG", 3)
    retired = {"A-01-1", "A-02-1"}
    Bin.objects.filter(code__in=retired).update(is_active=False)
    carry = {"sku_id": sku.pk, "quantity": 1, **BY}
    place = dict(Bin.objects.values_list("code", "pk"))
    with pytest.raises(ledger.BinIsRetired, match="A-02-1 is out of use: nothing goes into it. Take another"):
        receiving.put_away(source_id=place["A-01-1"], target_id=place["A-02-1"], key="in", **carry)
    assert (in_bin("A-01-1", sku), in_bin("A-02-1", sku)) == (3, 0)
    receiving.put_away(source_id=place["A-01-1"], target_id=place["A-03-1"], key="out", **carry)
    Bin.objects.filter(code="A-03-1").update(is_active=False)
    assert (
        len(receiving.put_away(source_id=place["A-01-1"], target_id=place["A-03-1"], key="out", **carry)) == 2
    )
    assert (in_bin("A-01-1", sku), in_bin("A-03-1", sku)) == (2, 1)


def test_the_last_dock_stays(site):
    dock = Bin.objects.get(kind=BinKind.RECEIVING)
    outcome = bin_changes.retire(bin_ids=[dock.pk], **BY)
    assert outcome.refused == ["RECEIVING is the last dock: goods that come in need one."]
    other = Bin.objects.create(warehouse=site, code="DOCK-2", kind=BinKind.RECEIVING)
    assert bin_changes.retire(bin_ids=[dock.pk, other.pk], **BY).done == ["DOCK-2"]


def test_a_bin_keeps_its_goods_under_another_code(site):
    sku = make_stock("MUG", 3)
    bin_changes.rename(bin_id=bin_of("A-01-1").pk, code=" front-1 ", **BY)
    assert make_warehouse.in_bin("FRONT-1", sku) == 3
    entry = AuditEntry.objects.get(action="bin.renamed")
    assert entry.detail == {"before": "A-01-1", "after": "FRONT-1"}


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("a-02-1", "has a bin A-02-1 already"),
        ("A 9", "without spaces"),
        ("=1+1", "the first one a letter or digit"),
        ("", "1 to 30 characters"),
    ],
)
def test_a_code_that_does_not_fit_changes_nothing(site, code, sentence):
    with pytest.raises(bin_changes.BadBinCode, match=sentence):
        bin_changes.rename(bin_id=bin_of("A-01-1").pk, code=code, **BY)
    assert bin_of("A-01-1").walk_order == Place(1, 1, 1).walk_order


def test_the_code_of_a_retired_bin_stays_taken(site):
    bin_changes.retire(bin_ids=[bin_of("A-02-1").pk], **BY)
    with pytest.raises(bin_changes.BadBinCode, match="Bring that bin back instead"):
        bin_changes.rename(bin_id=bin_of("A-01-1").pk, code="A-02-1", **BY)


def test_the_neighbor_has_the_same_codes_for_itself(site, north):
    with scoping.scope(sellers=[north.pk]):
        theirs = make_warehouse.make_site()
        bin_changes.rename(bin_id=bin_of("A-01-1").pk, code="FRONT-1", **BY)
        with pytest.raises(Warehouse.DoesNotExist):
            make(site)
    assert bin_of("A-01-1").warehouse_id == site.pk
    assert theirs.pk != site.pk
    assert layout.bins_in(warehouse_id=theirs.pk).count() == 0


def test_the_building_is_set_up_within_its_limits(site):
    values = {"aisle_mm": 2500, "pack_aisle": 2, "is_one_way": True}
    building.set_building(warehouse_id=site.pk, values=values, **BY)
    found = Warehouse.objects.get(pk=site.pk)
    assert (found.aisle_mm, found.pack_aisle, found.is_one_way, found.cell_mm) == (2500, 2, True, 1000)
    assert AuditEntry.objects.get(action="warehouse.planned_anew").detail["before"]["aisle_mm"] == 3000
    for wrong in ({"aisle_mm": 10}, {"pack_aisle": 3}, {"blocks": 3}):
        with pytest.raises(building.BadBuilding):
            building.set_building(warehouse_id=site.pk, values=wrong, **BY)
    make(site, first_aisle=1, blocks=(2,))
    with pytest.raises(building.BadBuilding, match="second block"):
        building.set_building(warehouse_id=site.pk, values={"blocks": 1}, **BY)


def test_a_cart_is_a_tote_with_slots(site):
    carts.save(warehouse_id=site.pk, code="big-1", room=carts.Room(12, units=80), **BY)
    carts.save(warehouse_id=site.pk, code="BIG-1", room=carts.Room(16), **BY)
    cart = Cart.objects.get()
    assert (cart.tote.code, cart.tote.kind, cart.slots, cart.units) == ("BIG-1", BinKind.TOTE, 16, 0)
    for code, room in (("A-01-1", carts.Room(4)), ("C", carts.Room(0)), ("C D", carts.Room(1))):
        with pytest.raises(carts.BadCart):
            carts.save(warehouse_id=site.pk, code=code, room=room, **BY)
    assert Cart.objects.count() == 1


def test_a_walk_gets_a_cart_with_enough_slots(site, cedar_shop):
    make_stock("MUG", 9)
    for number in (1, 2, 3):
        allocated(shop=cedar_shop, number=number)
    carts.save(warehouse_id=site.pk, code="A-SMALL", room=carts.Room(2), **BY)
    carts.save(warehouse_id=site.pk, code="B-LARGE", room=carts.Room(3), **BY)
    wave = planned_wave(site, slots=3)
    waves.release_wave(wave_id=wave.pk, **BY)
    pick_list = wave.pick_lists.get()
    with pytest.raises(totes.CartIsTooSmall, match="A-SMALL has 2 slots, this walk needs 3"):
        picking.claim(pick_list_id=pick_list.pk, tote_code="a-small", **BY)
    assert picking.claim(pick_list_id=pick_list.pk, **BY).tote_code == "B-LARGE"
    with pytest.raises(carts.BadCart, match="B-LARGE is in use"):
        carts.retire(tote_id=Bin.objects.get(code="B-LARGE").pk, **BY)
    with pytest.raises(totes.CartIsTooSmall, match="No free cart has 3 slots"):
        totes.choose(warehouse_id=site.pk, slots=3)


def test_a_bin_that_a_picker_walks_to_stays(site, cedar_shop):
    sku = make_stock("MUG", 1)
    allocated(shop=cedar_shop)
    waves.release_wave(wave_id=planned_wave(site).pk, **BY)
    here, there = bin_of("A-01-1"), bin_of("A-02-1")
    receiving.put_away(sku_id=sku.pk, source_id=here.pk, target_id=there.pk, quantity=1, key="away", **BY)
    outcome = bin_changes.retire(bin_ids=[here.pk], **BY)
    assert outcome.refused == ["A picker is on the way to A-01-1: wait until the walk has ended."]
    assert bin_of("A-01-1").is_active
