"""Promises: all lines or none, earliest deadline first; released, shed and tried again."""

from datetime import UTC, datetime, timedelta

from catalog.models import BundleItem
from orders import cancellation, review
from orders.models import HoldReason, Order, OrderHold, OrderState, Package, PackageState
from relay.models import OutboxEvent
from tenancy.actors import PLATFORM
from tests import make_orders
from tests.make_orders import NOW
from tests.make_warehouse import (
    MAI,
    allocated,
    bin_of,
    deliver,
    in_bin,
    level,
    make_second_site,
    make_stock,
    order_package,
    packed,
    picked,
    released_list,
)
from warehouse import counting, ledger_check, picking, receiving, reservations, shortages
from warehouse.models import PickTask, PickTaskState, PutBackTask, Reservation, StockLevel
from warehouse.reservations import Want

DUE = datetime(2026, 11, 24, tzinfo=UTC)


def want(number, units, *, hours=0):
    return Want(number, number, 1, units, DUE + timedelta(hours=hours))


def test_decide_serves_the_earliest_deadline_first():
    decision = reservations.decide(wants=[want(1, {7: 2}, hours=5), want(2, {7: 2})], free={(1, 7): 3})
    assert [one.package_id for one in decision.granted] == [2]
    assert decision.short == {1: {7: 1}}


def test_decide_takes_all_lines_or_none():
    decision = reservations.decide(
        wants=[want(1, {7: 1, 8: 1}), want(2, {7: 1}, hours=1)], free={(1, 7): 1, (1, 8): 0}
    )
    assert [one.package_id for one in decision.granted] == [2]  # what 1 could not use goes on
    assert decision.short == {1: {8: 1}}


def test_an_approved_order_is_reserved(site, cedar_shop):
    sku = make_stock("MUG", 5)

    package = allocated(shop=cedar_shop, lines={"MUG": 2})

    assert package.state == PackageState.ALLOCATED
    assert level(sku) == (5, 2)
    row = Reservation.objects.get()
    assert (row.package_id, row.sku_id, row.quantity, row.state) == (package.pk, sku.pk, 2, "active")


def test_a_short_order_is_held_whole_with_what_is_missing(site, cedar_shop):
    mug, cup = make_stock("MUG", 5), make_stock("CUP", 1)

    package = allocated(shop=cedar_shop, lines={"MUG": 1, "CUP": 3})

    assert package.state == PackageState.PLANNED
    assert (level(mug), level(cup)) == ((5, 0), (1, 0))
    order = Order.objects.get()
    assert order.state == OrderState.ON_HOLD
    hold = OrderHold.objects.get()
    assert (hold.reason, hold.detail) == (HoldReason.OUT_OF_STOCK, "CUP × 2")


def test_a_hot_sku_goes_to_the_most_urgent(site, cedar_shop):
    sku = make_stock("MUG", 3)
    due = {1: 30, 2: 10, 3: 20, 4: 5, 5: 40}
    found = {
        number: order_package(shop=cedar_shop, number=number, due_in=timedelta(hours=hours))
        for number, hours in due.items()
    }

    deliver()

    states = {number: Package.objects.get(pk=package.pk).state for number, package in found.items()}
    assert states == {1: "planned", 2: "allocated", 3: "allocated", 4: "allocated", 5: "planned"}
    assert level(sku) == (3, 3)


def test_many_packages_cost_as_many_queries_as_few(site, cedar_shop, django_assert_max_num_queries):
    make_stock("MUG", 100)
    ids = [order_package(shop=cedar_shop, number=number).pk for number in range(1, 31)]
    with django_assert_max_num_queries(32):
        reservations.reserve_packages(package_ids=ids, now=NOW)
    assert Package.objects.filter(state=PackageState.ALLOCATED).count() == 30


def test_goods_that_come_lift_the_hold_and_are_reserved(site, cedar_shop):
    sku = make_stock("MUG", 1)
    package = allocated(shop=cedar_shop, lines={"MUG": 2})
    assert Order.objects.get().state == OrderState.ON_HOLD

    make_stock("MUG", 4, at="B-01-1")
    deliver()

    package.refresh_from_db()
    assert (package.state, Order.objects.get().state) == (PackageState.ALLOCATED, OrderState.APPROVED)
    assert level(sku) == (5, 2)


def test_too_few_goods_lift_nothing(site, cedar_shop):
    make_stock("MUG", 1)
    allocated(shop=cedar_shop, lines={"MUG": 4})
    make_stock("MUG", 1, at="B-01-1")
    deliver()
    assert Order.objects.get().state == OrderState.ON_HOLD
    assert OrderHold.objects.count() == 1  # not lifted and raised again
    assert shortages.retry_short(now=NOW) == 0


def test_a_hold_that_a_person_lifts_comes_back_while_goods_are_missing(site, cedar_shop):
    sku = make_stock("MUG", 1)
    package = allocated(shop=cedar_shop, lines={"MUG": 2})
    review.release(order_id=package.order_id, note="try again", actor=MAI, now=NOW)
    deliver()
    assert Order.objects.get().state == OrderState.ON_HOLD

    make_stock("MUG", 1, at="B-01-1")
    deliver()

    package.refresh_from_db()
    assert (package.state, level(sku)) == (PackageState.ALLOCATED, (2, 2))


def test_a_held_order_keeps_its_stock(site, cedar_shop):
    sku = make_stock("MUG", 2)
    package = allocated(shop=cedar_shop)
    review.hold(order_id=package.order_id, note="call the buyer", actor=MAI, now=NOW)
    deliver()
    package.refresh_from_db()
    assert (package.state, package.is_stopped, level(sku)) == (PackageState.ALLOCATED, True, (2, 1))


