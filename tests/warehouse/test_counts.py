"""Blind counts by bin: small differences are booked, large ones need another person; the day's plan."""

from datetime import date, timedelta

import pytest

from catalog.models import Barcode
from orders.models import PackageState
from tenancy import scoping
from tenancy.models import AuditEntry
from tests import make_orders
from tests.make_orders import NOW
from tests.make_stock import count_of, lot_sku, lots_in, put_lot
from tests.make_warehouse import KIM, MAI, allocated, bin_of, in_bin, level, make_stock
from warehouse import blind_counts, count_plan, counting, deliveries, ledger_check
from warehouse.count_plan import Candidate
from warehouse.models import Bin, CountEntry, CountTask, StockMovement


def enter(task, code, units=None, *, actor=MAI, **values):
    return blind_counts.enter(task_id=task.pk, code=code, units=units, actor=actor, now=NOW, **values)


def finish(task, *, actor=MAI, **values):
    return blind_counts.finish(task_id=task.pk, actor=actor, now=NOW, **values)


def test_a_whole_bin_is_counted_with_what_should_not_be_there(site):
    mug, cup = make_stock("MUG", 5), make_stock("CUP", 3)
    plate = make_stock("PLATE", 0)
    task = count_of("A-01-1")
    enter(task, "BC-MUG", 4)
    enter(task, "PLATE")
    enter(task, "BC-PLATE")

    assert finish(task).state == "done"

    assert (in_bin("A-01-1", mug), in_bin("A-01-1", cup), in_bin("A-01-1", plate)) == (4, 0, 2)
    assert bin_of("A-01-1").counted_at == NOW
    entries = CountEntry.objects.filter(task=task).order_by("sku__seller_sku")
    assert [(row.sku.seller_sku, row.units, row.expected) for row in entries] == [
        ("CUP", 0, 3),
        ("MUG", 4, 5),
        ("PLATE", 2, 0),
    ]
    assert ledger_check.check_ledger() == []


def test_scans_count_one_by_one_and_a_repeated_one_once(site):
    make_stock("MUG", 5)
    task = count_of("A-01-1")
    enter(task, "BC-MUG", key="1")
    enter(task, "BC-MUG", key="2")
    assert enter(task, "BC-MUG", key="2").units == 2


def test_a_large_difference_is_counted_again_by_somebody_else(site):
    mug = make_stock("MUG", 20)
    task = count_of("A-01-1")
    enter(task, "MUG", 9)

    first = finish(task)

    assert (first.state, first.text) == (
        "second",
        "Thank you. A-01-1 is counted once more, by somebody else.",
    )
    assert level(mug) == (20, 0)
    with pytest.raises(blind_counts.SomebodyElseCounts, match="You counted A-01-1 the last time"):
        enter(task, "MUG", 9)
    enter(task, "MUG", 9, actor=KIM)
    assert finish(task, actor=KIM).state == "done"
    assert level(mug) == (9, 0)
    rows = CountEntry.objects.order_by("round").values_list("round", "units", "expected", "by_label")
    assert list(rows) == [(1, 9, 20, "Mai"), (2, 9, 20, "Kim")]


def test_two_counts_that_differ_wait_for_a_manager(site):
    mug = make_stock("MUG", 20)
    task = count_of("A-01-1")
    enter(task, "MUG", 9)
    finish(task)
    enter(task, "MUG", 11, actor=KIM)
    assert finish(task, actor=KIM).state == "approval"
    assert level(mug) == (20, 0)
    with pytest.raises(blind_counts.CountIsOver):
        enter(task, "MUG", 1)
    with pytest.raises(blind_counts.SomebodyElseCounts, match="You counted A-01-1 yourself"):
        blind_counts.approve(task_id=task.pk, actor=KIM, now=NOW)

    blind_counts.approve(task_id=task.pk, actor=MAI, now=NOW)

    task.refresh_from_db()
    assert (level(mug), task.state, task.approved_by) == ((11, 0), "done", "Mai")
    assert AuditEntry.objects.get(action="count.booked").detail["approved_by"] == "Mai"


def test_a_manager_may_have_it_counted_again(site):
    mug = make_stock("MUG", 20)
    task = count_of("A-01-1")
    enter(task, "MUG", 9)
    finish(task)
    enter(task, "MUG", 11, actor=KIM)
    finish(task, actor=KIM)
    again = blind_counts.count_again(task_id=task.pk, actor=MAI, now=NOW)
    assert (again.state, again.round) == ("second", 3)
    with pytest.raises(blind_counts.SomebodyElseCounts):
        enter(task, "MUG", 9, actor=KIM)
    assert level(mug) == (20, 0)


def test_a_manager_may_decide_after_the_first_count(site):
    mug = make_stock("MUG", 20)
    task = count_of("A-01-1")
    enter(task, "MUG", 9)
    finish(task)
    make_stock("MUG", 1, now=NOW + timedelta(minutes=1))  # came meanwhile
    blind_counts.approve(task_id=task.pk, actor=KIM, now=NOW)
    assert level(mug) == (10, 0)


