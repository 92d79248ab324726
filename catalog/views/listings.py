"""What each listing means: unmapped ones first, with a suggestion; one by one or many at once."""

from django.core.paginator import Paginator
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from catalog import listings, mapping, selectors
from catalog.forms import BufferForm
from catalog.mapping import RowResult
from catalog.models import Listing
from catalog.suggestions import (
    CODE_ALIKE,
    SAME_BARCODE,
    SAME_CODE,
    TITLE_ALIKE,
    Matcher,
    Suggestion,
    Wanted,
)
from core import clock, htmx
from core.errors import RuleViolation
from orders import selectors as orders
from tenancy import actors
from tenancy.pages import chosen_shop, seller_page

PAGE = 50
AT_ONCE = 500
WHY = {
    SAME_CODE: gettext_lazy("same code"),
    SAME_BARCODE: gettext_lazy("same barcode"),
    CODE_ALIKE: gettext_lazy("code alike"),
    TITLE_ALIKE: gettext_lazy("title alike"),
}


class NoSuchSku(RuleViolation):
    """The typed code means no SKU of ours."""

    code = "no_such_sku"


class BadBulk(RuleViolation):
    """Nothing that can be done to the selection."""

    code = "unknown_act"


def _asked(request: HttpRequest) -> tuple[str, str]:
    """Tab and words. Whoever comes with a listing's number finds it wherever it stands."""
    words = request.GET.get("q", "").strip()
    tab = request.GET.get("tab", "")
    return (tab if tab in ("unmapped", "mapped", "all") else "all" if words else "unmapped"), words


def _rows(request: HttpRequest, *, tab: str) -> QuerySet[Listing]:
    shop = chosen_shop(request)
    return selectors.listings(tab=tab, words=_asked(request)[1], shop_id=shop.pk if shop else None)


