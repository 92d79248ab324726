"""Messages that other systems pushed to us, as they came, kept for replay."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.scoping import SellerOwned


class InboundState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    DONE = "done", _("done")
    IGNORED = "ignored", _("nothing to do")
    DEAD = "dead", _("needs a person")
    DROPPED = "dropped", _("given up")


class InboundMessage(SellerOwned):
    """One push, unique by the sender's id (or by a hash where the sender gives none)."""

    source = models.CharField(max_length=30)
    source_id = models.CharField(max_length=80)
    topic = models.CharField(max_length=60, blank=True)
    shop_ref = models.CharField(max_length=40, blank=True)
    body = models.TextField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=InboundState, default=InboundState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    last_error = models.CharField(max_length=400, blank=True)
    done_at = models.DateTimeField(null=True)
    times_received = models.PositiveIntegerField(default=1)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "source", "source_id"], name="inbound_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=InboundState.values), name="inbound_state_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["seller", "not_before"], condition=models.Q(state="waiting"), name="inbound_due"
            ),
            models.Index(fields=["seller", "-received_at"], name="inbound_newest"),
            models.Index(fields=["seller", "state"], condition=models.Q(state="dead"), name="inbound_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.topic} {self.source_id}"


class UnroutedMessage(models.Model):
    """A push that no seller here owns, or that was refused. Global, for the platform's operators; bodies are cut short."""

    source = models.CharField(max_length=30)
    why = models.CharField(max_length=120)
    shop_ref = models.CharField(max_length=40, blank=True)
    body_start = models.CharField(max_length=300, blank=True)
    body_size = models.PositiveIntegerField(default=0)
    received_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-received_at"], name="unrouted_newest")]

    def __str__(self) -> str:
        return f"{self.source}: {self.why}"
