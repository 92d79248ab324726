"""Picked together, sorted on the wall: each unit finds its package, wrong ones change nothing, the ledger follows."""

from datetime import timedelta

import pytest

from orders import cancellation, review
from orders.models import Order, Package, PackageState
from tenancy.actors import PLATFORM
from tests.make_orders import NOW
from tests.make_warehouse import (
    MAI,
    allocated,
    batch_list,
    deliver,
    in_bin,
    level,
    make_stock,
    walk,
)
from warehouse import (
    ledger_check,
    packing,
    picking,
    put_back_scans,
    put_walls,
    short_picks,
    sorting,
    station,
    walks,
)
from warehouse.models import PickList, PickTask, PutBackTask, SortSlot, StockMovement


def sort(pick_list, code):
    return sorting.scan(pick_list_id=pick_list.pk, code=code, actor=MAI, now=NOW)


def cancel(package: Package) -> None:
    order = Order.objects.lock().get(pk=package.order_id)
    assert cancellation.cancel(order)
    order.save(update_fields=["state"])
    cancellation.follow(orders=[order], actor=PLATFORM, now=NOW)
    deliver()


@pytest.fixture
def goods(site):
    return make_stock("MUG", 9), make_stock("CUP", 9, at="A-02-1")


@pytest.fixture
def batch(site, goods, cedar_shop):
    """Three packages in one tote: 1 MUG + 1 CUP (urgent), 2 MUG, 1 CUP; a wall with three slots."""
    put_walls.make_wall(warehouse_id=site.pk, slots=3)
    allocated(shop=cedar_shop, number=1, lines={"MUG": 1, "CUP": 1}, due_in=timedelta(hours=2))
    allocated(shop=cedar_shop, number=2, lines={"MUG": 2}, due_in=timedelta(hours=4))
    allocated(shop=cedar_shop, number=3, lines={"CUP": 1}, due_in=timedelta(hours=6))
    pick_list = batch_list(site)
    walk(pick_list)
    pick_list.refresh_from_db()
    return pick_list


def packages() -> list[Package]:
    return list(Package.objects.order_by("order__platform_order_id"))


def test_a_batch_is_picked_line_by_line_over_its_packages(site, goods, cedar_shop):
    mug, _cup = goods
    allocated(shop=cedar_shop, number=1, lines={"MUG": 1, "CUP": 1})
    allocated(shop=cedar_shop, number=2, lines={"MUG": 2})
    pick_list = batch_list(site)
    progress = picking.progress(pick_list)
    assert (progress.lines, progress.lines_done, progress.units) == (2, 0, 4)

    bin_ok = picking.scan(pick_list_id=pick_list.pk, code="A-01-1", actor=MAI, now=NOW)
    assert bin_ok.text == "Bin A-01-1. Take 3 × MUG."
    first = picking.scan(pick_list_id=pick_list.pk, code="BC-MUG", actor=MAI, now=NOW)
    assert (first.kind, first.text) == ("unit", "MUG into tote CART-01: 2 more here.")
    assert (first.step.picked, first.step.quantity, first.step.left, first.step.slot) == (1, 3, 2, 0)
    rest = picking.take_more(pick_list_id=pick_list.pk, quantity=2, actor=MAI, now=NOW)
    assert (rest.kind, rest.text) == ("line_done", "MUG complete: into tote CART-01.")
    assert (in_bin("A-01-1", mug), in_bin("CART-01", mug)) == (6, 3)
    assert {task.done_by for task in PickTask.objects.filter(sku=mug)} == {"Mai"}


def test_picked_together_is_not_picked_for_its_packages(batch, goods):
    assert {package.state for package in packages()} == {PackageState.PICKING}
    assert (batch.state, batch.wave.state) == ("picked", "picked")
    assert put_walls.waiting_lists() == [batch]
    with pytest.raises(station.NothingFound) as refused:
        station.find(code="cart-01")
    assert str(refused.value) == "Tote CART-01 is not sorted yet. Bring it to the put wall first."


