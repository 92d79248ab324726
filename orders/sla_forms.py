"""Forms of the rulebook's pages."""

from datetime import time
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from orders import sla_words
from orders.calendars import WEEK
from orders.models import NoticeEffect
from orders.sla_edits import NoticeDraft
from orders.sla_rules import Rule, markets

_DAY = {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
UNITS = (
    ("business_days", _("working days")),
    ("calendar_days", _("calendar days")),
    ("hours", _("hours")),
)
STARTS = (
    ("created", _("order placed")),
    ("paid", _("order paid")),
    ("awaiting_shipment", _("ready to be shipped")),
    ("preorder_close", _("pre-order closed")),
)
STOPS = (
    ("rts", _("shipping arranged")),
    ("in_transit", _("carrier's scan")),
    ("delivered", _("delivered")),
)


class RuleForm(forms.Form):
    """One version of a rule: how it counts, from which orders on, and why."""

    is_on = forms.BooleanField(label=_("The rule counts (switched on)"), required=False)
    amount = forms.IntegerField(label=_("Time"), min_value=0, max_value=400)
    unit = forms.ChoiceField(label=_("Counted in"), choices=UNITS)
    order_cutoff = forms.TimeField(
        label=_("Cut-off of the day"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("Orders before it count from the same day, later ones from the next. Empty: no cut-off."),
    )
    end_of_day = forms.TimeField(
        label=_("The day ends at"),
        widget=forms.TimeInput(attrs={"type": "time", "step": "1"}, format="%H:%M:%S"),
    )
    clock_start = forms.ChoiceField(label=_("Starts with"), choices=STARTS)
    clock_stop = forms.ChoiceField(label=_("Stops with"), choices=STOPS)
    week_end = forms.MultipleChoiceField(
        label=_("Days of the week that are not worked"),
        choices=[(code, WEEKDAYS[number]) for number, code in enumerate(WEEK)],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    handling_min = forms.IntegerField(
        label=_("Handling time in days, where the order names none"), min_value=0, max_value=60
    )
    capacity_extension = forms.IntegerField(
        label=_("Days more for orders above the day's capacity"), min_value=0, max_value=30
    )
    confidence = forms.ChoiceField(label=_("How sure it is"), choices=list(sla_words.CONFIDENCE.items()))
    source = forms.CharField(label=_("Where it says so"), max_length=300, required=False)
    source_url = forms.URLField(label=_("Address of that page"), max_length=400, required=False)
    valid_from = forms.DateField(
        label=_("For orders from"),
        help_text=_("Midnight of the market. Earlier orders keep the version before."),
        **_DAY,
    )
    reason = forms.CharField(label=_("Why it is changed"), max_length=400)

    def changes(self) -> dict[str, Any]:
        """What differs from the record, as its data file would say it."""
        values = dict(self.cleaned_data)
        for name in ("valid_from", "reason"):
            values.pop(name)
        cutoff: time | None = values["order_cutoff"]
        values["order_cutoff"] = cutoff.isoformat() if cutoff else None
        values["end_of_day"] = values["end_of_day"].isoformat()
        return values


def rule_initial(rule: Rule) -> dict[str, Any]:
    """The form as the present version fills it."""
    names = [name for name in RuleForm.base_fields if hasattr(rule, name)]
    return {**{name: getattr(rule, name) for name in names}, "week_end": [WEEK[day] for day in rule.week_end]}


class NoticeForm(forms.Form):
    """What a market announced for some days."""

    region = forms.ChoiceField(label=_("Market"))
    sub_region = forms.ChoiceField(label=_("Part of it"), required=False)
    starts_on = forms.DateField(label=_("First day"), **_DAY)
    ends_on = forms.DateField(label=_("Last day"), **_DAY)
    effect = forms.ChoiceField(label=_("What it does"), choices=NoticeEffect.choices)
    extra_days = forms.IntegerField(
        label=_("Days more"),
        min_value=0,
        max_value=30,
        initial=0,
        required=False,
        help_text=_("Only for more time."),
    )
    words = forms.CharField(label=_("What was announced"), max_length=200)
    source_url = forms.URLField(label=_("Address of the notice"), max_length=400, required=False)
    reason = forms.CharField(label=_("Why it is entered"), max_length=400)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = sorted({name for market in markets().values() for name in market.sub_regions})
        self.fields["region"].choices = [(code, code) for code in sorted(markets())]
        self.fields["sub_region"].choices = [
            ("", _("all of it")),
            *((name, name.capitalize()) for name in parts),
        ]

    def draft(self) -> NoticeDraft:
        values = {name: value for name, value in self.cleaned_data.items() if name != "reason"}
        return NoticeDraft(**{**values, "extra_days": values["extra_days"] or 0})


class PromiseForm(forms.Form):
    """A shop's own word, and where in its region it works."""

    promise_hours = forms.IntegerField(
        label=_("Promise, in hours"),
        help_text=_("From the order to the carrier's scan; shown beside the platform's own deadline."),
        min_value=1,
        max_value=720,
    )
    peak_promise_hours = forms.IntegerField(
        label=_("Promise in peak time, in hours"), min_value=1, max_value=720
    )
    peak_from_on = forms.DateField(label=_("Peak from"), required=False, **_DAY)
    peak_until_on = forms.DateField(label=_("Peak until"), required=False, **_DAY)
    sub_region = forms.ChoiceField(label=_("Part of the region"), required=False)
    reason = forms.CharField(label=_("Why it is changed"), max_length=400, required=False)

    def __init__(self, *args: Any, parts: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if parts:
            choices = [("", _("the whole region")), *((name, name.capitalize()) for name in parts)]
            self.fields["sub_region"].choices = choices
        else:
            del self.fields["sub_region"]
