"""Counts: what should be counted, the blind sheet of a bin, and a manager's decision about counts that differ."""

import uuid

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock, htmx
from core.errors import RuleViolation
from tenancy import actors
from tenancy.pages import seller_page
from warehouse import blind_counts, count_plan, counting, paper_prints, selectors, stock_lists
from warehouse.models import Bin, CountSource, CountTask, PaperKind, Warehouse
from warehouse.stock_forms import CountTermsForm, EntryForm
from warehouse.views.sections import sections

PAGE = 100
TABS = ("", "approval", "done")


def _by(request: HttpRequest) -> dict[str, object]:
    return {"actor": actors.of_user(request.user), "now": clock.now()}


def _list(request: HttpRequest) -> str:
    return reverse("warehouse:counts", kwargs={"seller": request.seller.slug})


@seller_page("stock.view")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What should be counted, in walk order; what a manager has to decide; what was counted."""
    tab = request.GET.get("tab", "") if request.GET.get("tab", "") in TABS else ""
    waiting = stock_lists.counts_to_decide().count()
    labels = {"": (_("To count"), None), "approval": (_("To decide"), waiting), "done": (_("Counted"), None)}
    rows = stock_lists.counts_to_decide() if tab == "approval" else selectors.count_tasks(done=tab == "done")
    sites = list(selectors.warehouses())
    context = {
        "sections": sections(request, "counts"),
        "table_id": "counts",
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "tab": tab,
        "tabs": [
            {"label": label, "href": f"?tab={name}", "current": tab == name, "count": count}
            for name, (label, count) in labels.items()
        ],
        "prints": paper_prints.newest(kind=PaperKind.COUNT_SHEET, most=5),
        "terms": [(site, _terms(site)) for site in sites],
    }
    return htmx.render(request, "warehouse/counts.html", "warehouse/_counts.html", context)


def _terms(site: Warehouse, data=None) -> CountTermsForm:
    kept = {"count_bins_a_day": site.count_bins_a_day, "count_limit_units": site.count_limit_units}
    return CountTermsForm(data, initial=kept, auto_id=f"id_{site.pk}_%s")


@seller_page("stock.adjust")
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Somebody wants a whole bin counted."""
    code = request.POST.get("bin", "").strip()
    place = Bin.objects.filter(code__iexact=code, is_active=True).order_by("pk").first()
    if place is None:
        raise counting.BadCount(_("There is no bin “%(code)s”.") % {"code": code[:30]})
    counting.ask_for_count(bin_id=place.pk, sku_id=None, why="", now=clock.now(), source=CountSource.ASKED)
    return htmx.redirect(request, _list(request), _("%(bin)s is on the list.") % {"bin": place.code})


@seller_page("stock.adjust")
@require_POST
def terms(request: HttpRequest, warehouse_id: int) -> HttpResponse:
    """How many bins a day, and the limit of a single count."""
    site = get_object_or_404(Warehouse, pk=warehouse_id)
    form = _terms(site, request.POST)
    if not form.is_valid():
        raise counting.BadCount(_("Bins a day and the limit are numbers, 0 or more."))
    count_plan.set_terms(warehouse_id=site.pk, **form.cleaned_data, **_by(request))
    return htmx.redirect(request, _list(request), _("Saved."))


@seller_page("floor.pick")
@require_GET
def sheet(request: HttpRequest, task_id: int) -> HttpResponse:
    """The blind sheet: no figure of the books is on it."""
    return _sheet(request, task_id)


@seller_page("floor.pick")
@require_POST
def enter(request: HttpRequest, task_id: int) -> HttpResponse:
    """A scan is one more; typed units are all of it."""
    task, form = get_object_or_404(CountTask, pk=task_id), EntryForm(request.POST)
    if not form.is_valid():
        text = _("A count is a number of units, 0 when there is nothing.")
        return _sheet(request, task_id, answer={"ok": False, "text": text})
    values, code = form.cleaned_data, request.POST.get("code", "").strip()
    try:
        entry = blind_counts.enter(task_id=task.pk, code=code, **values, **_by(request))
    except RuleViolation as error:
        kept = {"lot": values["lot"], "units": values["units"]}
        return _sheet(request, task_id, answer={"ok": False, "text": str(error)}, given=kept)
    text = _("%(sku)s: %(units)d counted.") % {
        "sku": f"{entry.sku.seller_sku} {entry.lot or ''}".strip(),
        "units": entry.units,
    }
    kept = {"lot": entry.lot.code} if entry.lot else {}
    return _sheet(request, task_id, answer={"ok": True, "text": text}, given=kept)


@seller_page("floor.pick")
@require_POST
def finish(request: HttpRequest, task_id: int) -> HttpResponse:
    """All of the bin is on the sheet."""
    task = get_object_or_404(CountTask, pk=task_id)
    try:
        done = blind_counts.finish(task_id=task.pk, is_empty="is_empty" in request.POST, **_by(request))
    except RuleViolation as error:
        return _sheet(request, task_id, answer={"ok": False, "text": str(error)})
    return htmx.redirect(request, _list(request), done.text)


@seller_page("floor.pick")
@require_POST
def start_over(request: HttpRequest, task_id: int) -> HttpResponse:
    """Forget what was entered in this round."""
    task = get_object_or_404(CountTask, pk=task_id)
    blind_counts.start_over(task_id=task.pk, **_by(request))
    return _sheet(request, task_id, answer={"ok": True, "text": _("The sheet is empty again.")})


def _sheet(
    request: HttpRequest, task_id: int, *, answer: dict | None = None, given: dict | None = None
) -> HttpResponse:
    task = get_object_or_404(CountTask.objects.select_related("bin", "sku"), pk=task_id)
    entries = stock_lists.count_entries(task=task).filter(round=task.round)
    things = stock_lists.things_in(task=task)
    seen = {entry.sku_id for entry in entries}
    context = {
        "task": task,
        "entries": entries,
        "missing": [sku for sku in things if sku.pk not in seen],
        "is_open": task.state in blind_counts.COUNTABLE,
        "has_lots": any(sku.is_by_lot for sku in things) or bool(given and given.get("lot")),
        "form": EntryForm(initial={"key": uuid.uuid4().hex, **(given or {})}),
        "answer": answer,
    }
    is_bad = answer is not None and not answer["ok"]
    response = htmx.render(
        request, "warehouse/count.html", "warehouse/_count.html", context, status=422 if is_bad else 200
    )
    return htmx.scanned(response, ok=answer["ok"], text=answer["text"]) if answer else response


@seller_page("counts.approve")
@require_GET
def decide(request: HttpRequest, task_id: int) -> HttpResponse:
    """All rounds of a count beside what the books said."""
    task = get_object_or_404(CountTask.objects.select_related("bin", "sku"), pk=task_id)
    entries = stock_lists.count_entries(task=task).filter(expected__isnull=False)
    context = {"sections": sections(request, "counts"), "task": task, "entries": entries}
    return htmx.render(request, "warehouse/count_decide.html", "warehouse/_count_decide.html", context)


@seller_page("counts.approve")
@require_POST
def decided(request: HttpRequest, task_id: int, what: str) -> HttpResponse:
    """Take the last count, or have it counted again."""
    task = get_object_or_404(CountTask, pk=task_id)
    if what == "approve":
        text = blind_counts.approve(task_id=task.pk, **_by(request)).text
    else:
        blind_counts.count_again(task_id=task.pk, **_by(request))
        text = _("It is counted again.")
    return htmx.redirect(request, _list(request), text)
