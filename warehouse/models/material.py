"""A packing material under its line, told once until it is restocked."""

from django.db import models

from catalog.models import Sku
from tenancy.fields import TenantKey
from tenancy.scoping import SellerOwned
from warehouse.models.site import Warehouse


class MaterialAlert(SellerOwned):
    """From when a material fell below its line in a warehouse until it was restocked (or the line was lowered)."""

    warehouse = TenantKey(Warehouse, models.CASCADE, related_name="+")
    sku = TenantKey(Sku, models.CASCADE, related_name="+")
    on_hand = models.IntegerField()  # when it was raised
    line = models.PositiveIntegerField()
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.JSONField(default=list)  # ids of the people who have read it

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "warehouse", "sku"],
                condition=models.Q(cleared_at__isnull=True),
                name="material_alert_open_once",
            )
        ]
        indexes = [models.Index(fields=["seller", "-raised_at"], name="material_alert_newest")]

    def __str__(self) -> str:
        return f"sku {self.sku_id} low in warehouse {self.warehouse_id}"
