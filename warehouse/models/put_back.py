"""Goods that were picked or packed and go no further: somebody carries them back to a shelf."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Sku
from orders.models import Package
from tenancy.fields import TenantKey
from tenancy.scoping import ShopOwned
from warehouse.models.site import Bin


class PutBackWhy(models.TextChoices):
    CANCELLED = "cancelled", _("order cancelled")
    HELD = "held", _("put on hold")
    REGROUPED = "regrouped", _("split or combined")
    RETURNED = "returned", _("came back from the buyer")
    SHOW = "show", _("left over after a live show")


class PutBackTask(ShopOwned):
    """Carry `quantity` units of a SKU from where the ledger knows them (a tote, the dock) to a shelf."""

    package = TenantKey(Package, models.CASCADE, null=True, blank=True, related_name="put_back_tasks")
    sku = TenantKey(Sku, models.PROTECT, related_name="+")
    source = TenantKey(Bin, models.PROTECT, related_name="+")
    home = TenantKey(Bin, models.PROTECT, null=True, blank=True, related_name="+")  # where it was taken from
    slot = models.PositiveSmallIntegerField(null=True, blank=True)
    quantity = models.PositiveIntegerField()
    done_quantity = models.PositiveIntegerField(default=0)
    why = models.CharField(max_length=12, choices=PutBackWhy)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=120, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="put_back_positive"),
            models.CheckConstraint(
                condition=models.Q(done_quantity__lte=models.F("quantity")), name="put_back_done_fits"
            ),
            models.CheckConstraint(condition=models.Q(why__in=PutBackWhy.values), name="put_back_why_known"),
        ]
        indexes = [
            models.Index(
                fields=["seller", "source", "sku"],
                condition=models.Q(done_at__isnull=True),
                name="put_back_open",
            ),
            models.Index(fields=["seller", "package"], name="put_back_by_package"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × sku {self.sku_id} back from bin {self.source_id}"

    @property
    def left(self) -> int:
        return self.quantity - self.done_quantity
