"""Out: the tracking upload file for Seller Center, for shops that are not connected."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST, require_safe

from core import clock, htmx
from integrations.tiktok_shop.seller_center_export import FileKind
from logistics import setup, tracking_file, tracking_upload
from tenancy import actors
from tenancy.models import Shop
from tenancy.pages import seller_page


@seller_page("logistics.ship")
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Per shop: what is due, what waits, and the files that were given out."""
    shops = list(Shop.objects.filter(is_active=True).order_by("name"))
    connected = setup.connected_shops([shop.pk for shop in shops])
    rows = []
    for shop in (shop for shop in shops if shop.pk not in connected):
        due = len(tracking_upload.due_for_file(shop_id=shop.pk, now=clock.now()))
        waiting = tracking_upload.waiting_shipments().filter(shop=shop).count()
        rows.append(
            {
                "shop": shop,
                "due": due,
                "later": waiting - due,
                "files": tracking_file.given_out(shop=shop),
            }
        )
    context = {"rows": rows, "connected": [shop for shop in shops if shop.pk in connected]}
    return htmx.render(request, "logistics/tracking_file.html", "logistics/_tracking_file.html", context)


def _kind(text: str) -> FileKind:
    try:
        return FileKind(text)
    except ValueError as error:
        raise Http404 from error


@seller_page("logistics.ship")
@require_POST
def export(request: HttpRequest, shop: str) -> HttpResponse:
    """Make the file of what is due, once."""
    made = tracking_file.export(
        shop=get_object_or_404(Shop, slug=shop),
        kind=_kind(request.POST.get("kind", "xlsx")),
        actor=actors.of_user(request.user),
        now=clock.now(),
    )
    return _download(made)


@seller_page("logistics.ship")
@require_safe
def again(request: HttpRequest, shop: str) -> HttpResponse:
    """A file that was given out before."""
    try:
        at = parse_datetime(request.GET.get("at", ""))
    except ValueError as error:
        raise Http404 from error
    if at is None or at.tzinfo is None:
        raise Http404
    made = tracking_file.again(
        shop=get_object_or_404(Shop, slug=shop), kind=_kind(request.GET.get("kind", "xlsx")), at=at
    )
    return _download(made)


def _download(made: tracking_file.TrackingFile) -> HttpResponse:
    response = HttpResponse(made.content, content_type=made.content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return response
