"""What the stations of the floor keep: every scan with its answer, and which package stands where on the put wall."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models import Package
from tenancy.fields import TenantKey
from tenancy.scoping import SellerOwned, ShopOwned
from warehouse.models.site import Bin
from warehouse.models.wave import PickList


class Station(models.TextChoices):
    PICK = "pick", _("pick")
    SORT = "sort", _("sort")


class StationScan(SellerOwned):
    """One scan by its browser's own key. A phone that lost the answer sends it again and is told the same."""

    key = models.CharField(max_length=64)
    station = models.CharField(max_length=8, choices=Station)
    pick_list = TenantKey(PickList, models.CASCADE, related_name="+")
    code = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=16, blank=True)
    is_ok = models.BooleanField(null=True)  # null: nobody has answered it yet
    text = models.CharField(max_length=400, blank=True)
    by_label = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "key"], name="station_scan_once"),
            models.CheckConstraint(
                condition=models.Q(station__in=Station.values), name="station_scan_station_known"
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "at"], name="station_scan_by_moment"),
            models.Index(fields=["seller", "pick_list"], name="station_scan_by_list"),
        ]

    def __str__(self) -> str:
        return self.key


class SortSlot(ShopOwned):
    """A package's place on the put wall, from its first unit until it is packed or taken off."""

    package = TenantKey(Package, models.CASCADE, related_name="sort_slots")
    pick_list = TenantKey(PickList, models.CASCADE, related_name="sort_slots")
    bin = TenantKey(Bin, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    full_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "bin"],
                condition=models.Q(closed_at__isnull=True),
                name="sort_slot_bin_once",
            ),
            models.UniqueConstraint(
                fields=["seller", "package"],
                condition=models.Q(closed_at__isnull=True),
                name="sort_slot_package_once",
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "pick_list"], name="sort_slot_by_list"),
            models.Index(fields=["seller", "package"], name="sort_slot_by_package"),
        ]

    def __str__(self) -> str:
        return f"package {self.package_id} in bin {self.bin_id}"
