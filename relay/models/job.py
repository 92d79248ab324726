"""Long work that people start and watch: how far it is, what became of each row, the file that it made."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import ids
from tenancy.fields import TenantKey
from tenancy.scoping import SellerOwned


class JobState(models.TextChoices):
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


OPEN_JOBS = (JobState.QUEUED, JobState.RUNNING)


def _job_id() -> str:
    return ids.public_id("job")


class Job(SellerOwned):
    """One piece of long work, done in chunks. `params` is where the next chunk goes on; `asked` is what was asked for."""

    public_id = models.CharField(max_length=28, default=_job_id)
    kind = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    asked = models.JSONField(default=dict)
    params = models.JSONField(default=dict)
    total = models.PositiveIntegerField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    # The shops that whoever started it may see; null means all. The job sees no more than they do.
    shop_ids = ArrayField(models.BigIntegerField(), null=True, blank=True)
    language = models.CharField(max_length=10, default="en")
    started_by = models.ForeignKey(
        "tenancy.User", models.DO_NOTHING, related_name="+", null=True, db_index=False, db_constraint=False
    )
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    moved_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=400, blank=True)
    file = models.CharField(max_length=200, blank=True)
    file_name = models.CharField(max_length=120, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "public_id"], name="job_public_id_once"),
            models.CheckConstraint(condition=models.Q(state__in=JobState.values), name="job_state_known"),
        ]
        indexes = [
            models.Index(fields=["seller", "-created_at"], name="job_newest"),
            models.Index(
                fields=["seller", "not_before"],
                condition=models.Q(state__in=["queued", "running"]),
                name="job_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id} {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_JOBS

    @property
    def handled(self) -> int:
        """Rows that are settled, in whichever way."""
        return self.done + self.skipped + self.failed


class RowState(models.TextChoices):
    DONE = "done", _("done")
    SKIPPED = "skipped", _("skipped")
    FAILED = "failed", _("failed")


class JobRow(SellerOwned):
    """What became of one thing that a job worked on."""

    job = TenantKey(Job, models.CASCADE, related_name="rows")
    label = models.CharField(max_length=120)
    subject_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=RowState)
    message = models.CharField(max_length=400, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=RowState.values), name="job_row_state_known")
        ]
        indexes = [models.Index(fields=["seller", "job", "state", "id"], name="job_row_by_job")]

    def __str__(self) -> str:
        return f"{self.label}: {self.state}"
