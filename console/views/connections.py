"""Connections to the platforms: what is connected, how it goes, connect, come back from the consent page, disconnect."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from console import connecting, connection_rows
from core import clock, htmx
from core.errors import RuleViolation
from integrations import connections, shop_setup
from integrations.models import Connection, Provider
from marketing import ad_accounts
from orders import backfill
from tenancy import access, actors
from tenancy.access import Access
from tenancy.pages import seller_page


@seller_page("settings.view")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every authorization and its health."""
    rows = connection_rows.rows(now=clock.now())
    context = {
        "rows": rows,
        "is_at_work": any(row.is_at_work for row in rows),
        "by_files": shop_setup.fed_by_files(),
        "day_choices": (7, 30, 60, backfill.LONGEST.days),
        "providers": [
            {"value": value, "label": label, "is_configured": connecting.is_configured(provider=value)}
            for value, label in Provider.choices
        ],
    }
    return htmx.render(request, "console/connections.html", "console/_connections.html", context)


@seller_page("settings.connect")
@require_POST
def connect(request: HttpRequest, provider: str) -> HttpResponse:
    """Off to the platform's consent page."""
    if provider not in Provider.values:
        raise Http404
    if not connecting.is_configured(provider=provider):
        text = _(
            "This installation has no app at that platform yet. An operator sets its keys in the environment."
        )
        return htmx.redirect(request, _address(request.seller.slug), text, "danger")
    shop = shop_setup.fed_by_files().filter(slug=request.POST.get("shop", "")).first()
    address = connecting.consent_url(
        provider=provider,
        seller=request.seller,
        user=request.user,
        shop_slug=shop.slug if shop else "",
    )
    return htmx.redirect(request, address)


@seller_page("settings.connect")
@require_POST
def disconnect(request: HttpRequest, connection_id: int) -> HttpResponse:
    """Forget the tokens. Orders and stock stay."""
    if not Connection.objects.filter(pk=connection_id).exists():
        raise Http404
    connections.disconnect(connection_id=connection_id, actor=actors.of_user(request.user), now=clock.now())
    return htmx.redirect(
        request, _address(request.seller.slug), _("Disconnected. Orders and stock stay as they are.")
    )


@login_required
@require_GET
def shop_callback(request: HttpRequest) -> HttpResponse:
    """Back from TikTok Shop's consent page."""
    return _back(request, provider=Provider.TIKTOK_SHOP, code=request.GET.get("code", ""), keep=_keep_shops)


@login_required
@require_GET
def ads_callback(request: HttpRequest) -> HttpResponse:
    """Back from TikTok Ads' consent page."""
    code = request.GET.get("auth_code") or request.GET.get("code", "")
    return _back(request, provider=Provider.TIKTOK_ADS, code=code, keep=_keep_ads)


def _back(
    request: HttpRequest, *, provider: str, code: str, keep: Callable[[Access, str, str, actors.Actor], str]
) -> HttpResponse:
    """Check the state first; nothing of the answer is used before it is known whose it is."""
    who = connecting.asked(provider=provider, state=request.GET.get("state", ""))
    if who is None or who.user_id != request.user.pk:
        text = _(
            "This answer does not belong to a connection that you started here. Start again from the connections page."
        )
        return render(request, "400.html", {"message": text}, status=400)
    found = access.access_to(user=request.user, seller_slug=who.seller_slug, now=clock.now())
    if found is None:
        raise Http404
    if not found.can("settings.connect"):
        raise PermissionDenied(_("Your role here does not include this. Ask an owner to change it."))
    if request.GET.get("error") or code in ("", "null"):
        text = _("The authorization was not given. Nothing is connected.")
        return htmx.redirect(request, _address(who.seller_slug), text, "warning")
    try:
        text = keep(found, code, who.shop_slug, actors.of_user(request.user))
    except RuleViolation as error:
        return htmx.redirect(request, _address(who.seller_slug), str(error), "danger")
    return htmx.redirect(request, _address(who.seller_slug), text)


def _keep_shops(found: Access, code: str, shop_slug: str, actor: actors.Actor) -> str:
    shops = connections.connect_shops(
        seller=found.seller, auth_code=code, actor=actor, now=clock.now(), as_shop=shop_slug
    )
    return _("Connected: %(names)s.") % {"names": ", ".join(shop.name for shop in shops)}


def _keep_ads(found: Access, code: str, _shop_slug: str, actor: actors.Actor) -> str:
    accounts = ad_accounts.connect_ads(seller=found.seller, auth_code=code, actor=actor)
    return _("Connected: %(names)s.") % {"names": ", ".join(account.name for account in accounts)}


def _address(seller_slug: str) -> str:
    return reverse("console:connections", kwargs={"seller": seller_slug})
