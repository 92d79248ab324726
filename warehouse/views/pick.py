"""The picker's station: choose a walk, then one big input, next step first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock, htmx
from core.errors import RuleViolation
from tenancy import actors
from tenancy.pages import seller_page
from warehouse import picking, selectors, short_picks
from warehouse.models import PickList, PickListState
from warehouse.picking import Answer
from warehouse.short_picks import ShortReason


def _address(request: HttpRequest, name: str, **kwargs: object) -> str:
    return reverse(f"warehouse:{name}", kwargs={"seller": request.seller.slug, **kwargs})


@seller_page("floor.pick")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Walks that wait for a picker, one's own first."""
    lists = picking.open_lists()
    progress = selectors.list_progress(wave_ids={row.wave_id for row in lists})
    by_list = {one.pick_list.pk: one for rows in progress.values() for one in rows}
    me = actors.of_user(request.user).label
    cards = [{"list": row, "progress": by_list[row.pk], "is_mine": row.picker_label == me} for row in lists]
    cards.sort(key=lambda card: (not card["is_mine"], card["list"].state != PickListState.OPEN))
    context = {"cards": cards, "find_url": _address(request, "pick_find")}
    return htmx.render(request, "warehouse/pick.html", "warehouse/_pick_lists.html", context)


@seller_page("floor.pick")
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """A scanned pick list number opens that walk."""
    code = request.POST.get("code", "").strip()
    found = PickList.objects.filter(number__iexact=code).first()
    if found is None:
        text = _("There is no pick list “%(code)s”.") % {"code": code}
        return htmx.scanned(htmx.toast(HttpResponse(status=422), text, "danger"), ok=False, text=text)
    return htmx.redirect(request, _address(request, "walk", public_id=found.public_id))


@seller_page("floor.pick")
@require_POST
def claim(request: HttpRequest, public_id: str) -> HttpResponse:
    """Start or resume; a manager may take a walk over."""
    found = get_object_or_404(PickList, public_id=public_id)
    picking.claim(
        pick_list_id=found.pk,
        tote_code=request.POST.get("tote", ""),
        take_over="take_over" in request.POST and request.access.can("waves.plan"),
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
    """One scan of a bin or an item."""
    found = get_object_or_404(PickList, public_id=public_id)
    who = actors.of_user(request.user)
    try:
        answer = picking.scan(
            pick_list_id=found.pk, code=request.POST.get("code", ""), actor=who, now=clock.now()
        )
    except RuleViolation as error:
        return _refused(request, found, str(error))
    return _station(request, PickList.objects.get(pk=found.pk), answer)


@seller_page("floor.pick")
@require_POST
def take(request: HttpRequest, public_id: str) -> HttpResponse:
    """Further units of the line, typed."""
    found = get_object_or_404(PickList, public_id=public_id)
    typed = request.POST.get("quantity", "")
    quantity = int(typed) if typed.isdecimal() and len(typed) < 6 else 0
    try:
        answer = picking.take_more(
            pick_list_id=found.pk, quantity=quantity, actor=actors.of_user(request.user), now=clock.now()
        )
    except RuleViolation as error:
        return _refused(request, found, str(error))
    return _station(request, PickList.objects.get(pk=found.pk), answer)


@seller_page("floor.pick")
@require_POST
def short(request: HttpRequest, public_id: str) -> HttpResponse:
    """The bin does not hold what it should."""
    found = get_object_or_404(PickList, public_id=public_id)
    who = actors.of_user(request.user)
    try:
        answer = short_picks.report(
            pick_list_id=found.pk, reason=request.POST.get("reason", ""), actor=who, now=clock.now()
        )
    except RuleViolation as error:
        return _refused(request, found, str(error))
    return _station(request, PickList.objects.get(pk=found.pk), answer)


def _refused(request: HttpRequest, found: PickList, text: str) -> HttpResponse:
    found = PickList.objects.get(pk=found.pk)
    refused = Answer(
        kind="refused",
        ok=False,
        text=text,
        step=picking.next_step(found),
        progress=picking.progress(found),
    )
    return _station(request, found, refused)


def _station(request: HttpRequest, found: PickList, answer: Answer | None = None) -> HttpResponse:
    if answer is None:
        tasks = picking.tasks_of(pick_list=found)
        step, progress = picking.next_step(found, tasks), picking.progress(found, tasks)
    else:
        step, progress = answer.step, answer.progress
    context = {
        "list": found,
        "step": step,
        "progress": progress,
        "answer": answer,
        "is_mine": found.state == PickListState.PICKING
        and found.picker_label == actors.of_user(request.user).label,
        "is_over": found.state in (PickListState.PICKED, PickListState.CANCELLED),
        "reasons": ShortReason.choices,
    }
    status = 422 if answer is not None and not answer.ok else 200
    response = htmx.render(request, "warehouse/walk.html", "warehouse/_walk.html", context, status=status)
    return response if answer is None else htmx.scanned(response, ok=answer.ok, text=answer.text)
