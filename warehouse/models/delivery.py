"""Goods on their way to a warehouse: from a supplier, or from another warehouse of the same seller."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Sku
from core import ids
from tenancy.fields import TenantKey
from tenancy.scoping import SellerOwned
from warehouse.models.lot import Lot
from warehouse.models.site import Warehouse


class DeliveryState(models.TextChoices):
    DRAFT = "draft", _("being put together")
    EXPECTED = "expected", _("on its way")
    RECEIVING = "receiving", _("being received")
    CLOSED = "closed", _("received")
    CANCELLED = "cancelled", _("cancelled")


def _delivery_id() -> str:
    return ids.public_id("dlv")


class Delivery(SellerOwned):
    """One expected arrival. With an `origin` it is a transfer: its goods left that warehouse when it was sent."""

    public_id = models.CharField(max_length=28, default=_delivery_id)
    number = models.CharField(max_length=24)
    warehouse = TenantKey(Warehouse, models.PROTECT, related_name="deliveries")
    origin = TenantKey(Warehouse, models.PROTECT, null=True, blank=True, related_name="transfers")
    supplier = models.CharField(max_length=120, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    expected_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.EXPECTED)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    sent_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=120, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "public_id"], name="delivery_public_id_once"),
            models.UniqueConstraint(fields=["seller", "number"], name="delivery_number_once"),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="arrival_state_known"),
            models.CheckConstraint(
                condition=~Q(origin=models.F("warehouse")), name="delivery_from_somewhere_else"
            ),
        ]
        indexes = [models.Index(fields=["seller", "state", "-made_at"], name="delivery_by_state")]

    def __str__(self) -> str:
        return self.number


class DeliveryLine(SellerOwned):
    """One SKU of a delivery (of a transfer: one lot of it). `damaged` units are part of the received ones."""

    delivery = TenantKey(Delivery, models.CASCADE, related_name="lines")
    sku = TenantKey(Sku, models.PROTECT, related_name="+")
    lot = TenantKey(Lot, models.PROTECT, null=True, blank=True, related_name="+")
    expected = models.PositiveIntegerField(default=0)
    received = models.PositiveIntegerField(default=0)
    damaged = models.PositiveIntegerField(default=0)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "delivery", "sku", "lot"],
                nulls_distinct=False,
                name="delivery_line_once",
            ),
            models.CheckConstraint(
                condition=Q(damaged__lte=models.F("received")), name="delivery_damaged_was_received"
            ),
        ]
        indexes = [models.Index(fields=["seller", "sku"], name="delivery_line_by_sku")]

    def __str__(self) -> str:
        return f"{self.received} of {self.expected} × sku {self.sku_id}"

    @property
    def left(self) -> int:
        return max(self.expected - self.received, 0)

    @property
    def difference(self) -> int:
        """Signed: over or short."""
        return self.received - self.expected
