"""Packing materials with what is left of them, and the cartons that use them up."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from catalog.models import Sku
from core import clock, htmx
from core.errors import RuleViolation
from tenancy import actors
from tenancy.pages import seller_page
from warehouse import materials, photos, receiving, selectors, weight_book
from warehouse.models import Carton, MovementReason, PackPhoto
from warehouse.packing_forms import CartonForm, MaterialForm
from warehouse.receiving import Adjustment
from warehouse.views.sections import sections


def _address(request: HttpRequest) -> str:
    return reverse("warehouse:materials", kwargs={"seller": request.seller.slug})


@seller_page("stock.view")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What is left of each material, and the cartons."""
    return _page(request, MaterialForm(initial={"key": uuid.uuid4().hex}))


@seller_page("stock.adjust")
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """A delivery of one material; it comes to the dock like any goods."""
    form = MaterialForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    values = form.cleaned_data
    wanted = Adjustment(
        sku_id=values["material"],
        quantity=values["quantity"],
        reason=MovementReason.RECEIVED,
        key=f"page:{values['key']}",
        reference=values["reference"],
        warehouse_id=values["warehouse"],
    )
    try:
        receiving.adjust(wanted=wanted, actor=actors.of_user(request.user), now=clock.now())
    except RuleViolation as error:
        form.add_error(None, str(error))
        return _page(request, form)
    sku = Sku.objects.get(pk=values["material"])
    text = _("%(units)+d × %(sku)s written down.") % {"units": values["quantity"], "sku": sku}
    return htmx.redirect(request, _address(request), text)


def _page(request: HttpRequest, form: MaterialForm) -> HttpResponse:
    choice = list(Carton.objects.prefetch_related("uses__sku").order_by("-is_active", "code"))
    context = {
        "sections": sections(request, "materials"),
        "rows": selectors.material_rows(now=clock.now()),
        "unkept": selectors.materials().exclude(levels__first_counted_at__isnull=False),
        "form": form,
        "cartons": choice,
        "learned": weight_book.beliefs_of_cartons(cartons=choice),
    }
    status = 422 if form.is_bound else 200
    return htmx.render(
        request, "warehouse/materials.html", "warehouse/_materials.html", context, status=status
    )


@seller_page("stock.adjust")
def carton(request: HttpRequest, carton_id: int = 0) -> HttpResponse:
    """One carton: its key, measures, weights, and what it uses up."""
    found = get_object_or_404(Carton, pk=carton_id) if carton_id else None
    form = CartonForm.of(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            saved = materials.save_carton(
                carton_id=carton_id or None,
                facts=form.facts(),
                uses=form.cleaned_data["uses"],
                actor=actors.of_user(request.user),
                now=clock.now(),
            )
        except RuleViolation as error:
            form.add_error(error.details.get("field"), str(error))
        else:
            return htmx.redirect(request, _address(request), _("%(carton)s is saved.") % {"carton": saved})
    context = {"sections": sections(request, "materials"), "form": form, "carton": found}
    status = 422 if form.is_bound else 200
    return htmx.render(request, "warehouse/carton.html", "warehouse/_carton.html", context, status=status)


@seller_page("stock.adjust")
@require_POST
def forget_sku(request: HttpRequest, sku_id: int) -> HttpResponse:
    """What parcels taught about a SKU does not hold any more."""
    sku = get_object_or_404(Sku, pk=sku_id)
    weight_book.forget(sku_id=sku.pk, actor=actors.of_user(request.user), now=clock.now())
    back = reverse("catalog:sku", kwargs={"seller": request.seller.slug, "sku_id": sku.pk})
    return htmx.redirect(request, back, _("Forgotten. The next parcels teach its weight anew."))


@seller_page("stock.adjust")
@require_POST
def forget_carton(request: HttpRequest, carton_id: int) -> HttpResponse:
    found = get_object_or_404(Carton, pk=carton_id)
    weight_book.forget(carton_id=found.pk, actor=actors.of_user(request.user), now=clock.now())
    return htmx.redirect(request, _address(request), _("Forgotten. The next parcels teach its weight anew."))


@seller_page("orders.view")
@require_safe
def photo(request: HttpRequest, public_id: str) -> HttpResponse:
    """One photo of a parcel, for people of this seller (and shop)."""
    found = get_object_or_404(PackPhoto, public_id=public_id)
    response = HttpResponse(photos.read(found), content_type=photos.CONTENT_TYPE)
    response.headers["Cache-Control"] = "private, max-age=86400"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
