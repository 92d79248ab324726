"""Intake: the newest picture wins, nothing is taken twice, and a new order leaves with everything that it needs."""

from datetime import timedelta
from decimal import Decimal

from catalog.models import Listing
from integrations.ports import PlatformDeadlines
from orders import contacts, intake
from orders.models import (
    BuyerContact,
    Order,
    OrderHistory,
    OrderHold,
    OrderLine,
    Package,
    PackageLine,
    SlaClock,
)
from relay.models import OutboxEvent
from tenancy import scoping
from tests.make_orders import ADDRESS_VN, NOW, line, make_order, make_sku, platform_order, take_in


def events(name: str) -> list[dict]:
    return [row.payload for row in OutboxEvent.objects.filter(name=name).order_by("pk")]


def test_a_new_order_is_stored_reviewed_and_planned(cedar_shop, in_cedar):
    mug, tote = make_sku("KF-MUG-SEA"), make_sku("KF-TOTE-L")
    picture = platform_order(lines=(line("KF-MUG-SEA", quantity=2), line("KF-TOTE-L", is_gift=True)))
    result = intake.import_orders(shop=cedar_shop, orders=[picture], source="api", now=NOW)

    order = Order.objects.get()
    assert result == intake.IntakeResult(new=1, order_ids=(order.pk,))
    assert (order.state, order.platform_status, order.item_count) == ("approved", "awaiting_shipment", 3)
    assert (order.total_amount, order.currency, order.approved_at) == (Decimal("89000.00"), "VND", NOW)
    assert list(OrderLine.objects.order_by("pk").values_list("sku_id", "quantity")) == [
        (mug.pk, 2),
        (tote.pk, 1),
    ]
    package = Package.objects.get()
    assert (package.state, package.platform_package_id) == ("planned", "PK576461413038785752")
    assert sorted(PackageLine.objects.values_list("sku_id", "quantity")) == sorted(
        [(mug.pk, 2), (tote.pk, 1)]
    )
    clock = SlaClock.objects.get()
    assert (clock.tab, clock.is_open, clock.started_at) == ("to_pick", True, picture.placed_at)
    assert list(OrderHistory.objects.order_by("pk").values_list("action", flat=True)) == [
        "order.taken_in",
        "order.approved",
    ]
    assert events("order.approved") == [{"order_id": order.pk}]
    assert events("order.changed") == []
    assert contacts.opened(BuyerContact.objects.get()) == ADDRESS_VN
    assert Listing.objects.filter(sku__isnull=False).count() == 2


def test_the_same_picture_twice_changes_nothing(cedar_shop, in_cedar):
    order = make_order(shop=cedar_shop)
    before = (OrderHistory.objects.count(), OutboxEvent.objects.count())
    result = intake.import_orders(
        shop=cedar_shop, orders=[platform_order(), platform_order()], source="api", now=NOW
    )
    assert result == intake.IntakeResult(unchanged=1)
    assert (OrderHistory.objects.count(), OutboxEvent.objects.count()) == before
    assert Package.objects.get().order_id == order.pk


def test_an_older_picture_that_comes_late_is_passed_over(cedar_shop, in_cedar):
    make_order(shop=cedar_shop, status="awaiting_collection", updated_at=NOW)
    stale = platform_order(status="on_hold", updated_at=NOW - timedelta(minutes=1))
    result = intake.import_orders(shop=cedar_shop, orders=[stale], source="api", now=NOW)
    assert result == intake.IntakeResult(unchanged=1)
    assert Order.objects.get().platform_status == "awaiting_collection"


def test_of_two_pictures_in_one_batch_the_newer_one_counts(cedar_shop, in_cedar):
    make_sku()
    newer = platform_order(status="awaiting_shipment", updated_at=NOW)
    older = platform_order(status="on_hold", updated_at=NOW - timedelta(hours=1))
    intake.import_orders(shop=cedar_shop, orders=[newer, older], source="api", now=NOW)
    assert Order.objects.get().platform_status == "awaiting_shipment"


def test_news_at_the_same_moment_is_taken(cedar_shop, in_cedar):
    """A buyer's wish to cancel does not move the platform's update time."""
    make_order(shop=cedar_shop)
    asked = platform_order(is_buyer_cancel_requested=True, cancel_requested_at=NOW)
    result = intake.import_orders(shop=cedar_shop, orders=[asked], source="api", now=NOW)
    assert (result.changed, result.unchanged) == (1, 0)
    assert Order.objects.get().state == "on_hold"
    assert SlaClock.objects.get().is_cancel_requested


def test_a_status_change_is_recorded_and_announced(cedar_shop, in_cedar):
    order = make_order(shop=cedar_shop)
    take_in(cedar_shop, platform_order(status="awaiting_collection", updated_at=NOW))
    order.refresh_from_db()
    assert (order.state, order.platform_status) == ("approved", "awaiting_collection")
    line = OrderHistory.objects.get(action="order.platform_status")
    assert (line.from_state, line.to_state) == ("awaiting_shipment", "awaiting_collection")
    assert events("order.changed") == [{"order_id": order.pk, "platform_status": "awaiting_collection"}]


def test_a_held_order_is_let_go_when_the_platform_shows_its_address(cedar_shop, in_cedar):
    make_sku()
    first = platform_order(status="on_hold", address=type(ADDRESS_VN)(), platform_package_ids=())
    order = take_in(cedar_shop, first)[0]
    clock = SlaClock.objects.get()
    assert (order.state, clock.tab, clock.is_paused) == ("on_hold", "hold", True)
    assert clock.paused_until == first.paid_at + timedelta(hours=1)
    assert not BuyerContact.objects.exists()

    order = take_in(cedar_shop, platform_order(updated_at=NOW))[0]
    clock.refresh_from_db()
    clock = SlaClock.objects.select_related("order").get()
    assert (order.state, clock.tab, clock.is_paused, clock.paused_until) == (
        "approved",
        "to_pick",
        False,
        None,
    )
    assert Package.objects.get().platform_package_id == "PK576461413038785752"
    assert OrderHold.objects.get().lifted_at == NOW
    assert BuyerContact.objects.get().province == "Hồ Chí Minh"


