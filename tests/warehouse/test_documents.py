"""Papers of the floor, read back from the rendered page at the resolution of a label printer."""

import io
import unicodedata
from datetime import date, timedelta

import pytest
import zxingcpp
from PIL import Image
from pypdfium2 import PdfDocument

from core import barcodes, pdf
from orders.models import BuyerContact, Package
from tests import make_warehouse
from tests.make_orders import NOW
from tests.make_warehouse import MAI, allocated, batch_list, make_stock, released_list, walk
from warehouse import (
    counting,
    layout,
    packing_slips,
    papers,
    photos,
    put_walls,
    receiving,
    slip_words,
)
from warehouse.models import (
    CountSource,
    CountTask,
    PaperKind,
    PaperSize,
    PickList,
    PickTask,
    SlipLanguage,
    SlipTerms,
)

DPI = 203
ZONE = "Asia/Ho_Chi_Minh"


def pages(content: bytes) -> list[tuple[str, object]]:
    return [(page.get_textpage().get_text_bounded(), page) for page in PdfDocument(content)]


def codes(page) -> list[tuple[str, str]]:
    found = zxingcpp.read_barcodes(page.render(scale=DPI / 72).to_pil())
    return sorted((str(code.format).replace(" ", ""), code.text) for code in found)


def texts(page) -> set[str]:
    return {text for _format, text in codes(page)}


def millimeters(page) -> tuple[int, int]:
    return round(page.get_width() / 72 * 25.4), round(page.get_height() / 72 * 25.4)


def words_without(content: bytes, text: str) -> list[str]:
    """Words of `text` that no page of the document holds. Of Thai words the consonants: marks are stored as drawn."""
    held = "".join(words for words, _page in pages(content))
    consonants = _thai(held)
    return [word for word in text.split() if not (_thai(word) in consonants if _thai(word) else word in held)]


def _thai(text: str) -> str:
    return "".join(letter for letter in text if "\u0e01" <= letter <= "\u0e2e")


def print_it(kind: str, ids, *, size: str = "", reason: str = "", **values) -> papers.Outcome:
    return papers.print_now(
        kind=kind, ids=ids, size=size, reason=reason, actor=MAI, now=NOW, zone=ZONE, **values
    )


@pytest.fixture
def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 90), (200, 30, 30)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def wave(site, cedar_shop):
    """A released wave of three packages: 1 MUG + 2 CUP, 2 MUG, 1 CUP."""
    make_stock("MUG", 9), make_stock("CUP", 9, at="A-02-1")
    make_warehouse.order_package(
        shop=cedar_shop, number=1, lines={"MUG": 1, "CUP": 2}, due_in=timedelta(hours=2)
    )
    make_warehouse.order_package(shop=cedar_shop, number=2, lines={"MUG": 2}, due_in=timedelta(hours=4))
    make_warehouse.order_package(shop=cedar_shop, number=3, lines={"CUP": 1}, due_in=timedelta(hours=6))
    make_warehouse.deliver()
    return released_list(site).wave


# --- codes ---


@pytest.mark.parametrize("text", ["pkg_3k9v2mxw7q0h8t5r1z6c", "A-01-1", "https://example.test/p/1234567890"])
def test_qr_codes_are_read_back_at_the_printers_resolution(text):
    svg = barcodes.qr(text, side_mm=17)
    page = PdfDocument(pdf.render(f"<style>@page{{size:60mm 60mm;margin:5mm}}</style>{svg}"))[0]
    assert codes(page) == [("QRCode", text)]


def test_a_document_fetches_nothing():
    for address in ("https://example.test/a.png", "file:///etc/hostname", "picture:other"):
        with pytest.raises(pdf.FatalURLFetchingError):
            pdf.render(f'<img src="{address}">', pictures={"logo": b""})


# --- pick lists ---


def test_a_pick_list_is_the_walk_in_order(wave):
    pick_list = PickList.objects.get()
    outcome = print_it(PaperKind.PICK_LIST, [pick_list.pk])
    ((text, page),) = pages(outcome.content)
    assert millimeters(page) == (210, 297)
    assert texts(page) == {pick_list.number}
    rows = PickTask.objects.order_by("sequence", "pk").values_list("bin__code", "sku__seller_sku")
    places, at = [], 0
    for bin_code, sku in rows:
        at = text.index(bin_code, at)
        places.append(at)
        assert text.index(sku, at) > at
        at += 1
    assert places == sorted(places)
    assert pick_list.tote_code in text
    assert len(places) == 4


