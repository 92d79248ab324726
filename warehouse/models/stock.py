"""The stock ledger: append-only movements, and the two levels that can be rebuilt from them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Sku
from tenancy.fields import TenantKey
from tenancy.scoping import SellerOwned
from warehouse.models.lot import Lot
from warehouse.models.site import Bin, Warehouse


class MovementReason(models.TextChoices):
    RECEIVED = "received", _("received")
    COUNTED = "counted", _("counted")
    DAMAGED = "damaged", _("damaged")
    CORRECTION = "correction", _("correction")
    MOVED = "moved", _("moved")
    PICKED = "picked", _("picked")
    PUT_BACK = "put_back", _("put back")
    SHIPPED = "shipped", _("packed and gone")
    RETURNED = "returned", _("returned")
    USED = "used", _("used up in packing")
    TRANSFERRED = "transferred", _("between warehouses")


class StockMovement(SellerOwned):
    """One signed change of one SKU in one bin. Never updated, never deleted."""

    warehouse = TenantKey(Warehouse, models.PROTECT, related_name="+")
    bin = TenantKey(Bin, models.PROTECT, related_name="+")
    sku = TenantKey(Sku, models.PROTECT, related_name="movements")
    lot = TenantKey(Lot, models.PROTECT, null=True, blank=True, related_name="+")
    quantity = models.IntegerField()
    reason = models.CharField(max_length=12, choices=MovementReason)
    reference = models.CharField(max_length=80, blank=True)
    key = models.CharField(max_length=120)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True, blank=True)
    actor_label = models.CharField(max_length=120)
    note = models.CharField(max_length=200, blank=True)
    balance = models.IntegerField()  # on hand in the warehouse after this movement

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "key"], name="movement_key_once"),
            models.CheckConstraint(condition=~Q(quantity=0), name="movement_moves_something"),
            models.CheckConstraint(
                condition=Q(reason__in=MovementReason.values), name="movement_reason_known"
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "sku", "-at"], name="movement_by_sku"),
            models.Index(fields=["seller", "-at"], name="movement_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity:+d} sku {self.sku_id} {self.reason}"


class StockLevel(SellerOwned):
    """Warehouse × SKU: what is there and what is promised. Oversell is impossible by constraint."""

    warehouse = TenantKey(Warehouse, models.PROTECT, related_name="levels")
    sku = TenantKey(Sku, models.PROTECT, related_name="levels")
    on_hand = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)
    withheld = models.IntegerField(default=0, db_default=0)  # of lots past their sell-by margin
    safety_stock = models.PositiveIntegerField(default=0)
    first_counted_at = models.DateTimeField(
        null=True, blank=True
    )  # null: never received or counted, so ads only get advice
    changed_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "warehouse", "sku"], name="level_once"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="level_on_hand_not_negative"),
            models.CheckConstraint(
                condition=Q(reserved__gte=0) & Q(reserved__lte=F("on_hand")), name="level_reserved_fits"
            ),
            models.CheckConstraint(
                condition=Q(withheld__gte=0) & Q(withheld__lte=F("on_hand")), name="level_withheld_fits"
            ),
        ]
        indexes = [models.Index(fields=["seller", "sku"], name="level_by_sku")]

    def __str__(self) -> str:
        return f"sku {self.sku_id}: {self.on_hand} on hand, {self.reserved} reserved"

    @property
    def available(self) -> int:
        """Below zero while goods that were promised lie in a lot that may not be sold any more."""
        return self.on_hand - self.reserved - self.withheld


class BinLevel(SellerOwned):
    """Bin × SKU: where it lies."""

    bin = TenantKey(Bin, models.PROTECT, related_name="levels")
    sku = TenantKey(Sku, models.PROTECT, related_name="bin_levels")
    on_hand = models.IntegerField(default=0)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "bin", "sku"], name="bin_level_once"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="bin_level_not_negative"),
        ]
        indexes = [models.Index(fields=["seller", "sku"], name="bin_level_by_sku")]

    def __str__(self) -> str:
        return f"{self.on_hand} × sku {self.sku_id} in bin {self.bin_id}"
