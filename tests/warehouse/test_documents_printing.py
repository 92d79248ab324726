"""What was printed is kept, again only with a reason; many papers are one file that a job makes; the pages that print."""

from dataclasses import replace
from datetime import timedelta

import pytest
import zxingcpp
from django.urls import reverse
from pypdfium2 import PdfDocument

from orders.models import OrderHistory, Package
from relay import job_files, jobs
from relay.models import Job
from tenancy import scoping
from tenancy.models import Role
from tests import make, make_warehouse
from tests.make_orders import NOW
from tests.make_warehouse import MAI, allocated, make_stock, planned_wave, released_list
from warehouse import counting, paper_prints, papers
from warehouse.models import Bin, CountSource, PaperKind, PaperPrint, PickList, SlipTerms, Wave

DPI = 203


def pages(content: bytes) -> list[tuple[str, object]]:
    return [(page.get_textpage().get_text_bounded(), page) for page in PdfDocument(content)]


def texts(page) -> set[str]:
    return {code.text for code in zxingcpp.read_barcodes(page.render(scale=DPI / 72).to_pil())}


def print_it(kind: str, ids, *, size: str = "", reason: str = "", **values) -> papers.Outcome:
    return papers.print_now(
        kind=kind, ids=ids, size=size, reason=reason, actor=MAI, now=NOW, zone="UTC", **values
    )


@pytest.fixture
def wave(site, cedar_shop):
    """A released wave of three packages."""
    return released_wave(site, cedar_shop)


def released_wave(site, shop) -> Wave:
    make_stock("MUG", 9), make_stock("CUP", 9, at="A-02-1")
    for number, lines in enumerate(({"MUG": 1, "CUP": 2}, {"MUG": 2}, {"CUP": 1}), start=1):
        make_warehouse.order_package(
            shop=shop, number=number, lines=lines, due_in=timedelta(hours=2 * number)
        )
    make_warehouse.deliver()
    return released_list(site).wave


# --- what was printed ---


def test_printing_again_wants_a_reason_and_keeps_it(wave):
    package = Package.objects.order_by("pk").first()
    print_it(PaperKind.SLIP, [package.pk], wave_id=wave.pk)
    with pytest.raises(paper_prints.ReprintNeedsReason) as refused:
        print_it(PaperKind.SLIP, [package.pk], reason="  ")
    assert str(refused.value) == (
        f"{package.public_id} (packing slip) was printed before. "
        "Say why it is printed again, and destroy the old one."
    )
    assert PaperPrint.objects.count() == 1
    print_it(PaperKind.SLIP, [package.pk], reason="paper jam", wave_id=wave.pk)
    rows = PaperPrint.objects.order_by("times").values_list("times", "reason", "by_label", "printed_at")
    assert list(rows) == [(1, "", "Mai", NOW), (2, "paper jam", "Mai", NOW)]
    lines = OrderHistory.objects.filter(action__startswith="slip.").order_by("pk")
    assert [(one.action, one.reason, one.package_id) for one in lines] == [
        ("slip.printed", "", package.pk),
        ("slip.reprinted", "paper jam", package.pk),
    ]
    goes = paper_prints.of_wave(wave_id=wave.pk)
    assert sorted((one.kind, one.papers, one.times, one.reason) for one in goes) == [
        ("slip", 1, 1, ""),
        ("slip", 1, 2, "paper jam"),
    ]


def test_kinds_and_sizes_that_there_are_not(wave):
    for kind, size in (("poster", ""), (PaperKind.SLIP, "a0")):
        with pytest.raises(papers.BadPaper):
            print_it(kind, [1], size=size)
    with pytest.raises(papers.NothingToPrint):
        print_it(PaperKind.SLIP, [])
    with pytest.raises(papers.BadPaper):
        print_it(PaperKind.SLIP, range(papers.MOST + 1))
    assert not PaperPrint.objects.exists()


