"""What people pin to an order: a flag, tags, and how much was written down about it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order
from tenancy.fields import TenantKey, TenantOneToOne
from tenancy.scoping import SellerOwned, ShopOwned


class Flag(models.TextChoices):
    RED = "red", _("red flag")
    ORANGE = "orange", _("orange flag")
    GREEN = "green", _("green flag")
    BLUE = "blue", _("blue flag")


class OrderMark(ShopOwned):
    """One row per order that has a flag or notes; the notes themselves stand in its time line."""

    order = TenantOneToOne(Order, models.CASCADE, related_name="mark")
    flag = models.CharField(max_length=10, choices=Flag, blank=True)
    flagged_by = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=400, blank=True)  # the newest
    note_count = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "order"], name="order_mark_once"),
            models.CheckConstraint(
                condition=models.Q(flag__in=["", *Flag.values]), name="order_mark_flag_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["seller", "flag", "order"], condition=~models.Q(flag=""), name="order_mark_flag"
            ),
            models.Index(
                fields=["seller", "order"], condition=models.Q(note_count__gt=0), name="order_mark_noted"
            ),
        ]

    def __str__(self) -> str:
        return f"mark of order {self.order_id}"


class Tag(SellerOwned):
    """A word that the seller's people put on orders."""

    name = models.CharField(max_length=40)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=120)

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller", "name"], name="tag_once")]

    def __str__(self) -> str:
        return self.name


class OrderTag(ShopOwned):
    """A tag on an order."""

    order = TenantKey(Order, models.CASCADE, related_name="order_tags")
    tag = TenantKey(Tag, models.CASCADE, related_name="order_tags")

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller", "order", "tag"], name="order_tag_once")]
        indexes = [models.Index(fields=["seller", "tag", "order"], name="order_tag_by_tag")]

    def __str__(self) -> str:
        return f"tag {self.tag_id} on order {self.order_id}"
