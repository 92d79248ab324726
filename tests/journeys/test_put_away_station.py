"""The put-away station on a phone and with keys alone: advice, wrong scans, quantity, undo."""

import pytest
from playwright.sync_api import expect

from tenancy.models import Role
from tests import make
from tests.journeys.scanner import burst, scan
from tests.make_warehouse import in_bin, make_site, make_stock
from warehouse import ledger_check

pytestmark = pytest.mark.journey


@pytest.fixture
def picker(cedar, north, inside):
    """9 MUG and 4 HAT stand at the dock; some HAT lie in A-01-1."""
    inside(make_site)
    inside(make_stock, "HAT", 2, at="A-01-1")
    inside(make_stock, "HAT", 4, at="RECEIVING")
    inside(make_stock, "MUG", 9, at="RECEIVING")
    return make.make_member(seller=cedar, role=Role.PICKER, name="Mai")


def test_goods_are_put_away_without_a_mouse(visit, picker, inside):
    page = visit(picker)
    page.goto("/s/cedar/warehouse/put-away/")
    scan(page, "BC-MUG")
    expect(page.locator("[data-advised]")).to_have_text("A-02-1")
    scan(page, "A-01-1")
    expect(page.locator(".scan-answer.is-bad")).to_contain_text("HAT lies in A-01-1, expected A-02-1.")
    expect(page.locator("body")).to_have_attribute("data-sound", "bad")
    scan(page, "RECEIVING")
    expect(page.locator(".scan-answer.is-bad")).to_contain_text("Wrong bin: RECEIVING is no shelf")
    expect(page.locator("body")).to_have_attribute("data-sound", "wrong_bin")
    page.keyboard.press("n")
    expect(page.locator("[name=quantity]")).to_be_focused()
    page.locator("[name=quantity]").fill("4")
    page.keyboard.press("Tab")
    scan(page, "A-02-1")
    expect(page.locator(".scan-answer.is-ok")).to_have_text("4 × MUG lie in A-02-1.")
    mug = inside(make_stock, "MUG", 0)
    assert (inside(in_bin, "A-02-1", mug), inside(in_bin, "RECEIVING", mug)) == (4, 5)
    page.keyboard.press("u")
    expect(page.locator(".scan-answer.is-ok")).to_have_text("Undone: 4 × MUG stand at RECEIVING again.")
    assert inside(in_bin, "A-02-1", mug) == 0
    assert inside(ledger_check.check_ledger) == []


def test_scans_one_after_the_other_all_count(visit, picker, inside):
    page = visit(picker, phone=True)
    page.goto("/s/cedar/warehouse/put-away/")
    for code in ("BC-MUG", "A-02-1", "BC-HAT", "A-01-1"):
        burst(page, code)
    expect(page.locator(".scan-answer.is-ok")).to_have_text("4 × HAT lie in A-01-1.")
    expect(page.get_by_text("The dock is clear")).to_be_visible()
    assert inside(in_bin, "A-02-1", inside(make_stock, "MUG", 0)) == 9


def test_it_fits_a_phone(visit, picker):
    page = visit(picker, phone=True)
    page.goto("/s/cedar/warehouse/put-away/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    scan(page, "BC-MUG")
    expect(page.locator("[data-advised]")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    heights = page.eval_on_selector_all(
        ".scan-form .btn", "all => all.filter(one => one.checkVisibility()).map(one => one.offsetHeight)"
    )
    assert min(heights) >= 48


def test_a_scan_whose_answer_was_lost_is_sent_again_and_counts_once(visit, picker, inside):
    page = visit(picker, phone=True)
    page.goto("/s/cedar/warehouse/put-away/")
    scan(page, "BC-MUG")
    expect(page.locator("[data-advised]")).to_have_text("A-02-1")
    lost = []

    def lose(route):
        if lost:
            return route.fallback()
        lost.append(route.fetch().status)  # it arrived; the answer did not
        return route.abort()

    page.route("**/put-away/scan/", lose)
    scan(page, "A-02-1")
    expect(page.locator(".scan-answer.is-ok:visible")).to_have_text("9 × MUG lie in A-02-1.")
    expect(page.locator("#keep-state")).to_be_hidden()
    assert lost == [200]
    mug = inside(make_stock, "MUG", 0)
    assert (inside(in_bin, "A-02-1", mug), inside(in_bin, "RECEIVING", mug)) == (9, 0)
    assert inside(ledger_check.check_ledger) == []


def test_in_a_dead_spot_the_page_says_so_and_takes_no_scan(visit, picker, inside):
    page = visit(picker, phone=True)
    page.goto("/s/cedar/warehouse/put-away/")
    scan(page, "BC-MUG")
    expect(page.locator("[data-advised]")).to_have_text("A-02-1")
    page.context.set_offline(True)
    expect(page.locator("#keep-state")).to_contain_text("No connection. Wait here")
    scan(page, "A-02-1")
    expect(page.locator("#keep-said")).to_have_text(
        "No connection: “A-02-1” was not counted. Scan it again when the connection is back."
    )
    page.context.set_offline(False)
    expect(page.locator("#keep-state")).to_be_hidden()
    expect(page.locator("[data-advised]")).to_have_text("A-02-1")  # the item is in hand still
    scan(page, "A-02-1")
    expect(page.locator(".scan-answer.is-ok:visible")).to_have_text("9 × MUG lie in A-02-1.")
    assert inside(in_bin, "A-02-1", inside(make_stock, "MUG", 0)) == 9
