"""The map of a warehouse: zones, picks of the last 30 days, empty bins, a search, and a wave's walks."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import clock, htmx
from tenancy.pages import seller_page
from warehouse import floor_map, floor_svg, selectors
from warehouse.models import Warehouse
from warehouse.views.bins import number
from warehouse.views.sections import sections

SHOWS = ("zones", "picks", "empty")


@seller_page("stock.view")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """One warehouse seen from above."""
    asked = request.GET
    sites = list(selectors.warehouses())
    site = _site(sites, asked.get("warehouse", ""))
    context: dict[str, object] = {"sections": sections(request, "map"), "sites": sites, "site": site}
    if site is not None:
        show = asked.get("show") if asked.get("show") in SHOWS else "zones"
        context |= {"show": show, "asked": asked, **_drawn(request, site, show)}
    return htmx.render(request, "warehouse/map.html", "warehouse/_map.html", context)


def _site(sites: list[Warehouse], text: str) -> Warehouse | None:
    if not text:
        return sites[0] if sites else None
    found = next((site for site in sites if site.pk == number(text)), None)
    if found is None:
        raise Http404
    return found


def _drawn(request: HttpRequest, site: Warehouse, show: str) -> dict[str, object]:
    asked = request.GET
    lists = floor_map.lists_to_draw(
        warehouse_id=site.pk, wave_id=asked.get("wave", ""), list_id=asked.get("list", "")
    )
    floor = floor_map.load(
        warehouse=site,
        now=clock.now(),
        words=asked.get("q", "").strip()[:80],
        with_picks=show == "picks",
        lists=lists,
    )
    look = floor_svg.Look(show=show, bin_address=_bin_address(request), cell_address=_cell_address(request))
    return {
        "floor": floor,
        "drawing": floor_svg.draw(floor, look) if floor.cells else "",
        "lists": lists,
        "waves": floor_map.waves_to_choose(warehouse_id=site.pk),
        "cell": floor.cell_at(asked["at"]) if asked.get("at") else None,
        "empty": sum(slot.units == 0 for slot in floor.slots),
        "tabs": _tabs(request, show),
    }


def _bin_address(request: HttpRequest):
    """Thousands of addresses: one is looked up, the others differ by their number."""
    sample = reverse("warehouse:bin", kwargs={"seller": request.seller.slug, "bin_id": 0})
    return lambda bin_id: sample.replace("/0/", f"/{bin_id}/")


def _cell_address(request: HttpRequest):
    query = request.GET.copy()
    query.pop("at", None)
    head = query.urlencode()
    return lambda address: f"?{head}{'&' if head else ''}at={address}#cell"


def _tabs(request: HttpRequest, show: str) -> list[dict[str, object]]:
    labels = {"zones": _("Zones"), "picks": _("Picks of 30 days"), "empty": _("Empty bins")}
    tabs = []
    for name, label in labels.items():
        query = request.GET.copy()
        query["show"] = name
        query.pop("at", None)
        tabs.append({"label": label, "href": f"?{query.urlencode()}", "current": name == show, "count": None})
    return tabs
