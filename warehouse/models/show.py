"""Live shows and the forward zone: what is expected of each product, what was brought, pre-packed, sent and given back."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Sku
from core import ids
from orders.models import Package
from tenancy.fields import TenantKey
from tenancy.scoping import SellerOwned, ShopOwned
from warehouse.models.packing import Carton
from warehouse.models.site import Bin, Warehouse
from warehouse.models.wave import Wave


class ShowState(models.TextChoices):
    PLANNED = "planned", _("planned")
    PREPARING = "preparing", _("being prepared")
    LIVE = "live", _("live")
    OVER = "over", _("over, being cleared")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


class ForwardUse(models.TextChoices):
    """What the goods of a show in their forward bin are to other walks. Empty: nothing of it lies there."""

    NONE = "", _("not there yet")
    KEPT = "kept", _("kept for the show")  # other walks take them last
    FIRST = "first", _("taken first")  # while the show is live
    LEAVING = "leaving", _("going back")


class ShowTaskKind(models.TextChoices):
    BRING = "bring", _("bring to the forward bin")
    PACK = "pack", _("pre-pack")


def _show_id() -> str:
    return ids.public_id("shw")


class Show(ShopOwned):
    """A live show of one shop, and how far its forward zone is. `warehouse.shows` writes its state."""

    public_id = models.CharField(max_length=28, default=_show_id)
    title = models.CharField(max_length=120)
    host = models.CharField(max_length=120, blank=True)
    warehouse = TenantKey(Warehouse, models.PROTECT, related_name="shows")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ShowState, default=ShowState.PLANNED)
    is_lane_open = models.BooleanField(default=True)  # closed: its packages are picked the normal way
    wave = TenantKey(Wave, models.PROTECT, null=True, blank=True, related_name="+")  # the lane's last one
    made_at = models.DateTimeField()
    by_label = models.CharField(max_length=120)
    prepared_at = models.DateTimeField(null=True, blank=True)
    late_at = models.DateTimeField(null=True, blank=True)  # when it was told that goods are not in place
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "public_id"], name="show_public_id_once"),
            models.CheckConstraint(condition=Q(state__in=ShowState.values), name="show_state_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="show_ends_after_start"),
        ]
        indexes = [models.Index(fields=["seller", "state", "starts_at"], name="show_by_state")]

    def __str__(self) -> str:
        return self.title


class ShowProduct(SellerOwned):
    """One SKU of a show. Empty wishes are worked out by the plan; `why` keeps what they were worked out from."""

    show = TenantKey(Show, models.CASCADE, related_name="products")
    sku = TenantKey(Sku, models.PROTECT, related_name="+")
    expected_units = models.PositiveIntegerField()
    prepack_wish = models.PositiveIntegerField(null=True, blank=True)
    bin_wish = TenantKey(Bin, models.PROTECT, null=True, blank=True, related_name="+")
    carton_wish = TenantKey(Carton, models.PROTECT, null=True, blank=True, related_name="+")
    why = models.JSONField(default=dict)
    # From the plan.
    bin = TenantKey(Bin, models.PROTECT, null=True, blank=True, related_name="+")
    carton = TenantKey(Carton, models.PROTECT, null=True, blank=True, related_name="+")
    bring_units = models.PositiveIntegerField(default=0)
    prepack_units = models.PositiveIntegerField(default=0)
    use = models.CharField(max_length=8, choices=ForwardUse, blank=True, default=ForwardUse.NONE)
    # Parcels closed before anybody ordered them; of these went out on the lane, or were opened again.
    packed_units = models.PositiveIntegerField(default=0)
    sent_units = models.PositiveIntegerField(default=0)
    opened_units = models.PositiveIntegerField(default=0)
    sold_units = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "show", "sku"], name="show_product_once"),
            models.UniqueConstraint(
                fields=["seller", "bin"], condition=~Q(use=""), name="forward_bin_of_one_show"
            ),
            models.CheckConstraint(condition=Q(use__in=ForwardUse.values), name="forward_use_known"),
            models.CheckConstraint(
                condition=Q(packed_units__gte=F("sent_units") + F("opened_units")),
                name="show_packed_before_sent",
            ),
            models.CheckConstraint(condition=Q(use="") | Q(bin__isnull=False), name="forward_use_has_bin"),
        ]
        indexes = [
            models.Index(fields=["seller", "sku"], condition=~Q(use=""), name="forward_by_sku"),
        ]

    def __str__(self) -> str:
        return f"{self.expected_units} × sku {self.sku_id}"

    @property
    def ready_units(self) -> int:
        """Pre-packed parcels that stand in the forward bin."""
        return self.packed_units - self.sent_units - self.opened_units


class ShowTask(SellerOwned):
    """Before a show: carry units from a shelf to the forward bin, or pre-pack units that lie there."""

    product = TenantKey(ShowProduct, models.CASCADE, related_name="tasks")
    kind = models.CharField(max_length=6, choices=ShowTaskKind)
    source = TenantKey(Bin, models.PROTECT, null=True, blank=True, related_name="+")
    target = TenantKey(Bin, models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    done_quantity = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=120, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ShowTaskKind.values), name="show_task_kind_known"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="show_task_positive"),
            models.CheckConstraint(condition=Q(done_quantity__lte=F("quantity")), name="show_task_done_fits"),
            models.CheckConstraint(
                condition=Q(kind="pack") | Q(source__isnull=False), name="show_task_bring_has_source"
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "product"], name="show_task_by_product"),
            models.Index(
                fields=["seller", "due_at"], condition=Q(done_at__isnull=True), name="show_task_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity} to bin {self.target_id}"

    @property
    def left(self) -> int:
        return self.quantity - self.done_quantity


class ShowParcel(ShopOwned):
    """Which way a package that could go out pre-packed went, and why."""

    show = TenantKey(Show, models.CASCADE, related_name="parcels")
    package = TenantKey(Package, models.CASCADE, related_name="+")
    on_lane = models.BooleanField()
    why = models.CharField(max_length=16, blank=True)  # of those that go the normal way
    at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.CharField(max_length=120, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller", "show", "package"], name="show_parcel_once")]
        indexes = [models.Index(fields=["seller", "package"], name="show_parcel_by_package")]

    def __str__(self) -> str:
        return f"package {self.package_id} of show {self.show_id}"


class ShowAlert(ShopOwned):
    """From when the goods of a show were not in place half an hour before it until they were, or it was over."""

    show = TenantKey(Show, models.CASCADE, related_name="alerts")
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.JSONField(default=list)  # ids of the people who have read it

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "show"],
                condition=Q(cleared_at__isnull=True),
                name="show_alert_open_once",
            )
        ]
        indexes = [models.Index(fields=["seller", "-raised_at"], name="show_alert_newest")]

    def __str__(self) -> str:
        return f"show {self.show_id} is late"
