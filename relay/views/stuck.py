"""Stuck work: what failed, why, since when; retry or give up, one or many."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from core import clock, htmx
from relay import stuck
from tenancy import actors
from tenancy.pages import seller_page

PER_PAGE = 50
NAMES = {
    stuck.EVENTS: gettext_lazy("Events"),
    stuck.MESSAGES: gettext_lazy("Messages in"),
    "logistics.labelrequest": gettext_lazy("Labels"),
    "logistics.trackingupload": gettext_lazy("Tracking numbers"),
    "orders.cancelanswer": gettext_lazy("Answers about cancelling"),
    "orders.returnanswer": gettext_lazy("Decisions about returns"),
    "orders.regrouprequest": gettext_lazy("Split and combined parcels"),
    "logistics.buyermessage": gettext_lazy("Messages to buyers"),
    "warehouse.stockpush": gettext_lazy("Stock to listings"),
    "marketing.adaction": gettext_lazy("Ad switches"),
}


@seller_page("stuck.work")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """One kind at a time; without a choice, the first that has something."""
    counts = stuck.counts()
    kind = request.GET.get("kind") or next((name for name in counts if counts[name]), stuck.EVENTS)
    if kind not in counts:
        raise Http404
    page = Paginator(stuck.rows(kind), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "table_id": "stuck",
        "page": page,
        "items": [stuck.item(kind, row) for row in page],
        "kind": kind,
        "tabs": [
            {
                "label": NAMES.get(name, name),
                "count": count,
                "href": f"?kind={name}",
                "current": name == kind,
                "tone": "red",
            }
            for name, count in counts.items()
        ],
        "bulk_action": reverse("relay:stuck_act", kwargs={"seller": request.seller.slug, "kind": kind}),
        "empty_title": _("Nothing is stuck here"),
        "empty_text": _("What the program cannot finish alone appears here, with the reason."),
    }
    return htmx.render(request, "relay/stuck.html", "relay/_stuck.html", context)


@seller_page("stuck.work")
@require_POST
def act(request: HttpRequest, kind: str) -> HttpResponse:
    """Retry or give up what was chosen."""
    if kind not in stuck.kinds():
        raise Http404
    address = f"{reverse('relay:stuck', kwargs={'seller': request.seller.slug})}?kind={kind}"
    if request.POST.get("all") == "1":
        ids = list(stuck.rows(kind).values_list("pk", flat=True))
    else:
        ids = [int(text) for text in request.POST.getlist("ids") if text.isdigit()]
    is_retry = request.POST.get("act") == "retry"
    if not is_retry and request.POST.get("act") != "give_up":
        return htmx.redirect(request, address, _("Choose what to do."), "warning")
    do = stuck.retry if is_retry else stuck.give_up
    result = do(kind=kind, ids=ids, actor=actors.of_user(request.user), now=clock.now())
    return htmx.redirect(request, address, _words(result, is_retry=is_retry))


def _words(result: stuck.Result, *, is_retry: bool) -> str:
    if is_retry:
        text = ngettext("%(n)s is being tried again.", "%(n)s are being tried again.", result.done)
    else:
        text = ngettext("%(n)s is given up.", "%(n)s are given up.", result.done)
    text = text % {"n": result.done}
    if result.skipped:
        text += " " + _("%(n)s were not stuck any more.") % {"n": result.skipped}
    return text
