"""What each listing means: unmapped ones first, with a suggestion; one by one or many at once."""

from collections.abc import Sequence

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from catalog import listings, skus
from catalog.forms import BufferForm
from catalog.models import Listing, ListingState, Sku
from core import clock, htmx
from core.errors import RuleViolation
from tenancy import actors
from tenancy.pages import chosen_shop, seller_page

PAGE = 50
AT_ONCE = 2000


class NoSuchSku(RuleViolation):
    """The typed code means no SKU of ours."""

    code = "no_such_sku"


def _rows(request: HttpRequest, tab: str) -> QuerySet[Listing]:
    found = Listing.objects.select_related("shop", "sku").exclude(state=ListingState.DELETED)
    if shop := chosen_shop(request):
        found = found.filter(shop=shop)
    if words := request.GET.get("q", "").strip():
        found = found.filter(
            Q(title__icontains=words)
            | Q(seller_sku__icontains=words)
            | Q(platform_sku_id=words)
            | Q(platform_product_id=words)
        )
    return found.filter(sku__isnull=tab != "mapped").order_by("shop_id", "title", "pk")


def _tab(request: HttpRequest) -> str:
    return "mapped" if request.GET.get("tab") == "mapped" else "unmapped"


def _suggest(rows: Sequence[Listing]) -> dict[int, Sku]:
    unmapped = [row for row in rows if row.sku_id is None]
    return skus.suggestions(unmapped=unmapped, skus=Sku.objects.filter(is_active=True)) if unmapped else {}


@seller_page("catalog.view")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The mapping table."""
    return _table(request)


def _table(request: HttpRequest, *, status: int = 200) -> HttpResponse:
    tab = _tab(request)
    page = Paginator(_rows(request, tab), PAGE).get_page(request.GET.get("page"))
    counts = {name: _rows(request, name).count() for name in ("unmapped", "mapped")}
    shop = request.GET.get("shop", "")
    kept = f"&shop={shop}" if shop else ""
    context = {
        "table_id": "listings",
        "page": page,
        "tab": tab,
        "words": request.GET.get("q", "").strip(),
        "suggested": _suggest(list(page)),
        "bulk_action": f"{reverse('catalog:listings_bulk', kwargs={'seller': request.seller.slug})}?{request.GET.urlencode()}",
        "tabs": [
            {
                "label": _("Without a SKU") if name == "unmapped" else _("Mapped"),
                "count": count,
                "href": f"?tab={name}{kept}",
                "current": tab == name,
                "tone": "red" if name == "unmapped" else "",
            }
            for name, count in counts.items()
        ],
    }
    return htmx.render(request, "catalog/listings.html", "catalog/_listings.html", context, status=status)


@seller_page("catalog.edit")
@require_POST
def map_one(request: HttpRequest, listing_id: int) -> HttpResponse:
    """Say what one listing means; an empty code takes its meaning away."""
    listing = get_object_or_404(Listing, pk=listing_id)
    code = request.POST.get("sku", "").strip()
    sku = Sku.objects.filter(seller_sku__iexact=code).first() if code else None
    if code and sku is None:
        raise NoSuchSku(
            _("There is no SKU “%(code)s”. Make it first, or create it from the listing.") % {"code": code}
        )
    listings.map_listing(
        listing_id=listing.pk,
        sku_id=sku.pk if sku else None,
        actor=actors.of_user(request.user),
        now=clock.now(),
    )
    return _back(request, _("“%(title)s” means %(sku)s now.") % {"title": listing, "sku": code or "—"})


@seller_page("catalog.edit")
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Take the suggestions, or make SKUs, for what is selected."""
    rows = _chosen(request)
    if request.POST.get("act") == "create":
        count = listings.create_skus(listings=rows)
        text = ngettext("%(count)d SKU made and mapped.", "%(count)d SKUs made and mapped.", count)
        left = sum(1 for row in rows if not row.seller_sku)
        note = _(" %(left)d have no seller SKU: type one for them.") % {"left": left} if left else ""
        return _back(request, text % {"count": count} + note)
    suggested = _suggest(rows)
    by = {"actor": actors.of_user(request.user), "now": clock.now()}
    for listing_id, sku in suggested.items():
        listings.map_listing(listing_id=listing_id, sku_id=sku.pk, **by)
    text = ngettext("%(count)d listing mapped.", "%(count)d listings mapped.", len(suggested))
    left = len(rows) - len(suggested)
    note = _(" %(left)d without a suggestion were left.") % {"left": left} if left else ""
    return _back(request, text % {"count": len(suggested)} + note)


def _chosen(request: HttpRequest) -> list[Listing]:
    """The ticked rows, or all in the filter."""
    rows = _rows(request, _tab(request))
    if request.POST.get("all") == "1":
        return list(rows[:AT_ONCE])
    ids = [int(value) for value in request.POST.getlist("ids") if value.isdecimal()]
    return list(rows.filter(pk__in=ids[:AT_ONCE]))


@seller_page("catalog.edit")
@require_POST
def set_buffer(request: HttpRequest, listing_id: int) -> HttpResponse:
    """How many units a listing keeps back."""
    listing = get_object_or_404(Listing, pk=listing_id)
    form = BufferForm(request.POST)
    if not form.is_valid():
        raise NoSuchSku(_("Kept back is a number of units, 0 for none."), code="bad_buffer")
    skus.set_buffer(
        listing_id=listing.pk, **form.cleaned_data, actor=actors.of_user(request.user), now=clock.now()
    )
    return _back(request, _("Saved. The shop is told with the next change of stock."))


def _back(request: HttpRequest, text: str) -> HttpResponse:
    address = reverse("catalog:listings", kwargs={"seller": request.seller.slug})
    query = request.GET.urlencode()
    return htmx.redirect(request, f"{address}?{query}" if query else address, text)
