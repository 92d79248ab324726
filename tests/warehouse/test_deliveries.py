"""Goods that were announced: received by scan, over and short told at the end; transfers between two warehouses."""

from datetime import date

import pytest

from catalog.models import Barcode
from tenancy import scoping
from tenancy.models import AuditEntry
from tests import make_orders
from tests.make_orders import NOW
from tests.make_stock import announced, lot_sku, put_lot, second_site
from tests.make_warehouse import MAI, allocated, in_bin, level, make_stock
from warehouse import deliveries, ledger, ledger_check, lots, transfers
from warehouse.models import Delivery, DeliveryLine, StockLevel, StockMovement


def receive(delivery, code, units=1, **values):
    values.setdefault("key", f"{code}:{units}:{StockMovement.objects.count()}")
    return deliveries.receive(delivery_id=delivery.pk, code=code, units=units, actor=MAI, now=NOW, **values)


def figures(delivery):
    rows = DeliveryLine.objects.filter(delivery=delivery).order_by("pk")
    return [(row.sku.seller_sku, row.expected, row.received, row.damaged) for row in rows]


def transfer_of(site, south, **units):
    lines = {make_orders.make_sku(code).pk: count for code, count in units.items()}
    return transfers.prepare(origin_id=site.pk, warehouse_id=south.pk, lines=lines, actor=MAI, now=NOW)


def test_a_delivery_is_received_line_by_line(site):
    mug = make_stock("MUG", 0)
    delivery = announced(site, MUG=5, CUP=2)

    assert receive(delivery, "BC-MUG", 4).text == "4 × MUG: 4 of 5 received."
    receive(delivery, "CUP", 2)
    said = receive(delivery, "MUG", 2).text

    assert said == "2 × MUG: 6 received, more than the 5 announced."
    assert figures(delivery) == [("MUG", 5, 6, 0), ("CUP", 2, 2, 0)]
    assert (level(mug), in_bin("RECEIVING", mug)) == ((6, 0), 6)
    assert StockMovement.objects.filter(reference=delivery.number).count() == 3
    delivery.refresh_from_db()
    assert delivery.state == "receiving"


def test_the_same_scan_counts_once(site):
    mug = make_stock("MUG", 0)
    delivery = announced(site, MUG=5)
    receive(delivery, "MUG", 3, key="k")
    again = receive(delivery, "MUG", 3, key="k")
    assert (again.is_repeated, again.text) == (True, "3 × MUG: 3 of 5 received.")
    assert (figures(delivery), level(mug)) == ([("MUG", 5, 3, 0)], (3, 0))


def test_damaged_ones_come_and_go(site):
    mug = make_stock("MUG", 0)
    delivery = announced(site, MUG=5)
    receive(delivery, "MUG", 5, damaged=2)
    assert (figures(delivery), level(mug)) == ([("MUG", 5, 5, 2)], (3, 0))
    reasons = StockMovement.objects.order_by("pk").values_list("reason", "quantity")
    assert list(reasons) == [("received", 5), ("damaged", -2)]


def test_closing_tells_over_and_short_and_ends_it(site):
    make_stock("MUG", 0)
    delivery = announced(site, MUG=5, CUP=2)
    receive(delivery, "MUG", 6)
    deliveries.close(delivery_id=delivery.pk, actor=MAI, now=NOW)
    entry = AuditEntry.objects.get(action="delivery.closed")
    assert entry.detail["differences"] == {"MUG": 1, "CUP": -2}
    with pytest.raises(deliveries.DeliveryIsOver, match="is received: nothing can be received"):
        receive(delivery, "CUP")
    with pytest.raises(deliveries.DeliveryIsOver):
        deliveries.close(delivery_id=delivery.pk, actor=MAI, now=NOW)
    with pytest.raises(deliveries.DeliveryIsOver):
        deliveries.cancel(delivery_id=delivery.pk, actor=MAI, now=NOW)


def test_goods_that_nobody_announced_need_a_yes(site):
    cup = make_stock("CUP", 0)
    delivery = announced(site, MUG=5)
    with pytest.raises(deliveries.NotAnnounced, match="CUP is not announced on DEL-"):
        receive(delivery, "BC-CUP")
    assert level(cup) == (0, 0)
    receive(delivery, "BC-CUP", is_unannounced_taken=True)
    assert figures(delivery)[1] == ("CUP", 0, 1, 0)


def test_an_unknown_barcode_and_another_sellers_mean_nothing(site, north):
    with scoping.scope(sellers=[north.pk]):
        Barcode.objects.create(sku=make_orders.make_sku("NORTH-LAMP"), code="99887766")
    delivery = announced(site, MUG=5)
    for code in ("12345678", "99887766", "NORTH-LAMP"):
        with pytest.raises(deliveries.UnknownCode, match=f"No SKU has the code “{code}”"):
            receive(delivery, code)
    assert not StockMovement.objects.exists()