def cancel(package):
    order = Order.objects.get(pk=package.order_id)
    cancellation.cancel(order)
    order.save()
    cancellation.follow(orders=[order], actor=PLATFORM, now=NOW)
    deliver()


def test_a_cancelled_order_gives_its_stock_back(site, cedar_shop):
    sku = make_stock("MUG", 2)
    cancel(allocated(shop=cedar_shop))
    assert level(sku) == (2, 0)
    assert Reservation.objects.get().state == "released"


def test_a_cancelled_order_on_the_walk_is_put_back(site, cedar_shop):
    sku = make_stock("MUG", 5)
    package = allocated(shop=cedar_shop, lines={"MUG": 3})
    pick_list = released_list(site)
    picking.scan(pick_list_id=pick_list.pk, code="A-01-1", actor=MAI, now=NOW)
    picking.scan(pick_list_id=pick_list.pk, code="BC-MUG", quantity=2, actor=MAI, now=NOW)
    assert (in_bin("A-01-1", sku), in_bin("CART-01", sku)) == (3, 2)

    cancel(package)

    assert (in_bin("A-01-1", sku), in_bin("CART-01", sku), in_bin("RECEIVING", sku)) == (3, 2, 0)
    assert PutBackTask.objects.get().quantity == 2
    assert level(sku) == (5, 0)
    assert PickTask.objects.get().state == PickTaskState.DROPPED
    pick_list.refresh_from_db()
    assert (pick_list.state, pick_list.wave.state) == ("picked", "done")
    assert ledger_check.check_ledger() == []


def test_a_cancelled_order_at_the_pack_station_is_put_back(site, cedar_shop):
    sku = make_stock("MUG", 5)
    cancel(picked(shop=cedar_shop, warehouse=site, lines={"MUG": 3}))
    assert (in_bin("CART-01", sku), level(sku), PutBackTask.objects.get().quantity) == (3, (5, 0), 3)


def test_a_cancelled_parcel_is_on_hand_again(site, cedar_shop):
    sku = make_stock("MUG", 5)
    package = packed(shop=cedar_shop, warehouse=site, lines={"MUG": 3})
    assert level(sku) == (2, 0)

    cancel(package)

    assert (in_bin("RECEIVING", sku), level(sku)) == (3, (5, 0))
    assert ledger_check.check_ledger() == []


def test_a_count_sheds_the_latest_deadline_first(site, cedar_shop):
    sku = make_stock("MUG", 3)
    due = {1: 30, 2: 10, 3: 20}
    found = {
        number: allocated(shop=cedar_shop, number=number, due_in=timedelta(hours=hours))
        for number, hours in due.items()
    }

    counting.count(bin_id=bin_of("A-01-1").pk, sku_id=sku.pk, counted=1, actor=MAI, now=NOW)

    states = {number: Package.objects.get(pk=package.pk).state for number, package in found.items()}
    assert states == {1: "planned", 2: "allocated", 3: "planned"}
    assert level(sku) == (1, 1)
    held = Order.objects.filter(state=OrderState.ON_HOLD).order_by("pk")
    assert [order.pk for order in held] == [found[1].order_id, found[3].order_id]
    assert ledger_check.check_ledger() == []


def test_a_correction_downwards_sheds_too(site, cedar_shop):
    sku = make_stock("MUG", 3)
    allocated(shop=cedar_shop, lines={"MUG": 2})
    wanted = receiving.Adjustment(sku_id=sku.pk, quantity=-2, reason="damaged", key="broken")
    receiving.adjust(wanted=wanted, actor=MAI, now=NOW)
    assert level(sku) == (1, 0)
    assert OrderHold.objects.get().detail == "MUG × 1"  # one is left of the two that it needs


def test_available_is_announced_when_reserved(site, cedar_shop):
    make_stock("MUG", 5)
    OutboxEvent.objects.all().delete()
    allocated(shop=cedar_shop, lines={"MUG": 2})
    events = OutboxEvent.objects.filter(name="stock.changed")
    assert [event.payload["available"] for event in events] == [3]


def test_the_warehouse_that_the_platform_names_is_taken(site, cedar_shop):
    other = make_second_site(shop=cedar_shop, platform_warehouse_id="6966")
    sku = make_stock("MUG", 5)
    make_stock("MUG", 2, at="S-01")
    allocated(shop=cedar_shop)
    figures = dict(StockLevel.objects.filter(sku=sku).values_list("warehouse_id", "reserved"))
    assert figures == {site.pk: 0, other.pk: 1}


def test_bundles_and_gifts_reserve_what_lies_on_the_shelf(site, cedar_shop):
    mug, cup = make_stock("MUG", 10), make_stock("CUP", 10)
    gift = make_stock("STICKER", 5)
    bundle = make_orders.make_sku("SET", is_bundle=True)
    BundleItem.objects.create(bundle=bundle, component=mug, quantity=2)
    BundleItem.objects.create(bundle=bundle, component=cup, quantity=1)
    lines = (
        make_orders.line("SET", quantity=2),
        make_orders.line("STICKER", is_gift=True),
        make_orders.line("MUG"),
    )
    make_orders.make_approved_package(shop=cedar_shop, lines=lines)
    deliver()
    rows = dict(Reservation.objects.values_list("sku__seller_sku", "quantity"))
    assert rows == {"MUG": 5, "CUP": 2, "STICKER": 1}
    assert (level(mug), level(cup), level(gift)) == ((10, 5), (10, 2), (5, 1))
