"""The end of orders: cancelled at any stage, erased on schedule; sweeps over all sellers find the work."""

from datetime import timedelta

import pytest
from django.db import connection

from orders import contacts, packages, tasks
from orders.models import BuyerContact, Order, OrderHold, OrderPull, Package, SlaClock
from orders.states import PackageAction
from relay.models import OutboxEvent
from tenancy import scoping
from tenancy.actors import AUTO
from tests.make_orders import NOW, make_order, platform_order, take_in

_A = PackageAction
STEPS = (_A.ALLOCATE, _A.START_PICKING, _A.FINISH_PICKING, _A.PACK, _A.LABEL, _A.HAND_OVER)


def walk(order: Order, count: int) -> Package:
    for action in STEPS[:count]:
        (package,) = packages.lock_many(ids=[order.packages.get().pk])
        packages.advance(package=package, action=action, actor=AUTO, now=NOW)
    return order.packages.get()


def cancelled() -> object:
    return platform_order(
        status="cancelled", updated_at=NOW, cancelled_at=NOW, cancel_initiator="buyer", cancel_reason="late"
    )


@pytest.mark.parametrize("steps", range(6))
def test_what_has_not_left_the_building_is_cancelled(cedar_shop, in_cedar, steps):
    order = make_order(shop=cedar_shop)
    walk(order, steps)
    take_in(cedar_shop, cancelled())
    assert order.packages.get().state == "cancelled"
    assert OutboxEvent.objects.filter(name="order.cancelled").count() == 1
    assert SlaClock.objects.get().tab == "cancelled"


def test_what_waits_at_the_dock_is_stopped(cedar_shop, in_cedar):
    order = make_order(shop=cedar_shop)
    walk(order, 6)
    take_in(cedar_shop, cancelled())
    package = order.packages.get()
    assert (package.state, package.is_stopped, package.stop_reason) == ("handed_over", True, "cancelled")


def test_a_held_order_that_is_cancelled_is_held_by_nothing(cedar_shop, in_cedar):
    order = make_order(shop=cedar_shop, is_buyer_cancel_requested=True)
    take_in(cedar_shop, cancelled())
    order.refresh_from_db()
    assert (order.state, OrderHold.objects.filter(lifted_at__isnull=True).count()) == ("cancelled", 0)


def test_cancelling_twice_announces_once(cedar_shop, in_cedar):
    make_order(shop=cedar_shop)
    take_in(cedar_shop, cancelled())
    again = platform_order(status="cancelled", updated_at=NOW + timedelta(minutes=1), cancelled_at=NOW)
    take_in(cedar_shop, again)
    assert OutboxEvent.objects.filter(name="order.cancelled").count() == 1


def test_a_completed_order_leaves_the_queue(cedar_shop, in_cedar):
    order = make_order(shop=cedar_shop)
    take_in(cedar_shop, platform_order(status="completed", updated_at=NOW, delivered_at=NOW))
    order.refresh_from_db()
    clock = SlaClock.objects.get()
    assert (order.state, clock.tab, clock.is_open, clock.stopped_at) == ("completed", "done", False, NOW)


def test_buyers_are_forgotten_two_months_after_the_end(cedar_shop, in_cedar):
    ended = NOW - timedelta(days=61)
    make_order(shop=cedar_shop, platform_order_id="1", status="completed", delivered_at=ended)
    make_order(
        shop=cedar_shop,
        platform_order_id="2",
        status="completed",
        delivered_at=ended + timedelta(days=2),
    )
    make_order(shop=cedar_shop, platform_order_id="3", placed_at=ended, updated_at=ended)
    assert contacts.erase(now=NOW) == 1
    assert contacts.erase(now=NOW) == 0
    gone = BuyerContact.objects.get(order__platform_order_id="1")
    assert (gone.sealed, gone.city, gone.erased_at, gone.province) == ({}, "", NOW, "Hồ Chí Minh")
    kept = BuyerContact.objects.exclude(pk=gone.pk)
    assert all(contacts.opened(contact).name for contact in kept)


def test_a_later_pull_does_not_bring_a_forgotten_buyer_back(cedar_shop, in_cedar):
    ended = NOW - timedelta(days=61)
    make_order(shop=cedar_shop, status="completed", delivered_at=ended, updated_at=ended)
    contacts.erase(now=NOW)
    take_in(cedar_shop, platform_order(status="completed", delivered_at=ended, updated_at=NOW))
    assert BuyerContact.objects.get().sealed == {}


def test_contact_data_is_sealed_in_the_database(cedar_shop, in_cedar):
    make_order(shop=cedar_shop)
    with connection.cursor() as cursor:
        cursor.execute("select sealed from orders_buyercontact")
        (stored,) = cursor.fetchone()
    assert stored.startswith("gAAAA")
    assert "12 Hoa" not in stored


def test_sweeps_work_for_every_seller(cedar, cedar_shop, north, north_shop):
    for seller, shop in ((cedar, cedar_shop), (north, north_shop)):
        with scoping.scope(sellers=[seller.pk]):
            make_order(shop=shop)
            Order.objects.update(state="pending_review")
            Package.objects.all().delete()
            SlaClock.objects.update(due_at=NOW - timedelta(days=400))
    tasks.sweep_holds()
    tasks.sweep_pulls()
    tasks.erase_contacts()
    for seller in (cedar, north):
        with scoping.scope(sellers=[seller.pk]):
            assert Package.objects.count() == 1
            assert not OrderPull.objects.exists()
