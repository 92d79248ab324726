"""The queue under a person's hands: keyboard, selection, what unfolds, what a note becomes."""

from datetime import timedelta

import pytest

from core import clock
from integrations.ports import PlatformDeadlines
from orders.models import Order
from tenancy import scoping
from tests import make_orders

pytestmark = pytest.mark.journey


@pytest.fixture
def three_orders(cedar, cedar_shop):
    """Due in 3, 9 and 30 hours; the last one asks to cancel."""
    now = clock.now()
    with scoping.scope(sellers=[cedar.pk]):
        for number, hours in ((1, 3), (2, 9), (3, 30)):
            make_orders.make_order(
                shop=cedar_shop,
                platform_order_id=f"57646141303878000{number}",
                now=now,
                is_buyer_cancel_requested=number == 3,
                deadlines=PlatformDeadlines(collect_by=now + timedelta(hours=hours)),
            )


def state_of(cedar, number: int) -> str:
    with scoping.scope(sellers=[cedar.pk]):
        return Order.objects.get(platform_order_id=f"57646141303878000{number}").state


def test_the_keyboard_selects_and_the_bar_says_what_cannot_be_done(visit, cedar, mai, three_orders):
    page = visit(mai)
    page.goto("/s/cedar/orders/")
    assert page.locator("tbody tr .id-cell a.mono").all_inner_texts() == [
        "576461413038780001",
        "576461413038780002",
        "576461413038780003",
    ]
    assert "2 h" in page.locator("tbody tr").first.locator("[data-clock-text]").inner_text()

    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")

    assert page.locator("[data-selected-count]").inner_text() == "2"
    assert page.locator("[data-act=approve] [data-act-count]").inner_text() == "1"
    assert "not to approve: 1" in page.locator("[data-cannot]").inner_text()

    page.locator("[data-bulk-bar] [name=note]").fill("buyer called, keep it")
    page.locator("[data-act=approve]").click()
    page.wait_for_selector("h1:has-text('Approve orders')")

    assert page.locator(".outcome").inner_text().split("\n") == ["1 done", "1 skipped", "0 failed"]
    assert state_of(cedar, 3) == "approved"


def test_a_row_unfolds_in_place_and_folds_again(visit, mai, three_orders):
    page = visit(mai)
    page.goto("/s/cedar/orders/")

    page.locator("[data-expand]").first.click()
    page.wait_for_selector("tr.row-more")
    assert "KF-MUG-SEA" in page.locator("tr.row-more").inner_text()
    page.locator("[data-expand]").first.click()

    assert page.locator("tr.row-more").count() == 0
    assert page.url.endswith("/orders/")


def test_many_ids_pasted_on_lines_are_searched_by_enter(visit, mai, three_orders):
    page = visit(mai)
    page.goto("/s/cedar/orders/")

    page.keyboard.press("/")
    page.keyboard.insert_text("576461413038780001\n576461413038780003\n4711")
    page.keyboard.press("Enter")
    page.wait_for_selector("#queue-missing")

    assert page.locator("tbody tr").count() == 2
    assert "4711" in page.locator("#queue-missing").inner_text()


def test_the_buyer_is_shown_only_on_request_and_the_deadline_explains_itself(visit, mai, three_orders):
    page = visit(mai, phone=True)
    page.goto("/s/cedar/orders/?q=576461413038780001")
    page.locator("tbody tr .id-cell a.mono").click()
    page.wait_for_selector("#buyer")
    assert "Trần Minh Anh" not in page.content()

    page.get_by_role("button", name="Show name and address").click()
    page.wait_for_selector("text=Trần Minh Anh")
    page.get_by_role("link", name="Why this deadline?").click()
    page.wait_for_selector("dialog[open] #why")

    assert "carrier's scan" in page.locator("#why").inner_text()


def test_counts_follow_without_a_reload(visit, cedar, cedar_shop, mai, three_orders):
    page = visit(mai)
    page.clock.install()
    page.goto("/s/cedar/orders/")
    assert page.locator("#queue-counts .tabs a").first.inner_text().split() == ["All", "open", "3"]
    with scoping.scope(sellers=[cedar.pk]):
        make_orders.make_order(shop=cedar_shop, platform_order_id="576461413038780004", now=clock.now())

    page.clock.fast_forward(13_000)

    page.wait_for_selector("#queue-counts .tabs a:first-child:has-text('4')")
