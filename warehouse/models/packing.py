"""What the pack station did."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Sku
from core import ids
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


class CartonUse(SellerOwned):
    """What closing one such carton uses up: the carton itself, its filler, its tape. In the unit of the SKU."""

    carton = TenantKey(Carton, models.CASCADE, related_name="uses")
    sku = TenantKey(Sku, models.PROTECT, related_name="carton_uses")
    quantity = models.PositiveIntegerField(default=1)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "carton", "sku"], name="carton_use_once"),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="carton_use_positive"),
        ]
        indexes = [models.Index(fields=["seller", "sku"], name="carton_use_by_sku")]

    def __str__(self) -> str:
        return f"{self.quantity} × sku {self.sku_id} for carton {self.carton_id}"


class LearnedWeight(SellerOwned):
    """What packed parcels taught about one SKU's unit or one empty carton. `warehouse.weights` is the only writer."""

    sku = TenantKey(Sku, models.CASCADE, null=True, blank=True, related_name="learned_weights")
    carton = TenantKey(Carton, models.CASCADE, null=True, blank=True, related_name="learned_weights")
    mean_g = models.FloatField()
    variance = models.FloatField()  # of the mean, in square grams: how sure it is
    noise_g = models.FloatField(default=0)  # how far one unit is usually off the mean
    parcels = models.PositiveIntegerField(default=0)
    learned_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "sku"], condition=models.Q(sku__isnull=False), name="learned_sku_once"
            ),
            models.UniqueConstraint(
                fields=["seller", "carton"],
                condition=models.Q(carton__isnull=False),
                name="learned_carton_once",
            ),
            models.CheckConstraint(
                condition=models.Q(sku__isnull=False, carton__isnull=True)
                | models.Q(sku__isnull=True, carton__isnull=False),
                name="learned_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mean_g:.1f} g after {self.parcels} parcels"


class QualityCheck(ShopOwned):
    """The items of one package as they were verified by scan at the station: `scanned` maps SKU id to units."""

    package = TenantOneToOne(Package, models.CASCADE, related_name="quality_check")
    scanned = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    passed_at = models.DateTimeField(null=True, blank=True)
    # The carton that it stands in already, checked and closed before anybody ordered it.
    prepacked_in = TenantKey(Carton, models.PROTECT, null=True, blank=True, related_name="+")
    by_label = models.CharField(max_length=120)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller", "package"], name="quality_check_once")]

    def __str__(self) -> str:
        return f"check of package {self.package_id}"


class WeightSource(models.TextChoices):
    TYPED = "typed", _("typed")
    KEYED = "keyed", _("scale that types")
    SERIAL = "serial", _("scale on the serial port")


class PackRecord(ShopOwned):
    """Carton and weight of a packed package, and the weight that was expected of its goods."""

    package = TenantOneToOne(Package, models.CASCADE, related_name="pack_record")
    carton = TenantKey(Carton, models.PROTECT, null=True, blank=True, related_name="+")
    weight_g = models.PositiveIntegerField()
    expected_weight_g = models.PositiveIntegerField(null=True, blank=True)
    is_weight_override = models.BooleanField(default=False)
    weight_source = models.CharField(
        max_length=8, choices=WeightSource, default=WeightSource.TYPED, db_default=WeightSource.TYPED
    )
    packed_at = models.DateTimeField()
    by_label = models.CharField(max_length=120)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "package"], name="pack_record_once"),
            models.CheckConstraint(
                condition=models.Q(weight_source__in=WeightSource.values), name="weight_source_known"
            ),
        ]
        indexes = [models.Index(fields=["seller", "packed_at"], name="pack_record_by_moment")]

    def __str__(self) -> str:
        return f"{self.weight_g} g package {self.package_id}"


def _photo_id() -> str:
    return ids.public_id("pho")


class PackPhoto(ShopOwned):
    """A picture of the open parcel; the file lies below MEDIA_ROOT in the seller's own folder."""

    public_id = models.CharField(max_length=28, default=_photo_id)
    package = TenantKey(Package, models.CASCADE, related_name="photos")
    path = models.CharField(max_length=200)
    taken_at = models.DateTimeField()
    by_label = models.CharField(max_length=120)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "public_id"], name="pack_photo_public_id_once")
        ]
        indexes = [models.Index(fields=["seller", "package"], name="pack_photo_by_package")]

    def __str__(self) -> str:
        return self.public_id
