"""The pack station in a real browser, without a mouse: scans, a scale that types or speaks on a port, photos, overrides."""

import io
from datetime import timedelta

import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import Page, expect

from logistics.models import Shipment
from tenancy.models import Role
from tests import make, make_warehouse
from tests.journeys.scanner import burst, scan
from tests.make_rates import make_service
from tests.make_warehouse import allocated, make_site, make_stock, released_list
from warehouse.models import PackPhoto, PackRecord, QualityCheck

pytestmark = pytest.mark.journey
URL = "/s/cedar/warehouse/pack/"
# A port that says what `window.say(…)` is given, in pieces, as real ones do.
PORT = """
let out;
const readable = new ReadableStream({ start(controller) { out = controller; } });
const port = { open: async () => {}, readable };
window.say = (text) => { for (const piece of text.match(/.{1,7}/gs)) out.enqueue(new TextEncoder().encode(piece)); };
Object.defineProperty(navigator, "serial", { value: {
  getPorts: async () => (window.isKnown ? [port] : []),
  requestPort: async () => { if (!navigator.userActivation.isActive) throw new Error("no key"); return port; },
} });
"""


@pytest.fixture
def lan(cedar, cedar_shop):
    return make.make_member(seller=cedar, email="lan@cedar.example", name="Lan", role=Role.PACKER)


@pytest.fixture
def totes(cedar_shop, inside) -> None:
    """CART-01, by deadline: slot 1 a cup, slots 2 and 3 a mug each, slot 4 two mugs; a mug is 200 g, a cup 60 g."""

    def lay() -> None:
        site = make_site()
        measures = {"length_mm": 90, "width_mm": 90, "height_mm": 90}
        for code, grams in (("MUG", 200), ("CUP", 60)):
            sku = make_stock(code, 0, weight_g=grams)
            for name, value in measures.items():
                setattr(sku, name, value)
            sku.save()
        make_stock("MUG", 30)
        make_stock("CUP", 30, at="A-02-1")
        wanted = ({"MUG": 2}, {"CUP": 1}, {"MUG": 1}, {"MUG": 1})
        for number, lines in enumerate(wanted, start=1):
            due_in = timedelta(hours=9 if number == 1 else number)
            make_warehouse.order_package(shop=cedar_shop, number=number, lines=lines, due_in=due_in)
        make_warehouse.deliver()
        make_warehouse.walk(released_list(site))

    inside(lay)


def station(visit, user, **options) -> Page:
    page = visit(user, **options)
    page.goto(URL)
    return page


def sound(page: Page) -> str:
    return page.locator("body").get_attribute("data-sound")


def weigh(page: Page, *frames: str) -> None:
    """The scale types into whatever has the focus."""
    for frame in frames:
        burst(page, frame)


def records() -> list[tuple]:
    rows = PackRecord.objects.order_by("pk")
    return list(rows.values_list("weight_g", "weight_source", "is_weight_override", "carton__code"))


def test_a_parcel_goes_out_by_scanner_scale_and_enter(visit, lan, totes, inside):
    page = station(visit, lan)
    scan(page, "CART-01-4")
    expect(page.locator(".pack-items")).to_contain_text("0/2")
    scan(page, "BC-CUP")
    expect(page.locator(".scan-answer")).to_contain_text("Wrong item: CUP is of order")
    assert sound(page) == "other_order"
    scan(page, "8930001112223")
    expect(page.locator(".scan-answer")).to_contain_text("Unknown barcode 8930001112223")
    assert sound(page) == "unknown_code"
    scan(page, "BC-MUG")
    expect(page.locator(".pack-items")).to_contain_text("1/2")
    scan(page, "BC-MUG")
    expect(page.locator("[data-weight]")).to_be_focused()
    assert sound(page) == "verified"
    expect(page.locator("[data-carton][aria-current]")).to_contain_text("Box S")

    button, state = page.locator("[data-close-button]"), page.locator("[data-weight-state]")
    expect(button).to_be_disabled()
    weigh(page, "US,GS,+  0.310kg", "  0.470 kg", "  0.488 kg")
    expect(state).to_have_text("live")
    expect(button).to_be_disabled()
    page.keyboard.press("Enter")
    assert sound(page) == "weight_moving"
    expect(page.locator("[data-lock]")).to_have_text("The scale is still moving. Wait until it stands still.")
    weigh(page, "  0.490 kg", "  0.490 kg", "  0.490 kg")
    expect(state).to_have_text("locked")
    expect(button).to_be_enabled()
    page.keyboard.press("Enter")
    expect(page.locator(".scan-answer")).to_contain_text("Packed: 490 g in Box S.")
    assert inside(records) == [(490, "keyed", False, "3")]


