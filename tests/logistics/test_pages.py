"""Every page of logistics: what it shows, what it refuses in words, and that it does not ask more with more rows."""

import io
import zipfile
from html import escape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from logistics import exceptions, handover
from logistics.models import (
    Carrier,
    ExceptionCase,
    Manifest,
    ManifestLine,
    NumberBlock,
    Shipment,
    ShippingPolicy,
)
from tenancy import scoping
from tests import make
from tests.make_logistics import LAN, carrier, handed_over, hear, labelled, said, waiting
from tests.make_orders import NOW


@pytest.fixture
def page(client, cedar, cedar_shop):
    """Ask for a page by its name, as the owner; `post=` sends a form."""
    client.force_login(make.make_member(seller=cedar))

    def ask(name: str, *, post: dict | None = None, query: str = "", **kwargs):
        address = reverse(f"logistics:{name}", kwargs={"seller": cedar.slug, **kwargs}) + query
        return client.get(address) if post is None else client.post(address, post)

    return ask


@pytest.fixture
def inside(cedar):
    """A scope for the test's own reading and making."""
    return lambda: scoping.scope(sellers=[cedar.pk])


def text(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "labels",
        "label_station",
        "handover",
        "manifests",
        "shipments",
        "exceptions",
        "carriers",
        "tracking_file",
    ],
)
def test_an_empty_page_says_what_comes_next(page, name):
    response = page(name)
    assert response.status_code == 200
    assert "<h1>" in text(response)


def test_the_label_table_counts_and_shows_its_tabs(page, inside, cedar_shop):
    with inside():
        waiting(shop=cedar_shop, number=1)
        labelled(shop=cedar_shop, number=2)
    first = text(page("labels"))
    assert "576461413038790001" in first
    assert "576461413038790002" not in first
    assert "576461413038790002" in text(page("labels", query="?tab=print"))


def test_numbers_from_a_block_for_all_rows_of_the_tab(page, inside, cedar_shop):
    with inside():
        for number in (1, 2):
            waiting(shop=cedar_shop, number=number)
        NumberBlock.objects.create(
            carrier=carrier("jt"), prefix="JT", digits=12, next_serial=840172639501, last_serial=840172639599
        )
    assert "99 left" in text(page("labels"))
    response = page("labels_bulk", post={"act": "take", "carrier": "jt", "all": "1", "tab": "number"})
    assert response.url.endswith("?tab=print")
    with inside():
        numbers = set(Shipment.objects.values_list("tracking_number", flat=True))
    assert numbers == {"JT840172639501", "JT840172639502"}


def test_bulk_results_name_the_rows_left_alone(page, inside, cedar_shop):
    with inside():
        done, row = labelled(shop=cedar_shop, number=1), waiting(shop=cedar_shop, number=2)
        NumberBlock.objects.create(
            carrier=carrier("jt"), prefix="JT", digits=12, next_serial=840172639551, last_serial=840172639599
        )
    response = page("labels_bulk", post={"act": "take", "carrier": "jt", "ids": [done.pk, row.pk]})
    assert response.status_code == 200
    assert "It has a number already." in text(response)
    assert "576461413038790001" in text(response)


def test_a_number_is_scanned_at_the_station(page, inside, cedar_shop):
    with inside():
        row = waiting(shop=cedar_shop)
        carrier("jt")
    first = page("label_scan", post={"code": "576461413038790001"})
    assert f"parcel={row.public_id}" in text(first)
    bad = page("label_scan", post={"code": "000000000000"}, query=f"?parcel={row.public_id}&carrier=jt")
    assert (bad.status_code, "made up" in text(bad)) == (422, True)
    none = page("label_scan", post={"code": "JT840172639501"}, query=f"?parcel={row.public_id}")
    assert "Choose the carrier first" in text(none)
    good = page("label_scan", post={"code": "JT840172639501"}, query=f"?parcel={row.public_id}&carrier=jt")
    assert good.status_code == 200
    assert '"ok": true' in good.headers["HX-Trigger"]
    with inside():
        row.refresh_from_db()
    assert row.tracking_number == "JT840172639501"
    assert "No packed parcel" in text(page("label_scan", post={"code": "nothing"}))


