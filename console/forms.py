"""Forms of the alert channels. Choices over rows are set in __init__, inside the scope."""

from datetime import datetime

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from console import alert_people
from console.alert_channels import ChannelTerms
from console.models import AlertChannel, ChannelKind
from integrations.group_bots.client import CHATS
from orders.sla_levels import Level
from tenancy.models import Seller, Shop


class LevelsForm(forms.Form):
    """Which levels appear in the app."""

    levels = forms.MultipleChoiceField(
        label=_("Alert levels"), choices=Level.choices, required=False, widget=forms.CheckboxSelectMultiple
    )


class ChannelForm(forms.Form):
    """Terms of one channel; fields that its kind has no use for are taken out."""

    name = forms.CharField(label=_("Name"), max_length=80)
    url = forms.CharField(
        label=_("Webhook address of the group's bot"),
        required=False,
        max_length=600,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "data-typing": ""}),
    )
    secret = forms.CharField(
        label=_("Signing secret"),
        help_text=_("Only when the bot's security setting is the signature."),
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "data-typing": ""}),
    )
    people = forms.TypedMultipleChoiceField(
        label=_("Who gets it"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    language = forms.ChoiceField(label=_("Language of the messages"), choices=settings.LANGUAGES)
    levels = forms.MultipleChoiceField(
        label=_("Alert levels"),
        choices=Level.choices,
        initial=Level.values,
        widget=forms.CheckboxSelectMultiple,
    )
    takes_shows = forms.BooleanField(
        label=_("Live shows whose goods are not in place"), required=False, initial=True
    )
    shops = forms.TypedMultipleChoiceField(
        label=_("Only these shops"),
        help_text=_("Tick none for all shops, also those that come later."),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    quiet_from = forms.TimeField(
        label=_("Quiet from"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    quiet_until = forms.TimeField(
        label=_("Quiet until"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    is_active = forms.BooleanField(label=_("Switched on"), required=False, initial=True)

    def __init__(self, *args, kind: str, seller: Seller, now: datetime, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shops"].choices = list(Shop.objects.order_by("name").values_list("pk", "name"))
        if kind == ChannelKind.MAIL:
            self._drop("url", "secret", "language")
            people = alert_people.people(seller=seller, now=now)
            self.fields["people"].choices = [
                (pk, f"{person.user} · {person.user.email}") for pk, person in people.items()
            ]
        else:
            self._drop("people")
            if not CHATS[kind].can_sign:
                self._drop("secret")

    def _drop(self, *names: str) -> None:
        for name in names:
            del self.fields[name]

    @property
    def terms(self) -> ChannelTerms:
        given = self.cleaned_data
        return ChannelTerms(
            name=given["name"],
            levels=given["levels"],
            shop_ids=given["shops"] or None,
            takes_shows=given["takes_shows"],
            user_ids=given.get("people", []),
            language=given.get("language", "en"),
            url=given.get("url", "").strip(),
            secret=given.get("secret", "").strip(),
            quiet_from=given["quiet_from"],
            quiet_until=given["quiet_until"],
            is_active=given["is_active"],
        )


def initial_of(channel: AlertChannel) -> dict[str, object]:
    """A channel's terms for its form; addresses and secrets are never shown again."""
    return {
        "name": channel.name,
        "people": channel.user_ids,
        "language": channel.language,
        "levels": channel.levels,
        "shops": channel.shop_ids or [],
        "takes_shows": channel.takes_shows,
        "quiet_from": channel.quiet_from,
        "quiet_until": channel.quiet_until,
        "is_active": channel.is_active,
    }
