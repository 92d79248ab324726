"""Counts that are asked for, and warehouses with the platform's sites that mean them."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock, htmx
from core.errors import RuleViolation
from tenancy import actors
from tenancy.pages import seller_page
from warehouse import counting, selectors, sites
from warehouse.forms import WarehouseForm
from warehouse.models import CountTask, WarehouseLink
from warehouse.views.sections import sections

PAGE = 100


def _address(request: HttpRequest, name: str) -> str:
    return reverse(f"warehouse:{name}", kwargs={"seller": request.seller.slug})


@seller_page("stock.view")
@require_GET
def counts(request: HttpRequest) -> HttpResponse:
    """What should be counted, in walk order."""
    is_done = request.GET.get("tab") == "done"
    page = Paginator(selectors.count_tasks(done=is_done), PAGE).get_page(request.GET.get("page"))
    context = {
        "sections": sections(request, "counts"),
        "table_id": "counts",
        "page": page,
        "is_done": is_done,
        "tabs": [
            {"label": _("To count"), "href": "?", "current": not is_done, "count": None},
            {"label": _("Counted"), "href": "?tab=done", "current": is_done, "count": None},
        ],
    }
    return htmx.render(request, "warehouse/counts.html", "warehouse/_counts.html", context)


@seller_page("floor.pick")
@require_POST
def count(request: HttpRequest, task_id: int) -> HttpResponse:
    """Somebody counted."""
    task = get_object_or_404(CountTask.objects.select_related("bin", "sku"), pk=task_id, done_at__isnull=True)
    typed = request.POST.get("counted", "").strip()
    if not typed.isdecimal() or len(typed) > 9:
        raise counting.BadCount(_("A count is a number of units, 0 when the bin is empty."))
    counting.count(
        bin_id=task.bin_id,
        sku_id=task.sku_id,
        counted=int(typed),
        actor=actors.of_user(request.user),
        now=clock.now(),
    )
    text = _("%(sku)s in %(bin)s: %(units)s counted.") % {"sku": task.sku, "bin": task.bin, "units": typed}
    return htmx.redirect(request, _address(request, "counts"), text)


@seller_page("stock.view")
def warehouses(request: HttpRequest) -> HttpResponse:
    """Buildings, and which of them each platform warehouse means; adding one."""
    form = WarehouseForm(request.POST or None)
    if request.method == "POST" and request.access.can("settings.edit") and form.is_valid():
        by = {"actor": actors.of_user(request.user), "now": clock.now()}
        try:
            made = sites.add_warehouse(seller=request.seller, **form.cleaned_data, **by)
        except RuleViolation as error:
            form.add_error(None, str(error))
        else:
            text = _("%(warehouse)s is there. Now its bins.") % {"warehouse": made.name}
            return htmx.redirect(request, _address(request, "sites"), text)
    context = {
        "sections": sections(request, "sites"),
        "form": form,
        "warehouses": selectors.warehouses(),
        "links": WarehouseLink.objects.select_related("shop", "warehouse").order_by("shop__name", "pk"),
    }
    status = 422 if form.is_bound else 200
    return htmx.render(request, "warehouse/sites.html", "warehouse/_sites.html", context, status=status)


@seller_page("settings.edit")
@require_POST
def tie(request: HttpRequest, link_id: int) -> HttpResponse:
    """A platform warehouse means another building of ours."""
    link = get_object_or_404(WarehouseLink, pk=link_id)
    chosen = request.POST.get("warehouse", "")
    found = selectors.warehouses().filter(pk=int(chosen)).first() if chosen.isdecimal() else None
    if found is None:
        raise sites.NoSuchWarehouse(_("Choose a warehouse."))
    sites.tie(link_id=link.pk, warehouse_id=found.pk, actor=actors.of_user(request.user), now=clock.now())
    return htmx.redirect(request, _address(request, "sites"), _("Saved. New orders are reserved there."))
