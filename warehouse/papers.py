"""Papers of the floor as PDF: one document for many, at once when they are few, as a job with progress when they are many.

A chunk of a job is drawn with no transaction open; its parts become one file, and only then is the print kept.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Min, Model, QuerySet
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import pdf
from core.errors import RuleViolation
from orders.models import Package
from relay import job_files, jobs
from relay.jobs import JobKind, Step
from relay.models import Job
from tenancy import scoping
from tenancy.actors import Actor
from warehouse import packing_slips, paper_pages, paper_prints
from warehouse.models import (
    Bin,
    CountTask,
    Delivery,
    Lane,
    PaperKind,
    PaperSize,
    PickList,
    PickListState,
    PickMode,
    PickTask,
    PickTaskState,
)
from warehouse.paper_prints import Subject

KIND = "warehouse.papers"
MOST = 5000


class NothingToPrint(RuleViolation):
    """No paper comes out of this choice."""

    code = "nothing_to_print"


class BadPaper(RuleViolation):
    """A kind or size of paper that there is not, or too many at once."""

    code = "bad_paper"


@dataclass(frozen=True)
class Paper:
    """A kind of paper: how its subjects are read, named and drawn. `at_once`: so many make one document."""

    kind: str
    permission: str
    sizes: tuple[str, ...]
    at_once: int
    model: type[Model]
    read: Callable[[], QuerySet]
    name: Callable[[Any], str]
    draw: Callable[[Sequence[Any]], Sequence[Any]]
    pictures: Callable[[Sequence[Any]], Mapping[str, bytes]] | None = None


@dataclass(frozen=True)
class Outcome:
    """The PDF, or the job that makes it."""

    content: bytes | None = None
    job: Job | None = None


_LABEL_FIRST, _A4_FIRST = (PaperSize.LABEL, PaperSize.A4), (PaperSize.A4, PaperSize.LABEL)


def _lists() -> QuerySet:
    return PickList.objects.select_related("wave__warehouse")


def _packages() -> QuerySet:
    return Package.objects.select_related("order", "shop")


PAPERS = {
    paper.kind: paper
    for paper in (
        Paper(
            PaperKind.PICK_LIST,
            "floor.pick",
            _A4_FIRST,
            10,
            PickList,
            _lists,
            str,
            paper_pages.pick_lists,
        ),
        Paper(
            PaperKind.WALL_SHEET,
            "floor.pick",
            _A4_FIRST,
            5,
            PickList,
            _lists,
            str,
            paper_pages.wall_sheets,
        ),
        Paper(
            PaperKind.SLIP,
            "floor.pack",
            _LABEL_FIRST,
            100,
            Package,
            _packages,
            str,
            packing_slips.slips,
            packing_slips.logos,
        ),
        Paper(
            PaperKind.PARCEL_LABEL,
            "floor.pack",
            _LABEL_FIRST,
            50,
            Package,
            _packages,
            str,
            paper_pages.parcel_labels,
        ),
        Paper(
            PaperKind.BIN_LABEL,
            "stock.view",
            _A4_FIRST,
            240,
            Bin,
            lambda: Bin.objects.select_related("zone", "warehouse"),
            str,
            paper_pages.bin_labels,
        ),
        Paper(
            PaperKind.COUNT_SHEET,
            "floor.pick",
            _A4_FIRST,
            50,
            CountTask,
            lambda: CountTask.objects.select_related("bin__warehouse", "sku"),
            lambda task: f"{task.bin.code} #{task.round}",
            paper_pages.count_sheets,
        ),
        Paper(
            PaperKind.TRANSFER,
            "floor.pick",
            _A4_FIRST,
            10,
            Delivery,
            lambda: Delivery.objects.select_related("origin", "warehouse"),
            str,
            paper_pages.transfers,
        ),
    )
}


def print_now(
    *,
    kind: str,
    ids: Sequence[int],
    size: str,
    reason: str,
    actor: Actor,
    now: datetime,
    zone: str,
    wave_id: int | None = None,
) -> Outcome:
    """The papers of these things in this order; more than one document's worth becomes a job."""
    paper = PAPERS.get(kind)
    if paper is None or (size and size not in paper.sizes):
        raise BadPaper(_("There is no such paper. Choose a kind and a size from the page."))
    size = size or paper.sizes[0]
    if len(ids) > MOST:
        raise BadPaper(_("At most %(most)d at once. Choose fewer, for example one zone.") % {"most": MOST})
    if len(ids) > paper.at_once:
        subjects = _subjects(paper, _rows(paper, ids), wave_id)
        paper_prints.ask_reason(kind=kind, subjects=subjects, reason=reason)
        params = {
            "kind": kind,
            "ids": [one.pk for one in subjects],
            "size": size,
            "reason": reason,
            "wave": wave_id,
            "zone": zone,
            "at": 0,
        }
        return Outcome(job=jobs.start(kind=KIND, params=params, total=len(subjects), actor=actor, now=now))
    with transaction.atomic():
        rows = _locked(paper, ids)
        subjects = _subjects(paper, rows, wave_id)
        paper_prints.ask_reason(kind=kind, subjects=subjects, reason=reason)
        paper_prints.record(kind=kind, subjects=subjects, reason=reason, actor=actor, now=now)
        drawn = _html(paper, rows, size=size, now=now, zone=zone)
    return Outcome(content=pdf.render(drawn[0], pictures=drawn[1]))


def _rows(paper: Paper, ids: Sequence[int]) -> list[Any]:
    """In the order of `ids`; what is gone or out of reach is missing."""
    found = paper.read().in_bulk(list(ids))
    rows = [found[pk] for pk in ids if pk in found]
    if not rows:
        raise NothingToPrint(_("There is nothing to print here."))
    return rows


