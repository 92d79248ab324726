"""Who does what on the floor, how fast, and how far the waves are."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from core import clock, htmx
from tenancy.pages import seller_page
from warehouse import crew


@seller_page("waves.plan")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The page, and the fragment that it asks for again and again."""
    context = {"crew": crew.crew_now(seller=request.seller, now=clock.now())}
    return htmx.render(request, "warehouse/crew.html", "warehouse/_crew.html", context)
