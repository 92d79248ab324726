"""Two sorters at one tote, one scan sent twice at the same moment, a buyer who cancels meanwhile: the ledger stays right."""

from functools import partial

import pytest

from orders import cancellation
from orders.models import Order, Package, PackageState
from tenancy import scoping
from tenancy.actors import PLATFORM
from tests import make, make_warehouse
from tests.make_orders import NOW
from tests.make_warehouse import KIM, MAI, allocated, batch_list, in_bin, make_site, make_stock
from warehouse import ledger_check, picking, put_walls, sorting, station_scans
from warehouse.models import PickTask, SortSlot, Station, StationScan

pytestmark = pytest.mark.races


@pytest.fixture
def seller(committed):
    return make.make_seller()


@pytest.fixture
def batch(seller):
    """A tote with 12 MUG for four packages; a wall with four slots."""
    shop = make.make_shop(seller=seller)
    with scoping.scope(sellers=[seller.pk]):
        site = make_site()
        make_stock("MUG", 20)
        put_walls.make_wall(warehouse_id=site.pk, slots=4)
        for number in range(1, 5):
            allocated(shop=shop, number=number, lines={"MUG": 3})
        pick_list = batch_list(site)
        make_warehouse.walk(pick_list)
    return pick_list


def inside(seller, work, **values):
    with scoping.scope(sellers=[seller.pk]):
        return work(**values)


def test_two_sorters_empty_one_tote_together(seller, batch, together):
    people = [MAI, KIM] * 6
    answers = together(
        [
            partial(inside, seller, sorting.scan, pick_list_id=batch.pk, code="BC-MUG", actor=who, now=NOW)
            for who in people
        ]
    )
    assert [one for one in answers if isinstance(one, BaseException) or not one.ok] == []
    with scoping.scope(sellers=[seller.pk]):
        assert sorted(slot.bin.code for slot in SortSlot.objects.select_related("bin")) == [
            f"WALL-1-{number}" for number in range(1, 5)
        ]
        sku = PickTask.objects.first().sku
        assert [in_bin(f"WALL-1-{number}", sku) for number in range(1, 5)] == [3, 3, 3, 3]
        assert set(Package.objects.values_list("state", flat=True)) == {PackageState.PICKED}
        assert ledger_check.check_ledger() == []


def test_one_scan_that_is_sent_twice_at_the_same_moment_counts_once(seller, batch, together):
    def send():
        return station_scans.once(
            station=Station.SORT,
            key="one",
            pick_list=batch,
            code="BC-MUG",
            act=partial(sorting.scan, pick_list_id=batch.pk, code="BC-MUG", actor=MAI, now=NOW),
            actor=MAI,
            now=NOW,
        )

    answers = together([partial(inside, seller, send) for _time in range(4)])
    assert {(one.kind, one.ok, one.text) for one in answers} == {
        ("sorted", True, "MUG into the new slot WALL-1-1: 2 more.")
    }
    with scoping.scope(sellers=[seller.pk]):
        assert StationScan.objects.count() == 1
        assert sum(PickTask.objects.values_list("sorted_quantity", flat=True)) == 1


def test_a_buyer_cancels_while_the_wall_is_filled(seller, batch, together):
    def cancel():
        order = Order.objects.lock().order_by("pk")[0]
        cancellation.cancel(order)
        order.save(update_fields=["state"])
        cancellation.follow(orders=[order], actor=PLATFORM, now=NOW)

    scans = [
        partial(inside, seller, sorting.scan, pick_list_id=batch.pk, code="BC-MUG", actor=who, now=NOW)
        for who in (MAI, KIM) * 5
    ]
    answers = together([*scans, partial(inside, seller, cancel)])
    assert [one for one in answers if isinstance(one, BaseException)] == []
    with scoping.scope(sellers=[seller.pk]):
        make_warehouse.deliver()
        assert ledger_check.check_ledger() == []
        gone = Package.objects.get(state=PackageState.CANCELLED)
        assert not PickTask.objects.filter(package=gone).exclude(state="dropped").exists()
        back = sum(gone.put_back_tasks.values_list("quantity", flat=True))
        assert back == 3


def test_two_who_take_a_walk_over_at_the_same_moment(seller, together):
    shop = make.make_shop(seller=seller)
    with scoping.scope(sellers=[seller.pk]):
        site = make_site()
        make_stock("MUG", 5)
        allocated(shop=shop)
        pick_list = make_warehouse.released_list(site)
    others = [KIM, type(KIM)(kind="user", label="Lin")]
    together(
        [
            partial(
                inside, seller, picking.claim, pick_list_id=pick_list.pk, actor=who, why="urgent", now=NOW
            )
            for who in others
        ]
    )
    with scoping.scope(sellers=[seller.pk]):
        pick_list.refresh_from_db()
        assert {pick_list.picker_label, pick_list.taken_from} == {"Kim", "Lin"}