def test_own_labels_print_as_one_pdf_and_a_reprint_needs_a_reason(page, inside, cedar_shop):
    with inside():
        rows = [labelled(shop=cedar_shop, number=number) for number in (1, 2)]
    wanted = {"ids": [row.pk for row in rows]}
    response = page("labels_print", post=wanted)
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")
    again = page("labels_print", post=wanted)
    assert (again.status_code, "Say why" in text(again)) == (422, True)
    assert page("labels_print", post={**wanted, "reason": "smeared"}).status_code == 200
    with inside():
        assert set(Shipment.objects.values_list("label_print_count", flat=True)) == {2}
    assert page("labels_print", post={"ids": ["999999"]}).status_code == 404


def test_platform_labels_come_as_an_archive(page, inside, cedar_shop, settings):
    with inside():
        rows = [labelled(shop=cedar_shop, number=number) for number in (1, 2)]
        (settings.MEDIA_ROOT / "labels").mkdir()
        (settings.MEDIA_ROOT / "labels" / "x.pdf").write_bytes(b"%PDF-1.4 theirs")
        Shipment.objects.filter(pk=rows[0].pk).update(label_file="labels/x.pdf")
    response = page("labels_print", post={"ids": [row.pk for row in rows]})
    names = zipfile.ZipFile(io.BytesIO(response.content)).namelist()
    assert names == ["JT840172639501.pdf", "labels.pdf"]
    with inside():
        Shipment.objects.filter(pk=rows[0].pk).update(label_file="labels/gone.pdf")
    lost = page("labels_print", post={"ids": [rows[0].pk], "reason": "again"})
    assert (lost.status_code, "is gone" in text(lost)) == (404, True)


def test_the_dock_from_driver_to_signed_list(page, inside, cedar_shop):
    with inside():
        first, second = labelled(shop=cedar_shop, number=1), labelled(shop=cedar_shop, number=2)
    assert "2 parcels wait" in text(page("handover"))
    opened = page("handover_open", post={"carrier": first.carrier_id})
    with inside():
        manifest = Manifest.objects.get()
    assert opened.url.endswith(f"/{manifest.public_id}/")
    scanned = page("handover_scan", post={"code": first.tracking_number}, public_id=manifest.public_id)
    assert (scanned.status_code, '"ok": true' in scanned.headers["HX-Trigger"]) == (200, True)
    wrong = page("handover_scan", post={"code": first.tracking_number}, public_id=manifest.public_id)
    assert (wrong.status_code, "already" in text(wrong)) == (422, True)
    assert '"ok": false' in wrong.headers["HX-Trigger"]
    with inside():
        line = ManifestLine.objects.get()
    taken = page("handover_undo", post={"line": line.pk}, public_id=manifest.public_id)
    assert "keep it here" in text(taken)
    empty = page("handover_close", post={}, public_id=manifest.public_id)
    assert empty.status_code == 422
    page("handover_scan", post={"code": second.tracking_number}, public_id=manifest.public_id)
    page("handover_close", post={}, public_id=manifest.public_id)
    assert page("handover_paper", public_id=manifest.public_id).content.startswith(b"%PDF")
    assert manifest.number in text(page("manifests"))
    late = page("handover_scan", post={"code": first.tracking_number}, public_id=manifest.public_id)
    assert (late.status_code, "is closed" in text(late)) == (422, True)


def test_shipments_are_found_by_many_pasted_numbers(page, inside, cedar_shop):
    with inside():
        rows = [labelled(shop=cedar_shop, number=number) for number in range(1, 4)]
        package = rows[2].package.public_id
    pasted = "%20".join([rows[0].tracking_number, "576461413038790002", package, "JT-NOWHERE"])
    shown = text(page("shipments", query=f"?q={pasted}"))
    assert all(row.tracking_number in shown for row in rows)
    assert "1 was not found:" in shown
    assert "JT-NOWHERE" in shown


