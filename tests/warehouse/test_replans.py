"""Walks that nobody has started are laid out anew: who would be late joins, what is under way stays, and it can be undone."""

from datetime import timedelta

import pytest

from orders.models import OrderHistory, Package, PackageState
from tenancy import scoping
from tests.make_orders import NOW
from tests.make_warehouse import MAI, allocated, make_site, make_stock, planned_wave
from warehouse import picking, pickup_times, replans, waves
from warehouse.models import PickList, PickTask, Replan, Warehouse, Wave


@pytest.fixture
def slow_site(site):
    """Packing takes an hour, and one station packs."""
    make_stock("MUG", 20)
    Warehouse.objects.filter(pk=site.pk).update(pack_seconds=3600, line_seconds=60)
    site.refresh_from_db()
    return site


def released(site, shop, *, numbers, hours):
    found = [allocated(shop=shop, number=number, due_in=timedelta(hours=hours)) for number in numbers]
    wave = planned_wave(site, slots=1)
    waves.release_wave(wave_id=wave.pk, actor=MAI, now=NOW)
    return wave, found


def lines():
    return sorted(PickTask.objects.values_list("package_id", "sku_id", "bin_id", "quantity", "slot"))


def replan(site, why="spike"):
    return replans.replan(warehouse_id=site.pk, why=why, actor=MAI, now=NOW)


def test_who_would_be_late_joins_and_walks_first(slow_site, cedar_shop):
    old, waiting = released(slow_site, cedar_shop, numbers=(1, 2, 3), hours=30)
    urgent = allocated(shop=cedar_shop, number=9, due_in=timedelta(hours=2))

    row = replan(slow_site)

    assert (row.facts["packages"], row.facts["joined"], row.facts["late"]) == (4, 1, [1, 0])
    urgent.refresh_from_db()
    old.refresh_from_db()
    assert (urgent.state, old.state) == (PackageState.PICKING, "cancelled")
    first = picking.open_lists()[0]
    assert list(PickTask.objects.filter(pick_list=first).values_list("package_id", flat=True)) == [urgent.pk]
    new = Wave.objects.get(state="released")
    assert (new.package_count, new.expected_late, new.by_label) == (4, 0, "Mai")
    moved = OrderHistory.objects.filter(action="wave.moved").values_list("order_id", flat=True)
    assert set(moved) == {package.order_id for package in waiting}


def test_a_dry_run_writes_nothing(slow_site, cedar_shop):
    released(slow_site, cedar_shop, numbers=(1, 2, 3), hours=30)
    allocated(shop=cedar_shop, number=9, due_in=timedelta(hours=2))
    before = lines()
    found = replans.preview(warehouse_id=slow_site.pk, now=NOW)
    assert (found["late"], found["joined"], found["is_better"]) == ([1, 0], 1, True)
    assert (lines(), Replan.objects.count(), Wave.objects.count()) == (before, 0, 1)


def test_a_walk_under_way_stays(slow_site, cedar_shop):
    released(slow_site, cedar_shop, numbers=(1, 2, 3), hours=30)
    started = picking.open_lists()[0]
    picking.claim(pick_list_id=started.pk, actor=MAI, now=NOW)
    kept = list(PickTask.objects.filter(pick_list=started).values_list("pk", "package_id", "sequence"))
    allocated(shop=cedar_shop, number=9, due_in=timedelta(hours=3))

    row = replan(slow_site)

    assert row.facts["packages"] == 3
    assert (
        list(PickTask.objects.filter(pick_list=started).values_list("pk", "package_id", "sequence")) == kept
    )
    assert Wave.objects.get(pk=started.wave_id).state == "released"


def test_what_is_best_as_it_is_stays(slow_site, cedar_shop):
    released(slow_site, cedar_shop, numbers=(1,), hours=30)
    before = lines()
    with pytest.raises(replans.NothingToReplan, match="best as they are"):
        replan(slow_site)
    assert (lines(), Replan.objects.count()) == (before, 0)


