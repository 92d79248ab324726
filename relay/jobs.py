"""Long work in chunks: each chunk and its progress are one transaction, so what is killed goes on where it stopped.

A kind registers a `step`; `start` makes the row and wakes a worker; a sweep finds every job that nobody carries on.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core import clock
from core.errors import RuleViolation
from relay import backoff, wake
from relay.models import OPEN_JOBS, Job, JobRow, JobState, RowState
from tenancy import scoping
from tenancy.actors import Actor

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 6
RUN_FOR = timedelta(seconds=60)  # then the next job of the queue gets its turn
LOST_AFTER = timedelta(seconds=20)  # an open job that did not move for so long is woken again
TASK = "relay.tasks.run_job"


@dataclass(frozen=True)
class RowResult:
    """What became of one row; `message` is a sentence for the person."""

    label: str
    subject_id: int | None
    state: str
    message: str = ""


@dataclass(frozen=True)
class Step:
    """One chunk's outcome. Counts are of this chunk; `params` None means that the job is finished.

    `total` sets the whole amount once it is known; `wait_s` lets some time pass before the next chunk.
    """

    params: dict[str, Any] | None
    done: int = 0
    skipped: int = 0
    failed: int = 0
    rows: list[RowResult] = field(default_factory=list)
    total: int | None = None
    wait_s: float = 0.0
    file: str | None = None
    file_name: str | None = None


@dataclass(frozen=True)
class JobKind:
    """`step(*, job, actor, now) -> Step`: one bounded chunk (two seconds at most), safe to run again after a roll-back.

    A kind that must ask another system gives `fetch(*, job, now)`: it runs before the chunk with no transaction open
    and no scope bound, and the step gets its answer as `fetched=`. `retry_params(job, subject_ids)` makes “retry
    failed” possible: the params of a new job over these subjects. `clean_up(job)` is called when a job ends unfinished.
    `row_search` names the page that finds a row by its label (`?q=`); `file_permission(job)` is what its file wants more.
    """

    name: str
    words: str | Promise
    step: Callable[..., Step]
    permission: str
    queue: str = "housekeeping"
    fetch: Callable[..., Any] | None = None
    retry_params: Callable[[Job, list[int]], dict[str, Any]] | None = None
    clean_up: Callable[[Job], None] | None = None
    row_search: str = ""
    file_permission: Callable[[Job], str] | None = None


class NothingFailed(RuleViolation):
    """There is nothing to try again."""

    code = "nothing_failed"
    status = 409


_kinds: dict[str, JobKind] = {}


def register(kind: JobKind) -> JobKind:
    """Make a kind of job known to workers, sweeps and pages."""
    _kinds[kind.name] = kind
    return kind


def kind_of(job: Job) -> JobKind | None:
    """What the job is; None when this program no longer has its kind."""
    return _kinds.get(job.kind)


@transaction.atomic
def start(*, kind: str, params: dict[str, Any], actor: Actor, now: datetime, total: int | None = None) -> Job:
    """Make a job, limited to the shops that are in scope, and wake a worker after the commit."""
    shops = scoping.current().shops
    job = Job.objects.create(
        kind=_kinds[kind].name,
        asked=params,
        params=params,
        total=total,
        shop_ids=None if shops is None else sorted(shops),
        language=translation.get_language() or "en",
        started_by_id=actor.id if actor.kind == "user" else None,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        created_at=now,
        moved_at=now,
        not_before=now,
    )
    wake.on_commit(TASK, queue=_kinds[kind].queue, seller_id=job.seller_id, job_id=job.pk)
    return job


@transaction.atomic
def cancel(*, job_id: int, now: datetime) -> Job:
    """Stop an open job; chunks that are done stay done. Waits for the chunk that runs now."""
    job = Job.objects.lock().get(pk=job_id)
    if job.is_open:
        _finish(job, state=JobState.CANCELLED, now=now)
        _clean_up(job)
    return job


@transaction.atomic
def retry_failed(*, job_id: int, actor: Actor, now: datetime) -> Job:
    """A new job over the failed rows of an ended one."""
    job = Job.objects.get(pk=job_id)
    kind = kind_of(job)
    failed = job.rows.filter(state=RowState.FAILED, subject_id__isnull=False).order_by("pk")
    subjects = list(failed.values_list("subject_id", flat=True))
    if kind is None or kind.retry_params is None or job.is_open or not subjects:
        raise NothingFailed(_("Nothing of it can be tried again."))
    params = kind.retry_params(job, subjects)
    return start(kind=job.kind, params=params, total=len(subjects), actor=actor, now=now)


def can_retry(job: Job) -> bool:
    kind = kind_of(job)
    return bool(kind and kind.retry_params and job.failed and not job.is_open)


def visible(*, user_id: int, sees_all: bool) -> QuerySet[Job]:
    """The jobs that a person may look at: their own, or everybody's."""
    jobs = Job.objects.order_by("-created_at", "-pk")
    return jobs if sees_all else jobs.filter(started_by_id=user_id)


