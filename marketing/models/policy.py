"""What a seller wants to happen to ads when stock runs low."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.scoping import SellerOwned


class AdMode(models.TextChoices):
    ACT = "act", _("act")
    ADVISE = "advise", _("advise only (dry-run)")
    OFF = "off", _("off")


class LowStockStep(models.TextChoices):
    PAUSE = "pause", _("pause, or take the product out")
    CUT = "cut", _("cut the budget first, then pause")


class AdPolicy(SellerOwned):
    """One row per seller. A SKU resumes when available is at or above safety stock + `resume_margin_percent`."""

    mode = models.CharField(max_length=8, choices=AdMode, default=AdMode.ACT)
    step = models.CharField(max_length=8, choices=LowStockStep, default=LowStockStep.PAUSE)
    cut_percent = models.PositiveSmallIntegerField(default=50)
    resume_margin_percent = models.PositiveSmallIntegerField(default=20)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=120, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller"], name="ad_policy_once"),
            models.CheckConstraint(condition=models.Q(mode__in=AdMode.values), name="ad_mode_known"),
            models.CheckConstraint(condition=models.Q(step__in=LowStockStep.values), name="ad_step_known"),
        ]

    def __str__(self) -> str:
        return self.mode
