"""A layout as a csv: every wrong line named with its column, gaps named, nothing half taken in."""

import pytest

from tests.make_orders import NOW
from tests.make_warehouse import MAI, bin_of, make_stock
from warehouse import layout, layout_file
from warehouse.models import Bin, BinKind, Warehouse, Zone

HEAD = "code,zone,aisle,block,side,cell,level,kind\n"
BY = {"actor": MAI, "now": NOW}


def bring_in(site, text, *, are_gaps_meant=False):
    return layout_file.bring_in(warehouse_id=site.pk, text=text, are_gaps_meant=are_gaps_meant, **BY)


def problems(text):
    with pytest.raises(layout_file.BadLayoutFile) as caught:
        layout_file.read(text)
    return caught.value.problems


def test_every_line_is_a_bin(site):
    text = (
        HEAD
        + "c-01l,fast,C,1,l,1,1,\nC-01R,fast,3,,右,1,,shelf\nC2-01,,c,2,,1,4,shelf\nDOCK-2,,,,,,,receiving\n"
    )
    done = bring_in(site, text)
    assert [entry.code for entry in done.fresh] == ["C-01L", "C-01R", "C2-01", "DOCK-2"]
    left, right, beyond, dock = (bin_of(code) for code in ("C-01L", "C-01R", "C2-01", "DOCK-2"))
    assert (left.zone.code, left.aisle, left.side, left.level, left.block) == ("FAST", 3, 1, 1, 1)
    assert (right.side, right.level, right.walk_order) == (2, 1, left.walk_order)
    assert (beyond.zone, beyond.block, beyond.level, beyond.aisle) == (None, 2, 4, 3)
    assert (dock.kind, dock.aisle, dock.walk_order) == (BinKind.RECEIVING, 0, 9_000_000)
    assert Warehouse.objects.get(pk=site.pk).blocks == 2


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_spreadsheets_of_any_office_are_read(delimiter):
    lines = ["库位,库区,巷道,侧,格,层", "甲-01,快,1,左,1,1"]
    text = "\n".join(lines).replace(",", delimiter)
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        entry = layout_file.read(layout_file.text_of(text.encode(encoding)))[0]
        assert (entry.code, entry.zone, entry.place) == ("甲-01", "快", layout.Place(1, 1, 1, side=1))


def test_wrong_lines_are_named_with_their_column():
    text = (
        HEAD + "A 1,,1,,,1,1,\nA-2,,0,,,1,1,\nA-3,,1,3,x,1000,12,\nA-3,,1,,,4,1,tote\nA-5,=Z,1,,,1,1,,more\n"
    )
    assert problems(text) == [
        "Line 2, column code: a code has 1 to 30 characters without spaces, the first one a letter or digit.",
        "Line 3, column aisle: “0” is not a number from 1 to 390.",
        "Line 4, column side: write L or R, or leave it empty.",
        "Line 4, column cell: “1000” is not a number from 1 to 999.",
        "Line 4, column level: “12” is not a number from 1 to 9.",
        "Line 4, column block: “3” is not a number from 1 to 2.",
        "Line 5, column code: A-3 stands in line 4 already.",
        "Line 5, column kind: “tote” is not one of: shelf, receiving, damage.",
        "Line 6, column 9: there is no heading for this column.",
        "Line 6, column zone: a zone has 1 to 20 characters without spaces, the first one a letter or digit.",
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Line 1: the heading code is missing"),
        ("code,aisle\nA,1\n", "Line 1: the heading cell is missing"),
        ("code,aisle,cell,colour\n", "Line 1, column 4: “colour” is no heading"),
        ("code,aisle,cell,code\n", "Line 1, column 4: “code” is no heading, or stands there twice"),
        (HEAD, "The file holds no bin"),
        (HEAD + "A-1,,,,,,,\n", "Line 2, column aisle: “” is not a number"),
    ],
)
def test_a_file_that_is_no_layout_is_refused(text, sentence):
    assert sentence in problems(text)[0]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00\x01\x80", b"a" * 1_500_001])
def test_a_file_that_is_no_text_or_too_large_is_refused(content):
    with pytest.raises(layout_file.BadLayoutFile):
        layout_file.text_of(content)


def test_one_wrong_line_takes_nothing_in(site):
    with pytest.raises(layout_file.BadLayoutFile):
        bring_in(site, HEAD + "C-01,NEW,3,,,1,1,\nC-02,NEW,3,,,two,1,\n")
    assert Bin.objects.count() == 7
    assert not Zone.objects.filter(code="NEW").exists()


def test_gaps_are_named_and_taken_only_when_they_are_meant(site):
    text = HEAD + "D-01,,4,,,1,1,\nD-05,,4,,,5,1,\n"
    found = layout_file.look(warehouse=site, text=text)
    assert found.gaps == ["block 1: no aisle C", "aisle D: no cell 2–4"]
    with pytest.raises(layout_file.GapsInLayout, match="no aisle C; aisle D: no cell 2–4"):
        bring_in(site, text)
    assert Bin.objects.count() == 7
    assert len(bring_in(site, text, are_gaps_meant=True).fresh) == 2


def test_bins_that_stand_there_fill_the_gap(site):
    text = HEAD + "A-04-1,A,1,,,4,1,\n"
    assert layout_file.look(warehouse=site, text=text).gaps == []


def test_a_dry_run_says_what_would_change_and_what_is_left(site):
    text = HEAD + "A-01-1,A,1,,,1,1,\nA-02-1,SLOW,1,,,2,1,\nC-01-1,A,3,,L,1,1,\nC-01-1B,A,3,,L,1,1,\n"
    found = layout_file.look(warehouse=site, text=text)
    assert [entry.code for entry in found.draft.fresh] == ["C-01-1", "C-01-1B"]
    assert [row.code for row, _entry in found.draft.changed] == ["A-02-1"]
    assert (found.draft.same, found.draft.others, found.draft.zones, found.shared) == (1, 5, ("SLOW",), 1)
    assert Bin.objects.count() == 7


def test_a_file_brings_a_retired_bin_back(site):
    Bin.objects.filter(code="B-03-1").update(is_active=False)
    assert len(bring_in(site, HEAD + "B-03-1,A,2,,,3,1,\n").changed) == 1
    assert bin_of("B-03-1").is_active


def test_what_is_written_out_changes_nothing_when_taken_in(site):
    layout.make_bins(
        warehouse_id=site.pk,
        zone_code="B",
        first_aisle=3,
        aisles=2,
        cells=2,
        levels=2,
        sides=2,
        blocks=(1, 2),
        **BY,
    )
    make_stock("MUG", 2)
    bins = layout.bins_in(warehouse_id=site.pk).select_related("zone")
    text = layout_file.write(bins)
    site.refresh_from_db()
    found = layout_file.look(warehouse=site, text=text)
    assert found.draft.is_empty
    assert found.draft.same == Bin.objects.count() == 7 + 32
