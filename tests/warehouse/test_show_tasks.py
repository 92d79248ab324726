"""Bringing goods to the forward zone and pre-packing them, scan by scan; a wrong scan changes nothing."""

import pytest

from tests import make_shows
from tests.make_orders import NOW
from tests.make_shows import bring, make_zone, mug_show, product, refused, tasks
from tests.make_warehouse import MAI, in_bin, level, make_stock
from warehouse import ledger_check, show_tasks, shows
from warehouse.models import (
    CountTask,
)
from warehouse.show_tasks import Given

BY = {"actor": MAI, "now": NOW}


def test_goods_are_brought_scan_by_scan_on_the_ledger(site, cedar_shop):
    make_zone(site)
    show = mug_show(site, cedar_shop)
    shows.prepare(show_id=show.pk, **BY)
    (task,) = tasks(show, "bring")
    step = show_tasks.scan(task_id=task.pk, given=Given(), code="b-03-1", **BY)
    assert step.text == "Right: B-03-1. Take 10 × MUG and scan one of them."
    step = show_tasks.scan(task_id=task.pk, given=step.given, code="BC-MUG", **BY)
    assert step.text == "Right: MUG. Bring 10 of them to LIVE-01 and scan that bin."
    done = show_tasks.scan(task_id=task.pk, given=step.given, code="LIVE-01", quantity=7, **BY)
    assert (done.is_moved, done.text) == (True, "7 × MUG lie in LIVE-01; 3 more to bring.")
    bring(show)
    mug = product(show).sku
    assert (in_bin("B-03-1", mug), in_bin("LIVE-01", mug), level(mug)) == (10, 10, (20, 0))
    assert tasks(show, "bring") == []
    assert ledger_check.check_ledger() == []


@pytest.mark.parametrize(
    ("given", "code", "kind", "sentence"),
    [
        (Given(), "A-01-1", "wrong_bin", "Wrong bin: A-01-1, expected B-03-1."),
        (Given("B-03-1"), "BC-CUP", "wrong_item", "Wrong item: CUP, expected MUG."),
        (Given("B-03-1"), "999", "unknown_code", "Unknown barcode: 999, expected MUG."),
        (Given("B-03-1", "MUG"), "LIVE-02", "wrong_bin", "Wrong bin: LIVE-02, expected LIVE-01."),
    ],
)
def test_a_wrong_scan_names_both_and_moves_nothing(site, cedar_shop, given, code, kind, sentence):
    make_zone(site)
    make_stock("CUP", 1)
    show = mug_show(site, cedar_shop)
    shows.prepare(show_id=show.pk, **BY)
    (task,) = tasks(show, "bring")
    with pytest.raises(show_tasks.WrongScan) as found:
        show_tasks.scan(task_id=task.pk, given=given, code=code, **BY)
    assert (found.value.code, str(found.value).startswith(sentence)) == (kind, True)
    assert in_bin("LIVE-01", product(show).sku) == 0


def test_too_many_units_are_refused(site, cedar_shop):
    make_zone(site)
    show = mug_show(site, cedar_shop)
    shows.prepare(show_id=show.pk, **BY)
    (task,) = tasks(show, "bring")
    text = refused(
        show_tasks.NotSoMany,
        show_tasks.scan,
        task_id=task.pk,
        given=Given("B-03-1", "MUG"),
        code="LIVE-01",
        quantity=11,
        **BY,
    )
    assert text == "Enter at least 1 and at most 10: no more is left to bring."


def test_goods_that_are_not_there_end_the_task_and_ask_for_a_count(site, cedar_shop):
    make_zone(site)
    show = mug_show(site, cedar_shop)
    shows.prepare(show_id=show.pk, **BY)
    (task,) = tasks(show, "bring")
    show_tasks.not_there(task_id=task.pk, **BY)
    assert CountTask.objects.get().bin.code == "B-03-1"
    assert refused(
        show_tasks.TaskIsOver, show_tasks.scan, task_id=task.pk, given=Given(), code="B-03-1", **BY
    ) == ("This is done already. Take the next task of the list.")


def test_prepacking_uses_up_materials_and_leaves_the_goods_in_their_bin(site, cedar_shop):
    make_zone(site)
    box = make_shows.carton_stock(10)
    show = mug_show(site, cedar_shop)
    shows.prepare(show_id=show.pk, **BY)
    (task,) = tasks(show, "pack")
    text = refused(show_tasks.NotSoMany, show_tasks.pack, task_id=task.pk, code="BC-MUG", **BY)
    assert text == "Only 0 loose units of MUG lie in LIVE-01. Bring more before you pre-pack them."
    bring(show)
    done = show_tasks.pack(task_id=task.pk, code="BC-MUG", quantity=3, **BY)
    one = product(show)
    assert done.text == "MUG: 3 of 4 pre-packed."
    assert (one.packed_units, one.ready_units, in_bin("LIVE-01", one.sku), level(box)) == (3, 3, 10, (7, 0))
    text = refused(show_tasks.NotSoMany, show_tasks.pack, task_id=task.pk, code="BC-MUG", quantity=2, **BY)
    assert text == "Enter at least 1 and at most 1: no more is left to pre-pack."
    text = refused(show_tasks.WrongScan, show_tasks.pack, task_id=task.pk, code="BOX-S", **BY)
    assert text == "Wrong item: BOX-S, expected MUG. Put it back and scan the right one."


def test_parcels_are_opened_again_and_their_goods_are_loose(site, cedar_shop):
    make_zone(site)
    show = mug_show(site, cedar_shop)
    make_shows.ready(show)
    one = show_tasks.open_parcels(product_id=product(show).pk, units=3, **BY)
    assert (one.ready_units, one.opened_units) == (1, 3)
    text = refused(show_tasks.NotSoMany, show_tasks.open_parcels, product_id=one.pk, units=2, **BY)
    assert text == "1 pre-packed parcels of MUG wait for nobody: so many may be opened."
