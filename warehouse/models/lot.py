"""Lots of a SKU that is kept by lot, and how many units of each lie in which bin."""

from django.db import models
from django.db.models import Q

from catalog.models import Sku
from tenancy.fields import TenantKey
from tenancy.scoping import SellerOwned
from warehouse.models.site import Bin


class Lot(SellerOwned):
    """Goods of one SKU that were made together. From `withheld_at` on it is past its sell-by margin: nobody is promised it."""

    sku = TenantKey(Sku, models.PROTECT, related_name="lots")
    code = models.CharField(max_length=40)
    expires_on = models.DateField(null=True, blank=True)
    withheld_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller", "sku", "code"], name="lot_code_once")]
        indexes = [
            models.Index(
                fields=["seller", "expires_on"],
                condition=Q(withheld_at__isnull=True) & Q(expires_on__isnull=False),
                name="lot_for_sale_by_expiry",
            )
        ]

    def __str__(self) -> str:
        return self.code


class BinLot(SellerOwned):
    """Bin × lot. What of `BinLevel` is in no such row is of a lot that nobody knows."""

    bin = TenantKey(Bin, models.PROTECT, related_name="lots")
    sku = TenantKey(Sku, models.PROTECT, related_name="+")
    lot = TenantKey(Lot, models.PROTECT, related_name="places")
    on_hand = models.IntegerField(default=0)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "bin", "lot"], name="bin_lot_once"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="bin_lot_not_negative"),
        ]
        indexes = [
            models.Index(fields=["seller", "sku"], name="bin_lot_by_sku"),
            models.Index(fields=["seller", "lot"], name="bin_lot_by_lot"),
        ]

    def __str__(self) -> str:
        return f"{self.on_hand} of lot {self.lot_id} in bin {self.bin_id}"
