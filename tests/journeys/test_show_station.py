"""A live show's goods on a phone: brought and pre-packed by scans alone, then out by one scan and the scale."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from core import clock
from tenancy.models import Role
from tests import make, make_shows
from tests.journeys.scanner import burst, scan
from tests.make_warehouse import MAI, allocated, in_bin, make_site
from warehouse import show_lane, shows
from warehouse.models import PackRecord, Show

pytestmark = pytest.mark.journey


@pytest.fixture
def lan(cedar, cedar_shop):
    return make.make_member(seller=cedar, email="lan@cedar.example", name="Lan", role=Role.PACKER)


@pytest.fixture
def show(db, cedar_shop, inside) -> Show:
    """Ten mugs are to be brought to LIVE-01, four of them pre-packed."""

    def prepared() -> Show:
        place = make_site()
        make_shows.make_zone(place)
        now = clock.now()
        found = make_shows.mug_show(
            place,
            cedar_shop,
            starts_at=now + timedelta(hours=3),
            ends_at=now + timedelta(hours=4),
            now=now,
        )
        return shows.prepare(show_id=found.pk, actor=MAI, now=now)

    return inside(prepared)


def test_goods_are_brought_prepacked_and_sent_by_scans(visit, lan, show, cedar_shop, inside):
    page = visit(lan, phone=True)
    answer = page.locator(".scan-answer")
    page.goto(f"/s/cedar/warehouse/shows/{show.public_id}/bring/")
    expect(page.locator(".step-box")).to_contain_text("B-03-1")
    scan(page, "A-01-1")
    expect(answer).to_contain_text("Wrong bin: A-01-1, expected B-03-1.")
    assert page.locator("body").get_attribute("data-sound") == "wrong_bin"
    scan(page, "B-03-1")
    expect(answer).to_contain_text("Take 10 × MUG")
    scan(page, "BC-MUG")
    expect(page.locator(".step-box")).to_contain_text("LIVE-01")
    scan(page, "LIVE-01")
    expect(answer).to_contain_text("10 × MUG lie in LIVE-01.")
    page.get_by_role("link", name="Pre-pack").click()
    page.wait_for_url("**/prepack/**")
    page.wait_for_load_state()
    for parcel in range(1, 5):
        scan(page, "BC-MUG")
        expect(answer).to_contain_text(f"MUG: {parcel} of 4 pre-packed.")
    expect(page.locator("#station")).to_contain_text("Everything is pre-packed")

    def go_live() -> None:
        shows.start(show_id=show.pk, actor=MAI, now=clock.now())
        allocated(shop=cedar_shop, lines={"MUG": 1})
        assert show_lane.feed(show_id=show.pk, now=clock.now()).joined == 1

    inside(go_live)
    page.goto("/s/cedar/warehouse/pack/")
    scan(page, "BC-MUG")
    expect(answer).to_contain_text("Pre-packed for the live show: weigh it and close.")
    expect(page.locator("[data-weight]")).to_be_focused()
    for frame in ("  0.290 kg", "  0.290 kg", "  0.290 kg"):
        burst(page, frame)
    expect(page.locator("[data-weight-state]")).to_have_text("locked")
    page.keyboard.press("Enter")
    expect(answer).to_contain_text("Packed: 290 g in Box S.")
    assert inside(lambda: PackRecord.objects.get().weight_g) == 290
    assert inside(lambda: in_bin("LIVE-01", make_shows.product(show).sku)) == 9
