"""One act on many orders: a page of them at once, more as a job that can be watched and left alone."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core import clock, htmx
from orders import queue, queue_bulk, queue_walk
from orders.models import Order
from orders.queue_bulk import AT_ONCE, Task
from orders.views import filters
from relay.models import Job
from tenancy import actors
from tenancy.pages import seller_page


def task_of(request: HttpRequest) -> Task:
    """What the buttons say: `act`, with its value after a colon or in the field for tags."""
    act, _colon, value = request.POST.get("act", "").partition(":")
    if act in ("tag", "untag"):
        value = value or request.POST.get("tag", "")
    return Task.checked(act=act, value=value, note=request.POST.get("note", ""))


@seller_page("orders.review")
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """One rule call for the whole selection; the good rows are not held back by the others."""
    task, query, now = task_of(request), request.POST.get("query", ""), clock.now()
    back, actor = f"{_back(request)}?{query}", actors.of_user(request.user)
    asked = filters.understand(QueryDict(query), default_tab=request.POST.get("tab", queue.OPEN))
    is_all = request.POST.get("all") == "1"
    if is_all:
        ids = queue.order_ids(chosen=asked.chosen, limit=AT_ONCE + 1, now=now)
    else:
        ids = queue_bulk.chosen_ids(request.POST.getlist("ids"))
    if not ids:
        return htmx.redirect(request, back, _("Choose at least one order first."), "warning")
    if len(ids) <= AT_ONCE:
        return _at_once(request, task=task, ids=ids, query=query, back=back)
    if is_all:
        values = queue_walk.keep(chosen=asked.chosen, carrier=asked.carrier)
        job = queue_bulk.start_all(task=task, filter_values=values, actor=actor, now=now)
    else:
        job = queue_bulk.start(task=task, order_ids=ids, actor=actor, now=now)
    return _watch(request, job)


def _watch(request: HttpRequest, job: Job) -> HttpResponse:
    """To the page where it can be watched; it goes on without anybody."""
    text = ngettext(
        "Working on %(n)s order in the background.", "Working on %(n)s orders in the background.", job.total
    )
    address = reverse("jobs:job", kwargs={"seller": request.seller.slug, "public_id": job.public_id})
    return htmx.redirect(request, address, text % {"n": job.total}, "info")


def _at_once(request: HttpRequest, *, task: Task, ids: list[int], query: str, back: str) -> HttpResponse:
    results = task.run(order_ids=ids, actor=actors.of_user(request.user), now=clock.now())
    public_ids = dict(Order.objects.filter(pk__in=ids).values_list("pk", "public_id"))
    rows = [{"result": result, "public_id": public_ids[result.order_id]} for result in results]
    by_outcome = {
        outcome: [row for row in rows if row["result"].outcome == outcome]
        for outcome in ("failed", "skipped", "done")
    }
    context = {
        "heading": queue_bulk.ACTS[task.act].words,
        "task": task,
        "query": query,
        "back": back,
        "page": request.POST.get("page", ""),
        **by_outcome,
        "rows": [*by_outcome["failed"], *by_outcome["skipped"], *by_outcome["done"]],
    }
    if not by_outcome["failed"] and not by_outcome["skipped"]:
        return htmx.redirect(request, back, _all_done(len(rows)))
    return render(request, "orders/bulk_result.html", context)


def _all_done(count: int) -> str:
    return ngettext("%(n)s order: done.", "%(n)s orders: all done.", count) % {"n": count}


def _back(request: HttpRequest) -> str:
    name = "orders:review" if request.POST.get("page") == "review" else "orders:queue"
    return reverse(name, kwargs={"seller": request.seller.slug})
