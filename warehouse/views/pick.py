"""The picker's station: choose a walk, then one big input, next step first."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock, htmx
from orders import packages
from tenancy import actors
from tenancy.pages import seller_page
from warehouse import paper_prints, picking, selectors, short_picks, station_scans, walk_steps
from warehouse.models import PaperKind, PickList, PickListState, PickMode, Station, TakeOverWhy
from warehouse.short_picks import ShortReason
from warehouse.views.station_words import camera_words, keep_words


def _address(request: HttpRequest, name: str, **kwargs: object) -> str:
    return reverse(f"warehouse:{name}", kwargs={"seller": request.seller.slug, **kwargs})


@seller_page("floor.pick")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Walks that wait for a picker, one's own first."""
    lists = picking.open_lists()
    progress = selectors.list_progress(wave_ids={row.wave_id for row in lists})
    by_list = {one.pick_list.pk: one for rows in progress.values() for one in rows}
    me = actors.of_user(request.user)
    cards = [
        {
            "list": row,
            "progress": by_list[row.pk],
            "is_mine": row.state == PickListState.PICKING and picking.is_walker(pick_list=row, actor=me),
        }
        for row in lists
    ]
    cards.sort(key=lambda card: (not card["is_mine"], card["list"].state != PickListState.OPEN))
    context = {
        "cards": cards,
        "find_url": _address(request, "pick_find"),
        "keep_words": keep_words(),
    }
    return htmx.render(request, "warehouse/pick.html", "warehouse/_pick_lists.html", context)


@seller_page("floor.pick")
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of the walks: from here its reach is the pick station and nothing else."""
    path = finders.find("app/pick_worker.js")
    response = HttpResponse(Path(path).read_bytes(), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@seller_page("floor.pick")
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """A scanned pick list number, or the tote of one, opens that walk."""
    code = request.POST.get("code", "").strip()
    found = PickList.objects.filter(number__iexact=code).first()
    if found is None and code:
        found = next((row for row in picking.open_lists() if row.tote_code.upper() == code.upper()), None)
    if found is None:
        text = _("There is no pick list “%(code)s”.") % {"code": code}
        response = htmx.toast(HttpResponse(status=422), text, "danger")
        return htmx.scanned(response, ok=False, text=text, kind="unknown_code")
    return htmx.redirect(request, _address(request, "walk", public_id=found.public_id))


@seller_page("floor.pick")
@require_POST
def claim(request: HttpRequest, public_id: str) -> HttpResponse:
    """Start or resume; or go on with somebody else's walk, with a reason."""
    found = get_object_or_404(PickList, public_id=public_id)
    picking.claim(
        pick_list_id=found.pk,
        tote_code=request.POST.get("tote", ""),
        why=request.POST.get("why", ""),
        actor=actors.of_user(request.user),
        now=clock.now(),
    )
    return htmx.redirect(request, _address(request, "walk", public_id=public_id))


@seller_page("floor.pick")
@require_GET
def walk(request: HttpRequest, public_id: str) -> HttpResponse:
    """The walk where it stands."""
    return _station(request, get_object_or_404(PickList, public_id=public_id))


@seller_page("floor.pick")
@require_POST
def scan(request: HttpRequest, public_id: str) -> HttpResponse:
    """One scan of a bin, an item or a tote."""
    code = request.POST.get("code", "")
    return _once(request, public_id, code, partial(picking.scan, code=code))


@seller_page("floor.pick")
@require_POST
def take(request: HttpRequest, public_id: str) -> HttpResponse:
    """Further units of the line, typed."""
    typed = request.POST.get("quantity", "")
    quantity = int(typed) if typed.isdecimal() and len(typed) < 6 else 0
    return _once(request, public_id, f"× {quantity}", partial(picking.take_more, quantity=quantity))


@seller_page("floor.pick")
@require_POST
def short(request: HttpRequest, public_id: str) -> HttpResponse:
    """The bin does not hold what it should."""
    reason = request.POST.get("reason", "")
    return _once(request, public_id, f"short: {reason}", partial(short_picks.report, reason=reason))


def _once(
    request: HttpRequest, public_id: str, code: str, act: Callable[..., walk_steps.Answer]
) -> HttpResponse:
    """Do it for the key that the browser gave it, and show the walk as it is now."""
    found = get_object_or_404(PickList, public_id=public_id)
    who, now = actors.of_user(request.user), clock.now()
    said = station_scans.once(
        station=Station.PICK,
        key=request.POST.get("key", ""),
        pick_list=found,
        code=code,
        act=partial(act, pick_list_id=found.pk, actor=who, now=now),
        actor=who,
        now=now,
    )
    return _station(request, PickList.objects.select_related("wave__warehouse").get(pk=found.pk), said)


def _station(request: HttpRequest, found: PickList, said: station_scans.Said | None = None) -> HttpResponse:
    tasks = walk_steps.tasks_of(pick_list=found)
    me = actors.of_user(request.user)
    is_walked = found.state == PickListState.PICKING
    is_mine = is_walked and picking.is_walker(pick_list=found, actor=me)
    context = {
        "list": found,
        "prints": paper_prints.of_subjects(kind=PaperKind.PICK_LIST, ids=[found.pk]),
        "step": walk_steps.next_step(found, tasks),
        "progress": walk_steps.progress(found, tasks),
        "ahead": _ahead(found, tasks) if is_mine else None,
        "stopped": _stopped(found) if is_mine else [],
        "answer": said,
        "is_mine": is_mine,
        "is_batch": found.mode == PickMode.BATCH,
        "is_over": found.state in (PickListState.PICKED, PickListState.CANCELLED),
        "reasons": ShortReason.choices,
        "take_over_reasons": TakeOverWhy.choices,
        "keep_words": keep_words(),
        "camera_words": camera_words(),
    }
    status = 200 if said is None or said.ok else 422
    response = htmx.render(request, "warehouse/walk.html", "warehouse/_walk.html", context, status=status)
    return response if said is None else htmx.scanned(response, ok=said.ok, text=said.text, kind=said.kind)


def _ahead(found: PickList, tasks: list) -> dict[str, object]:
    """What a phone needs to go on without a connection."""
    lines = walk_steps.ahead(found, tasks)
    at = next((one.bin.code for one in tasks if one.bin_id == found.at_bin_id), "")
    return {"tote": found.tote_code, "at": at, "lines": [asdict(line) for line in lines]}


def _stopped(found: PickList) -> list[dict[str, object]]:
    stopped = walk_steps.stopped_on(found)
    return [{**asdict(one), "reason": _why(one.reason)} for one in stopped]


def _why(reason: str) -> str:
    return _("too few on the shelves") if reason == walk_steps.SHORT else packages.stop_words(reason)
