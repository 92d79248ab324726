"""What a seller adds to the shipped rulebook: versions of rules, notices, terms of shops, what was changed, alarms.

Nothing here is overwritten: an edit is a new version, an undo marks one; `RuleChange` keeps who, when, before and after.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order
from tenancy.fields import TenantKey
from tenancy.scoping import SellerOwned, ShopOwned


class NoticeEffect(models.TextChoices):
    NOT_WORKED = "not_worked", _("these days are not worked")
    EXEMPT = "exempt", _("clocks stand still on these days")
    EXTEND = "extend", _("orders of these days get more time")


class ChangeKind(models.TextChoices):
    RULE = "rule", _("rule")
    NOTICE = "notice", _("notice")
    PROMISE = "promise", _("promise")
    PLACE = "place", _("place of the shop")


class RuleVersion(SellerOwned):
    """A seller's own version of one rule, in force for orders from `valid_from` on. The newest that is not undone wins."""

    key = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    valid_from = models.DateField()
    # All fields of the rule, as in the shipped data files.
    record = models.JSONField()
    created_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "key", "version"], name="rule_version_once"),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="rule_version_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"


class CalendarNotice(SellerOwned):
    """What a market announced for some days: typed in by staff, with where it stands."""

    region = models.CharField(max_length=2)
    sub_region = models.CharField(max_length=20, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    effect = models.CharField(max_length=10, choices=NoticeEffect)
    extra_days = models.PositiveSmallIntegerField(default=0)
    words = models.CharField(max_length=200)
    source_url = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=120)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(effect__in=NoticeEffect.values), name="notice_effect_known"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="notice_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["seller", "region", "starts_on"], name="notice_by_region")]

    def __str__(self) -> str:
        return f"{self.region} {self.starts_on} {self.words}"


class ShopTerms(ShopOwned):
    """Where in its region a shop works, and when the rules that its orders are counted by last changed."""

    sub_region = models.CharField(max_length=20, blank=True)
    rules_changed_at = models.DateTimeField()
    # Until when beginnings of exemptions have been looked for.
    pauses_seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller", "shop"], name="shop_terms_once")]

    def __str__(self) -> str:
        return f"terms of shop {self.shop_id}"


class RuleChange(SellerOwned):
    """One change of the rulebook: who, when, why, before and after, and the work that it set off."""

    kind = models.CharField(max_length=10, choices=ChangeKind)
    subject = models.CharField(max_length=60)  # the rule's key, the notice's number, the shop's slug
    region = models.CharField(max_length=2, blank=True)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=120)
    reason = models.CharField(max_length=400, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    effective_on = models.DateField(null=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=120, blank=True)
    undo_of_id = models.BigIntegerField(null=True, blank=True)
    job_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=ChangeKind.values), name="rule_change_kind_known"
            )
        ]
        indexes = [models.Index(fields=["seller", "-at"], name="rule_change_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} at {self.at:%Y-%m-%d %H:%M}"


class DriftAlarm(ShopOwned):
    """The platform's times differ from one version of one rule: how many orders, and the newest of them."""

    rule_key = models.CharField(max_length=60)
    rule_version = models.PositiveIntegerField()
    metric = models.CharField(max_length=20)
    order_type = models.CharField(max_length=20)
    order_count = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    newest_order = TenantKey(Order, models.CASCADE, related_name="+")
    platform_due_at = models.DateTimeField()
    rule_due_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.CharField(max_length=120, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "shop", "rule_key", "rule_version", "order_type"], name="drift_alarm_once"
            )
        ]
        indexes = [
            models.Index(fields=["seller", "newest_order"], name="drift_alarm_by_order"),
            models.Index(
                fields=["seller", "-last_at"],
                condition=models.Q(seen_at__isnull=True),
                name="drift_alarm_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_key} {self.order_type}: {self.order_count}"