def test_another_sellers_package_prints_nothing(wave, cedar, north):
    package = Package.objects.first()
    with scoping.scope(sellers=[north.pk]), pytest.raises(papers.NothingToPrint):
        print_it(PaperKind.SLIP, [package.pk])
    assert not PaperPrint.objects.exists()


# --- long documents ---


@pytest.fixture
def shortened(monkeypatch, settings, tmp_path):
    """A document ends after two slips, so that three are many."""
    settings.MEDIA_ROOT = tmp_path
    slip = papers.PAPERS[PaperKind.SLIP]
    monkeypatch.setitem(papers.PAPERS, PaperKind.SLIP, replace(slip, at_once=2))
    return tmp_path


def run(job: Job) -> Job:
    while jobs.run_chunk(seller_id=job.seller_id, job_id=job.pk) is not None:
        pass
    return Job.objects.get(pk=job.pk)


def test_many_slips_are_one_file_in_wave_order(wave, shortened):
    ids = papers.wave_subjects(wave_id=wave.pk, kind=PaperKind.SLIP)
    outcome = print_it(PaperKind.SLIP, ids, wave_id=wave.pk)
    assert (outcome.content, outcome.job.total) == (None, 3)
    assert not PaperPrint.objects.exists()
    assert jobs.run_chunk(seller_id=outcome.job.seller_id, job_id=outcome.job.pk) == 0
    half = Job.objects.get(pk=outcome.job.pk)
    assert (half.done, half.state, PaperPrint.objects.count()) == (2, "running", 0)
    job = run(outcome.job)
    assert (job.state, job.done, job.last_error) == ("done", 3, "")
    found = pages(job_files.stored(job).read_bytes())
    packages = Package.objects.in_bulk(ids)
    assert [texts(page) for _text, page in found] == [{packages[pk].public_id} for pk in ids]
    assert list(PaperPrint.objects.order_by("pk").values_list("subject_id", "wave_id")) == [
        (pk, wave.pk) for pk in ids
    ]


def test_a_long_document_printed_again_wants_its_reason_at_once(wave, shortened):
    ids = papers.wave_subjects(wave_id=wave.pk, kind=PaperKind.SLIP)
    print_it(PaperKind.SLIP, ids[2:])
    with pytest.raises(paper_prints.ReprintNeedsReason):
        print_it(PaperKind.SLIP, ids)
    assert not Job.objects.exists()
    run(print_it(PaperKind.SLIP, ids, reason="printer was empty").job)
    rows = PaperPrint.objects.filter(times=2).values_list("subject_id", "reason")
    assert list(rows) == [(ids[2], "printer was empty")]


def test_a_stopped_document_leaves_no_file_and_no_print(wave, shortened):
    ids = papers.wave_subjects(wave_id=wave.pk, kind=PaperKind.SLIP)
    job = print_it(PaperKind.SLIP, ids).job
    jobs.run_chunk(seller_id=job.seller_id, job_id=job.pk)
    jobs.cancel(job_id=job.pk, now=NOW)
    assert [path for path in shortened.rglob("*") if path.is_file()] == []
    assert not PaperPrint.objects.exists()


def test_a_planned_wave_prints_before_it_is_on_the_floor(site, cedar_shop):
    make_stock("MUG", 3)
    allocated(shop=cedar_shop)
    wave = planned_wave(site)
    assert len(papers.wave_subjects(wave_id=wave.pk, kind=PaperKind.PICK_LIST)) == 1
    assert papers.wave_subjects(wave_id=wave.pk, kind=PaperKind.WALL_SHEET) == []


# --- the pages ---


@pytest.fixture
def floor(cedar, cedar_shop):
    with scoping.scope(sellers=[cedar.pk]):
        found = released_wave(make_warehouse.make_site(), cedar_shop)
        bin_id = Bin.objects.get(code="A-01-1").pk
        counting.ask_for_count(bin_id=bin_id, sku_id=None, why="", now=NOW, source=CountSource.ASKED)
    return found


@pytest.fixture
def enter(client, cedar):
    def log_in(role: str = Role.OWNER):
        client.force_login(make.make_member(seller=cedar, email=f"{role}@cedar.example", role=role))
        return client

    return log_in


