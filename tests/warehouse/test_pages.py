"""Pages of the warehouse: they answer, they work without script, and their queries do not grow with the rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import Sku
from core import clock
from orders.models import Package, PackageState
from tenancy import actors, scoping
from tenancy.models import Role
from tests import make, make_warehouse
from tests.make_orders import NOW
from tests.make_warehouse import MAI, allocated, make_site, make_stock, released_list
from warehouse import picking, waves
from warehouse.models import Bin, CountTask, PackRecord, PickList, StockLevel, StockMovement, Wave


@pytest.fixture
def owner(client, cedar):
    person = make.make_member(seller=cedar)
    client.force_login(person)
    return person


@pytest.fixture
def floor(cedar, cedar_shop):
    """A stocked warehouse."""
    with scoping.scope(sellers=[cedar.pk]):
        site = make_site()
        make_stock("MUG", 50, weight_g=200)
        make_stock("CUP", 50, at="A-02-1", weight_g=100)
    return site


def url(name, **kwargs):
    return reverse(f"warehouse:{name}", kwargs={"seller": "cedar", **kwargs})


def htmx(client, address, **data):
    return client.post(address, data, headers={"HX-Request": "true"})


@pytest.mark.parametrize(
    "name",
    ["waves", "plan", "pick", "pack", "stock", "movements", "desk", "bins", "bins_make", "counts", "sites"],
)
@pytest.mark.parametrize("is_stocked", [True, False])
def test_every_page_answers_full_and_empty(client, owner, cedar, cedar_shop, request, name, is_stocked):
    if is_stocked:
        request.getfixturevalue("floor")
    assert client.get(url(name)).status_code == 200
    assert client.get(url(name), headers={"HX-Request": "true"}).status_code == 200


@pytest.mark.parametrize(
    ("role", "open_pages", "closed_pages"),
    [
        (Role.PICKER, {"pick", "stock", "counts"}, {"waves", "pack", "desk"}),
        (Role.PACKER, {"pick", "pack"}, {"waves", "desk", "bins_make"}),
        (Role.VIEWER, {"stock", "movements"}, {"waves", "pick", "pack", "desk"}),
    ],
)
def test_a_role_opens_its_own_pages(client, cedar, floor, role, open_pages, closed_pages):
    client.force_login(make.make_member(seller=cedar, role=role))
    found = {name: client.get(url(name)).status_code for name in open_pages | closed_pages}
    assert found == {**dict.fromkeys(open_pages, 200), **dict.fromkeys(closed_pages, 403)}


def test_a_wave_is_planned_released_and_walked_by_hand(client, owner, floor, cedar_shop, inside):
    inside(allocated, shop=cedar_shop, lines={"MUG": 1})
    answer = client.post(url("plan"), {"warehouse": floor.pk, "package_limit": 5, "slots": 4})
    wave = inside(lambda: Wave.objects.get())
    assert (answer.status_code, answer.url) == (302, url("wave", public_id=wave.public_id))
    assert wave.number in client.get(answer.url).content.decode()

    client.post(url("wave_release", public_id=wave.public_id))
    pick_list = inside(lambda: PickList.objects.get())
    assert pick_list.number in client.get(url("pick")).content.decode()
    client.post(url("walk_claim", public_id=pick_list.public_id))
    page = client.get(url("walk", public_id=pick_list.public_id)).content.decode()
    assert "Go to bin" in page
    assert "A-01-1" in page

    wrong = htmx(client, url("walk_scan", public_id=pick_list.public_id), code="B-01-1")
    assert wrong.status_code == 422
    assert "Wrong bin: B-01-1, expected A-01-1." in wrong.content.decode()
    assert '"ok": false' in wrong.headers["HX-Trigger"]
    for code in ("A-01-1", "BC-MUG"):
        answer = htmx(client, url("walk_scan", public_id=pick_list.public_id), code=code)
        assert answer.status_code == 200
    assert "is picked. Bring tote CART-01" in answer.content.decode()
    assert inside(lambda: Package.objects.get()).state == PackageState.PICKED


def test_a_plan_that_fits_nothing_says_so(client, owner, floor):
    answer = client.post(url("plan"), {"warehouse": floor.pk, "package_limit": 5, "slots": 4})
    assert answer.status_code == 422
    assert "No package with reserved stock on the shelves fits this choice." in answer.content.decode()


def test_a_number_typed_takes_the_rest_after_one_scan(client, owner, floor, cedar_shop, inside):
    inside(allocated, shop=cedar_shop, lines={"MUG": 4})
    pick_list = inside(released_list, floor)
    inside(picking.claim, pick_list_id=pick_list.pk, actor=_me(owner), now=NOW, why="needed")
    address = {name: url(name, public_id=pick_list.public_id) for name in ("walk_scan", "walk_take")}
    htmx(client, address["walk_scan"], code="A-01-1")
    early = htmx(client, address["walk_take"], quantity="3")
    assert "Scan one item first, then type how many more." in early.content.decode()
    htmx(client, address["walk_scan"], code="BC-MUG")
    assert htmx(client, address["walk_take"], quantity="3").status_code == 200
    assert inside(lambda: PickList.objects.get()).state == "picked"


def _me(user):
    return actors.of_user(user)


def test_a_short_pick_is_reported_from_the_walk(client, owner, floor, cedar_shop, inside):
    inside(allocated, shop=cedar_shop, lines={"MUG": 4})
    pick_list = inside(released_list, floor)
    inside(picking.claim, pick_list_id=pick_list.pk, actor=_me(owner), now=NOW, why="needed")
    answer = htmx(client, url("walk_short", public_id=pick_list.public_id), reason="empty_bin")
    assert answer.status_code == 200
    assert inside(lambda: CountTask.objects.get().bin.code) == "A-01-1"
    page = client.get(url("counts")).content.decode()
    assert "the bin is empty" in page


def test_a_parcel_is_packed_by_keyboard(client, owner, floor, cedar_shop, inside):
    package = inside(make_warehouse.picked, shop=cedar_shop, warehouse=floor, lines={"MUG": 2})
    assert "CART-01-1" in client.get(url("pack")).content.decode()

    opened = htmx(client, url("pack_open"), code="CART-01-1")
    assert opened.headers["HX-Push-Url"] == url("pack_package", public_id=package.public_id)
    assert "Scan every item first: 2 still missing." in opened.content.decode()
    wrong = htmx(client, url("pack_scan", public_id=package.public_id), code="BC-CUP")
    assert (wrong.status_code, "Wrong item: CUP" in wrong.content.decode()) == (422, True)
    for _unit in range(2):
        answer = htmx(client, url("pack_scan", public_id=package.public_id), code="BC-MUG")
    assert "All items are right." in answer.content.decode()
    chosen = client.get(url("pack_package", public_id=package.public_id) + "?carton=3").content.decode()
    assert "expected 490 g ± 49 g" in chosen

    address = url("pack_close", public_id=package.public_id)
    refused = htmx(client, address, carton="3", weight="900")
    assert refused.status_code == 422
    assert "900 g does not fit: expected 490 g ± 49 g." in refused.content.decode()
    assert "Why is this weight right?" in refused.content.decode()
    closed = htmx(client, address, carton="3", weight="500")
    assert closed.status_code == 200
    assert "Packed: 500 g in Box S." in closed.content.decode()
    assert inside(lambda: PackRecord.objects.get()).weight_g == 500


def test_only_some_may_confirm_a_weight(client, cedar, floor, cedar_shop, inside):
    package = inside(make_warehouse.picked, shop=cedar_shop, warehouse=floor, lines={"MUG": 1})
    client.force_login(make.make_member(seller=cedar, role=Role.PACKER))
    htmx(client, url("pack_scan", public_id=package.public_id), code="BC-MUG")
    refused = htmx(
        client, url("pack_close", public_id=package.public_id), carton="3", weight="900", reason="gift"
    )
    assert refused.status_code == 422
    assert "Only a manager may confirm this weight." in refused.content.decode()
    assert not inside(lambda: PackRecord.objects.exists())


def test_the_desk_receives_moves_counts_and_corrects(client, owner, floor, inside):
    sku = inside(lambda: Sku.objects.get(seller_sku="MUG"))
    found = htmx(client, url("desk_scan"), code="BC-MUG")
    assert "MUG" in found.content.decode()

    def do(what, **data):
        fields = {f"{what}-{name}": value for name, value in data.items()}
        return htmx(client, url("desk_do", sku_id=sku.pk, what=what), **fields)

    assert do("receive", quantity=5, bin="", reference="PO-1", key="a").status_code == 200
    assert do("receive", quantity=5, bin="", reference="PO-1", key="a").status_code == 200  # a double click
    assert do("move", quantity=2, source="receiving", target="B-02-1", key="b").status_code == 200
    assert do("count", bin="A-01-1", counted=49).status_code == 200
    assert do("adjust", quantity=-1, reason="damaged", bin="", note="", key="c").status_code == 200
    assert inside(make_warehouse.level, sku) == (53, 0)
    refused = do("receive", quantity=5, bin="Z-99-9", reference="", key="d")
    assert (refused.status_code, "There is no bin “Z-99-9” for this." in refused.content.decode()) == (
        422,
        True,
    )
    assert do("adjust", quantity=-99, reason="damaged", bin="", note="", key="e").status_code == 422
    assert client.post(url("desk_do", sku_id=sku.pk, what="steal")).status_code == 404
    assert inside(make_warehouse.level, sku) == (53, 0)


def test_an_unknown_code_at_the_desk_is_named(client, owner, floor):
    answer = htmx(client, url("desk_scan"), code="8930")
    assert (answer.status_code, "No SKU has the code “8930”." in answer.content.decode()) == (422, True)


def test_safety_stock_is_set_in_the_table(client, owner, floor, inside):
    level = inside(lambda: StockLevel.objects.get(sku__seller_sku="MUG"))
    address = url("safety", sku_id=level.sku_id, warehouse_id=floor.pk)
    assert "low" in htmx(client, address, units="60").content.decode()
    assert htmx(client, address, units="many").status_code == 422
    assert inside(lambda: StockLevel.objects.get(pk=level.pk)).safety_stock == 60
    low = client.get(url("stock") + "?tab=low").content.decode()
    assert ("MUG" in low, "CUP" in low) == (True, False)


def test_stock_is_found_by_barcode_and_movements_by_sku(client, owner, floor):
    found = client.get(url("stock") + "?q=BC-CUP").content.decode()
    assert ("CUP</a>" in found, "MUG</a>" in found) == (True, False)
    rows = client.get(url("movements") + "?sku=BC-CUP").content.decode()
    assert ("CUP</a>" in rows, "MUG</a>" in rows) == (True, False)


def test_bins_and_warehouses_are_made(client, owner, floor, inside):
    block = {"warehouse": floor.pk, "zone": "B", "first_aisle": 5, "aisles": 1, "cells": 3, "levels": 2}
    block |= {"sides": 1, "blocks": "1"}
    assert client.post(url("bins_make"), block).status_code == 302
    assert inside(lambda: Bin.objects.filter(code__startswith="E-").count()) == 6
    assert client.get(url("bin", bin_id=inside(lambda: Bin.objects.get(code="A-01-1")).pk)).status_code == 200
    assert client.post(url("sites"), {"code": "south", "name": "South"}).status_code == 302
    assert client.post(url("sites"), {"code": "SOUTH", "name": "Again"}).status_code == 422


def test_lists_do_not_ask_more_for_more_rows(client, owner, floor, cedar_shop, inside):
    def fill(first):
        for number in range(first, first + 4):
            make_stock(f"S-{number}", 3, at="B-01-1")
            allocated(shop=cedar_shop, number=number, lines={"MUG": 1})
            wave = make_warehouse.planned_wave(floor)
            waves.release_wave(wave_id=wave.pk, actor=MAI, now=clock.now())

    names = ("waves", "pick", "stock", "movements", "bins", "pack")
    inside(fill, 1)
    few = {name: _queries(client, url(name)) for name in names}
    inside(fill, 5)
    assert {name: _queries(client, url(name)) for name in names} == few
    assert inside(lambda: StockMovement.objects.count()) == 10


def _queries(client, address):
    with CaptureQueriesContext(connection) as context:
        assert client.get(address).status_code == 200
    return len(context)
