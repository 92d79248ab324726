"""A case in transit that needs someone, and what the buyer is told."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from logistics.models.shipment import Shipment
from orders.models import Order
from relay.effects import ExternalEffect, effect_meta
from tenancy.fields import TenantKey
from tenancy.scoping import ShopOwned


class ExceptionKind(models.TextChoices):
    CUSTOMS_DELAY = "customs_delay", _("held at customs")
    ADDRESS_ISSUE = "address_issue", _("address problem")
    ATTEMPT_FAILED = "attempt_failed", _("delivery attempt failed")
    REFUSED = "refused", _("refused by the buyer")
    RETURNING = "returning", _("on its way back")
    RETURNED = "returned", _("returned")
    LOST = "lost", _("lost")
    DAMAGED = "damaged", _("damaged")
    DELAYED = "delayed", _("delayed")
    HELD_PAYMENT = "held_payment", _("held for payment")
    NO_SCAN = "no_scan", _("no pickup scan")
    STALE = "stale", _("no news")
    UPLOAD_REFUSED = "upload_refused", _("number refused by the platform")
    SUSPECT_NUMBER = "suspect_number", _("number is older than the order")
    INTERCEPT = "intercept", _("cancelled after the handover")


class CaseState(models.TextChoices):
    OPEN = "open", _("open")
    RESOLVED = "resolved", _("resolved")


class ExceptionCase(ShopOwned):
    """One open case per shipment and kind."""

    shipment = TenantKey(Shipment, models.CASCADE, related_name="cases")
    order = TenantKey(Order, models.CASCADE, related_name="cases")
    kind = models.CharField(max_length=16, choices=ExceptionKind)
    state = models.CharField(max_length=10, choices=CaseState, default=CaseState.OPEN)
    detail = models.CharField(max_length=300, blank=True)
    region_code = models.CharField(max_length=2, blank=True)
    province = models.CharField(max_length=80, blank=True)
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.CharField(max_length=120, blank=True)
    resolution = models.CharField(max_length=300, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "shipment", "kind"], condition=models.Q(state="open"), name="case_open_once"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=ExceptionKind.values), name="case_kind_known"),
            models.CheckConstraint(condition=models.Q(state__in=CaseState.values), name="case_state_known"),
        ]
        indexes = [
            models.Index(fields=["seller", "state", "-opened_at"], name="case_by_state"),
            models.Index(fields=["seller", "order"], name="case_by_order"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of shipment {self.shipment_id}"


class BuyerMessage(ExternalEffect):
    """A message to the buyer through the platform. The key names the case, so a buyer is told once."""

    order = TenantKey(Order, models.CASCADE, related_name="buyer_messages")
    case = TenantKey(ExceptionCase, models.SET_NULL, null=True, blank=True, related_name="messages")
    text = models.CharField(max_length=2000)
    conversation_id = models.CharField(max_length=60, blank=True)
    platform_message_id = models.CharField(max_length=60, blank=True)
    is_automatic = models.BooleanField(default=False)

    class Meta:
        base_manager_name = "objects"
        constraints = effect_meta("buyer_message")["constraints"]
        indexes = [
            *effect_meta("buyer_message")["indexes"],
            models.Index(fields=["seller", "order"], name="message_by_order"),
        ]
