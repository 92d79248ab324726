"""Stations of a show's tasks: bring goods to the forward bin, pre-pack them; a scanner and no mouse."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock, htmx
from core.errors import RuleViolation
from tenancy import actors
from tenancy.pages import seller_page
from warehouse import show_tasks
from warehouse.models import Show, ShowTask, ShowTaskKind
from warehouse.show_tasks import Given
from warehouse.views.bins import number

SHOWN = 60


def _by(request: HttpRequest) -> dict[str, object]:
    return {"actor": actors.of_user(request.user), "now": clock.now()}


def _show(public_id: str) -> Show:
    return get_object_or_404(Show.objects.select_related("shop", "warehouse"), public_id=public_id)


@seller_page("floor.pick")
@require_GET
def bring(request: HttpRequest, public_id: str) -> HttpResponse:
    """The next load, in walk order; a link takes another one first."""
    return _station(
        request, _show(public_id), ShowTaskKind.BRING, task_id=number(request.GET.get("task", ""))
    )


@seller_page("floor.pick")
@require_POST
def bring_scan(request: HttpRequest, public_id: str, task_id: int) -> HttpResponse:
    """The bin, the item, the forward bin."""
    show, given = _show(public_id), Given(request.POST.get("source", ""), request.POST.get("item", ""))
    task = get_object_or_404(ShowTask, pk=task_id, product__show=show, kind=ShowTaskKind.BRING)
    try:
        done = show_tasks.scan(
            task_id=task.pk,
            given=given,
            code=request.POST.get("code", ""),
            quantity=number(request.POST.get("quantity", "")),
            **_by(request),
        )
    except RuleViolation as error:
        return _station(
            request, show, ShowTaskKind.BRING, task_id=task.pk, given=given, text=str(error), error=error
        )
    next_id = task.pk if not done.is_moved or done.task.left else None
    return _station(request, show, ShowTaskKind.BRING, task_id=next_id, given=done.given, text=done.text)


@seller_page("floor.pick")
@require_POST
def not_there(request: HttpRequest, public_id: str, task_id: int) -> HttpResponse:
    """Less is there than the ledger knows."""
    show = _show(public_id)
    task = get_object_or_404(ShowTask, pk=task_id, product__show=show, kind=ShowTaskKind.BRING)
    show_tasks.not_there(task_id=task.pk, **_by(request))
    return _station(request, show, ShowTaskKind.BRING, text=_("Noted: a count of that place is asked for."))


@seller_page("floor.pack")
@require_GET
def prepack(request: HttpRequest, public_id: str) -> HttpResponse:
    """What is to be closed into cartons before anybody orders it."""
    return _station(request, _show(public_id), ShowTaskKind.PACK, task_id=number(request.GET.get("task", "")))


@seller_page("floor.pack")
@require_POST
def prepack_scan(request: HttpRequest, public_id: str, task_id: int) -> HttpResponse:
    """One of the units that are in their cartons now."""
    show = _show(public_id)
    task = get_object_or_404(ShowTask, pk=task_id, product__show=show, kind=ShowTaskKind.PACK)
    try:
        done = show_tasks.pack(
            task_id=task.pk,
            code=request.POST.get("code", ""),
            quantity=number(request.POST.get("quantity", "")) or 1,
            **_by(request),
        )
    except RuleViolation as error:
        return _station(request, show, ShowTaskKind.PACK, task_id=task.pk, text=str(error), error=error)
    next_id = task.pk if done.task.left else None
    return _station(request, show, ShowTaskKind.PACK, task_id=next_id, text=done.text)


def _station(
    request: HttpRequest,
    show: Show,
    kind: str,
    *,
    task_id: int | None = None,
    given: Given | None = None,
    text: str = "",
    error: RuleViolation | None = None,
) -> HttpResponse:
    waiting = list(show_tasks.open_tasks(show=show, kind=kind)[: SHOWN + 1])
    task = next((one for one in waiting if one.pk == task_id), waiting[0] if waiting else None)
    if task is None or task.pk != task_id:
        given = Given()
    context = {
        "show": show,
        "task": task,
        "given": given or Given(),
        "waiting": waiting[:SHOWN],
        "waiting_count": len(waiting),
        "answer": {"ok": error is None, "text": text} if text else None,
    }
    name = "show_bring" if kind == ShowTaskKind.BRING else "show_prepack"
    response = htmx.render(
        request,
        f"warehouse/{name}.html",
        f"warehouse/_{name}.html",
        context,
        status=422 if error else 200,
    )
    return (
        htmx.scanned(response, ok=error is None, text=text, kind=error.code if error else "")
        if text
        else response
    )
