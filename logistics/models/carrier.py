"""Carriers, their number formats and blocks, and the shop's policy for labels and uploads."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.fields import TenantKey
from tenancy.scoping import SellerOwned, ShopOwned


class Carrier(SellerOwned):
    """A carrier of this seller. `code` is ours; ids on other systems are mapped here, never by name at run time."""

    code = models.CharField(max_length=30)
    name = models.CharField(max_length=80)
    tracking_key = models.CharField(
        max_length=20, blank=True
    )  # the tracking provider's key, empty for auto-detection
    platform_provider_ids = models.JSONField(
        default=dict
    )  # {shop region or "*": platform shipping provider id}
    number_patterns = models.JSONField(
        default=list
    )  # editable shapes for carriers without a published check digit
    is_bad_number_refused = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller", "code"], name="carrier_code_once")]

    def __str__(self) -> str:
        return self.name


class NumberBlock(SellerOwned):
    """Numbers that a carrier gave us in advance: prefix + serial (+ check digit by the carrier's format) + suffix."""

    carrier = TenantKey(Carrier, models.CASCADE, related_name="number_blocks")
    prefix = models.CharField(max_length=20, blank=True)
    suffix = models.CharField(max_length=10, blank=True)
    digits = models.PositiveSmallIntegerField()
    next_serial = models.BigIntegerField()
    last_serial = models.BigIntegerField()
    check_rule = models.CharField(max_length=10, blank=True)  # "" | s10 | mod10 | mod7
    is_active = models.BooleanField(default=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(next_serial__lte=models.F("last_serial") + 1), name="number_block_within"
            )
        ]

    def __str__(self) -> str:
        return f"{self.prefix}… {self.carrier_id}"


class UploadMoment(models.TextChoices):
    AFTER_PICKUP = "after_pickup", _("after the carrier's pickup scan")
    AT_HANDOVER = "at_handover", _("at handover")
    AT_LABEL = "at_label", _("when the label is made")


class ShippingPolicy(ShopOwned):
    """When numbers go to the platform. Near the deadline the guard uploads a handed-over parcel's number without waiting."""

    upload_moment = models.CharField(max_length=14, choices=UploadMoment, default=UploadMoment.AFTER_PICKUP)
    guard_hours = models.PositiveSmallIntegerField(default=4)
    default_carrier = TenantKey(Carrier, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "shop"], name="shipping_policy_once"),
            models.CheckConstraint(
                condition=models.Q(upload_moment__in=UploadMoment.values), name="upload_moment_known"
            ),
        ]

    def __str__(self) -> str:
        return f"shipping policy of shop {self.shop_id}"