def test_a_pick_list_on_a_label_and_its_lots(site, cedar_shop):
    mug = make_stock("MUG", 0)
    mug.is_by_lot = True
    mug.save()
    for code, day in (("L-LATE", 28), ("L-SOON", 3)):
        receiving.adjust(
            wanted=receiving.Adjustment(
                sku_id=mug.pk,
                quantity=3,
                reason="received",
                key=f"lot:{code}",
                bin_id=make_warehouse.bin_of("A-01-1").pk,
                lot=code,
                expires_on=date(2027, 6, day),
            ),
            actor=MAI,
            now=NOW,
        )
    allocated(shop=cedar_shop)
    pick_list = released_list(site)
    outcome = print_it(PaperKind.PICK_LIST, [pick_list.pk], size=PaperSize.LABEL)
    ((text, page),) = pages(outcome.content)
    assert millimeters(page) == (100, 150)
    assert text.index("L-SOON · 2027-06-03") < text.index("L-LATE · 2027-06-28")


def test_a_put_wall_sheet_names_slots_and_leaves_room_for_others(site, cedar_shop):
    make_stock("MUG", 9)
    put_walls.make_wall(warehouse_id=site.pk, slots=3)
    for number in (1, 2):
        allocated(shop=cedar_shop, number=number, lines={"MUG": 2})
    pick_list = batch_list(site)
    walk(pick_list)
    from_wave = papers.wave_subjects(wave_id=pick_list.wave_id, kind=PaperKind.WALL_SHEET)
    assert from_wave == [pick_list.pk]
    first = Package.objects.order_by("pk").first()
    put_walls.slot_of(pick_list=pick_list, package=first, now=NOW)
    ((text, page),) = pages(print_it(PaperKind.WALL_SHEET, from_wave).content)
    assert texts(page) == {pick_list.number, *Package.objects.values_list("public_id", flat=True)}
    assert "WALL-1-1" in text and "WALL-1-2" not in text
    assert text.count("2 × MUG") == 2


# --- packing slips ---


def test_a_slip_says_what_is_inside_and_nothing_of_the_buyer(wave):
    ids = papers.wave_subjects(wave_id=wave.pk, kind=PaperKind.SLIP)
    outcome = print_it(PaperKind.SLIP, ids, wave_id=wave.pk)
    found = pages(outcome.content)
    packages = Package.objects.in_bulk(ids)
    assert [texts(page) for _text, page in found] == [{packages[pk].public_id} for pk in ids]
    assert {millimeters(page) for _text, page in found} == {(100, 150)}
    slots = dict(PickTask.objects.values_list("package_id", "slot"))
    assert [slots[pk] for pk in ids] == sorted(slots.values())
    first = packages[ids[0]]
    text = found[0][0]
    assert first.order.platform_order_id in text
    for line in first.lines.select_related("order_line", "sku"):
        assert line.sku.seller_sku in text
    for contact in BuyerContact.objects.all():
        for value in (contact.sealed["name"], contact.sealed["phone"], *contact.sealed["lines"]):
            assert value not in "".join(text for text, _page in found)


@pytest.mark.parametrize(
    ("region", "language"),
    [("US", "en"), ("MY", "en"), ("CN", "zh"), ("TH", "th"), ("VN", "vi"), ("MX", "es"), ("ID", "id")],
)
def test_the_regions_language(region, language):
    assert slip_words.language_of(region=region) == language
    assert slip_words.language_of(region=region, chosen="th") == "th"


def test_every_language_is_printed_in_its_own_words(wave, cedar_shop):
    ids = papers.wave_subjects(wave_id=wave.pk, kind=PaperKind.SLIP)[:1]
    for language in SlipLanguage.values:
        packing_slips.set_terms(
            shop_id=cedar_shop.pk, language=language, note="见 · ขอ · Đã · ñ", actor=MAI, now=NOW
        )
        content = papers.draw(kind=PaperKind.SLIP, ids=ids, size=PaperSize.LABEL, now=NOW, zone=ZONE)
        words = slip_words.words_of(language)
        said = (
            words.title,
            words.order,
            words.package,
            words.item,
            words.quantity,
            words.total,
            words.thanks,
        )
        missing = [word for part in said for word in words_without(content, part)]
        assert missing == [], language
    assert len({(one.title, one.thanks) for one in slip_words.WORDS.values()}) == 6


