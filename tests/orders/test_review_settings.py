"""The numbers that rules are set with, whose rules they are, and what is kept of their changes."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction

from orders import review, review_rules, review_sweep
from orders.models import Order, ReviewRule
from orders.review_rules import Rule
from tenancy.models import AuditEntry
from tests import make
from tests.make_orders import NOW, line, make_order, make_sku, platform_order, take_in
from tests.make_review import LATER, MAI, MASKED, address, hear, set_rule, tie_site, usual_is_two

pytestmark = pytest.mark.usefixtures("at_now")


# --- numbers ---


@pytest.mark.parametrize(
    ("total", "currency", "is_met"),
    [("100.00", "VND", False), ("100.01", "VND", True), ("5000", "USD", False)],
)
def test_a_value_is_compared_in_the_currency_of_the_limit(cedar_shop, in_cedar, total, currency, is_met):
    set_rule("high_value", "warn", threshold=Decimal(100), currency="VND")
    order = make_order(shop=cedar_shop, total_amount=Decimal(total), currency=currency)
    assert ("high_value" in order.warnings) == is_met


@pytest.mark.parametrize(("units", "times", "is_met"), [(10, "5", False), (11, "5", True), (10, "4.9", True)])
def test_many_more_than_usual(cedar_shop, in_cedar, units, times, is_met):
    set_rule("large_quantity", "warn", threshold=Decimal(times))
    usual_is_two(cedar_shop)
    order = make_order(shop=cedar_shop, lines=(line(quantity=units),))
    assert ("large_quantity" in order.warnings) == is_met


@pytest.mark.parametrize(
    ("threshold", "hours", "is_met"),
    [(5, 24, True), (6, 24, False), (5, 6, False), (4, 6, False), (3, 6, False)],
)
def test_neighbors_count_within_the_window(cedar_shop, in_cedar, threshold, hours, is_met):
    """Four earlier orders, 3 to 6 hours before this one."""
    set_rule("many_to_address", "warn", threshold=Decimal(threshold), window_hours=hours)
    make_sku()
    earlier = [platform_order(f"N{n}", placed_at=NOW - timedelta(hours=8 + n)) for n in range(4)]
    take_in(cedar_shop, *earlier)
    order = make_order(shop=cedar_shop)
    assert ("many_to_address" in order.warnings) == is_met


def test_the_first_of_a_crowd_are_not_stopped_for_those_that_came_later(cedar_shop, in_cedar):
    set_rule("many_to_address", "hold", threshold=Decimal(3))
    make_sku()
    pictures = [platform_order(f"C{n}", placed_at=NOW - timedelta(minutes=60 - n)) for n in range(5)]
    orders = take_in(cedar_shop, *pictures)
    assert [order.state for order in orders] == ["approved", "approved", "on_hold", "on_hold", "on_hold"]
    review.review_orders(order_ids=[order.pk for order in orders], now=LATER)
    states = list(Order.objects.order_by("platform_order_id").values_list("state", flat=True))
    assert states == ["approved", "approved", "on_hold", "on_hold", "on_hold"]


def test_spelling_does_not_hide_the_same_address(cedar_shop, in_cedar):
    set_rule("many_to_address", "warn", threshold=Decimal(2))
    make_sku()
    take_in(cedar_shop, platform_order("A", placed_at=NOW - timedelta(hours=3)))
    same = address(lines=("12, HOA SU",), name="Somebody else")
    order = make_order(shop=cedar_shop, address=same)
    other = make_order(shop=cedar_shop, platform_order_id="B", address=address(lines=("14 Hoa Sứ",)))
    assert (order.warnings, other.warnings) == ({"many_to_address": "2"}, {})


def test_masks_are_no_common_address(cedar_shop, in_cedar):
    set_rule("many_to_address", "hold", threshold=Decimal(2))
    make_sku()
    pictures = [platform_order(f"M{n}", shipping_type="platform", address=MASKED) for n in range(4)]
    assert {order.state for order in take_in(cedar_shop, *pictures)} == {"approved"}


@pytest.mark.parametrize(("minutes", "is_met"), [(59, True), (60, False), (61, False)])
def test_our_own_first_hour_ends_to_the_minute(cedar_shop, in_cedar, minutes, is_met):
    set_rule("first_hour", "hold")
    order = make_order(shop=cedar_shop, paid_at=NOW - timedelta(minutes=minutes))
    assert (order.state == "on_hold") == is_met


# --- whose rules ---


def test_a_shop_has_rules_of_its_own(cedar, cedar_shop, in_cedar):
    american = make.make_shop(
        seller=cedar, slug="cedar-us", region="US", currency="USD", platform_shop_id="749404964264244999"
    )
    set_rule("buyer_note", "hold", shop=cedar_shop)
    held = make_order(shop=cedar_shop, buyer_message="ring twice")
    let_go = make_order(shop=american, platform_order_id="U", buyer_message="ring twice")
    assert (held.state, let_go.state, let_go.warnings) == (
        "on_hold",
        "approved",
        {"buyer_note": "ring twice"},
    )
    review_rules.forget_rule(shop_id=cedar_shop.pk, reason="buyer_note", actor=MAI, now=LATER)
    hear()
    held.refresh_from_db()
    assert (held.state, held.warnings) == ("approved", {"buyer_note": "ring twice"})


def test_what_a_shop_leaves_alone_is_as_for_all_shops(cedar_shop, in_cedar):
    set_rule("buyer_note", "off", shop=cedar_shop)
    set_rule("cancel_requested", "warn")
    rules = review_rules.current()
    assert [rules.of(cedar_shop.pk)[reason].mode for reason in ("buyer_note", "cancel_requested")] == [
        "off",
        "warn",
    ]
    assert [rules.of(None)[reason].mode for reason in ("buyer_note", "cancel_requested")] == ["warn", "warn"]
    assert (
        review_rules.forget_rule(shop_id=None, reason="cancel_requested", actor=MAI, now=LATER).mode == "hold"
    )
    assert review_rules.current().of(cedar_shop.pk)["cancel_requested"].mode == "hold"


@pytest.mark.parametrize(
    ("reason", "values", "sentence"),
    [
        ("unmapped_sku", {"mode": "off"}, "cannot be set"),
        ("out_of_stock", {"mode": "off"}, "cannot be set"),
        ("manual", {"mode": "warn"}, "no such rule"),
        ("high_value", {"mode": "hold", "currency": "VND"}, "needs a number"),
        ("high_value", {"mode": "hold", "threshold": Decimal(5)}, "currency"),
        ("large_quantity", {"mode": "hold", "threshold": Decimal(1)}, "from 1.5 to 1000"),
        ("many_to_address", {"mode": "warn", "threshold": Decimal(3), "window_hours": 0}, "from 1 to 720"),
        ("first_hour", {"mode": "warn", "threshold": Decimal("NaN")}, "from 1 to 1440"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_and_nothing_changes(
    cedar_shop, in_cedar, reason, values, sentence
):
    with pytest.raises(review_rules.BadRule, match=sentence):
        review_rules.set_rule(shop_id=None, rule=Rule(reason=reason, **values), actor=MAI, now=NOW)
    assert (ReviewRule.objects.count(), AuditEntry.objects.count()) == (0, 0)
    assert review_rules.current().seller == review_rules.SHIPPED


def test_who_changed_what_is_kept_and_the_same_again_is_no_change(cedar_shop, in_cedar):
    set_rule("many_to_address", "hold", shop=cedar_shop, threshold=Decimal(3), window_hours=48)
    set_rule("many_to_address", "hold", shop=cedar_shop, threshold=Decimal(3), window_hours=48)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject_type, entry.subject_id, entry.actor_label) == (
        "review_rule.changed",
        "review_rule",
        "many_to_address",
        "Mai",
    )
    assert entry.detail == {
        "shop_id": cedar_shop.pk,
        "before": {"mode": "warn", "threshold": "5", "window_hours": 24, "currency": ""},
        "after": {"mode": "hold", "threshold": "3", "window_hours": 48, "currency": ""},
    }


def test_rules_are_remembered_until_their_stamp_changes(cedar_shop, in_cedar, django_assert_num_queries):
    set_rule("buyer_note", "off")
    first = review_rules.current()
    with django_assert_num_queries(1):
        assert review_rules.current() is first
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        set_rule("buyer_note", "hold")
        assert review_rules.current().seller["buyer_note"].mode == "hold"
        _ = 1 / 0
    assert review_rules.current().seller["buyer_note"].mode == "off"
    set_rule("buyer_note", "warn")
    assert review_rules.current().seller["buyer_note"].mode == "warn"


# --- what nobody announces ---


def test_the_sweep_finds_a_warehouse_that_was_tied_unnoticed(cedar_shop, in_cedar):
    set_rule("wrong_warehouse", "hold")
    tie_site(cedar_shop, "6966")
    order = make_order(shop=cedar_shop, platform_warehouse_id="NEW")
    assert review_sweep.catch_up(now=LATER) == 0
    tie_site(cedar_shop, "NEW")
    assert review_sweep.catch_up(now=LATER) == 1
    order.refresh_from_db()
    assert order.state == "approved"


def test_the_sweep_finds_parts_of_bundles_that_became_known_unnoticed(cedar_shop, in_cedar):
    (order,) = take_in(cedar_shop, platform_order(lines=(line("SET", components=(("901", "KF-POT", 1),)),)))
    assert review_sweep.catch_up(now=LATER) == 0
    make_sku("KF-POT")
    assert review_sweep.catch_up(now=LATER) == 1
    order.refresh_from_db()
    assert order.state == "approved"
    assert review_sweep.catch_up(now=LATER) == 0


def test_badges_are_found_by_their_own_index(cedar_shop, in_cedar):
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
    found = Order.objects.filter(state="approved", warnings__has_key="out_of_stock").exclude(warnings={})
    assert "order_with_warnings" in found.explain()
