"""SKUs with their stock, and one SKU with everything about it."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from catalog import selectors, skus
from catalog.forms import SkuForm
from catalog.models import Listing, Sku
from catalog.views.figures import figures
from core import clock, htmx
from core.errors import RuleViolation
from tenancy import actors
from tenancy.pages import chosen_shop, seller_page
from warehouse import selectors as warehouse

PAGE = 50
OFFERED = 20


def _tab_rows(found: QuerySet[Sku]) -> dict[str, QuerySet[Sku]]:
    used = found.filter(is_active=True, material="")
    low = warehouse.stock_page(tab="low").order_by().values("sku_id")
    return {
        "": used,
        "low": used.filter(pk__in=low),
        "bundles": used.filter(is_bundle=True),
        "weightless": used.filter(weight_g__isnull=True, is_bundle=False),
        "materials": found.filter(is_active=True).exclude(material=""),
        "unused": found.filter(is_active=False),
    }


def _tabs(rows: dict[str, QuerySet[Sku]], current: str, kept: dict[str, str]) -> list[dict[str, object]]:
    labels = {
        "": _("In use"),
        "low": _("Low"),
        "bundles": _("Bundles"),
        "weightless": _("Weight missing"),
        "materials": _("Packing materials"),
        "unused": _("Out of use"),
    }
    return [
        {
            "label": label,
            "count": rows[name].count(),
            "href": f"?{urlencode({'tab': name, **kept})}",
            "current": name == current,
            "tone": "red" if name == "low" else "",
        }
        for name, label in labels.items()
    ]


@seller_page("catalog.view")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The list: code, name, barcodes, stock, listings."""
    words, shop = request.GET.get("q", "").strip(), chosen_shop(request)
    rows = _tab_rows(selectors.skus(words=words, shop_id=shop.pk if shop else None))
    tab = request.GET.get("tab", "") if request.GET.get("tab", "") in rows else ""
    page = Paginator(rows[tab], PAGE).get_page(request.GET.get("page"))
    ids = [sku.pk for sku in page]
    kept = {name: value for name, value in (("q", words), ("shop", shop.slug if shop else "")) if value}
    context = {
        "table_id": "skus",
        "table_class": "first-sticks",
        "page": page,
        "words": words,
        "tab": tab,
        "tabs": _tabs(rows, tab, kept),
        "figures": figures(sku_ids=ids),
        "barcodes": selectors.barcodes_by_sku(sku_ids=ids),
        "listing_counts": selectors.listing_counts(sku_ids=ids),
    }
    return htmx.render(request, "catalog/skus.html", "catalog/_skus.html", context)


@seller_page("catalog.view")
@require_GET
def options(request: HttpRequest) -> HttpResponse:
    """What a code or name that is being typed may become: the entries of a data list."""
    words = request.GET.get("sku", "").strip()
    found = selectors.skus(words=words).filter(is_active=True)[:OFFERED] if words else []
    return render(request, "catalog/_sku_options.html", {"skus": found})


@seller_page("catalog.edit")
def new(request: HttpRequest) -> HttpResponse:
    """A new SKU, blank or for a listing (`?listing=`) that it is mapped to at once."""
    asked = request.GET.get("listing", "")
    listing = get_object_or_404(Listing, pk=asked if asked.isdecimal() else 0) if asked else None
    form = SkuForm.for_listing(listing, request.POST or None)
    if request.method == "POST" and form.is_valid():
        sku = _save(request, form, None, listing=listing)
        if sku is not None:
            return htmx.redirect(request, _address(request, sku), _("%(sku)s is there.") % {"sku": sku})
    return _page(request, form, None, listing=listing)


@seller_page("catalog.view")
def sku(request: HttpRequest, sku_id: int) -> HttpResponse:
    """One SKU: what it is, where it lies, which listings sell it."""
    found = get_object_or_404(Sku, pk=sku_id)
    if request.method == "POST" and not request.access.can("catalog.edit"):
        raise PermissionDenied(_("Your role here does not include this. Ask an owner to change it."))
    form = SkuForm.of(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        saved = _save(request, form, found)
        if saved is not None:
            return htmx.redirect(request, _address(request, saved), _("Saved."))
    return _page(request, form, get_object_or_404(Sku, pk=sku_id))


def _save(
    request: HttpRequest, form: SkuForm, found: Sku | None, *, listing: Listing | None = None
) -> Sku | None:
    own = figures(sku_ids=[found.pk]).get(found.pk) if found else None
    try:
        return skus.save(
            sku_id=found.pk if found else None,
            facts=form.facts(),
            barcodes=form.cleaned_data["barcodes"],
            components=form.cleaned_data["components"],
            units_on_hand=own.on_hand if own else 0,
            listing_id=listing.pk if listing else None,
            actor=actors.of_user(request.user),
            now=clock.now(),
        )
    except RuleViolation as error:
        form.add_error(error.details.get("field"), str(error))
        return None


def _page(
    request: HttpRequest, form: SkuForm, found: Sku | None, *, listing: Listing | None = None
) -> HttpResponse:
    context = {"form": form, "sku": found, "listing": listing}
    if found is not None:
        context |= {
            "figures": figures(sku_ids=[found.pk]).get(found.pk),
            "levels": warehouse.stock_levels().filter(sku=found),
            "places": warehouse.bins_of_sku(sku_id=found.pk),
            "learned": warehouse.learned_weight(sku_id=found.pk),
            "listings": selectors.listings().filter(sku=found),
            "components": found.components.select_related("component").order_by("pk"),
            "in_bundles": found.in_bundles.select_related("bundle").order_by("pk"),
        }
    status = 422 if form.is_bound else 200
    return htmx.render(request, "catalog/sku.html", "catalog/_sku.html", context, status=status)


def _address(request: HttpRequest, found: Sku) -> str:
    return reverse("catalog:sku", kwargs={"seller": request.seller.slug, "sku_id": found.pk})
