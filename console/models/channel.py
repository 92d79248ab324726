"""Where alerts go: into the app, by mail, to the group bots of chats."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.sla_levels import Level
from tenancy.fields import SealedText
from tenancy.scoping import SellerOwned


class ChannelKind(models.TextChoices):
    APP = "app", _("In the app")
    MAIL = "mail", _("Mail")
    FEISHU = "feishu", _("Feishu")
    DINGTALK = "dingtalk", _("DingTalk")
    WECOM = "wecom", _("WeCom")
    SLACK = "slack", _("Slack")


class AlertChannel(SellerOwned):
    """One way out. The address of a bot and its signing secret are sealed: whoever has them may write to the group."""

    kind = models.CharField(max_length=10, choices=ChannelKind)
    name = models.CharField(max_length=80)
    language = models.CharField(max_length=10, default="en")
    levels = ArrayField(models.CharField(max_length=8, choices=Level), default=list)
    shop_ids = ArrayField(models.BigIntegerField(), null=True, blank=True)  # null: all, also later ones
    takes_shows = models.BooleanField(default=True, db_default=True)  # live shows whose goods are late
    user_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)  # mail: who gets it
    url = SealedText(blank=True)
    url_hint = models.CharField(max_length=80, blank=True)
    secret = SealedText(blank=True)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    last_ok_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=ChannelKind.values), name="channel_kind_known"
            ),
            models.UniqueConstraint(
                fields=["seller"], condition=models.Q(kind="app"), name="channel_app_once"
            ),
            models.CheckConstraint(
                condition=models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="channel_quiet_both",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}".strip()

    @property
    def is_mail(self) -> bool:
        return self.kind == ChannelKind.MAIL

    @property
    def is_bot(self) -> bool:
        return self.kind not in (ChannelKind.APP, ChannelKind.MAIL)

    @property
    def has_quiet_hours(self) -> bool:
        return self.quiet_from is not None and self.quiet_from != self.quiet_until

    def takes(self, *, level: str, shop_id: int) -> bool:
        """Whether alerts of this level and shop go here."""
        return level in self.levels and self._takes_shop(shop_id)

    def takes_shows_of(self, *, shop_id: int) -> bool:
        """Whether late shows of this shop go here."""
        return self.takes_shows and self._takes_shop(shop_id)

    def _takes_shop(self, shop_id: int) -> bool:
        return self.shop_ids is None or shop_id in self.shop_ids
