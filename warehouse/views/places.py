"""Warehouses with the platform's sites that mean them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock, htmx
from core.errors import RuleViolation
from tenancy import actors
from tenancy.pages import seller_page
from warehouse import allocation, selectors, sites
from warehouse.forms import WarehouseForm
from warehouse.models import AllocationTerms, WarehouseLink
from warehouse.views.sections import sections


def _address(request: HttpRequest, name: str) -> str:
    return reverse(f"warehouse:{name}", kwargs={"seller": request.seller.slug})


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
        "terms": AllocationTerms.objects.first(),
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


@seller_page("settings.edit")
@require_POST
def set_allocation(request: HttpRequest) -> HttpResponse:
    """Whether other warehouses may serve what the named one lacks, and whether an order may come from several."""
    allocation.set_terms(
        is_other_allowed="is_other_allowed" in request.POST,
        is_split_allowed="is_split_allowed" in request.POST,
        actor=actors.of_user(request.user),
        now=clock.now(),
    )
    return htmx.redirect(request, _address(request, "sites"), _("Saved. It holds for new orders."))
