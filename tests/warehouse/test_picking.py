"""The walk: right scans move goods, wrong scans name both things and change nothing, shorts find another way."""

from datetime import timedelta

import pytest

from orders import review
from orders.models import Order, OrderHold, Package, PackageState
from relay.models import OutboxEvent
from tests.make_orders import NOW
from tests.make_warehouse import (
    KIM,
    MAI,
    allocated,
    deliver,
    in_bin,
    level,
    make_stock,
    planned_wave,
    released_list,
    walk,
)
from warehouse import ledger_check, picking, short_picks, waves
from warehouse.models import CountTask, PickList, PickTask, PutBackTask, StockMovement


def scan(pick_list, code, **values):
    return picking.scan(pick_list_id=pick_list.pk, code=code, actor=MAI, now=NOW, **values)


def test_the_first_step_is_the_first_bin_of_the_walk(site, cedar_shop):
    make_stock("MUG", 5, at="B-01-1")
    make_stock("CUP", 5, at="A-02-1")
    allocated(shop=cedar_shop, lines={"MUG": 2, "CUP": 1})
    pick_list = released_list(site)

    step = picking.next_step(pick_list)

    assert (step.kind, step.bin_code, step.seller_sku, step.quantity, step.slot, step.tote) == (
        "bin", "A-02-1", "CUP", 1, 1, "CART-01",
    )  # fmt: skip
    progress = picking.progress(pick_list)
    assert (progress.lines, progress.lines_done, progress.units, progress.minutes_left) == (2, 0, 3, 2)


def test_bin_then_item_moves_units_to_the_tote(site, cedar_shop):
    sku = make_stock("MUG", 5)
    package = allocated(shop=cedar_shop, lines={"MUG": 2})
    pick_list = released_list(site)

    first, second, third = scan(pick_list, "a-01-1"), scan(pick_list, "BC-MUG"), scan(pick_list, "MUG")

    assert [(one.kind, one.ok) for one in (first, second, third)] == [
        ("bin_ok", True), ("unit", True), ("list_done", True),
    ]  # fmt: skip
    assert first.text == "Bin A-01-1. Take 2 × MUG."
    assert second.text == "MUG into slot 1: 1 of 2."
    assert third.text.endswith("is picked. Bring tote CART-01 to the pack station.")
    assert third.step is None
    assert (in_bin("A-01-1", sku), in_bin("CART-01", sku), level(sku)) == (3, 2, (5, 2))
    package.refresh_from_db()
    pick_list.refresh_from_db()
    assert (package.state, pick_list.state, pick_list.wave.state) == ("picked", "picked", "picked")


def test_a_wrong_bin_is_named_and_changes_nothing(site, cedar_shop):
    make_stock("MUG", 5)
    allocated(shop=cedar_shop)
    pick_list = released_list(site)
    before = StockMovement.objects.count()

    answer = scan(pick_list, "B-02-1")

    assert (answer.kind, answer.ok, answer.expected, answer.scanned) == (
        "wrong_bin",
        False,
        "A-01-1",
        "B-02-1",
    )
    assert answer.text == "Wrong bin: B-02-1, expected A-01-1. Go there and scan the bin."
    assert answer.step.kind == "bin"
    assert StockMovement.objects.count() == before


def test_an_item_before_its_bin_is_refused(site, cedar_shop):
    make_stock("MUG", 5)
    allocated(shop=cedar_shop)
    answer = scan(released_list(site), "BC-MUG")
    assert answer.text == "Scan the bin first: expected bin A-01-1, scanned item BC-MUG."


def test_a_wrong_item_is_named_and_changes_nothing(site, cedar_shop):
    sku = make_stock("MUG", 5)
    make_stock("CUP", 5)
    allocated(shop=cedar_shop)
    pick_list = released_list(site)
    scan(pick_list, "A-01-1")

    known, unknown = scan(pick_list, "BC-CUP"), scan(pick_list, "999")

    assert known.text == "Wrong item: CUP, expected MUG. Put it back and scan the right one."
    assert unknown.text == "Unknown barcode: 999, expected MUG. Scan the code of the item itself."
    assert (in_bin("A-01-1", sku), PickTask.objects.get().picked_quantity) == (5, 0)