def _locked(paper: Paper, ids: Sequence[int]) -> list[Any]:
    """The same, held until the print is kept: two people do not both print the first one."""
    list(paper.model.objects.lock().filter(pk__in=list(ids)).values_list("pk"))
    return _rows(paper, ids)


def _subjects(paper: Paper, rows: Sequence[Any], wave_id: int | None) -> list[Subject]:
    return [
        Subject(
            pk=row.pk,
            label=paper.name(row)[:60],
            wave_id=row.wave_id if isinstance(row, PickList) else wave_id,
            package=row if isinstance(row, Package) else None,
        )
        for row in rows
    ]


def _html(
    paper: Paper, rows: Sequence[Any], *, size: str, now: datetime, zone: str
) -> tuple[str, Mapping[str, bytes]]:
    context = {
        "pages": paper.draw(rows),
        "is_a4": size == PaperSize.A4,
        "fonts": pdf.FONTS,
        "now": now,
        "zone": zone,
    }
    pictures = paper.pictures(rows) if paper.pictures else {}
    return render_to_string(f"warehouse/papers/{paper.kind}.html", context), pictures


def draw(*, kind: str, ids: Sequence[int], size: str, now: datetime, zone: str) -> bytes:
    """One document of all of them, without keeping that they were printed."""
    paper = PAPERS[kind]
    html, pictures = _html(paper, _rows(paper, ids), size=size, now=now, zone=zone)
    return pdf.render(html, pictures=pictures)


# --- long documents ---


def _fetch(*, job: Job, now: datetime) -> tuple[bytes, int]:
    """The next part, and how many things are on it. Only reading it needs the database."""
    paper, params = PAPERS[job.params["kind"]], job.params
    ids = params["ids"][params["at"] : params["at"] + paper.at_once]
    with scoping.scope(sellers=[job.seller_id], shops=job.shop_ids), translation.override(job.language):
        rows = _rows(paper, ids)
        html, pictures = _html(paper, rows, size=params["size"], now=now, zone=params["zone"])
    return pdf.render(html, pictures=pictures), len(rows)


def _step(*, job: Job, actor: Actor, now: datetime, fetched: tuple[bytes, int]) -> Step:
    """Put the part away; after the last one join them and keep the print."""
    content, count = fetched
    paper, params = PAPERS[job.params["kind"]], job.params
    job_files.append(path=_part(job, params["at"]), at=0, content=content)
    after = params["at"] + paper.at_once
    asked = len(params["ids"][params["at"] : after])
    if after < len(params["ids"]):
        return Step(params={**params, "at": after}, done=count, skipped=asked - count)
    parts = [_part(job, at) for at in range(0, len(params["ids"]), paper.at_once)]
    path = job_files.relative_path(job=job, ending=".pdf")
    pdf.join(parts=[job_files.absolute(part) for part in parts], target=job_files.absolute(path))
    subjects = _subjects(paper, _locked(paper, params["ids"]), params["wave"])
    paper_prints.record(kind=paper.kind, subjects=subjects, reason=params["reason"], actor=actor, now=now)
    for part in parts:
        job_files.forget_after_commit(path=part)
    name = f"{paper.kind.replace('_', '-')}-{now:%Y%m%d-%H%M}.pdf"
    return Step(params=None, done=count, skipped=asked - count, file=path, file_name=name)


def _part(job: Job, at: int) -> str:
    return job_files.relative_path(job=job, ending=f".{at}.part")


def _clean_up(job: Job) -> None:
    at_once = PAPERS[job.params["kind"]].at_once
    for at in range(0, len(job.params["ids"]), at_once):
        job_files.forget(path=_part(job, at))
    job_files.forget(path=job_files.relative_path(job=job, ending=".pdf"))


jobs.register(
    JobKind(
        name=KIND,
        words=gettext_lazy("Printing"),
        step=_step,
        fetch=_fetch,
        permission="stock.view",
        clean_up=_clean_up,
        file_permission=lambda job: PAPERS[job.params["kind"]].permission,
    )
)


# --- what a wave prints, in its order ---


def wave_subjects(*, wave_id: int, kind: str) -> list[int]:
    """Walks by number; slips as their packages come off the walks, slot by slot."""
    lists = PickList.objects.filter(wave_id=wave_id).exclude(state=PickListState.CANCELLED)
    if kind == PaperKind.WALL_SHEET:
        lists = lists.filter(mode=PickMode.BATCH, lane=Lane.MIXED)
    if kind in (PaperKind.PICK_LIST, PaperKind.WALL_SHEET):
        return list(lists.order_by("number", "pk").values_list("pk", flat=True))
    tasks = PickTask.objects.filter(pick_list__in=lists).exclude(state=PickTaskState.DROPPED)
    rows = tasks.values("package_id").annotate(
        number=Min("pick_list__number"), first=Min("slot"), place=Min("sequence")
    )
    return [row["package_id"] for row in rows.order_by("number", "first", "place", "package_id")]


@dataclass(frozen=True)
class Choice:
    """One kind of paper as the wave page offers it."""

    kind: str
    label: str
    sizes: list[tuple[str, str]]
    papers: int
    is_printed: bool


def of_wave_page(*, wave_id: int) -> list[Choice]:
    """What this wave prints; without a put wall no sheet for one."""
    found = []
    for kind in (PaperKind.PICK_LIST, PaperKind.WALL_SHEET, PaperKind.SLIP):
        ids = wave_subjects(wave_id=wave_id, kind=kind)
        if ids:
            sizes = [(size, PaperSize(size).label) for size in PAPERS[kind].sizes]
            before = paper_prints.times_before(kind=kind, ids=ids)
            found.append(Choice(kind, PaperKind(kind).label, sizes, len(ids), bool(before)))
    return found