def test_the_list_of_shipments_asks_no_more_with_more_rows(page, inside, cedar_shop):
    with inside():
        labelled(shop=cedar_shop, number=1)
    page("shipments")
    with CaptureQueriesContext(
        connection,
    ) as few:
        page("shipments")
    with inside():
        for number in range(2, 8):
            hear(handed_over(shop=cedar_shop, number=number), said("picked_up"))
    with CaptureQueriesContext(connection) as many:
        page("shipments")
    assert len(many) == len(few)


def test_a_shipments_page_shows_its_way_and_takes_a_number(page, inside, cedar_shop):
    with inside():
        row = hear(handed_over(shop=cedar_shop), said("picked_up", text="Parcel collected"))
        spx = carrier("spx")
    assert "Parcel collected" in text(page("shipment", public_id=row.public_id))
    bad = page("shipment_number", post={"carrier": spx.pk, "number": "1"}, public_id=row.public_id)
    assert (bad.status_code, "4 to 50" in text(bad)) == (422, True)
    good = page(
        "shipment_number", post={"carrier": spx.pk, "number": "SPXVN0473910265"}, public_id=row.public_id
    )
    assert good.status_code == 302
    with inside():
        row.refresh_from_db()
    assert (row.tracking_number, row.carrier_name) == ("SPXVN0473910265", "SPX Express")
    refused = page("shipment_upload", post={}, public_id=row.public_id)
    assert (refused.status_code, "not connected" in text(refused)) == (409, True)


def test_a_case_is_worked_and_resolved(page, inside, cedar_shop):
    with inside():
        row = handed_over(shop=cedar_shop)
        case = exceptions.open_case(shipment=row, package=row.package, kind="lost", detail="gone", now=NOW)
    assert "576461413038790001" in text(page("exceptions"))
    shown = text(page("case", case_id=case.pk))
    assert "gone" in shown
    assert "Seller Center" in shown
    assert page("case_resolve", post={"resolution": ""}, case_id=case.pk).status_code == 422
    assert page("case_resolve", post={"resolution": "sent again"}, case_id=case.pk).status_code == 302
    with inside():
        case.refresh_from_db()
    assert (case.state, case.resolution) == ("resolved", "sent again")
    assert "sent again" in text(page("case", case_id=case.pk))
    assert "lost" in text(page("exceptions", query="?tab=resolved"))
    assert page("case_resolve", post={"resolution": "twice"}, case_id=case.pk).status_code == 409


def test_carriers_and_policies_are_edited(page, inside, cedar_shop):
    with inside():
        jt = carrier("jt")
    page(
        "policy",
        post={
            f"{cedar_shop.pk}-upload_moment": "at_handover",
            f"{cedar_shop.pk}-guard_hours": "6",
            f"{cedar_shop.pk}-carrier": jt.pk,
        },
        shop=cedar_shop.slug,
    )
    with inside():
        policy = ShippingPolicy.objects.get()
    assert (policy.upload_moment, policy.guard_hours, policy.default_carrier_id) == ("at_handover", 6, jt.pk)
    values = {
        "name": "J&T",
        "patterns": "JT[0-9]{12} reject",
        "is_bad_number_refused": "on",
        "is_active": "on",
    }
    assert page("carrier_edit", post=values, code="jt").status_code == 302
    with inside():
        assert Carrier.objects.get(code="jt").number_patterns == [
            {"pattern": "JT[0-9]{12}", "severity": "reject"}
        ]
    for wrong in ("JT[0-9", "(a+)+b", "x" * 201):
        assert page("carrier_edit", post={**values, "patterns": wrong}, code="jt").status_code == 422
    assert "look different" in text(page("carrier", code="jt", query="?try=SPX123"))
    block = {"prefix": "JT", "first": "840172000000", "last": "840172999999", "suffix": "", "check_rule": ""}
    assert page("carrier_block", post=block, code="jt").status_code == 302
    assert page("carrier_block", post={**block, "prefix": "XX"}, code="jt").status_code == 422
    with inside():
        stored = NumberBlock.objects.get()
    page("carrier_block_switch", post={}, code="jt", block_id=stored.pk)
    with inside():
        stored.refresh_from_db()
    assert stored.is_active is False


