"""Forms around waves: a carrier's pickup."""

from django import forms
from django.utils.translation import gettext_lazy as _

from warehouse import pickup_times, selectors

DAYS = [
    (0, _("Mon")),
    (1, _("Tue")),
    (2, _("Wed")),
    (3, _("Thu")),
    (4, _("Fri")),
    (5, _("Sat")),
    (6, _("Sun")),
]


class PickupForm(forms.Form):
    """When a carrier comes to a warehouse."""

    warehouse = forms.TypedChoiceField(label=_("Warehouse"), coerce=int)
    carrier = forms.CharField(
        label=_("Carrier"),
        max_length=80,
        required=False,
        help_text=_("As orders name it, or its delivery option. Empty: it takes every parcel."),
        widget=forms.TextInput(attrs={"data-typing": ""}),
    )
    at = forms.TimeField(
        label=_("Comes at"),
        help_text=_("On the warehouse's own clock."),
        widget=forms.TimeInput(attrs={"type": "time"}),
    )
    days = forms.TypedMultipleChoiceField(
        label=_("On these days"),
        coerce=int,
        choices=DAYS,
        initial=[day for day, _name in DAYS],
        widget=forms.CheckboxSelectMultiple,
    )
    lead_minutes = forms.IntegerField(
        label=_("Parcels are packed so many minutes before"),
        min_value=0,
        max_value=pickup_times.LEAD_AT_MOST,
        initial=15,
        widget=forms.NumberInput(attrs={"data-typing": ""}),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["warehouse"].choices = selectors.warehouses().values_list("pk", "name")
