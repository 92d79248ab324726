"""How people look at the queue: views that they saved, and the columns that each of them chose."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tenancy.scoping import SellerOwned


class SavedView(SellerOwned):
    """Filters under a name, as the address has them. Its owner may change it; a shared one is shown to the team."""

    owner = models.ForeignKey(
        "tenancy.User", models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    owner_label = models.CharField(max_length=120)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=4000, blank=True)
    # Empty: whoever opens it sees their own columns.
    columns = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "owner", "name"], name="saved_view_once"),
        ]

    def __str__(self) -> str:
        return self.name


class QueueLayout(SellerOwned):
    """The columns that one person chose, in their order."""

    user = models.ForeignKey(
        "tenancy.User", models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    columns = ArrayField(models.CharField(max_length=20))
    changed_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller", "user"], name="queue_layout_once")]

    def __str__(self) -> str:
        return f"columns of user {self.user_id}"
