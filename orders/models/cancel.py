"""A buyer's request to cancel, and what we answered or asked for ourselves."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order
from relay.effects import ExternalEffect, effect_meta
from tenancy.fields import TenantKey
from tenancy.scoping import ShopOwned


class CancelRequestState(models.TextChoices):
    PENDING = "pending", _("waits for an answer")
    ACCEPTED = "accepted", _("accepted")
    COMPLETED = "completed", _("cancelled and refunded")
    CLOSED = "closed", _("closed without cancelling")


class CancelRequest(ShopOwned):
    """One cancellation as the platform tells it. Only the platform's word moves it, never our own answer."""

    order = TenantKey(Order, models.CASCADE, related_name="cancel_requests")
    cancel_id = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=CancelRequestState)
    is_buyer_request = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    respond_by = models.DateTimeField(null=True, blank=True)
    should_restock = models.BooleanField(default=False)
    first_seen_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)  # the platform's own time of its last change

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "shop", "cancel_id"], name="cancel_request_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=CancelRequestState.values), name="cancel_request_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "order"], name="cancel_request_by_order"),
            models.Index(
                fields=["seller", "respond_by", "id"],
                condition=models.Q(state="pending", is_buyer_request=True),
                name="cancel_request_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cancel_id} {self.state}"


class CancelAct(models.TextChoices):
    APPROVE = "approve", _("let the buyer go")
    REJECT = "reject", _("keep the order")
    CANCEL = "cancel", _("cancel as the seller")


class CancelAnswer(ExternalEffect):
    """What a person decided: told to the platform, and asked about first where a repeat could double."""

    order = TenantKey(Order, models.CASCADE, related_name="cancel_answers")
    request = TenantKey(CancelRequest, models.CASCADE, null=True, blank=True, related_name="answers")
    act = models.CharField(max_length=10, choices=CancelAct)
    reason = models.CharField(max_length=120, blank=True)
    by_label = models.CharField(max_length=120)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            *effect_meta("cancel_answer")["constraints"],
            models.CheckConstraint(
                condition=models.Q(act__in=CancelAct.values), name="cancel_answer_act_known"
            ),
        ]
        indexes = [
            *effect_meta("cancel_answer")["indexes"],
            models.Index(fields=["seller", "order"], name="cancel_answer_by_order"),
        ]
