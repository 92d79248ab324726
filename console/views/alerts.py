"""The alerts inbox, and the bell in the header."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from console import alert_inbox, alerts
from core import clock, htmx
from orders.sla_levels import Level
from tenancy.models import Shop
from tenancy.pages import chosen_shop, seller_page
from warehouse import staff_alerts
from warehouse.models import MaterialAlert, ShowAlert

PER_PAGE = 25


@seller_page("orders.view")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What came near, the newest first."""
    shop = chosen_shop(request)
    level = request.GET.get("level", "")
    only_unread = request.GET.get("show") == "unread"
    found = alert_inbox.inbox(
        shop_id=shop.pk if shop else None,
        level=level if level in Level.values else "",
        user_id=request.user.pk,
        only_unread=only_unread,
        now=clock.now(),
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = alert_inbox.rows_of(page=list(page), user_id=request.user.pk, seller_slug=request.seller.slug)
    context = {
        "page": page,
        "rows": rows,
        "materials": _materials(request, is_first=page.number == 1 and not shop and not level),
        "shows": _shows(request, shop=shop, is_first=page.number == 1 and not level),
        "level": level,
        "only_unread": only_unread,
        "levels": Level.choices,
    }
    return htmx.render(request, "console/alerts.html", "console/_alerts.html", context)


def _materials(request: HttpRequest, *, is_first: bool) -> list[alert_inbox.MaterialRow]:
    """Packing materials belong to no shop and no level: they stand above the first page of everything."""
    if not is_first or not request.access.can("stock.view"):
        return []
    only_unread = request.GET.get("show") == "unread"
    return alert_inbox.materials(user_id=request.user.pk, only_unread=only_unread, now=clock.now())


def _shows(request: HttpRequest, *, shop: Shop | None, is_first: bool) -> list[alert_inbox.ShowRow]:
    """Late shows are of no level: they stand above the first page of all levels."""
    if not is_first or not request.access.can("stock.view"):
        return []
    return alert_inbox.shows(
        shop_id=shop.pk if shop else None,
        user_id=request.user.pk,
        only_unread=request.GET.get("show") == "unread",
        now=clock.now(),
    )


@seller_page("orders.view")
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Seen: the ones named, or everything unread."""
    now = clock.now()
    if request.POST.get("all"):
        found = alerts.unread(user_id=request.user.pk, levels=Level.values, now=now)
        ids = list(found.values_list("pk", flat=True)[:5000])
    else:
        ids = _ids(request, "ids")
    alerts.mark_read(user_id=request.user.pk, alert_ids=ids, now=now)
    if request.access.can("stock.view"):
        for kind, name in ((MaterialAlert, "materials"), (ShowAlert, "shows")):
            seen = None if request.POST.get("all") else _ids(request, name)
            staff_alerts.mark_seen(kind=kind, user_id=request.user.pk, alert_ids=seen)
    address = reverse("console:alerts", kwargs={"seller": request.seller.slug})
    query = request.GET.urlencode()
    return htmx.redirect(request, f"{address}?{query}" if query else address, _("Marked as read."))


def _ids(request: HttpRequest, name: str) -> list[int]:
    return [int(pk) for pk in request.POST.getlist(name) if pk.isdigit() and len(pk) < 19][:500]


@seller_page("orders.view")
@require_safe
def badge(request: HttpRequest) -> HttpResponse:
    """How many are unread, for the bell; asked for by every open page now and then."""
    count = alert_inbox.unread_count(
        user_id=request.user.pk, with_floor=request.access.can("stock.view"), now=clock.now()
    )
    context = {"unread": count, "is_many": count > alert_inbox.MOST_COUNTED, "is_asked": True}
    return render(request, "console/_alert_bell.html", context)