def test_every_unit_is_told_its_slot_and_a_full_one_goes_to_the_pack_station(batch, goods):
    mug, cup = goods
    answers = [sort(batch, code) for code in ("BC-MUG", "BC-CUP", "CUP", "BC-MUG", "BC-MUG")]

    assert [(one.kind, one.ok, one.slot.code, one.text) for one in answers] == [
        ("sorted", True, "WALL-1-1", "MUG into the new slot WALL-1-1: 1 more."),
        ("slot_full", True, "WALL-1-1", "CUP into slot WALL-1-1: full, to pack."),
        ("slot_full", True, "WALL-1-2", "CUP into slot WALL-1-2: full, to pack."),
        ("sorted", True, "WALL-1-3", "MUG into the new slot WALL-1-3: 1 more."),
        ("list_sorted", True, "WALL-1-3",
         "MUG into slot WALL-1-3: full, to pack. Tote CART-01 is empty: all is sorted."),
    ]  # fmt: skip
    assert {package.state for package in packages()} == {PackageState.PICKED}
    assert (in_bin("CART-01", mug), in_bin("WALL-1-1", mug), in_bin("WALL-1-3", mug)) == (0, 1, 2)
    assert (in_bin("WALL-1-1", cup), in_bin("WALL-1-2", cup)) == (1, 1)
    assert (level(mug), level(cup)) == ((9, 3), (9, 2))
    assert ledger_check.check_ledger() == []
    assert put_walls.waiting_lists() == []


def test_the_pack_station_opens_a_slot_and_frees_it(batch, goods, site):
    mug, _cup = goods
    for code in ("BC-MUG", "BC-CUP"):
        sort(batch, code)
    first = packages()[0]

    parcel, _answer = packing.open(code="wall-1-1", actor=MAI, now=NOW)
    assert (parcel.package.pk, parcel.tote, parcel.slot) == (first.pk, "WALL-1", 1)
    for item in parcel.items:
        packing.scan_item(package_id=first.pk, code=item.sku.seller_sku, actor=MAI, now=NOW)
    packing.finish(package_id=first.pk, carton_code="3", weight_g=500, actor=MAI, now=NOW)
    deliver()

    assert (in_bin("WALL-1-1", mug), level(mug)) == (0, (8, 2))
    assert SortSlot.objects.get().closed_at is not None
    sort(batch, "BC-MUG")
    assert SortSlot.objects.get(closed_at__isnull=True).bin.code == "WALL-1-1"
    assert ledger_check.check_ledger() == []


@pytest.mark.parametrize(
    ("code", "kind", "text"),
    [
        ("999", "unknown_code", "Unknown barcode: 999, expected CUP, MUG. Put the item aside."),
        ("BC-HAT", "wrong_item",
         "Wrong item: HAT is not of list {number}, expected CUP, MUG. Put it aside."),
        ("CART-99", "wrong_tote",
         "Wrong tote: CART-99. Tote CART-01 is being sorted: empty it first, or leave it."),
    ],
)  # fmt: skip
def test_a_wrong_scan_names_both_and_changes_nothing(batch, goods, code, kind, text):
    make_stock("HAT", 1, at="B-01-1")
    batch.wave.warehouse.bins.create(code="CART-99", kind="tote")
    before = StockMovement.objects.count()

    answer = sort(batch, code)

    assert (answer.kind, answer.ok, answer.text) == (kind, False, text.format(number=batch.number))
    assert (StockMovement.objects.count(), SortSlot.objects.count()) == (before, 0)


def test_one_unit_too_many_is_said(batch, goods):
    for _unit in range(2):
        assert sort(batch, "BC-CUP").ok
    answer = sort(batch, "BC-CUP")
    text = f"One CUP too many: all that list {batch.number} wants lie on the wall. Put it aside."
    assert (answer.kind, answer.ok, answer.text) == ("too_many", False, text)


def test_the_item_of_another_tote_names_that_tote(batch, goods, site, cedar_shop):
    make_stock("HAT", 3, at="B-01-1")
    for number in (7, 8):
        allocated(shop=cedar_shop, number=number, lines={"HAT": 1})
    other = batch_list(site)
    walk(other)
    answer = sort(batch, "BC-HAT")
    assert (answer.kind, answer.text) == (
        "wrong_item",
        f"Wrong item: HAT is not of list {batch.number}, expected CUP, MUG. It may belong to tote CART-02.",
    )


