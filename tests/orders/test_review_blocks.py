"""The block list, the dry-run, and what is learned as usual."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import override_settings

from catalog.models import Sku
from orders import contacts, review_blocks, review_dry_run, review_rules, review_usual
from orders.models import BlockEntry, BuyerContact, Order, OrderHistory, OrderHold, ReviewRule, UsualQuantity
from orders.review_rules import Rule
from relay.models import OutboxEvent
from tenancy import scoping
from tenancy.models import AuditEntry
from tests.make_orders import NOW, line, make_order, make_sku, platform_order, take_in
from tests.make_review import LATER, MAI, MASKED, address, hear, open_reasons, set_rule, usual_is_two

pytestmark = pytest.mark.usefixtures("at_now")


def block(kind: str, value: str, region: str = "VN") -> BlockEntry:
    return review_blocks.add(kind=kind, value=value, region=region, note="returns boxes", actor=MAI, now=NOW)


@pytest.mark.parametrize(
    ("kind", "value", "region"),
    [
        ("buyer", "7494", ""),
        ("phone", "0901 000 001", "VN"),
        ("phone", "+84 901000001", "VN"),
        ("postal_code", "700000", "vn"),
    ],
)
def test_a_blocked_buyer_waits_however_the_number_is_written(cedar_shop, in_cedar, kind, value, region):
    block(kind, value, region)
    order = make_order(shop=cedar_shop, address=address(postal_code="700000"))
    other = make_order(
        shop=cedar_shop,
        platform_order_id="B",
        buyer_user_id="9",
        address=address(phone="0901000002", postal_code="100000"),
    )
    assert (open_reasons(order), open_reasons(other)) == ([("blocked", kind)], [])


def test_an_address_is_blocked_from_an_order_and_stops_those_under_way(cedar_shop, in_cedar):
    first = make_order(shop=cedar_shop)
    under_way = make_order(shop=cedar_shop, platform_order_id="B", buyer_user_id="9")
    elsewhere = make_order(shop=cedar_shop, platform_order_id="C", address=address(lines=("9 Lê Lợi",)))
    entries = review_blocks.add_from_order(
        order_id=first.pk, kinds=["address"], note="", actor=MAI, now=LATER
    )
    hear()
    assert [entry.hint for entry in entries] == ["Quận 7, Hồ Chí Minh, VN"]
    assert [open_reasons(one) for one in (first, under_way, elsewhere)] == [
        [("blocked", "address")],
        [("blocked", "address")],
        [],
    ]


def test_no_plain_text_is_kept_of_phones_and_addresses(cedar_shop, in_cedar):
    order = make_order(shop=cedar_shop)
    review_blocks.add_from_order(order_id=order.pk, kinds=["phone", "address"], note="", actor=MAI, now=LATER)
    kept = str(list(BlockEntry.objects.values())) + str(list(AuditEntry.objects.values()))
    kept += str(list(BuyerContact.objects.values_list("address_digest", flat=True)))
    assert not any(part in kept for part in ("901000001", "90100000", "Hoa", "hoasu", "Trần"))


def test_the_same_address_at_two_sellers_gives_two_digests(cedar_shop, north_shop, cedar, north):
    digests = set()
    for seller, shop in ((cedar, cedar_shop), (north, north_shop)):
        with scoping.scope(sellers=[seller.pk]):
            make_order(shop=shop)
            digests.add(BuyerContact.objects.get().address_digest)
    assert len(digests) == 2 and "" not in digests


def test_an_entry_outlives_a_new_key(cedar_shop, in_cedar, settings):
    block("phone", "0901000001")
    with override_settings(SECRET_KEYS=["another-key-another-key-another-key-1234", *settings.SECRET_KEYS]):
        order = make_order(shop=cedar_shop)
        assert block("phone", "0901000001").pk == BlockEntry.objects.get().pk
    assert open_reasons(order) == [("blocked", "phone")]


@pytest.mark.parametrize(
    ("kind", "value", "region"),
    [("address", "12 Hoa Su", "VN"), ("phone", "09", "VN"), ("phone", "0901000001", ""), ("buyer", " ", "")],
)
def test_what_cannot_be_blocked_is_refused(cedar_shop, in_cedar, kind, value, region):
    with pytest.raises(review_blocks.BadEntry):
        block(kind, value, region)
    assert (BlockEntry.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_what_the_platform_hides_cannot_be_blocked(cedar_shop, in_cedar):
    order = make_order(shop=cedar_shop, shipping_type="platform", address=MASKED)
    with pytest.raises(review_blocks.BadEntry, match="hides"):
        review_blocks.add_from_order(order_id=order.pk, kinds=["phone"], note="", actor=MAI, now=LATER)
    assert BlockEntry.objects.count() == 0


def test_erased_buyers_leave_no_digest(cedar_shop, in_cedar):
    from_contacts = make_order(shop=cedar_shop)
    Order.objects.filter(pk=from_contacts.pk).update(state="completed", delivered_at=NOW - timedelta(days=90))
    assert contacts.erase(now=NOW) == 1
    assert BuyerContact.objects.get().address_digest == ""


# --- what is usual ---


def test_what_is_usual_is_learned_per_sku(cedar_shop, in_cedar):
    mug, tote = make_sku(), make_sku("KF-TOTE-L")
    pictures = [
        platform_order(f"U{n}", lines=(line(quantity=2 if n == 0 else 1), line("KF-TOTE-L", quantity=3)))
        for n in range(20)
    ]
    old = platform_order("OLD", placed_at=NOW - timedelta(days=31), lines=(line(quantity=90),))
    take_in(cedar_shop, *pictures, old)
    assert review_usual.learn(now=NOW) == 2
    found = dict(UsualQuantity.objects.values_list("sku_id", "units"))
    assert found == {mug.pk: 1, tote.pk: 3}
    assert set(UsualQuantity.objects.values_list("orders", flat=True)) == {20}
    assert review_usual.learn(now=NOW + timedelta(days=40)) == 0
    assert UsualQuantity.objects.count() == 0


# --- dry-run ---


def counts() -> tuple[int, ...]:
    models = (OrderHold, OrderHistory, OutboxEvent, AuditEntry, ReviewRule)
    return tuple(model.objects.count() for model in models)


def test_a_dry_run_tells_what_a_rule_would_have_held_and_changes_nothing(cedar_shop, in_cedar):
    make_sku()
    values = [40, 60, 80, 120, 200]
    pictures = [
        platform_order(f"V{n}", total_amount=Decimal(value), placed_at=NOW - timedelta(days=n))
        for n, value in enumerate(values)
    ]
    last_month = platform_order("OLD", total_amount=Decimal(999), placed_at=NOW - timedelta(days=8))
    take_in(cedar_shop, *pictures, last_month)
    before, states = counts(), list(Order.objects.order_by("pk").values())
    rule = Rule(reason="high_value", mode="hold", threshold=Decimal(100), currency="VND")
    found = review_dry_run.dry_run(rule=rule, shop_id=cedar_shop.pk, now=NOW)
    assert (found.orders, found.met, found.share) == (5, 2, 40.0)
    assert [(one.order.platform_order_id, one.detail) for one in found.examples] == [
        ("V3", "120.00 VND"),
        ("V4", "200.00 VND"),
    ]
    assert (counts(), list(Order.objects.order_by("pk").values())) == (before, states)


@pytest.mark.parametrize(
    ("rule", "met"),
    [
        (Rule(reason="address_invalid", mode="hold"), 1),
        (Rule(reason="buyer_note", mode="hold"), 1),
        (Rule(reason="large_quantity", mode="hold", threshold=Decimal(5)), 1),
        (Rule(reason="many_to_address", mode="hold", threshold=Decimal(2), window_hours=24), 2),
        (Rule(reason="blocked", mode="hold"), 1),
        (Rule(reason="first_hour", mode="hold", threshold=Decimal(30)), 4),
        (Rule(reason="cancel_requested", mode="hold"), 1),
        (Rule(reason="unmapped_sku", mode="hold"), 1),
        (Rule(reason="buyer_note", mode="off"), 0),
    ],
)
def test_a_dry_run_asks_every_rule(cedar_shop, in_cedar, rule, met):
    usual_is_two()
    block("buyer", "1313")
    for reason in ("many_to_address", "large_quantity", "blocked", "address_invalid"):
        set_rule(reason, "off")
    take_in(
        cedar_shop,
        platform_order("1", buyer_message="hi", lines=(line(quantity=11),), status="in_transit"),
        platform_order("2", buyer_user_id="1313", cancel_requested_at=NOW - timedelta(hours=1)),
        platform_order("3", address=address(phone="12", lines=("x1",))),
        platform_order("4", lines=(line("MYSTERY"),)),
    )
    found = review_dry_run.dry_run(rule=rule, shop_id=None, now=NOW)
    assert (found.orders, found.met) == (4, met)


def test_a_dry_run_of_many_orders_asks_a_constant_number_of_questions(
    cedar_shop, in_cedar, django_assert_max_num_queries
):
    Sku.objects.create(seller_sku="KF-MUG-SEA", name="Mug")
    take_in(cedar_shop, *[platform_order(f"Q{n}", buyer_message="x") for n in range(60)])
    review_rules.current()
    with django_assert_max_num_queries(9):
        found = review_dry_run.dry_run(rule=Rule(reason="buyer_note", mode="hold"), shop_id=None, now=NOW)
    assert (found.met, len(found.examples)) == (60, 20)
