"""When each order passed its stages, and the figures of a day that are summed from that. Both can be rebuilt."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order
from orders.models.sla import ClockKind
from tenancy.fields import TenantOneToOne
from tenancy.scoping import SellerOwned, ShopOwned

DUE_KINDS = tuple(ClockKind.values)
WHOLE = "*"  # carrier and warehouse of a sum over all of them


class Segment(models.TextChoices):
    """Whose hour it was: every second of an order's life is in exactly one."""

    ELSEWHERE = "elsewhere", _("outside this program")
    REVIEW = "review", _("review")
    HOLD = "hold", _("on hold")
    STOCK = "stock", _("waiting for stock")
    QUEUE = "queue", _("waiting to be picked")
    PICK = "pick", _("picking")
    PACK = "pack", _("packing and label")
    DOCK = "dock", _("waiting for hand-over")
    SCAN = "scan", _("waiting for the carrier's scan")


class Stage(models.TextChoices):
    PAID = "paid", _("paid")
    APPROVED = "approved", _("approved")
    RESERVED = "reserved", _("stock reserved")
    PICKED = "picked", _("picked")
    PACKED = "packed", _("packed")
    READY = "ready", _("shipping arranged")
    DOCKED = "docked", _("handed over")
    COLLECTED = "collected", _("scanned by the carrier")
    DELIVERED = "delivered", _("delivered")


class Outcome(models.TextChoices):
    ON_TIME = "on_time", _("on time")
    LATE = "late", _("late")
    UNKNOWN = "unknown", _("unknown")
    VOID = "void", _("cancelled before it was due")


class StageTimes(ShopOwned):
    """One order, as the figures count it. `history_id` is the last line of its history that is in here.

    An outcome counts once its deadline has passed; days are those of the shop's wall clock.
    """

    order = TenantOneToOne(Order, models.CASCADE, related_name="stages")
    history_id = models.BigIntegerField(default=0)
    is_settled = models.BooleanField(
        default=False
    )  # delivered, completed or cancelled: nothing more is expected
    carrier = models.CharField(max_length=80, blank=True, default="")
    warehouse = models.CharField(max_length=80, blank=True, default="")
    # What the seller's file said about both, for orders that never came by our own floor.
    said_carrier = models.CharField(max_length=80, blank=True, default="")
    said_warehouse = models.CharField(max_length=80, blank=True, default="")
    placed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    reserved_at = models.DateTimeField(null=True, blank=True)
    picked_at = models.DateTimeField(null=True, blank=True)
    packed_at = models.DateTimeField(null=True, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    docked_at = models.DateTimeField(null=True, blank=True)
    collected_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    collected_on = models.DateField(null=True, blank=True)
    delivered_on = models.DateField(null=True, blank=True)
    life_s = models.PositiveIntegerField(default=0)
    elsewhere_s = models.PositiveIntegerField(default=0)
    review_s = models.PositiveIntegerField(default=0)
    hold_s = models.PositiveIntegerField(default=0)
    stock_s = models.PositiveIntegerField(default=0)
    queue_s = models.PositiveIntegerField(default=0)
    pick_s = models.PositiveIntegerField(default=0)
    pack_s = models.PositiveIntegerField(default=0)
    dock_s = models.PositiveIntegerField(default=0)
    scan_s = models.PositiveIntegerField(default=0)
    dispatch_due_at = models.DateTimeField(null=True, blank=True)
    dispatch_due_on = models.DateField(null=True, blank=True)
    dispatch_outcome = models.CharField(max_length=8, choices=Outcome, blank=True, default="")
    collection_due_at = models.DateTimeField(null=True, blank=True)
    collection_due_on = models.DateField(null=True, blank=True)
    collection_outcome = models.CharField(max_length=8, choices=Outcome, blank=True, default="")
    cancel_due_at = models.DateTimeField(null=True, blank=True)
    cancel_due_on = models.DateField(null=True, blank=True)
    cancel_outcome = models.CharField(max_length=8, choices=Outcome, blank=True, default="")
    delivery_due_at = models.DateTimeField(null=True, blank=True)
    delivery_due_on = models.DateField(null=True, blank=True)
    delivery_outcome = models.CharField(max_length=8, choices=Outcome, blank=True, default="")
    promise_due_at = models.DateTimeField(null=True, blank=True)
    promise_due_on = models.DateField(null=True, blank=True)
    promise_outcome = models.CharField(max_length=8, choices=Outcome, blank=True, default="")

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "order"], name="stage_times_once"),
            models.CheckConstraint(
                condition=models.Q(
                    life_s=models.F("elsewhere_s")
                    + models.F("review_s")
                    + models.F("hold_s")
                    + models.F("stock_s")
                    + models.F("queue_s")
                    + models.F("pick_s")
                    + models.F("pack_s")
                    + models.F("dock_s")
                    + models.F("scan_s")
                ),
                name="stage_times_add_up",
            ),
            *[
                models.CheckConstraint(
                    condition=models.Q(**{f"{kind}_outcome__in": ["", *Outcome.values]}),
                    name=f"stage_times_{kind}_known",
                )
                for kind in DUE_KINDS
            ],
        ]
        indexes = [
            *[
                models.Index(fields=["seller", f"{kind}_due_on", "shop"], name=f"stage_by_{kind}_due")
                for kind in DUE_KINDS
            ],
            models.Index(fields=["seller", "collected_on", "shop"], name="stage_by_collected"),
            models.Index(fields=["seller", "delivered_on", "shop"], name="stage_by_delivered"),
            models.Index(
                fields=["seller", "order"], condition=models.Q(is_settled=False), name="stage_unsettled"
            ),
        ]

    def __str__(self) -> str:
        return f"stages of order {self.order_id}"


