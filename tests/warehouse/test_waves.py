"""Waves: the most urgent first, near things on one cart, stopped ones out, and only once."""

from datetime import UTC, datetime, timedelta

import pytest

from orders import review
from orders.models import OrderHistory, Package, PackageState
from relay.models import OutboxEvent
from tenancy import scoping
from tests import make
from tests.make_orders import NOW
from tests.make_warehouse import (
    MAI,
    allocated,
    allocated_many,
    make_stock,
    planned_wave,
    released_list,
)
from warehouse import layout, picking, wave_walks, wave_words, waves
from warehouse.models import PickList, PickTask
from warehouse.wave_plan import Floor, Need, Shelf, TooBig
from warehouse.wave_walks import Ways

DUE = datetime(2026, 11, 24, tzinfo=UTC)


def need(number, units, *, hours=0):
    return Need(number, units, DUE + timedelta(hours=hours))


def stops(plan):
    return [[(stop.package_id, stop.bin_id, stop.quantity) for stop in walk.stops] for walk in plan.walks]


def test_one_bin_that_has_them_all_is_better_than_two():
    shelves = [Shelf(1, 7, 1, 10), Shelf(2, 7, 5, 20)]
    plan = wave_walks.plan_walks(needs=[need(1, {7: 3})], shelves=shelves, ways=Ways(slots=5))
    assert stops(plan) == [[(1, 2, 3)]]


def test_units_come_from_several_bins_when_they_must():
    shelves = [Shelf(1, 7, 2, 10), Shelf(2, 7, 2, 20)]
    plan = wave_walks.plan_walks(needs=[need(1, {7: 3})], shelves=shelves, ways=Ways(slots=5))
    assert stops(plan) == [[(1, 1, 2), (1, 2, 1)]]


def test_a_package_that_lacks_a_unit_takes_nothing():
    plan = wave_walks.plan_walks(
        needs=[need(1, {7: 1, 8: 1}), need(2, {7: 1}, hours=1)],
        shelves=[Shelf(1, 7, 1, 10)],
        ways=Ways(slots=5),
    )
    assert (stops(plan), plan.lacking) == ([[(2, 1, 1)]], (1,))


def test_near_packages_share_a_cart_and_the_urgent_cart_goes_first():
    shelves = [Shelf(1, 7, 9, 10), Shelf(2, 8, 9, 900)]
    needs = [need(1, {7: 1}, hours=5), need(2, {8: 1}), need(3, {7: 1}, hours=6), need(4, {8: 1}, hours=9)]
    plan = wave_walks.plan_walks(needs=needs, shelves=shelves, ways=Ways(slots=2))
    assert [walk.package_ids for walk in plan.walks] == [(2, 4), (1, 3)]


def test_a_cart_holds_no_more_than_its_limits():
    shelves = [Shelf(1, 7, 9, 10, 1, 1)]
    needs = [need(number, {7: 2}, hours=number) for number in (1, 2, 3)]
    by_units = wave_walks.plan_walks(
        needs=needs, shelves=shelves, ways=Ways(slots=9), floor=Floor(cart_units=4)
    )
    assert sorted(len(walk.package_ids) for walk in by_units.walks) == [1, 2]
    heavy = [Need(1, {7: 2}, DUE, 900), Need(2, {7: 2}, DUE, 300), Need(3, {7: 2}, DUE, 500)]
    by_weight = wave_walks.plan_walks(
        needs=heavy, shelves=shelves, ways=Ways(slots=9), floor=Floor(cart_weight_g=1000)
    )
    assert sorted(walk.package_ids for walk in by_weight.walks) == [(1,), (2, 3)]


def test_what_no_cart_takes_is_left_out_and_named():
    shelves = [Shelf(1, 7, 9, 10, 1, 1)]
    needs = [need(1, {7: 7}), need(2, {7: 1})]
    plan = wave_walks.plan_walks(needs=needs, shelves=shelves, ways=Ways(slots=9), floor=Floor(cart_units=4))
    assert [walk.package_ids for walk in plan.walks] == [(2,)]
    assert plan.too_big == (TooBig(1, "units", 7, 4),)


