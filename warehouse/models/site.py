"""Places: warehouses, zones, bins."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.fields import TenantKey
from tenancy.scoping import SellerOwned, ShopOwned


class Warehouse(SellerOwned):
    """One building of a seller; its stock serves all of the seller's shops."""

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    region = models.CharField(max_length=2, blank=True)
    time_zone = models.CharField(max_length=60, default="UTC")
    is_active = models.BooleanField(default=True)
    is_default = models.BooleanField(default=False)
    # What waves are planned with: measures of the aisles, the cart (0: no limit), and the pace until it is measured.
    aisle_mm = models.PositiveIntegerField(default=3000, db_default=3000)
    cell_mm = models.PositiveIntegerField(default=1000, db_default=1000)
    entry_mm = models.PositiveIntegerField(default=1500, db_default=1500)
    cart_units = models.PositiveIntegerField(default=0, db_default=0)
    cart_weight_g = models.PositiveIntegerField(default=0, db_default=0)
    walk_mm_per_s = models.PositiveIntegerField(default=1000, db_default=1000)
    line_seconds = models.PositiveIntegerField(default=12, db_default=12)
    # The building: one block of aisles, or two with a cross aisle between them; what a shelf above the first costs.
    blocks = models.PositiveSmallIntegerField(default=1, db_default=1)
    cross_mm = models.PositiveIntegerField(default=3000, db_default=3000)
    level_seconds = models.PositiveSmallIntegerField(default=0, db_default=0)
    is_one_way = models.BooleanField(default=False, db_default=False)  # odd aisles up, even ones down
    entry_aisle = models.PositiveSmallIntegerField(default=1, db_default=1)  # where walks begin
    pack_aisle = models.PositiveSmallIntegerField(default=1, db_default=1)  # where they end
    cart_volume_ml = models.PositiveIntegerField(default=0, db_default=0)
    # Cycle counts: bins a day (0: only what is asked for), and up to which difference one person's count is enough.
    count_bins_a_day = models.PositiveSmallIntegerField(default=0, db_default=0)
    count_limit_units = models.PositiveIntegerField(default=5, db_default=5)
    # The pack stations, and their pace until it is measured.
    stations = models.PositiveSmallIntegerField(default=1, db_default=1)
    pack_seconds = models.PositiveSmallIntegerField(default=60, db_default=60)

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller", "code"], name="warehouse_code_once")]

    def __str__(self) -> str:
        return self.name


class CarrierPickup(SellerOwned):
    """When a carrier takes parcels away, on the warehouse's own clock. `days`: one bit a weekday, Monday first."""

    EVERY_DAY = 127

    warehouse = TenantKey(Warehouse, models.CASCADE, related_name="pickups")
    carrier = models.CharField(max_length=80, blank=True)  # as orders name it; empty: takes everything
    days = models.PositiveSmallIntegerField(default=EVERY_DAY)
    at = models.TimeField()
    lead_minutes = models.PositiveSmallIntegerField(default=15)  # a parcel must be packed so long before
    missed_on = models.DateField(null=True, blank=True)  # the last day on which it did not come

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "warehouse", "carrier", "at"], name="pickup_once"),
            models.CheckConstraint(condition=models.Q(days__range=(1, 127)), name="pickup_days_known"),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.at:%H:%M}"


class WarehouseLink(ShopOwned):
    """Which of our warehouses a shop's platform warehouse means."""

    warehouse = TenantKey(Warehouse, models.CASCADE, related_name="platform_links")
    platform_warehouse_id = models.CharField(max_length=40)
    name = models.CharField(max_length=120, blank=True)
    is_default = models.BooleanField(default=False)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "shop", "platform_warehouse_id"], name="warehouse_link_once"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.platform_warehouse_id


class Zone(SellerOwned):
    """A part of a warehouse."""

    warehouse = TenantKey(Warehouse, models.CASCADE, related_name="zones")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=80, blank=True)
    is_forward = models.BooleanField(default=False, db_default=False)  # beside the pack point, for live shows

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller", "warehouse", "code"], name="zone_code_once")]

    def __str__(self) -> str:
        return self.code


class BinKind(models.TextChoices):
    SHELF = "shelf", _("shelf")
    RECEIVING = "receiving", _("receiving")
    TOTE = "tote", _("tote")
    WALL = "wall", _("put-wall slot")
    DAMAGE = "damage", _("damaged goods")


# Goods in these are on their way into a parcel: nobody counts on them elsewhere, moves or relabels them.
ON_THE_WAY = (BinKind.TOTE, BinKind.WALL)


class Bin(SellerOwned):
    """A place that holds goods. `walk_order` sorts a picker's walk; `aisle` and `cell` place it in the building."""

    warehouse = TenantKey(Warehouse, models.CASCADE, related_name="bins")
    zone = TenantKey(Zone, models.PROTECT, null=True, blank=True, related_name="bins")
    code = models.CharField(max_length=30)
    kind = models.CharField(max_length=10, choices=BinKind, default=BinKind.SHELF)
    aisle = models.PositiveSmallIntegerField(default=0)
    cell = models.PositiveSmallIntegerField(default=0)
    level = models.PositiveSmallIntegerField(default=0)
    block = models.PositiveSmallIntegerField(default=1, db_default=1)
    side = models.PositiveSmallIntegerField(
        default=0, db_default=0
    )  # 0 not said, 1 left, 2 right of the aisle
    walk_order = models.PositiveIntegerField(default=0)
    capacity_ml = models.PositiveIntegerField(default=0, db_default=0)  # 0: not limited
    is_active = models.BooleanField(default=True)
    counted_at = models.DateTimeField(null=True, blank=True)  # all of it

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "warehouse", "code"], name="bin_code_once"),
            models.CheckConstraint(condition=models.Q(kind__in=BinKind.values), name="bin_kind_known"),
        ]
        indexes = [models.Index(fields=["seller", "warehouse", "walk_order"], name="bin_by_walk")]

    def __str__(self) -> str:
        return self.code
