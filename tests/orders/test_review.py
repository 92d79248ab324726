"""Review: every reason is raised, and lifts itself when its cause goes; people approve, hold and release with a note."""

from datetime import timedelta

import pytest

from catalog import listings
from catalog.events import ListingMapped
from catalog.models import BundleItem, Listing
from integrations.ports import PlatformAddress
from orders import handlers, review, review_sweep
from orders.models import Order, OrderHistory, OrderHold, OrderLine, Package, PackageLine, SlaClock
from relay.models import OutboxEvent
from tenancy.actors import Actor
from tests.make_orders import NOW, line, make_order, make_sku, platform_order, take_in

MAI = Actor(kind="user", label="Mai", id=1)
LATER = NOW + timedelta(minutes=5)


def open_reasons() -> list[tuple[str, str]]:
    return list(
        OrderHold.objects.filter(lifted_at__isnull=True).order_by("reason").values_list("reason", "detail")
    )


def count(name: str) -> int:
    return OutboxEvent.objects.filter(name=name).count()


NO_ADDRESS = PlatformAddress()
MASKED = PlatformAddress(
    name="T***", phone="(+84)***01", region_code="VN", province="Hồ Chí Minh", lines=("***",), is_masked=True
)
INCOMPLETE = PlatformAddress(name="Trần Minh Anh", region_code="VN", lines=("12 Hoa Sứ",))
WRONG = PlatformAddress(
    name="Ada", phone="+14155550101", region_code="US", province="CA", postal_code="10001", lines=("1 Main",)
)


@pytest.mark.parametrize(
    ("picture", "reason", "detail"),
    [
        ({"status": "unpaid", "address": NO_ADDRESS, "paid_at": None}, "unpaid", ""),
        ({"status": "on_hold", "address": NO_ADDRESS}, "platform_hold", ""),
        ({"is_buyer_cancel_requested": True}, "cancel_requested", ""),
        ({"address": MASKED}, "address_masked", ""),
        ({"address": INCOMPLETE}, "address_missing", "phone"),
        ({"address": WRONG}, "address_invalid", "postal_code"),
    ],
)
def test_a_reason_holds_and_lifts_itself(cedar_shop, in_cedar, picture, reason, detail):
    order = make_order(shop=cedar_shop, **picture)
    assert (order.state, open_reasons()) == ("on_hold", [(reason, detail)])
    assert SlaClock.objects.get().tab == "hold"
    assert (count("order.held"), count("order.approved"), Package.objects.count()) == (1, 0, 0)

    take_in(cedar_shop, platform_order(updated_at=NOW), now=LATER)
    order.refresh_from_db()
    assert (order.state, open_reasons()) == ("approved", [])
    assert OrderHold.objects.get().lifted_by == "auto"
    assert SlaClock.objects.get().tab == "to_pick"
    assert (count("order.approved"), Package.objects.count()) == (1, 1)


def test_a_masked_address_is_no_trouble_under_a_platform_label(cedar_shop, in_cedar):
    order = make_order(shop=cedar_shop, shipping_type="platform", address=MASKED)
    assert (order.state, open_reasons()) == ("approved", [])


def test_several_reasons_hold_until_the_last_is_gone(cedar_shop, in_cedar):
    order = make_order(shop=cedar_shop, address=INCOMPLETE, is_buyer_cancel_requested=True)
    assert [reason for reason, _detail in open_reasons()] == ["address_missing", "cancel_requested"]
    take_in(cedar_shop, platform_order(updated_at=NOW, is_buyer_cancel_requested=True), now=LATER)
    order.refresh_from_db()
    assert (order.state, open_reasons()) == ("on_hold", [("cancel_requested", "")])


def test_an_unmapped_sku_holds_until_somebody_says_what_it_is(cedar_shop, in_cedar):
    (order,) = take_in(cedar_shop, platform_order(lines=(line("MYSTERY"),)))
    assert (order.state, open_reasons()) == ("on_hold", [("unmapped_sku", "MYSTERY")])
    assert count("listing.unmapped") == 1
    sku = make_sku("KF-MUG-SEA")
    mapped = listings.map_listing(listing_id=Listing.objects.get().pk, sku_id=sku.pk, actor=MAI, now=LATER)
    handlers.on_listing_mapped([ListingMapped(listing_id=mapped.pk, sku_id=sku.pk)])
    order.refresh_from_db()
    assert (order.state, open_reasons()) == ("approved", [])
    assert OrderLine.objects.get().sku_id == sku.pk
    assert PackageLine.objects.get().sku_id == sku.pk


