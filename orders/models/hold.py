"""Why an order is stopped."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order
from tenancy.fields import TenantKey
from tenancy.scoping import ShopOwned


class HoldReason(models.TextChoices):
    PLATFORM_HOLD = "platform_hold", _("first hour: the platform holds it")
    UNPAID = "unpaid", _("not paid yet")
    CANCEL_REQUESTED = "cancel_requested", _("buyer asks to cancel")
    ADDRESS_MISSING = "address_missing", _("address is incomplete")
    ADDRESS_MASKED = "address_masked", _("address is hidden and we must ship it ourselves")
    ADDRESS_INVALID = "address_invalid", _("address does not fit")
    UNMAPPED_SKU = "unmapped_sku", _("listing without a SKU")
    OUT_OF_STOCK = "out_of_stock", _("not enough stock")
    MANUAL = "manual", _("held by a person")
    ADDRESS_DOUBTFUL = "address_doubtful", _("address looks odd")
    SKU_INACTIVE = "sku_inactive", _("SKU is not in use")
    FIRST_HOUR = "first_hour", _("our own wait after the payment")
    BUYER_NOTE = "buyer_note", _("note from the buyer")
    HIGH_VALUE = "high_value", _("value over the limit")
    MANY_TO_ADDRESS = "many_to_address", _("many orders to one address")
    BLOCKED = "blocked", _("on the block list")
    WRONG_WAREHOUSE = "wrong_warehouse", _("warehouse is not ours")
    LARGE_QUANTITY = "large_quantity", _("far more than usual")


class OrderHold(ShopOwned):
    """One reason. An order leaves the hold when its last open reason is lifted."""

    order = TenantKey(Order, models.CASCADE, related_name="holds")
    reason = models.CharField(max_length=20, choices=HoldReason)
    detail = models.CharField(max_length=300, blank=True)
    raised_at = models.DateTimeField()
    raised_by = models.CharField(max_length=120)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=120, blank=True)
    lift_note = models.CharField(max_length=300, blank=True)
    is_waived = models.BooleanField(
        default=False
    )  # a person decided that this reason shall not stop this order again

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "order", "reason"],
                condition=models.Q(lifted_at__isnull=True),
                name="hold_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(reason__in=HoldReason.values), name="hold_reason_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["seller", "reason", "shop"],
                condition=models.Q(lifted_at__isnull=True),
                name="hold_open_by_reason",
            ),
            models.Index(fields=["seller", "order"], name="hold_by_order"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} on order {self.order_id}"
