"""The list of bins by place, one bin, and what is done with them: out of use, into use again, another code."""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock, htmx
from core.errors import RuleViolation
from tenancy import actors
from tenancy.pages import seller_page
from warehouse import bin_changes, layout, paper_prints, selectors
from warehouse.layout_forms import RenameForm
from warehouse.models import Bin, BinKind, PaperKind, Zone
from warehouse.views.sections import sections

PAGE = 100
CHANGES = {"retire": bin_changes.retire, "restore": bin_changes.restore}


def _address(request: HttpRequest, name: str, **kwargs: object) -> str:
    return reverse(f"warehouse:{name}", kwargs={"seller": request.seller.slug, **kwargs})


def number(text: str) -> int | None:
    """A number of an address; None for anything else."""
    return int(text) if text.isdecimal() and len(text) <= 9 else None


def _chosen(query: QueryDict) -> QuerySet[Bin]:
    """The bins of the filter in the address."""
    is_empty = {"empty": True, "full": False}.get(query.get("holds", ""))
    among = layout.bins_in(
        warehouse_id=number(query.get("warehouse", "")),
        zone_id=number(query.get("zone", "")),
        first_aisle=number(query.get("from", "")),
        last_aisle=number(query.get("to", "")),
        is_retired=query.get("holds") == "retired",
        is_empty=is_empty,
    )
    return selectors.bins(among=among, words=query.get("q", "").strip(), kind=query.get("kind", ""))


def wanted(request: HttpRequest) -> QuerySet[Bin]:
    """The ticked bins, or all of the filter, in walk order."""
    if request.POST.get("all") == "1":
        return _chosen(request.GET)
    ids = [number(text) for text in request.POST.getlist("ids")]
    return Bin.objects.filter(pk__in=[pk for pk in ids if pk]).order_by("walk_order", "code", "pk")


@seller_page("stock.view")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Bins in walk order, with what they hold."""
    page = Paginator(_chosen(request.GET), PAGE).get_page(request.GET.get("page"))
    change = f"{_address(request, 'bins_change')}?{request.GET.urlencode()}"
    context = {
        "sections": sections(request, "bins"),
        "table_id": "bins",
        "page": page,
        "asked": request.GET,
        "kinds": BinKind.choices,
        "warehouses": selectors.warehouses(),
        "zones": Zone.objects.select_related("warehouse").order_by("warehouse__name", "code"),
        "prints": paper_prints.newest(kind=PaperKind.BIN_LABEL, most=5),
        "bulk_action": change if request.access.can("stock.adjust") else "",
    }
    return htmx.render(request, "warehouse/bins.html", "warehouse/_bins.html", context)


@seller_page("stock.view")
@require_GET
def one(request: HttpRequest, bin_id: int) -> HttpResponse:
    """Where one bin stands and what lies in it."""
    return _page(request, bin_id, RenameForm())


def _page(request: HttpRequest, bin_id: int, form: RenameForm, *, status: int = 200) -> HttpResponse:
    found = get_object_or_404(Bin.objects.select_related("warehouse", "zone"), pk=bin_id)
    levels = found.levels.filter(on_hand__gt=0).select_related("sku").order_by("sku__seller_sku")
    context = {
        "sections": sections(request, "bins"),
        "bin": found,
        "place": layout.place_of(found),
        "aisle": layout.aisle_letters(found.aisle),
        "side": {1: _("left side"), 2: _("right side")}.get(found.side, ""),
        "levels": levels,
        "form": form,
    }
    return htmx.render(request, "warehouse/bin.html", "warehouse/_bin.html", context, status=status)


@seller_page("stock.adjust")
@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Take bins out of use or into use again: the chosen ones, or all of the filter."""
    act = CHANGES.get(request.POST.get("do", ""))
    if act is None:
        return htmx.redirect(request, _address(request, "bins"))
    outcome = act(
        bin_ids=list(wanted(request).values_list("pk", flat=True)),
        actor=actors.of_user(request.user),
        now=clock.now(),
    )
    context = {"outcome": outcome, "back": _address(request, "bins"), "title": _("Bins")}
    return render(request, "warehouse/outcome.html", context, status=422 if outcome.refused else 200)


@seller_page("stock.adjust")
@require_POST
def rename(request: HttpRequest, bin_id: int) -> HttpResponse:
    """Give it another code."""
    get_object_or_404(Bin, pk=bin_id)
    form = RenameForm(request.POST)
    if form.is_valid():
        try:
            found = bin_changes.rename(
                bin_id=bin_id,
                code=form.cleaned_data["code"],
                actor=actors.of_user(request.user),
                now=clock.now(),
            )
        except RuleViolation as error:
            form.add_error("code", str(error))
        else:
            text = _("The bin is called %(bin)s now. Print its new label.") % {"bin": found.code}
            return htmx.redirect(request, _address(request, "bin", bin_id=bin_id), text)
    return _page(request, bin_id, form, status=422)
