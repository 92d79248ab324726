"""The put wall: choose a tote by scan, then every item says its slot; full slots are to be packed."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock, htmx
from core.errors import RuleViolation
from tenancy import actors
from tenancy.pages import seller_page
from warehouse import put_walls, selectors, sorting, station_scans
from warehouse.models import PickList, Station
from warehouse.views.station_words import camera_words, keep_words


def _address(request: HttpRequest, name: str, **kwargs: object) -> str:
    return reverse(f"warehouse:{name}", kwargs={"seller": request.seller.slug, **kwargs})


@seller_page("floor.pick")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Totes that wait to be sorted, and the walls."""
    return _index(request)


@seller_page("floor.pick")
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """A scanned tote, or the number of its list, opens it."""
    try:
        found = sorting.find(code=request.POST.get("code", ""))
    except RuleViolation as error:
        return htmx.scanned(_index(request, error=error), ok=False, text=str(error), kind="wrong_tote")
    return htmx.redirect(request, _address(request, "sort_list", public_id=found.public_id))


@seller_page("stock.adjust")
@require_POST
def make_wall(request: HttpRequest) -> HttpResponse:
    """A further put wall."""
    typed = request.POST.get("slots", "")
    warehouse = get_object_or_404(selectors.warehouses(), pk=request.POST.get("warehouse") or 0)
    slots = put_walls.make_wall(
        warehouse_id=warehouse.pk, slots=int(typed) if typed.isdecimal() and len(typed) < 6 else 0
    )
    text = _("The wall has its slots, from %(first)s to %(last)s.")
    values = {"first": slots[0].code, "last": slots[-1].code}
    return htmx.redirect(request, _address(request, "sort"), text % values)


@seller_page("floor.pick")
@require_GET
def one(request: HttpRequest, public_id: str) -> HttpResponse:
    """A tote on the table."""
    return _station(request, get_object_or_404(PickList, public_id=public_id))


@seller_page("floor.pick")
@require_GET
def wall(request: HttpRequest, public_id: str) -> HttpResponse:
    """The wall alone: what the other sorter did meanwhile."""
    found = get_object_or_404(PickList.objects.select_related("wave"), public_id=public_id)
    context = {"list": found, "places": put_walls.places(warehouse_id=found.wave.warehouse_id)}
    return htmx.render(request, "warehouse/_put_wall.html", "warehouse/_put_wall.html", context)


@seller_page("floor.pick")
@require_POST
def scan(request: HttpRequest, public_id: str) -> HttpResponse:
    """One unit out of the tote."""
    found = get_object_or_404(PickList, public_id=public_id)
    code, who, now = request.POST.get("code", ""), actors.of_user(request.user), clock.now()
    said = station_scans.once(
        station=Station.SORT,
        key=request.POST.get("key", ""),
        pick_list=found,
        code=code,
        act=partial(sorting.scan, pick_list_id=found.pk, code=code, actor=who, now=now),
        actor=who,
        now=now,
    )
    return _station(request, found, said)


def _index(request: HttpRequest, error: RuleViolation | None = None) -> HttpResponse:
    lists = put_walls.waiting_lists()
    sites = list(selectors.warehouses())
    context = {
        "cards": [{"list": row, "progress": sorting.progress(pick_list=row)} for row in lists],
        "walls": [(site, put_walls.places(warehouse_id=site.pk)) for site in sites],
        "sites": sites,
        "answer": {"ok": False, "text": str(error)} if error else None,
        "keep_words": keep_words(),
        "camera_words": camera_words(),
    }
    status = 422 if error else 200
    return htmx.render(request, "warehouse/sort.html", "warehouse/_sort_index.html", context, status=status)


def _station(request: HttpRequest, found: PickList, said: station_scans.Said | None = None) -> HttpResponse:
    found = PickList.objects.select_related("wave", "wave__warehouse").get(pk=found.pk)
    places = put_walls.places(warehouse_id=found.wave.warehouse_id)
    lit = getattr(getattr(said, "answer", None), "slot", None)
    context = {
        "list": found,
        "progress": sorting.progress(pick_list=found),
        "left": sorting.left_in_tote(pick_list=found),
        "places": places,
        "lit": lit,
        "answer": said,
        "keep_words": keep_words(),
        "camera_words": camera_words(),
    }
    status = 200 if said is None or said.ok else 422
    response = htmx.render(
        request, "warehouse/sort_list.html", "warehouse/_sort.html", context, status=status
    )
    return response if said is None else htmx.scanned(response, ok=said.ok, text=said.text, kind=said.kind)
