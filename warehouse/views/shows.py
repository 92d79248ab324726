"""Live shows: the list, the record, the plan's dry run, what is left to do, how it goes and how it went."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock, htmx
from core.errors import RuleViolation
from tenancy import actors
from tenancy.pages import chosen_shop, seller_page
from warehouse import (
    show_book,
    show_lane,
    show_lists,
    show_plan,
    show_result,
    show_tasks,
    show_words,
    shows,
)
from warehouse.models import Show, ShowProduct, ShowState
from warehouse.show_forms import LinesForm, NewShowForm, ProductForm, ShowForm
from warehouse.views.bins import number

PAGE = 50


def _by(request: HttpRequest) -> dict[str, object]:
    return {"actor": actors.of_user(request.user), "now": clock.now()}


def _address(request: HttpRequest, show: Show) -> str:
    return reverse("warehouse:show", kwargs={"seller": request.seller.slug, "public_id": show.public_id})


def _show(public_id: str) -> Show:
    return get_object_or_404(Show.objects.select_related("shop", "warehouse", "wave"), public_id=public_id)


@seller_page("stock.view")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Shows to come and under way, or those that are over."""
    tab = "over" if request.GET.get("tab") == "over" else ""
    shop = chosen_shop(request)
    found = show_lists.shows(is_over=bool(tab), shop_id=shop.pk if shop else None)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "late": show_lists.late_ids(now=clock.now()),
        "has_zone": show_lists.has_forward_bins(),
        "tabs": [
            {"label": label, "href": f"?tab={name}", "current": tab == name, "count": None}
            for name, label in (("", _("To come")), ("over", _("Over")))
        ],
    }
    return htmx.render(request, "warehouse/shows.html", "warehouse/_shows.html", context)


@seller_page("waves.plan")
def new(request: HttpRequest) -> HttpResponse:
    """Book a show."""
    form = NewShowForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = show_book.book(facts=form.facts(), products=form.cleaned_data["lines"], **_by(request))
        except RuleViolation as error:
            form.add_error(None, str(error))
        else:
            text = _("“%(show)s” is booked. Look at the plan.") % {"show": made}
            return htmx.redirect(request, _address(request, made), text)
    return _form(request, form, title=_("Book a live show"))


