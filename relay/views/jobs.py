"""Long jobs: how far they are, what became of each row, their files; cancel, and try the failed rows again."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Value, When
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.shortcuts import render as render_template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import clock, htmx
from relay import job_files, jobs
from relay.models import Job, JobRow, RowState
from tenancy import actors, audit
from tenancy.pages import seller_page

PER_PAGE = 50
ROWS_PER_PAGE = 100
_WORST_FIRST = Case(
    When(state=RowState.FAILED, then=Value(0)),
    When(state=RowState.SKIPPED, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)


def _visible(request: HttpRequest):
    """Whoever started it, or a manager who may see every shop."""
    sees_all = request.access.can("jobs.all") and request.access.shop_ids is None
    return jobs.visible(user_id=request.user.pk, sees_all=sees_all)


def _job(request: HttpRequest, public_id: str) -> Job:
    """A visible job that the person may still do; else 404 or 403."""
    job = get_object_or_404(_visible(request), public_id=public_id)
    kind = jobs.kind_of(job)
    if kind and not request.access.can(kind.permission):
        raise PermissionDenied(_("Your role here does not include this. Ask an owner to change it."))
    return job


def _words(job: Job) -> dict[str, object]:
    """A job as the templates show it."""
    kind = jobs.kind_of(job)
    percent = min(int(job.handled * 100 / job.total), 100) if job.total else None
    return {
        "job": job,
        "words": kind.words if kind else job.kind,
        "percent": percent,
        "can_retry": jobs.can_retry(job),
        "file_until": job.finished_at + job_files.KEEP_FILES if job.file and job.finished_at else None,
    }


@seller_page("orders.view")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The newest first."""
    page = Paginator(_visible(request), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "table_id": "jobs",
        "page": page,
        "items": [_words(job) for job in page],
        "empty_icon": "hourglass",
        "empty_title": _("No long jobs yet"),
        "empty_text": _("Exports and work on many orders run here; leave the page, they go on."),
    }
    return htmx.render(request, "relay/jobs.html", "relay/_jobs.html", context)


@seller_page("orders.view")
@require_safe
def job(request: HttpRequest, public_id: str) -> HttpResponse:
    """One job with its rows, the failed ones first."""
    found = _job(request, public_id)
    state = request.GET.get("state", "")
    rows = JobRow.objects.filter(job=found)
    if state in RowState.values:
        rows = rows.filter(state=state)
    rows = rows.annotate(rank=_WORST_FIRST).order_by("rank", "pk")
    kind = jobs.kind_of(found)
    rows_at = (
        reverse(kind.row_search, kwargs={"seller": request.seller.slug}) if kind and kind.row_search else ""
    )
    context = {**_words(found), "rows_at": rows_at, "state": state, "states": _states(found, state=state)}
    context["page"] = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    return htmx.render(request, "relay/job.html", "relay/_job.html", context)


def _states(job: Job, *, state: str) -> list[dict[str, object]]:
    """The rows by outcome, as tabs."""
    return [
        {
            "label": label,
            "count": getattr(job, value),
            "href": f"?state={value}" if value != state else "?",
            "current": value == state,
            "tone": "red" if value == RowState.FAILED else "",
        }
        for value, label in RowState.choices
    ]


@seller_page("orders.view")
@require_safe
def progress(request: HttpRequest, public_id: str) -> HttpResponse:
    """The bar alone: what a page with an open job asks for every few seconds."""
    found = _job(request, public_id)
    response = render_template(request, "relay/_job_progress.html", _words(found))
    return response if found.is_open else htmx.trigger(response, "job-ended")


@seller_page("orders.view")
@require_POST
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Stop it; what is done stays done."""
    found = jobs.cancel(job_id=_job(request, public_id).pk, now=clock.now())
    return htmx.redirect(request, _address(request, found), _("Stopped. What was done stays done."), "info")


@seller_page("orders.view")
@require_POST
def retry(request: HttpRequest, public_id: str) -> HttpResponse:
    """A new job over the failed rows."""
    fresh = jobs.retry_failed(
        job_id=_job(request, public_id).pk, actor=actors.of_user(request.user), now=clock.now()
    )
    return htmx.redirect(request, _address(request, fresh), _("The failed ones are being tried again."))


@seller_page("orders.view")
@require_POST
def file(request: HttpRequest, public_id: str) -> HttpResponse | FileResponse:
    """The file; who took it is kept."""
    found = _job(request, public_id)
    kind = jobs.kind_of(found)
    if kind and kind.file_permission and not request.access.can(kind.file_permission(found)):
        raise PermissionDenied(_("Your role here does not include this. Ask an owner to change it."))
    path = job_files.stored(found)
    audit.record(
        actor=actors.of_user(request.user),
        now=clock.now(),
        action="job.file_taken",
        subject_type="job",
        subject_id=found.public_id,
        kind=found.kind,
    )
    content_type = job_files.CONTENT_TYPES.get(path.suffix, "application/octet-stream")
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=found.file_name, content_type=content_type
    )


def _address(request: HttpRequest, job: Job) -> str:
    return reverse("jobs:job", kwargs={"seller": request.seller.slug, "public_id": job.public_id})
