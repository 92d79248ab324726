"""Holds put right in place: the mapping, the parts of bundles, the question to the buyer, another warehouse, stock."""

import pytest

from catalog import listings, skus
from catalog.models import Listing
from logistics.models import BuyerMessage
from orders import review, review_fixes, review_questions
from orders.models import HoldReason, Order, OrderHistory, Package
from relay import effects, outbox
from relay.effects import EffectState
from tenancy import scoping
from tests.make_orders import NOW, line, make_listing, make_order, make_sku, platform_order, take_in
from tests.make_review import LATER, MAI, address, hear, open_reasons, retired_sku, set_rule, tie_site
from tests.make_warehouse import level, make_second_site, make_site, make_stock
from warehouse.models import StockPush

pytestmark = pytest.mark.usefixtures("at_now")
BUNDLE = line("SET", components=(("901", "KF-POT", 1), ("902", "KF-CUP", 4)))


def deliver(order: Order) -> Order:
    outbox.deliver_due(seller_id=order.seller_id)
    order.refresh_from_db()
    return order


# --- mapping ---


def test_mapping_from_the_order_lets_it_go_at_once_and_others_follow(cedar_shop, in_cedar):
    first, second = take_in(
        cedar_shop,
        platform_order("1", lines=(line("MYSTERY"),)),
        platform_order("2", lines=(line("MYSTERY"),)),
    )
    make_sku("KF-MUG-SEA")
    review_fixes.map_listing(
        order_id=first.pk, listing_id=Listing.objects.get().pk, code="kf-mug-sea", actor=MAI, now=LATER
    )
    first.refresh_from_db()
    assert (first.state, open_reasons(first)) == ("approved", [])
    deliver(second)
    assert HoldReason.UNMAPPED_SKU not in dict(open_reasons(second))


def test_a_code_that_means_nothing_is_refused(cedar_shop, in_cedar):
    (order,) = take_in(cedar_shop, platform_order(lines=(line("MYSTERY"),)))
    with pytest.raises(review_fixes.CannotFix, match="no SKU"):
        review_fixes.map_listing(
            order_id=order.pk, listing_id=Listing.objects.get().pk, code="NOPE", actor=MAI, now=LATER
        )
    assert open_reasons(order) == [("unmapped_sku", "MYSTERY")]
    assert Listing.objects.get().sku_id is None


def test_the_last_part_of_a_platform_bundle_is_mapped_and_its_orders_go_on(cedar_shop, in_cedar):
    pot = make_sku("KF-POT")
    cup = make_listing(shop=cedar_shop, platform_sku_id="902")
    order, other = take_in(
        cedar_shop,
        platform_order("1", lines=(BUNDLE,)),
        platform_order("2", lines=(line("OTHER", components=(("990", "", 1),)),)),
    )
    assert open_reasons(order) == [("unmapped_sku", "SET")]
    listings.map_listing(listing_id=cup.pk, sku_id=make_sku("KF-GLASS").pk, actor=MAI, now=LATER)
    hear()
    order.refresh_from_db()
    parts = Package.objects.get(order=order).lines.values_list("sku__seller_sku", "quantity")
    assert (order.state, sorted(parts)) == ("approved", [("KF-GLASS", 4), (pot.seller_sku, 1)])
    assert open_reasons(other) == [("unmapped_sku", "OTHER")]


def test_a_new_sku_with_the_code_of_a_part_lets_the_bundle_go(cedar_shop, in_cedar):
    make_sku("KF-POT")
    (order,) = take_in(cedar_shop, platform_order(lines=(BUNDLE,)))
    facts = skus.SkuFacts(seller_sku="KF-CUP", name="Cup")
    skus.save(sku_id=None, facts=facts, barcodes=[], components={}, actor=MAI, now=LATER)
    hear()
    order.refresh_from_db()
    assert (order.state, open_reasons(order)) == ("approved", [])


def test_skus_made_of_listings_let_bundles_go_too(cedar_shop, in_cedar):
    make_sku("KF-POT")
    make_listing(shop=cedar_shop, platform_sku_id="77", seller_sku="KF-CUP")
    (order,) = take_in(cedar_shop, platform_order(lines=(BUNDLE,)))
    assert listings.create_skus(listings=list(Listing.objects.filter(platform_sku_id="77"))) == 1
    hear()
    order.refresh_from_db()
    assert order.state == "approved"