def test_no_letter_of_a_slip_is_a_box():
    """A letter that no font has is drawn as a box, and all boxes of one width look alike."""
    said = sorted({letter for words in slip_words.WORDS.values() for letter in "".join(vars(words).values())})
    letters = [letter for letter in said if unicodedata.category(letter)[0] == "L"]
    assert len(letters) > 120
    nobody_has = "\U0010fffd"
    sheet = "".join(f"<p>{letter}</p>" for letter in [nobody_has, *letters])
    style = f"@page{{size:20mm 20mm;margin:2mm}}p{{font:30pt {pdf.FONTS};break-after:page}}"
    document = PdfDocument(pdf.render(f"<style>{style}</style>{sheet}"))
    box, *drawn = [document[place].render(scale=1).to_pil().tobytes() for place in range(len(letters) + 1)]
    assert [letter for letter, picture in zip(letters, drawn, strict=True) if picture == box] == []
    assert len(set(drawn)) == len(drawn)


def test_the_shops_logo_and_note_stand_on_its_slips_alone(wave, cedar_shop, settings, tmp_path, png):
    settings.MEDIA_ROOT = tmp_path
    terms = packing_slips.set_terms(
        shop_id=cedar_shop.pk, language="", note=" See you in our next show! ", actor=MAI, now=NOW, logo=png
    )
    assert (terms.note, tmp_path.joinpath(terms.logo).is_file()) == ("See you in our next show!", True)
    ids = papers.wave_subjects(wave_id=wave.pk, kind=PaperKind.SLIP)
    found = pages(print_it(PaperKind.SLIP, ids).content)
    assert all("See you in our next show!" in text for text, _page in found)
    for _text, page in found:
        assert (200, 30, 30) in [
            pixel for _count, pixel in page.render(scale=2).to_pil().convert("RGB").getcolors(maxcolors=100_000)
        ]  # fmt: skip


def test_a_lost_logo_does_not_stop_the_slips(wave, cedar_shop, settings, tmp_path, png):
    settings.MEDIA_ROOT = tmp_path
    terms = packing_slips.set_terms(shop_id=cedar_shop.pk, language="", note="", actor=MAI, now=NOW, logo=png)
    tmp_path.joinpath(terms.logo).unlink()
    ids = papers.wave_subjects(wave_id=wave.pk, kind=PaperKind.SLIP)
    assert len(pages(print_it(PaperKind.SLIP, ids).content)) == 3
    with pytest.raises(photos.NoSuchPhoto):
        packing_slips.read_logo(terms)


def test_a_bad_logo_or_language_changes_nothing(cedar_shop, in_cedar):
    with pytest.raises(photos.BadPhoto):
        packing_slips.set_terms(
            shop_id=cedar_shop.pk, language="th", note="", actor=MAI, now=NOW, logo=b"<svg/>"
        )
    with pytest.raises(packing_slips.BadSlipTerms):
        packing_slips.set_terms(shop_id=cedar_shop.pk, language="xx", note="", actor=MAI, now=NOW)
    assert not SlipTerms.objects.exists()


# --- labels and count sheets ---


def test_a_parcel_label_carries_the_package_twice(wave):
    package = Package.objects.order_by("pk").first()
    ((text, page),) = pages(print_it(PaperKind.PARCEL_LABEL, [package.pk]).content)
    assert codes(page) == [("Code128", package.public_id), ("QRCode", package.public_id)]
    assert millimeters(page) == (100, 150)
    assert package.order.platform_order_id in text and "2 × CUP" in text


@pytest.mark.parametrize(("size", "on_a_page"), [(PaperSize.A4, 24), (PaperSize.LABEL, 3)])
def test_bin_labels_fill_their_sheets_in_walk_order(site, size, on_a_page):
    layout.make_bins(
        warehouse_id=site.pk, zone_code="C", first_aisle=3, aisles=3, cells=9, levels=1, actor=MAI, now=NOW
    )
    bins = list(layout.bins_in(first_aisle=3, last_aisle=5))
    outcome = print_it(PaperKind.BIN_LABEL, [one.pk for one in bins], size=size)
    found = pages(outcome.content)
    assert [len(codes(page)) for _text, page in found] == [
        min(on_a_page, 27 - start) for start in range(0, 27, on_a_page)
    ]
    assert {text for _words, page in found for text in texts(page)} == {one.code for one in bins}
    words = "".join(text for text, _page in found)
    assert [words.index(one.code) for one in bins] == sorted(words.index(one.code) for one in bins)


def test_a_count_sheet_tells_no_figure(site):
    make_stock("MUG", 7351)
    counting.ask_for_count(
        bin_id=make_warehouse.bin_of("A-01-1").pk, sku_id=None, why="", now=NOW, source=CountSource.ASKED
    )
    ((text, page),) = pages(print_it(PaperKind.COUNT_SHEET, [CountTask.objects.get().pk]).content)
    assert texts(page) == {"A-01-1"}
    assert "MUG" in text and "7351" not in text and "7,351" not in text
