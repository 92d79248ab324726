"""Deadlines that came near, grouped per shop and level; who has seen them; how far the watch has come."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models import Order
from orders.sla_levels import Level
from tenancy.fields import TenantKey
from tenancy.scoping import SellerOwned, ShopOwned


class AlertState(models.TextChoices):
    GATHERING = "gathering", _("gathering")
    RAISED = "raised", _("raised")
    DROPPED = "dropped", _("no longer true")


class Alert(ShopOwned):
    """Orders of one shop that reached one level within a short while: one line in the inbox, one message."""

    level = models.CharField(max_length=8, choices=Level)
    state = models.CharField(max_length=10, choices=AlertState, default=AlertState.GATHERING)
    raise_at = models.DateTimeField()
    raised_at = models.DateTimeField(null=True, blank=True)
    order_count = models.PositiveIntegerField(default=0)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(condition=models.Q(level__in=Level.values), name="alert_level_known"),
            models.CheckConstraint(condition=models.Q(state__in=AlertState.values), name="alert_state_known"),
            models.UniqueConstraint(
                fields=["seller", "shop", "level"],
                condition=models.Q(state="gathering"),
                name="alert_gathers_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["seller", "raise_at"], condition=models.Q(state="gathering"), name="alert_due"
            ),
            models.Index(
                fields=["seller", "-raised_at"], condition=models.Q(state="raised"), name="alert_newest"
            ),
        ]

    def __str__(self) -> str:
        return f"alert {self.pk} {self.level}"


class AlertedOrder(ShopOwned):
    """An order was told of at a level, for the deadline that it had then: once, whatever the number of workers.

    It moves to a newer alert when its deadline was moved later and comes to this level anew.
    """

    order = TenantKey(Order, models.CASCADE, related_name="+")
    level = models.CharField(max_length=8, choices=Level)
    alert = TenantKey(Alert, models.CASCADE, related_name="orders")
    due_at = models.DateTimeField()
    told_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "order", "level"], name="alerted_once_per_level"),
            models.CheckConstraint(condition=models.Q(level__in=Level.values), name="alerted_level_known"),
        ]
        indexes = [models.Index(fields=["seller", "alert", "due_at"], name="alerted_by_alert")]

    def __str__(self) -> str:
        return f"order {self.order_id} {self.level}"


class AlertRead(SellerOwned):
    """This person has seen this alert."""

    alert = TenantKey(Alert, models.CASCADE, related_name="reads")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    read_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller", "alert", "user"], name="alert_read_once")]

    def __str__(self) -> str:
        return f"alert {self.alert_id} read by {self.user_id}"


class AlertWatch(SellerOwned):
    """How far the watch has come at a seller, so that each run only looks at what crossed a line since the last one."""

    edges = models.JSONField(default=dict)  # level -> [due_at, clock id] of the last clock looked at
    seen_clock_id = models.BigIntegerField(default=0)
    round_at = models.JSONField(default=list)  # where the slow round over everything near has come to
    ran_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller"], name="alert_watch_once")]

    def __str__(self) -> str:
        return f"watch of seller {self.seller_id}"