class DailyFigure(ShopOwned):
    """What one day of one shop, carrier and warehouse came to, for one kind of figure. Kinds are never added up.

    `due.<clock>`: orders whose deadline fell on that day and has passed. `segment.<segment>` and `stage.<stage>`:
    orders that the carrier scanned (for `stage.delivered`: that were delivered) on that day. Beside the rows per
    carrier and warehouse there is one per shop as a whole, with `WHOLE` in both columns.
    """

    on = models.DateField()
    kind = models.CharField(max_length=20)
    carrier = models.CharField(max_length=80, blank=True)
    warehouse = models.CharField(max_length=80, blank=True)
    orders = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    unknown = models.PositiveIntegerField(default=0)
    void = models.PositiveIntegerField(default=0)
    seconds = models.BigIntegerField(default=0)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "on", "kind", "shop", "carrier", "warehouse"], name="daily_figure_once"
            )
        ]
        indexes = [
            # All that the plain page reads: the sums of whole shops, in the index itself.
            models.Index(
                fields=["seller", "kind", "on", "shop"],
                include=["orders", "late", "unknown", "void", "seconds"],
                condition=models.Q(carrier=WHOLE, warehouse=WHOLE),
                name="daily_figure_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.on}"


class FigureCursor(SellerOwned):
    """How far the figures of a seller have come: deadlines up to `summed_at` are counted.

    Nothing new can appear among history lines up to `history_id`; up to `mark_id` that is so ten minutes after `marked_at`.
    """

    history_id = models.BigIntegerField(default=0)
    mark_id = models.BigIntegerField(default=0)
    marked_at = models.DateTimeField(null=True, blank=True)
    summed_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    rebuilt_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller"], name="figure_cursor_once")]

    def __str__(self) -> str:
        return f"figures up to {self.summed_at}"


class FigureTarget(SellerOwned):
    """A line that a seller drew instead of the one we know for a region."""

    region = models.CharField(max_length=2)
    kind = models.CharField(max_length=10, choices=ClockKind)
    limit_percent = models.DecimalField(max_digits=5, decimal_places=2)
    window_days = models.PositiveSmallIntegerField()
    is_on = models.BooleanField(default=True)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=120)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "region", "kind"], name="figure_target_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=ClockKind.values), name="figure_target_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(limit_percent__gt=0, limit_percent__lt=100),
                name="figure_target_is_a_share",
            ),
            models.CheckConstraint(
                condition=models.Q(window_days__gte=1, window_days__lte=90), name="figure_target_window_fits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.region}: {self.limit_percent} %"
