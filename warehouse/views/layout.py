"""Making a layout by its measures or by a file, each with a dry run; the building's measures; carts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from core import clock, htmx, sentences
from core.errors import RuleViolation
from tenancy import actors
from tenancy.pages import seller_page
from warehouse import building, carts, layout, layout_file, selectors, totes
from warehouse.layout_forms import BinsForm, BuildingForm, CartForm, LayoutFileForm
from warehouse.models import ON_THE_WAY, Bin, BinKind, Cart, Warehouse
from warehouse.views.sections import sections


def _address(request: HttpRequest, name: str, **kwargs: object) -> str:
    return reverse(f"warehouse:{name}", kwargs={"seller": request.seller.slug, **kwargs})


def _by(request: HttpRequest) -> dict[str, object]:
    return {"actor": actors.of_user(request.user), "now": clock.now()}


def _made(request: HttpRequest, draft: layout.Draft) -> HttpResponse:
    count = len(draft.fresh)
    parts = [ngettext("%(count)d bin made.", "%(count)d bins made.", count) % {"count": count}]
    if draft.changed:
        count = len(draft.changed)
        parts.append(ngettext("%(count)d changed.", "%(count)d changed.", count) % {"count": count})
    return htmx.redirect(request, _address(request, "bins"), sentences.joined(parts))


@seller_page("stock.adjust")
def make_bins(request: HttpRequest) -> HttpResponse:
    """Shelves by their measures."""
    form = BinsForm(request.POST or None)
    draft = None
    if request.method == "POST" and form.is_valid():
        try:
            entries = form.entries()
            if request.POST.get("do") != "try":
                return _made(request, layout.make(warehouse_id=form.site.pk, entries=entries, **_by(request)))
            draft = layout.draft(warehouse=form.site, entries=entries, is_changing=False)
        except RuleViolation as error:
            form.add_error(None, str(error))
    context = {"form": form, "draft": draft}
    status = 422 if form.is_bound and draft is None else 200
    return htmx.render(
        request, "warehouse/bins_make.html", "warehouse/_bins_make.html", context, status=status
    )


@seller_page("stock.adjust")
def take_file(request: HttpRequest) -> HttpResponse:
    """A layout as a csv file. What was read comes back as text, so that it can be mended and sent again."""
    form = _posted(request) if request.method == "POST" else LayoutFileForm()
    context: dict[str, object] = {"form": form}
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        try:
            if request.POST.get("do") != "try":
                draft = layout_file.bring_in(
                    warehouse_id=values["warehouse"],
                    text=values["text"],
                    are_gaps_meant=values["are_gaps_meant"],
                    **_by(request),
                )
                return _made(request, draft)
            found = layout_file.look(warehouse=form.site, text=values["text"])
            context |= {"draft": found.draft, "gaps": found.gaps, "shared": found.shared}
        except RuleViolation as error:
            for problem in getattr(error, "problems", [str(error)]):
                form.add_error(None, problem)
    status = 422 if form.errors else 200
    return htmx.render(
        request, "warehouse/layout_file.html", "warehouse/_layout_file.html", context, status=status
    )


def _posted(request: HttpRequest) -> LayoutFileForm:
    values = request.POST.copy()
    upload = request.FILES.get("file")
    if upload is not None:
        values["text"] = layout_file.text_of(upload.read())
    return LayoutFileForm(values)


@seller_page("stock.view")
@require_GET
def give_file(request: HttpRequest, warehouse_id: int) -> HttpResponse:
    """The layout as it is, as a file that can be changed and taken in again."""
    site = get_object_or_404(Warehouse, pk=warehouse_id)
    bins = layout.bins_in(warehouse_id=site.pk).exclude(kind__in=ON_THE_WAY).select_related("zone")
    response = HttpResponse("\ufeff" + layout_file.write(bins), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="layout-{site.code.lower()}.csv"'
    return response


@seller_page("settings.edit")
def measures(request: HttpRequest, warehouse_id: int) -> HttpResponse:
    """How walks are planned in this building."""
    site = get_object_or_404(Warehouse, pk=warehouse_id)
    form = BuildingForm(request.POST or None, warehouse=site)
    if request.method == "POST" and form.is_valid():
        try:
            building.set_building(warehouse_id=site.pk, values=form.cleaned_data, **_by(request))
        except RuleViolation as error:
            form.add_error(error.details.get("field"), str(error))
        else:
            text = _("Saved. The next wave is planned with it.")
            return htmx.redirect(request, _address(request, "sites"), text)
    context = {"form": form, "site": site, "carts_too_small": carts.too_small(warehouse=site)}
    status = 422 if form.is_bound else 200
    return htmx.render(request, "warehouse/measures.html", "warehouse/_measures.html", context, status=status)


@seller_page("stock.view")
@require_GET
def all_carts(request: HttpRequest) -> HttpResponse:
    """Carts and totes, what fits on them, which are in use."""
    return _carts(request, CartForm())


def _carts(request: HttpRequest, form: CartForm, *, status: int = 200) -> HttpResponse:
    found = Bin.objects.filter(kind=BinKind.TOTE, is_active=True).select_related("warehouse")
    room = {cart.tote_id: cart for cart in Cart.objects.filter(tote__is_active=True)}
    used = {(site.pk, code) for site in selectors.warehouses() for code in totes.in_use(warehouse_id=site.pk)}
    context = {
        "sections": sections(request, "bins"),
        "form": form,
        "rows": [
            (tote, room.get(tote.pk), (tote.warehouse_id, tote.code) in used)
            for tote in found.order_by("warehouse__name", "code")
        ],
    }
    return htmx.render(request, "warehouse/carts.html", "warehouse/_carts.html", context, status=status)


@seller_page("stock.adjust")
@require_POST
def save_cart(request: HttpRequest) -> HttpResponse:
    """Make a cart, or change what fits on one."""
    form = CartForm(request.POST)
    if form.is_valid():
        code = form.cleaned_data["code"]
        try:
            carts.save(warehouse_id=form.site.pk, code=code, room=form.room(), **_by(request))
        except RuleViolation as error:
            form.add_error(None, str(error))
        else:
            return htmx.redirect(request, _address(request, "carts"), _("Saved."))
    return _carts(request, form, status=422)


@seller_page("stock.adjust")
@require_POST
def retire_cart(request: HttpRequest, tote_id: int) -> HttpResponse:
    """Take a cart or tote out of use."""
    found = get_object_or_404(Bin, pk=tote_id, kind=BinKind.TOTE)
    carts.retire(tote_id=found.pk, **_by(request))
    text = _("%(tote)s is out of use.") % {"tote": found.code}
    return htmx.redirect(request, _address(request, "carts"), text)
