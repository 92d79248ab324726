"""What the building is worked with: carts, and advice on where goods should lie."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Sku
from tenancy.fields import TenantKey, TenantOneToOne
from tenancy.scoping import SellerOwned
from warehouse.models.site import Bin, Warehouse


class Cart(SellerOwned):
    """What a picker pulls: a tote bin that holds the goods, and how much fits on it (0: not limited)."""

    tote = TenantOneToOne(Bin, models.CASCADE, related_name="cart")
    slots = models.PositiveSmallIntegerField()
    units = models.PositiveIntegerField(default=0)
    weight_g = models.PositiveIntegerField(default=0)
    volume_ml = models.PositiveIntegerField(default=0)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "tote"], name="cart_once"),
            models.CheckConstraint(condition=models.Q(slots__gte=1), name="cart_has_slots"),
        ]

    def __str__(self) -> str:
        return f"cart {self.tote_id}"


class SlottingState(models.TextChoices):
    ADVISED = "advised", _("advised")
    MOVED = "moved", _("moved")
    UNDONE = "undone", _("moved back")


class SlottingMove(SellerOwned):
    """Goods that should lie nearer: a SKU goes to a free bin, or changes places with another one."""

    warehouse = TenantKey(Warehouse, models.CASCADE, related_name="+")
    sku = TenantKey(Sku, models.PROTECT, related_name="+")
    source = TenantKey(Bin, models.PROTECT, related_name="+")
    target = TenantKey(Bin, models.PROTECT, related_name="+")
    other_sku = TenantKey(Sku, models.PROTECT, null=True, blank=True, related_name="+")  # lies at the target
    rank = models.PositiveSmallIntegerField()
    lines = models.PositiveIntegerField()  # picks of both in the period
    saves_mm = models.PositiveIntegerField()  # a day, when the moves of a lower rank are done too
    state = models.CharField(max_length=10, choices=SlottingState, default=SlottingState.ADVISED)
    quantity = models.PositiveIntegerField(default=0)  # what was moved
    other_quantity = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    moved_at = models.DateTimeField(null=True, blank=True)
    moved_by = models.CharField(max_length=120, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=SlottingState.values), name="slotting_state_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")), name="slotting_moves_somewhere"
            ),
        ]
        indexes = [models.Index(fields=["seller", "warehouse", "state", "rank"], name="slotting_by_rank")]

    @property
    def saves_meters(self) -> int:
        return round(self.saves_mm / 1000)

    def __str__(self) -> str:
        return f"sku {self.sku_id}: bin {self.source_id} to {self.target_id}"
