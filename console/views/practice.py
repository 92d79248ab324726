"""Practice data: loaded and removed in one step each, by an owner."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from console import practice
from core import clock, htmx
from tenancy import actors
from tenancy.pages import seller_page


@seller_page("settings.members", outside_scope=True)
@require_POST
def load(request: HttpRequest) -> HttpResponse:
    """Make the practice seller and go there."""
    actor = actors.of_user(request.user)
    seller = practice.load(beside=request.access, user=request.user, actor=actor, now=clock.now())
    address = reverse("console:home", kwargs={"seller": seller.slug})
    return htmx.redirect(request, address, _("Here is everything to try: nothing of it is real."))


@seller_page("settings.members", outside_scope=True)
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Away with it, from either side."""
    is_here = practice.is_practice(request.seller)
    practice.remove(asked_at=request.access, actor=actors.of_user(request.user), now=clock.now())
    address = (
        reverse("console:door")
        if is_here
        else reverse("console:home", kwargs={"seller": request.seller.slug})
    )
    return htmx.redirect(request, address, _("The practice data is gone. Nothing else was touched."))