def test_historic_orders_keep_their_times_and_stay_off_the_floor(cedar_shop, in_cedar):
    placed = NOW - timedelta(days=9)
    done = platform_order(
        "1",
        status="completed",
        placed_at=placed,
        ready_at=placed + timedelta(hours=4),
        collected_at=placed + timedelta(hours=9),
        delivered_at=placed + timedelta(days=3),
    )
    moving = platform_order("2", status="in_transit", collected_at=NOW - timedelta(hours=1))
    gone = platform_order("3", status="cancelled", cancelled_at=placed, cancel_reason="too slow")
    arranged = platform_order("4", status="awaiting_collection", ready_at=NOW - timedelta(hours=1))
    take_in(cedar_shop, done, moving, gone, arranged)

    rows = Order.objects.order_by("platform_order_id").values_list("state", "collected_at", "cancelled_at")
    assert list(rows) == [
        ("completed", done.collected_at, None),
        ("approved", moving.collected_at, None),
        ("cancelled", None, placed),
        ("approved", None, None),
    ]
    clocks = SlaClock.objects.order_by("order__platform_order_id").values_list("tab", "is_open", "stopped_at")
    assert list(clocks) == [
        ("done", False, done.collected_at),
        ("in_transit", False, moving.collected_at),
        ("cancelled", False, None),
        ("awaiting_scan", True, None),
    ]
    assert not Package.objects.exists()
    assert events("order.approved") == []
    assert {row["platform_status"] for row in events("order.changed")} == {
        "completed",
        "in_transit",
        "cancelled",
        "awaiting_collection",
    }


def test_orders_that_others_ship_need_nothing(cedar_shop, in_cedar):
    take_in(
        cedar_shop,
        platform_order("1", fulfillment_type="platform", lines=(line("UNKNOWN"),)),
        platform_order("2", shipping_type="none"),
    )
    assert list(Order.objects.values_list("state", flat=True)) == ["approved", "approved"]
    assert set(SlaClock.objects.values_list("tab", "is_open", "due_at")) == {("done", False, None)}
    assert not Package.objects.exists()
    assert events("order.approved") == []


def test_a_cancelled_order_takes_its_packages_with_it(cedar_shop, in_cedar):
    order = make_order(shop=cedar_shop)
    gone = platform_order(
        status="cancelled", updated_at=NOW, cancelled_at=NOW, cancel_reason="changed my mind"
    )
    take_in(cedar_shop, gone)
    order.refresh_from_db()
    assert (order.state, order.cancelled_at) == ("cancelled", NOW)
    assert Package.objects.get().state == "cancelled"
    assert events("order.cancelled") == [{"order_id": order.pk, "reason": "changed my mind"}]
    clock = SlaClock.objects.get()
    assert (clock.tab, clock.is_open, clock.stopped_at) == ("cancelled", False, None)


def test_a_mask_does_not_overwrite_what_could_be_read(cedar_shop, in_cedar):
    make_order(shop=cedar_shop)
    masked = type(ADDRESS_VN)(name="T***", phone="(+84)90***01", region_code="VN", is_masked=True)
    take_in(cedar_shop, platform_order(status="delivered", updated_at=NOW, address=masked))
    assert contacts.opened(BuyerContact.objects.get()).name == ADDRESS_VN.name


def test_changed_lines_after_planning_stop_the_order(cedar_shop, in_cedar):
    make_order(shop=cedar_shop, lines=(line(quantity=3),))
    fewer = platform_order(lines=(line(quantity=3, cancelled_quantity=1),), updated_at=NOW)
    order = take_in(cedar_shop, fewer)[0]
    assert (order.state, order.item_count) == ("on_hold", 2)
    hold = OrderHold.objects.get(lifted_at__isnull=True)
    assert (hold.reason, hold.detail) == ("manual", "lines_changed")
    assert Package.objects.get().is_stopped


def test_the_platform_s_own_times_come_in(cedar_shop, in_cedar):
    ship_by = NOW + timedelta(hours=9)
    deadlines = PlatformDeadlines(ship_by=ship_by, cancel_ship_at=NOW + timedelta(days=2))
    make_order(shop=cedar_shop, deadlines=deadlines)
    clock = SlaClock.objects.get()
    assert (clock.due_at, clock.due_kind, clock.due_source) == (ship_by, "dispatch", "platform")
    assert clock.cancel_due_at == NOW + timedelta(days=2)


def test_a_batch_costs_a_constant_number_of_queries(cedar_shop, in_cedar, django_assert_max_num_queries):
    make_sku()
    take_in(cedar_shop, platform_order("0"))
    pictures = [platform_order(str(number)) for number in range(1, 81)]
    with django_assert_max_num_queries(24):
        intake.import_orders(shop=cedar_shop, orders=pictures, source="api", now=NOW)
    assert Package.objects.count() == 81


def test_two_sellers_may_have_an_order_of_the_same_number(cedar, cedar_shop, north, north_shop):
    for seller, shop in ((cedar, cedar_shop), (north, north_shop)):
        with scoping.scope(sellers=[seller.pk]):
            make_order(shop=shop)
            assert Order.objects.count() == 1
