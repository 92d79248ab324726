"""Figures that people steer by: the page, the orders behind each figure, a file, and the lines that shares are held to."""

from collections.abc import Iterator
from dataclasses import replace

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from console import performance_asked, performance_orders, performance_page
from console.performance_forms import LineForm
from console.performance_words import FAMILY_WORDS, KINDS
from core import clock, htmx
from orders import figure_targets, performance
from orders.models import ClockKind
from orders.performance import Window
from orders.queue_sheets import csv_bytes
from tenancy import actors, scoping
from tenancy.models import Shop
from tenancy.pages import seller_page
from tenancy.regions import REGIONS

PAGE_SIZE = 50


@seller_page("orders.view")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Shares, budgets, hours: all from sums of a day."""
    asked = performance_asked.understand(request, now=clock.now())
    context = performance_page.context(asked, zone=request.seller.time_zone)
    return htmx.render(request, "console/performance.html", "console/_performance.html", context)


@seller_page("orders.view")
@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    """The orders behind one figure, as many as it says."""
    asked = performance_asked.understand(request, now=clock.now())
    figure, outcome = performance_asked.figure_of(request)
    rows = performance.orders_behind(asked.window, figure=figure, outcome=outcome)
    page = Paginator(rows.select_related("order", "shop"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = performance_orders.context(asked, page=page, figure=figure, outcome=outcome)
    return htmx.render(
        request, "console/performance_orders.html", "console/_performance_orders.html", context
    )


@seller_page("orders.view", outside_scope=True)
@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The sums behind the page as a file: a row per day, shop, carrier, warehouse and figure."""
    with scoping.scope(sellers=[request.seller.pk], shops=request.access.shop_ids):
        asked = performance_asked.understand(request, now=clock.now())
    since, until = asked.window.since, asked.window.until
    name = f"{request.seller.slug}-performance-{since:%Y%m%d}-{until:%Y%m%d}.csv"
    response = StreamingHttpResponse(_file(request, asked.window), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _file(request: HttpRequest, window: Window) -> Iterator[bytes]:
    """Day by day; no transaction stays open while the browser reads."""
    language = request.LANGUAGE_CODE
    with translation.override(language):
        yield csv_bytes([performance_orders.file_head()], is_first=True)
    for day in window.days:
        with (
            translation.override(language),
            scoping.scope(sellers=[request.seller.pk], shops=request.access.shop_ids),
        ):
            rows = performance.detail(replace(window, since=day, until=day))
            text = csv_bytes([performance_orders.file_row(row) for row in rows], is_first=False)
        yield text


@seller_page("orders.view")
@require_safe
def lines(request: HttpRequest) -> HttpResponse:
    """The line of each share, per market of this seller."""
    regions = set(Shop.objects.values_list("region", flat=True))
    rows = [
        {"target": target, "label": FAMILY_WORDS[target.kind], "market": _market(target.region)}
        for target in figure_targets.targets(regions=regions).values()
    ]
    rows.sort(key=lambda row: (str(row["market"]), KINDS.index(row["target"].kind)))
    return render(request, "console/performance_lines.html", {"rows": rows})


@seller_page("settings.edit")
def line(request: HttpRequest, region: str, kind: str) -> HttpResponse:
    """Draw one line anew, or go back to the known one."""
    if kind not in ClockKind.values or not Shop.objects.filter(region=region).exists():
        raise Http404
    target = figure_targets.targets(regions={region})[region, kind]
    form = LineForm(request.POST or None, initial=LineForm.of(target))
    if request.method == "POST" and (request.POST.get("reset") or form.is_valid()):
        _draw(request, form, region=region, kind=kind)
        address = reverse("console:performance_lines", kwargs={"seller": request.seller.slug})
        return htmx.redirect(request, address, _("Saved."))
    context = {"form": form, "target": target, "title": f"{_market(region)} · {FAMILY_WORDS[kind]}"}
    return render(request, "console/performance_line.html", context, status=422 if form.is_bound else 200)


def _draw(request: HttpRequest, form: LineForm, *, region: str, kind: str) -> None:
    actor, now = actors.of_user(request.user), clock.now()
    if request.POST.get("reset"):
        figure_targets.forget(region=region, kind=kind, actor=actor, now=now)
        return
    figure_targets.draw(region=region, kind=kind, **form.cleaned_data, actor=actor, now=now)


def _market(region: str) -> str:
    return str(REGIONS[region].name) if region in REGIONS else region
