"""The put-back list: scan an item, scan the bin that it goes into."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock, htmx
from core.errors import RuleViolation
from tenancy import actors
from tenancy.pages import seller_page
from warehouse import put_back_scans, selectors
from warehouse.models import PutBackTask

SHOWN = 60


@seller_page("floor.pick")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What stands in totes and at the dock and belongs on a shelf."""
    chosen = request.GET.get("task", "")
    task = selectors.put_back_tasks().filter(pk=chosen).first() if chosen.isdecimal() else None
    return _station(request, task=task)


@seller_page("floor.pick")
@require_POST
def scan(request: HttpRequest) -> HttpResponse:
    """An item first; with an item in hand, its bin."""
    code, chosen = request.POST.get("code", ""), request.POST.get("task", "")
    task = selectors.put_back_tasks().filter(pk=chosen).first() if chosen.isdecimal() else None
    typed = request.POST.get("quantity", "")
    try:
        if task is None:
            found = put_back_scans.recognize(code=code)
        else:
            found = put_back_scans.place(
                task_id=task.pk,
                bin_code=code,
                quantity=int(typed) if typed.isdecimal() and len(typed) < 6 else None,
                actor=actors.of_user(request.user),
                now=clock.now(),
            )
    except RuleViolation as error:
        return _station(request, task=task, text=str(error), ok=False)
    return _station(request, task=None if found.is_placed else found.task, text=found.text)


@seller_page("floor.pick")
@require_POST
def not_there(request: HttpRequest, task_id: int) -> HttpResponse:
    """The goods are not where the list says."""
    found = get_object_or_404(PutBackTask, pk=task_id)
    put_back_scans.not_there(task_id=found.pk, actor=actors.of_user(request.user), now=clock.now())
    return _station(request, text=_("Noted: a count of that place is asked for."))


def _station(
    request: HttpRequest, *, task: PutBackTask | None = None, text: str = "", ok: bool = True
) -> HttpResponse:
    waiting = selectors.put_back_tasks()
    context = {
        "task": task,
        "waiting": list(waiting[:SHOWN]),
        "waiting_count": waiting.count(),
        "answer": {"ok": ok, "text": text} if text else None,
    }
    response = htmx.render(
        request,
        "warehouse/put_back.html",
        "warehouse/_put_back.html",
        context,
        status=200 if ok else 422,
    )
    return htmx.scanned(response, ok=ok, text=text) if text else response