@seller_page("catalog.view")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The mapping table."""
    return _table(request)


def _table(request: HttpRequest) -> HttpResponse:
    """Listings that hold orders up come first."""
    (tab, words), waiting = _asked(request), orders.orders_waiting_for_listings()
    rows = _rows(request, tab=tab)
    if waiting:
        first = Case(When(pk__in=list(waiting), then=Value(0)), default=Value(1))
        rows = rows.order_by(first, "title", "variation", "pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    shop = request.GET.get("shop", "")
    kept = {name: value for name, value in (("q", words), ("shop", shop)) if value}
    query, action = request.GET.urlencode(), ""
    if request.access.can("catalog.edit"):
        action = reverse("catalog:listings_bulk", kwargs={"seller": request.seller.slug})
    context = {
        "table_id": "listings",
        "table_class": "stacks",
        "page": page,
        "tab": tab,
        "words": words,
        "waiting": waiting,
        "suggested": _suggest(list(page)),
        "why": WHY,
        "query": query,
        "bulk_action": f"{action}?{query}" if action and query else action,
        "tabs": _tabs(request, tab, kept),
    }
    return htmx.render(request, "catalog/listings.html", "catalog/_listings.html", context)


def _tabs(request: HttpRequest, current: str, kept: dict[str, str]) -> list[dict[str, object]]:
    labels = {"unmapped": _("Without a SKU"), "mapped": _("Mapped"), "all": _("All")}
    return [
        {
            "label": label,
            "count": _rows(request, tab=name).count(),
            "href": f"?{urlencode({'tab': name, **kept})}",
            "current": current == name,
            "tone": "red" if name == "unmapped" else "",
        }
        for name, label in labels.items()
    ]


def _suggest(rows: list[Listing]) -> dict[int, Suggestion]:
    unmapped = [row for row in rows if row.sku_id is None]
    if not unmapped:
        return {}
    matcher = Matcher(selectors.candidates())
    found = {row.pk: matcher.best(Wanted(row.seller_sku, row.title, row.variation)) for row in unmapped}
    return {pk: suggestion for pk, suggestion in found.items() if suggestion}


@seller_page("catalog.edit")
@require_POST
def map_one(request: HttpRequest, listing_id: int) -> HttpResponse:
    """Say what one listing means, by a code or barcode; `unmap` takes its meaning away."""
    listing = get_object_or_404(Listing, pk=listing_id)
    code = request.POST.get("sku", "").strip()
    is_unmapped = "unmap" in request.POST
    sku = selectors.skus_of_code(code=code).first() if code and not is_unmapped else None
    if not is_unmapped and sku is None:
        raise NoSuchSku(
            _("There is no SKU “%(code)s”. Make it first, or create it from the listing.") % {"code": code}
        )
    listings.map_listing(
        listing_id=listing.pk,
        sku_id=sku.pk if sku else None,
        actor=actors.of_user(request.user),
        now=clock.now(),
    )
    if sku is None:
        return _answer(request, _unmapped_words(listing))
    return _answer(request, _("“%(title)s” means %(sku)s now.") % {"title": listing, "sku": sku})


def _unmapped_words(listing: Listing) -> str:
    """A seller SKU that equals one of our codes maps its listing again at the next read: say so."""
    text = _("“%(title)s” means no SKU any more.")
    if selectors.skus_by_code(codes=[listing.seller_sku]):
        text = _(
            "“%(title)s” means no SKU, until the next read of the shop: its seller SKU is one of our codes. "
            "Choose another SKU for it to keep it apart."
        )
    return text % {"title": listing}


@seller_page("catalog.edit")
@require_POST
def set_buffer(request: HttpRequest, listing_id: int) -> HttpResponse:
    """How many units a listing keeps back, and whether the shop is told quantities."""
    listing = get_object_or_404(Listing, pk=listing_id)
    form = BufferForm(request.POST)
    if not form.is_valid():
        raise mapping.BadBuffer(_("Kept back is a number of units, 0 for none."))
    mapping.set_terms(
        listing_id=listing.pk,
        buffer=form.cleaned_data["buffer"],
        is_stock_pushed=form.cleaned_data["is_pushed"],
        actor=actors.of_user(request.user),
        now=clock.now(),
    )
    if not form.cleaned_data["is_pushed"]:
        return _answer(request, _("Saved. The shop is told no quantities of this listing."))
    return _answer(request, _("Saved. The shop is told the new quantity now."))


def _answer(request: HttpRequest, text: str) -> HttpResponse:
    """The table again, as a fragment or after a redirect."""
    if htmx.wants_fragment(request):
        return htmx.toast(_table(request), text)
    return htmx.redirect(request, _back(request), text)


def _back(request: HttpRequest) -> str:
    address = reverse("catalog:listings", kwargs={"seller": request.seller.slug})
    return f"{address}?{request.GET.urlencode()}" if request.GET else address


@seller_page("catalog.edit")
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Take the suggestions that the page showed, or make SKUs, for what is selected."""
    act, by = request.POST.get("act", ""), {"actor": actors.of_user(request.user), "now": clock.now()}
    chosen = _chosen(request)
    if act == "create":
        results = mapping.make_skus(listing_ids=chosen, **by)
    elif act in ("suggest", "suggest_all"):
        shown = _shown(request)
        wanted = {pk: sku for pk, sku in shown.items() if act == "suggest_all" or pk in chosen}
        results = mapping.map_many(wanted=wanted, **by)
    else:
        raise BadBulk(_("Choose what to do with the selected listings."))
    return _bulk_answer(request, results)


def _bulk_answer(request: HttpRequest, results: list[RowResult]) -> HttpResponse:
    """The list again when all went well, else what became of each."""
    done = sum(result.is_done for result in results)
    text = ngettext("%(count)d listing mapped.", "%(count)d listings mapped.", done) % {"count": done}
    if done == len(results):
        return htmx.redirect(request, _back(request), text, "success" if done else "warning")
    rows = sorted(results, key=lambda result: result.is_done)
    context = {"results": rows, "done": done, "left": len(rows) - done, "back": _back(request)}
    return render(request, "catalog/bulk_result.html", context)


def _shown(request: HttpRequest) -> dict[int, int]:
    """Listing → SKU, as the page offered it: what somebody saw is what is mapped."""
    pairs = [pair.partition(":") for pair in request.POST.getlist("shown")[:PAGE]]
    return {int(pk): int(sku) for pk, _colon, sku in pairs if pk.isdecimal() and sku.isdecimal()}


def _chosen(request: HttpRequest) -> list[int]:
    """The ticked rows, or all unmapped ones in the filter."""
    if request.POST.get("all") == "1":
        rows = _rows(request, tab=_asked(request)[0]).filter(sku__isnull=True)
        return list(rows.values_list("pk", flat=True)[:AT_ONCE])
    return [int(value) for value in request.POST.getlist("ids")[:AT_ONCE] if value.isdecimal()]