def test_more_units_than_needed_are_refused(site, cedar_shop):
    make_stock("MUG", 5)
    allocated(shop=cedar_shop, lines={"MUG": 2})
    pick_list = released_list(site)
    scan(pick_list, "A-01-1")
    answer = scan(pick_list, "BC-MUG", quantity=3)
    assert (answer.ok, answer.text) == (False, "Too many: 3 units, expected 2 at most.")
    assert PickTask.objects.get().picked_quantity == 0


def test_the_same_bin_is_not_asked_for_twice(site, cedar_shop):
    make_stock("MUG", 5)
    for number in (1, 2):
        allocated(shop=cedar_shop, number=number)
    pick_list = released_list(site)
    scan(pick_list, "A-01-1")
    answer = scan(pick_list, "BC-MUG")
    assert (answer.kind, answer.step.kind, answer.step.slot) == ("line_done", "item", 2)


def test_a_dead_battery_resumes_at_the_same_line(site, cedar_shop):
    make_stock("MUG", 5)
    allocated(shop=cedar_shop, lines={"MUG": 3})
    pick_list = released_list(site)
    scan(pick_list, "A-01-1")
    scan(pick_list, "BC-MUG")

    again = picking.claim(pick_list_id=pick_list.pk, actor=MAI, now=NOW)

    step = picking.next_step(again)
    assert (step.kind, step.picked, step.left, again.tote_code) == ("item", 1, 2, "CART-01")


def test_a_list_belongs_to_one_picker(site, cedar_shop):
    make_stock("MUG", 5)
    allocated(shop=cedar_shop)
    pick_list = released_list(site)
    with pytest.raises(picking.NotYourWalk) as refused:
        picking.claim(pick_list_id=pick_list.pk, actor=KIM, now=NOW)
    assert str(refused.value) == f"Mai is picking list {pick_list.number}."
    with pytest.raises(picking.NotYourWalk):
        picking.scan(pick_list_id=pick_list.pk, code="A-01-1", actor=KIM, now=NOW)
    taken = picking.claim(pick_list_id=pick_list.pk, actor=KIM, now=NOW, why="needed")
    assert taken.picker_label == "Kim"


def test_each_walk_has_its_own_tote(site, cedar_shop):
    make_stock("MUG", 5)
    codes = []
    for number in (1, 2):
        allocated(shop=cedar_shop, number=number)
        codes.append(released_list(site).tote_code)
    assert codes == ["CART-01", "CART-02"]


def test_a_stopped_package_is_passed_over_and_put_back(site, cedar_shop):
    sku = make_stock("MUG", 5)
    stopped = allocated(shop=cedar_shop, number=1, lines={"MUG": 2})
    other = allocated(shop=cedar_shop, number=2)
    pick_list = released_list(site)
    scan(pick_list, "A-01-1")
    scan(pick_list, "BC-MUG")
    review.hold(order_id=stopped.order_id, note="wait", actor=MAI, now=NOW)

    answer = scan(pick_list, "BC-MUG")

    assert answer.kind == "list_done"
    states = dict(Package.objects.values_list("pk", "state"))
    assert states == {stopped.pk: PackageState.ALLOCATED, other.pk: PackageState.PICKED}
    assert (in_bin("CART-01", sku), level(sku)) == (2, (5, 3))
    task = PutBackTask.objects.get()
    assert (task.package_id, task.quantity, task.slot, task.why) == (stopped.pk, 1, 1, "held")
    assert ledger_check.check_ledger() == []


def test_a_walk_with_only_held_packages_left_ends_by_itself(site, cedar_shop):
    sku = make_stock("MUG", 5)
    picked = allocated(shop=cedar_shop, number=1)
    held = allocated(shop=cedar_shop, number=2, lines={"MUG": 2})
    pick_list = released_list(site)
    scan(pick_list, "A-01-1")
    scan(pick_list, "BC-MUG")

    review.hold(order_id=held.order_id, note="wait", actor=MAI, now=NOW)
    deliver()

    pick_list.refresh_from_db()
    assert (pick_list.state, pick_list.wave.state) == ("picked", "picked")
    states = dict(Package.objects.values_list("pk", "state"))
    assert states == {picked.pk: PackageState.PICKED, held.pk: PackageState.ALLOCATED}
    assert level(sku) == (5, 3)


