"""What a buyer sends back or wants money for, line by line, and what we decided."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Sku
from core import ids
from orders.models.order import Order, OrderLine
from relay.effects import ExternalEffect, effect_meta
from tenancy.fields import TenantKey
from tenancy.scoping import ShopOwned


class ReturnKind(models.TextChoices):
    REFUND = "refund", _("refund only")
    RETURN_AND_REFUND = "return_and_refund", _("return and refund")
    REPLACEMENT = "replacement", _("replacement")
    EXCHANGE = "exchange", _("exchange")
    OTHER = "other", _("other")


class ReturnStage(models.TextChoices):
    TO_DECIDE = "to_decide", _("to decide")
    ON_ITS_WAY = "on_its_way", _("on its way back")
    TO_INSPECT = "to_inspect", _("to inspect")
    TO_SETTLE = "to_settle", _("to settle")
    DONE = "done", _("done")


class RefundState(models.TextChoices):
    NONE = "none", _("no refund yet")
    AGREED = "agreed", _("refund agreed")
    REFUNDED = "refunded", _("refunded")
    REFUSED = "refused", _("refused")


def _return_id() -> str:
    return ids.public_id("ret")


class ReturnCase(ShopOwned):
    """One return or refund as the platform tells it (`platform_status`), and how far it is here (`stage`)."""

    public_id = models.CharField(max_length=28, default=_return_id)
    order = TenantKey(Order, models.CASCADE, related_name="returns")
    return_id = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, choices=ReturnKind)
    stage = models.CharField(max_length=12, choices=ReturnStage)
    refund_state = models.CharField(max_length=10, choices=RefundState, default=RefundState.NONE)
    platform_status = models.CharField(max_length=60)
    arbitration = models.CharField(max_length=30, blank=True)
    wanted_answer = models.CharField(max_length=20, blank=True)  # refund | return | receive | replacement
    respond_by = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    tracking_number = models.CharField(max_length=60, blank=True)
    carrier_name = models.CharField(max_length=80, blank=True)
    refund_amount = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    currency = models.CharField(max_length=3, blank=True)
    asked_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    received_by = models.CharField(max_length=120, blank=True)
    inspected_at = models.DateTimeField(null=True, blank=True)
    inspected_by = models.CharField(max_length=120, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "shop", "return_id"], name="return_once"),
            models.UniqueConstraint(fields=["seller", "public_id"], name="return_public_id_once"),
            models.CheckConstraint(condition=models.Q(kind__in=ReturnKind.values), name="return_kind_known"),
            models.CheckConstraint(
                condition=models.Q(stage__in=ReturnStage.values), name="return_stage_known"
            ),
            models.CheckConstraint(
                condition=models.Q(refund_state__in=RefundState.values), name="return_refund_known"
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "order"], name="return_by_order"),
            models.Index(fields=["seller", "stage", "respond_by", "id"], name="return_by_stage"),
            models.Index(
                fields=["seller", "tracking_number"],
                condition=~models.Q(tracking_number=""),
                name="return_by_number",
            ),
        ]

    def __str__(self) -> str:
        return self.return_id


class ReturnLine(ShopOwned):
    """Units of one order line that are said to come back, and what they turned out to be."""

    case = TenantKey(ReturnCase, models.CASCADE, related_name="lines")
    order_line = TenantKey(OrderLine, models.CASCADE, related_name="+")
    sku = TenantKey(Sku, models.PROTECT, null=True, blank=True, related_name="+")
    quantity = models.PositiveIntegerField()
    restocked = models.PositiveIntegerField(default=0)
    damaged = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "case", "order_line", "sku"],
                name="return_line_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(
                    quantity__gte=models.F("restocked")
                    + models.F("damaged")
                    + models.F("wrong")
                    + models.F("missing")
                ),
                name="return_line_verdicts_fit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of line {self.order_line_id}"

    @property
    def left(self) -> int:
        """Units that nobody has looked at yet."""
        return self.quantity - self.restocked - self.damaged - self.wrong - self.missing


class ReturnAct(models.TextChoices):
    APPROVE = "approve", _("approve")
    REJECT = "reject", _("reject")


class ReturnAnswer(ExternalEffect):
    """What a person decided about a return, on its way to the platform."""

    case = TenantKey(ReturnCase, models.CASCADE, related_name="answers")
    act = models.CharField(max_length=10, choices=ReturnAct)
    wanted_answer = models.CharField(max_length=20)
    reason = models.CharField(max_length=120, blank=True)
    comment = models.CharField(max_length=300, blank=True)
    by_label = models.CharField(max_length=120)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            *effect_meta("return_answer")["constraints"],
            models.CheckConstraint(
                condition=models.Q(act__in=ReturnAct.values), name="return_answer_act_known"
            ),
        ]
        indexes = [
            *effect_meta("return_answer")["indexes"],
            models.Index(fields=["seller", "case"], name="return_answer_by_case"),
        ]
