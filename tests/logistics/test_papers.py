"""What comes out of the printer and into Seller Center, read back."""

import io

import pytest
import zxingcpp
from openpyxl import load_workbook
from pypdfium2 import PdfDocument

from core import barcodes, pdf
from integrations.tiktok_shop.seller_center_export import FileKind
from logistics import handover, label_papers, tracking_file
from logistics.models import Manifest, Shipment, TrackingUpload
from orders.models import BuyerContact
from tenancy import scoping
from tests.make_logistics import LAN, handed_over, hear, labelled, said
from tests.make_orders import NOW

DPI = 203


def pages(content: bytes):
    document = PdfDocument(content)
    return [(page.get_textpage().get_text_bounded(), page) for page in document]


def codes(page) -> set[str]:
    return {code.text for code in zxingcpp.read_barcodes(page.render(scale=DPI / 72).to_pil())}


@pytest.mark.parametrize("text", ["JT840172639501", "9400111899223197428497", "RB123456785GB", "A" * 26])
def test_barcodes_are_read_back_at_the_printers_resolution(text):
    svg = barcodes.code128(text, width_mm=92, height_mm=20)
    page = PdfDocument(pdf.render(f"<style>@page{{size:100mm 60mm;margin:4mm}}</style>{svg}"))[0]
    assert codes(page) == {text}


def test_a_barcode_of_other_letters_is_refused():
    with pytest.raises(barcodes.CannotEncode):
        barcodes.code128("运单", width_mm=92, height_mm=20)


def test_own_labels_carry_number_address_and_contents(cedar_shop, in_cedar):
    for number in (1, 2):
        labelled(shop=cedar_shop, number=number)
    rows = list(Shipment.objects.select_related("package__order").order_by("pk"))
    first, second = pages(label_papers.own_labels(rows))
    text, page = first
    assert codes(page) == {rows[0].tracking_number}
    for words in ("Trần Minh Anh", "12 Hoa Sứ", "Hồ Chí Minh", "J&T Express", "1 × KF-MUG-SEA"):
        assert words in text
    assert rows[0].package.order.platform_order_id in text
    assert (round(page.get_width() / 72 * 25.4), round(page.get_height() / 72 * 25.4)) == (100, 150)
    assert codes(second[1]) == {rows[1].tracking_number}


def test_labels_print_chinese_and_thai(cedar_shop, in_cedar):
    labelled(shop=cedar_shop)
    contact = BuyerContact.objects.get()
    contact.sealed = {**contact.sealed, "name": "สมชาย 王小明", "lines": ["上海路 8 号"]}
    contact.save()
    content = label_papers.own_labels(list(Shipment.objects.select_related("package__order")))
    assert "王小明" in pages(content)[0][0]
    assert "สมชาย" in pages(content)[0][0]


def test_a_missing_address_is_said_on_the_label(cedar_shop, in_cedar):
    labelled(shop=cedar_shop)
    contact = BuyerContact.objects.get()
    contact.sealed = {}
    contact.save()
    content = label_papers.own_labels(list(Shipment.objects.select_related("package__order")))
    assert "ADDRESS MISSING" in pages(content)[0][0]


def test_the_drivers_list(cedar_shop, in_cedar):
    rows = [handed_over(shop=cedar_shop, number=number) for number in (1, 2)]
    manifest = handover.close(manifest_id=Manifest.objects.get().pk, actor=LAN, now=NOW)
    ((text, page),) = pages(label_papers.manifest_list(manifest=manifest, zone="Asia/Ho_Chi_Minh", now=NOW))
    for row in rows:
        assert row.tracking_number in text
    assert manifest.number in codes(page)


# --- the tracking file of shops without a connection ---


def cells(content: bytes) -> list[list[str]]:
    rows = load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    return [list(row) for row in rows]


def test_the_file_has_what_is_due_and_each_number_once(cedar_shop, in_cedar):
    gone = hear(handed_over(shop=cedar_shop, number=1), said("picked_up"))
    waits = handed_over(shop=cedar_shop, number=2)
    made = tracking_file.export(shop=cedar_shop, kind=FileKind.XLSX, actor=LAN, now=NOW)
    assert (made.count, made.name) == (1, "tracking-cedar-vn-20261123-080000.xlsx")
    assert cells(made.content)[1:] == [
        [gone.package.order.platform_order_id, gone.tracking_number, "J&T Express"]
    ]
    gone.refresh_from_db()
    assert gone.uploaded_at == NOW
    upload = TrackingUpload.objects.get()
    assert (upload.why_now, upload.effect_state, upload.shipment_id) == ("file", "done", gone.pk)
    with pytest.raises(tracking_file.NothingToExport):
        tracking_file.export(shop=cedar_shop, kind=FileKind.CSV, actor=LAN, now=NOW)
    waits.refresh_from_db()
    assert waits.uploaded_at is None


def test_a_file_can_be_had_again(cedar_shop, in_cedar):
    gone = hear(handed_over(shop=cedar_shop), said("picked_up"))
    tracking_file.export(shop=cedar_shop, kind=FileKind.XLSX, actor=LAN, now=NOW)
    assert tracking_file.given_out(shop=cedar_shop) == [{"done_at": NOW, "count": 1}]
    again = tracking_file.again(shop=cedar_shop, kind=FileKind.CSV, at=NOW)
    assert gone.tracking_number in again.content.decode("utf-8-sig")
    assert TrackingUpload.objects.count() == 1


def test_a_connected_shop_gets_no_file(vietnam, cedar):
    with scoping.scope(sellers=[cedar.pk]), pytest.raises(tracking_file.ShopIsConnected):
        tracking_file.export(shop=vietnam, kind=FileKind.XLSX, actor=LAN, now=NOW)
