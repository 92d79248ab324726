"""Which class speaks to which provider, and how it is built from plain values and the settings."""

from django.conf import settings
from django.utils.module_loading import import_string

from integrations.ports import AdPlatform, ShopPlatform, TrackingProvider

SHOP_PLATFORMS = {"tiktok_shop": "integrations.tiktok_shop.client.TikTokShopClient"}
AD_PLATFORMS = {"tiktok_ads": "integrations.tiktok_ads.client.TikTokAdsClient"}
TRACKING_PROVIDERS = {
    "17track": "integrations.tracking.seventeentrack.client.SeventeenTrackClient",
    "aftership": "integrations.tracking.aftership.client.AfterShipClient",
}


def shop_client(
    *,
    provider: str = "tiktok_shop",
    access_token: str = "",
    shop_cipher: str = "",
    region: str = "",
    connection_key: str = "",
    **options: object,
) -> ShopPlatform:
    """A client for one authorization and, with a cipher, one shop of it."""
    where = settings.TIKTOK_SHOP
    return import_string(SHOP_PLATFORMS[provider])(
        api_url=where["api_url"],
        auth_url=where["auth_url"],
        app_key=where["app_key"],
        app_secret=where["app_secret"],
        access_token=access_token,
        shop_cipher=shop_cipher,
        region=region,
        connection_key=connection_key,
        **options,
    )


def ad_client(
    *, provider: str = "tiktok_ads", access_token: str = "", connection_key: str = ""
) -> AdPlatform:
    """A client for one grant of an ad platform."""
    where = settings.TIKTOK_ADS
    return import_string(AD_PLATFORMS[provider])(
        api_url=where["api_url"],
        app_id=where["app_id"],
        secret=where["secret"],
        access_token=access_token,
        connection_key=connection_key,
    )


def tracking_client(*, provider: str = "") -> TrackingProvider:
    """The tracking provider of the settings, or another one by name."""
    where = settings.TRACKING
    name = provider or where["provider"]
    return import_string(TRACKING_PROVIDERS[name])(api_url=where["api_url"], api_key=where["api_key"])