def test_a_full_wall_says_so_and_changes_nothing(batch, goods, site):
    SortSlot.objects.all().delete()
    site.bins.filter(code__in=["WALL-1-2", "WALL-1-3"]).update(is_active=False)
    assert sort(batch, "BC-MUG").slot.code == "WALL-1-1"
    sort(batch, "BC-CUP")
    with pytest.raises(put_walls.WallIsFull) as refused:
        sort(batch, "BC-MUG")
    assert str(refused.value).startswith("Every slot of the put wall is taken. Pack a full one first")
    assert PickTask.objects.filter(sorted_quantity__gt=0).count() == 2


def test_a_wall_without_a_full_slot_grows_by_a_box(batch, goods, site):
    """Three packages wait for each other: nothing could be packed, and nothing sorted."""
    site.bins.filter(code__in=["WALL-1-2", "WALL-1-3"]).update(is_active=False)
    assert [sort(batch, "BC-MUG").slot.code for _unit in range(2)] == ["WALL-1-1", "WALL-1-4"]
    assert sort(batch, "BC-CUP").kind == "slot_full"
    with pytest.raises(put_walls.WallIsFull):
        sort(batch, "BC-CUP")
    assert sort(batch, "BC-MUG").kind == "slot_full"


def test_without_a_wall_nothing_is_sorted(batch, goods, site):
    site.bins.filter(kind="wall").delete()
    with pytest.raises(put_walls.WallIsFull) as refused:
        sort(batch, "BC-MUG")
    assert str(refused.value).startswith("There is no put wall in this warehouse.")


def test_a_cancelled_package_goes_back_from_tote_and_wall(batch, goods):
    mug, cup = goods
    sort(batch, "BC-MUG")
    first = packages()[0]
    cancel(first)

    tasks = PutBackTask.objects.order_by("pk")
    assert sorted((task.source.code, task.sku.seller_sku, task.quantity, task.why) for task in tasks) == [
        ("CART-01", "CUP", 1, "cancelled"),
        ("WALL-1-1", "MUG", 1, "cancelled"),
    ]
    assert [place.is_blocked for place in put_walls.places(warehouse_id=batch.wave.warehouse_id)] == [
        True, False, False,
    ]  # fmt: skip
    assert sort(batch, "BC-CUP").slot.code == "WALL-1-2"
    stopped = sort(batch, "BC-CUP")
    assert (stopped.kind, stopped.ok, stopped.text) == (
        "package_stopped",
        False,
        "The package of this CUP was stopped. Leave the item in the tote: it goes back by the put-back list.",
    )
    for code, place in (("BC-MUG", "A-01-1"), ("BC-CUP", "A-02-1")):
        found = put_back_scans.recognize(code=code)
        put_back_scans.place(task_id=found.task.pk, bin_code=place, quantity=None, actor=MAI, now=NOW)
    assert not put_walls.places(warehouse_id=batch.wave.warehouse_id)[0].is_blocked
    assert ledger_check.check_ledger() == []


def test_a_held_package_leaves_the_wall_and_waits_for_another_wave(batch, goods):
    mug, _cup = goods
    held = packages()[1]
    sort(batch, "BC-MUG")
    sort(batch, "BC-MUG")
    review.hold(order_id=held.order_id, note="wait", actor=MAI, now=NOW)
    deliver()

    held.refresh_from_db()
    assert (held.state, level(mug)) == (PackageState.ALLOCATED, (9, 3))
    assert sorted((task.source.code, task.quantity) for task in PutBackTask.objects.all()) == [
        ("CART-01", 1), ("WALL-1-2", 1),
    ]  # fmt: skip
    for code in ("BC-CUP", "BC-CUP"):
        sort(batch, code)
    states = [package.state for package in packages()]
    assert states == [PackageState.PICKED, PackageState.ALLOCATED, PackageState.PICKED]


