"""Pages of deliveries, transfers, lots and counts: they answer, refuse with a sentence, and show a counter no figures."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tenancy import scoping
from tenancy.models import Role
from tests import make
from tests.make_stock import announced, count_of, lot_sku, put_lot, second_site
from tests.make_warehouse import MAI, NOW, allocated, make_site, make_stock
from warehouse import blind_counts
from warehouse.models import (
    AllocationTerms,
    CountEntry,
    CountTask,
    Delivery,
    DeliveryLine,
    StockLevel,
    StockMovement,
    Warehouse,
)


@pytest.fixture
def owner(client, cedar):
    person = make.make_member(seller=cedar)
    client.force_login(person)
    return person


@pytest.fixture
def floor(cedar, cedar_shop):
    with scoping.scope(sellers=[cedar.pk]):
        site = make_site()
        make_stock("MUG", 37)
    return site


def url(name, **kwargs):
    return reverse(f"warehouse:{name}", kwargs={"seller": "cedar", **kwargs})


def scan(client, address, code, **values):
    return client.post(address, {"code": code, "units": "1", **values}, headers={"HX-Request": "true"})


def test_empty_pages_say_what_to_do(client, owner, floor):
    assert "No delivery is on its way" in client.get(url("deliveries")).content.decode()
    assert "Nothing to count" in client.get(url("counts")).content.decode()
    for address in (url("lots"), url("delivery_new"), url("deliveries") + "?tab=over"):
        assert client.get(address).status_code == 200


def test_a_delivery_is_announced_received_and_closed(client, owner, floor, inside):
    form = {"warehouse": floor.pk, "supplier": "Potter", "lines": "SKU, units\nBC-MUG, 5\nmug, 1"}
    response = client.post(url("delivery_new"), form)
    delivery = inside(Delivery.objects.get)
    page = url("delivery", public_id=delivery.public_id)
    assert (response.status_code, response["Location"]) == (302, page)
    assert "Scan an item" in client.get(page).content.decode()

    address = url("delivery_scan", public_id=delivery.public_id)
    answer = scan(client, address, "BC-MUG", units="4", damaged="1", key="a").content.decode()
    scan(client, address, "BC-MUG", units="4", damaged="1", key="a")

    assert "4 × MUG: 4 of 6 received." in answer
    line = inside(DeliveryLine.objects.get)
    assert (line.expected, line.received, line.damaged) == (6, 4, 1)
    act = {"public_id": delivery.public_id, "what": "close"}
    assert client.post(url("delivery_act", **act)).status_code == 302
    assert client.post(url("delivery_act", **act)).status_code == 409
    assert "short" in client.get(url("deliveries") + "?tab=over").content.decode()


def test_wrong_lines_are_named(client, owner, floor, inside):
    file = SimpleUploadedFile("d.csv", "货品,件数\nMUG,3\nNOPE,2\nMUG,-4\n".encode("gb18030"))
    response = client.post(url("delivery_new"), {"warehouse": floor.pk, "file": file})
    text = response.content.decode()
    assert response.status_code == 422
    assert "Line 3: there is no SKU “NOPE”." in text
    assert "Line 4: “-4” is no number of units from 1 to 100000." in text
    assert not inside(Delivery.objects.exists)


@pytest.mark.parametrize(("code", "units", "said"), [
    ("555", "1", "No SKU has the code “555”"),
    ("CUP", "1", "CUP is not announced on"),
    ("MUG", "-2", "Units are a number of 1 or more"),
])  # fmt: skip
def test_a_wrong_scan_at_the_dock(client, owner, floor, inside, code, units, said):
    inside(make_stock, "CUP", 0)
    delivery = inside(announced, floor, MUG=5)
    before = inside(StockMovement.objects.count)
    response = scan(client, url("delivery_scan", public_id=delivery.public_id), code, units=units)
    assert (response.status_code, said in response.content.decode()) == (422, True)
    assert inside(StockMovement.objects.count) == before


def test_the_lot_stays_for_the_same_item_only(client, owner, floor, inside):
    inside(lot_sku)
    delivery = inside(announced, floor, CREAM=5, MUG=2)
    address = url("delivery_scan", public_id=delivery.public_id)
    assert "is kept by lot" in scan(client, address, "CREAM").content.decode()
    lot = {"lot": "L-1", "expires_on": "2031-05-01", "lot_sku": "CREAM"}
    answer = scan(client, address, "CREAM", **lot).content.decode()
    assert 'value="L-1"' in answer
    assert scan(client, address, "MUG", **lot).status_code == 200
    assert "L-1" in client.get(url("lots")).content.decode()
    assert "L-1" in client.get(url("movements")).content.decode()


def test_goods_go_over_to_another_warehouse(client, owner, floor, inside):
    south = inside(second_site)
    form = {"origin": floor.pk, "warehouse": south.pk, "lines": "MUG 5"}
    assert client.post(url("transfer_new"), form).status_code == 302
    transfer = inside(Delivery.objects.get)
    act = {"public_id": transfer.public_id, "what": "send"}
    assert client.post(url("delivery_act", **act)).status_code == 302
    assert "on its way" in client.get(url("delivery", public_id=transfer.public_id)).content.decode()
    assert client.post(url("transfer_new"), {**form, "warehouse": floor.pk}).status_code == 422


def test_a_picker_receives_but_neither_announces_nor_closes(client, cedar, floor, inside):
    delivery = inside(announced, floor, MUG=5)
    client.force_login(make.make_member(seller=cedar, role=Role.PICKER))
    scan_address = url("delivery_scan", public_id=delivery.public_id)
    assert scan(client, scan_address, "MUG").status_code == 200
    assert scan(client, scan_address, "MUG", is_unannounced_taken="on").status_code == 403
    for address in (
        url("delivery_new"),
        url("delivery_act", public_id=delivery.public_id, what="close"),
        url("count_decide", task_id=1),
    ):
        assert client.post(address).status_code in (403, 405)


def test_the_sheet_of_a_bin_is_blind(client, owner, floor, inside):
    task = inside(count_of, "A-01-1")
    sheet = client.get(url("count", task_id=task.pk)).content.decode()
    assert "MUG" in sheet
    assert ">37<" not in sheet

    address = url("count_enter", task_id=task.pk)
    scan(client, address, "BC-MUG", units="")
    answer = scan(client, address, "BC-MUG", units="35").content.decode()
    assert "MUG: 35 counted." in answer
    assert ">37<" not in answer
    assert client.post(url("count_finish", task_id=task.pk)).status_code == 302
    assert inside(StockLevel.objects.get).on_hand == 35


def test_refusals_at_the_sheet(client, owner, floor, inside):
    task = inside(count_of, "A-01-1")
    address = url("count_enter", task_id=task.pk)
    for code, units, said in (
        ("BC-MUG", "-3", "from 0 to 100000"),
        ("BC-MUG", "many", "A count is a number of units"),
        ("555", "1", "No SKU has the code"),
    ):
        response = scan(client, address, code, units=units)
        assert (response.status_code, said in response.content.decode()) == (422, True)
    assert not inside(lambda: CountEntry.objects.filter(units__gt=0).exists())


def test_a_manager_decides_about_a_large_difference(client, owner, floor, inside):
    task = inside(count_of, "A-01-1")
    inside(blind_counts.enter, task_id=task.pk, code="MUG", units=3, actor=MAI, now=NOW)
    inside(blind_counts.finish, task_id=task.pk, actor=MAI, now=NOW)
    person = make.make_member(seller=task.seller, email="kim@cedar.example", name="Kim")
    client.force_login(person)
    assert "-34" in client.get(url("count_decide", task_id=task.pk)).content.decode()
    address = url("count_decided", task_id=task.pk, what="approve")
    assert client.post(address).status_code == 302
    assert client.post(address).status_code == 409
    assert inside(StockLevel.objects.get).on_hand == 3
    assert "approved by Kim" in client.get(url("counts") + "?tab=done").content.decode()


def test_bins_are_asked_for_and_the_day_is_planned(client, owner, floor, inside):
    assert client.post(url("count_ask"), {"bin": "b-01-1"}).status_code == 302
    assert client.post(url("count_ask"), {"bin": "nope"}).status_code == 422
    terms = {"count_bins_a_day": "1", "count_limit_units": "2"}
    assert client.post(url("count_terms", warehouse_id=floor.pk), terms).status_code == 302
    assert inside(Warehouse.objects.get).count_limit_units == 2
    found = inside(lambda: list(CountTask.objects.order_by("pk").values_list("bin__code", "source")))
    assert found == [("B-01-1", "asked"), ("A-01-1", "oldest")]
    assert client.post(url("count_terms", warehouse_id=floor.pk), {}).status_code == 422


def test_the_choice_of_warehouse_is_set_and_shown(client, owner, floor, cedar_shop, inside):
    inside(second_site)
    assert client.post(url("allocation"), {"is_split_allowed": "on"}).status_code == 302
    assert not inside(AllocationTerms.objects.get).is_split_allowed
    client.post(url("allocation"), {"is_other_allowed": "on", "is_split_allowed": "on"})
    assert inside(AllocationTerms.objects.get).is_split_allowed
    package = inside(allocated, shop=cedar_shop)
    order = inside(lambda: package.order.public_id)
    page = client.get(reverse("orders:order", kwargs={"seller": "cedar", "public_id": order}))
    assert "Main warehouse · the default warehouse: the platform names none" in page.content.decode()


def test_lists_ask_no_more_for_more_rows(client, owner, floor, inside):
    def fill(first):
        sku = lot_sku()
        for number in range(first, first + 3):
            announced(floor, MUG=number)
            put_lot(sku, f"L-{number}", 1, expires=date(2031, 5, number))
            make_stock(f"S-{number}", 1, at="B-01-1")
        for code in ("A-01-1", "A-02-1", "A-03-1", "B-01-1")[: first + 1]:
            count_of(code)

    names = ("deliveries", "lots", "counts", "stock")
    inside(fill, 1)
    few = {name: _queries(client, url(name)) for name in names}
    inside(fill, 4)
    assert {name: _queries(client, url(name)) for name in names} == few


def _queries(client, address):
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)
