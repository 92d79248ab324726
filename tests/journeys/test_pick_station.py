"""The picker's phone in a real browser: dead spots, reloads, other phones, other pickers, the camera, and no mouse."""

import re
from pathlib import Path

import barcode
import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from orders import review
from tenancy import actors
from tests import make, make_warehouse
from tests.journeys.conftest import CHROMIUM, eventually
from tests.journeys.scanner import burst, scan
from tests.journeys.walking import codes, units
from tests.make_orders import NOW
from tests.make_warehouse import MAI, allocated, in_bin, make_site, make_stock
from warehouse import ledger_check, picking, waves
from warehouse.models import CountTask, PickList, PickTask, StationScan

pytestmark = pytest.mark.journey
SCAN_URL = re.compile(r"/warehouse/pick/[^/]+/scan/$")


@pytest.fixture
def kim(cedar):
    return make.make_member(seller=cedar, email="kim@cedar.example", name="Kim")


def open_walk(visit, user, walk: PickList, **options) -> Page:
    page = visit(user, phone=True, **options)
    page.goto(f"/s/cedar/warehouse/pick/{walk.public_id}/")
    return page


def step(page: Page, kind: str):
    return page.locator(f"[data-step-kind={kind}]")


def test_a_walk_goes_on_through_a_dead_spot_and_every_scan_counts_once(visit, mai, walk, inside):
    page = open_walk(visit, mai, walk)
    scan(page, "A-01-1")
    expect(step(page, "item")).to_contain_text("MUG")
    page.context.set_offline(True)
    burst(page, "BC-MUG")
    expect(page.locator("#keep-state")).to_contain_text("No connection. Scans that wait: 1.")
    expect(step(page, "item")).to_contain_text("1 of 2 taken")
    burst(page, "BC-MUG")
    expect(step(page, "bin")).to_contain_text("A-02-1")
    for code in ("A-02-1", "BC-CUP", "CUP"):
        burst(page, code)
    expect(page.locator("#keep-state")).to_contain_text("No connection. Scans that wait: 5.")
    expect(step(page, "over")).to_contain_text("All lines are scanned.")
    assert inside(units) == [0, 0]

    page.context.set_offline(False)

    expect(page.locator("#station .scan-answer")).to_contain_text("Bring tote CART-01 to the pack station.")
    expect(page.locator("#keep-state")).to_be_hidden()
    expect(page.locator("#toasts")).to_contain_text("The connection is back. Scans sent: 5.")
    assert inside(codes) == ["A-01-1", "BC-MUG", "BC-MUG", "A-02-1", "BC-CUP", "CUP"]
    assert inside(units) == [2, 2]
    assert inside(lambda: PickList.objects.get().state) == "picked"
    assert inside(ledger_check.check_ledger) == []


def test_what_is_wrong_in_a_dead_spot_is_said_at_once_and_not_kept(visit, mai, walk, inside):
    page = open_walk(visit, mai, walk)
    scan(page, "A-01-1")
    expect(step(page, "item")).to_contain_text("MUG")
    page.context.set_offline(True)
    burst(page, "BC-MUG")
    expect(page.locator("#keep-state")).to_contain_text("Scans that wait: 1.")
    burst(page, "BC-HAT")
    expect(page.locator("#keep-said")).to_have_text(
        "Wrong item: BC-HAT, expected MUG. Put it back and scan the right one."
    )
    expect(page.locator("body")).to_have_attribute("data-sound", "wrong_item")
    expect(page.locator("#keep-state")).to_contain_text("Scans that wait: 1.")
    page.context.set_offline(False)
    expect(page.locator("#keep-state")).to_be_hidden()
    eventually(page, lambda: len(inside(codes)) == 2)
    assert (inside(codes), inside(units)) == (["A-01-1", "BC-MUG"], [1, 0])


def test_an_answer_that_was_lost_is_asked_for_again_and_nothing_counts_twice(visit, mai, walk, inside):
    page = open_walk(visit, mai, walk)
    scan(page, "A-01-1")
    expect(step(page, "item")).to_contain_text("MUG")
    lost = []

    def lose_the_answer(route) -> None:
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort()

    page.route(SCAN_URL, lose_the_answer)
    scan(page, "BC-MUG")
    expect(page.locator("#keep-state")).to_contain_text("Scans that wait: 1.")
    expect(page.locator("#keep-state")).to_be_hidden()
    expect(step(page, "item")).to_contain_text("1 of 2 taken")
    assert lost == [200]
    assert (inside(codes), inside(units)) == (["A-01-1", "BC-MUG"], [1, 0])