def test_the_last_parcels_weight_does_not_carry_over(visit, lan, totes, inside):
    page = station(visit, lan)
    scan(page, "BC-MUG")  # the fast lane: the more urgent of the two single mugs is there and counted
    expect(page.locator(".pack-items")).to_contain_text("1/1")
    expect(page.locator("b.mono").first).to_have_text("576461413038700003")
    weigh(page, "ST,GS,+  0.290kg")
    page.keyboard.press("Enter")
    expect(page.locator(".scan-answer")).to_contain_text("Packed: 290 g")

    scan(page, "BC-MUG")
    expect(page.locator("b.mono").first).to_have_text("576461413038700004")
    expect(page.locator("[data-weight]")).to_have_value("")
    weigh(page, "ST,GS,+  0.290kg")
    expect(page.locator("[data-close-button]")).to_be_disabled()
    page.keyboard.press("Enter")
    assert sound(page) == "weight_not_new"
    weigh(page, "ST,GS,+  0.000kg")
    page.keyboard.press("Enter")
    assert sound(page) == "weight_zero"
    weigh(page, "ST,GS,-  0.012kg")
    page.keyboard.press("Enter")
    assert sound(page) == "weight_negative"
    weigh(page, "ST,GS,+  0.290kg")
    expect(page.locator("[data-close-button]")).to_be_enabled()
    page.keyboard.press("Enter")
    expect(page.locator(".scan-answer")).to_contain_text("Packed: 290 g")
    assert inside(records) == [(290, "keyed", False, "3")] * 2


def test_a_weight_outside_the_band_names_the_item_and_needs_a_reason(visit, cedar, cedar_shop, totes, inside):
    boss = make.make_member(seller=cedar, email="boss@cedar.example", name="Boss", role=Role.MANAGER)
    page = station(visit, boss)
    scan(page, "CART-01-4")
    scan(page, "BC-MUG")
    scan(page, "BC-MUG")
    expect(page.locator("[data-weight]")).to_be_focused()
    page.keyboard.type("290", delay=90)  # a person
    expect(page.locator("[data-lock]")).to_have_text("This weight does not fit.")
    page.keyboard.press("Enter")
    expect(page.locator(".scan-answer")).to_contain_text(
        "290 g does not fit: expected 490 g ± 49 g. Look into the carton again. 1 × MUG may be missing."
    )
    assert sound(page) == "weight_out_of_band"
    expect(page.get_by_label("Why is this weight right?")).to_be_focused()
    expect(page.locator("[data-close-button]")).to_be_disabled()
    page.keyboard.type("second mug is a paper one")
    page.keyboard.press("Enter")
    expect(page.locator(".scan-answer")).to_contain_text("Packed: 290 g")
    assert inside(records) == [(290, "typed", True, "3")]


def test_a_packer_may_not_confirm_and_goes_back_by_keys(visit, lan, totes, inside):
    page = station(visit, lan)
    scan(page, "BC-CUP")
    expect(page.locator("[data-weight]")).to_be_focused()
    page.keyboard.type("900", delay=90)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Only a manager may confirm this weight.")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-carton][aria-current]")).to_contain_text("Box M")
    page.keyboard.press("ArrowUp")
    expect(page.locator("[data-carton][aria-current]")).to_contain_text("Box S")
    page.keyboard.press("Escape")
    page.wait_for_url(f"**{URL}")
    assert inside(records) == []


def test_ten_scans_in_two_seconds_all_count_in_order(visit, lan, cedar_shop, inside):
    def lay() -> None:
        site = make_site()
        make_stock("MUG", 10)
        make_stock("CUP", 5, at="A-02-1")
        allocated(shop=cedar_shop, lines={"MUG": 7, "CUP": 3})
        make_warehouse.walk(released_list(site))

    inside(lay)
    page = station(visit, lan)
    scan(page, "CART-01-1")
    expect(page.locator(".pack-items")).to_contain_text("0/7")
    for code in ["BC-MUG", "BC-CUP"] * 3 + ["BC-MUG"] * 4:
        burst(page, code)
    expect(page.locator(".scan-answer")).to_contain_text("All items are right.")
    assert sorted(inside(lambda: QualityCheck.objects.get().scanned).values()) == [3, 7]