def test_it_is_taken_back(slow_site, cedar_shop):
    released(slow_site, cedar_shop, numbers=(1, 2, 3), hours=30)
    before = lines()
    urgent = allocated(shop=cedar_shop, number=9, due_in=timedelta(hours=2))
    row = replan(slow_site)

    row = replans.undo(replan_id=row.pk, actor=MAI, now=NOW)

    urgent.refresh_from_db()
    assert (lines(), urgent.state) == (before, PackageState.ALLOCATED)
    assert (row.undone_at, row.undone_by) == (NOW, "Mai")
    assert Wave.objects.get(state="released").package_count == 3
    assert set(Package.objects.exclude(pk=urgent.pk).values_list("state", flat=True)) == {
        PackageState.PICKING
    }
    with pytest.raises(replans.ReplanIsWalked):
        replans.undo(replan_id=row.pk, actor=MAI, now=NOW)


def test_a_started_walk_keeps_it_from_being_taken_back(slow_site, cedar_shop):
    released(slow_site, cedar_shop, numbers=(1, 2, 3), hours=30)
    allocated(shop=cedar_shop, number=9, due_in=timedelta(hours=2))
    row = replan(slow_site)
    picking.claim(pick_list_id=picking.open_lists()[0].pk, actor=MAI, now=NOW)
    before = lines()
    with pytest.raises(replans.ReplanIsWalked, match="has started"):
        replans.undo(replan_id=row.pk, actor=MAI, now=NOW)
    assert lines() == before


def test_a_stopped_package_ends_with_its_walk(slow_site, cedar_shop):
    _wave, found = released(slow_site, cedar_shop, numbers=(1, 2, 3), hours=30)
    Package.objects.filter(pk=found[0].pk).update(is_stopped=True)
    allocated(shop=cedar_shop, number=9, due_in=timedelta(hours=2))
    replan(slow_site)
    new = Wave.objects.order_by("-pk").first()
    inside = PickTask.objects.filter(pick_list__wave=new).values_list("package_id", flat=True)
    assert found[0].pk not in set(inside)


def test_a_spike_is_noticed_by_itself_and_once(slow_site, cedar_shop, monkeypatch):
    monkeypatch.setattr(replans, "SPIKE_AT_LEAST", 2)
    released(slow_site, cedar_shop, numbers=(1, 2, 3), hours=30)
    allocated(shop=cedar_shop, number=8, due_in=timedelta(hours=2, minutes=30))
    now = Package.objects.latest("pk").created_at
    assert replans.watch_spike(warehouse_id=slow_site.pk, now=now) is None  # one order is no spike
    allocated(shop=cedar_shop, number=9, due_in=timedelta(hours=2, minutes=40))
    row = replans.watch_spike(warehouse_id=slow_site.pk, now=now)
    assert (row.why, row.facts["late"], row.facts["joined"]) == ("spike", [2, 0], 2)
    assert replans.watch_spike(warehouse_id=slow_site.pk, now=now) is None


def test_a_pickup_that_does_not_come_is_planned_without(slow_site, cedar_shop):
    released(slow_site, cedar_shop, numbers=(1, 2, 3), hours=30)
    urgent = allocated(shop=cedar_shop, number=9, due_in=timedelta(hours=2))
    row = pickup_times.add(
        warehouse_id=slow_site.pk,
        carrier="",
        at=(NOW + timedelta(hours=8)).time(),
        days=range(7),
        lead_minutes=0,
        actor=MAI,
        now=NOW,
    )
    made = replans.pickup_missed(pickup_id=row.pk, actor=MAI, now=NOW)
    row.refresh_from_db()
    assert (made.why, row.missed_on) == ("pickup_missed", NOW.date())
    assert PickTask.objects.filter(package=urgent).exists()


def test_other_sellers_are_not_touched(slow_site, cedar_shop, north, north_shop):
    with scoping.scope(sellers=[north.pk]):
        theirs = make_site()
        make_stock("CUP", 5)
        allocated(shop=north_shop, lines={"CUP": 1}, due_in=timedelta(hours=30))
        wave = planned_wave(theirs)
        waves.release_wave(wave_id=wave.pk, actor=MAI, now=NOW)
        before = lines()
    released(slow_site, cedar_shop, numbers=(1, 2, 3), hours=30)
    allocated(shop=cedar_shop, number=9, due_in=timedelta(hours=2))
    replan(slow_site)
    with pytest.raises(Warehouse.DoesNotExist):
        replan(theirs)
    with scoping.scope(sellers=[north.pk]):
        assert (lines(), Replan.objects.count(), PickList.objects.count()) == (before, 0, 1)
