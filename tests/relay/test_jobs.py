"""Long jobs: chunks that survive a kill, results per row, retry of the failed ones, who may look, the file."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from core import clock
from core.errors import RuleViolation
from relay import job_files, jobs, tasks
from relay.jobs import JobKind, RowResult, Step
from relay.models import Job, JobRow, JobState
from tenancy import actors, scoping
from tenancy.models import AuditEntry, Role
from tests import make

CHUNK = 3


class Broken(Exception):
    """The machine is unwell."""


class Refused(RuleViolation):
    """No use trying again."""


def count_up(*, job, actor, now) -> Step:
    """Numbers from `at` to `to`; those in `bad` fail, those in `odd` are skipped, `break_at` breaks down."""
    at, to = job.params["at"], job.params["to"]
    numbers = job.params.get("only") or range(at, min(at + CHUNK, to))
    rows = []
    for number in numbers:
        state = "failed" if number in job.params.get("bad", []) else "done"
        rows.append(RowResult(str(number), number, state, "bad number" if state == "failed" else ""))
    if job.params.get("break_at") in numbers:
        raise Broken("unwell")
    if job.params.get("refuse_at") in numbers:
        raise Refused("This is not possible.")
    end = job.params["at"] + len(rows)
    return Step(
        params={**job.params, "at": end} if end < to else None,
        done=sum(row.state == "done" for row in rows),
        failed=sum(row.state == "failed" for row in rows),
        rows=rows,
        total=to,
    )


jobs.register(
    JobKind(
        name="test.count",
        words="Counting",
        step=count_up,
        permission="orders.view",
        retry_params=lambda job, ids: {"at": 0, "to": len(ids), "only": ids},
    )
)


def write_file(*, job, actor, now) -> Step:
    path = job_files.relative_path(job=job, ending=".csv")
    end = job_files.append(path=path, at=job.params["bytes"], content=b"abc\n")
    if job.params["left"] == 0:
        return Step(params=None, done=1, file=path, file_name="letters.csv")
    return Step(params={"bytes": end, "left": job.params["left"] - 1}, done=1)


jobs.register(JobKind(name="test.file", words="Writing", step=write_file, permission="orders.export"))


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def mai(cedar):
    return make.make_member(seller=cedar, role=Role.ORDER_CLERK)


def start(seller, user, *, kind="test.count", **params) -> Job:
    with scoping.scope(sellers=[seller.pk]):
        return jobs.start(kind=kind, params=params, actor=actors.of_user(user), now=clock.now())


def stored(job) -> Job:
    with scoping.scope(sellers=[job.seller_id]):
        return Job.objects.get(pk=job.pk)


def rows_of(job) -> list[tuple[str, str]]:
    with scoping.scope(sellers=[job.seller_id]):
        return list(JobRow.objects.filter(job=job).order_by("pk").values_list("label", "state"))


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_job_runs_in_chunks_and_keeps_what_became_of_each_row(cedar, mai):
    job = start(cedar, mai, at=0, to=7, bad=[4])

    jobs.run(seller_id=cedar.pk, job_id=job.pk)

    found = stored(job)
    assert (found.state, found.total, found.done, found.failed) == (JobState.DONE, 7, 6, 1)
    assert found.finished_at is not None
    assert rows_of(job) == [(str(n), "failed" if n == 4 else "done") for n in range(7)]


def test_one_chunk_at_a_time_and_progress_after_each(cedar, mai):
    job = start(cedar, mai, at=0, to=7)

    assert jobs.run_chunk(seller_id=cedar.pk, job_id=job.pk) == 0

    found = stored(job)
    assert (found.state, found.done, found.params["at"]) == (JobState.RUNNING, 3, 3)


def test_a_chunk_that_breaks_down_leaves_no_trace_and_is_tried_again_later(cedar, mai):
    job = start(cedar, mai, at=0, to=7, break_at=4)

    jobs.run(seller_id=cedar.pk, job_id=job.pk)

    found = stored(job)
    assert (found.state, found.done, found.attempts) == (JobState.RUNNING, 3, 1)
    assert found.last_error == "Broken"
    assert found.not_before > clock.now()
    assert len(rows_of(job)) == 3
    assert jobs.run_chunk(seller_id=cedar.pk, job_id=job.pk) is None  # not yet

    with scoping.scope(sellers=[cedar.pk]):
        healthy = {"at": 3, "to": 7}
        Job.objects.filter(pk=job.pk).update(not_before=clock.now(), params=healthy)
    jobs.run(seller_id=cedar.pk, job_id=job.pk)

    assert (stored(job).state, stored(job).done, stored(job).last_error) == (JobState.DONE, 7, "")


def test_a_job_that_keeps_breaking_down_fails_in_the_end(cedar, mai):
    job = start(cedar, mai, at=0, to=7, break_at=1)
    for _ in range(jobs.MAX_ATTEMPTS):
        with scoping.scope(sellers=[cedar.pk]):
            Job.objects.filter(pk=job.pk).update(not_before=clock.now())
        jobs.run_chunk(seller_id=cedar.pk, job_id=job.pk)

    assert (stored(job).state, stored(job).done) == (JobState.FAILED, 0)


def test_a_rule_that_says_no_ends_the_job_with_its_sentence(cedar, mai):
    job = start(cedar, mai, at=0, to=7, refuse_at=5)

    jobs.run(seller_id=cedar.pk, job_id=job.pk)

    assert (stored(job).state, stored(job).last_error) == (JobState.FAILED, "This is not possible.")
    assert stored(job).done == 3


def test_retry_is_a_new_job_over_the_failed_rows(cedar, mai):
    job = start(cedar, mai, at=0, to=7, bad=[1, 4])
    jobs.run(seller_id=cedar.pk, job_id=job.pk)

    with scoping.scope(sellers=[cedar.pk]):
        fresh = jobs.retry_failed(job_id=job.pk, actor=actors.of_user(mai), now=clock.now())
    jobs.run(seller_id=cedar.pk, job_id=fresh.pk)

    assert fresh.pk != job.pk
    assert rows_of(fresh) == [("1", "done"), ("4", "done")]
    with scoping.scope(sellers=[cedar.pk]), pytest.raises(jobs.NothingFailed):
        jobs.retry_failed(job_id=fresh.pk, actor=actors.of_user(mai), now=clock.now())


def test_a_cancelled_job_goes_no_further_and_keeps_what_is_done(cedar, mai):
    job = start(cedar, mai, at=0, to=7)
    jobs.run_chunk(seller_id=cedar.pk, job_id=job.pk)

    answer = client_of(mai).post(f"/s/cedar/jobs/{job.public_id}/cancel/")
    jobs.run(seller_id=cedar.pk, job_id=job.pk)

    assert answer.status_code == 302
    assert (stored(job).state, stored(job).done) == (JobState.CANCELLED, 3)


def test_a_job_that_nobody_carries_on_is_found_by_the_sweep(cedar, mai):
    job = start(cedar, mai, at=0, to=7)

    with scoping.unscoped("test: what the sweep finds"):
        assert list(jobs.lost(now=clock.now())) == []
        assert list(jobs.lost(now=clock.now() + timedelta(minutes=1))) == [job]


def test_a_job_sees_no_more_shops_than_who_started_it(cedar, mai, cedar_shop):
    with scoping.scope(sellers=[cedar.pk], shops=[cedar_shop.pk]):
        job = jobs.start(kind="test.count", params={}, actor=actors.of_user(mai), now=clock.now())

    assert job.shop_ids == [cedar_shop.pk]


def test_a_job_speaks_the_language_of_who_started_it(cedar, mai):
    with translation.override("zh-hans"):
        job = start(cedar, mai, at=0, to=1)
    assert job.language == "zh-hans"


def test_others_do_not_see_it_but_a_manager_does(cedar, mai):
    job = start(cedar, mai, at=0, to=7)
    clerk = make.make_member(seller=cedar, role=Role.ORDER_CLERK, email="li@cedar.example", name="Li")
    boss = make.make_member(seller=cedar, role=Role.MANAGER, email="boss@cedar.example", name="Boss")
    address = f"/s/cedar/jobs/{job.public_id}/"

    assert client_of(clerk).get(address).status_code == 404
    assert "Counting" not in client_of(clerk).get("/s/cedar/jobs/").content.decode()
    assert client_of(boss).get(address).status_code == 200
    assert "Counting" in client_of(boss).get("/s/cedar/jobs/").content.decode()


def test_the_bar_polls_while_the_job_is_open_and_says_when_it_ended(cedar, mai):
    job = start(cedar, mai, at=0, to=7)
    jobs.run_chunk(seller_id=cedar.pk, job_id=job.pk)
    client, address = client_of(mai), f"/s/cedar/jobs/{job.public_id}/progress/"

    assert 'hx-trigger="every 2s"' in client.get(address).content.decode()

    jobs.run(seller_id=cedar.pk, job_id=job.pk)
    answer = client.get(address)

    assert "hx-get" not in answer.content.decode()
    assert "job-ended" in answer.headers["HX-Trigger"]


def test_what_a_rolled_back_chunk_wrote_is_cut_off(cedar, mai):
    job = start(cedar, mai, kind="test.file", bytes=0, left=1)
    jobs.run_chunk(seller_id=cedar.pk, job_id=job.pk)
    path = job_files.relative_path(job=job, ending=".csv")
    with job_files.absolute(path).open("ab") as file:
        file.write(b"half a li")  # killed before the commit

    jobs.run(seller_id=cedar.pk, job_id=job.pk)

    assert job_files.stored(stored(job)).read_bytes() == b"abc\nabc\n"


def test_the_file_wants_the_permission_and_who_took_it_is_kept(cedar, mai):
    job = start(cedar, mai, kind="test.file", bytes=0, left=0)
    jobs.run(seller_id=cedar.pk, job_id=job.pk)
    address = f"/s/cedar/jobs/{job.public_id}/file/"

    answer = client_of(mai).post(address)

    assert b"".join(answer.streaming_content) == b"abc\n"
    assert "letters.csv" in answer.headers["Content-Disposition"]
    with scoping.scope(sellers=[cedar.pk]):
        assert AuditEntry.objects.get(action="job.file_taken").subject_id == job.public_id
    mai.memberships.update(role=Role.PICKER)
    assert client_of(mai).post(address).status_code == 403


def test_old_files_are_forgotten_first_then_the_job(cedar, mai):
    job = start(cedar, mai, kind="test.file", bytes=0, left=0)
    jobs.run(seller_id=cedar.pk, job_id=job.pk)
    path = job_files.stored(stored(job))

    age(job, job_files.KEEP_FILES)
    tasks.tidy()
    assert not path.exists()
    assert stored(job).file == ""

    age(job, tasks.KEEP_JOBS)
    tasks.tidy()
    with scoping.scope(sellers=[cedar.pk]):
        assert not Job.objects.exists()


def age(job, by: timedelta) -> None:
    with scoping.scope(sellers=[job.seller_id]):
        Job.objects.filter(pk=job.pk).update(finished_at=clock.now() - by - timedelta(hours=1))


def test_the_list_asks_as_much_for_many_jobs_as_for_one(cedar, mai):
    client = client_of(mai)
    client.get("/s/cedar/jobs/")
    start(cedar, mai, at=0, to=1)
    with CaptureQueriesContext(connection) as one:
        client.get("/s/cedar/jobs/")
    for _ in range(5):
        start(cedar, mai, at=0, to=1)
    with CaptureQueriesContext(connection) as many:
        client.get("/s/cedar/jobs/")
    assert len(many) == len(one)
