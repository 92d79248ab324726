"""What the pack station did."""

from django.db import models

from orders.models import Package
from tenancy.fields import TenantKey, TenantOneToOne
from tenancy.scoping import SellerOwned, ShopOwned


class Carton(SellerOwned):
    """A carton or bag that parcels go into. The digit picks it at the pack station."""

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    length_mm = models.PositiveIntegerField()
    width_mm = models.PositiveIntegerField()
    height_mm = models.PositiveIntegerField()
    tare_g = models.PositiveIntegerField(default=0)
    max_weight_g = models.PositiveIntegerField(default=30_000)
    is_active = models.BooleanField(default=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller", "code"], name="carton_code_once")]

    def __str__(self) -> str:
        return self.name


class QualityCheck(ShopOwned):
    """The items of one package as they were verified by scan at the station: `scanned` maps SKU id to units."""

    package = TenantOneToOne(Package, models.CASCADE, related_name="quality_check")
    scanned = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    passed_at = models.DateTimeField(null=True, blank=True)
    by_label = models.CharField(max_length=120)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller", "package"], name="quality_check_once")]

    def __str__(self) -> str:
        return f"check of package {self.package_id}"


class PackRecord(ShopOwned):
    """Carton and weight of a packed package, and the weight that was expected of its goods."""

    package = TenantOneToOne(Package, models.CASCADE, related_name="pack_record")
    carton = TenantKey(Carton, models.PROTECT, null=True, blank=True, related_name="+")
    weight_g = models.PositiveIntegerField()
    expected_weight_g = models.PositiveIntegerField(null=True, blank=True)
    is_weight_override = models.BooleanField(default=False)
    packed_at = models.DateTimeField()
    by_label = models.CharField(max_length=120)

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller", "package"], name="pack_record_once")]

    def __str__(self) -> str:
        return f"{self.weight_g} g package {self.package_id}"
