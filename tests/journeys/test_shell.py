"""The shell in a real browser: scanning, keyboard, clocks, the phone's menu, both languages."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from core import clock
from integrations.ports import PlatformDeadlines
from tenancy import scoping
from tests import make_orders
from tests.journeys.scanner import burst, scan

pytestmark = pytest.mark.journey
LINES = ".scan-answer"


@pytest.fixture
def scans(visit, mai) -> Callable[[], tuple[Page, list[str]]]:
    """A scan page, and the codes that it sends."""

    def open_page() -> tuple[Page, list[str]]:
        page, sent = visit(mai), []
        page.on(
            "request",
            lambda request: (
                request.method == "POST"
                and sent.append(re.search(r"code=([^&]*)", request.post_data).group(1))
            ),
        )
        page.goto("/s/cedar/try-out/")
        return page, sent

    return open_page


def test_ten_scans_in_two_seconds_are_all_sent_in_order(scans):
    page, sent = scans()
    codes = [f"CODE-{number:02d}" for number in range(10)]
    for code in codes:
        scan(page, code)
    expect(page.locator(LINES)).to_contain_text("CODE-09")
    assert sent == codes
    expect(page.locator("[data-scan-input]")).to_be_focused()
    expect(page.locator("[data-scan-input]")).to_have_value("")


def test_a_scan_counts_wherever_the_focus_is(scans):
    page, sent = scans()
    page.locator("[data-mute]").focus()
    scan(page, "FROM-BUTTON")
    expect(page.locator(LINES)).to_contain_text("FROM-BUTTON")
    page.evaluate("document.activeElement.blur()")
    scan(page, "FROM-NOWHERE")
    expect(page.locator(LINES)).to_contain_text("FROM-NOWHERE")
    assert sent == ["FROM-BUTTON", "FROM-NOWHERE"]


def test_a_scan_never_lands_in_a_search_but_typing_does(scans):
    page, sent = scans()
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('afterbegin', '<input id=search value=abc><input id=note data-typing>')"
    )
    page.locator("#search").focus()
    burst(page, "SCAN-99")
    expect(page.locator(LINES)).to_contain_text("SCAN-99")
    expect(page.locator("#search")).to_have_value("abc")
    page.locator("#note").focus()
    page.keyboard.type("dented corner", delay=5)
    expect(page.locator("#note")).to_have_value("dented corner")
    assert sent == ["SCAN-99"]


def test_muting_is_shown_and_kept(scans):
    page, _sent = scans()
    page.locator("[data-mute]").click()
    expect(page.locator("[data-mute-label]")).to_have_text("Muted")
    page.reload()
    expect(page.locator("[data-mute-label]")).to_have_text("Muted")


def test_a_lost_scan_is_said(scans):
    page, _sent = scans()
    page.context.set_offline(True)
    scan(page, "LOST-1")
    expect(page.locator("#toasts")).to_contain_text("This scan was not counted: LOST-1")


def test_the_clock_ticks_without_reloading(visit, mai, cedar, cedar_shop):
    now = clock.now()
    due = now + timedelta(hours=3, minutes=12, seconds=30)
    with scoping.scope(sellers=[cedar.pk]):
        make_orders.make_order(
            shop=cedar_shop, now=now, deadlines=PlatformDeadlines(ship_by=due, collect_by=due)
        )
    page = visit(mai)
    page.clock.install()
    page.goto("/s/cedar/orders/")
    shown = page.locator("[data-due] [data-clock-text]").first
    expect(shown).to_have_text("3 h 12 m")
    expect(page.locator("[data-due]").first).to_have_attribute("data-band", "h4")
    page.clock.fast_forward("04:00:00")
    expect(shown).to_have_text(re.compile(r"late by 4\d m"))
    expect(page.locator("[data-due]").first).to_have_attribute("data-band", "late")


def test_the_keyboard_walks_the_rows_and_shows_its_keys(visit, mai):
    page = visit(mai)
    page.goto("/s/cedar/settings/members/")
    page.keyboard.press("j")
    expect(page.locator("tr.row-at")).to_contain_text("mai@cedar.example")
    page.keyboard.press("o")
    expect(page.locator("dialog#modal")).to_contain_text("Only these shops")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("dialog#help")).to_contain_text("Next and previous row")


def test_rows_get_roomier_and_stay_so(visit, mai):
    page = visit(mai)
    page.goto("/s/cedar/settings/members/")
    page.locator("summary[title='mai@cedar.example']").click()
    page.locator("[data-density-toggle]").click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.density") == "comfortable"


def test_the_phone_has_a_menu_and_no_sideways_scroll(visit, mai):
    page = visit(mai, phone=True)
    for address in ("", "stuck/", "settings/members/", "settings/connections/", "try-out/"):
        page.goto(f"/s/cedar/{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    expect(page.locator("#nav")).not_to_be_in_viewport()
    page.locator("[data-nav-toggle]").click()
    expect(page.locator("#nav")).to_be_in_viewport()
    page.locator("#nav").get_by_text("Queue").click()
    expect(page.locator("h1")).to_have_text("Orders")


def test_one_switch_turns_the_whole_page(visit, mai):
    page = visit(mai)
    page.goto("/s/cedar/")
    page.locator("summary[title='mai@cedar.example']").click()
    page.get_by_text("简体中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.locator("#nav")).to_contain_text("订单")
    expect(page.locator("#nav")).not_to_contain_text("Orders")