def test_a_photo_by_key(visit, lan, totes, inside, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(out, "PNG")
    picture = {"name": "parcel.png", "mimeType": "image/png", "buffer": out.getvalue()}
    page = station(visit, lan, phone=True)
    scan(page, "CART-01-1")
    expect(page.locator(".pack-items")).to_contain_text("0/1")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("s")
    chooser.value.set_files({**picture, "buffer": b"no picture"})
    expect(page.locator(".scan-answer")).to_contain_text("This file is no picture (JPEG, PNG or WebP).")
    scan(page, "BC-CUP")
    expect(page.locator("[data-weight]")).to_be_focused()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("s")
    chooser.value.set_files(picture)
    expect(page.locator(".scan-answer")).to_contain_text("The photo is kept with the parcel.")
    expect(page.locator(".parcel-photo")).to_be_visible()
    assert page.evaluate("document.querySelector('.parcel-photo').decode().then(() => true)")
    assert inside(lambda: PackPhoto.objects.get().by_label) == "Lan"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_scale_on_the_serial_port(visit, lan, totes, inside):
    page = visit(lan)
    page.add_init_script(PORT)
    page.goto(URL)
    scan(page, "BC-CUP")
    expect(page.locator("[data-connect]")).to_be_visible()
    page.keyboard.press("k")
    expect(page.locator("[data-connect]")).to_be_hidden()
    page.evaluate("say('S D      88.0 g\\r\\nS D     140.0 g\\r\\n')")
    expect(page.locator("[data-weight-state]")).to_have_text("live")
    expect(page.locator("[data-weight]")).to_have_value("140")
    page.evaluate("say('S S     149.6 g\\r\\n')")
    expect(page.locator("[data-weight-state]")).to_have_text("locked")
    page.keyboard.press("Enter")
    expect(page.locator(".scan-answer")).to_contain_text("Packed: 150 g")
    assert inside(records) == [(150, "serial", False, "3")]


def test_what_scales_say_is_understood(visit, lan, totes):
    page = station(visit, lan)
    said = {
        "ST,GS,+  0.512kg": [512, True],
        "US,NT,-00012 g": [-12, False],
        "S S     512.4 g": [512, True],
        "S D      99.8 g": [100, False],
        "  0.512 kg": [512, None],
        "512": [512, None],
        "0.512": [512, None],
        "12,5 g": [13, None],
        "1.10 lb": [499, None],
        "8 oz": [227, None],
        "\x02+   512 g\x03": [512, None],
        "-   12 g": [-12, None],
        "0 g": [0, None],
    }
    for line, expected in said.items():
        found = page.evaluate("line => kuaifa.scale.parse(line)", line)
        assert [found["grams"], found["isStable"]] == expected, line
    for line in ["8930001112223", "BC-MUG", "CART-01-3", "", "S I", "S +", "OL", "KF-MUG-512", "A-01-1"]:
        assert page.evaluate("line => kuaifa.scale.parse(line)", line) is None, line


def test_the_station_speaks_chinese_on_a_phone(visit, lan, totes):
    page = station(visit, lan, phone=True, language="zh-hans")
    scan(page, "BC-MUG")
    expect(page.locator("[data-weight]")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_carrier_is_shown_as_soon_as_the_weight_stands_and_may_be_another(visit, lan, totes, inside):
    inside(make_service, of="jt", prices={1000: 21000})
    inside(make_service, of="spx", prices={100: 9000, 1000: 25000})
    page = station(visit, lan)
    scan(page, "CART-01-2")
    scan(page, "BC-MUG")
    expect(page.locator("[data-weight]")).to_be_focused()
    place = page.locator("[data-carrier]")
    expect(place).to_be_empty()
    page.keyboard.type(page.locator("[data-close]").get_attribute("data-expected"))
    expect(place).to_contain_text("Not dearer than SPX Express Standard (VND 25,000).")
    expect(place).to_contain_text("J&T Express Standard")
    page.keyboard.press("Enter")

    panel = page.locator("#parcel-carrier")
    expect(panel).to_contain_text("VND 21,000")
    panel.locator("[name=carrier]").select_option("spx")
    panel.get_by_role("button", name="Change").click()
    expect(panel).to_contain_text("Say why this parcel goes with SPX Express.")
    panel.locator("[name=reason]").fill("the driver waits")
    panel.get_by_role("button", name="Change").click()
    expect(panel).to_contain_text("Chosen by Lan: the driver waits")
    shipment = inside(lambda: Shipment.objects.select_related("carrier").get())
    assert (shipment.carrier.code, shipment.freight_amount) == ("spx", 25000)
