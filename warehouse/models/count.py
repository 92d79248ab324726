"""Counts: who should look into which bin, and what each person found there."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Sku
from tenancy.fields import TenantKey
from tenancy.scoping import SellerOwned
from warehouse.models.lot import Lot
from warehouse.models.site import Bin


class CountSource(models.TextChoices):
    SHORT_PICK = "short_pick", _("short pick")
    OLDEST = "oldest", _("counted longest ago")
    MOVED = "moved", _("moved most")
    ASKED = "asked", _("asked for")


class CountState(models.TextChoices):
    OPEN = "open", _("to count")
    SECOND = "second", _("to count again")
    APPROVAL = "approval", _("waits for approval")
    DONE = "done", _("counted")


class CountTask(SellerOwned):
    """Somebody should count a bin: one SKU of it, or (no SKU) everything that lies there."""

    bin = TenantKey(Bin, models.PROTECT, related_name="+")
    sku = TenantKey(Sku, models.PROTECT, null=True, blank=True, related_name="+")
    source = models.CharField(
        max_length=12, choices=CountSource, default=CountSource.ASKED, db_default=CountSource.ASKED
    )
    state = models.CharField(
        max_length=10, choices=CountState, default=CountState.OPEN, db_default=CountState.OPEN
    )
    why = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    round = models.PositiveSmallIntegerField(default=1, db_default=1)
    last_key = models.CharField(max_length=60, blank=True, default="", db_default="")  # of the last entry
    counted_quantity = models.IntegerField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=120, blank=True)
    approved_by = models.CharField(max_length=120, blank=True, default="", db_default="")

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "bin", "sku"],
                condition=models.Q(done_at__isnull=True),
                nulls_distinct=False,
                name="count_task_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=CountState.values), name="count_task_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(source__in=CountSource.values), name="count_task_source_known"
            ),
        ]

    def __str__(self) -> str:
        return f"count sku {self.sku_id} in bin {self.bin_id}"


class CountEntry(SellerOwned):
    """What one person found in one round, beside what the books said at the end of it. Kept for good."""

    task = TenantKey(CountTask, models.CASCADE, related_name="entries")
    round = models.PositiveSmallIntegerField()
    sku = TenantKey(Sku, models.PROTECT, related_name="+")
    lot = TenantKey(Lot, models.PROTECT, null=True, blank=True, related_name="+")
    units = models.PositiveIntegerField()
    expected = models.PositiveIntegerField(null=True, blank=True)
    at = models.DateTimeField()
    by_label = models.CharField(max_length=120)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "task", "round", "sku", "lot"],
                nulls_distinct=False,
                name="count_entry_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.units} × sku {self.sku_id} found"

    @property
    def difference(self) -> int:
        return self.units - (self.expected or 0)
