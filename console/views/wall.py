"""Big numbers for a screen that everybody on the floor sees: the deadlines, or the day's floor."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from console import floor_wall, wall
from core import clock, htmx
from tenancy.pages import chosen_shop, seller_page


@seller_page("orders.view")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The page, and the fragment that it asks for again and again."""
    shop = chosen_shop(request)
    shown = wall.wall(seller=request.seller, shop_id=shop.pk if shop else None, now=clock.now())
    context = {"wall": shown, "shop": shop, "title": _("SLA wall"), "fragment": "console/_wall.html"}
    return htmx.render(request, "console/wall.html", "console/_wall.html", context)


@seller_page("orders.view")
@require_safe
def floor(request: HttpRequest) -> HttpResponse:
    """The same for the people who pick, sort and pack."""
    context = {
        "wall": floor_wall.wall(seller=request.seller, now=clock.now()),
        "title": _("Floor today"),
        "fragment": "console/_floor_wall.html",
    }
    return htmx.render(request, "console/wall.html", "console/_floor_wall.html", context)
