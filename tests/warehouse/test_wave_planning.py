"""What a wave is planned with: pickups, lots, lanes, modes, carts, pack pace; late parcels first, metres second."""

from datetime import UTC, datetime, time, timedelta

import pytest

from catalog.models import Sku
from orders.models import Order
from tests.make_orders import NOW
from tests.make_warehouse import MAI, allocated, allocated_many, bin_of, make_stock, planned_wave
from warehouse import (
    floor_pace,
    pickup_times,
    put_walls,
    wave_choice,
    wave_forecast,
    wave_nearby,
    wave_walks,
    waves,
)
from warehouse.models import CarrierPickup, PackRecord, PickList, PickTask, Warehouse, Zone
from warehouse.pickup_times import Calendar
from warehouse.wave_plan import Floor, Need, Plan, Shelf, Stop, Walk, choose_bins
from warehouse.wave_walks import Ways

FRIDAY = datetime(2026, 11, 27, 8, tzinfo=UTC)
SHELVES = [Shelf(1, 7, 99, 10, 1, 1), Shelf(2, 8, 99, 900, 2, 3)]


def need(number, units, *, hours=24.0, **values):
    return Need(number, units, FRIDAY + timedelta(hours=hours), **values)


def calendar(*pickups):
    return Calendar("UTC", pickups)


def pickup(at, *, carrier="", days=127, lead=30, missed_on=None):
    return CarrierPickup(carrier=carrier, at=at, days=days, lead_minutes=lead, missed_on=missed_on)


@pytest.mark.parametrize(
    ("pickups", "due", "until"),
    [
        ([], 30, FRIDAY + timedelta(hours=30)),
        ([pickup(time(17))], 30, FRIDAY.replace(hour=16, minute=30)),
        ([pickup(time(12)), pickup(time(17))], 5, FRIDAY.replace(hour=11, minute=30)),
        ([pickup(time(17), days=0b0001111)], 30, FRIDAY + timedelta(hours=30)),  # not on Fridays
        (
            [pickup(time(17), missed_on=FRIDAY.date()), pickup(time(12))],
            12,
            FRIDAY.replace(hour=11, minute=30),
        ),
        ([pickup(time(17), carrier="Ninja")], 30, FRIDAY + timedelta(hours=30)),  # another carrier's
        ([pickup(time(17))], 3, FRIDAY + timedelta(hours=3)),  # none is left before it
    ],
)
def test_a_parcel_is_packed_before_the_last_pickup_that_is_in_time(pickups, due, until):
    found = calendar(*pickups).pack_until(carrier="GHN", due_at=FRIDAY + timedelta(hours=due), now=FRIDAY)
    assert found == until


def test_goods_kept_by_lot_leave_the_oldest_first_though_it_is_farther():
    shelves = [Shelf(1, 7, 5, 10, rank=739000), Shelf(2, 7, 2, 900, rank=738000)]
    stops, _lacking = choose_bins(needs=[need(1, {7: 3})], shelves=shelves)
    assert [(stop.bin_id, stop.quantity) for stop in stops[1]] == [(2, 2), (1, 1)]


def test_many_of_one_product_and_single_units_walk_without_slots():
    needs = [need(number, {7: 2}) for number in range(1, 9)]
    needs += [need(number, {8: 1}) for number in range(11, 17)]
    needs += [need(21, {7: 1, 8: 1})]
    plan = wave_walks.plan_walks(needs=needs, shelves=SHELVES, ways=Ways(slots=2, has_lanes=True))
    found = {walk.lane: (walk.mode, len(walk.package_ids)) for walk in plan.walks}
    assert found == {"bulk": ("batch", 8), "single": ("batch", 6), "mixed": ("sort_while_pick", 1)}


def test_by_order_every_package_has_a_walk_and_the_most_urgent_goes_first():
    needs = [need(1, {7: 1}, hours=9), need(2, {8: 1}, hours=3)]
    plan = wave_walks.plan_walks(needs=needs, shelves=SHELVES, ways=Ways(mode="by_order", has_lanes=True))
    assert [(walk.mode, walk.package_ids) for walk in plan.walks] == [("by_order", (2,)), ("by_order", (1,))]


def test_volume_limits_a_cart():
    needs = [need(number, {7: 1}, volume_ml=600) for number in (1, 2, 3)]
    floor = Floor(cart_volume_ml=1200)
    plan = wave_walks.plan_walks(needs=needs, shelves=SHELVES, floor=floor)
    assert sorted(len(walk.package_ids) for walk in plan.walks) == [1, 2]


def test_levels_cost_time_and_no_way():
    shelves = [Shelf(1, 7, 9, 10, 1, 1, level=3)]
    floor = Floor(level_s=10, line_s=5)
    (walk,) = wave_walks.plan_walks(needs=[need(1, {7: 1})], shelves=shelves, floor=floor).walks
    assert walk.lift_s == 20
    assert wave_forecast.walk_seconds(walk, floor=floor) == pytest.approx(walk.length_mm / 1000 + 25)


def test_the_second_block_and_one_way_aisles_are_walked_as_they_are_built():
    shelves = [Shelf(1, 7, 9, 10, 1, 2, block=2), Shelf(2, 8, 9, 20, 1, 1, block=1)]
    floor = Floor(cross_mm=3000, cells=4, blocks=2)
    (walk,) = wave_walks.plan_walks(needs=[need(1, {7: 1, 8: 1})], shelves=shelves, floor=floor).walks
    assert walk.length_mm == 2 * (1500 + 4 * 1000 + 1500 + 3000 + 1500 + 2 * 1000)
    assert [stop.bin_id for stop in walk.stops] == [2, 1]
    one_way = Floor(cells=4, is_one_way=True)
    shelves = [Shelf(1, 7, 9, 10, 1, 2), Shelf(2, 8, 9, 20, 2, 1)]
    (walk,) = wave_walks.plan_walks(needs=[need(1, {8: 1, 7: 1})], shelves=shelves, floor=one_way).walks
    assert ([stop.bin_id for stop in walk.stops], walk.length_mm) == ([1, 2], 2 * 7000 + 2 * 3000)