def test_the_urgent_walk_apart_when_together_they_would_be_late():
    shelves = [Shelf(1, 7, 99, 0, 1, 1), Shelf(2, 8, 99, 0, 9, 40)]
    needs = [need(1, {7: 1}), need(2, {8: 1})]
    needs += [need(number, {7: 1, 8: 1}, hours=9) for number in range(3, 13)]
    now = DUE - timedelta(minutes=4)
    together = wave_walks.plan_walks(needs=needs, shelves=shelves, ways=Ways(slots=12))
    plan = wave_walks.plan_walks(needs=needs, shelves=shelves, ways=Ways(slots=12), now=now)
    assert len(together.walks) == 1
    assert [walk.package_ids for walk in plan.walks] == [(1, 2), tuple(range(3, 13))]
    assert (plan.is_split, plan.late) == (True, ())


def test_the_walk_is_a_snake():
    block = layout.places(first_aisle=1, aisles=3, cells=3, levels=1)
    order = [place.code for place in sorted(block, key=lambda place: place.walk_order)]
    assert order == [
        "A-01-1", "A-02-1", "A-03-1", "B-03-1", "B-02-1", "B-01-1", "C-01-1", "C-02-1", "C-03-1",
    ]  # fmt: skip
    assert [layout.aisle_letters(number) for number in (1, 26, 27, 53)] == ["A", "Z", "AA", "BA"]


def test_a_wave_takes_the_most_urgent_up_to_its_limit(site, cedar_shop):
    make_stock("MUG", 9)
    due = {1: 30, 2: 10, 3: 20}
    found = {
        number: allocated(shop=cedar_shop, number=number, due_in=timedelta(hours=hours))
        for number, hours in due.items()
    }

    wave = planned_wave(site, package_limit=2)

    chosen = set(PickTask.objects.values_list("package_id", flat=True))
    assert chosen == {found[2].pk, found[3].pk}
    assert (wave.package_count, wave.unit_count, wave.first_due_at) == (2, 2, NOW + timedelta(hours=10))
    assert wave_words.reason_text(wave) == (
        "2 packages with the earliest deadlines; the first one had 10 h 0 m left when planned; "
        "1 cart with the shortest walk; 5 m to walk, expected to be picked 0 minutes after its start; "
        "all packed 2 minutes after it"
    )


def test_a_cut_off_narrows_the_choice(site, cedar_shop):
    make_stock("MUG", 9)
    allocated(shop=cedar_shop, number=1, due_in=timedelta(hours=30))
    urgent = allocated(shop=cedar_shop, number=2, due_in=timedelta(hours=3))
    planned_wave(site, due_before=NOW + timedelta(hours=6))
    assert list(PickTask.objects.values_list("package_id", flat=True)) == [urgent.pk]


def test_a_planned_package_is_not_planned_again(site, cedar_shop):
    make_stock("MUG", 9)
    allocated(shop=cedar_shop)
    planned_wave(site)
    with pytest.raises(waves.NothingToPick):
        planned_wave(site)
    assert PickTask.objects.count() == 1


def test_release_sends_the_wave_to_the_floor(site, cedar_shop):
    make_stock("MUG", 9)
    package = allocated(shop=cedar_shop)
    wave = planned_wave(site)

    wave = waves.release_wave(wave_id=wave.pk, actor=MAI, now=NOW)

    package.refresh_from_db()
    assert (wave.state, wave.released_at, package.state) == ("released", NOW, PackageState.PICKING)
    assert OutboxEvent.objects.filter(name="wave.released").count() == 1
    assert [row.wave_id for row in picking.open_lists()] == [wave.pk]


