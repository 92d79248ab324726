"""The lane of a live show: one scan at the station, no walk, nothing promised twice; what is left goes back."""

from datetime import timedelta

import pytest

import orders.packages
from console import autopilot
from orders.models import OrderHistory, PackageState
from orders.states import PackageAction
from tenancy.models import AuditEntry
from tests import make_shows
from tests.make_orders import NOW
from tests.make_shows import (
    ENDS,
    ON,
    feed,
    live,
    make_zone,
    mug_show,
    pack_scanned,
    product,
    ready,
    singles,
    states,
)
from tests.make_warehouse import (
    KIM,
    MAI,
    allocated,
    in_bin,
    level,
    make_stock,
    planned_wave,
    released_list,
    walk,
)
from warehouse import (
    ledger_check,
    packing,
    picking,
    put_back_scans,
    reservations,
    show_lane,
    show_tasks,
    shows,
    station,
    wave_choice,
    wave_words,
)
from warehouse.models import (
    PackRecord,
    PickList,
    PickTask,
    PutBackTask,
    QualityCheck,
    Show,
    ShowParcel,
    Wave,
)

BY = {"actor": MAI, "now": ON}


@pytest.fixture
def show(site, cedar_shop):
    """Live: 20 mugs, 10 of them in LIVE-01, 4 of these pre-packed in Box S."""
    make_zone(site)
    return live(mug_show(site, cedar_shop))


def test_packages_of_one_unit_get_a_prepacked_parcel_the_most_urgent_first(show, cedar_shop):
    packages = singles(cedar_shop, 6)
    assert feed(show) == show_lane.Fed(joined=4, passed=2)
    assert states(packages) == ["picking"] * 4 + ["allocated"] * 2
    assert feed(show) == show_lane.Fed()
    pick_list = PickList.objects.get()
    assert (pick_list.lane, pick_list.mode, pick_list.walk_mm, pick_list.tote_code) == (
        "show",
        "batch",
        0,
        "LIVE-TOTE",
    )
    assert wave_words.reason_text(Wave.objects.get()).startswith("packages of the live show “Mug night”")
    lines = OrderHistory.objects.filter(action__startswith="show.").order_by("pk")
    assert [line.action for line in lines] == ["show.lane"] * 4 + ["show.no_prepacked"] * 2


def test_one_scan_opens_a_checked_parcel_and_its_weight_closes_it(show, cedar_shop):
    box = make_shows.carton_stock(5)
    (package,) = singles(cedar_shop, 1)
    feed(show)
    parcel, answer = packing.open(code="BC-MUG", **BY)
    assert (parcel.package, parcel.is_verified, parcel.prepacked_in.code) == (package, True, "3")
    assert (answer.ok, answer.text) == (True, "Pre-packed for the live show: weigh it and close.")
    mug = product(show).sku
    assert (in_bin("LIVE-01", mug), in_bin("LIVE-TOTE", mug), level(mug)) == (9, 1, (20, 1))
    # The same scan again is the same parcel; nothing is taken twice.
    assert packing.open(code="BC-MUG", **BY)[0].package == package
    packing.finish(package_id=package.pk, carton_code="3", weight_g=290, **BY)
    assert states([package]) == ["packed"]
    assert (level(mug), in_bin("LIVE-TOTE", mug), product(show).sent_units) == ((19, 0), 0, 1)
    assert level(box) == (5, 0)  # its carton was used up when it was pre-packed
    assert PackRecord.objects.get().carton.code == "3"
    assert ledger_check.check_ledger() == []


def test_another_carton_uses_up_that_one(show, cedar_shop):
    box = make_shows.carton_stock(5, carton="4")
    singles(cedar_shop, 1)
    feed(show)
    pack_scanned("BC-MUG", carton="4", weight_g=380)
    assert level(box) == (4, 0)


def test_two_packers_who_scan_the_same_product_get_two_parcels(show, cedar_shop):
    first, second = singles(cedar_shop, 2)
    feed(show)
    assert packing.open(code="BC-MUG", **BY)[0].package == first
    assert packing.open(code="BC-MUG", actor=KIM, now=ON)[0].package == second


def test_a_parcel_that_nobody_waits_for_is_named(show, cedar_shop):
    with pytest.raises(station.NothingFound) as found:
        packing.open(code="BC-MUG", **BY)
    assert str(found.value) == "No picked package holds MUG alone. Scan its tote slot."
    assert product(show).sent_units == 0


def test_orders_of_more_units_other_shops_and_held_ones_go_the_normal_way(show, cedar_shop, cedar):
    make_stock("CUP", 5)
    both = allocated(shop=cedar_shop, number=1, lines={"MUG": 1, "CUP": 1})
    two = allocated(shop=cedar_shop, number=2, lines={"MUG": 2})
    (held,) = singles(cedar_shop, 1, first=3)
    type(held).objects.filter(pk=held.pk).update(is_stopped=True)
    assert feed(show) == show_lane.Fed()
    assert states([both, two, held]) == ["allocated"] * 3


