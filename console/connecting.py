"""The way to a platform's consent page and back: a signed state says which seller asked, and which person."""

import secrets
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.urls import reverse

from integrations.models import Provider
from tenancy.models import Seller, User

SALT = "kuaifa.connect"
VALID_SECONDS = 30 * 60  # as long as the platform's own code


@dataclass(frozen=True)
class Asked:
    """Who asked for the authorization that came back."""

    seller_slug: str
    user_id: int
    shop_slug: str = ""  # the shop that was fed by files until now


def consent_url(*, provider: str, seller: Seller, user: User, shop_slug: str = "") -> str:
    """The platform's page where the owner of the shop or of the ad account agrees."""
    state = signing.dumps(
        {"p": provider, "s": seller.slug, "u": user.pk, "f": shop_slug, "n": secrets.token_hex(8)}, salt=SALT
    )
    if provider == Provider.TIKTOK_ADS:
        app = settings.TIKTOK_ADS
        query = {"app_id": app["app_id"], "state": state, "redirect_uri": callback_url(provider=provider)}
    else:
        app = settings.TIKTOK_SHOP
        key = {"service_id": app["service_id"]} if app["service_id"] else {"app_key": app["app_key"]}
        query = {**key, "state": state}
    joint = "&" if "?" in app["consent_url"] else "?"
    return f"{app['consent_url']}{joint}{urlencode(query)}"


def callback_url(*, provider: str) -> str:
    """Where the platform sends the browser back to; registered at the platform."""
    name = "console:ads_callback" if provider == Provider.TIKTOK_ADS else "console:shop_callback"
    return f"{settings.PUBLIC_URL}{reverse(name)}"


def asked(*, provider: str, state: str) -> Asked | None:
    """Who asked; None when the state is not ours, was changed, is too old or belongs to the other platform."""
    try:
        found = signing.loads(state, salt=SALT, max_age=VALID_SECONDS)
    except signing.BadSignature:
        return None
    if found.get("p") != provider:
        return None
    return Asked(seller_slug=found["s"], user_id=found["u"], shop_slug=found.get("f", ""))


def is_configured(*, provider: str) -> bool:
    """Whether this installation has an app at the platform."""
    if provider == Provider.TIKTOK_ADS:
        return bool(settings.TIKTOK_ADS["app_id"] and settings.TIKTOK_ADS["secret"])
    return bool(settings.TIKTOK_SHOP["app_key"] and settings.TIKTOK_SHOP["app_secret"])
