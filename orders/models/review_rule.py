"""What a seller asks of orders before they ship: the rules, the block list, and what is usual."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Sku
from orders.models.hold import HoldReason
from tenancy.fields import TenantKey, TenantOneToOne
from tenancy.scoping import SellerOwned


class RuleMode(models.TextChoices):
    OFF = "off", _("off")
    WARN = "warn", _("warn")
    HOLD = "hold", _("hold")


class ReviewRule(SellerOwned):
    """One rule as somebody set it: for all shops of the seller, or for one of them. What nobody set is as shipped."""

    shop = TenantKey("tenancy.Shop", models.CASCADE, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=20, choices=HoldReason)
    mode = models.CharField(max_length=4, choices=RuleMode)
    threshold = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    window_hours = models.PositiveIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)  # of a threshold that is money
    changed_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "shop", "reason"], name="review_rule_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(reason__in=HoldReason.values), name="review_rule_reason_known"
            ),
            models.CheckConstraint(
                condition=models.Q(mode__in=RuleMode.values), name="review_rule_mode_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason}: {self.mode}"


class ReviewStamp(SellerOwned):
    """Another stamp means other rules: who remembers them asks for this row alone."""

    stamp = models.CharField(max_length=32)

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller"], name="review_stamp_once")]

    def __str__(self) -> str:
        return self.stamp


class BlockKind(models.TextChoices):
    BUYER = "buyer", _("buyer")
    PHONE = "phone", _("phone")
    ADDRESS = "address", _("address")
    POSTAL_CODE = "postal_code", _("postal code")


class BlockEntry(SellerOwned):
    """Somebody who gets nothing without a person's word. Of phones and addresses only a keyed digest is kept."""

    kind = models.CharField(max_length=12, choices=BlockKind)
    digest = models.CharField(max_length=32)
    hint = models.CharField(max_length=80)  # enough to tell entries apart, not to find a person
    note = models.CharField(max_length=300, blank=True)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=120)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "kind", "digest"], name="block_entry_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=BlockKind.values), name="block_entry_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.hint}"


class UsualQuantity(SellerOwned):
    """How many units of a SKU 95 of 100 orders ask for at most, learned from the last 30 days."""

    sku = TenantOneToOne(Sku, models.CASCADE, related_name="usual_quantity")
    units = models.PositiveIntegerField()
    orders = models.PositiveIntegerField()
    learned_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller", "sku"], name="usual_quantity_once")]

    def __str__(self) -> str:
        return f"{self.sku_id}: {self.units}"
