"""The put wall in a real browser: the slot is said and lit, two sorters at once, reloads, and packing opens from the slot."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from orders.models import Package
from tests import make
from tests.journeys.scanner import burst, scan
from tests.make_warehouse import allocated, batch_list, in_bin, make_site, make_stock
from tests.make_warehouse import walk as walk_through
from warehouse import ledger_check, put_walls
from warehouse.models import PickList, SortSlot, StationScan

pytestmark = pytest.mark.journey
SCAN_URL = re.compile(r"/warehouse/sort/[^/]+/scan/$")


@pytest.fixture
def batch(cedar_shop, inside) -> PickList:
    """A tote with 1 MUG + 1 CUP (urgent), 2 MUG and 1 CUP for three packages; a wall with four slots."""

    def lay() -> PickList:
        site = make_site()
        make_stock("MUG", 9)
        make_stock("CUP", 9, at="A-02-1")
        make_stock("HAT", 9, at="B-01-1")
        put_walls.make_wall(warehouse_id=site.pk, slots=4)
        wanted = ({"MUG": 1, "CUP": 1}, {"MUG": 2}, {"CUP": 1})
        for number, lines in enumerate(wanted, start=1):
            allocated(shop=cedar_shop, number=number, lines=lines, due_in=timedelta(hours=number * 2))
        pick_list = batch_list(site)
        walk_through(pick_list)
        return PickList.objects.get(pk=pick_list.pk)

    return inside(lay)


def slot(page: Page, number: int):
    return page.locator(f"[data-slot=WALL-1-{number}]")


def says(page: Page, text: str | re.Pattern) -> None:
    expect(page.locator("#station .scan-answer")).to_have_text(text)


def test_a_batch_is_sorted_on_the_wall_and_packed_from_its_slots(visit, mai, batch, inside):
    page = visit(mai, phone=True)
    page.goto("/s/cedar/warehouse/sort/")
    scan(page, "CART-01")
    expect(page.locator("h1")).to_contain_text("CART-01")
    scan(page, "BC-MUG")
    says(page, "MUG into the new slot WALL-1-1: 1 more.")
    expect(page.locator("#wall-lit .step-bin")).to_have_text("1")
    expect(slot(page, 1)).to_have_class(re.compile("is-lit"))
    scan(page, "BC-HAT")
    says(page, f"Wrong item: HAT is not of list {batch.number}, expected CUP, MUG. Put it aside.")
    expect(page.locator("body")).to_have_attribute("data-sound", "wrong_item")
    scan(page, "BC-CUP")
    says(page, "CUP into slot WALL-1-1: full, to pack.")
    expect(page.locator("body")).to_have_attribute("data-sound", "slot_full")
    page.reload()
    expect(slot(page, 1)).to_have_class(re.compile("is-full"))
    expect(page.locator(".progress-line")).to_contain_text("units 2/5")
    for code in ("BC-CUP", "BC-MUG", "BC-MUG"):
        burst(page, code)
    says(page, "MUG into slot WALL-1-3: full, to pack. Tote CART-01 is empty: all is sorted.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    first = inside(lambda: SortSlot.objects.order_by("pk").first().package.public_id)
    slot(page, 1).get_by_role("link").click()
    expect(page).to_have_url(re.compile(rf"/warehouse/pack/{first}/$"))
    expect(page.locator("#station")).to_contain_text("WALL-1-1")
    states = inside(lambda: set(Package.objects.values_list("state", flat=True)))
    assert states == {"picked"}
    assert inside(ledger_check.check_ledger) == []


def test_two_sorters_share_a_tote(visit, mai, cedar, batch, inside):
    kim = make.make_member(seller=cedar, email="kim@cedar.example", name="Kim")
    pages = [visit(mai), visit(kim)]
    for page in pages:
        page.goto(f"/s/cedar/warehouse/sort/{batch.public_id}/")
    for page, code in zip(pages, ("BC-MUG", "BC-CUP"), strict=True):
        burst(page, code)
    for page, code in zip(pages, ("BC-CUP", "BC-MUG"), strict=True):
        burst(page, code)
    for page in pages:
        expect(page.locator("[data-scan-waiting]")).to_be_hidden()
    burst(pages[0], "BC-MUG")
    says(
        pages[0],
        re.compile(r"MUG into slot WALL-1-[23]: full, to pack\. Tote CART-01 is empty: all is sorted\."),
    )
    expect(slot(pages[1], 3)).to_have_class(re.compile("is-full"), timeout=15_000)
    rows = inside(lambda: list(StationScan.objects.values_list("is_ok", flat=True)))
    assert rows == [True] * 5
    assert inside(lambda: [in_bin("CART-01", sku) for sku in _skus()]) == [0, 0]
    assert inside(lambda: SortSlot.objects.filter(full_at__isnull=False).count()) == 3
    assert inside(ledger_check.check_ledger) == []


def _skus():
    return [task.sku for task in PickList.objects.get().tasks.select_related("sku").distinct("sku_id")]


def test_without_a_connection_nobody_can_say_the_slot(visit, mai, batch, inside):
    page = visit(mai)
    page.goto(f"/s/cedar/warehouse/sort/{batch.public_id}/")
    page.route(SCAN_URL, lambda route: route.abort())
    burst(page, "BC-MUG")
    expect(page.locator("#keep-state")).to_contain_text("Scans that wait: 1.")
    burst(page, "BC-CUP")
    expect(page.locator("#keep-said")).to_have_text(
        "No connection: “BC-CUP” was not counted. Put it back into the tote and wait."
    )
    page.unroute(SCAN_URL)
    says(page, "MUG into the new slot WALL-1-1: 1 more.")
    assert inside(lambda: list(StationScan.objects.values_list("code", flat=True))) == ["BC-MUG"]
