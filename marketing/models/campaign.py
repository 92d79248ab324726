"""What can be switched at the ad platform, and which listings it sells."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Listing
from marketing.models.account import AdAccount
from tenancy.fields import TenantKey
from tenancy.scoping import SellerOwned, ShopOwned


class VehicleKind(models.TextChoices):
    GMV_MAX_PRODUCT = "gmv_max_product", _("GMV Max, products")
    GMV_MAX_LIVE = "gmv_max_live", _("GMV Max, LIVE")
    CAMPAIGN = "campaign", _("campaign")
    AD_GROUP = "ad_group", _("ad group")
    AD = "ad", _("ad")


class AdVehicle(SellerOwned):
    """A campaign, GMV Max campaign, ad group or ad, as last read. `is_enabled` is what somebody set, never the result."""

    account = TenantKey(AdAccount, models.CASCADE, related_name="vehicles")
    kind = models.CharField(max_length=16, choices=VehicleKind)
    platform_id = models.CharField(max_length=40)
    campaign_id = models.CharField(max_length=40, blank=True)
    parent_id = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=255)
    is_enabled = models.BooleanField(default=False)
    operation_status = models.CharField(max_length=40, blank=True)
    secondary_status = models.CharField(max_length=80, blank=True)
    budget_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    budget_mode = models.CharField(max_length=40, blank=True)
    product_scope = models.CharField(max_length=10, blank=True)  # all | custom | none
    platform_product_ids = ArrayField(models.CharField(max_length=40), default=list)
    store_id = models.CharField(max_length=40, blank=True)
    is_gone = models.BooleanField(default=False)
    synced_at = models.DateTimeField()
    written_at = models.DateTimeField(
        null=True, blank=True
    )  # our last write: reads lag behind writes for a while

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "account", "kind", "platform_id"], name="ad_vehicle_once"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=VehicleKind.values), name="ad_vehicle_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AdLink(ShopOwned):
    """This vehicle sells this listing: read from the platform, or said by a person."""

    vehicle = TenantKey(AdVehicle, models.CASCADE, related_name="links")
    listing = TenantKey(Listing, models.CASCADE, related_name="ad_links")
    is_by_hand = models.BooleanField(default=False)
    is_ignored = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller", "vehicle", "listing"], name="ad_link_once")]
        indexes = [models.Index(fields=["seller", "listing"], name="ad_link_by_listing")]

    def __str__(self) -> str:
        return f"vehicle {self.vehicle_id} sells listing {self.listing_id}"
