"""What the reconciler found: our books beside the platform's."""

from django.db import models

from orders.models.order import PlatformStatus
from tenancy.scoping import ShopOwned


class StatusCheck(ShopOwned):
    """One status of one shop at the last comparison: how many here, how many there, and what was fetched because of it."""

    status = models.CharField(max_length=20)  # one of PlatformStatus
    ours = models.PositiveIntegerField(default=0)
    theirs = models.PositiveIntegerField(default=0)
    our_newest_at = models.DateTimeField(null=True, blank=True)
    their_newest_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField()
    # The last time that something was missing or different: it stays to be seen when the counts agree again.
    fetched = models.PositiveIntegerField(default=0)
    unreadable = models.PositiveIntegerField(default=0)
    fetched_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "shop", "status"], name="status_check_once"),
        ]

    def __str__(self) -> str:
        return f"{self.status}: {self.ours} here, {self.theirs} there"

    @property
    def words(self) -> str:
        return str(PlatformStatus(self.status).label)

    @property
    def agrees(self) -> bool:
        return self.ours == self.theirs
