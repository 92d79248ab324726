"""What was printed, when, by whom and why again; and how a shop wants its packing slips."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.fields import TenantKey
from tenancy.scoping import SellerOwned, ShopOwned
from warehouse.models.wave import Wave


class PaperKind(models.TextChoices):
    PICK_LIST = "pick_list", _("pick list")
    WALL_SHEET = "wall_sheet", _("put-wall sheet")
    SLIP = "slip", _("packing slip")
    PARCEL_LABEL = "parcel_label", _("parcel label")
    BIN_LABEL = "bin_label", _("bin label")
    COUNT_SHEET = "count_sheet", _("count sheet")
    TRANSFER = "transfer", _("transfer list")


class PaperSize(models.TextChoices):
    LABEL = "label", _("100 × 150 mm")
    A4 = "a4", _("A4")


class SlipLanguage(models.TextChoices):
    """Languages that slips are printed in, each named by itself."""

    EN = "en", "English"
    ZH = "zh", "中文"
    TH = "th", "ไทย"
    VI = "vi", "Tiếng Việt"
    ES = "es", "Español"
    ID = "id", "Bahasa Indonesia"


class PaperPrint(SellerOwned):
    """One print of one thing's paper: a pick list, a package, a bin, a count. `times` 1 is the first."""

    kind = models.CharField(max_length=12, choices=PaperKind)
    subject_id = models.BigIntegerField()
    label = models.CharField(max_length=60)
    wave = TenantKey(Wave, models.CASCADE, null=True, blank=True, related_name="prints")
    times = models.PositiveIntegerField()
    reason = models.CharField(max_length=200, blank=True)
    printed_at = models.DateTimeField()
    by_label = models.CharField(max_length=120)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "kind", "subject_id", "times"], name="paper_print_once"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=PaperKind.values), name="paper_kind_known"),
            models.CheckConstraint(
                condition=models.Q(times=1) | ~models.Q(reason=""), name="paper_again_has_reason"
            ),
        ]
        indexes = [
            models.Index(
                fields=["seller", "wave"], condition=models.Q(wave__isnull=False), name="paper_print_by_wave"
            ),
            models.Index(fields=["seller", "-printed_at"], name="paper_print_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.label}"


class SlipTerms(ShopOwned):
    """How a shop's packing slips look. No language: the one of the shop's region."""

    language = models.CharField(max_length=2, choices=SlipLanguage, blank=True)
    note = models.CharField(max_length=300, blank=True)
    logo = models.CharField(max_length=200, blank=True)  # its file, relative to MEDIA_ROOT

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "shop"], name="slip_terms_once"),
            models.CheckConstraint(
                condition=models.Q(language__in=["", *SlipLanguage.values]), name="slip_language_known"
            ),
        ]

    def __str__(self) -> str:
        return f"slips of shop {self.shop_id}"
