"""Pages of the layout: dry runs, refusals with 422, lists whose queries do not grow, and who may change what."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tenancy import scoping
from tenancy.models import Role
from tests import make
from tests.make_orders import NOW
from tests.make_warehouse import MAI, make_site, make_stock
from warehouse import layout, layout_forms
from warehouse.models import Bin, Cart, Warehouse

HEAD = "code,zone,aisle,block,side,cell,level,kind\n"


@pytest.fixture
def floor(cedar):
    with scoping.scope(sellers=[cedar.pk]):
        site = make_site()
        make_stock("MUG", 5)
    return site


@pytest.fixture
def owner(client, floor, cedar):
    client.force_login(make.make_member(seller=cedar))
    return client


def url(name, **kwargs):
    return reverse(f"warehouse:{name}", kwargs={"seller": "cedar", **kwargs})


def text_of(answer):
    return answer.content.decode()


SHELVES = {
    "zone": "B", "first_aisle": 3, "aisles": 2, "sides": 2, "cells": 4, "levels": 1, "blocks": "12",
}  # fmt: skip


def test_shelves_are_tried_and_then_made(owner, floor, inside):
    values = {"warehouse": floor.pk, **SHELVES}
    dry = owner.post(url("bins_make"), values | {"do": "try"})
    assert dry.status_code == 200
    assert "Dry run: nothing is written yet" in text_of(dry)
    assert "The warehouse gets a second block with this." in text_of(dry)
    assert inside(Bin.objects.count) == 7
    assert owner.post(url("bins_make"), values | {"do": "make"}).status_code == 302
    assert inside(Bin.objects.count) == 7 + 2 * 2 * 4 * 2
    refused = owner.post(url("bins_make"), values | {"aisles": 200, "cells": 999, "do": "try"})
    assert (refused.status_code, "more than 20000 bins at once" in text_of(refused)) == (422, True)


def test_a_file_is_tried_mended_and_taken_in(owner, floor, inside):
    upload = SimpleUploadedFile("layout.csv", (HEAD + "C-01,B,3,,,1,1,\nC-04,B,3,,,4,1,\n").encode())
    dry = owner.post(url("layout_file"), {"warehouse": floor.pk, "file": upload, "do": "try"})
    page = text_of(dry)
    assert dry.status_code == 200
    assert "aisle C: no cell 2–3" in page
    assert "C-04,B,3,,,4,1," in page  # its text, to be mended
    text = HEAD + "C-01,B,3,,,1,1,\nC-04,B,3,,,4,1,\n"
    refused = owner.post(url("layout_file"), {"warehouse": floor.pk, "text": text, "do": "take"})
    assert refused.status_code == 422
    assert "The layout has gaps: aisle C: no cell 2–3." in text_of(refused)
    assert inside(Bin.objects.count) == 7
    meant = {"warehouse": floor.pk, "text": text, "are_gaps_meant": "on", "do": "take"}
    assert owner.post(url("layout_file"), meant).status_code == 302
    assert inside(Bin.objects.count) == 9


def test_a_wrong_file_names_its_lines(owner, floor, inside):
    wrong = owner.post(url("layout_file"), {"warehouse": floor.pk, "text": HEAD + "C-01,,0,,,x,1,\n"})
    assert wrong.status_code == 422
    assert "Line 2, column aisle" in text_of(wrong)
    assert "Line 2, column cell" in text_of(wrong)
    nothing = owner.post(url("layout_file"), {"warehouse": floor.pk})
    assert (nothing.status_code, "Choose a file, or paste its text." in text_of(nothing)) == (422, True)
    assert inside(Bin.objects.count) == 7


def test_the_layout_is_given_as_a_file(owner, floor):
    answer = owner.get(url("layout_csv", warehouse_id=floor.pk))
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[:2] == ["code,zone,aisle,block,side,cell,level,kind", "A-01-1,A,1,1,,1,1,shelf"]
    assert len(lines) == 8


def test_bins_are_found_by_place_and_changed_together(owner, floor, inside):
    inside(
        lambda: layout.make_bins(
            warehouse_id=floor.pk,
            zone_code="C",
            first_aisle=3,
            aisles=2,
            cells=2,
            levels=1,
            actor=MAI,
            now=NOW,
        )
    )
    page = text_of(owner.get(url("bins") + "?from=2&to=3"))
    assert ("B-01-1" in page, "C-02-1" in page, "A-01-1" in page, "D-01-1" in page) == (
        True,
        True,
        False,
        False,
    )
    assert "A-01-1" in text_of(owner.get(url("bins") + "?holds=full"))
    assert owner.get(url("bins") + "?from=x&zone=-1&warehouse=99999999999").status_code == 200
    answer = owner.post(url("bins_change") + "?from=1&to=1", {"do": "retire", "all": "1"})
    assert answer.status_code == 422
    assert "A-01-1 holds goods: move them first." in text_of(answer)
    assert inside(lambda: Bin.objects.filter(is_active=False).count()) == 2
    assert "A-02-1" in text_of(owner.get(url("bins") + "?holds=retired"))
    ids = inside(lambda: list(Bin.objects.filter(is_active=False).values_list("pk", flat=True)))
    assert owner.post(url("bins_change"), {"do": "restore", "ids": ids}).status_code == 200
    assert not inside(lambda: Bin.objects.filter(is_active=False).exists())
    assert owner.post(url("bins_change"), {"ids": ["x", ids[0]]}).status_code == 302


def test_a_bin_is_renamed_on_its_page(owner, inside):
    bin_id = inside(lambda: Bin.objects.get(code="A-01-1").pk)
    assert "Only an empty bin." in text_of(owner.get(url("bin", bin_id=bin_id)))
    refused = owner.post(url("bin_rename", bin_id=bin_id), {"code": "A-02-1"})
    assert (refused.status_code, "has a bin A-02-1 already" in text_of(refused)) == (422, True)
    assert owner.post(url("bin_rename", bin_id=bin_id), {"code": "FRONT"}).status_code == 302
    assert inside(lambda: Bin.objects.get(pk=bin_id).code) == "FRONT"


def test_the_building_is_set_up_with_units_and_limits(owner, floor, inside):
    address = url("measures", warehouse_id=floor.pk)
    page = text_of(owner.get(address))
    assert "From the middle of an aisle to the middle of the next one. 500–20000 mm" in page
    values = {name: getattr(floor, name) for name in layout_forms.building.LIMITS}
    wrong = owner.post(address, values | {"aisle_mm": 5})
    assert wrong.status_code == 422
    beyond = owner.post(address, values | {"pack_aisle": 9})
    assert "There is no aisle 9: the last one of Main warehouse is 2 (B)." in text_of(beyond)
    assert owner.post(address, values | {"pack_aisle": 2, "is_one_way": "on"}).status_code == 302
    found = inside(lambda: Warehouse.objects.get(pk=floor.pk))
    assert (found.pack_aisle, found.is_one_way) == (2, True)


def test_carts_are_made_and_taken_out_of_use(owner, floor, inside):
    cart = {"warehouse": floor.pk, "code": "big-1", "slots": 12, "units": 60, "weight_g": 0, "volume_ml": 0}
    assert owner.post(url("cart_save"), cart).status_code == 302
    page = text_of(owner.get(url("carts")))
    assert "BIG-1" in page
    refused = owner.post(url("cart_save"), cart | {"code": "A-01-1"})
    assert (refused.status_code, "A-01-1 is a bin, not a tote." in text_of(refused)) == (422, True)
    assert "take less than walks are planned for: BIG-1" in text_of(
        owner.get(url("measures", warehouse_id=floor.pk))
    )
    tote_id = inside(lambda: Cart.objects.get().tote_id)
    assert owner.post(url("cart_retire", tote_id=tote_id)).status_code == 302
    assert "No cart yet" in text_of(owner.get(url("carts")))


@pytest.mark.parametrize("name", ["bins", "bins_make", "layout_file", "carts"])
def test_pages_answer_whole_and_as_fragments(owner, name):
    assert owner.get(url(name)).status_code == 200
    assert "<html" not in text_of(owner.get(url(name), headers={"HX-Request": "true"}))


def test_a_picker_looks_and_changes_nothing(client, cedar, floor):
    client.force_login(make.make_member(seller=cedar, role=Role.PICKER))
    looked = {name: client.get(url(name)).status_code for name in ("bins", "carts")}
    assert looked == {"bins": 200, "carts": 200}
    assert "data-row-select" not in text_of(client.get(url("bins")))
    closed = ("bins_make", "layout_file", "bins_change", "cart_save")
    assert {client.post(url(name)).status_code for name in closed} == {403}
    assert client.get(url("measures", warehouse_id=floor.pk)).status_code == 403


def test_lists_do_not_ask_more_for_more_bins(owner, floor, inside):
    def queries(name):
        with CaptureQueriesContext(connection) as found:
            assert owner.get(url(name)).status_code == 200
        return len(found)

    few = {name: queries(name) for name in ("bins", "carts")}
    inside(
        lambda: layout.make_bins(
            warehouse_id=floor.pk,
            zone_code="C",
            first_aisle=3,
            aisles=9,
            cells=9,
            levels=1,
            actor=MAI,
            now=NOW,
        )
    )
    inside(lambda: [Bin.objects.create(warehouse=floor, code=f"CART-{n}", kind="tote") for n in range(5)])
    assert {name: queries(name) for name in few} == few