def test_the_tracking_file_is_given_out_once_and_had_again(page, inside, cedar_shop):
    with inside():
        row = hear(handed_over(shop=cedar_shop), said("picked_up"))
    assert "<strong>1</strong> new number is due." in text(page("tracking_file"))
    first = page("tracking_file_export", post={"kind": "csv"}, shop=cedar_shop.slug)
    assert row.tracking_number in first.content.decode("utf-8-sig")
    assert "attachment" in first.headers["Content-Disposition"]
    second = page("tracking_file_export", post={"kind": "csv"}, shop=cedar_shop.slug)
    assert (second.status_code, "No new tracking number" in text(second)) == (422, True)
    shown = text(page("tracking_file"))
    link = shown.split('class="btn btn-xs" href="')[2].split('"')[0].replace("&amp;", "&")
    again = page("tracking_file_again", query="?" + link.partition("?")[2], shop=cedar_shop.slug)
    assert again.content == first.content
    assert page("tracking_file_again", query="?at=never", shop=cedar_shop.slug).status_code == 404
    assert page("tracking_file_export", post={"kind": "exe"}, shop=cedar_shop.slug).status_code == 404


def test_another_sellers_rows_are_not_there(page, inside, cedar_shop, north, client):
    with inside():
        row = handed_over(shop=cedar_shop)
        manifest = Manifest.objects.get()
        case = exceptions.open_case(shipment=row, package=row.package, kind="lost", now=NOW)
    client.force_login(make.make_member(seller=north, email="sam@north.example", name="Sam"))
    kwargs = {"seller": "north"}
    for name, more in (
        ("shipment", {"public_id": row.public_id}),
        ("handover_list", {"public_id": manifest.public_id}),
        ("handover_paper", {"public_id": manifest.public_id}),
        ("case", {"case_id": case.pk}),
    ):
        assert client.get(reverse(f"logistics:{name}", kwargs=kwargs | more)).status_code == 404
    posted = client.post(reverse("logistics:labels_print", kwargs=kwargs), {"ids": [row.pk]})
    assert posted.status_code == 404
    resolve = reverse("logistics:case_resolve", kwargs=kwargs | {"case_id": case.pk})
    assert client.post(resolve, {"resolution": "x"}).status_code == 404
    with inside():
        assert ExceptionCase.objects.get().state == "open"


def test_a_viewer_may_look_and_not_act(client, cedar, cedar_shop, inside):
    with inside():
        row = labelled(shop=cedar_shop)
        handover.open_manifest(carrier_id=row.carrier_id, actor=LAN, now=NOW)
    client.force_login(make.make_member(seller=cedar, role="viewer"))
    base = {"seller": cedar.slug}
    assert client.get(reverse("logistics:shipments", kwargs=base)).status_code == 200
    assert client.get(reverse("logistics:handover", kwargs=base)).status_code == 403
    number = reverse("logistics:shipment_number", kwargs=base | {"public_id": row.public_id})
    assert client.post(number, {"carrier": row.carrier_id, "number": "JT840172639577"}).status_code == 403
    with inside():
        row.refresh_from_db()
    assert row.tracking_number == "JT840172639501"


def test_the_carriers_are_asked_for_once_however_many_shops(client, cedar, cedar_shop):
    client.force_login(make.make_member(seller=cedar, email="once@cedar.example"))
    with scoping.scope(sellers=[cedar.pk]):
        jt = carrier("jt")
    url = reverse("logistics:carriers", kwargs={"seller": cedar.slug})
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for number in range(3):
        make.make_shop(seller=cedar, slug=f"more-{number}", platform_shop_id=f"more-{number}")
    client.get(url)  # the policies of new shops are made

    with CaptureQueriesContext(connection) as four:
        page = client.get(url).content.decode()

    assert len(four) == len(one)
    assert page.count('<select name="') == 4 * 2  # the moment of the upload and the usual carrier
    assert page.count(f'<option value="{jt.pk}">{escape(jt.name)}</option>') == 4
