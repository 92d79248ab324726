"""Every rule: off, warning, hold; and it lifts itself when its cause goes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import skus
from catalog.models import Sku
from integrations.ports import PlatformWarehouse
from orders import review, review_blocks, review_rules, review_sweep
from orders.models import (
    BlockEntry,
    Order,
    OrderHistory,
    OrderHold,
    Package,
    SlaClock,
    UsualQuantity,
)
from orders.review_kinds import ALL, NOT_WAIVABLE
from tests.make_orders import NOW, line, make_order, make_sku, platform_order, take_in
from tests.make_review import (
    LATER,
    MAI,
    MASKED,
    address,
    hear,
    open_reasons,
    retired_sku,
    set_rule,
    tie_site,
    usual_is_two,
)
from warehouse import sites

pytestmark = pytest.mark.usefixtures("at_now")
OLD = line("KF-OLD")


def _nothing(_shop) -> None:
    """The order alone is enough."""


def _four_neighbors(shop) -> None:
    make_sku()
    take_in(shop, *[platform_order(f"N{n}", placed_at=NOW - timedelta(hours=5 + n)) for n in range(4)])


def _buyer_is_blocked(_shop) -> None:
    review_blocks.add(kind="buyer", value="7494", region="", note="", actor=MAI, now=NOW)


def _hour_passes(_order) -> None:
    assert review_sweep.catch_up(now=NOW + timedelta(minutes=9)) == 0
    assert review_sweep.catch_up(now=NOW + timedelta(minutes=11)) == 1


def _sku_comes_back(_order) -> None:
    skus.bring_back(sku_id=Sku.objects.get(seller_sku="KF-OLD").pk, actor=MAI, now=LATER)


def _site_is_tied(order) -> None:
    found = PlatformWarehouse(platform_warehouse_id="NEW", name="New")
    assert sites.link_sites(shop_id=order.shop_id, sites=[found], now=LATER) == 1


def _more_becomes_usual(order) -> None:
    UsualQuantity.objects.update(units=3)
    review.review_orders(order_ids=[order.pk], now=LATER)


def _neighbor_cancels(order) -> None:
    take_in(order.shop, platform_order("N0", status="cancelled", updated_at=NOW), now=LATER)
    review.review_orders(order_ids=[order.pk], now=LATER)


def _is_unblocked(_order) -> None:
    review_blocks.remove(entry_id=BlockEntry.objects.get().pk, actor=MAI, now=LATER)


@dataclass(frozen=True)
class Cause:
    """A rule meets `picture` after `before`. The cause goes by what the platform says, or by what is done here."""

    reason: str
    picture: dict
    detail: str = ""
    before: Callable = _nothing
    platform_says: dict = field(default_factory=dict)
    here: Callable | None = None


CAUSES = [
    Cause("cancel_requested", {"is_buyer_cancel_requested": True}),
    Cause("address_missing", {"address": address(phone="")}, "phone"),
    Cause("address_invalid", {"address": address(phone="12", lines=("x1",))}, "street,phone"),
    Cause("address_masked", {"address": MASKED}),
    Cause("address_doubtful", {"address": address(province="Atlantis")}, "province"),
    Cause("buyer_note", {"buyer_message": "please  gift\nwrap it"}, "please gift wrap it"),
    Cause(
        "high_value",
        {"total_amount": Decimal("100.01")},
        "100.01 VND",
        platform_says={"total_amount": Decimal(100)},
    ),
    Cause("first_hour", {"paid_at": NOW - timedelta(minutes=50)}, "2026-11-23T08:10Z", here=_hour_passes),
    Cause(
        "sku_inactive",
        {"lines": (OLD,)},
        "KF-OLD",
        before=lambda shop: retired_sku(shop, OLD, code="KF-OLD"),
        here=_sku_comes_back,
    ),
    Cause(
        "wrong_warehouse",
        {"platform_warehouse_id": "NEW"},
        "NEW",
        before=lambda shop: tie_site(shop, "6966") and None,
        here=_site_is_tied,
    ),
    Cause(
        "large_quantity",
        {"lines": (line(quantity=11),)},
        "KF-MUG-SEA:11:2",
        before=usual_is_two,
        here=_more_becomes_usual,
    ),
    Cause("many_to_address", {}, "5", before=_four_neighbors, here=_neighbor_cancels),
    Cause("blocked", {}, "buyer", before=_buyer_is_blocked, here=_is_unblocked),
]
each_cause = pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.reason)


def arrive(shop, cause: Cause, mode: str) -> Order:
    set_rule(cause.reason, mode)
    cause.before(shop)
    return make_order(shop=shop, **cause.picture)


def end(order: Order, cause: Cause) -> None:
    """The cause goes."""
    if cause.here:
        cause.here(order)
    else:
        take_in(order.shop, platform_order(updated_at=NOW, **cause.platform_says), now=LATER)
    hear()
    order.refresh_from_db()


def test_every_rule_that_can_be_set_is_tried_here():
    fixed = {kind.reason for kind in ALL if len(kind.modes) == 1}
    assert {cause.reason for cause in CAUSES} | fixed | {"out_of_stock"} == {kind.reason for kind in ALL}
    assert fixed == NOT_WAIVABLE == {"unpaid", "platform_hold", "unmapped_sku"}


@each_cause
def test_switched_off_it_says_nothing(cedar_shop, in_cedar, cause):
    order = arrive(cedar_shop, cause, "off")
    assert (order.state, order.warnings, open_reasons(order)) == ("approved", {}, [])


@each_cause
def test_a_warning_is_a_badge_and_stops_nothing(cedar_shop, in_cedar, cause):
    order = arrive(cedar_shop, cause, "warn")
    assert (order.state, order.warnings, open_reasons(order)) == (
        "approved",
        {cause.reason: cause.detail},
        [],
    )
    package = Package.objects.get(order=order)
    assert (package.is_stopped, SlaClock.objects.get(order=order).tab) == (False, "to_pick")
    end(order, cause)
    assert (order.state, order.warnings) == ("approved", {})
    assert OrderHistory.objects.filter(order=order, data__lifted=[cause.reason]).exists()


@each_cause
def test_a_hold_stops_the_order_until_its_cause_is_gone(cedar_shop, in_cedar, cause):
    order = arrive(cedar_shop, cause, "hold")
    assert (order.state, order.warnings) == ("on_hold", {})
    assert open_reasons(order) == [(cause.reason, cause.detail)]
    assert SlaClock.objects.get(order=order).tab == "hold"
    end(order, cause)
    assert (order.state, open_reasons(order)) == ("approved", [])
    assert OrderHold.objects.get(order=order).lifted_by == "auto"
    assert Package.objects.filter(order=order).count() == 1


@each_cause
def test_a_rule_that_is_switched_off_lets_its_orders_go(cedar_shop, in_cedar, cause):
    order = arrive(cedar_shop, cause, "hold")
    set_rule(cause.reason, "off")
    hear()
    order.refresh_from_db()
    assert (order.state, order.warnings, open_reasons(order)) == ("approved", {}, [])


@each_cause
def test_a_hold_that_becomes_a_warning_lets_go_and_keeps_the_badge(cedar_shop, in_cedar, cause):
    order = arrive(cedar_shop, cause, "hold")
    set_rule(cause.reason, "warn")
    hear()
    order.refresh_from_db()
    assert (order.state, order.warnings) == ("approved", {cause.reason: cause.detail})


@pytest.mark.parametrize("reason", ["buyer_note", "blocked"])
def test_what_a_person_waived_is_not_raised_again(cedar_shop, in_cedar, reason):
    order = arrive(cedar_shop, next(one for one in CAUSES if one.reason == reason), "hold")
    review.approve(order_id=order.pk, note="it is fine", actor=MAI, now=LATER)
    review.review_orders(order_ids=[order.pk], now=LATER)
    order.refresh_from_db()
    assert (order.state, open_reasons(order)) == ("approved", [])


# --- what a rule may still do to an order that was approved ---

MILD = {
    "first_hour",
    "sku_inactive",
    "wrong_warehouse",
    "buyer_note",
    "high_value",
    "large_quantity",
    "many_to_address",
}


@each_cause
def test_only_what_makes_a_parcel_impossible_calls_an_approved_order_back(cedar_shop, in_cedar, cause):
    order = arrive(cedar_shop, cause, "warn")
    set_rule(cause.reason, "hold")
    hear()
    order.refresh_from_db()
    if cause.reason in MILD:
        assert (order.state, order.warnings) == ("approved", {cause.reason: cause.detail})
    else:
        assert (order.state, open_reasons(order)) == ("on_hold", [(cause.reason, cause.detail)])
        assert Package.objects.get(order=order).is_stopped


def _queries(act: Callable) -> int:
    with CaptureQueriesContext(connection) as found:
        act()
    return len(found)


def test_a_batch_costs_the_same_number_of_queries_whatever_its_size(cedar_shop, in_cedar):
    for cause in CAUSES:
        set_rule(cause.reason, "hold" if cause.reason == "high_value" else "warn")
    tie_site(cedar_shop, "6966")
    usual_is_two(cedar_shop)
    _buyer_is_blocked(cedar_shop)
    review_rules.current()

    def batch(name: str, size: int) -> list:
        return [
            platform_order(
                f"{name}{n}",
                lines=(line(quantity=12),),
                buyer_message="hi",
                total_amount=Decimal(1000),
                platform_warehouse_id="NEW",
                address=address(province="Atlantis"),
            )
            for n in range(size)
        ]

    take_in(cedar_shop, *batch("warm", 2))
    few = _queries(lambda: take_in(cedar_shop, *batch("A", 4)))
    many = _queries(lambda: take_in(cedar_shop, *batch("B", 60)))
    assert many == few
    ids = list(Order.objects.order_by("pk").values_list("pk", flat=True))
    review.review_orders(order_ids=ids, now=LATER)  # neighbors that came later with an earlier name
    few = _queries(lambda: review.review_orders(order_ids=ids[:4], now=LATER))
    many = _queries(lambda: review.review_orders(order_ids=ids[:60], now=LATER))
    assert many == few
    assert {order.state for order in Order.objects.all()} == {"on_hold"}
    assert set(Order.objects.order_by("-pk")[0].warnings) == {
        *("buyer_note", "large_quantity", "many_to_address", "blocked", "wrong_warehouse", "address_doubtful")
    }
