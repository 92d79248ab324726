"""Approve, hold or release many orders at once: each row is done, skipped or failed, with its reason."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core import clock, htmx
from core.errors import RuleViolation
from orders import notes, queue, review
from orders.models import Order
from orders.views import filters
from orders.views.queue import MOST_AT_ONCE
from tenancy import actors
from tenancy.pages import seller_page

ACTS = {"approve": review.approve_many, "hold": review.hold_many, "release": review.release_many}
HEADINGS = {
    "approve": gettext_lazy("Approve orders"),
    "hold": gettext_lazy("Hold orders"),
    "release": gettext_lazy("Release orders"),
}


class NothingToDo(RuleViolation):
    """No act was named that exists here."""

    code = "unknown_act"


def act_named(name: str) -> str:
    """One of our acts; raises NothingToDo."""
    if name not in ACTS:
        raise NothingToDo(_("Choose what to do: approve, hold or release."))
    return name


@seller_page("orders.review")
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """One rule call for the whole selection; the good rows are not held back by the others."""
    act, note = act_named(request.POST.get("act", "")), notes.checked(request.POST.get("note", ""))
    query, now = request.POST.get("query", ""), clock.now()
    back = f"{_back(request)}?{query}"
    ids = _chosen(request, query=query, now=now)
    if not ids:
        return htmx.redirect(request, back, _("Choose at least one order first."), "warning")
    results = ACTS[act](order_ids=ids, note=note, actor=actors.of_user(request.user), now=now)
    public_ids = dict(Order.objects.filter(pk__in=ids).values_list("pk", "public_id"))
    rows = [{"result": result, "public_id": public_ids[result.order_id]} for result in results]
    by_outcome = {
        outcome: [row for row in rows if row["result"].outcome == outcome]
        for outcome in ("failed", "skipped", "done")
    }
    context = {
        "heading": HEADINGS[act],
        "act": act,
        "note": note,
        "query": query,
        "back": back,
        "page": request.POST.get("page", ""),
        **by_outcome,
        "rows": [*by_outcome["failed"], *by_outcome["skipped"], *by_outcome["done"]],
    }
    return render(request, "orders/bulk_result.html", context)


def _back(request: HttpRequest) -> str:
    name = "orders:review" if request.POST.get("page") == "review" else "orders:queue"
    return reverse(name, kwargs={"seller": request.seller.slug})


def _chosen(request: HttpRequest, *, query: str, now) -> list[int]:
    """The ticked orders, or as many of the filter as one act may take."""
    if request.POST.get("all") == "1":
        asked = filters.understand(QueryDict(query), default_tab=request.POST.get("tab", queue.OPEN))
        return queue.order_ids(chosen=asked.chosen, limit=MOST_AT_ONCE, now=now)
    wanted = request.POST.getlist("ids")[:MOST_AT_ONCE]
    return list(Order.objects.filter(public_id__in=wanted).order_by("pk").values_list("pk", flat=True))
