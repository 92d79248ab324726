"""A transfer is picked bin after bin: walking order, wrong scans, what was picked is what leaves, and the way back."""

from datetime import date

import pytest
from django.urls import reverse

from tenancy import scoping
from tenancy.models import AuditEntry, Role
from tests import make, make_orders
from tests.make_orders import NOW
from tests.make_stock import lot_sku, lots_in, put_lot, second_site
from tests.make_warehouse import MAI, allocated, bin_of, in_bin, level, make_site, make_stock
from warehouse import deliveries, ledger_check, paper_pages, transfer_picks, transfers
from warehouse.models import CountTask, Delivery, DeliveryLine, PaperPrint, StockMovement

BY = {"actor": MAI, "now": NOW}


def transfer_of(site, south, **units) -> Delivery:
    lines = {make_orders.make_sku(code).pk: count for code, count in units.items()}
    return transfers.prepare(origin_id=site.pk, warehouse_id=south.pk, lines=lines, **BY)


@pytest.fixture
def transfer(site, north_shop) -> Delivery:
    """4 MUG and 2 CUP go south: 3 MUG lie in A-01-1, 9 in B-02-1, and the CUPs in A-02-1."""
    make_stock("MUG", 3, at="A-01-1")
    make_stock("MUG", 9, at="B-02-1")
    make_stock("CUP", 5, at="A-02-1")
    return transfer_of(site, second_site(), MUG=4, CUP=2)


def stops(transfer, **values) -> list[tuple[str, str, int]]:
    found = transfer_picks.sheet(transfer=transfer, **values).stops
    return [(stop.bin.code, stop.sku.seller_sku, stop.units) for stop in found]


def scan(transfer, code: str, *, at: str = "", quantity: int = 1, **values) -> transfer_picks.Answer:
    values.setdefault("key", f"{code}:{StockMovement.objects.count()}")
    stands = bin_of(at).pk if at else None
    return transfer_picks.scan(
        transfer_id=transfer.pk, code=code, at=stands, quantity=quantity, **BY, **values
    )


def test_the_walk_is_in_walking_order_and_what_is_scanned_is_out(transfer):
    assert stops(transfer) == [("A-01-1", "MUG", 3), ("A-02-1", "CUP", 2), ("B-02-1", "MUG", 1)]

    said = scan(transfer, "a-01-1")
    assert (said.kind, said.text, said.at) == ("bin_ok", "Bin A-01-1. Take 3 × MUG.", bin_of("A-01-1").pk)
    said = scan(transfer, "BC-MUG", at="A-01-1")
    assert said.text == "1 × MUG taken, 2 more in A-01-1."
    said = scan(transfer, "BC-MUG", at="A-01-1", quantity=2)

    assert (said.kind, said.text) == ("line_done", "2 × MUG taken: complete in A-01-1.")
    mug = make_orders.make_sku("MUG")
    assert (in_bin("A-01-1", mug), level(mug)) == (0, (9, 0))
    assert stops(transfer) == [("A-02-1", "CUP", 2), ("B-02-1", "MUG", 1)]
    assert ledger_check.check_ledger() == []


def test_what_was_picked_is_what_leaves_and_arrives(transfer, site):
    scan(transfer, "MUG", at="A-01-1", quantity=3)
    scan(transfer, "CUP", at="A-02-1")
    transfers.send(transfer_id=transfer.pk, **BY)
    rows = DeliveryLine.objects.filter(delivery=transfer).order_by("sku__seller_sku")
    assert [(row.sku.seller_sku, row.expected) for row in rows] == [("CUP", 1), ("MUG", 3)]
    detail = AuditEntry.objects.get(action="transfer.sent").detail
    assert (detail["units"], detail["wanted"]) == (4, 6)
    assert ledger_check.check_ledger() == []
    deliveries.receive(delivery_id=transfer.pk, code="MUG", units=3, key="m", **BY)
    deliveries.receive(delivery_id=transfer.pk, code="CUP", units=1, key="c", **BY)
    assert ledger_check.check_ledger() == []
    with pytest.raises(deliveries.DeliveryIsOver, match="nothing can be picked for it"):
        scan(transfer, "MUG", at="B-02-1")


