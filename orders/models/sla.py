"""The deadline's one home."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order, PlatformStatus
from tenancy.fields import TenantOneToOne
from tenancy.scoping import ShopOwned


class ClockKind(models.TextChoices):
    DISPATCH = "dispatch", _("arrange shipment")
    COLLECTION = "collection", _("carrier's scan")
    CANCEL = "cancel", _("automatic cancellation")
    DELIVERY = "delivery", _("deliver")
    PROMISE = "promise", _("shop's promise")


class ClockSource(models.TextChoices):
    PLATFORM = "platform", _("the platform's own time")
    RULE = "rule", _("rule of the region")
    PROMISE = "promise", _("the shop's own promise")


class SlaClock(ShopOwned):
    """All clocks of one order in one row. `due_at` is the one that presses: what the queue sorts by.

    `tab` repeats where the order stands so that the queue is one index walk; `orders.sla` writes it.
    """

    order = TenantOneToOne(Order, models.CASCADE, related_name="clock")
    is_open = models.BooleanField(default=True)
    tab = models.CharField(max_length=20, default="review")
    due_at = models.DateTimeField(null=True, blank=True)
    due_kind = models.CharField(max_length=10, choices=ClockKind, blank=True)
    due_source = models.CharField(max_length=10, choices=ClockSource, blank=True)
    rule_key = models.CharField(max_length=60, blank=True)
    dispatch_due_at = models.DateTimeField(null=True, blank=True)
    collection_due_at = models.DateTimeField(null=True, blank=True)
    cancel_due_at = models.DateTimeField(null=True, blank=True)
    deliver_due_at = models.DateTimeField(null=True, blank=True)
    promise_due_at = models.DateTimeField(null=True, blank=True)
    cancel_ship_due_at = models.DateTimeField(null=True, blank=True)
    cancel_collect_due_at = models.DateTimeField(null=True, blank=True)
    # Which of these times the platform gave (bits of `orders.sla_clocks`); null: stored before this was kept.
    given = models.SmallIntegerField(null=True, blank=True)
    # Which of the platform's times differ from our rule by more than a minute (the same bits).
    drift = models.SmallIntegerField(default=0, db_default=0)
    # The newest change of the rulebook that this row has seen.
    rules_as_of = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField()
    paused_until = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    at_risk_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)
    is_cancel_requested = models.BooleanField(default=False)
    is_label_failed = models.BooleanField(default=False)

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller", "order"], name="clock_once")]
        indexes = [
            models.Index(
                fields=["seller", "due_at", "id"],
                include=["shop", "tab"],
                condition=models.Q(is_open=True),
                name="clock_open_by_due",
            ),
            models.Index(
                fields=["seller", "shop", "due_at", "id"],
                condition=models.Q(is_open=True),
                name="clock_shop_by_due",
            ),
            models.Index(fields=["seller", "tab", "due_at", "id"], name="clock_tab_by_due"),
            models.Index(fields=["seller", "shop", "tab", "due_at", "id"], name="clock_shop_tab_by_due"),
            models.Index(
                fields=["seller", "cancel_due_at", "shop"],
                include=["tab"],
                condition=models.Q(is_open=True),
                name="clock_open_by_cancel",
            ),
            models.Index(
                fields=["seller", "shop"],
                condition=models.Q(is_open=True, is_cancel_requested=True),
                name="clock_cancel_asked",
            ),
            models.Index(
                fields=["seller", "shop"],
                condition=models.Q(is_open=True, is_label_failed=True),
                name="clock_label_failed",
            ),
        ]

    def __str__(self) -> str:
        return f"clock of order {self.order_id}"

    @property
    def is_paused(self) -> bool:
        """The platform lets nobody ship it yet; `paused_until` says until when, where that is known."""
        return self.is_open and self.order.platform_status in (PlatformStatus.UNPAID, PlatformStatus.ON_HOLD)