def test_a_loss_takes_the_latest_promise_away(site, cedar_shop):
    mug = make_stock("MUG", 3)
    due = {1: 30, 2: 10}
    found = {
        number: allocated(shop=cedar_shop, number=number, due_in=timedelta(hours=hours))
        for number, hours in due.items()
    }
    task = count_of("A-01-1")
    enter(task, "MUG", 1)
    finish(task)
    for package in found.values():
        package.refresh_from_db()
    assert (found[1].state, found[2].state) == (PackageState.PLANNED, PackageState.ALLOCATED)
    assert level(mug) == (1, 1)
    assert ledger_check.check_ledger() == []


def test_lots_are_counted_apart(site):
    sku = lot_sku()
    put_lot(sku, "OLD", 3, expires=date(2027, 5, 1))
    put_lot(sku, "NEW", 4, expires=date(2027, 7, 1))
    task = count_of("A-01-1", sku)
    enter(task, "CREAM", 5, lot="NEW")
    enter(task, "CREAM", 2, lot="OLD")
    finish(task)
    assert (lots_in("A-01-1"), level(sku)) == ({"OLD": 2, "NEW": 5}, (7, 0))
    assert ledger_check.check_ledger() == []


def test_goods_without_a_lot_get_theirs_by_a_count(site):
    sku = make_stock("CREAM", 4)
    sku.is_by_lot = True
    sku.save()
    task = count_of("A-01-1", sku)
    enter(task, "CREAM", 4, lot="L-1", expires_on=date(2027, 5, 1))
    finish(task)
    assert (lots_in("A-01-1"), level(sku)) == ({"L-1": 4}, (4, 0))
    assert ledger_check.check_ledger() == []


@pytest.mark.parametrize("units", [-1, 100_001])
def test_a_count_is_a_number_of_units(site, units):
    make_stock("MUG", 5)
    task = count_of("A-01-1")
    with pytest.raises(counting.BadCount, match="from 0 to 100000"):
        enter(task, "MUG", units)
    assert not CountEntry.objects.exists()


def test_codes_that_mean_nothing_here(site, north):
    with scoping.scope(sellers=[north.pk]):
        Barcode.objects.create(sku=make_orders.make_sku("LAMP"), code="99887766")
    mug = make_stock("MUG", 5)
    make_stock("CUP", 1)
    task = count_of("A-01-1", mug)
    for code in ("12345678", "99887766"):
        with pytest.raises(deliveries.UnknownCode):
            enter(task, code)
    with pytest.raises(blind_counts.NotInThisCount, match="This count is about MUG. CUP is not asked for"):
        enter(task, "CUP")
    assert not CountEntry.objects.exists()


def test_an_empty_sheet_needs_a_word(site):
    mug = make_stock("MUG", 5)
    task = count_of("A-01-1")
    with pytest.raises(counting.BadCount, match="Nothing was entered"):
        finish(task)
    assert level(mug) == (5, 0)
    assert finish(task, is_empty=True).state == "done"
    assert level(mug) == (0, 0)


def test_one_person_counts_at_a_time(site):
    make_stock("MUG", 5)
    task = count_of("A-01-1")
    enter(task, "MUG", 2)
    with pytest.raises(blind_counts.SomebodyElseCounts, match="Mai is counting A-01-1"):
        enter(task, "MUG", 3, actor=KIM)
    blind_counts.start_over(task_id=task.pk, actor=KIM, now=NOW)
    assert enter(task, "MUG", 3, actor=KIM).units == 3


def test_a_day_takes_the_oldest_and_the_busiest():
    rows = [Candidate(number, NOW - timedelta(days=number), moves=10 - number) for number in range(1, 8)]
    assert count_plan.choose(candidates=rows, bins=3) == [(7, "oldest"), (6, "oldest"), (1, "moved")]
    assert len(count_plan.choose(candidates=rows, bins=20)) == 7


def test_the_plan_asks_once_a_day_for_bins_with_goods(site):
    for number, place in enumerate(("A-01-1", "A-02-1", "B-01-1")):
        make_stock(f"SKU-{number}", 2, at=place)
    site.count_bins_a_day = 2
    site.save()
    Bin.objects.filter(code="A-01-1").update(counted_at=NOW - timedelta(days=3))
    assert count_plan.plan_day(warehouse_id=site.pk, now=NOW) == 2
    assert count_plan.plan_day(warehouse_id=site.pk, now=NOW) == 0
    tasks = CountTask.objects.order_by("bin__code").values_list("bin__code", "source")
    assert list(tasks) == [("A-02-1", "oldest"), ("B-01-1", "moved")]
    assert count_plan.plan_day(warehouse_id=site.pk, now=NOW + timedelta(days=1)) == 1
    assert StockMovement.objects.count() == 3
