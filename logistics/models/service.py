"""What a seller's own carriers offer: services with their limits, where each goes, and what it costs by weight."""

from django.db import models
from django.db.models import Q

from logistics.models.carrier import Carrier
from tenancy.fields import TenantKey
from tenancy.scoping import SellerOwned

EVERY_DAY = 0b1111111


class CarrierService(SellerOwned):
    """One way to send with a carrier. A limit of 0 is none; a divisor of 0 means that size costs nothing."""

    carrier = TenantKey(Carrier, models.CASCADE, related_name="services")
    code = models.CharField(max_length=30)
    name = models.CharField(max_length=80)
    currency = models.CharField(max_length=3)
    divisor = models.PositiveIntegerField(default=0)  # cubic centimeters that count as a kilogram
    max_weight_g = models.PositiveIntegerField(default=0)
    max_side_mm = models.PositiveIntegerField(default=0)  # the longest side
    max_sum_mm = models.PositiveIntegerField(default=0)  # length + width + height
    is_cod_taken = models.BooleanField(default=True)
    cut_off_at = models.TimeField(null=True, blank=True)  # on the clock of the warehouse
    days = models.PositiveSmallIntegerField(default=EVERY_DAY)  # bit 0 is Monday
    transit_days = models.PositiveSmallIntegerField(default=0)  # 0: not known
    is_active = models.BooleanField(default=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "carrier", "code"], name="carrier_service_once"),
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=EVERY_DAY), name="carrier_service_comes_some_day"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ServiceArea(SellerOwned):
    """A destination and the zone that it is priced in; the narrowest one that fits counts. No zone: not served."""

    service = TenantKey(CarrierService, models.CASCADE, related_name="areas")
    zone = models.CharField(max_length=20, blank=True)
    region = models.CharField(max_length=2, blank=True)
    province = models.CharField(max_length=80, blank=True)
    postcode_from = models.CharField(max_length=12, blank=True)
    postcode_to = models.CharField(max_length=12, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "service", "region", "province", "postcode_from", "postcode_to"],
                name="service_area_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.province} {self.postcode_from} → {self.zone}"


class ServiceRate(SellerOwned):
    """What a parcel up to this weight costs in a zone. Without areas there is one zone, and it has no name."""

    service = TenantKey(CarrierService, models.CASCADE, related_name="rates")
    zone = models.CharField(max_length=20, blank=True)
    up_to_g = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "service", "zone", "up_to_g"], name="service_rate_once"
            ),
            models.CheckConstraint(condition=Q(up_to_g__gte=1), name="service_rate_weighs"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="service_rate_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.zone} up to {self.up_to_g} g: {self.amount}"
