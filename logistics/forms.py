"""What people type about carriers, numbers and policies. Choice fields set their rows when a form is made, inside the scope."""

import json
import re

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from logistics.models import Carrier, ShippingPolicy, UploadMoment
from logistics.number_blocks import CHECK_RULES

CHECK_WORDS = {
    "": gettext_lazy("none"),
    "s10": gettext_lazy("postal (S10)"),
    "mod10": gettext_lazy("mod 10 (3-1 from the right)"),
    "mod7": gettext_lazy("mod 7"),
}


class CarrierChoice(forms.Form):
    """A form that lets choose among the carriers in use."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["carrier"].queryset = Carrier.objects.filter(is_active=True).order_by("name")


class NumberForm(CarrierChoice):
    """A carrier and its number."""

    carrier = forms.ModelChoiceField(queryset=None, label=gettext_lazy("Carrier"))
    number = forms.CharField(
        max_length=80,
        label=gettext_lazy("Tracking number"),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "data-typing": ""}),
    )


class PolicyForm(CarrierChoice):
    """When the numbers of one shop go to the platform. A page with one per shop gives them their `choices`, read once."""

    upload_moment = forms.ChoiceField(choices=UploadMoment.choices, label=gettext_lazy("Upload the number"))
    guard_hours = forms.IntegerField(
        min_value=0,
        max_value=72,
        label=gettext_lazy("Deadline guard, hours"),
        help_text=gettext_lazy(
            "A parcel that was handed over and not scanned is uploaded this long before its deadline."
        ),
    )
    carrier = forms.ModelChoiceField(
        queryset=None, required=False, label=gettext_lazy("Usual carrier"), empty_label="—"
    )

    def __init__(self, *args, choices: list[tuple[object, str]] | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if choices is not None:
            self.fields["carrier"].choices = choices

    @classmethod
    def carrier_choices(cls) -> list[tuple[object, str]]:
        """What the carrier's field offers."""
        return [(str(value), label) for value, label in cls().fields["carrier"].choices]

    def save(self, policy: ShippingPolicy) -> None:
        """Write the values into the policy."""
        policy.upload_moment = self.cleaned_data["upload_moment"]
        policy.guard_hours = self.cleaned_data["guard_hours"]
        policy.default_carrier = self.cleaned_data["carrier"]
        policy.save(update_fields=["upload_moment", "guard_hours", "default_carrier"])


class CarrierForm(forms.Form):
    """A carrier's editable facts."""

    name = forms.CharField(max_length=80, label=gettext_lazy("Name"))
    tracking_key = forms.CharField(
        max_length=20,
        required=False,
        label=gettext_lazy("Key at the tracking provider"),
        help_text=gettext_lazy("Empty: the provider recognizes the carrier by the number."),
    )
    patterns = forms.CharField(
        required=False,
        label=gettext_lazy("Number shapes"),
        help_text=gettext_lazy(
            "One per line: a regular expression, then “reject” or “warn” for what does not fit. "
            "Carriers with a published check digit need none."
        ),
        widget=forms.Textarea({"rows": 4, "class": "mono", "spellcheck": "false", "data-typing": ""}),
    )
    is_bad_number_refused = forms.BooleanField(
        required=False, label=gettext_lazy("Refuse numbers that this carrier cannot have given")
    )
    is_active = forms.BooleanField(required=False, label=gettext_lazy("In use"))

    @classmethod
    def of(cls, carrier: Carrier) -> "CarrierForm":
        lines = [f"{row['pattern']} {row.get('severity', 'warn')}" for row in carrier.number_patterns]
        return cls(
            initial={
                "name": carrier.name,
                "tracking_key": carrier.tracking_key,
                "patterns": "\n".join(lines),
                "is_bad_number_refused": carrier.is_bad_number_refused,
                "is_active": carrier.is_active,
            }
        )

    def clean_patterns(self) -> list[dict[str, str]]:
        found = []
        for line in filter(None, map(str.strip, self.cleaned_data["patterns"].splitlines())):
            pattern, _space, severity = line.rpartition(" ")
            if severity not in ("reject", "warn"):
                pattern, severity = line, "warn"
            _compile(pattern)
            found.append({"pattern": pattern.strip(), "severity": severity})
        return found

    def save(self, carrier: Carrier) -> None:
        """Write the values into the carrier."""
        values = self.cleaned_data
        carrier.name, carrier.tracking_key = values["name"], values["tracking_key"]
        carrier.number_patterns = values["patterns"]
        carrier.is_bad_number_refused, carrier.is_active = (
            values["is_bad_number_refused"],
            values["is_active"],
        )
        carrier.save()


def _compile(pattern: str) -> None:
    # Nested repeats can take exponential time on a crafted number.
    if len(pattern) > 200 or re.search(r"[+*}]\)[+*{]", pattern):
        raise forms.ValidationError(
            _("“%(pattern)s” is too long or too tangled.") % {"pattern": pattern[:60]}
        )
    try:
        re.compile(pattern)
    except re.error as error:
        raise forms.ValidationError(
            _("“%(pattern)s” is not a regular expression: %(why)s.")
            % {"pattern": pattern[:60], "why": json.dumps(str(error))[1:-1]}
        ) from error


class BlockForm(forms.Form):
    """A block of numbers from a carrier's letter."""

    prefix = forms.CharField(max_length=20, required=False, label=gettext_lazy("Before the serial"))
    first = forms.CharField(max_length=18, label=gettext_lazy("First serial"))
    last = forms.CharField(max_length=18, label=gettext_lazy("Last serial"))
    suffix = forms.CharField(max_length=10, required=False, label=gettext_lazy("After the serial"))
    check_rule = forms.ChoiceField(
        choices=[(rule, CHECK_WORDS[rule]) for rule in CHECK_RULES],
        required=False,
        label=gettext_lazy("Check digit after the serial"),
    )


class MessageForm(forms.Form):
    """Words for a buyer."""

    text = forms.CharField(
        max_length=2000,
        label=gettext_lazy("Message"),
        widget=forms.Textarea({"rows": 5, "data-typing": ""}),
    )


class ResolveForm(forms.Form):
    """What was done about a case."""

    resolution = forms.CharField(
        max_length=300,
        label=gettext_lazy("What was done"),
        widget=forms.TextInput({"data-typing": "", "autocomplete": "off"}),
    )