def test_scans_that_wait_survive_a_reload(visit, mai, walk, inside):
    page = open_walk(visit, mai, walk)
    page.route(SCAN_URL, lambda route: route.abort())
    for code in ("A-01-1", "BC-MUG"):
        burst(page, code)
    expect(page.locator("#keep-state")).to_contain_text("No connection. Scans that wait: 2.")
    page.reload()
    expect(page.locator("#keep-state")).to_contain_text("No connection. Scans that wait: 2.")
    expect(step(page, "item")).to_contain_text("1 of 2 taken")
    assert inside(units) == [0, 0]
    page.unroute(SCAN_URL)
    expect(page.locator("#keep-state")).to_be_hidden()
    eventually(page, lambda: len(inside(codes)) == 2)  # hidden as soon as one went through
    assert (inside(codes), inside(units)) == (["A-01-1", "BC-MUG"], [1, 0])


def test_refused_scans_of_the_queue_are_shown_one_by_one(visit, mai, walk, inside):
    page = open_walk(visit, mai, walk)
    scan(page, "A-01-1")
    expect(step(page, "item")).to_contain_text("MUG")
    page.context.set_offline(True)
    for code in ("BC-MUG", "BC-MUG"):
        burst(page, code)
    expect(page.locator("#keep-state")).to_contain_text("Scans that wait: 2.")
    inside(
        lambda: review.hold(order_id=PickTask.objects.first().package.order_id, note="", actor=MAI, now=NOW)
    )
    inside(make_warehouse.deliver)
    page.context.set_offline(False)

    panel = page.locator("#keep-refused")
    expect(panel).to_contain_text("Refused scan 1 of 2: “BC-MUG”")
    expect(panel).to_contain_text("is not being picked")
    page.reload()
    expect(panel).to_contain_text("Refused scan 1 of 2")
    page.keyboard.press("Enter")
    expect(panel).to_contain_text("Refused scan 1 of 1")
    page.locator("#keep-seen").click()
    expect(panel).to_be_hidden()
    assert inside(units) == [0, 0]


def test_ten_scans_in_two_seconds_are_all_counted_in_order(visit, mai, cedar_shop, inside):
    def lay() -> PickList:
        site = make_site()
        for code, place in (("MUG", "A-01-1"), ("CUP", "A-02-1")):
            make_stock(code, 9, at=place)
        allocated(shop=cedar_shop, lines={"MUG": 4, "CUP": 4})
        wave = make_warehouse.planned_wave(site)
        waves.release_wave(wave_id=wave.pk, actor=MAI, now=NOW)
        return picking.claim(pick_list_id=PickList.objects.get().pk, actor=actors.of_user(mai), now=NOW)

    page = open_walk(visit, mai, inside(lay))
    scans = ["A-01-1", *["BC-MUG"] * 4, "A-02-1", *["BC-CUP"] * 4]
    for code in scans:
        burst(page, code)
    expect(page.locator("#station .scan-answer")).to_contain_text("is picked. Bring tote CART-01")
    rows = inside(lambda: list(StationScan.objects.order_by("pk").values_list("code", "is_ok", "kind")))
    kinds = ["bin_ok", "unit", "unit", "unit", "line_done", "bin_ok", "unit", "unit", "unit", "list_done"]
    assert rows == [(code, True, kind) for code, kind in zip(scans, kinds, strict=True)]
    assert inside(units) == [4, 4]


def test_another_phone_goes_on_at_the_same_line(visit, mai, walk, inside):
    first = open_walk(visit, mai, walk)
    for code in ("A-01-1", "BC-MUG"):
        scan(first, code)
    expect(step(first, "item")).to_contain_text("1 of 2 taken")
    second = open_walk(visit, mai, walk)
    expect(step(second, "item")).to_contain_text("1 of 2 taken")
    scan(second, "BC-MUG")
    expect(step(second, "bin")).to_contain_text("A-02-1")
    first.reload()
    expect(step(first, "bin")).to_contain_text("A-02-1")
    assert inside(units) == [2, 0]


def test_a_second_picker_is_told_takes_over_and_the_first_hears_of_it(visit, mai, kim, walk, inside):
    first, second = open_walk(visit, mai, walk), open_walk(visit, kim, walk)
    scan(first, "A-01-1")
    expect(step(first, "item")).to_contain_text("MUG")
    second.reload()
    expect(second.locator("#walk-claim")).to_contain_text("Mai is picking this list.")
    second.keyboard.press("2")
    expect(step(second, "item")).to_contain_text("MUG")
    scan(first, "BC-MUG")
    expect(first.locator("#station .scan-answer.is-bad")).to_contain_text("Kim took list")
    expect(first.locator("#station .scan-answer")).to_contain_text(
        "phone or scanner does not work. This scan was not counted; hand tote CART-01 over."
    )
    expect(first.locator("body")).to_have_attribute("data-sound", "not_your_walk")
    scan(second, "BC-MUG")
    expect(step(second, "item")).to_contain_text("1 of 2 taken")
    assert inside(units) == [1, 0]


