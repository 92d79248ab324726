"""Facts that have been announced, and what each subscriber still has to do about them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.fields import TenantKey
from tenancy.scoping import SellerOwned


class OutboxEvent(SellerOwned):
    """Written in the transaction that made the fact true; never changed."""

    name = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    payload = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        indexes = [models.Index(fields=["seller", "published_at"], name="outbox_age")]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    DONE = "done", _("done")
    DEAD = "dead", _("needs a person")
    DROPPED = "dropped", _("given up")


class EventDelivery(SellerOwned):
    """One subscriber's receipt for one event: waiting until its handler has run in the same transaction."""

    event = TenantKey(OutboxEvent, models.CASCADE, related_name="deliveries")
    subscriber = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    last_error = models.CharField(max_length=400, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "event", "subscriber"], name="delivery_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=DeliveryState.values), name="delivery_state_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["seller", "not_before"], condition=models.Q(state="waiting"), name="delivery_due"
            ),
            models.Index(fields=["seller", "state"], condition=models.Q(state="dead"), name="delivery_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber} ← event {self.event_id}"
