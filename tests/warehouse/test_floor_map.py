"""The map: the way between stops, what the cells show, and the page in a fixed number of queries."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import Barcode
from tenancy import scoping
from tenancy.models import Role
from tests import make, make_warehouse
from tests.make_orders import NOW
from tests.make_warehouse import MAI, allocated, bin_of, make_stock, planned_wave
from warehouse import floor_map, floor_path, floor_svg, layout, waves
from warehouse.floor_path import Grid, Stop
from warehouse.models import Bin, PickList, Warehouse

ONE = Grid(aisles=3, cells=(4,), aisle_mm=3000, cell_mm=1000, entry_mm=500)
TWO = Grid(aisles=3, cells=(4, 4), aisle_mm=3000, cell_mm=1000, entry_mm=500, cross_mm=2000)
LOOK = floor_svg.Look(
    show="zones", bin_address=lambda bin_id: f"/bin/{bin_id}", cell_address=lambda at: f"?at={at}"
)


def length(grid, *stops, entry=1, pack=1):
    return floor_path.way(grid=grid, stops=stops, entry_aisle=entry, pack_aisle=pack)[1]


def test_the_way_goes_round_by_the_nearer_cross_aisle():
    low, high = Stop(1, 2, 1), Stop(1, 2, 4)
    assert length(ONE, low) == 2 * (3000 + 1500)
    # up aisle 1 to its last cell, over the back, down aisle 2: 4500 + (500 + 3000 + 500) + 4500 + 3000
    assert length(ONE, Stop(1, 1, 4), high) == 4500 + 4000 + 4500 + 3000
    corners, _total = floor_path.way(grid=ONE, stops=[Stop(1, 1, 4), high], entry_aisle=1, pack_aisle=1)
    assert corners == [(1, 0.0), (1, 4500), (1, 5000), (2, 5000), (2, 4500), (2, 0.0), (1, 0.0)]


def test_walks_end_where_packing_is():
    assert length(ONE, Stop(1, 1, 1), pack=3) == 1500 + 1500 + 6000
    assert length(ONE, entry=1, pack=1) == 0


def test_two_blocks_are_joined_by_the_cross_aisle():
    beyond = Stop(2, 2, 1)
    # 5000 deep, 2000 to cross, then half a meter and a cell
    assert TWO.height(2, 1) == 5000 + 2000 + 1500
    assert length(TWO, beyond) == 2 * (3000 + 8500)
    across = (
        length(TWO, Stop(1, 1, 4), Stop(2, 2, 1)) - length(TWO, Stop(1, 1, 4)) / 2 - length(TWO, beyond) / 2
    )
    assert across == (1500 + 2500) + 3000


def test_one_way_aisles_are_never_walked_against():
    grid = replace(ONE, is_one_way=True)
    # aisle 2 leads back to the front: it is reached over the back, up aisle 1
    assert length(grid, Stop(1, 2, 4)) == 5000 + 3000 + 5000 + 3000
    # from cell 4 back to cell 1 of aisle 1: over the back, down aisle 2, up aisle 1 again
    assert length(grid, Stop(1, 1, 4), Stop(1, 1, 1)) == 4500 + 500 + 3000 + 5000 + 3000 + 1500 + (
        3500 + 3000 + 5000 + 3000
    )
    assert length(replace(ONE, is_one_way=True, aisles=1), Stop(1, 1, 4)) == 9000


def shelves(site, **values):
    wanted = {"zone_code": "B", "first_aisle": 3, "aisles": 2, "cells": 3, "levels": 2, "sides": 2, **values}
    layout.make_bins(warehouse_id=site.pk, **wanted, actor=MAI, now=NOW)
    site.refresh_from_db()


def load(site, **values):
    return floor_map.load(warehouse=Warehouse.objects.get(pk=site.pk), now=NOW, **values)


def test_levels_are_summed_in_their_cell(site):
    shelves(site)
    make_stock("MUG", 3, at="C-02L-1")
    make_stock("CUP", 4, at="C-02L-2")
    floor = load(site)
    cell = floor.cell_at("1.3.1.2")
    assert [(slot.code, slot.level, slot.units) for slot in cell.slots] == [
        ("C-02L-1", 1, 3),
        ("C-02L-2", 2, 4),
    ]
    assert (cell.units, cell.empty) == (7, 0)
    assert floor.cell_at("1.3.2.2").empty == 2
    assert len(floor.cells) == 6 + 2 * 3 * 2
    assert [row.code for row, _slot in floor.outside] == ["RECEIVING"]
    drawing = floor_svg.draw(floor, LOOK)
    assert "together: 7\nC-02L-1: 3 units\nC-02L-2: 4 units\nzone B" in drawing
    assert 'href="?at=1.3.1.2"' in drawing
    assert f'href="/bin/{bin_of("A-01-1").pk}"' in drawing


def test_empty_bins_are_counted_and_signed(site):
    make_stock("MUG", 3)
    drawing = floor_svg.draw(load(site), replace(LOOK, show="empty"))
    assert drawing.count('class="c e2"') == 5 * 2  # a cell whose side nobody told stands on both
    assert drawing.count("○") == 5 * 2
    assert drawing.count('class="c e0"') == 2


def test_a_retired_bin_is_not_drawn(site):
    Bin.objects.filter(code="B-03-1").update(is_active=False)
    assert load(site).cell_at("1.2.0.3") is None


def test_bins_and_skus_are_found(site):
    sku = make_stock("MUG", 3, at="A-02-1")
    Barcode.objects.get_or_create(code="8930000000017", defaults={"sku": sku})
    make_stock("OUT", 0)

    def marked(words):
        return [slot.code for slot in load(site, words=words).marked]

    assert marked("mug") == ["A-02-1"]
    assert marked("8930000000017") == ["A-02-1"]
    assert marked("b-0") == ["B-03-1", "B-02-1", "B-01-1"]
    assert marked("OUT") == marked("nothing") == []
    assert "is-found" in floor_svg.draw(load(site, words="mug"), LOOK)


def test_nothing_of_the_neighbor_is_found(site, north):
    with scoping.scope(sellers=[north.pk]):
        theirs = make_warehouse.make_site()
        make_stock("THEIRS", 3)
    assert load(site, words="THEIRS").marked == ()
    assert floor_map.waves_to_choose(warehouse_id=theirs.pk) == []


def test_codes_are_escaped_in_the_drawing(site):
    Bin.objects.filter(code="A-01-1").update(code="A<B>&1")
    drawing = floor_svg.draw(load(site), LOOK)
    assert "A&lt;B&gt;&amp;1" in drawing
    assert "<B>" not in drawing


@pytest.fixture
def walked(site, cedar_shop):
    """A wave over A-03, B-03 and B-01, released."""
    site.entry_mm = 500
    site.save()
    for code, at in (("MUG", "A-03-1"), ("CUP", "B-03-1"), ("JUG", "B-01-1")):
        make_stock(code, 5, at=at)
    allocated(shop=cedar_shop, lines={"MUG": 1, "CUP": 1, "JUG": 2})
    return waves.release_wave(wave_id=planned_wave(site).pk, actor=MAI, now=NOW)


def test_a_walk_is_drawn_in_walking_order(site, walked):
    lists = floor_map.lists_to_draw(warehouse_id=site.pk, wave_id=walked.public_id)
    walk = load(site, lists=lists).walks[0]
    assert [codes for _stop, codes in walk.stops] == ["A-03-1", "B-03-1", "B-01-1"]
    assert walk.length_mm == 2 * (3 * 1000 + 2 * 500) + 2 * 3000
    drawing = floor_svg.draw(load(site, lists=lists), LOOK)
    assert re.findall(r'<g class="stop"><title>[^<]*</title>.*?>(\d)</text>', drawing) == ["1", "2", "3"]
    assert f"{walk.number} · 1 · A-03-1" in drawing


def test_the_length_drawn_is_the_length_planned(site, walked):
    pick_list = PickList.objects.get(wave=walked)
    assert load(site, lists=[pick_list]).walks[0].length_mm == pick_list.walk_mm


def test_picks_of_thirty_days_heat_the_cells(site, walked):
    pick_list = make_warehouse.picking.claim(pick_list_id=PickList.objects.get().pk, actor=MAI, now=NOW)
    make_warehouse.walk(pick_list)
    floor = load(site, with_picks=True)
    assert {cell.spot: cell.picks for cell in floor.cells if cell.picks} == {
        (1, 1, 0, 3): 1,
        (1, 2, 0, 1): 1,
        (1, 2, 0, 3): 1,
    }
    late = floor_map.load(warehouse=site, now=NOW + timedelta(days=31), with_picks=True)
    assert sum(cell.picks for cell in late.cells) == 0
    assert '"c heat5"' in floor_svg.draw(floor, replace(LOOK, show="picks"))


def tints(text: str, *names: str) -> set[str]:
    """The classes of a drawing or legend that color something."""
    return set(re.findall(rf'class="(?:c|key) ((?:{"|".join(names)})\w)', text))


def test_every_tint_of_the_map_stands_in_its_legend(client, cedar, inside, cedar_shop):
    """In two zones and in none, full, partly and wholly empty, picked often and never."""

    def make_them():
        site = make_warehouse.make_site()
        shelves(site)
        make_stock("MUG", 30)
        make_stock("CUP", 30, at="C-01L-1")
        make_stock("JUG", 30, at="C-02L-1")
        make_stock("PAN", 30, at="C-03L-1")
        for number, code in enumerate(["MUG"] * 9 + ["CUP"] * 4 + ["JUG"] * 2 + ["PAN"], start=1):
            make_warehouse.order_package(shop=cedar_shop, number=number, lines={code: 1})
        make_warehouse.deliver()
        make_warehouse.walk(make_warehouse.released_list(site))
        Bin.objects.filter(code="A-02-1").update(zone=None)

    inside(make_them)
    client.force_login(make.make_member(seller=cedar))
    expected = {
        "zones": None,  # as many as are drawn
        "picks": {f"heat{tone}" for tone in range(floor_svg.HEAT_TONES + 1)},
        "empty": {"e0", "e1", "e2"},
    }
    for show, tones in expected.items():
        drawing, _mark, legend = client.get(url(show=show)).content.decode().partition('class="map-legend"')
        drawn = tints(drawing, "z", "heat", "e")
        named = tints(legend, "z", "heat", "e")
        assert len(drawn) >= 2, show
        assert drawn <= named == (tones or drawn), show


def test_a_tint_is_one_color_as_a_cell_and_as_a_key():
    style = (settings.BASE_DIR / "static/app/floor_map.css").read_text()
    pairs = re.findall(r"fill: (#\w{6}); background: (#\w{6});", style)
    assert len(pairs) == 9 + 6 + 2 + 9
    assert [one for one in pairs if one[0] != one[1]] == []


def url(**query):
    address = reverse("warehouse:map", kwargs={"seller": "cedar"})
    return f"{address}?{'&'.join(f'{name}={value}' for name, value in query.items())}"


@pytest.fixture
def picker(client, cedar):
    client.force_login(make.make_member(seller=cedar, role=Role.PICKER))
    return client


@pytest.mark.parametrize("show", ["zones", "picks", "empty", "nonsense"])
def test_the_page_shows_the_building(picker, cedar, show):
    assert "There is no warehouse yet." in picker.get(url(show=show)).content.decode()
    with scoping.scope(sellers=[cedar.pk]):
        site = make_warehouse.make_site()
    page = picker.get(url(show=show, warehouse=site.pk, q="A-01", at="1.1.0.1")).content.decode()
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="floor-map"' in page
    assert "“A-01” is here:" in page
    assert "This cell, level by level" in page
    assert picker.get(url(show=show, warehouse=987654)).status_code == 404


def test_the_page_draws_a_wave(client, cedar, cedar_shop):
    client.force_login(make.make_member(seller=cedar))
    with scoping.scope(sellers=[cedar.pk]):
        site = make_warehouse.make_site()
        make_stock("MUG", 5, at="B-03-1")
        allocated(shop=cedar_shop)
        wave = planned_wave(site)
        pick_list = wave.pick_lists.get()
    page = client.get(url(wave=wave.public_id, list=pick_list.public_id)).content.decode()
    assert f"{pick_list.number}</a> · 1 stop" in page
    assert "<polyline" in page
    assert "This wave has no walk" in client.get(url(wave="wav_unknown")).content.decode()


def test_queries_do_not_grow_with_the_building(picker, cedar):
    with scoping.scope(sellers=[cedar.pk]):
        site = make_warehouse.make_site()
        make_stock("MUG", 5)

    def queries(**query):
        with CaptureQueriesContext(connection) as found:
            assert picker.get(url(**query)).status_code == 200
        return len(found)

    asked = ({"show": "zones"}, {"show": "picks", "q": "MUG"}, {"show": "empty", "at": "1.1.0.1"})
    few = [queries(**query) for query in asked]
    with scoping.scope(sellers=[cedar.pk]):
        shelves(site, aisles=10, cells=10, blocks=(1, 2))
    assert [queries(**query) for query in asked] == few


def test_a_walk_over_two_blocks_and_to_another_end_is_as_long_as_planned(site, cedar_shop):
    layout.make_bins(
        warehouse_id=site.pk,
        zone_code="A",
        first_aisle=1,
        aisles=3,
        cells=3,
        levels=1,
        blocks=(1, 2),
        actor=MAI,
        now=NOW,
    )
    Warehouse.objects.filter(pk=site.pk).update(pack_aisle=3, is_one_way=True)
    for code, at in (("MUG", "A-03-1"), ("CUP", "B2-02-1"), ("JUG", "C2-01-1"), ("POT", "B-02-1")):
        make_stock(code, 5, at=at)
    allocated(shop=cedar_shop, lines={"MUG": 1, "CUP": 1, "JUG": 2, "POT": 1})
    wave = planned_wave(Warehouse.objects.get(pk=site.pk))
    walk = load(site, lists=list(wave.pick_lists.all())).walks[0]
    assert walk.meters == json.loads(wave.reason)["meters"]
    assert len(walk.stops) == 4
