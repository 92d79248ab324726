"""The SLA wall: big numbers for a screen that everybody on the floor sees."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from console import wall
from core import clock, htmx
from tenancy.pages import chosen_shop, seller_page


@seller_page("orders.view")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The page, and the fragment that it asks for again and again."""
    shop = chosen_shop(request)
    shown = wall.wall(seller=request.seller, shop_id=shop.pk if shop else None, now=clock.now())
    return htmx.render(request, "console/wall.html", "console/_wall.html", {"wall": shown, "shop": shop})
