"""What a shop sells, and which of our goods it means."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.sku import Sku
from tenancy.fields import TenantKey
from tenancy.scoping import ShopOwned


class ListingState(models.TextChoices):
    ACTIVE = "active", _("active")
    INACTIVE = "inactive", _("inactive")
    PENDING = "pending", _("under review")
    FROZEN = "frozen", _("frozen")
    DELETED = "deleted", _("deleted")


class Listing(ShopOwned):
    """One sellable SKU of a shop's product, mapped to one of our SKUs (or not yet)."""

    platform_product_id = models.CharField(max_length=40)
    platform_sku_id = models.CharField(max_length=40)
    title = models.CharField(max_length=255)
    variation = models.CharField(max_length=120, blank=True)
    seller_sku = models.CharField(max_length=80, blank=True)
    image_url = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=ListingState, default=ListingState.ACTIVE)
    price_amount = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    currency = models.CharField(max_length=3, blank=True)
    platform_warehouse_ids = models.JSONField(default=list)
    sku = TenantKey(Sku, models.PROTECT, null=True, blank=True, related_name="listings")
    is_mapped_by_hand = models.BooleanField(default=False)
    buffer = models.PositiveIntegerField(default=0)
    is_stock_pushed = models.BooleanField(default=True)
    updated_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "shop", "platform_sku_id"], name="listing_once_per_shop"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ListingState.values), name="listing_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "sku"], name="listing_by_sku"),
            models.Index(fields=["seller", "shop", "platform_product_id"], name="listing_by_product"),
            models.Index(
                fields=["seller", "shop"], condition=models.Q(sku__isnull=True), name="listing_unmapped"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.variation}".strip()