def run(*, seller_id: int, job_id: int) -> None:
    """Chunk after chunk until the job ends, waits, or has had its turn. Call it outside of any transaction."""
    until = clock.now() + RUN_FOR
    while (wait_s := run_chunk(seller_id=seller_id, job_id=job_id)) is not None:
        if wait_s > 0 or clock.now() >= until:
            kind = _kind_by_id(seller_id=seller_id, job_id=job_id)
            if wait_s <= 0 and kind:
                wake.send(TASK, queue=kind.queue, seller_id=seller_id, job_id=job_id)
            return


def run_chunk(*, seller_id: int, job_id: int) -> float | None:
    """One chunk. Returns the seconds to wait before the next, or None when there is nothing (more) to do here."""
    now = clock.now()
    job = _peek(seller_id=seller_id, job_id=job_id, now=now)
    if job is None:
        return None
    try:
        more = {}
        if (kind := kind_of(job)) and kind.fetch:
            more = {"fetched": kind.fetch(job=job, now=now)}
        with scoping.scope(sellers=[seller_id], shops=job.shop_ids), translation.override(job.language):
            return _locked_chunk(job_id=job_id, params=job.params, more=more, now=now)
    except RuleViolation as error:
        return _failed(job, message=str(error), is_final=True)
    except Exception as error:  # noqa: BLE001 - the relay turns any failure of a chunk into a stored fact
        log.warning("job.chunk_failed", job_id=job_id, kind=job.kind, error=repr(error)[:300])
        message = str(getattr(error, "message", "") or type(error).__name__)
        return _failed(job, message=message, is_final=False)


def _peek(*, seller_id: int, job_id: int, now: datetime) -> Job | None:
    with scoping.scope(sellers=[seller_id]):
        return Job.objects.filter(pk=job_id, state__in=OPEN_JOBS, not_before__lte=now).first()


def _kind_by_id(*, seller_id: int, job_id: int) -> JobKind | None:
    with scoping.scope(sellers=[seller_id]):
        job = Job.objects.filter(pk=job_id).first()
        return kind_of(job) if job else None


def _locked_chunk(*, job_id: int, params: dict, more: dict[str, Any], now: datetime) -> float | None:
    """The chunk and its progress in one transaction; a job that another worker is at is left to it."""
    job = Job.objects.lock_free().filter(pk=job_id, state__in=OPEN_JOBS).first()
    if job is None or (more and job.params != params):
        return None
    kind = kind_of(job)
    if kind is None:
        raise RuleViolation(_("This program no longer knows this kind of work."))
    if job.state == JobState.QUEUED:
        job.state, job.started_at = JobState.RUNNING, now
    actor = Actor(kind=job.actor_kind, label=job.actor_label, id=job.actor_id)
    step = kind.step(job=job, actor=actor, now=now, **more)
    job.done += step.done
    job.skipped += step.skipped
    job.failed += step.failed
    job.total = job.total if step.total is None else step.total
    job.file, job.file_name = step.file or job.file, step.file_name or job.file_name
    job.attempts, job.last_error, job.moved_at = 0, "", now
    job.not_before = now + timedelta(seconds=step.wait_s)
    JobRow.objects.insert_many(
        JobRow(
            job=job,
            label=row.label[:120],
            subject_id=row.subject_id,
            state=row.state,
            message=row.message[:400],
        )
        for row in step.rows
    )
    if step.params is None:
        _finish(job, state=JobState.DONE, now=now)
        return None
    job.params = step.params
    job.save()
    return step.wait_s


def _finish(job: Job, *, state: str, now: datetime) -> None:
    job.state, job.finished_at, job.moved_at = state, now, now
    job.save()
    log.info("job.finished", job_id=job.pk, kind=job.kind, state=state, done=job.done, failed=job.failed)


def _failed(job: Job, *, message: str, is_final: bool) -> float | None:
    """The chunk was rolled back; keep why, and try again later unless that is of no use."""
    now = clock.now()
    with scoping.scope(sellers=[job.seller_id]):
        stored = Job.objects.lock().filter(pk=job.pk, state__in=OPEN_JOBS).first()
        if stored is None:
            return None
        stored.attempts += 1
        stored.last_error = message[:400]
        if is_final or stored.attempts >= MAX_ATTEMPTS:
            _finish(stored, state=JobState.FAILED, now=now)
            _clean_up(stored)
            return None
        wait = backoff.delay(stored.attempts)
        stored.not_before = stored.moved_at = now + wait
        stored.save()
        return wait.total_seconds()


def _clean_up(job: Job) -> None:
    kind = kind_of(job)
    if kind and kind.clean_up:
        kind.clean_up(job)


def lost(*, now: datetime) -> QuerySet[Job]:
    """Open jobs that nobody seems to carry on, in the sellers of the scope."""
    return Job.objects.filter(state__in=OPEN_JOBS, not_before__lte=now, moved_at__lte=now - LOST_AFTER)


def wake_again(*, seller_id: int, job_id: int, kind: str) -> None:
    """Ask a worker to carry on; one that is at it already makes this a no-op."""
    if kind in _kinds:
        wake.send(TASK, queue=_kinds[kind].queue, seller_id=seller_id, job_id=job_id)
