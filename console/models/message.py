"""Outgoing alert messages: one row per channel (and per person, by mail) and group, before anything is sent."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from console.models.alert import Alert
from console.models.channel import AlertChannel
from relay.effects import SellerEffect, effect_meta
from tenancy.fields import TenantKey
from tenancy.scoping import ShopOwned
from warehouse.models import ShowAlert


class MessageResult(models.TextChoices):
    SENT = "sent", _("sent")
    LOGGED = "logged", _("only written to the log: mail is not set up")
    NOTHING_LEFT = "nothing_left", _("nothing left to say")


class AlertMessage(SellerEffect):
    """What it says is worked out when it leaves: an order that was shipped meanwhile is not in it."""

    channel = TenantKey(AlertChannel, models.CASCADE, related_name="messages")
    user_id = models.BigIntegerField(null=True, blank=True)  # by mail, each person has a message of their own
    is_test = models.BooleanField(default=False)
    is_kept_back = models.BooleanField(default=False)  # by quiet hours, sent when they end
    result = models.CharField(max_length=14, choices=MessageResult, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            *effect_meta("alert_message")["constraints"],
            models.CheckConstraint(
                condition=models.Q(result__in=["", *MessageResult.values]), name="alert_message_result_known"
            ),
        ]
        indexes = [
            *effect_meta("alert_message")["indexes"],
            models.Index(fields=["seller", "channel", "-created_at"], name="alert_message_newest"),
        ]


class MessagePart(ShopOwned):
    """This alert is told in this message."""

    message = TenantKey(AlertMessage, models.CASCADE, related_name="parts")
    alert = TenantKey(Alert, models.CASCADE, related_name="parts")

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["seller", "message", "alert"], name="message_part_once")
        ]
        indexes = [models.Index(fields=["seller", "alert"], name="message_part_by_alert")]

    def __str__(self) -> str:
        return f"alert {self.alert_id} in message {self.message_id}"


class ShowPart(ShopOwned):
    """This late show is told in this message."""

    message = TenantKey(AlertMessage, models.CASCADE, related_name="show_parts")
    alert = TenantKey(ShowAlert, models.CASCADE, related_name="+")

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["seller", "message", "alert"], name="show_part_once")]
        indexes = [models.Index(fields=["seller", "alert"], name="show_part_by_alert")]

    def __str__(self) -> str:
        return f"show alert {self.alert_id} in message {self.message_id}"