def test_bringing_a_sku_back_from_the_order(cedar_shop, in_cedar):
    old = line("KF-OLD")
    retired_sku(cedar_shop, old, code="KF-OLD")
    order = make_order(shop=cedar_shop, lines=(old,))
    assert open_reasons(order) == [("sku_inactive", "KF-OLD")]
    sku = Listing.objects.get().sku
    review_fixes.bring_back(order_id=order.pk, sku_id=sku.pk, actor=MAI, now=LATER)
    order.refresh_from_db()
    sku.refresh_from_db()
    assert (order.state, sku.is_active) == ("approved", True)


# --- the buyer ---


def test_a_question_goes_out_through_the_platform_once(cedar, connected_shop):
    order = make_order(shop=connected_shop, address=address(phone=""))
    text = review_questions.text(reason="address_missing", region="VN", order=order.platform_order_id)
    for _twice in range(2):
        review_fixes.ask_buyer(
            order_id=order.pk, reason="address_missing", text=f" {text} ", actor=MAI, now=LATER
        )
        deliver(order)
    message = BuyerMessage.objects.get()
    assert (message.text, message.order_id, message.case_id, message.is_automatic) == (
        text,
        order.pk,
        None,
        False,
    )
    assert message.effect_state == EffectState.WAITING
    entry = OrderHistory.objects.filter(action="buyer.asked").first()
    assert (entry.actor_label, entry.data["raised"]) == ("Mai", ["address_missing"])
    assert "Hoa" not in str(entry.data)


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_an_empty_or_endless_question_is_refused(cedar_shop, in_cedar, text):
    order = make_order(shop=cedar_shop, address=address(phone=""))
    with pytest.raises(review_fixes.CannotFix, match="between 1 and"):
        review_fixes.ask_buyer(order_id=order.pk, reason="address_missing", text=text, actor=MAI, now=LATER)


def test_the_buyer_of_a_shop_that_is_not_connected_cannot_be_asked(cedar_shop, in_cedar):
    order = make_order(shop=cedar_shop, address=address(phone=""))
    with pytest.raises(review_fixes.CannotFix, match="Seller Center"):
        review_fixes.ask_buyer(order_id=order.pk, reason="address_missing", text="Hi", actor=MAI, now=LATER)
    assert OrderHistory.objects.filter(action="buyer.asked").count() == 0


@pytest.mark.parametrize("language", review_questions.TEXTS)
def test_every_language_has_every_question(language):
    topics = review_questions.TEXTS[language]
    assert set(topics) == set(review_questions.TOPICS.values())
    assert all("{order}" in text for text in topics.values())


# --- warehouses and stock ---


def test_another_warehouse_ships_what_the_first_one_lacks(cedar_shop, in_cedar):
    make_site()
    south = make_second_site(shop=cedar_shop, platform_warehouse_id="SOUTH-1")
    mug = make_stock("KF-MUG-SEA", 5, at="S-01")
    order = deliver(make_order(shop=cedar_shop))
    assert [reason for reason, _detail in open_reasons(order)] == ["out_of_stock"]
    review_fixes.choose_warehouse(order_id=order.pk, code=south.code, actor=MAI, now=LATER)
    deliver(order)
    package = Package.objects.get()
    assert (order.state, order.warehouse_code, package.state) == ("approved", "SOUTH", "allocated")
    assert level(mug) == (5, 1)
    entry = OrderHistory.objects.get(action="order.warehouse_chosen")
    assert (entry.actor_label, entry.data) == ("Mai", {"warehouse": "SOUTH"})


def test_a_promise_moves_with_the_order(cedar_shop, in_cedar):
    make_site()
    south = make_second_site(shop=cedar_shop, platform_warehouse_id="SOUTH-1")
    make_stock("KF-MUG-SEA", 3, at="A-01-1")
    mug = make_stock("KF-MUG-SEA", 2, at="S-01")
    order = deliver(make_order(shop=cedar_shop))
    assert Package.objects.get().state == "allocated"
    review_fixes.choose_warehouse(order_id=order.pk, code=south.code, actor=MAI, now=LATER)
    deliver(order)
    assert Package.objects.get().state == "allocated"
    reserved = dict(mug.levels.values_list("warehouse__code", "reserved"))
    assert reserved == {"MAIN": 0, "SOUTH": 1}


