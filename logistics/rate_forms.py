"""Forms of own carriers' services: limits and times, a price, an area, a file, another carrier for one parcel."""

from django import forms
from django.utils.translation import gettext_lazy as _

from logistics import rate_book
from logistics.models import EVERY_DAY, Carrier, CarrierService
from warehouse.wave_forms import DAYS

_TYPED = {"data-typing": ""}
_LIMIT = _("0: no limit.")


def _whole(label, help_text, most: int = 10_000_000) -> forms.IntegerField:
    widget = forms.NumberInput(attrs=_TYPED)
    return forms.IntegerField(
        label=label, min_value=0, max_value=most, initial=0, help_text=help_text, widget=widget
    )


class ServiceForm(forms.Form):
    """What a service takes, when it comes, how long it takes."""

    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs=_TYPED))
    currency = forms.CharField(
        label=_("Currency of its prices"), max_length=3, widget=forms.TextInput(attrs=_TYPED)
    )
    divisor = _whole(
        _("Volume divisor"),
        _("Cubic centimeters that count as one kilogram, as in the contract; 0: volume costs nothing."),
        100_000,
    )
    max_weight_g = _whole(_("Weight at most, g"), _LIMIT)
    max_side_mm = _whole(_("Longest side at most, mm"), _LIMIT, 100_000)
    max_sum_mm = _whole(_("Three sides together at most, mm"), _LIMIT, 100_000)
    cut_off_at = forms.TimeField(
        label=_("Cut-off"),
        required=False,
        help_text=_("On the warehouse's clock. A parcel packed later goes with the next pickup day."),
        widget=forms.TimeInput(attrs={"type": "time"}),
    )
    days = forms.TypedMultipleChoiceField(
        label=_("On these days"), coerce=int, choices=DAYS, widget=forms.CheckboxSelectMultiple
    )
    transit_days = _whole(_("Days to the buyer"), _("0: not known; then only the pickup counts."), 120)
    is_cod_taken = forms.BooleanField(label=_("Collects cash on delivery"), required=False, initial=True)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    @classmethod
    def of(cls, service: CarrierService) -> "ServiceForm":
        values = {name: getattr(service, name) for name in cls.base_fields}
        return cls(initial={**values, "days": [day for day in range(7) if service.days >> day & 1]})

    @classmethod
    def fresh(cls, *, currency: str) -> "ServiceForm":
        return cls(initial={"currency": currency, "days": [day for day in range(7) if EVERY_DAY >> day & 1]})

    def values(self) -> dict[str, object]:
        return {**self.cleaned_data, "days": sum(1 << day for day in self.cleaned_data["days"])}


class NewServiceForm(ServiceForm):
    """The same with the code that files name it by."""

    code = forms.CharField(
        label=_("Code"),
        max_length=30,
        help_text=_("Short, such as std; files name the service by it."),
        widget=forms.TextInput(attrs=_TYPED),
    )
    field_order = ["code"]

    def values(self) -> dict[str, object]:
        values = super().values()
        return {name: value for name, value in values.items() if name != "code"}


class RateForm(forms.Form):
    """One price."""

    zone = forms.CharField(
        label=_("Price zone"),
        max_length=rate_book.ZONE_LENGTH,
        required=False,
        help_text=_("Empty where the service has no areas."),
        widget=forms.TextInput(attrs=_TYPED),
    )
    up_to_g = forms.CharField(
        label=_("Up to, g"), max_length=9, widget=forms.TextInput(attrs={**_TYPED, "inputmode": "numeric"})
    )
    amount = forms.CharField(
        label=_("Price"), max_length=16, widget=forms.TextInput(attrs={**_TYPED, "inputmode": "decimal"})
    )


class AreaForm(forms.Form):
    """One destination and its zone."""

    zone = forms.CharField(
        label=_("Price zone"),
        max_length=rate_book.ZONE_LENGTH,
        required=False,
        help_text=_("Empty: not served."),
        widget=forms.TextInput(attrs=_TYPED),
    )
    region = forms.CharField(
        label=_("Country"),
        max_length=2,
        required=False,
        help_text=_("Two letters; empty: everywhere."),
        widget=forms.TextInput(attrs=_TYPED),
    )
    province = forms.CharField(
        label=_("Province"), max_length=80, required=False, widget=forms.TextInput(attrs=_TYPED)
    )
    postcode_from = forms.CharField(
        label=_("Postcodes from"), max_length=16, required=False, widget=forms.TextInput(attrs=_TYPED)
    )
    postcode_to = forms.CharField(
        label=_("to"),
        max_length=16,
        required=False,
        help_text=_("The first digits are enough: 50 to 55."),
        widget=forms.TextInput(attrs=_TYPED),
    )


class RateFileForm(forms.Form):
    """A csv, chosen or pasted. The dry run hands its text back, so that it need not be chosen again."""

    file = forms.FileField(
        label=_("csv file"),
        required=False,
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt"}),
    )
    text = forms.CharField(
        label=_("or its text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "class": "mono", "spellcheck": "false", **_TYPED}),
    )

    def clean_text(self) -> str:
        if not self.cleaned_data["text"].strip():
            raise forms.ValidationError(_("Choose a file, or paste its text."))
        return self.cleaned_data["text"]


class OtherCarrierForm(forms.Form):
    """Another carrier for one parcel, and why."""

    carrier = forms.ChoiceField(label=_("Carrier"))
    reason = forms.CharField(
        label=_("Why?"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={**_TYPED, "autocomplete": "off"}),
    )

    def __init__(self, *args, prices: dict[int, str], **kwargs) -> None:
        """`prices`: carrier → what it would take, in words."""
        super().__init__(*args, **kwargs)
        carriers = Carrier.objects.filter(is_active=True).order_by("name")
        self.fields["carrier"].choices = [
            (one.code, f"{one.name} · {prices[one.pk]}" if one.pk in prices else one.name)
            for one in sorted(carriers, key=lambda one: (one.pk not in prices, one.name))
        ]
