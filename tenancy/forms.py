"""Forms of the settings pages. Choices over rows are set in __init__, inside the scope."""

from datetime import datetime, time
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from tenancy import keys, regions
from tenancy.models import Role, Shop, ShopColor


def _shop_choices() -> list[tuple[int, str]]:
    return list(Shop.objects.order_by("name").values_list("pk", "name"))


class ShopLimitForm(forms.Form):
    """Base of forms that may limit somebody to some shops: none ticked means all of them."""

    shops = forms.TypedMultipleChoiceField(
        label=_("Only these shops"),
        help_text=_("Tick none for all shops, also those that come later."),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shops"].choices = _shop_choices()

    @property
    def shop_ids(self) -> list[int] | None:
        return self.cleaned_data["shops"] or None


class InviteForm(ShopLimitForm):
    email = forms.EmailField(label=_("Mail address"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.ORDER_CLERK)
    field_order = ("email", "role", "shops")


class MemberForm(ShopLimitForm):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    field_order = ("role", "shops")


class GrantForm(ShopLimitForm):
    agency = forms.CharField(label=_("Code of the agency"), max_length=40)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.MANAGER)
    until_on = forms.DateField(
        label=_("Last day"),
        help_text=_("Leave it empty for no end."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    field_order = ("agency", "role", "until_on", "shops")

    def until_at(self, *, zone: str) -> datetime | None:
        """The end of the last day on the seller's wall clock."""
        on = self.cleaned_data["until_on"]
        return datetime.combine(on, time.max, tzinfo=ZoneInfo(zone)) if on else None


class KeyForm(ShopLimitForm):
    name = forms.CharField(label=_("What is it for?"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=[(scope, scope) for scope in keys.SCOPES],
        initial=keys.SCOPES,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("name", "scopes", "shops")


class AddShopForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    region = forms.ChoiceField(
        label=_("Market"), choices=[(region.code, region.name) for region in regions.REGIONS.values()]
    )


class ShopForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    color = forms.ChoiceField(
        label=_("Color"), choices=ShopColor.choices, help_text=_("Marks the shop in every list.")
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[(zone, zone) for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC"],
    )
    promise_hours = forms.IntegerField(
        label=_("Promise, in hours"),
        help_text=_("From the order to the carrier's scan; shown beside the platform's own deadline."),
        min_value=1,
        max_value=720,
    )
    peak_promise_hours = forms.IntegerField(
        label=_("Promise in peak time, in hours"), min_value=1, max_value=720
    )
    peak_from_on = forms.DateField(
        label=_("Peak from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    peak_until_on = forms.DateField(
        label=_("Peak until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
