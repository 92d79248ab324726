"""What was decided about an ad and why, and the write that carries it out."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Listing
from marketing.models.campaign import AdVehicle
from relay.effects import SellerEffect, effect_meta
from tenancy.fields import TenantKey
from tenancy.scoping import SellerOwned


class DecisionKind(models.TextChoices):
    PAUSE = "pause", _("pause")
    REMOVE_PRODUCT = "remove_product", _("take the product out")
    CUT_BUDGET = "cut_budget", _("cut the budget")
    RESUME = "resume", _("resume")
    RESTORE_PRODUCT = "restore_product", _("put the product back")
    RESTORE_BUDGET = "restore_budget", _("restore the budget")
    ALERT = "alert", _("tell a person")


class DecisionState(models.TextChoices):
    ADVISED = "advised", _("advised only")
    PENDING = "pending", _("on its way")
    IN_FORCE = "in_force", _("in force")
    ENDED = "ended", _("ended")
    FAILED = "failed", _("failed")
    UNDONE = "undone", _("undone by a person")
    SUPERSEDED = "superseded", _("a person changed the ad since")


class AdDecision(SellerOwned):
    """One decision about one vehicle because of one listing. While a holding decision is in force, it owns the pause."""

    vehicle = TenantKey(AdVehicle, models.CASCADE, related_name="decisions")
    listing = TenantKey(Listing, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=16, choices=DecisionKind)
    state = models.CharField(max_length=12, choices=DecisionState)
    reason = models.CharField(max_length=300)
    facts = models.JSONField(default=dict)  # available, safety stock, resume line at the moment of deciding
    saved = models.JSONField(default=dict)  # what was there before: is_enabled, product ids, budget
    answers = TenantKey("self", models.SET_NULL, null=True, blank=True, related_name="answered_by")
    decided_at = models.DateTimeField()
    by_label = models.CharField(max_length=120)
    is_automatic = models.BooleanField(default=True)
    carried_out_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "vehicle", "listing"],
                condition=models.Q(
                    kind__in=["pause", "remove_product", "cut_budget"], state__in=["pending", "in_force"]
                ),
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
            models.Index(fields=["seller", "vehicle"], name="decision_by_vehicle"),
            models.Index(fields=["seller", "listing"], name="decision_by_listing"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} vehicle {self.vehicle_id}"


class AdAction(SellerEffect):
    """The write that carries out one decision. Before it writes it reads, so that a person's change is never undone."""

    decision = TenantKey(AdDecision, models.CASCADE, related_name="actions")
    vehicle = TenantKey(AdVehicle, models.CASCADE, related_name="+")
    verb = models.CharField(max_length=16)  # enable | disable | set_products | set_budget
    expected = models.JSONField(default=dict)
    wanted_products = ArrayField(models.CharField(max_length=40), default=list)
    wanted_budget = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = effect_meta("ad_action")["constraints"]
        indexes = [
            *effect_meta("ad_action")["indexes"],
            models.Index(fields=["seller", "decision"], name="action_by_decision"),
        ]
