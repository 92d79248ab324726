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


class PickMode(models.TextChoices):
    """When the goods of a walk are told apart."""

    BY_ORDER = "by_order", _("one package after the other")
    SORT_WHILE_PICK = "sort_while_pick", _("sorted on the cart while picking")
    BATCH = "batch", _("picked together, sorted afterwards")


class Lane(models.TextChoices):
    """What kind of packages a walk carries: apart from the mixed ones nobody needs a slot for them."""

    MIXED = "mixed", _("mixed")
    SINGLE = "single", _("one unit each")
    BULK = "bulk", _("many of one product")
    SHOW = "show", _("pre-packed for a live show")  # no walk at all


class TakeOverWhy(models.TextChoices):
    """Why somebody else goes on with a walk."""

    WENT_AWAY = "went_away", _("went home or on a break")
    DEVICE = "device", _("phone or scanner does not work")
    NEEDED = "needed", _("needed for other work")
    URGENT = "urgent", _("it has to go faster")


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
    mode = models.CharField(
        max_length=16, choices=PickMode, default=PickMode.SORT_WHILE_PICK, db_default=PickMode.SORT_WHILE_PICK
    )
    carrier = models.CharField(max_length=80, blank=True, default="", db_default="")  # empty: any
    zone_code = models.CharField(max_length=20, blank=True, default="", db_default="")  # empty: all
    slots = models.PositiveSmallIntegerField(default=12, db_default=12)  # on each cart
    has_lanes = models.BooleanField(
        default=False, db_default=False
    )  # single units and shows walk without slots
    package_count = models.PositiveIntegerField(default=0)
    unit_count = models.PositiveIntegerField(default=0)
    first_due_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    # What the plan leads to, kept so that it can be held against what came of it.
    expected_end_at = models.DateTimeField(null=True, blank=True)
    expected_mm = models.PositiveIntegerField(default=0, db_default=0)
    expected_late = models.PositiveIntegerField(default=0, db_default=0)
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
            models.CheckConstraint(condition=models.Q(mode__in=PickMode.values), name="wave_mode_known"),
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
    mode = models.CharField(
        max_length=16, choices=PickMode, default=PickMode.SORT_WHILE_PICK, db_default=PickMode.SORT_WHILE_PICK
    )
    lane = models.CharField(max_length=8, choices=Lane, default=Lane.MIXED, db_default=Lane.MIXED)
    walk_mm = models.PositiveIntegerField(default=0, db_default=0)
    picker = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    picker_label = models.CharField(max_length=120, blank=True)
    at_bin = TenantKey(Bin, models.PROTECT, null=True, blank=True, related_name="+")  # confirmed by scan
    tote_code = models.CharField(max_length=30, blank=True)
    slot_count = models.PositiveSmallIntegerField(default=0)
    # The last time that somebody else went on with it: who had it before, and why.
    taken_from = models.CharField(max_length=120, blank=True, default="", db_default="")
    taken_why = models.CharField(max_length=10, choices=TakeOverWhy, blank=True, default="", db_default="")
    taken_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "public_id"], name="pick_list_public_id_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=PickListState.values), name="pick_list_state_known"
            ),
            models.CheckConstraint(condition=models.Q(mode__in=PickMode.values), name="pick_list_mode_known"),
            models.CheckConstraint(condition=models.Q(lane__in=Lane.values), name="pick_list_lane_known"),
        ]
        indexes = [
            models.Index(fields=["seller", "wave"], name="pick_list_by_wave"),
            models.Index(fields=["seller", "state"], name="pick_list_by_state"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def needs_sorting(self) -> bool:
        """Picked together: each unit still has to find its package. Packages of one unit find theirs by the unit."""
        return self.mode == PickMode.BATCH and self.lane == Lane.MIXED


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
    sorted_quantity = models.PositiveIntegerField(default=0, db_default=0)  # of them: on the put wall
    sequence = models.PositiveIntegerField()
    slot = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=PickTaskState, default=PickTaskState.OPEN)
    short_reason = models.CharField(max_length=20, blank=True)  # empty_bin | damaged | not_found
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=120, blank=True, default="", db_default="")

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(picked_quantity__lte=models.F("quantity")), name="pick_task_picked_fits"
            ),
            models.CheckConstraint(
                condition=models.Q(sorted_quantity__lte=models.F("picked_quantity")),
                name="pick_task_sorted_fits",
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
            models.Index(
                fields=["seller", "done_at"], condition=models.Q(state="picked"), name="pick_task_by_moment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × sku {self.sku_id} from bin {self.bin_id}"


class ReplanWhy(models.TextChoices):
    SPIKE = "spike", _("many new orders")
    PICKUP_MISSED = "pickup_missed", _("a pickup did not come")
    PERSON = "person", _("asked for by a person")


class Replan(SellerOwned):
    """The walks that nobody had started were laid out anew: why, what it changed, and what was there before."""

    warehouse = TenantKey(Warehouse, models.CASCADE, related_name="+")
    why = models.CharField(max_length=16, choices=ReplanWhy)
    facts = models.JSONField(default=dict)
    before = models.JSONField(default=dict)  # the former walks, for taking it back
    made_at = models.DateTimeField()
    by_label = models.CharField(max_length=120)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=120, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(condition=models.Q(why__in=ReplanWhy.values), name="replan_why_known")
        ]
        indexes = [models.Index(fields=["seller", "warehouse", "-made_at"], name="replan_newest")]

    def __str__(self) -> str:
        return f"{self.why} in warehouse {self.warehouse_id}"