@pytest.mark.parametrize(
    ("at", "code", "kind", "sentence"),
    [
        ("", "B-02-1", "wrong_bin", "Wrong bin: B-02-1, expected A-01-1. Go there and scan the bin."),
        ("", "BC-MUG", "wrong_bin", "Scan the bin first: expected bin A-01-1, scanned item BC-MUG."),
        ("A-02-1", "BC-CUP", "wrong_bin", "Scan the bin first: expected bin A-01-1, scanned item BC-CUP."),
        (
            "A-01-1",
            "BC-CUP",
            "wrong_item",
            "Wrong item: CUP, expected MUG. Put it back and scan the right one.",
        ),
        ("A-01-1", "A-02-1", "wrong_bin", "A-02-1 is a bin: first scan the item, expected MUG."),
        (
            "A-01-1",
            "?",
            "unknown_code",
            "Unknown barcode: ?, expected MUG. Scan the code of the item itself.",
        ),
    ],
)
def test_a_wrong_scan_is_named_and_changes_nothing(transfer, at, code, kind, sentence):
    before = StockMovement.objects.count()
    with pytest.raises(transfer_picks.WrongScan) as refusal:
        scan(transfer, code, at=at)
    assert (refusal.value.code, str(refusal.value)) == (kind, sentence)
    assert StockMovement.objects.count() == before


@pytest.mark.parametrize("quantity", [0, 4])
def test_more_than_the_line_is_refused(transfer, quantity):
    with pytest.raises(transfer_picks.WrongScan, match=f"Too many: {quantity} units, expected 3 at most"):
        scan(transfer, "MUG", at="A-01-1", quantity=quantity)
    assert transfer_picks.picked(transfer=transfer) == {}


def test_a_key_that_comes_twice_counts_once(transfer):
    texts = [scan(transfer, "MUG", at="A-01-1", key="k").text for _time in range(2)]
    assert texts == ["1 × MUG taken, 2 more in A-01-1.", "MUG was taken already."]
    assert list(transfer_picks.picked(transfer=transfer).values()) == [1]


def test_what_is_not_there_is_counted_and_taken_elsewhere(transfer):
    stop = transfer_picks.not_there(transfer_id=transfer.pk, without=[], **BY)
    assert (stop.bin.code, CountTask.objects.get().why) == ("A-01-1", transfer.number)
    without = [stop.bin.pk]
    assert stops(transfer, without=without) == [("A-02-1", "CUP", 2), ("B-02-1", "MUG", 4)]
    scan(transfer, "A-02-1", without=without)


def test_the_last_pick_goes_back_into_its_bin(transfer):
    mug = make_orders.make_sku("MUG")
    scan(transfer, "MUG", at="A-01-1", key="one")
    scan(transfer, "MUG", at="A-01-1", key="two", quantity=2)
    text = transfer_picks.take_back(transfer_id=transfer.pk, **BY)
    assert (text, in_bin("A-01-1", mug)) == ("Taken back: 2 × MUG lie in A-01-1 again.", 2)
    transfer_picks.take_back(transfer_id=transfer.pk, **BY)
    with pytest.raises(transfer_picks.NothingPicked, match="Nothing was picked"):
        transfer_picks.take_back(transfer_id=transfer.pk, **BY)
    assert (in_bin("A-01-1", mug), level(mug), ledger_check.check_ledger()) == (3, (12, 0), [])
    transfers.send(transfer_id=transfer.pk, **BY)
    assert sum(DeliveryLine.objects.values_list("expected", flat=True)) == 6
    assert ledger_check.check_ledger() == []


def test_a_cancelled_transfer_leaves_what_was_picked_at_the_dock(transfer):
    mug = make_orders.make_sku("MUG")
    scan(transfer, "MUG", at="A-01-1", quantity=3)
    transfers.cancel(transfer_id=transfer.pk, **BY)
    transfer.refresh_from_db()
    assert (transfer.state, in_bin("RECEIVING", mug), level(mug)) == ("cancelled", 3, (12, 0))
    assert ledger_check.check_ledger() == []


def test_lots_leave_first_expired_first_and_come_back_as_they_were(site):
    sku = lot_sku()
    put_lot(sku, "OLD", 2, expires=date(2027, 5, 1))
    put_lot(sku, "NEW", 4, expires=date(2027, 7, 1))
    transfer = transfer_of(site, second_site(), CREAM=3)
    stop = transfer_picks.sheet(transfer=transfer).stops[0]
    assert stop.lot == "Lot OLD, expires 2027-05-01"
    scan(transfer, "CREAM", at="A-01-1", quantity=3)
    assert lots_in("A-01-1") == {"NEW": 3}
    transfer_picks.take_back(transfer_id=transfer.pk, **BY)
    assert (lots_in("A-01-1"), ledger_check.check_ledger()) == ({"OLD": 2, "NEW": 4}, [])