def test_a_package_stopped_since_drops_out(site, cedar_shop):
    make_stock("MUG", 9)
    stays = allocated(shop=cedar_shop, number=1)
    stopped = allocated(shop=cedar_shop, number=2)
    wave = planned_wave(site)
    review.hold(order_id=stopped.order_id, note="wait", actor=MAI, now=NOW)

    wave = waves.release_wave(wave_id=wave.pk, actor=MAI, now=NOW)

    assert wave.package_count == 1
    assert list(PickTask.objects.values_list("package_id", flat=True)) == [stays.pk]
    assert Package.objects.get(pk=stopped.pk).state == PackageState.ALLOCATED
    line = OrderHistory.objects.get(action="wave.dropped")
    assert (line.order_id, line.data) == (stopped.order_id, {"wave": wave.number})


def test_two_walks_do_not_count_on_the_same_units(site, cedar_shop):
    make_stock("MUG", 1, at="A-01-1")
    make_stock("MUG", 1, at="B-01-1")
    for number in (1, 2):
        allocated(shop=cedar_shop, number=number)
        released_list(site, package_limit=1)
    bins = PickTask.objects.order_by("pk").values_list("bin__code", flat=True)
    assert list(bins) == ["A-01-1", "B-01-1"]


def test_goods_on_the_dock_are_taken_when_the_shelves_are_empty(site, cedar_shop):
    make_stock("MUG", 1, at="RECEIVING")
    make_stock("MUG", 1, at="B-01-1")
    allocated(shop=cedar_shop, lines={"MUG": 2})
    planned_wave(site)
    bins = PickTask.objects.order_by("sequence").values_list("bin__code", flat=True)
    assert list(bins) == ["B-01-1", "RECEIVING"]


def test_a_wave_that_nobody_walks_is_taken_back(site, cedar_shop):
    make_stock("MUG", 9)
    package = allocated(shop=cedar_shop)
    wave = planned_wave(site)
    waves.release_wave(wave_id=wave.pk, actor=MAI, now=NOW)

    wave = waves.cancel_wave(wave_id=wave.pk, actor=MAI, now=NOW)

    package.refresh_from_db()
    assert (wave.state, package.state) == ("cancelled", PackageState.ALLOCATED)
    assert PickList.objects.get().state == "cancelled"
    assert planned_wave(site).package_count == 1


def test_a_wave_under_way_is_not_taken_back(site, cedar_shop):
    make_stock("MUG", 9)
    allocated(shop=cedar_shop)
    pick_list = released_list(site)
    with pytest.raises(waves.WaveIsWalked) as refused:
        waves.cancel_wave(wave_id=pick_list.wave_id, actor=MAI, now=NOW)
    assert str(refused.value).startswith(f"Pick list {pick_list.number} of this wave has been started.")
    pick_list.wave.refresh_from_db()
    assert pick_list.wave.state == "released"


def test_planning_many_costs_as_many_queries_as_few(site, cedar_shop, django_assert_max_num_queries):
    make_stock("MUG", 99)
    allocated_many(shop=cedar_shop, numbers=range(1, 26))
    with django_assert_max_num_queries(30):
        wave = planned_wave(site)
    with django_assert_max_num_queries(50):
        waves.release_wave(wave_id=wave.pk, actor=MAI, now=NOW)
    assert PickList.objects.count() == 3


def test_whoever_sees_some_shops_decides_about_their_waves_alone(site, cedar, cedar_shop):
    other = make.make_shop(seller=cedar, slug="cedar-my", region="MY", platform_shop_id="7495540735365777999")
    make_stock("MUG", 9)
    allocated(shop=cedar_shop, number=1)
    allocated(shop=other, number=2)
    mixed = planned_wave(site)
    with scoping.scope(sellers=[cedar.pk], shops={cedar_shop.pk}):
        for decide in (waves.release_wave, waves.cancel_wave):
            with pytest.raises(waves.WaveOfOthers):
                decide(wave_id=mixed.pk, actor=MAI, now=NOW)
    mixed.refresh_from_db()
    assert (mixed.state, mixed.package_count) == ("planned", 2)
    waves.cancel_wave(wave_id=mixed.pk, actor=MAI, now=NOW)
    with scoping.scope(sellers=[cedar.pk], shops={cedar_shop.pk}):
        own = planned_wave(site)
        assert waves.release_wave(wave_id=own.pk, actor=MAI, now=NOW).package_count == 1