def test_a_short_pick_finds_another_bin(site, cedar_shop):
    sku = make_stock("MUG", 2, at="A-01-1")
    make_stock("MUG", 2, at="B-01-1")
    package = allocated(shop=cedar_shop, lines={"MUG": 2})
    pick_list = released_list(site)
    scan(pick_list, "A-01-1")
    scan(pick_list, "BC-MUG")

    answer = short_picks.report(pick_list_id=pick_list.pk, reason="empty_bin", actor=MAI, now=NOW)

    assert (answer.ok, answer.text) == (True, "Noted. The rest lies in B-01-1.")
    assert (answer.step.kind, answer.step.bin_code, answer.step.left) == ("bin", "B-01-1", 1)
    assert (in_bin("A-01-1", sku), level(sku)) == (0, (3, 2))
    task = CountTask.objects.get()
    assert (task.bin.code, task.sku_id, task.why) == (
        "A-01-1",
        sku.pk,
        f"{pick_list.number}: the bin is empty",
    )
    event = OutboxEvent.objects.get(name="pick.short")
    assert (event.payload["package_id"], event.payload["missing"]) == (package.pk, 1)
    walk(PickList.objects.get())
    package.refresh_from_db()
    assert package.state == PackageState.PICKED
    assert ledger_check.check_ledger() == []


def test_a_short_pick_without_another_bin_holds_the_order(site, cedar_shop):
    sku = make_stock("MUG", 2)
    make_stock("CUP", 1, at="A-02-1")
    package = allocated(shop=cedar_shop, lines={"MUG": 2, "CUP": 1})
    pick_list = released_list(site)
    scan(pick_list, "A-01-1")
    scan(pick_list, "BC-MUG")

    answer = short_picks.report(pick_list_id=pick_list.pk, reason="damaged", actor=MAI, now=NOW)

    assert answer.text.startswith(
        "Noted. Nothing more lies elsewhere: what is in slot 1 goes back by the put-back list."
    )
    assert answer.step is None
    package.refresh_from_db()
    assert (package.state, Order.objects.get().state) == (PackageState.PLANNED, "on_hold")
    assert OrderHold.objects.get().detail == "MUG × 1"
    assert (in_bin("CART-01", sku), level(sku), PutBackTask.objects.get().quantity) == (1, (1, 0), 1)
    assert ledger_check.check_ledger() == []


def test_a_short_pick_takes_from_the_least_urgent(site, cedar_shop):
    sku = make_stock("MUG", 1, at="A-01-1")
    make_stock("MUG", 1, at="B-01-1")
    urgent = allocated(shop=cedar_shop, number=1, due_in=timedelta(hours=2))
    later = allocated(shop=cedar_shop, number=2, due_in=timedelta(hours=20))
    pick_list = released_list(site, package_limit=1)
    scan(pick_list, "A-01-1")

    answer = short_picks.report(pick_list_id=pick_list.pk, reason="not_found", actor=MAI, now=NOW)

    assert answer.step.bin_code == "B-01-1"
    later.refresh_from_db()
    urgent.refresh_from_db()
    assert (urgent.state, later.state, level(sku)) == (PackageState.PICKING, PackageState.PLANNED, (1, 1))


def test_a_short_pick_needs_a_reason(site, cedar_shop):
    make_stock("MUG", 2)
    allocated(shop=cedar_shop)
    pick_list = released_list(site)
    with pytest.raises(short_picks.NoSuchReason) as refused:
        short_picks.report(pick_list_id=pick_list.pk, reason="", actor=MAI, now=NOW)
    assert str(refused.value) == "Say why: the bin is empty, too few in the bin, damaged."
    assert not CountTask.objects.exists()


def test_a_list_of_a_planned_wave_cannot_be_walked(site, cedar_shop):
    make_stock("MUG", 2)
    allocated(shop=cedar_shop)
    wave = planned_wave(site)
    assert picking.open_lists() == []
    with pytest.raises(picking.WalkIsOver):
        picking.claim(pick_list_id=PickList.objects.get().pk, actor=MAI, now=NOW)
    waves.cancel_wave(wave_id=wave.pk, actor=MAI, now=NOW)
