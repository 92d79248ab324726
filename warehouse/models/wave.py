"""A released batch of packages, one picker's walk, and each stop of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Sku
from core import ids
from orders.models import Package
from tenancy.fields import TenantKey
from tenancy.models import User
from tenancy.scoping import SellerOwned, ShopOwned
from warehouse.models.site import Bin, Warehouse


class WaveState(models.TextChoices):
    PLANNED = "planned", _("planned")
    RELEASED = "released", _("released")
    PICKED = "picked", _("picked")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


def _wave_id() -> str:
    return ids.public_id("wav")


def _pick_list_id() -> str:
    return ids.public_id("pck")


class Wave(SellerOwned):
    """Packages that go to the floor together, and why these."""

    public_id = models.CharField(max_length=28, default=_wave_id)
    number = models.CharField(max_length=24)
    warehouse = TenantKey(Warehouse, models.PROTECT, related_name="waves")
    state = models.CharField(max_length=10, choices=WaveState, default=WaveState.PLANNED)
    package_count = models.PositiveIntegerField(default=0)
    unit_count = models.PositiveIntegerField(default=0)
    first_due_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    planned_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    by_label = models.CharField(max_length=120)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "number"], name="wave_number_once"),
            models.UniqueConstraint(fields=["seller", "public_id"], name="wave_public_id_once"),
            models.CheckConstraint(condition=models.Q(state__in=WaveState.values), name="wave_state_known"),
        ]
        indexes = [models.Index(fields=["seller", "state", "-planned_at"], name="wave_by_state")]

    def __str__(self) -> str:
        return self.number


class PickListState(models.TextChoices):
    OPEN = "open", _("waits for a picker")
    PICKING = "picking", _("being picked")
    PICKED = "picked", _("picked")
    CANCELLED = "cancelled", _("cancelled")


class PickList(SellerOwned):
    """One picker's walk through a wave."""

    public_id = models.CharField(max_length=28, default=_pick_list_id)
    wave = TenantKey(Wave, models.CASCADE, related_name="pick_lists")
    number = models.CharField(max_length=30)
    state = models.CharField(max_length=10, choices=PickListState, default=PickListState.OPEN)
    picker = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    picker_label = models.CharField(max_length=120, blank=True)
    at_bin = TenantKey(Bin, models.PROTECT, null=True, blank=True, related_name="+")  # confirmed by scan
    tote_code = models.CharField(max_length=30, blank=True)
    slot_count = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "public_id"], name="pick_list_public_id_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=PickListState.values), name="pick_list_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "wave"], name="pick_list_by_wave"),
            models.Index(fields=["seller", "state"], name="pick_list_by_state"),
        ]

    def __str__(self) -> str:
        return self.number


class PickTaskState(models.TextChoices):
    OPEN = "open", _("to pick")
    PICKED = "picked", _("picked")
    SHORT = "short", _("short")
    DROPPED = "dropped", _("dropped")


class PickTask(ShopOwned):
    """Take `quantity` of a SKU from a bin for a package, and lay it in the package's tote slot."""

    pick_list = TenantKey(PickList, models.CASCADE, related_name="tasks")
    package = TenantKey(Package, models.CASCADE, related_name="pick_tasks")
    sku = TenantKey(Sku, models.PROTECT, related_name="+")
    bin = TenantKey(Bin, models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    picked_quantity = models.PositiveIntegerField(default=0)
    sequence = models.PositiveIntegerField()
    slot = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=PickTaskState, default=PickTaskState.OPEN)
    short_reason = models.CharField(max_length=20, blank=True)  # empty_bin | damaged | not_found
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(picked_quantity__lte=models.F("quantity")), name="pick_task_picked_fits"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=PickTaskState.values), name="pick_task_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "pick_list", "sequence"], name="pick_task_by_walk"),
            models.Index(fields=["seller", "package"], name="pick_task_by_package"),
            models.Index(
                fields=["seller", "sku"],
                condition=models.Q(state="open"),
                name="pick_task_open_by_sku",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × sku {self.sku_id} from bin {self.bin_id}"


class CountTask(SellerOwned):
    """Somebody should count this SKU in this bin: made by a short pick."""

    bin = TenantKey(Bin, models.PROTECT, related_name="+")
    sku = TenantKey(Sku, models.PROTECT, related_name="+")
    why = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    counted_quantity = models.IntegerField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=120, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "bin", "sku"],
                condition=models.Q(done_at__isnull=True),
                name="count_task_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"count sku {self.sku_id} in bin {self.bin_id}"
