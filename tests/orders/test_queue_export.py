"""Export of the queue: the filter's rows and no others, both formats, buyers only for those who may, a kill loses nothing."""

import io
from datetime import timedelta

import openpyxl
import pytest

from core import clock
from integrations.ports import PlatformDeadlines
from orders import queue_export, queue_sheets
from orders.models import Order
from relay import job_files, jobs
from relay.models import Job, JobState
from tenancy import scoping
from tenancy.models import AuditEntry, Role
from tests import make, make_orders

URL = "/s/cedar/orders/export/"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def orders(cedar, cedar_shop):
    """Four orders; the first is due in three hours and pretends to be a formula."""
    now = clock.now()
    with scoping.scope(sellers=[cedar.pk]):
        for number in range(1, 5):
            make_orders.make_order(
                shop=cedar_shop,
                platform_order_id=f"57646141303878000{number}",
                now=now,
                lines=(make_orders.line("=1+1" if number == 1 else "KF-LAMP", product_name="=1+1"),),
                deadlines=PlatformDeadlines(collect_by=now + timedelta(hours=3 if number == 1 else 30)),
            )


def run(job: Job) -> Job:
    jobs.run(seller_id=job.seller_id, job_id=job.pk)
    with scoping.scope(sellers=[job.seller_id]):
        return Job.objects.get(pk=job.pk)


def exported(page, cedar, **values) -> Job:
    answer = page.post(URL, {"form": "csv", **values})
    assert answer.status_code == 302, answer.content
    with scoping.scope(sellers=[cedar.pk]):
        return run(Job.objects.latest("pk"))


def lines_of(job: Job) -> list[str]:
    return job_files.stored(job).read_bytes().decode("utf-8-sig").splitlines()


def test_a_csv_has_the_filter_s_rows_in_the_queue_s_order_and_no_live_formula(page, cedar, orders):
    job = exported(page, cedar, query="tile=h4")

    lines = lines_of(job)
    assert (job.state, job.total, job.done) == (JobState.DONE, 1, 1)
    assert lines[0].startswith("Order,Deadline,Which deadline,Shop,Items,Units,Amount,Currency,Status")
    assert lines[1].startswith("576461413038780001\t,")
    assert "1 × =1+1" in lines[1]
    assert ",'=" not in lines[1]
    assert job.file_name.startswith("cedar-orders-")
    assert job.file_name.endswith(".csv")


def test_an_xlsx_opens_with_numbers_dates_and_ids_that_are_not_rounded(
    page, cedar, orders, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        job = exported(page, cedar, form="xlsx")

    sheet = openpyxl.load_workbook(io.BytesIO(job_files.stored(job).read_bytes())).active
    head, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    by_name = [dict(zip(head, row, strict=True)) for row in rows]
    assert [row["Order"] for row in by_name] == [f"57646141303878000{n}" for n in range(1, 5)]
    assert by_name[0]["Amount"] == 89000
    assert by_name[0]["Units"] == 1
    assert by_name[0]["Deadline"].year == clock.now().year
    assert by_name[0]["Items"] == "1 × =1+1"
    assert sheet.freeze_panes == "A2"
    assert not job_files.absolute(job_files.relative_path(job=job, ending=".rows")).exists()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_kill_between_two_chunks_loses_and_doubles_no_row(page, cedar, orders, form, monkeypatch):
    monkeypatch.setattr(queue_export, "CHUNK", 1)
    page.post(URL, {"form": form})
    with scoping.scope(sellers=[cedar.pk]):
        job = Job.objects.latest("pk")
    for _ in range(2):
        jobs.run_chunk(seller_id=cedar.pk, job_id=job.pk)
    written = job_files.absolute(
        job_files.relative_path(job=job, ending=".rows" if form == "xlsx" else ".csv")
    )
    with written.open("ab") as file:
        file.write(b"<row><c>half a ro")

    job = run(job)

    content = job_files.stored(job).read_bytes()
    if form == "xlsx":
        rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.values)
        ids = [row[0] for row in rows[1:]]
    else:
        ids = [line.split("\t")[0] for line in content.decode().splitlines()[1:]]
    assert ids == [f"57646141303878000{n}" for n in range(1, 5)]
    assert (job.state, job.done) == (JobState.DONE, 4)


