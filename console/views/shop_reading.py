"""What a person may ask of a connected shop's reading: fetch its past, compare the books now."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock, htmx
from integrations.models import ShopLink
from orders import backfill
from relay import wake
from tenancy import actors
from tenancy.models import Shop
from tenancy.pages import seller_page


@seller_page("settings.connect")
@require_POST
def fetch_past(request: HttpRequest, shop: str) -> HttpResponse:
    """A long job; how far it is stands on the connections page."""
    days = request.POST.get("days", "")
    backfill.start(
        shop_id=_linked(shop).pk,
        days=int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0,
        actor=actors.of_user(request.user),
        now=clock.now(),
    )
    text = _("The past is being fetched. Live orders go first, so it may take a while.")
    return htmx.redirect(request, _address(request), text)


@seller_page("settings.connect")
@require_POST
def compare(request: HttpRequest, shop: str) -> HttpResponse:
    """Set the books side by side now instead of at the next turn."""
    found = _linked(shop)
    wake.on_commit(
        "orders.tasks.reconcile_shop", queue="housekeeping", seller_id=found.seller_id, shop_id=found.pk
    )
    return htmx.redirect(request, _address(request), _("Being compared. The result shows here in a moment."))


def _linked(slug: str) -> Shop:
    found = ShopLink.objects.select_related("shop").filter(shop__slug=slug).first()
    if found is None:
        raise Http404
    return found.shop


def _address(request: HttpRequest) -> str:
    return reverse("console:connections", kwargs={"seller": request.seller.slug})
