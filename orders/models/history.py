"""One time line per order: what happened, who did it, why."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order
from orders.models.package import Package
from tenancy.fields import TenantKey
from tenancy.scoping import ShopOwned


class HistoryKind(models.TextChoices):
    PLATFORM = "platform", _("platform")
    REVIEW = "review", _("review")
    DEADLINE = "deadline", _("deadline")
    STOCK = "stock", _("stock")
    FLOOR = "floor", _("floor")
    LABEL = "label", _("label")
    HANDOVER = "handover", _("handover")
    UPLOAD = "upload", _("upload")
    TRACKING = "tracking", _("tracking")
    MESSAGE = "message", _("message")
    CANCELLATION = "cancellation", _("cancellation")
    RETURN = "return", _("return")
    NOTE = "note", _("note")


class OrderHistory(ShopOwned):
    """Append-only. `text` is a message key of `orders.history.TEXTS`; `data` fills its gaps, without buyers' data."""

    order = TenantKey(Order, models.CASCADE, related_name="history")
    package = TenantKey(Package, models.CASCADE, null=True, blank=True, related_name="history")
    at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=HistoryKind)
    action = models.CharField(max_length=60)
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20, blank=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True, blank=True)
    actor_label = models.CharField(max_length=120)
    reason = models.CharField(max_length=400, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        base_manager_name = "objects"
        indexes = [models.Index(fields=["seller", "order", "at", "id"], name="history_by_order")]

    def __str__(self) -> str:
        return f"{self.action} on order {self.order_id}"
