"""Which class speaks for which provider, built from plain values and the settings. Callers know ports, not classes."""

from collections.abc import Callable

from django.conf import settings

from integrations.ports import AdPlatform, ShopPlatform, TrackingProvider
from integrations.tiktok_ads.client import TikTokAdsClient
from integrations.tiktok_shop.client import TikTokShopClient
from integrations.tracking.aftership.client import AfterShipClient
from integrations.tracking.seventeentrack.client import SeventeenTrackClient

SHOP_PLATFORMS = {"tiktok_shop": TikTokShopClient}
AD_PLATFORMS = {"tiktok_ads": TikTokAdsClient}
TRACKING_PROVIDERS = {"17track": SeventeenTrackClient, "aftership": AfterShipClient}


def shop_client(
    *,
    access_token: str = "",
    cipher: str = "",
    region: str = "",
    connection_key: str = "",
    renew: Callable[[], str] | None = None,
    share: float = 1.0,
    provider: str = "tiktok_shop",
) -> ShopPlatform:
    """The shop platform for one shop (with a cipher) or one grant (without).

    `renew` gives a fresh token when one ran out; `share` is the part of the rate that work which can wait may take.
    """
    app = settings.TIKTOK_SHOP
    return SHOP_PLATFORMS[provider](
        api_url=app["api_url"],
        auth_url=app["auth_url"],
        app_key=app["app_key"],
        app_secret=app["app_secret"],
        access_token=access_token,
        shop_cipher=cipher,
        region=region,
        connection_key=connection_key,
        renew=renew,
        rates=getattr(settings, "TIKTOK_SHOP_RATES", None),
        share=share,
    )


def ad_client(
    *, access_token: str = "", connection_key: str = "", provider: str = "tiktok_ads"
) -> AdPlatform:
    """The ad platform for one grant."""
    app = settings.TIKTOK_ADS
    return AD_PLATFORMS[provider](
        api_url=app["api_url"],
        app_id=app["app_id"],
        secret=app["secret"],
        access_token=access_token,
        connection_key=connection_key,
    )


def tracking_client(*, provider: str = "") -> TrackingProvider:
    """The tracking provider of this installation; `provider` names another one, for its pushes."""
    app = settings.TRACKING
    name = provider or app["provider"]
    return TRACKING_PROVIDERS[name](api_url=app["api_url"], api_key=app["api_key"], connection_key=name)
