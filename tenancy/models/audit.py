"""Who changed a setting or used a power: append-only."""

from django.db import models

from tenancy.scoping import SellerOwned


class AuditEntry(SellerOwned):
    """One act by a person, a key or the program itself, with its reason."""

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=120)
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=60)
    reason = models.CharField(max_length=400, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        base_manager_name = "objects"
        indexes = [models.Index(fields=["seller", "-at"], name="audit_newest")]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} {self.subject_id}"
