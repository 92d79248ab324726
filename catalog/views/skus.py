"""SKUs with their stock, and one SKU with everything about it."""

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from catalog import skus
from catalog.forms import SkuForm
from catalog.models import Barcode, Sku
from core import clock, htmx
from core.errors import RuleViolation
from tenancy import actors
from tenancy.pages import seller_page
from warehouse import selectors as stock

PAGE = 100


def _found(words: str, tab: str) -> QuerySet[Sku]:
    rows = Sku.objects.annotate(listing_count=Count("listings")).order_by("seller_sku", "pk")
    rows = rows.filter(is_active=tab != "unused")
    if words:
        by_barcode = Barcode.objects.filter(code=words).values("sku_id")
        rows = rows.filter(Q(seller_sku__icontains=words) | Q(name__icontains=words) | Q(pk__in=by_barcode))
    return rows.filter(weight_g__isnull=True, is_bundle=False) if tab == "weightless" else rows


@seller_page("catalog.view")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The list: code, name, barcodes, stock, listings."""
    words, tab = request.GET.get("q", "").strip(), request.GET.get("tab", "")
    page = Paginator(_found(words, tab), PAGE).get_page(request.GET.get("page"))
    labels = {"": _("In use"), "weightless": _("Weight missing"), "unused": _("Out of use")}
    context = {
        "table_id": "skus",
        "page": page,
        "words": words,
        "tabs": [
            {"label": label, "count": None, "href": f"?tab={name}", "current": tab == name}
            for name, label in labels.items()
        ],
        "available": stock.available_by_sku(sku_ids=[sku.pk for sku in page]),
    }
    return htmx.render(request, "catalog/skus.html", "catalog/_skus.html", context)


@seller_page("catalog.edit")
def new(request: HttpRequest) -> HttpResponse:
    """A new SKU."""
    form = SkuForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        sku = _save(request, form, None)
        if sku is not None:
            return htmx.redirect(request, _address(request, sku), _("%(sku)s is there.") % {"sku": sku})
    return _page(request, form, None)


@seller_page("catalog.view")
def sku(request: HttpRequest, sku_id: int) -> HttpResponse:
    """One SKU: what it is, where it lies, which listings sell it."""
    found = get_object_or_404(Sku, pk=sku_id)
    form = SkuForm.of(found, request.POST or None)
    if request.method == "POST" and request.access.can("catalog.edit") and form.is_valid():
        saved = _save(request, form, found)
        if saved is not None:
            return htmx.redirect(request, _address(request, saved), _("Saved."))
    return _page(request, form, found)


def _save(request: HttpRequest, form: SkuForm, found: Sku | None) -> Sku | None:
    try:
        return skus.save(
            sku_id=found.pk if found else None,
            facts=form.facts(),
            barcodes=form.cleaned_data["barcodes"],
            components=form.cleaned_data["components"],
            actor=actors.of_user(request.user),
            now=clock.now(),
        )
    except RuleViolation as error:
        form.add_error(error.details.get("field"), str(error))
        return None


def _page(request: HttpRequest, form: SkuForm, found: Sku | None) -> HttpResponse:
    context = {"form": form, "sku": found}
    if found is not None:
        context |= {
            "levels": stock.stock_levels().filter(sku=found),
            "places": stock.bins_of_sku(sku_id=found.pk),
            "listings": found.listings.select_related("shop").order_by("shop__name", "pk"),
            "in_bundles": found.in_bundles.select_related("bundle").order_by("pk"),
        }
    status = 422 if form.is_bound else 200
    return htmx.render(request, "catalog/sku.html", "catalog/_sku.html", context, status=status)


def _address(request: HttpRequest, found: Sku) -> str:
    return reverse("catalog:sku", kwargs={"seller": request.seller.slug, "sku_id": found.pk})
