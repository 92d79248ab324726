"""What intake still has to fetch, and how far it has come."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.scoping import ShopOwned


class PollCursor(ShopOwned):
    """Up to where one kind of thing has been read from one shop. The next run starts a little earlier on purpose."""

    kind = models.CharField(max_length=20)  # orders | cancellations | listings
    watermark_at = models.DateTimeField(null=True, blank=True)
    page_token = models.CharField(max_length=400, blank=True)
    walk_from_at = models.DateTimeField(null=True, blank=True)
    last_started_at = models.DateTimeField(null=True, blank=True)
    last_finished_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    locked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller", "shop", "kind"], name="cursor_once")]

    def __str__(self) -> str:
        return f"{self.kind} of shop {self.shop_id}"


class OrderPull(ShopOwned):
    """An order that a webhook hinted at: one row however many hints, until a pull newer than the hint has been stored."""

    platform_order_id = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    not_before = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "shop", "platform_order_id"], name="pull_once")
        ]
        indexes = [models.Index(fields=["seller", "not_before"], name="pull_due")]

    def __str__(self) -> str:
        return f"pull {self.platform_order_id}"


class ImportState(models.TextChoices):
    DONE = "done", _("taken in")
    PARTIAL = "partial", _("taken in, with rows left out")
    REFUSED = "refused", _("refused")


class OrderImport(ShopOwned):
    """One Seller Center file that was given to us, and what became of each of its rows."""

    filename = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    by_label = models.CharField(max_length=120)
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ImportState)
    row_count = models.PositiveIntegerField(default=0)
    order_count = models.PositiveIntegerField(default=0)
    new_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)  # [{"row", "column", "order_id", "message"}]
    problem_count = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=ImportState.values), name="import_state_known"
            )
        ]
        indexes = [models.Index(fields=["seller", "-at"], name="import_newest")]

    def __str__(self) -> str:
        return self.filename