def test_packing_makes_late_what_picking_alone_would_not():
    floor = Floor(pack_s=600, stations=1, line_s=10)
    needs = {number: need(number, {7: 1}, hours=0.6) for number in (1, 2, 3, 4)}
    stop = [Stop(number, 7, 1, 1, 0) for number in needs]
    plan = Plan(walks=(Walk(tuple(needs), tuple(stop)),), lacking=())
    found = wave_forecast.expected(plan, wanted=needs, floor=floor, now=FRIDAY)
    assert found.finish_at == FRIDAY + timedelta(seconds=40 + 4 * 600)
    assert found.late == (4,)
    ahead = wave_forecast.expected(
        plan, wanted=needs, floor=Floor(pack_s=600, line_s=10, parcels_ahead=2), now=FRIDAY
    )
    assert ahead.late == (2, 3, 4)


def test_what_is_late_anyway_steps_back_for_what_can_be_saved():
    floor = Floor(line_s=600)
    needs = {1: need(1, {7: 1}, hours=-1), 2: need(2, {7: 1}, hours=0.2)}
    walks = tuple(Walk((number,), (Stop(number, 7, 1, 1, 0),)) for number in needs)
    found = wave_forecast.in_best_order(Plan(walks, ()), wanted=needs, floor=floor, now=FRIDAY)
    assert ([walk.package_ids for walk in found.walks], found.late) == ([(2,), (1,)], (1,))


def test_a_wave_is_filled_up_with_what_lies_near():
    shelves = [Shelf(1, 7, 9, 10, 1, 1), Shelf(2, 8, 9, 900, 9, 30), Shelf(3, 9, 9, 20, 1, 2)]
    needs = [need(1, {7: 1}), need(2, {8: 1}, hours=30), need(3, {9: 1}, hours=40)]
    found = wave_nearby.filled(taken=needs[:1], others=needs[1:], shelves=shelves, limit=2, floor=Floor())
    assert [one.package_id for one in found] == [1, 3]


def test_a_pickup_makes_a_later_deadline_the_more_urgent_one(site, cedar_shop):
    make_stock("MUG", 9)
    first = allocated(shop=cedar_shop, number=1, due_in=timedelta(hours=20))
    second = allocated(shop=cedar_shop, number=2, due_in=timedelta(hours=22))
    Order.objects.filter(pk=second.order_id).update(delivery_option_name="Express")
    at = (NOW + timedelta(hours=2)).time()
    pickup_times.add(
        warehouse_id=site.pk, carrier="Express", at=at, days=range(7), lead_minutes=0, actor=MAI, now=NOW
    )
    planned_wave(site, package_limit=1)
    assert list(PickTask.objects.values_list("package_id", flat=True)) == [second.pk]
    assert first.pk != second.pk


def test_one_carrier_a_wave_and_its_zone_and_way_are_kept_at_the_release(site, cedar_shop):
    make_stock("MUG", 9)
    mine = allocated(shop=cedar_shop, number=1)
    allocated(shop=cedar_shop, number=2)
    Order.objects.filter(pk=mine.order_id).update(delivery_option_name="Express")
    zone = Zone.objects.get(code="A")
    put_walls.make_wall(warehouse_id=site.pk, slots=1)
    wave = planned_wave(site, carrier="Express", zone_id=zone.pk, mode="batch", slots=3)
    wave = waves.release_wave(wave_id=wave.pk, actor=MAI, now=NOW)
    assert (wave.carrier, wave.zone_code, wave.mode, wave.slots) == ("Express", "A", "batch", 3)
    assert (wave.package_count, PickList.objects.get(wave=wave).mode) == (1, "batch")


def test_carts_are_limited_by_the_volume_of_the_goods(site, cedar_shop):
    sku = make_stock("MUG", 9)
    Sku.objects.filter(pk=sku.pk).update(length_mm=100, width_mm=100, height_mm=100)
    Warehouse.objects.filter(pk=site.pk).update(cart_volume_ml=2000)
    for number in (1, 2, 3):
        allocated(shop=cedar_shop, number=number)
    planned_wave(site)
    assert sorted(PickList.objects.values_list("slot_count", flat=True)) == [1, 2]


def test_free_units_know_their_place_and_have_no_rank_without_lots(site):
    sku = make_stock("MUG", 5)
    (shelf,) = wave_choice.free_shelves(warehouse_id=site.pk, sku_ids=[sku.pk])
    assert (shelf.bin_id, shelf.free, shelf.rank) == (bin_of("A-01-1").pk, 5, 0)
    assert shelf.place == (0, 1)


def test_the_pack_pace_is_measured_without_breaks(site, cedar_shop):
    make_stock("MUG", 99)
    at = NOW - timedelta(hours=20)
    for number, package in enumerate(allocated_many(shop=cedar_shop, numbers=range(1, 54)), start=1):
        at += timedelta(seconds=45) if number != 30 else timedelta(hours=1)
        PackRecord.objects.create(package=package, shop=cedar_shop, weight_g=1, packed_at=at, by_label="Kim")
    assert (
        floor_pace.measured_pack_seconds(warehouse_id=site.pk, now=NOW) is None
    )  # not from this floor's walks
    planned_wave(site, package_limit=100)
    assert floor_pace.measured_pack_seconds(warehouse_id=site.pk, now=NOW) == 45
