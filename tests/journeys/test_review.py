"""Review in a real browser: a rule is tried before it is set, and a hold is put right where it is shown."""

import pytest
from playwright.sync_api import expect

from core import clock
from orders.models import Order, OrderHold
from tenancy import scoping
from tests import make
from tests.make_orders import line, make_sku, platform_order, take_in

pytestmark = pytest.mark.journey
RULES, REVIEW = "/s/cedar/orders/review/rules/", "/s/cedar/orders/review/"


@pytest.fixture
def owner(cedar, cedar_shop):
    now = clock.now()
    with scoping.scope(sellers=[cedar.pk]):
        make_sku()
        take_in(
            cedar_shop,
            platform_order("5764614130387801", now=now, buyer_message="Please gift wrap"),
            platform_order("5764614130387802", now=now),
            platform_order("5764614130387803", now=now, lines=(line("MYSTERY"),)),
            now=now,
        )
    return make.make_member(seller=cedar)


def held(cedar) -> set[str]:
    with scoping.scope(sellers=[cedar.pk]):
        return set(OrderHold.objects.filter(lifted_at=None).values_list("reason", flat=True))


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_a_rule_is_tried_then_set(owner, cedar, visit, phone):
    page = visit(owner, phone=phone)
    page.goto(RULES)
    rule = page.locator("#rule-buyer_note")
    rule.get_by_text("hold", exact=True).click()
    rule.get_by_role("button", name="Try on 7 days").click()
    result = rule.locator("[data-dry-run]")
    expect(result).to_contain_text("It would have held 1 of 3 orders of the last 7 days.")
    expect(result).to_contain_text("33.3 %")
    expect(result).to_contain_text("Please gift wrap")
    assert held(cedar) == {"unmapped_sku"}
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) <= 0

    rule.get_by_role("button", name="Save").click()
    expect(page.locator("#changes")).to_contain_text("hold")
    expect(page.locator("#rule-buyer_note")).to_contain_text("changed")


def test_a_listing_is_mapped_where_it_holds_the_order_up(owner, cedar, visit):
    page = visit(owner)
    page.goto(f"{REVIEW}?reason=unmapped_sku")
    row = page.locator(".review-row")
    expect(row).to_have_count(1)
    expect(row.get_by_label("SKU")).to_have_value("KF-MUG-SEA")
    row.get_by_role("button", name="Map").click()
    expect(page.get_by_text("Nothing is on hold")).to_be_visible()
    with scoping.scope(sellers=[cedar.pk]):
        assert set(Order.objects.values_list("state", flat=True)) == {"approved"}


def test_both_pages_speak_chinese_without_a_script_error(owner, visit):
    page = visit(owner, language="zh-hans")
    for address in (RULES, REVIEW, "/s/cedar/orders/review/blocks/"):
        page.goto(address)
        expect(page.locator("h1")).to_be_visible()