def test_what_buyers_were_promised_is_not_on_the_sheet(site, cedar_shop):
    make_stock("MUG", 3)
    allocated(shop=cedar_shop, lines={"MUG": 2})
    transfer = transfer_of(site, second_site(), MUG=3)
    found = transfer_picks.sheet(transfer=transfer)
    assert stops(transfer) == [("A-01-1", "MUG", 1)]
    assert [(sku.seller_sku, units) for sku, units in found.lacking] == [("MUG", 2)]
    scan(transfer, "MUG", at="A-01-1")
    with pytest.raises(transfer_picks.WrongScan, match="No bin has more"):
        scan(transfer, "MUG", at="A-01-1")
    assert level(make_orders.make_sku("MUG")) == (2, 2)


def test_the_paper_has_the_walk(transfer):
    page = paper_pages.transfers([transfer])[0]
    assert [stop.bin.code for stop in page.sheet.stops] == ["A-01-1", "A-02-1", "B-02-1"]


# --- the station ---


@pytest.fixture
def at_station(cedar, client, north_shop) -> Delivery:
    client.force_login(make.make_member(seller=cedar, role=Role.PICKER))
    with scoping.scope(sellers=[cedar.pk]):
        site = make_site()
        make_stock("MUG", 9)
        return transfer_of(site, second_site(), MUG=2)


def url(name: str, transfer: Delivery, seller: str = "cedar") -> str:
    return reverse(f"warehouse:{name}", kwargs={"seller": seller, "public_id": transfer.public_id})


def test_bin_item_undo_and_refusals_over_http(client, cedar, at_station):
    page = client.get(url("transfer_walk", at_station)).content.decode()
    assert ("A-01-1" in page, "units 0/2, 1 bin left" in page) == (True, True)
    headers = {"HX-Request": "true"}
    refused = client.post(url("transfer_scan", at_station), {"code": "B-01-1"}, headers=headers)
    assert (refused.status_code, '"kind": "wrong_bin"' in refused.headers["HX-Trigger"]) == (422, True)
    answer = client.post(url("transfer_scan", at_station), {"code": "A-01-1"}, headers=headers)
    with scoping.scope(sellers=[cedar.pk]):
        at = bin_of("A-01-1").pk
    assert f'name="at" value="{at}"' in answer.content.decode()
    done = client.post(
        url("transfer_scan", at_station), {"code": "BC-MUG", "at": at, "quantity": "2"}, headers=headers
    )
    assert "Everything is picked" in done.content.decode()
    undone = client.post(url("transfer_undo", at_station), headers=headers)
    assert "Taken back: 2 × MUG lie in A-01-1 again." in undone.content.decode()
    missing = client.post(url("transfer_missing", at_station), headers=headers)
    assert "a count of A-01-1 is asked for" in missing.content.decode()
    assert "No bin has more of it free" in missing.content.decode()


def test_it_is_printed_once_and_again_with_a_reason(client, cedar, at_station):
    answer = client.post(url("print_transfer", at_station))
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
    assert client.post(url("print_transfer", at_station)).status_code == 422
    assert client.post(url("print_transfer", at_station), {"reason": "wet"}).status_code == 200
    with scoping.scope(sellers=[cedar.pk]):
        assert list(PaperPrint.objects.order_by("pk").values_list("kind", "reason")) == [
            ("transfer", ""),
            ("transfer", "wet"),
        ]


def test_a_delivery_from_a_supplier_has_no_walk_and_neighbors_none_at_all(client, cedar, at_station):
    with scoping.scope(sellers=[cedar.pk]):
        lines = {make_orders.make_sku("MUG").pk: 1}
        delivery = deliveries.announce(warehouse_id=at_station.warehouse_id, lines=lines, **BY)
        with pytest.raises(deliveries.DeliveryIsOver, match="no transfer between warehouses"):
            transfer_picks.lock_draft(transfer_id=delivery.pk)
    assert client.get(url("transfer_walk", delivery)).status_code == 404
    assert client.get(url("transfer_walk", at_station, "north")).status_code == 404
    client.force_login(make.make_member(seller=cedar, role=Role.VIEWER, email="v@cedar.example"))
    assert client.post(url("transfer_scan", at_station), {"code": "A-01-1"}).status_code == 403
