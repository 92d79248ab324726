"""The zones beside the pack point: their bins, how much fits in, and which existing zone is one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock, htmx
from core.errors import RuleViolation
from tenancy import actors
from tenancy.pages import seller_page
from warehouse import forward_zone, show_lists
from warehouse.models import Zone
from warehouse.show_forms import ZoneForm
from warehouse.views.bins import number


def _by(request: HttpRequest) -> dict[str, object]:
    return {"actor": actors.of_user(request.user), "now": clock.now()}


def _address(request: HttpRequest) -> str:
    return reverse("warehouse:forward_zone", kwargs={"seller": request.seller.slug})


@seller_page("stock.adjust")
def index(request: HttpRequest) -> HttpResponse:
    """What there is, and making more."""
    form = ZoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            made = forward_zone.make(
                warehouse_id=values["warehouse"],
                code=values["code"],
                bins=values["bins"],
                capacity_liters=values["liters"],
                **_by(request),
            )
        except RuleViolation as error:
            form.add_error(None, str(error))
        else:
            text = _("%(zone)s is a forward zone. Print labels for its bins.") % {"zone": made.code}
            return htmx.redirect(request, _address(request), text)
    context = {"form": form, "zones": show_lists.forward_zones(), "others": show_lists.other_zones()}
    status = 422 if form.is_bound else 200
    return htmx.render(
        request, "warehouse/forward_zone.html", "warehouse/_forward_zone.html", context, status=status
    )


@seller_page("stock.adjust")
@require_POST
def change(request: HttpRequest, zone_id: int) -> HttpResponse:
    """How much fits into its bins, or whether shows use it."""
    zone = get_object_or_404(Zone, pk=zone_id)
    if "liters" in request.POST:
        liters = number(request.POST["liters"])
        forward_zone.set_capacity(zone_id=zone.pk, liters=-1 if liters is None else liters, **_by(request))
    else:
        is_forward = request.POST.get("do") == "use"
        forward_zone.set_forward(zone_id=zone.pk, is_forward=is_forward, **_by(request))
    return htmx.redirect(request, _address(request), _("Saved."))
