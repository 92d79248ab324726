"""What the buyer bought."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Listing, Sku
from core import ids
from tenancy.fields import TenantKey
from tenancy.scoping import ShopOwned


class OrderState(models.TextChoices):
    PENDING_REVIEW = "pending_review", _("to review")
    ON_HOLD = "on_hold", _("on hold")
    APPROVED = "approved", _("approved")
    COMPLETED = "completed", _("completed")
    CANCELLED = "cancelled", _("cancelled")


class PlatformStatus(models.TextChoices):
    UNPAID = "unpaid", _("unpaid")
    ON_HOLD = "on_hold", _("on hold by the platform")
    AWAITING_SHIPMENT = "awaiting_shipment", _("awaiting shipment")
    PARTIALLY_SHIPPING = "partially_shipping", _("partially shipping")
    AWAITING_COLLECTION = "awaiting_collection", _("awaiting collection")
    IN_TRANSIT = "in_transit", _("in transit")
    DELIVERED = "delivered", _("delivered")
    COMPLETED = "completed", _("completed")
    CANCELLED = "cancelled", _("cancelled")
    OTHER = "other", _("other")


class ShippingType(models.TextChoices):
    PLATFORM = "platform", _("platform label")
    SELLER = "seller", _("own carrier")
    NONE = "none", _("nothing to ship")


def _order_id() -> str:
    return ids.public_id("ord")


class Order(ShopOwned):
    """One order of one shop. Where its parcels are is worked out from its packages, never stored here."""

    public_id = models.CharField(max_length=28, default=_order_id)
    platform_order_id = models.CharField(max_length=40)
    state = models.CharField(max_length=16, choices=OrderState, default=OrderState.PENDING_REVIEW)
    platform_status = models.CharField(max_length=20, choices=PlatformStatus)
    platform_updated_at = models.DateTimeField()
    source = models.CharField(max_length=10, default="api")  # api | file
    order_type = models.CharField(max_length=20, default="normal")
    # The seller's own handling time, where the platform grants one, and when a pre-order is released.
    handling_days = models.PositiveSmallIntegerField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    fulfillment_type = models.CharField(max_length=10, default="seller")
    shipping_type = models.CharField(max_length=10, choices=ShippingType)
    delivery_option_id = models.CharField(max_length=40, blank=True)
    delivery_option_name = models.CharField(max_length=80, blank=True)
    platform_warehouse_id = models.CharField(max_length=40, blank=True)
    buyer_user_id = models.CharField(max_length=40, blank=True)
    # The platform's mark on one buyer's orders of one live show, which it may put into one parcel.
    combine_group_id = models.CharField(max_length=40, blank=True, default="", db_default="")
    buyer_message = models.CharField(max_length=1000, blank=True)
    seller_note = models.CharField(max_length=1000, blank=True)
    currency = models.CharField(max_length=3)
    total_amount = models.DecimalField(max_digits=14, decimal_places=2)
    item_count = models.PositiveIntegerField(default=0)
    is_cod = models.BooleanField(default=False)
    is_sample = models.BooleanField(default=False)
    is_buyer_cancel_requested = models.BooleanField(default=False)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    platform_cancel_id = models.CharField(max_length=40, blank=True)
    cancel_reason = models.CharField(max_length=200, blank=True)
    cancel_initiator = models.CharField(max_length=10, blank=True)
    placed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    collected_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    first_seen_at = models.DateTimeField()
    # What review points out without stopping the order: {reason: detail}.
    warnings = models.JSONField(default=dict, db_default={})
    # Our warehouse that a person chose for it, by its code; empty: the one that the platform's warehouse means.
    warehouse_code = models.CharField(max_length=20, blank=True, default="", db_default="")
    # Keyed digest of the platform's last picture: an overlapping poll passes over what it has seen without reading more.
    intake_digest = models.CharField(max_length=32, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "shop", "platform_order_id"], name="order_once_per_shop"
            ),
            models.UniqueConstraint(fields=["seller", "public_id"], name="order_public_id_once"),
            models.CheckConstraint(condition=models.Q(state__in=OrderState.values), name="order_state_known"),
            models.CheckConstraint(
                condition=models.Q(platform_status__in=PlatformStatus.values),
                name="order_platform_status_known",
            ),
            models.CheckConstraint(
                condition=models.Q(shipping_type__in=ShippingType.values), name="order_shipping_known"
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "platform_order_id"], name="order_by_platform_id"),
            models.Index(fields=["seller", "state", "shop"], name="order_by_state"),
            models.Index(fields=["seller", "-placed_at"], name="order_newest"),
            models.Index(
                fields=["seller", "state"], condition=~models.Q(warnings={}), name="order_with_warnings"
            ),
        ]

    def __str__(self) -> str:
        return self.platform_order_id

    @property
    def is_ours_to_ship(self) -> bool:
        """The platform's own warehouses and digital goods need nothing from our floor."""
        return self.fulfillment_type == "seller" and self.shipping_type != ShippingType.NONE


class OrderLine(ShopOwned):
    """All units of one platform SKU in an order."""

    order = TenantKey(Order, models.CASCADE, related_name="lines")
    platform_sku_id = models.CharField(max_length=40)
    platform_product_id = models.CharField(max_length=40, blank=True)
    platform_line_ids = ArrayField(models.CharField(max_length=40), default=list)
    listing = TenantKey(Listing, models.PROTECT, null=True, blank=True, related_name="+")
    sku = TenantKey(Sku, models.PROTECT, null=True, blank=True, related_name="+")
    seller_sku = models.CharField(max_length=80, blank=True)
    product_name = models.CharField(max_length=255, blank=True)
    variation = models.CharField(max_length=120, blank=True)
    image_url = models.CharField(max_length=500, blank=True)
    quantity = models.PositiveIntegerField()
    cancelled_quantity = models.PositiveIntegerField(default=0)
    price_amount = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    is_gift = models.BooleanField(default=False)
    # A virtual bundle of the platform: [[platform SKU id, seller SKU, units per bundle], …]
    components = models.JSONField(default=list, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "order", "platform_sku_id", "is_gift"], name="order_line_once"
            ),
            models.CheckConstraint(
                condition=models.Q(cancelled_quantity__lte=models.F("quantity")),
                name="order_line_cancelled_fits",
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "sku"], name="order_line_by_sku"),
            models.Index(
                fields=["seller", "platform_sku_id"],
                condition=models.Q(sku__isnull=True),
                name="order_line_unmapped",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.seller_sku or self.platform_sku_id}"

    @property
    def open_quantity(self) -> int:
        return self.quantity - self.cancelled_quantity
