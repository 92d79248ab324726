"""A day at the queue in the browser: rows unfolded by keys, a view saved, columns dragged, an export watched and taken."""

from datetime import timedelta

import openpyxl
import pytest

from core import clock
from integrations.ports import PlatformDeadlines
from relay import jobs
from relay.models import Job
from tenancy import scoping
from tests import make_orders

pytestmark = pytest.mark.journey
URL = "/s/cedar/orders/"


@pytest.fixture
def orders(cedar, cedar_shop):
    """Due in 3, 9 and 30 hours."""
    now = clock.now()
    with scoping.scope(sellers=[cedar.pk]):
        for number, hours in ((1, 3), (2, 9), (3, 30)):
            make_orders.make_order(
                shop=cedar_shop,
                platform_order_id=f"57646141303878000{number}",
                now=now,
                deadlines=PlatformDeadlines(collect_by=now + timedelta(hours=hours)),
            )


def heads(page) -> list[str]:
    return [head.strip() for head in page.locator("#queue thead th").all_inner_texts()]


def test_enter_unfolds_the_row_and_the_menu_flags_it(visit, mai, orders):
    page = visit(mai)
    page.goto(URL)

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("tr.row-more")
    page.keyboard.press("Enter")
    page.wait_for_selector("tr.row-more", state="detached")
    page.keyboard.press("x")
    page.locator(".bulk summary").click()
    page.get_by_role("button", name="red flag").click()

    page.wait_for_selector("tbody .flag-red")
    assert page.locator("tbody .flag-red").count() == 1
    page.keyboard.press("?")
    assert "Show what is in the row" in page.locator("dialog[open]").inner_text()


def test_a_view_is_saved_and_opened_again_on_the_phone(visit, mai, orders):
    page = visit(mai)
    page.goto(f"{URL}?tile=h4")
    page.locator("#queue-views summary").click()
    page.locator("#queue-views [name=name]").fill("My morning")
    page.get_by_role("button", name="Save this view").click()
    page.wait_for_selector("#queue-views summary:has-text('My morning')")

    phone = visit(mai, phone=True)
    phone.goto(URL)
    phone.locator("#queue-views summary").click()
    phone.get_by_role("link", name="My morning").click()
    phone.wait_for_url("**saved=*")

    assert phone.locator("tbody tr").count() == 1
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_columns_are_dragged_into_another_order(visit, mai, orders):
    page = visit(mai)
    page.goto(URL)
    assert heads(page)[1:3] == ["Time left", "Shop"]

    page.get_by_label("Choose columns").click()
    page.wait_for_selector("dialog[open] #columns")
    lines = page.locator(".column-list li[draggable]")
    lines.filter(has_text="Shop").drag_to(
        lines.filter(has_text="Time left"), target_position={"x": 40, "y": 2}
    )
    page.locator("#columns").get_by_role("button", name="Save").click()
    page.wait_for_selector("#queue thead th:nth-child(2):has-text('Shop')")

    assert heads(page)[1:3] == ["Shop", "Time left"]


def test_an_export_is_watched_and_taken(visit, cedar, mai, orders, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    page = visit(mai)
    page.goto(f"{URL}?tile=h12")
    page.get_by_role("link", name="Export").click()
    page.wait_for_selector("dialog[open] #export")
    page.get_by_role("button", name="Export as xlsx").click()
    page.wait_for_selector(".job progress")
    with scoping.scope(sellers=[cedar.pk]):
        job = Job.objects.get()

    jobs.run(seller_id=cedar.pk, job_id=job.pk)

    with page.expect_download() as taken:
        page.get_by_role("button", name="Download the file").click()
    taken.value.save_as(tmp_path / "taken.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "taken.xlsx").active.values)
    assert [row[0] for row in rows] == ["Order", "576461413038780001", "576461413038780002"]
    assert taken.value.suggested_filename.endswith(".xlsx")


def test_the_countdown_is_right_after_a_long_sleep(visit, mai, orders):
    page = visit(mai)
    page.clock.install()
    page.goto(URL)
    assert "late" not in page.locator("tbody tr").first.inner_text()

    page.clock.fast_forward("04:00:00")  # the lid was closed; timers fire once

    first = page.locator("tbody tr").first
    first.locator("[data-band=late]").wait_for()
    assert "late by" in first.inner_text()
