"""The unit that is picked, labelled and tracked."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Sku
from core import ids
from orders.models.order import Order, OrderLine
from tenancy.fields import TenantKey
from tenancy.scoping import ShopOwned


class PackageState(models.TextChoices):
    PLANNED = "planned", _("planned")
    ALLOCATED = "allocated", _("stock reserved")
    PICKING = "picking", _("picking")
    PICKED = "picked", _("picked")
    PACKED = "packed", _("packed")
    READY_TO_SHIP = "ready_to_ship", _("ready to ship")
    HANDED_OVER = "handed_over", _("handed over")
    IN_TRANSIT = "in_transit", _("in transit")
    ARRIVED = "arrived", _("arrived")
    DELIVERED = "delivered", _("delivered")
    CANCELLED = "cancelled", _("cancelled")
    RETURNED = "returned", _("returned")
    LOST = "lost", _("lost")


def _package_id() -> str:
    return ids.public_id("pkg")


class Package(ShopOwned):
    """One parcel of an order. `orders.packages.advance` is the only writer of `state`."""

    public_id = models.CharField(max_length=28, default=_package_id)
    order = TenantKey(Order, models.CASCADE, related_name="packages")
    state = models.CharField(max_length=16, choices=PackageState, default=PackageState.PLANNED)
    platform_package_id = models.CharField(max_length=40, blank=True)
    is_stopped = models.BooleanField(default=False)
    stop_reason = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    packed_at = models.DateTimeField(null=True, blank=True)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    picked_up_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    weight_g = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "public_id"], name="package_public_id_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=PackageState.values), name="package_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "order"], name="package_by_order"),
            models.Index(fields=["seller", "state"], name="package_by_state"),
            models.Index(
                fields=["seller", "platform_package_id"],
                condition=~models.Q(platform_package_id=""),
                name="package_by_platform_id",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class PackageLine(ShopOwned):
    """How many units of an order line go into a package, as the SKU that lies on the shelf."""

    package = TenantKey(Package, models.CASCADE, related_name="lines")
    order_line = TenantKey(OrderLine, models.CASCADE, related_name="package_lines")
    sku = TenantKey(Sku, models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "package", "order_line", "sku"], name="package_line_once"
            ),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="package_line_positive"),
        ]
        indexes = [
            models.Index(fields=["seller", "order_line"], name="package_line_by_order_line"),
            models.Index(fields=["seller", "sku"], name="package_line_by_sku"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × sku {self.sku_id}"
