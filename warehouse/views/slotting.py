"""Advice on where goods should lie: ask for it, look what a move would do, book it when it was carried, move it back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock, htmx
from relay import jobs
from relay.models import OPEN_JOBS, Job
from tenancy import actors
from tenancy.pages import seller_page
from warehouse import selectors, slotting, slotting_moves
from warehouse.models import SlottingMove, SlottingState, Warehouse
from warehouse.views.bins import number
from warehouse.views.sections import sections

PAST_SHOWN = 20


def _address(request: HttpRequest) -> str:
    return reverse("warehouse:slotting", kwargs={"seller": request.seller.slug})


@seller_page("stock.view")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What should lie nearer, and what was moved."""
    sites = list(selectors.warehouses())
    wanted = number(request.GET.get("warehouse", ""))
    site = next((one for one in sites if one.pk == wanted), sites[0] if sites else None)
    context = {"sections": sections(request, "slotting"), "sites": sites, "site": site}
    if site is not None:
        asked = Job.objects.filter(kind=slotting.JOB, asked__warehouse_id=site.pk).order_by("-pk").first()
        advised = list(slotting.moves(warehouse_id=site.pk))
        context |= {
            "moves": advised,
            "meters": round(sum(move.saves_mm for move in advised) / 1000),
            "past": slotting.moves(warehouse_id=site.pk, state=SlottingState.MOVED)[:PAST_SHOWN],
            "job": asked,
            "is_working": bool(asked and asked.state in OPEN_JOBS),
        }
    return htmx.render(request, "warehouse/slotting.html", "warehouse/_slotting.html", context)


@seller_page("stock.adjust")
@require_POST
def work_out(request: HttpRequest) -> HttpResponse:
    """Ask for new advice; it takes some seconds behind the page."""
    chosen = number(request.POST.get("warehouse", ""))
    site = get_object_or_404(Warehouse, pk=chosen or 0, is_active=True)
    if not Job.objects.filter(kind=slotting.JOB, asked__warehouse_id=site.pk, state__in=OPEN_JOBS).exists():
        jobs.start(
            kind=slotting.JOB,
            params={"warehouse_id": site.pk, "code": site.code},
            actor=actors.of_user(request.user),
            now=clock.now(),
        )
    text = _("The walks of the last 30 days are being looked at.")
    return htmx.redirect(request, f"{_address(request)}?warehouse={site.pk}", text)


@seller_page("stock.adjust")
@require_POST
def carry(request: HttpRequest) -> HttpResponse:
    """Try the chosen moves, or book them."""
    ids = [found for text in request.POST.getlist("ids") if (found := number(text))]
    is_dry = request.POST.get("do") != "book"
    if is_dry:
        outcome = slotting_moves.look(move_ids=ids)
    else:
        outcome = slotting_moves.apply(move_ids=ids, actor=actors.of_user(request.user), now=clock.now())
    context = {
        "outcome": outcome,
        "back": _address(request),
        "title": _("Better places"),
        "is_dry": is_dry,
        "ids": ids,
    }
    return render(request, "warehouse/outcome.html", context, status=422 if outcome.refused else 200)


@seller_page("stock.adjust")
@require_POST
def undo(request: HttpRequest, move_id: int) -> HttpResponse:
    """Move the goods back."""
    found = get_object_or_404(SlottingMove, pk=move_id, state=SlottingState.MOVED)
    outcome = slotting_moves.undo(move_id=found.pk, actor=actors.of_user(request.user), now=clock.now())
    context = {"outcome": outcome, "back": _address(request), "title": _("Better places")}
    return render(request, "warehouse/outcome.html", context, status=422 if outcome.refused else 200)
