"""Export of the queue: the form, and the job that it starts."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock, htmx
from orders import queue_columns, queue_export, queue_walk
from orders.views import filters
from tenancy import actors
from tenancy.pages import seller_page

ALL, MINE = "all", "mine"


@seller_page("orders.export")
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """csv or xlsx, all columns or one's own; buyers' data for those who may."""
    if request.method != "POST":
        return _form(request)
    asked = filters.understand(QueryDict(request.POST.get("query", "")))
    mine = queue_columns.chosen_by(user_id=request.user.pk)
    job = queue_export.start(
        filter_values=queue_walk.keep(chosen=asked.chosen, carrier=asked.carrier),
        columns=mine if request.POST.get("columns") == MINE else list(queue_columns.COLUMNS),
        form=request.POST.get("form", ""),
        has_contacts=bool(request.POST.get("contacts")) and request.access.can("orders.contacts"),
        actor=actors.of_user(request.user),
        now=clock.now(),
    )
    address = reverse("jobs:job", kwargs={"seller": request.seller.slug, "public_id": job.public_id})
    return htmx.redirect(request, address, _("The export runs. You may leave this page."), "info")


def _form(request: HttpRequest) -> HttpResponse:
    query = request.GET.copy()
    for name in ("after", "before", "at", "saved"):
        query.pop(name, None)
    asked, now = filters.understand(query), clock.now()
    values = queue_walk.keep(chosen=asked.chosen, carrier=asked.carrier)
    context = {"query": query.urlencode(), "rows": queue_walk.count(values=values, now=now)}
    return htmx.render(request, "orders/export.html", "orders/_export.html", context)