@seller_page("waves.plan")
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Correct the record."""
    show = _show(public_id)
    form = ShowForm(request.POST or None, show=show)
    if request.method == "POST" and form.is_valid():
        try:
            show_book.change(show_id=show.pk, facts=form.facts(), **_by(request))
        except RuleViolation as error:
            form.add_error(None, str(error))
        else:
            return htmx.redirect(request, _address(request, show), _("Saved."))
    return _form(request, form, title=_("Change “%(show)s”") % {"show": show})


def _form(request: HttpRequest, form: ShowForm, *, title: str) -> HttpResponse:
    context = {"form": form, "title": title}
    status = 422 if form.is_bound else 200
    return htmx.render(
        request, "warehouse/show_form.html", "warehouse/_show_form.html", context, status=status
    )


@seller_page("stock.view")
@require_GET
def one(request: HttpRequest, public_id: str) -> HttpResponse:
    """The show; its figures alone when they are asked for again."""
    return _page(request, _show(public_id))


def _page(
    request: HttpRequest, show: Show, *, lines: LinesForm | None = None, status: int = 200
) -> HttpResponse:
    now = clock.now()
    counts = show_result.counts(show=show, now=now)
    context = {
        "show": show,
        "counts": counts,
        "is_late": show.pk in show_lists.late_ids(now=now),
        "todo": show_lists.todo(show=show),
        "is_running": show.state in (ShowState.PREPARING, ShowState.LIVE, ShowState.OVER),
        "waiting_for_parcels": show_lists.waiting_for_opening(show=show, counts=counts),
    }
    if not htmx.wants_fragment(request):
        words = request.GET.get("find", "")
        context |= _plan(show, counts) | {"lines": lines or LinesForm(), "words": words}
        context["found"] = show_lists.found_skus(show=show, words=words)
    return htmx.render(request, "warehouse/show.html", "warehouse/_show_counts.html", context, status=status)


def _plan(show: Show, counts: show_result.Counts) -> dict[str, object]:
    """The dry run while nothing is set; afterwards what it was."""
    products = [one.product for one in counts.products]
    if show.state != ShowState.PLANNED:
        return {"rows": [(one, show_words.prepared_text(one)) for one in products]}
    plan = show_plan.look(show=show)
    lines = {line.sku_id: line for line in plan.lines}
    names = show_lists.names(plan=plan)
    return {
        "plan": plan,
        "problems": [show_words.problem_text(problem) for problem in plan.problems],
        "materials": [(names["skus"].get(one.sku_id), one) for one in plan.materials],
        "plan_rows": [
            {
                "product": one,
                "line": lines[one.sku_id],
                "bin": names["bins"].get(lines[one.sku_id].bin_id, ""),
                "carton": names["cartons"].get(lines[one.sku_id].carton_id, ""),
                "why": show_words.line_text(one, lines[one.sku_id]),
                "form": ProductForm(product=one, prefix=f"p{one.pk}"),
            }
            for one in products
        ],
    }


@seller_page("waves.plan")
@require_POST
def add_products(request: HttpRequest, public_id: str) -> HttpResponse:
    """Products that were found, typed or pasted."""
    given = request.POST
    if "code" in given:  # one that was found, with what was typed beside it
        given = {"lines": ", ".join(given.get(name, "").strip() for name in ("code", "expected", "prepack"))}
    show, form = _show(public_id), LinesForm(given)
    if not form.is_valid():
        return _page(request, show, lines=form, status=422)
    try:
        show_book.set_products(show_id=show.pk, products=form.cleaned_data["lines"], **_by(request))
    except RuleViolation as error:
        form.add_error(None, str(error))
        return _page(request, show, lines=form, status=422)
    return htmx.redirect(request, _address(request, show), _("The plan is worked out anew."))


@seller_page("waves.plan")
@require_POST
def set_product(request: HttpRequest, public_id: str, product_id: int) -> HttpResponse:
    """What a person decides about one product; taking it off; opening its parcels."""
    show = _show(public_id)
    product = get_object_or_404(ShowProduct, pk=product_id, show=show)
    if "drop" in request.POST:
        show_book.drop_product(show_id=show.pk, sku_id=product.sku_id, **_by(request))
        return htmx.redirect(request, _address(request, show), _("Taken off the show."))
    if "open" in request.POST:
        units = number(request.POST["open"]) or 0
        show_tasks.open_parcels(product_id=product.pk, units=units, **_by(request))
        return htmx.redirect(request, _address(request, show), _("Opened: their goods are loose again."))
    form = ProductForm(request.POST, product=product, prefix=f"p{product.pk}")
    if not form.is_valid():
        raise show_book.BadShow(_("Units are numbers of 0 or more."))
    show_book.set_products(show_id=show.pk, products=[form.wanted()], **_by(request))
    return htmx.redirect(request, _address(request, show), _("The plan is worked out anew."))


@seller_page("waves.plan")
@require_POST
def act(request: HttpRequest, public_id: str, what: str) -> HttpResponse:
    """Prepare, begin, end, close, cancel …"""
    show, by = _show(public_id), _by(request)
    acts = {
        "prepare": (shows.prepare, {}, _("The tasks are there: bring, then pre-pack.")),
        "take-back": (shows.take_back_plan, {}, _("The plan is taken back.")),
        "start": (shows.start, {}, _("It is live.")),
        "end": (shows.end, {}, _("It is over. What is left goes back.")),
        "close": (shows.close, {}, _("Closed.")),
        "cancel": (shows.cancel, {}, _("The show is cancelled.")),
        "open-lane": (show_lane.set_open, {"is_open": True}, _("The lane is open.")),
        "close-lane": (show_lane.set_open, {"is_open": False}, _("The lane is closed.")),
    }
    if what not in acts:
        raise Http404
    rule, values, text = acts[what]
    rule(show_id=show.pk, **values, **by)
    return htmx.redirect(request, _address(request, show), text)


@seller_page("waves.plan")
@require_POST
def go_on(request: HttpRequest, public_id: str) -> HttpResponse:
    """It was ended too early."""
    show = _show(public_id)
    minutes = number(request.POST.get("minutes", "")) or 0
    by = _by(request)
    ends_at = by["now"] + show_lists.minutes(minutes)
    shows.go_on(show_id=show.pk, ends_at=ends_at, **by)
    return htmx.redirect(request, _address(request, show), _("It goes on."))
