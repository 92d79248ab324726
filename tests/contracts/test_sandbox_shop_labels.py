"""Labels and packing slips: who gets one, that it takes a moment, and that its barcodes read back."""

import pypdfium2
import zxingcpp


def ship(client, package_id: str) -> dict:
    return client.call("POST", f"/fulfillment/202309/packages/{package_id}/ship", body={})


def waiting(client, kind: str) -> tuple[str, str]:
    (order_id,) = client.make(1, shipping_type=kind)
    return order_id, client.order(order_id)["packages"][0]["id"]


def document(client, package_id: str, kind: str = "SHIPPING_LABEL", **query) -> dict:
    path = f"/fulfillment/202309/packages/{package_id}/shipping_documents"
    return client.call("GET", path, query={"document_type": kind, **query})


def test_a_label_takes_a_moment_and_its_barcode_reads_as_the_number(malaysia, world):
    world.settings["label_polls"] = 2
    order_id, package_id = waiting(malaysia, "TIKTOK")
    assert document(malaysia, package_id)["code"] == 21023035
    ship(malaysia, package_id)

    codes = [document(malaysia, package_id)["code"] for _ in range(3)]
    answer = document(malaysia, package_id)

    assert codes == [11034037, 11034037, 0]
    raw = malaysia.http.get(answer["data"]["doc_url"])
    assert (raw.status_code, raw.headers["content-type"]) == (200, "application/pdf")
    page = pypdfium2.PdfDocument(raw.content)[0]
    assert [round(side) for side in page.get_size()] == [298, 420]
    read = {code.text for code in zxingcpp.read_barcodes(page.render(scale=203 / 72).to_pil())}
    assert read == {malaysia.order(order_id)["tracking_number"], package_id}


def test_a_label_with_its_slip_has_two_pages(malaysia):
    _order, package_id = waiting(malaysia, "TIKTOK")
    ship(malaysia, package_id)
    document(malaysia, package_id)

    answer = document(malaysia, package_id, "SHIPPING_LABEL_AND_PACKING_SLIP", document_size="A5")

    pages = pypdfium2.PdfDocument(malaysia.http.get(answer["data"]["doc_url"]).content)
    assert len(pages) == 2
    assert package_id in pages[1].get_textpage().get_text_range()


def test_the_address_of_a_label_holds_for_a_day(malaysia, world):
    _order, package_id = waiting(malaysia, "TIKTOK")
    ship(malaysia, package_id)
    document(malaysia, package_id)
    url = document(malaysia, package_id)["data"]["doc_url"]
    assert malaysia.http.get(url.replace("seal=", "seal=0")).status_code == 403
    world.clock.advance(86_400)

    assert malaysia.http.get(url).status_code == 403


def test_who_gets_no_label(vietnam, malaysia, control):
    _order, seller = waiting(vietnam, "SELLER")
    order_id, picked = waiting(malaysia, "TIKTOK")
    ship(malaysia, picked)
    control(f"orders/{order_id}/advance", status="IN_TRANSIT")
    gone_id, gone = waiting(malaysia, "TIKTOK")
    control(f"orders/{gone_id}/cancel")

    assert document(vietnam, seller)["code"] == 21008017
    assert document(malaysia, picked)["code"] == 21042102
    assert document(malaysia, gone)["code"] == 21023059