def test_a_short_pick_of_a_batch_asks_for_all_packages_at_once(site, goods, cedar_shop):
    mug, _cup = goods
    make_stock("MUG", 1, at="B-01-1")
    allocated(shop=cedar_shop, number=1, lines={"MUG": 1}, due_in=timedelta(hours=2))
    allocated(shop=cedar_shop, number=2, lines={"MUG": 2}, due_in=timedelta(hours=4))
    pick_list = batch_list(site)
    picking.scan(pick_list_id=pick_list.pk, code="A-01-1", actor=MAI, now=NOW)

    answer = short_picks.report(pick_list_id=pick_list.pk, reason="empty_bin", actor=MAI, now=NOW)

    assert answer.text == (
        "Noted. The rest lies in B-01-1. "
        "1 package cannot be completed: its goods go back by the put-back list."
    )
    assert (answer.step.bin_code, answer.step.left) == ("B-01-1", 1)
    assert [package.state for package in packages()] == [PackageState.PICKING, PackageState.PLANNED]
    assert (level(mug), ledger_check.check_ledger()) == ((1, 1), [])


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("CART-77", "There is no tote or list “CART-77” to sort."),
        ("{tote}", "{tote} is not picked to its end yet (list {number})."),
    ],
)
def test_a_tote_that_is_not_to_be_sorted_says_why(site, goods, cedar_shop, code, text):
    allocated(shop=cedar_shop)
    pick_list = batch_list(site)
    values = {"tote": pick_list.tote_code, "number": pick_list.number}
    with pytest.raises(sorting.NothingToSort) as refused:
        sorting.find(code=code.format(**values))
    assert str(refused.value) == text.format(**values)


def test_single_units_need_no_wall(site, goods, cedar_shop):
    allocated(shop=cedar_shop)
    pick_list = batch_list(site)
    PickList.objects.update(lane="single")
    walk(pick_list)
    assert packages()[0].state == PackageState.PICKED
    assert station.find(code="CART-01").pk == packages()[0].pk
    with pytest.raises(sorting.NothingToSort) as refused:
        sorting.find(code="CART-01")
    assert str(refused.value) == "CART-01 needs no sorting: bring it to the pack station."


def test_a_sorted_tote_is_free_for_the_next_walk(batch, goods, site, cedar_shop):
    for code in ("BC-MUG", "BC-CUP", "BC-CUP", "BC-MUG", "BC-MUG"):
        sort(batch, code)
    allocated(shop=cedar_shop, number=9)
    assert batch_list(site).tote_code == "CART-01"


@pytest.mark.parametrize("slots", [0, -1, 201])
def test_a_wall_has_slots(site, slots):
    with pytest.raises(put_walls.BadWall) as refused:
        put_walls.make_wall(warehouse_id=site.pk, slots=slots)
    assert str(refused.value) == "A put wall has between 1 and 200 slots."


def test_an_unpacked_parcel_of_the_wall_stands_where_it_stood(batch, goods):
    mug, _cup = goods
    for code in ("BC-MUG", "BC-CUP"):
        sort(batch, code)
    first = packages()[0]
    for code in ("MUG", "CUP"):
        packing.scan_item(package_id=first.pk, code=code, actor=MAI, now=NOW)
    packing.finish(package_id=first.pk, carton_code="3", weight_g=500, actor=MAI, now=NOW)
    deliver()
    packing.unpack(package_id=first.pk, reason="wrong carton", actor=MAI, now=NOW)
    assert (in_bin("WALL-1-1", mug), ledger_check.check_ledger()) == (1, [])
    assert packing.load(package_id=first.pk).tote == "WALL-1"


def test_the_wave_is_done_when_the_last_slot_is_packed(batch, goods):
    for code in ("BC-MUG", "BC-CUP", "BC-CUP", "BC-MUG", "BC-MUG"):
        sort(batch, code)
    assert walks.settle_wave(wave_id=batch.wave_id, now=NOW).state == "picked"
    for package in packages():
        for item in packing.load(package_id=package.pk).items:
            packing.scan_item(
                package_id=package.pk, code=item.sku.seller_sku, quantity=item.needed, actor=MAI, now=NOW
            )
        packing.finish(package_id=package.pk, carton_code="3", weight_g=500, actor=MAI, now=NOW)
    deliver()
    batch.wave.refresh_from_db()
    assert batch.wave.state == "done"
