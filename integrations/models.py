"""Connections to other people's systems: tokens (sealed), what they cover, and how healthy they are."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.fields import SealedText, TenantKey
from tenancy.scoping import SellerOwned, ShopOwned


class Provider(models.TextChoices):
    TIKTOK_SHOP = "tiktok_shop", "TikTok Shop"
    TIKTOK_ADS = "tiktok_ads", "TikTok Ads"


class ConnectionState(models.TextChoices):
    OK = "ok", _("connected")
    ENDED = "ended", _("authorization ended")
    FAILING = "failing", _("failing")
    DISCONNECTED = "disconnected", _("disconnected")


class Connection(SellerOwned):
    """One authorization. A shop authorization can cover several shops, an ad authorization several accounts."""

    provider = models.CharField(max_length=20, choices=Provider)
    external_id = models.CharField(max_length=80)
    label = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=4, blank=True)
    access_token = SealedText(blank=True)
    access_expires_at = models.DateTimeField(null=True, blank=True)
    refresh_token = SealedText(blank=True)
    refresh_expires_at = models.DateTimeField(null=True, blank=True)
    # One refresh at a time: the old refresh token may die at once, and no row lock is held during the call.
    refreshing_until = models.DateTimeField(null=True, blank=True)
    scopes = ArrayField(models.CharField(max_length=80), default=list)
    state = models.CharField(max_length=14, choices=ConnectionState, default=ConnectionState.OK)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)  # the platform said that it ends soon
    end_noted_for = models.DateTimeField(
        null=True, blank=True
    )  # the end that the audit list has a word about
    created_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "provider", "external_id"], name="connection_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=ConnectionState.values), name="connection_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_provider_display()} {self.label}"


class ShopLink(ShopOwned):
    """How calls for one shop are made: through which authorization, with which cipher."""

    connection = TenantKey(Connection, models.CASCADE, related_name="shop_links")
    platform_shop_id = models.CharField(max_length=40)
    cipher = SealedText()
    is_cross_border = models.BooleanField(default=False)
    last_webhook_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller", "shop"], name="shop_link_once")]

    def __str__(self) -> str:
        return self.platform_shop_id