def test_a_whole_walk_without_a_mouse(visit, mai, walk, inside):
    """Take the rest by T, report a short pick by S and its number, leave by Escape, go on by the number of the card."""
    inside(make_stock, "MUG", 5, at="B-02-1")
    page = visit(mai)
    page.goto(f"/s/cedar/warehouse/pick/{walk.public_id}/")
    scan(page, "B-01-1")
    expect(page.locator(".scan-answer.is-bad")).to_have_text(
        "Wrong bin: B-01-1, expected A-01-1. Go there and scan the bin."
    )
    expect(page.locator("body")).to_have_attribute("data-sound", "wrong_bin")
    for code in ("A-01-1", "BC-MUG"):
        scan(page, code)
    expect(step(page, "item")).to_contain_text("1 of 2 taken")
    page.keyboard.press("s")
    expect(page.get_by_text("too few in the bin")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("too few in the bin")).to_be_hidden()
    page.keyboard.press("s")
    expect(page.get_by_text("damaged")).to_be_visible()
    page.keyboard.press("3")
    expect(page.locator("#station .scan-answer.is-ok")).to_contain_text("Noted. The rest lies in B-02-1.")
    page.keyboard.press("Escape")
    expect(page.locator("h1")).to_have_text("Pick")
    page.wait_for_load_state()  # from then on the keys are heard
    page.keyboard.press("1")
    expect(step(page, "bin")).to_contain_text("A-02-1")
    task = inside(lambda: CountTask.objects.select_related("bin").get())
    assert (task.bin.code, task.why) == ("A-01-1", f"{walk.number}: damaged")


def test_the_controls_are_where_the_thumb_is(visit, mai, walk):
    page = open_walk(visit, mai, walk)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = page.locator("[data-scan-input]").bounding_box()
    assert box["y"] > 844 / 2
    heights = page.eval_on_selector_all(
        ".walk-bar .btn", "all => all.filter(one => one.checkVisibility()).map(one => one.offsetHeight)"
    )
    assert min(heights) >= 48
    expect(page.locator("#walk-step")).to_be_in_viewport()


def test_without_a_camera_the_page_says_so(visit, mai, walk):
    page = open_walk(visit, mai, walk)
    page.locator("[data-camera]").click()
    expect(page.locator("#camera-none")).to_have_text(
        "This device has no camera. Use a scanner, or type by hand."
    )


def video_of(code: str, path: Path) -> Path:
    """What a camera sees that looks at a Code 128 label: a film of some equal pictures."""
    width, height, bar = 640, 480, 4
    modules = barcode.codex.Code128(code).build()[0]
    margin = (width - len(modules) * bar) // 2
    line = bytearray(b"\xeb" * width)
    for place, module in enumerate(modules):
        if module == "1":
            line[margin + place * bar : margin + (place + 1) * bar] = b"\x10" * bar
    white = b"\xeb" * width
    picture = white * 120 + bytes(line) * 240 + white * 120
    frame = b"FRAME\n" + picture + b"\x80" * (width * height // 2)
    path.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + frame * 10)
    return path


def test_the_camera_scans_the_bin(browser, site, mai, walk, tmp_path, inside):
    film = video_of("A-01-1", tmp_path / "label.y4m")
    client = Client()
    client.force_login(mai)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    flags = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    own = browser.browser_type.launch(
        executable_path=CHROMIUM,
        args=["--no-sandbox", "--disable-gpu", *flags, f"--use-file-for-fake-video-capture={film}"],
    )
    try:
        context = own.new_context(base_url=site)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site}])
        page = context.new_page()
        page.goto(f"/s/cedar/warehouse/pick/{walk.public_id}/")
        page.locator("[data-camera]").click()
        expect(page.locator("[data-camera-said]")).to_have_text("Seen: A-01-1", timeout=20_000)
        expect(step(page, "item")).to_contain_text("MUG", timeout=20_000)
        page.keyboard.press("c")
        expect(page.locator("#camera")).to_be_hidden()
    finally:
        own.close()
    assert inside(codes)[0] == "A-01-1"
    assert inside(lambda: in_bin("A-01-1", PickTask.objects.first().sku)) == 5