def url(name: str, **kwargs) -> str:
    return reverse(f"warehouse:{name}", kwargs={"seller": "cedar", **kwargs})


def test_the_wave_page_prints_and_says_what_was_printed(enter, floor, cedar):
    client, page = enter(), url("wave", public_id=floor.public_id)
    assert "Nothing was printed yet." in client.get(page).content.decode()
    address = url("print_wave", public_id=floor.public_id)
    for kind, count in (("pick_list", 1), ("slip", 3)):
        answer = client.post(address, {"kind": kind, "size": "label"})
        assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (
            200,
            "application/pdf",
            "no-store",
        )
        assert len(pages(answer.content)) == count
    again = client.post(address, {"kind": "slip"})
    assert (again.status_code, "was printed before" in again.content.decode()) == (422, True)
    assert client.post(address, {"kind": "slip", "reason": "wet paper"}).status_code == 200
    assert client.post(address, {"kind": "poster"}).status_code == 422
    refused = client.post(address, {"kind": "wall_sheet"})
    assert (refused.status_code, "Nothing in this wave is sorted" in refused.content.decode()) == (422, True)
    shown = client.get(page).content.decode()
    assert "wet paper" in shown and "packing slip × 3" in shown
    with scoping.scope(sellers=[cedar.pk]):
        assert PaperPrint.objects.count() == 7


def test_walk_package_bins_and_counts_are_printed_from_their_pages(enter, floor, cedar):
    client = enter()
    with scoping.scope(sellers=[cedar.pk]):
        package, walk, bins = Package.objects.first(), PickList.objects.get(), Bin.objects.filter(aisle=1)
        shelves = {one.code for one in bins}
    assert "Print" in client.get(url("walk", public_id=walk.public_id)).content.decode()
    for address, data, found in (
        (url("print_walk", public_id=walk.public_id), {}, {walk.number}),
        (
            url("print_package", public_id=package.public_id),
            {"kind": "parcel_label"},
            {package.public_id},
        ),
        (f"{url('print_bins')}?from=1&to=1", {"all": "1", "size": "a4"}, shelves),
        (url("print_counts"), {"size": "label"}, {"A-01-1"}),
    ):
        answer = client.post(address, data)
        assert answer.status_code == 200, address
        assert texts(pages(answer.content)[0][1]) == found
    for name in ("bins", "counts"):
        assert "again" in client.get(url(name)).content.decode()
    assert "Print again" in client.get(url("walk", public_id=walk.public_id)).content.decode()


def test_slips_are_set_up_by_shop(enter, cedar, cedar_shop, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = enter()
    assert "as in the shop's region: Tiếng Việt" in client.get(url("slips")).content.decode().replace(
        "&#x27;", "'"
    )
    values = {"shop": cedar_shop.slug, "language": "th", "note": "ขอบคุณ"}
    assert client.post(url("slips"), values).status_code == 302
    assert client.post(url("slips"), {**values, "language": "xx"}).status_code == 422
    with scoping.scope(sellers=[cedar.pk]):
        assert list(SlipTerms.objects.values_list("language", "note", "logo")) == [("th", "ขอบคุณ", "")]
    assert client.get(url("slip_logo", shop_slug=cedar_shop.slug)).status_code == 404


def test_who_may_not_print(enter, floor, cedar):
    client = enter(Role.VIEWER)
    with scoping.scope(sellers=[cedar.pk]):
        package, walk = Package.objects.first(), PickList.objects.get()
    for address in (
        url("print_wave", public_id=floor.public_id),
        url("print_walk", public_id=walk.public_id),
        url("print_package", public_id=package.public_id),
        url("print_bins"),
        url("print_counts"),
        url("slips"),
    ):
        assert client.post(address, {"kind": "slip", "all": "1"}).status_code == 403
    with scoping.scope(sellers=[cedar.pk]):
        assert not PaperPrint.objects.exists()