def test_orders_that_come_while_it_runs_are_not_part_of_it(page, cedar, cedar_shop, orders, monkeypatch):
    monkeypatch.setattr(queue_export, "CHUNK", 2)
    page.post(URL, {"form": "csv"})
    with scoping.scope(sellers=[cedar.pk]):
        job = Job.objects.latest("pk")
        jobs.run_chunk(seller_id=cedar.pk, job_id=job.pk)
        make_orders.make_order(shop=cedar_shop, platform_order_id="576461413038780099", now=clock.now())

    assert len(lines_of(run(job))) == 5


def test_buyers_are_there_only_for_those_who_may_and_it_is_kept(page, cedar, orders, mai):
    job = exported(page, cedar, contacts="1")

    assert "Trần Minh Anh" in lines_of(job)[1]
    with scoping.scope(sellers=[cedar.pk]):
        entry = AuditEntry.objects.get(action="buyer.exported")
        assert (entry.actor_id, entry.subject_id, entry.detail) == (mai.pk, job.public_id, {"rows": 4})

    mai.memberships.update(role=Role.ORDER_CLERK)
    assert page.post(f"/s/cedar/jobs/{job.public_id}/file/").status_code == 403
    other = exported(page, cedar, contacts="1")

    assert "Trần" not in "".join(lines_of(other))
    assert b"contacts" not in page.get(URL).content


def test_my_columns_are_those_of_my_list(page, cedar, orders):
    page.post("/s/cedar/orders/columns/", {"column": ["units", "sku"], "place-units": "2", "place-sku": "1"})

    assert lines_of(exported(page, cedar, columns="mine"))[0] == "Order,SKU,Units"


def test_a_person_of_one_shop_exports_that_shop(client, cedar, cedar_shop, orders):
    other = make.make_shop(seller=cedar, slug="cedar-th", region="TH", platform_shop_id="7495540735365777599")
    with scoping.scope(sellers=[cedar.pk]):
        make_orders.make_order(shop=other, platform_order_id="42", now=clock.now())
    client.force_login(
        make.make_member(seller=cedar, shops=[other.pk], email="th@cedar.example", role=Role.ORDER_CLERK)
    )

    assert [line.split(",")[0] for line in lines_of(exported(client, cedar))[1:]] == ["42"]


@pytest.mark.parametrize(
    ("values", "words"), [({"form": "pdf"}, "csv or xlsx"), ({"form": "csv", "query": "q=4711"}, "nothing")]
)
def test_what_makes_no_sense_is_refused_and_starts_nothing(page, cedar, orders, values, words):
    answer = page.post(URL, values)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    with scoping.scope(sellers=[cedar.pk]):
        assert not Job.objects.exists()


def test_a_picker_exports_nothing(client, cedar, orders):
    client.force_login(make.make_member(seller=cedar, role=Role.PICKER, email="p@cedar.example"))

    assert client.get(URL).status_code == 403
    assert client.post(URL, {"form": "csv"}).status_code == 403


def test_a_stopped_export_leaves_no_file(page, cedar, orders, monkeypatch):
    monkeypatch.setattr(queue_export, "CHUNK", 1)
    page.post(URL, {"form": "xlsx"})
    with scoping.scope(sellers=[cedar.pk]):
        job = Job.objects.latest("pk")
    jobs.run_chunk(seller_id=cedar.pk, job_id=job.pk)

    page.post(f"/s/cedar/jobs/{job.public_id}/cancel/")

    assert list(job_files.absolute("jobs").rglob("*.rows")) == []


def test_the_export_asks_the_same_number_of_questions_for_each_chunk(
    page, cedar, orders, django_assert_max_num_queries
):
    page.post(URL, {"form": "csv"})
    with scoping.scope(sellers=[cedar.pk]):
        job = Job.objects.latest("pk")
        assert Order.objects.count() == 4

    with django_assert_max_num_queries(24):
        jobs.run_chunk(seller_id=cedar.pk, job_id=job.pk)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_text_that_a_sheet_would_run_is_quoted(cell):
    assert queue_sheets.plain(cell) == f"'{cell}"


def test_a_sheet_takes_any_text(tmp_path):
    rows, target = tmp_path / "a.rows", tmp_path / "a.xlsx"
    odd = "<&\"'> \x0b \ufffe 中文 🎉 ไทย"
    rows.write_bytes(queue_sheets.xlsx_bytes([["head"], [odd], [None, ""]], is_first=True))

    queue_sheets.finish_xlsx(rows=rows, target=target)

    sheet = openpyxl.load_workbook(target).active
    assert sheet["A2"].value == "<&\"'>   中文 🎉 ไทย"