def test_what_the_floor_has_in_hand_stays(cedar_shop, in_cedar):
    order = make_order(shop=cedar_shop)
    Package.objects.update(state="picking")
    with pytest.raises(review_fixes.CannotFix, match="floor"):
        review_fixes.choose_warehouse(order_id=order.pk, code="MAIN", actor=MAI, now=LATER)
    order.refresh_from_db()
    assert order.warehouse_code == ""


def test_a_chosen_warehouse_is_never_a_wrong_one(cedar_shop, in_cedar):
    set_rule("wrong_warehouse", "hold")
    ours = tie_site(cedar_shop, "KNOWN")
    order = make_order(shop=cedar_shop, platform_warehouse_id="NEW")
    assert open_reasons(order) == [("wrong_warehouse", "NEW")]
    review_fixes.choose_warehouse(order_id=order.pk, code=ours.code, actor=MAI, now=LATER)
    review.review_orders(order_ids=[order.pk], now=LATER)
    order.refresh_from_db()
    assert (order.state, open_reasons(order)) == ("approved", [])


def test_short_stock_as_a_warning_waits_with_a_badge_and_is_reserved_when_it_comes(cedar_shop, in_cedar):
    set_rule("out_of_stock", "warn")
    make_site()
    order = deliver(make_order(shop=cedar_shop))
    package = Package.objects.get()
    assert (order.state, order.warnings, package.state, package.is_stopped) == (
        "approved",
        {"out_of_stock": "KF-MUG-SEA × 1"},
        "planned",
        False,
    )
    mug = make_stock("KF-MUG-SEA", 4)
    deliver(order)
    package.refresh_from_db()
    assert (order.state, order.warnings, package.state) == ("approved", {}, "allocated")
    assert level(mug) == (4, 1)


def test_a_stricter_rule_for_stock_stops_what_waits_and_a_milder_one_lets_it_go(cedar_shop, in_cedar):
    order = make_order(shop=cedar_shop)
    review.hold_short(order_ids=[order.pk], details={order.pk: "KF-MUG-SEA × 1"}, now=NOW)
    set_rule("out_of_stock", "warn")
    hear()
    order.refresh_from_db()
    assert (order.state, order.warnings) == ("approved", {"out_of_stock": "KF-MUG-SEA × 1"})
    set_rule("out_of_stock", "hold")
    hear()
    order.refresh_from_db()
    assert (order.state, order.warnings) == ("on_hold", {})
    assert open_reasons(order) == [("out_of_stock", "KF-MUG-SEA × 1")]


# --- stock pushes of unmapped listings ---


def test_the_push_of_a_listing_that_means_nothing_any_more_ends_quietly(cedar_shop, in_cedar):
    sku = make_sku()
    listing = make_listing(shop=cedar_shop, platform_sku_id="1", sku=sku)
    push = StockPush.objects.create(
        shop=cedar_shop,
        listing=listing,
        key="listing:1",
        wanted=4,
        asked_at=NOW,
        not_before=NOW,
        created_at=NOW,
    )
    listings.map_listing(listing_id=listing.pk, sku_id=None, actor=MAI, now=LATER)
    outbox.deliver_due(seller_id=cedar_shop.seller_id)
    push.refresh_from_db()
    assert (push.effect_state, push.last_error_code, push.sent) == (EffectState.DROPPED, "unmapped", None)


def test_a_push_that_was_claimed_before_the_unmapping_says_nothing(cedar, cedar_shop):
    with scoping.scope(sellers=[cedar.pk]):
        listing = make_listing(shop=cedar_shop, platform_sku_id="1", sku=None)
        push = StockPush.objects.create(
            shop=cedar_shop,
            listing=listing,
            key="listing:1",
            wanted=4,
            asked_at=NOW,
            not_before=NOW,
            created_at=NOW,
        )
    assert effects.run_due(kind="warehouse.stockpush", seller_id=cedar.pk) == 1
    with scoping.scope(sellers=[cedar.pk]):
        push.refresh_from_db()
    assert (push.effect_state, push.last_error_code) == (EffectState.DROPPED, "unmapped")
