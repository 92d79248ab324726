"""What the shell of every page needs. All of it is lazy: a fragment that shows no shell asks nothing."""

from typing import Any

from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from console import nav
from core import clock
from tenancy import access, scoping
from tenancy.models import Seller, Shop, ShopColor
from tenancy.pages import chosen_shop, shops_here


def color_of(seller: Seller) -> str:
    """Each seller keeps one color, so that two clients are never mixed up at a glance."""
    return ShopColor.values[seller.pk % len(ShopColor.values)]


def shell(request) -> dict[str, Any]:
    """Names for templates/base.html and its parts."""
    user = getattr(request, "user", None)
    found = getattr(request, "access", None)
    context: dict[str, Any] = {
        "access": found,
        "seller": found.seller if found else None,
        "server_now_ms": int(clock.now().timestamp() * 1000),
        "script_words": _script_words,  # called by the template: it must become JSON
    }
    if user is None or not user.is_authenticated:
        return context
    reach = getattr(request, "reach", None) or SimpleLazyObject(lambda: access.reach_of(user=user))
    context["sellers"] = SimpleLazyObject(lambda: _sellers(reach))
    context["side_links"] = SimpleLazyObject(lambda: nav.doors(sellers=context["sellers"], path=request.path))
    context["is_agency"] = SimpleLazyObject(lambda: reach.is_in_agency)
    if found:
        context |= {
            "seller_color": color_of(found.seller),
            "shops": SimpleLazyObject(lambda: _shops(request, found)),
            "chosen_shop": SimpleLazyObject(lambda: _in_scope(found, lambda: chosen_shop(request))),
            "side_links": SimpleLazyObject(
                lambda: nav.links(access=found, path=request.path, shop=request.GET.get("shop", ""))
            ),
        }
    return context


def _sellers(reach: access.Reach) -> list[dict[str, Any]]:
    return [
        {
            "seller": item.seller,
            "is_agency": item.is_agency,
            "color": color_of(item.seller),
            "href": reverse("console:home", kwargs={"seller": item.seller.slug}),
        }
        for item in access.sellers_within(reach, now=clock.now())
    ]


def _shops(request, found: access.Access) -> list[Shop]:
    return [shop for shop in _in_scope(found, lambda: shops_here(request)) if shop.is_active]


def _in_scope(found: access.Access, read):
    """Views that call out render outside of any scope; the shell still shows the shops."""
    if scoping.has_scope():
        return read()
    with scoping.scope(sellers=[found.seller.pk], shops=found.shop_ids):
        return read()


def _script_words() -> dict[str, Any]:
    """The sentences that app.js and scan.js show."""
    return {
        "days": _("%(days)s d %(hours)s h"),
        "hours": _("%(hours)s h %(minutes)s m"),
        "minutes": _("%(minutes)s m"),
        "late": _("late by %(time)s"),
        "copied": _("Copied %(text)s"),
        "muted": _("Muted"),
        "sound": _("Sound"),
        "unscanned": _("This scan was not counted: %(code)s. Please scan it again."),
        "failures": {
            "400": _("The request was not understood. Reload the page and try again."),
            "401": _("You are logged out. Reload the page to log in."),
            "403": _("Your role here does not include this."),
            "404": _("This is not here any more. Reload the page."),
            "409": _("Somebody else was quicker. Reload the page to see where it stands."),
            "429": _("Too many requests. Wait a moment and try again."),
            "network": _("The server did not answer. Check the connection and try again."),
            "other": _("Something went wrong on our side. Nothing was changed."),
        },
    }