def test_the_sweep_lifts_what_nobody_announced(cedar_shop, in_cedar):
    (order,) = take_in(cedar_shop, platform_order(lines=(line("MYSTERY"),)))
    Listing.objects.update(sku=make_sku("KF-MUG-SEA"))
    assert review_sweep.catch_up(now=LATER) == 1
    order.refresh_from_db()
    assert order.state == "approved"
    assert review_sweep.catch_up(now=LATER) == 0


def test_short_stock_holds_and_approves_again_when_it_comes(cedar_shop, in_cedar):
    order = make_order(shop=cedar_shop)
    review.hold_short(order_ids=[order.pk], details={order.pk: "KF-MUG-SEA 2"}, now=NOW)
    order.refresh_from_db()
    assert (order.state, open_reasons()) == ("on_hold", [("out_of_stock", "KF-MUG-SEA 2")])
    assert Package.objects.get().is_stopped
    review.hold_short(order_ids=[order.pk], details={order.pk: "KF-MUG-SEA 2"}, now=NOW)
    assert OrderHold.objects.count() == 1
    # Another look by review alone does not lift what the warehouse said.
    review.review_orders(order_ids=[order.pk], now=NOW)
    assert open_reasons() == [("out_of_stock", "KF-MUG-SEA 2")]

    review.lift(order_ids=[order.pk], reason="out_of_stock", now=LATER)
    order.refresh_from_db()
    package = Package.objects.get()
    assert (order.state, package.is_stopped, package.stop_reason) == ("approved", False, "")
    assert count("order.approved") == 2


def test_a_buyer_who_asks_to_cancel_stops_the_floor(cedar_shop, in_cedar):
    order = make_order(shop=cedar_shop)
    asked = platform_order(is_buyer_cancel_requested=True, cancel_requested_at=NOW)
    take_in(cedar_shop, asked, now=NOW)
    package = Package.objects.get()
    assert (package.is_stopped, package.stop_reason) == (True, "cancel_requested")
    withdrawn = platform_order(updated_at=NOW)
    take_in(cedar_shop, withdrawn, now=LATER)
    order.refresh_from_db()
    package.refresh_from_db()
    assert (order.state, package.is_stopped) == ("approved", False)


def test_a_bundle_is_planned_as_its_parts(cedar_shop, in_cedar):
    pot, cup = make_sku("KF-POT"), make_sku("KF-CUP")
    bundle = make_sku("KF-SET-TEA", is_bundle=True)
    BundleItem.objects.create(bundle=bundle, component=pot, quantity=1)
    BundleItem.objects.create(bundle=bundle, component=cup, quantity=4)
    make_order(shop=cedar_shop, lines=(line("KF-SET-TEA", quantity=2),))
    assert sorted(PackageLine.objects.values_list("sku_id", "quantity")) == sorted([(pot.pk, 2), (cup.pk, 8)])


def test_a_bundle_of_the_platform_is_planned_by_its_own_parts(cedar_shop, in_cedar):
    pot, cup = make_sku("KF-POT"), make_sku("KF-CUP")
    virtual = line("VIRTUAL", quantity=2, components=(("901", "KF-POT", 1), ("902", "KF-CUP", 4)))
    (order,) = take_in(cedar_shop, platform_order(lines=(virtual,)))
    assert (order.state, open_reasons()) == ("approved", [])
    assert sorted(PackageLine.objects.values_list("sku_id", "quantity")) == sorted([(pot.pk, 2), (cup.pk, 8)])
    part_unknown = line("OTHER", components=(("903", "KF-NOWHERE", 1),))
    (order,) = take_in(cedar_shop, platform_order("2", lines=(part_unknown,)))
    assert open_reasons() == [("unmapped_sku", "OTHER")]


def test_a_cancelled_unit_is_not_planned(cedar_shop, in_cedar):
    make_order(
        shop=cedar_shop,
        lines=(line(quantity=3, cancelled_quantity=1), line("KF-TOTE-L", cancelled_quantity=1)),
    )
    assert list(PackageLine.objects.values_list("quantity", flat=True)) == [2]


def test_what_was_partly_shipped_elsewhere_waits_for_a_person(cedar_shop, in_cedar):
    order = make_order(shop=cedar_shop, status="partially_shipping")
    assert open_reasons() == [("manual", "partly_shipped")]
    review.release(order_id=order.pk, note="two cups are left", actor=MAI, now=LATER)
    order.refresh_from_db()
    assert (order.state, Package.objects.count()) == ("approved", 1)


def test_shipped_in_seller_center_while_held_here(cedar_shop, in_cedar):
    order = make_order(shop=cedar_shop, address=INCOMPLETE)
    take_in(cedar_shop, platform_order(status="awaiting_collection", updated_at=NOW), now=LATER)
    order.refresh_from_db()
    assert (order.state, open_reasons(), Package.objects.count()) == ("approved", [], 0)
    assert SlaClock.objects.get().tab == "awaiting_scan"
    assert count("order.approved") == 0
    assert OrderHistory.objects.filter(action="order.shipped_elsewhere").count() == 1


