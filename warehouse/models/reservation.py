"""The promise of stock to a package."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Sku
from orders.models import Package
from tenancy.fields import TenantKey
from tenancy.scoping import ShopOwned
from warehouse.models.site import Warehouse


class ReservationState(models.TextChoices):
    ACTIVE = "active", _("reserved")
    CONSUMED = "consumed", _("packed")
    RELEASED = "released", _("released")


class Reservation(ShopOwned):
    """Units of one SKU in one warehouse, promised to one package. The sum of active ones is StockLevel.reserved."""

    package = TenantKey(Package, models.CASCADE, related_name="reservations")
    warehouse = TenantKey(Warehouse, models.PROTECT, related_name="+")
    sku = TenantKey(Sku, models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=ReservationState, default=ReservationState.ACTIVE)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=300, blank=True, default="", db_default="")  # why this warehouse

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "package", "sku"],
                condition=models.Q(state="active"),
                name="reservation_active_once",
            ),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="reservation_positive"),
            models.CheckConstraint(
                condition=models.Q(state__in=ReservationState.values), name="reservation_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "package"], name="reservation_by_package"),
            models.Index(
                fields=["seller", "sku", "warehouse"],
                condition=models.Q(state="active"),
                name="reservation_active_by_sku",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × sku {self.sku_id} for package {self.package_id}"
