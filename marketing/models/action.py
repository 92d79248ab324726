"""What was decided about an ad and why, and the write that carries it out."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import ids
from marketing.models.campaign import AdVehicle
from relay.effects import SellerEffect, effect_meta
from tenancy.fields import TenantKey
from tenancy.scoping import SellerOwned


class AdAction(SellerEffect):
    """One change of one vehicle. It reads before it writes, so that a person's change is never undone.

    Products are added and taken away, never set as a whole: what a person put into the list meanwhile stays.
    """

    vehicle = TenantKey(AdVehicle, models.CASCADE, related_name="actions")
    switch = models.CharField(max_length=8, blank=True)  # "" | enable | disable
    add_products = ArrayField(models.CharField(max_length=40), default=list)
    remove_products = ArrayField(models.CharField(max_length=40), default=list)
    wanted_budget = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    expected_budget = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            *effect_meta("ad_action")["constraints"],
            models.CheckConstraint(
                condition=models.Q(switch__in=["", "enable", "disable"]), name="ad_action_switch_known"
            ),
        ]
        indexes = [
            *effect_meta("ad_action")["indexes"],
            models.Index(fields=["seller", "vehicle"], name="action_by_vehicle"),
        ]


class DecisionKind(models.TextChoices):
    PAUSE = "pause", _("pause")
    REMOVE_PRODUCT = "remove_product", _("take the product out")
    CUT_BUDGET = "cut_budget", _("cut the budget")
    RESUME = "resume", _("resume")
    RESTORE_PRODUCT = "restore_product", _("put the product back")
    RESTORE_BUDGET = "restore_budget", _("restore the budget")
    ALERT = "alert", _("tell a person")


HOLDING_KINDS = (DecisionKind.PAUSE, DecisionKind.REMOVE_PRODUCT, DecisionKind.CUT_BUDGET)


class DecisionState(models.TextChoices):
    ADVISED = "advised", _("advised only")
    PENDING = "pending", _("on its way")
    IN_FORCE = "in_force", _("in force")
    ENDED = "ended", _("ended")
    FAILED = "failed", _("failed")
    UNDONE = "undone", _("undone by a person")
    SUPERSEDED = "superseded", _("a person changed the ad")


def _decision_id() -> str:
    return ids.public_id("adx")


class AdDecision(SellerOwned):
    """One decision about one product on one vehicle.

    A holding decision (pause, product out, budget cut) that is pending or in force owns what it took away, and only
    that is given back. One that a person undid or overrode stays unended until the stock has recovered: until then
    the rules leave this product on this vehicle alone.
    """

    public_id = models.CharField(max_length=28, default=_decision_id)
    vehicle = TenantKey(AdVehicle, models.CASCADE, related_name="decisions")
    platform_product_id = models.CharField(max_length=40)
    product_title = models.CharField(max_length=255, blank=True)
    kind = models.CharField(max_length=16, choices=DecisionKind)
    state = models.CharField(max_length=12, choices=DecisionState)
    reason_code = models.CharField(max_length=30)
    facts = models.JSONField(
        default=dict
    )  # seller_sku, available, safety_stock, resume_line when it was decided
    saved = models.JSONField(default=dict)  # what was there before: is_enabled, products, budget
    answers = TenantKey("self", models.SET_NULL, null=True, blank=True, related_name="answered_by")
    action = TenantKey(AdAction, models.SET_NULL, null=True, blank=True, related_name="decisions")
    decided_at = models.DateTimeField()
    by_label = models.CharField(max_length=120)
    is_automatic = models.BooleanField(default=True)
    carried_out_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "public_id"], name="decision_public_id_once"),
            models.UniqueConstraint(
                fields=["seller", "vehicle", "platform_product_id"],
                condition=models.Q(kind__in=HOLDING_KINDS, state__in=["pending", "in_force"]),
                name="decision_holding_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=DecisionKind.values), name="decision_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=DecisionState.values), name="decision_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "-decided_at"], name="decision_newest"),
            models.Index(fields=["seller", "vehicle", "platform_product_id"], name="decision_by_vehicle"),
            models.Index(fields=["seller", "action"], name="decision_by_action"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} vehicle {self.vehicle_id}"
