"""Goods in, put away, corrected, counted; safety stock; bins."""

from datetime import timedelta

import pytest

from relay.models import OutboxEvent
from tenancy.models import AuditEntry
from tests.make_orders import NOW
from tests.make_warehouse import MAI, bin_of, in_bin, level, make_second_site, make_stock
from warehouse import counting, layout, ledger, receiving, safety, setup
from warehouse.models import Bin, BinKind, Carton, CountTask, StockLevel, StockMovement
from warehouse.receiving import Adjustment


def adjust(sku, quantity, reason="received", **values):
    wanted = Adjustment(sku_id=sku.pk, quantity=quantity, reason=reason, key=values.pop("key", "k"), **values)
    return receiving.adjust(wanted=wanted, actor=MAI, now=NOW)


def test_goods_come_to_the_dock(site):
    sku = make_stock("MUG", 0)
    rows = adjust(sku, 7, reference="PO-1")
    assert [(row.bin.code, row.quantity, row.reference) for row in rows] == [("RECEIVING", 7, "PO-1")]
    assert level(sku) == (7, 0)


def test_the_same_key_counts_once(site):
    sku = make_stock("MUG", 0)
    first = adjust(sku, 7)
    again = adjust(sku, 7)
    assert [row.pk for row in again] == [row.pk for row in first]
    assert level(sku) == (7, 0)


def test_without_a_bin_goods_leave_dock_first_then_the_fullest_shelf(site):
    sku = make_stock("MUG", 2, at="RECEIVING")
    make_stock("MUG", 3, at="A-01-1")
    make_stock("MUG", 5, at="B-01-1")
    rows = adjust(sku, -6, "correction")
    assert [(row.bin.code, row.quantity) for row in rows] == [("RECEIVING", -2), ("B-01-1", -4)]
    assert [row.pk for row in adjust(sku, -6, "correction")] == [row.pk for row in rows]
    assert level(sku) == (4, 0)


@pytest.mark.parametrize(
    ("quantity", "reason", "sentence"),
    [
        (5, "stolen", "The reason is one of: received, counted, damaged, correction."),
        (0, "counted", "The quantity is a number of units other than 0, at most 100000."),
        (-1, "received", "Received goods are a positive number. To take goods out, choose another reason."),
        (1, "damaged", "Damaged goods leave the stock: give a negative number."),
        (-9, "damaged", "Only 2 of MUG lie in Main warehouse; 9 cannot be taken out."),
    ],
)
def test_nonsense_is_refused_with_a_sentence(site, quantity, reason, sentence):
    sku = make_stock("MUG", 2)
    with pytest.raises((receiving.BadAdjustment, ledger.NotEnoughStock)) as refused:
        adjust(sku, quantity, reason)
    assert str(refused.value) == sentence
    assert level(sku) == (2, 0)


def test_a_bundle_has_no_stock_of_its_own(site):
    sku = make_stock("SET", 0)
    sku.is_bundle = True
    sku.save()
    with pytest.raises(receiving.BadAdjustment):
        adjust(sku, 1)


def test_goods_are_put_away(site, cedar_shop):
    sku = make_stock("MUG", 5, at="RECEIVING")
    move = {"sku_id": sku.pk, "source_id": bin_of("RECEIVING").pk, "actor": MAI, "now": NOW}
    receiving.put_away(target_id=bin_of("A-02-1").pk, quantity=4, key="m", **move)
    assert (in_bin("RECEIVING", sku), in_bin("A-02-1", sku), level(sku)) == (1, 4, (5, 0))
    make_second_site(shop=cedar_shop, platform_warehouse_id="9")
    with pytest.raises(receiving.BadAdjustment, match="same warehouse"):
        receiving.put_away(target_id=bin_of("S-01").pk, quantity=1, key="n", **move)
    with pytest.raises(ledger.NotEnoughStock):
        receiving.put_away(target_id=bin_of("A-02-1").pk, quantity=2, key="o", **move)


def test_a_count_sets_the_bin_and_settles_its_task(site):
    sku = make_stock("MUG", 5)
    place = bin_of("A-01-1")
    task = counting.ask_for_count(bin_id=place.pk, sku_id=sku.pk, why="short", now=NOW)

    row = counting.count(bin_id=place.pk, sku_id=sku.pk, counted=8, actor=MAI, now=NOW)

    assert (row.quantity, row.reason, level(sku)) == (3, "counted", (8, 0))
    task.refresh_from_db()
    assert (task.counted_quantity, task.done_at, task.done_by) == (8, NOW, "Mai")


def test_a_count_that_was_right_moves_nothing_but_counts(site):
    sku = make_stock("MUG", 0)
    place = bin_of("A-01-1")
    assert counting.count(bin_id=place.pk, sku_id=sku.pk, counted=0, actor=MAI, now=NOW) is None
    assert StockLevel.objects.get(sku=sku).first_counted_at == NOW
    assert not StockMovement.objects.exists()
    assert OutboxEvent.objects.filter(name="stock.changed").count() == 1
    with pytest.raises(counting.BadCount):
        counting.count(bin_id=place.pk, sku_id=sku.pk, counted=-1, actor=MAI, now=NOW)


def test_one_count_is_asked_for_per_bin_and_sku(site):
    sku = make_stock("MUG", 1)
    for hour in (0, 1):
        counting.ask_for_count(
            bin_id=bin_of("A-01-1").pk, sku_id=sku.pk, why="x", now=NOW + timedelta(hours=hour)
        )
    assert CountTask.objects.get().made_at == NOW


def test_safety_stock_is_set_and_announced(site):
    sku = make_stock("MUG", 5)
    OutboxEvent.objects.all().delete()
    safety.set_safety_stock(sku_id=sku.pk, warehouse_id=site.pk, units=6, actor=MAI, now=NOW)
    assert StockLevel.objects.get(sku=sku).safety_stock == 6
    assert OutboxEvent.objects.get(name="stock.changed").payload["available"] == 5
    assert AuditEntry.objects.get(action="stock.safety_set").detail == {"units": 6, "warehouse_id": site.pk}
    with pytest.raises(safety.BadSafetyStock):
        safety.set_safety_stock(sku_id=sku.pk, warehouse_id=site.pk, units=-1, actor=MAI, now=NOW)


def test_preparing_a_seller_twice_changes_nothing(site, cedar):
    before = (Bin.objects.count(), Carton.objects.count())
    assert setup.prepare_seller(cedar).pk == site.pk
    assert (Bin.objects.count(), Carton.objects.count()) == before
    assert before == (7, 5)  # six shelves and the dock


def test_bins_are_made_once_and_within_reason(site):
    block = {
        "warehouse_id": site.pk,
        "zone_code": "a",
        "first_aisle": 1,
        "levels": 1,
        "actor": MAI,
        "now": NOW,
    }
    assert layout.make_bins(aisles=2, cells=4, **block) == 2
    assert Bin.objects.filter(kind=BinKind.SHELF).count() == 8
    for aisles, cells in ((0, 3), (1, 1000), (199, 999)):
        with pytest.raises(layout.BadLayout):
            layout.make_bins(aisles=aisles, cells=cells, **block)
