"""Deadlines: the platform's own times first, the region's rule where it is silent, the shop's promise beside them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from integrations.ports import PlatformDeadlines
from orders import deadline_check, packages, selectors, sla
from orders.models import OrderHistory, Package, SlaClock
from orders.sla_book import Starts, place_of, shipped_book
from orders.sla_clocks import OrderFacts, ShopFacts, clocks_for, is_scanned, promise, tab_for
from orders.sla_rules import shipped
from orders.states import PackageAction
from relay.models import OutboxEvent
from tenancy.actors import AUTO, CARRIER
from tests.make_orders import NOW, make_order, platform_order, take_in

LA, VN = "America/Los_Angeles", "Asia/Ho_Chi_Minh"
US_SHOP = ShopFacts(region="US", time_zone=LA)
VN_SHOP = ShopFacts(region="VN", time_zone=VN)


def at(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def facts(placed_at: datetime, **values) -> OrderFacts:
    return OrderFacts(
        **{"placed_at": placed_at, "platform_status": "awaiting_shipment", "paid_at": placed_at, **values}
    )


@pytest.mark.parametrize(
    ("region", "zone", "placed", "due"),
    [
        ("US", LA, "2026-11-16 09:00", "2026-11-19 07:59:59"),
        ("US", LA, "2026-11-20 22:30", "2026-11-25 07:59:59"),
        ("US", LA, "2026-11-25 10:00", "2026-12-01 07:59:59"),  # Thanksgiving between
        ("US", LA, "2026-11-18 23:30", "2026-11-21 07:59:59"),  # the date is the local one
        ("US", LA, "2026-11-21 12:00", "2026-11-25 07:59:59"),  # Saturday: Monday is day 1
        ("VN", VN, "2026-11-19 13:59", "2026-11-19 16:59:59"),
        ("VN", VN, "2026-11-19 14:00", "2026-11-20 16:59:59"),  # at 14:00 exactly: after
        ("VN", VN, "2026-11-21 14:30", "2026-11-23 16:59:59"),  # Saturday afternoon: Monday
        ("VN", VN, "2026-11-22 09:00", "2026-11-23 16:59:59"),  # Sunday does not work
        ("VN", VN, "2027-04-30 09:00", "2027-05-04 16:59:59"),  # two holidays, a Sunday, a day in lieu
    ],
)
def test_the_golden_vectors(region, zone, placed, due):
    book = shipped_book(place_of(region=region, time_zone=zone))
    rule, due_at = _late_dispatch(book, at(placed, zone))
    assert (rule.is_sure, due_at) == (True, utc(due))


def test_the_sellers_own_handling_time_is_counted():
    """Five working days from Monday; where it is not known, the shortest that can be set."""
    placed = at("2026-11-09 09:00", LA)
    own = facts(placed, order_type="made_to_order", handling_days=5)

    assert clocks_for(order=own, shop=US_SHOP).dispatch.at == at(
        "2026-11-17 23:59:59", LA
    )  # Veterans Day between
    unknown = own._replace(handling_days=None)
    assert clocks_for(order=unknown, shop=US_SHOP).dispatch.at == at("2026-11-13 23:59:59", LA)


def test_a_preorders_clock_starts_when_it_is_released():
    placed = at("2026-11-02 09:00", LA)
    order = facts(placed, order_type="pre_order", released_at=at("2026-11-16 00:00", LA))

    assert clocks_for(order=order, shop=US_SHOP).dispatch.at == at("2026-11-17 23:59:59", LA)
    assert clocks_for(order=order._replace(released_at=None), shop=US_SHOP).dispatch is None


def _late_dispatch(book, placed_at):
    starts = Starts(placed_at=placed_at)
    return book.forecast(order_type="normal", shipping_type="seller", starts=starts)["late_dispatch"]


def test_the_plain_48_hours_do_not_care_about_daylight_saving():
    due = promise(placed_at=at("2026-10-30 12:00", LA), shop=US_SHOP)
    assert due.at == utc("2026-11-01 19:00:00")
    assert due.at.astimezone(ZoneInfo(LA)).strftime("%H:%M") == "11:00"
    assert due.rule_key == "promise.plain.48h"


def test_in_its_peak_days_a_shop_promises_less_time():
    shop = replace(VN_SHOP, peak_from_on=date(2026, 11, 27), peak_until_on=date(2026, 11, 28))
    placed = at("2026-11-27 08:00", VN)
    assert promise(placed_at=placed, shop=shop).at == placed + timedelta(hours=36)
    later = at("2026-11-29 00:00", VN)
    assert promise(placed_at=later, shop=shop).at == later + timedelta(hours=48)


def test_the_platform_s_own_time_silences_the_rules():
    placed = at("2026-11-19 09:00", VN)
    own = PlatformDeadlines(collect_by=placed + timedelta(hours=30), deliver_by=placed + timedelta(days=5))
    clocks = clocks_for(order=facts(placed, deadlines=own), shop=VN_SHOP)
    assert clocks.dispatch is None
    assert (clocks.pressing.kind, clocks.pressing.source) == ("collection", "platform")
    assert clocks.pressing.at == placed + timedelta(hours=30)
    assert clocks.deliver.at == placed + timedelta(days=5)


def test_a_time_of_zero_is_unknown_not_due_now():
    placed = at("2026-11-19 09:00", VN)
    clocks = clocks_for(order=facts(placed, deadlines=PlatformDeadlines()), shop=VN_SHOP)
    assert (clocks.pressing.source, clocks.pressing.rule_key) == ("rule", "vn.late_dispatch.normal@1")


def test_the_promise_presses_when_it_is_the_tighter_one():
    placed = at("2026-11-20 22:30", LA)
    clocks = clocks_for(order=facts(placed), shop=US_SHOP)
    assert (clocks.pressing.kind, clocks.pressing.at) == ("promise", placed + timedelta(hours=48))
    assert clocks.collection.rule_key == "us.late_collection.normal@1"
    assert clocks.cancel.rule_key == "us.auto_cancel_ship.normal@1"


def test_once_shipping_is_arranged_the_scan_is_what_presses():
    placed = at("2026-11-19 09:00", VN)
    own = PlatformDeadlines(ship_by=placed + timedelta(hours=10), collect_by=placed + timedelta(hours=20))
    before = clocks_for(order=facts(placed, deadlines=own), shop=VN_SHOP)
    after = clocks_for(order=facts(placed, deadlines=own, ready_at=placed), shop=VN_SHOP)
    assert (before.pressing.kind, after.pressing.kind) == ("dispatch", "collection")


def test_automatic_cancellation_is_shown_but_never_presses():
    placed = at("2026-11-19 09:00", VN)
    own = PlatformDeadlines(
        ship_by=placed + timedelta(hours=40),
        cancel_ship_at=placed + timedelta(hours=1),
        cancel_collect_at=placed + timedelta(hours=60),
    )
    clocks = clocks_for(order=facts(placed, deadlines=own), shop=VN_SHOP)
    assert (clocks.pressing.kind, clocks.cancel.at) == ("dispatch", placed + timedelta(hours=1))
    arranged = clocks_for(order=facts(placed, deadlines=own, ready_at=placed), shop=VN_SHOP)
    assert arranged.cancel.at == placed + timedelta(hours=60)


def test_a_rule_changes_at_midnight_of_the_market():
    book = shipped_book(place_of(region="US", time_zone="Asia/Shanghai"))
    before, _due = _late_dispatch(book, at("2026-01-25 23:59:59", LA))
    after, _due = _late_dispatch(book, at("2026-01-26 00:00:00", LA))
    assert (before.version, before.clock_stop) == (1, "rts")
    assert (after.version, after.clock_stop) == (2, "in_transit")


def test_cross_border_shops_have_rules_of_their_own():
    placed = at("2026-11-19 09:00", "Asia/Bangkok")
    shop = ShopFacts(region="TH", time_zone="Asia/Bangkok", is_cross_border=True)
    clocks = clocks_for(order=facts(placed), shop=shop)
    assert clocks.dispatch.at == placed + timedelta(hours=48)
    assert clocks.collection.at == at("2026-11-22 23:59:59", "Asia/Bangkok")


def test_a_market_without_a_published_rule_has_the_promise_alone():
    clocks = clocks_for(order=facts(NOW), shop=ShopFacts(region="MX", time_zone="America/Mexico_City"))
    assert (clocks.dispatch, clocks.collection, clocks.pressing.kind) == (None, None, "promise")


def test_orders_with_a_handling_time_of_their_own_are_not_counted_by_rule():
    clocks = clocks_for(order=facts(NOW, order_type="pre_order"), shop=US_SHOP)
    assert clocks.pressing is None


def test_every_rule_has_a_name_of_its_own():
    assert len({rule.name for rule in shipped()}) == len(shipped())


@pytest.mark.parametrize(
    ("states", "tab", "scanned"),
    [
        (["planned"], "to_pick", False),
        (["allocated", "packed"], "to_pick", False),
        (["picking"], "picking", False),
        (["picked"], "to_pack", False),
        (["packed"], "to_label", False),
        (["ready_to_ship"], "to_hand_over", False),
        (["handed_over", "in_transit"], "awaiting_scan", False),
        (["in_transit", "delivered"], "in_transit", True),
        (["in_transit", "cancelled"], "in_transit", True),
        (["delivered"], "done", True),
    ],
)
def test_the_tab_follows_the_slowest_living_package(states, tab, scanned):
    values = {"platform_status": "awaiting_collection", "package_states": states}
    assert tab_for(state="approved", **values) == tab
    assert is_scanned(**values) is scanned


def _walk(package: Package, *actions: str, actor=AUTO, now=NOW) -> None:
    for action in actions:
        (locked,) = packages.lock_many(ids=[package.pk])
        packages.advance(package=locked, action=action, actor=actor, now=now)


_A = PackageAction
TO_DOCK = (_A.ALLOCATE, _A.START_PICKING, _A.FINISH_PICKING, _A.PACK, _A.LABEL, _A.HAND_OVER)


def test_the_dock_scan_does_not_stop_the_clock_the_carrier_s_does(cedar_shop, in_cedar):
    order = make_order(shop=cedar_shop)
    package = order.packages.get()
    _walk(package, *TO_DOCK)
    clock = SlaClock.objects.get()
    assert (clock.tab, clock.is_open, clock.stopped_at) == ("awaiting_scan", True, None)
    scanned_at = NOW + timedelta(hours=3)
    _walk(package, _A.PICK_UP, actor=CARRIER, now=scanned_at)
    clock.refresh_from_db()
    assert (clock.tab, clock.is_open, clock.stopped_at) == ("in_transit", False, scanned_at)
    _walk(package, _A.DELIVER, actor=CARRIER, now=scanned_at + timedelta(days=2))
    clock.refresh_from_db()
    assert (clock.tab, clock.stopped_at) == ("done", scanned_at)
    assert selectors.progress(orders=[order])[order.pk].tab == "done"


def test_near_and_passed_are_announced_once_each(cedar_shop, in_cedar):
    due_at = NOW + timedelta(hours=3, minutes=59)
    order = make_order(shop=cedar_shop, deadlines=PlatformDeadlines(ship_by=due_at))
    ids = [order.pk]
    assert [sla.announce(order_ids=ids, now=NOW), sla.announce(order_ids=ids, now=NOW)] == [1, 0]
    late = due_at + timedelta(seconds=1)
    assert [sla.announce(order_ids=ids, now=late), sla.announce(order_ids=ids, now=late)] == [1, 0]
    clock = SlaClock.objects.get()
    assert (clock.at_risk_at, clock.breached_at) == (NOW, late)
    told = OutboxEvent.objects.filter(name__in=["order.at_risk", "order.breached"]).order_by("pk")
    assert [(row.name, row.payload) for row in told] == [
        ("order.at_risk", {"order_id": order.pk, "due_at": due_at.isoformat()}),
        ("order.breached", {"order_id": order.pk, "due_at": due_at.isoformat()}),
    ]
    lines = OrderHistory.objects.filter(kind="deadline").order_by("pk")
    assert list(lines.values_list("action", flat=True)) == ["deadline.at_risk", "deadline.breached"]


def test_what_is_late_at_first_sight_is_announced_as_late_alone(cedar_shop, in_cedar):
    order = make_order(shop=cedar_shop, deadlines=PlatformDeadlines(ship_by=NOW - timedelta(hours=1)))
    assert sla.announce(order_ids=[order.pk], now=NOW) == 1
    assert OutboxEvent.objects.filter(name="order.at_risk").count() == 0


def test_paused_clocks_are_not_late(cedar_shop, in_cedar):
    order = make_order(
        shop=cedar_shop, status="on_hold", deadlines=PlatformDeadlines(ship_by=NOW - timedelta(hours=1))
    )
    assert sla.announce(order_ids=[order.pk], now=NOW) == 0


def test_a_deadline_that_was_moved_away_may_come_near_again(cedar_shop, in_cedar):
    order = make_order(shop=cedar_shop, deadlines=PlatformDeadlines(ship_by=NOW + timedelta(hours=2)))
    sla.announce(order_ids=[order.pk], now=NOW)
    moved = platform_order(updated_at=NOW, deadlines=PlatformDeadlines(ship_by=NOW + timedelta(hours=30)))
    take_in(cedar_shop, moved)
    assert SlaClock.objects.get().at_risk_at is None
    assert sla.announce(order_ids=[order.pk], now=NOW + timedelta(hours=27)) == 1


def test_a_deadline_explains_itself(cedar_shop, in_cedar):
    make_order(shop=cedar_shop)
    clock = SlaClock.objects.get()
    found = deadline_check.checks(clock)
    why = deadline_check.explain(clock, found=found)
    assert (why.kind, why.rule, why.is_sure) == ("arrange shipment", "vn.late_dispatch.normal@1", True)
    assert "14:00" in why.sentence
    assert "shop's promise" in [check.label for check in found]


def test_milestones_are_the_platform_s_own_moments(cedar_shop, in_cedar):
    placed = NOW - timedelta(days=3)
    order = make_order(
        shop=cedar_shop,
        status="delivered",
        placed_at=placed,
        paid_at=placed,
        collected_at=placed + timedelta(hours=9),
        delivered_at=NOW,
    )
    assert [(one.key, one.at) for one in selectors.milestones(order)] == [
        ("placed", placed),
        ("paid", placed),
        ("collected", placed + timedelta(hours=9)),
        ("delivered", NOW),
    ]
