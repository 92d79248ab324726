"""A batch holds no more packages than the put wall that sorts it has free slots, and says so."""

from datetime import timedelta

import pytest

from orders.models import OrderHistory, Package
from tests.make_orders import NOW
from tests.make_warehouse import MAI, allocated, make_stock, planned_wave, walk
from warehouse import picking, put_walls, replans, sorting, wave_walks, wave_words, waves
from warehouse.models import Bin, PickList, PickTask, Warehouse, Wave
from warehouse.wave_plan import Need
from warehouse.wave_walks import Ways


@pytest.fixture
def goods(site, cedar_shop, north_shop):
    """Five packages of two MUG each, the first one due first; a wall with three slots."""
    make_stock("MUG", 20)
    put_walls.make_wall(warehouse_id=site.pk, slots=3)
    return [
        allocated(shop=cedar_shop, number=number, lines={"MUG": 2}, due_in=timedelta(hours=10 * number))
        for number in range(1, 6)
    ]


def inside(wave: Wave) -> set[int]:
    return set(PickTask.objects.filter(pick_list__wave=wave).values_list("package_id", flat=True))


def room(site) -> int:
    return put_walls.room(warehouse_id=site.pk)


def test_singles_of_a_lane_need_no_slot_and_the_least_urgent_wait():
    needs = [Need(number, {1: 1}, NOW + timedelta(hours=number)) for number in range(1, 7)]
    needs += [Need(number, {1: 2}, NOW + timedelta(hours=-number)) for number in range(11, 14)]
    kept, beyond = wave_walks.within_wall(needs=needs, ways=Ways(mode="batch", has_lanes=True), room=2)
    assert [need.package_id for need in beyond] == [11]
    assert len(kept) == 8
    assert wave_walks.within_wall(needs=needs, ways=Ways(mode="sort_while_pick"), room=0)[1] == []


def test_a_batch_takes_the_urgent_ones_that_fit_and_says_who_waits(site, goods):
    wave = planned_wave(site, mode="batch")
    assert inside(wave) == {package.pk for package in goods[:3]}
    assert "2 packages wait for another wave: free slots of the put wall: 3" in wave_words.reason_text(wave)
    assert room(site) == 0
    with pytest.raises(put_walls.WallIsFull) as refusal:
        planned_wave(site, mode="batch")
    assert str(refusal.value) == (
        "No slot of the put wall of Main warehouse is free: pack what stands there, or pick in another way."
    )
    assert Wave.objects.count() == 1
    other = planned_wave(site)
    assert (inside(other), "put wall" in wave_words.reason_text(other)) == (
        {package.pk for package in goods[3:]},
        False,
    )


def test_a_slot_counts_once_from_the_plan_to_the_parcel(site, goods):
    wave = planned_wave(site, mode="batch", package_limit=2)
    assert (room(site), put_walls.room(warehouse_id=site.pk, without_wave=wave.pk)) == (1, 3)
    waves.release_wave(wave_id=wave.pk, actor=MAI, now=NOW)
    pick_list = picking.claim(pick_list_id=PickList.objects.get().pk, actor=MAI, now=NOW)
    assert room(site) == 1
    walk(pick_list)
    assert room(site) == 1
    for _unit in range(4):
        sorting.scan(pick_list_id=pick_list.pk, code="BC-MUG", actor=MAI, now=NOW)
        assert room(site) == 1
    put_walls.close_slots(package_ids=[goods[0].pk], now=NOW)
    assert room(site) == 1  # its goods still lie in the slot


def test_at_its_release_a_batch_leaves_out_what_the_wall_has_lost_room_for(site, goods):
    wave = planned_wave(site, mode="batch")
    Bin.objects.filter(code="WALL-1-3").update(is_active=False)
    wave = waves.release_wave(wave_id=wave.pk, actor=MAI, now=NOW)
    assert inside(wave) == {package.pk for package in goods[:2]}
    row = OrderHistory.objects.get(action="wave.dropped")
    assert (row.order_id, row.reason) == (goods[2].order_id, "no_wall_slot")
    assert Package.objects.get(pk=goods[2].pk).state == "allocated"


def test_without_a_wall_nothing_is_picked_to_be_sorted(site, cedar_shop):
    make_stock("MUG", 5)
    allocated(shop=cedar_shop)
    with pytest.raises(put_walls.WallIsFull) as refusal:
        planned_wave(site, mode="batch")
    assert str(refusal.value) == (
        "Main warehouse has no put wall to sort a batch on. Make one on its page, or pick in another way."
    )
    assert not Wave.objects.exists()


def test_who_joins_a_batch_that_is_laid_out_anew_needs_a_slot_too(site, cedar_shop):
    make_stock("MUG", 20)
    put_walls.make_wall(warehouse_id=site.pk, slots=3)
    Warehouse.objects.filter(pk=site.pk).update(pack_seconds=3600, line_seconds=60)
    for number in (1, 2):
        allocated(shop=cedar_shop, number=number, lines={"MUG": 2}, due_in=timedelta(hours=30))
    wave = planned_wave(site, mode="batch")
    waves.release_wave(wave_id=wave.pk, actor=MAI, now=NOW)
    urgent = [
        allocated(shop=cedar_shop, number=number, lines={"MUG": 2}, due_in=timedelta(minutes=60 + number))
        for number in (8, 9)
    ]
    row = replans.replan(warehouse_id=site.pk, why="spike", actor=MAI, now=NOW)
    assert row.before["joined"] == [urgent[0].pk]
    assert room(site) == 0