# --- people ---


def test_a_person_lets_an_order_go_and_the_reason_stays_waived(cedar_shop, in_cedar):
    order = make_order(shop=cedar_shop, address=INCOMPLETE)
    result = review.approve(order_id=order.pk, note="called the buyer", actor=MAI, now=LATER)
    assert (result.outcome, result.reason) == ("done", "")
    hold = OrderHold.objects.get()
    assert (hold.lifted_by, hold.lift_note, hold.is_waived) == ("Mai", "called the buyer", True)
    review.review_orders(order_ids=[order.pk], now=LATER)
    order.refresh_from_db()
    assert order.state == "approved"
    entry = OrderHistory.objects.get(action="order.approved")
    assert (entry.actor_label, entry.reason, entry.data["lifted"]) == (
        "Mai",
        "called the buyer",
        ["address_missing"],
    )


@pytest.mark.parametrize("status", ["on_hold", "unpaid"])
def test_the_platform_s_own_hold_cannot_be_decided_away(cedar_shop, in_cedar, status):
    order = make_order(shop=cedar_shop, status=status, address=NO_ADDRESS)
    with pytest.raises(review.CannotDecide, match="lifts itself"):
        review.approve(order_id=order.pk, note="hurry", actor=MAI, now=LATER)
    order.refresh_from_db()
    assert (order.state, OrderHold.objects.get().lifted_at) == ("on_hold", None)


def test_a_person_holds_and_releases(cedar_shop, in_cedar):
    order = make_order(shop=cedar_shop)
    review.hold(order_id=order.pk, note="wait for the gift card", actor=MAI, now=NOW)
    assert open_reasons() == [("manual", "wait for the gift card")]
    assert Package.objects.get().is_stopped
    review.review_orders(order_ids=[order.pk], now=NOW)
    assert open_reasons() == [("manual", "wait for the gift card")]
    review.release(order_id=order.pk, note="it is here", actor=MAI, now=LATER)
    order.refresh_from_db()
    assert (order.state, Package.objects.get().is_stopped) == ("approved", False)


def test_a_buyer_who_asks_again_is_heard_again(cedar_shop, in_cedar):
    order = make_order(shop=cedar_shop, is_buyer_cancel_requested=True, cancel_requested_at=NOW)
    review.approve(order_id=order.pk, note="already packed", actor=MAI, now=LATER)
    assert open_reasons() == []
    again = platform_order(
        updated_at=NOW, is_buyer_cancel_requested=True, cancel_requested_at=LATER + timedelta(hours=1)
    )
    take_in(cedar_shop, again, now=LATER + timedelta(hours=1))
    assert open_reasons() == [("cancel_requested", "")]


def test_bulk_tells_what_became_of_each_row(cedar_shop, in_cedar):
    free = make_order(shop=cedar_shop, platform_order_id="1")
    held = make_order(shop=cedar_shop, platform_order_id="2", address=INCOMPLETE)
    fixed = make_order(shop=cedar_shop, platform_order_id="3", status="on_hold", address=NO_ADDRESS)
    over = make_order(shop=cedar_shop, platform_order_id="4", status="cancelled")
    ids = [order.pk for order in (free, held, fixed, over)]
    results = review.approve_many(order_ids=ids, note="sale day", actor=MAI, now=LATER)
    assert [(row.platform_order_id, row.outcome) for row in results] == [
        ("1", "skipped"),
        ("2", "done"),
        ("3", "failed"),
        ("4", "skipped"),
    ]
    assert all(row.reason for row in results if row.outcome != "done")
    assert dict(Order.objects.values_list("platform_order_id", "state")) == {
        "1": "approved",
        "2": "approved",
        "3": "on_hold",
        "4": "cancelled",
    }


def test_what_the_carrier_has_cannot_be_held(cedar_shop, in_cedar):
    order = make_order(shop=cedar_shop, status="in_transit")
    with pytest.raises(review.CannotDecide, match="carrier"):
        review.hold(order_id=order.pk, note="stop", actor=MAI, now=NOW)
    assert open_reasons() == []


def test_bulk_review_costs_a_constant_number_of_queries(cedar_shop, in_cedar, django_assert_max_num_queries):
    make_sku()
    pictures = [platform_order(str(number), address=INCOMPLETE) for number in range(40)]
    orders = take_in(cedar_shop, *pictures)
    with django_assert_max_num_queries(28):
        review.approve_many(order_ids=[order.pk for order in orders], note="", actor=MAI, now=LATER)
    assert Package.objects.count() == 40