def test_while_it_is_live_walks_take_loose_goods_from_the_forward_bin_and_never_parcels(
    show, site, cedar_shop
):
    allocated(shop=cedar_shop, number=1, lines={"MUG": 6})
    planned_wave(site)
    assert [(task.bin.code, task.quantity) for task in PickTask.objects.all()] == [("LIVE-01", 6)]
    allocated(shop=cedar_shop, number=2, lines={"MUG": 2})
    wave = planned_wave(site)
    # A wave that is only planned takes nothing yet: its units are there for the next one.
    assert [(t.bin.code, t.quantity) for t in PickTask.objects.filter(pick_list__wave=wave)] == [
        ("LIVE-01", 2)
    ]


def test_before_it_walks_take_its_goods_only_when_nothing_else_is_left(site, cedar_shop):
    make_zone(site)
    ready(mug_show(site, cedar_shop))
    allocated(shop=cedar_shop, number=1, lines={"MUG": 10})
    allocated(shop=cedar_shop, number=2, lines={"MUG": 3})
    planned_wave(site)
    found = PickTask.objects.order_by("package_id", "bin__code").values_list("bin__code", "quantity")
    assert list(found) == [("B-03-1", 10), ("LIVE-01", 3)]
    shelves = wave_choice.free_shelves(warehouse_id=site.pk, sku_ids=[make_stock("MUG", 0).pk])
    assert {shelf.prefer: shelf.free for shelf in shelves} == {0: 10, 1: 6}


def test_nothing_is_sold_twice_when_all_is_prepacked(site, cedar_shop):
    make_zone(site)
    show = live(mug_show(site, cedar_shop, units=4, expected=4, prepack=4))
    packages = singles(cedar_shop, 4)
    late = allocated(shop=cedar_shop, number=90, lines={"MUG": 1})
    assert feed(show) == show_lane.Fed(joined=4)
    assert (states(packages), states([late])) == (["picking"] * 4, ["planned"])
    assert level(product(show).sku) == (4, 4)


def test_a_cancelled_order_gives_its_parcel_to_the_next(show, cedar_shop):
    packages = singles(cedar_shop, 5)
    feed(show)
    first = orders.packages.lock_many(ids=[packages[0].pk])
    orders.packages.advance_many(packages=first, action=PackageAction.CANCEL, **BY)
    reservations.give_back(package_ids=[packages[0].pk], now=ON)
    assert feed(show).joined == 1
    assert states(packages) == ["cancelled"] + ["picking"] * 4
    assert not PutBackTask.objects.exists()


def test_a_package_unpacked_again_needs_a_new_carton(show, cedar_shop):
    box = make_shows.carton_stock(5)
    (package,) = singles(cedar_shop, 1)
    feed(show)
    pack_scanned("BC-MUG")
    packing.unpack(package_id=package.pk, reason="torn", **BY)
    assert not QualityCheck.objects.exists()
    packing.scan_item(package_id=package.pk, code="BC-MUG", **BY)
    packing.finish(package_id=package.pk, carton_code="3", weight_g=290, **BY)
    assert level(box) == (4, 0)


def test_nobody_walks_the_lane(show, site, cedar_shop):
    singles(cedar_shop, 1)
    feed(show)
    pick_list = PickList.objects.get()
    assert picking.open_lists() == []
    with pytest.raises(picking.WalkIsOver) as found:
        picking.claim(pick_list_id=pick_list.pk, why="urgent", **BY)
    assert str(found.value).startswith("These parcels are pre-packed: nobody walks for them.")
    assert wave_choice.floor_pace.waiting(warehouse_id=site.pk) == (0, 1)


def test_a_closed_lane_sends_its_packages_to_the_walks(show, site, cedar_shop):
    packages = singles(cedar_shop, 2)
    feed(show)
    show_lane.set_open(show_id=show.pk, is_open=False, **BY)
    assert states(packages) == ["allocated"] * 2
    assert list(ShowParcel.objects.values_list("on_lane", "why")) == [(False, "lane_closed")] * 2
    assert feed(Show.objects.get()) == show_lane.Fed()
    walk(released_list(site))
    assert states(packages) == [PackageState.PICKED] * 2
    show_lane.set_open(show_id=show.pk, is_open=True, **BY)
    (third,) = singles(cedar_shop, 1, first=5)
    assert feed(Show.objects.get()).joined == 1