@pytest.mark.parametrize(("units", "damaged"), [(0, 0), (-3, 0), (100_001, 0), (2, 3), (2, -1)])
def test_units_that_cannot_be(site, units, damaged):
    make_stock("MUG", 0)
    delivery = announced(site, MUG=5)
    with pytest.raises(deliveries.BadDelivery, match="a number from 1 to 100000"):
        receive(delivery, "MUG", units, damaged=damaged)
    assert not StockMovement.objects.exists()


def test_goods_kept_by_lot_say_their_lot(site):
    lot_sku()
    delivery = announced(site, CREAM=5)
    with pytest.raises(lots.LotNeeded, match="CREAM is kept by lot"):
        receive(delivery, "CREAM", 5)
    receive(delivery, "CREAM", 3, lot="L-1", expires_on=date(2027, 5, 1))
    receive(delivery, "CREAM", 2, lot="L-2", expires_on=date(2027, 6, 1))
    assert figures(delivery) == [("CREAM", 5, 5, 0)]
    assert ledger_check.check_ledger() == []


@pytest.mark.parametrize("units", [{}, {"MUG": 0}, {"MUG": -1}])
def test_an_empty_delivery_is_refused(site, units):
    with pytest.raises(deliveries.BadDelivery):
        announced(site, **units)
    assert not Delivery.objects.exists()


def test_a_transfer_leaves_travels_and_arrives_with_a_difference(site):
    south = second_site()
    mug = make_stock("MUG", 10)
    transfer = transfer_of(site, south, MUG=6)
    assert level(mug) == (10, 0)

    transfers.send(transfer_id=transfer.pk, actor=MAI, now=NOW)
    assert level(mug) == (4, 0)
    assert ledger_check.check_ledger() == []

    receive(transfer, "MUG", 5)
    assert ledger_check.check_ledger() == []
    deliveries.close(delivery_id=transfer.pk, actor=MAI, now=NOW)

    assert AuditEntry.objects.get(action="delivery.closed").detail["differences"] == {"MUG": -1}
    by_site = dict(StockLevel.objects.values_list("warehouse_id", "on_hand"))
    assert by_site == {site.pk: 4, south.pk: 5}
    assert ledger_check.check_ledger() == []


def test_a_transfer_is_sent_once_and_not_cancelled_then(site):
    south = second_site()
    mug = make_stock("MUG", 10)
    transfer = transfer_of(site, south, MUG=6)
    transfers.send(transfer_id=transfer.pk, actor=MAI, now=NOW)
    with pytest.raises(deliveries.DeliveryIsOver, match="cannot be sent again"):
        transfers.send(transfer_id=transfer.pk, actor=MAI, now=NOW)
    with pytest.raises(deliveries.DeliveryIsOver, match="Only what has not begun"):
        deliveries.cancel(delivery_id=transfer.pk, actor=MAI, now=NOW)
    assert level(mug) == (4, 0)


def test_what_is_promised_is_not_sent_away(site, cedar_shop):
    south = second_site()
    mug = make_stock("MUG", 3)
    allocated(shop=cedar_shop, lines={"MUG": 2})
    transfer = transfer_of(site, south, MUG=2)
    with pytest.raises(ledger.StockIsPromised):
        transfers.send(transfer_id=transfer.pk, actor=MAI, now=NOW)
    with pytest.raises(ledger.NotEnoughStock, match="Only 3 of MUG lie free in Main warehouse; 9"):
        transfers.send(transfer_id=transfer_of(site, south, MUG=9).pk, actor=MAI, now=NOW)
    assert level(mug) == (3, 2)
    transfer.refresh_from_db()
    assert transfer.state == "draft"


def test_a_transfer_keeps_its_lots(site):
    south = second_site()
    sku = lot_sku()
    put_lot(sku, "NEW", 4, expires=date(2027, 7, 1))
    put_lot(sku, "OLD", 2, expires=date(2027, 5, 1), at="B-01-1")
    transfer = transfer_of(site, south, CREAM=3)
    transfers.send(transfer_id=transfer.pk, actor=MAI, now=NOW)
    rows = DeliveryLine.objects.filter(delivery=transfer).order_by("lot__code")
    assert [(row.lot.code, row.expected) for row in rows] == [("NEW", 1), ("OLD", 2)]
    with pytest.raises(lots.LotNeeded):
        receive(transfer, "CREAM", 2)
    receive(transfer, "CREAM", 2, lot="OLD")
    receive(transfer, "CREAM", 1, lot="NEW")
    assert ledger_check.check_ledger() == []


def test_a_transfer_goes_somewhere_else(site):
    with pytest.raises(transfers.BadTransfer, match="two different warehouses"):
        transfer_of(site, site, MUG=1)
