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
    CUT = "cut", _("cut the budget first, pause when sold out")


class LowWhen(models.TextChoices):
    ANY = "any", _("any variation of the product is low")
    ALL = "all", _("every variation of the product is low")


class AdPolicy(SellerOwned):
    """One row per seller. A product resumes when available is at or above safety stock + `resume_margin_percent`."""

    mode = models.CharField(max_length=8, choices=AdMode, default=AdMode.ACT)
    step = models.CharField(max_length=8, choices=LowStockStep, default=LowStockStep.PAUSE)
    low_when = models.CharField(max_length=4, choices=LowWhen, default=LowWhen.ANY)
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
            models.CheckConstraint(condition=models.Q(low_when__in=LowWhen.values), name="ad_low_when_known"),
            models.CheckConstraint(condition=models.Q(cut_percent__range=(1, 99)), name="ad_cut_is_a_part"),
        ]

    def __str__(self) -> str:
        return self.mode

    @property
    def is_advising(self) -> bool:
        return self.mode == AdMode.ADVISE