def test_opened_parcels_serve_an_order_of_several(site, cedar_shop):
    make_zone(site)
    show = live(mug_show(site, cedar_shop, units=4, expected=4, prepack=4))
    allocated(shop=cedar_shop, lines={"MUG": 2})
    filters = wave_choice.Filters(warehouse_id=site.pk)
    pool = wave_choice.pool_of(
        package_ids=wave_choice.first_ids(filters=filters, now=ON), warehouse=site, now=ON
    )
    plan = wave_choice.plan(pool=pool, needs=pool.needs, ways=filters.ways, now=ON)
    assert (plan.walks, len(plan.lacking)) == ((), 1)
    show_tasks.open_parcels(product_id=product(show).pk, units=2, **BY)
    planned_wave(site)
    assert [(task.bin.code, task.quantity) for task in PickTask.objects.all()] == [("LIVE-01", 2)]


def test_after_it_what_is_left_goes_back_and_the_result_is_kept(show, cedar_shop):
    singles(cedar_shop, 2, placed_at=ON, paid_at=ON)
    feed(show)
    for seconds in (0, 12):
        pack_scanned("BC-MUG", now=ON + timedelta(seconds=seconds))
    shows.run(now=ENDS)
    show.refresh_from_db()
    (task,) = PutBackTask.objects.all()
    assert (show.state, task.source.code, task.home.code, task.quantity, task.why) == (
        "over",
        "LIVE-01",
        "B-03-1",
        8,
        "show",
    )
    with pytest.raises(shows.NotCleared) as found:
        shows.close(show_id=show.pk, actor=MAI, now=ENDS)
    assert str(found.value) == (
        "Goods of “Mug night” still lie in LIVE-01. They go back by the put-back list."
    )
    scan = put_back_scans.recognize(code="BC-MUG")
    put_back_scans.place(task_id=scan.task.pk, bin_code="B-03-1", quantity=None, actor=MAI, now=ENDS)
    shows.run(now=ENDS + timedelta(minutes=1))
    show.refresh_from_db()
    one = product(show)
    assert (show.state, one.use, one.packed_units, one.sent_units, one.opened_units, one.sold_units) == (
        "closed",
        "",
        4,
        2,
        2,
        2,
    )
    assert show.result == {
        "expected": 10,
        "sold": 2,
        "on_lane": 2,
        "packed": 2,
        "normal": 0,
        "lane_seconds": 12.0,
        "other_seconds": None,
    }
    assert (in_bin("B-03-1", one.sku), in_bin("LIVE-01", one.sku), level(one.sku)) == (18, 0, (18, 0))
    assert ledger_check.check_ledger() == []


def test_parcels_on_the_lane_still_go_out_after_the_end(show, cedar_shop):
    singles(cedar_shop, 2)
    feed(show)
    shows.end(show_id=show.pk, actor=MAI, now=ENDS)
    assert [task.quantity for task in PutBackTask.objects.all()] == [8]
    with pytest.raises(shows.NotCleared) as found:
        shows.close(show_id=show.pk, actor=MAI, now=ENDS)
    assert str(found.value).startswith("2 parcels of “Mug night” still wait on its lane.")
    later = ENDS + timedelta(minutes=5)
    assert pack_scanned("BC-MUG", now=later).state == "packed"


def test_a_show_ended_too_early_goes_on(show, cedar_shop):
    shows.end(show_id=show.pk, **BY)
    assert PutBackTask.objects.count() == 1
    again = shows.go_on(show_id=show.pk, ends_at=ENDS + timedelta(hours=1), **BY)
    assert (again.state, PutBackTask.objects.count(), product(show).use) == ("live", 0, "first")
    singles(cedar_shop, 1)
    assert feed(again).joined == 1


def test_a_cancelled_show_gives_its_goods_back(site, cedar_shop):
    make_zone(site)
    show = ready(mug_show(site, cedar_shop))
    shows.cancel(show_id=show.pk, actor=MAI, now=NOW)
    (task,) = PutBackTask.objects.all()
    assert (task.quantity, product(show).use) == (10, "leaving")
    put_back_scans.place(task_id=task.pk, bin_code="B-03-1", quantity=None, actor=MAI, now=NOW)
    shows.run(now=NOW)
    assert (product(show).use, in_bin("B-03-1", product(show).sku)) == ("", 20)


def test_the_simulated_crew_sends_prepacked_parcels_too(show, cedar_shop, cedar):
    packages = singles(cedar_shop, 2)
    feed(show)
    crew = autopilot.Crew(seller_id=cedar.pk)
    crew.work_once()
    assert (states(packages), crew.done["take pre-packed"], crew.done["wave"]) == (["packed"] * 2, 2, 0)


def test_time_begins_and_ends_shows_by_itself(site, cedar_shop):
    make_zone(site)
    show = ready(mug_show(site, cedar_shop))
    shows.run(now=make_shows.STARTS)
    show.refresh_from_db()
    assert (show.state, show.started_at) == ("live", make_shows.STARTS)
    packages = singles(cedar_shop, 1)
    shows.run(now=ON)
    assert states(packages) == ["picking"]
    told = AuditEntry.objects.get(action="show.started")
    assert (told.actor_kind, told.detail["by"]) == ("auto", "clock")
