"""Forms of the marketing pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketing.models import AdMode, LowStockStep, LowWhen


class PolicyForm(forms.Form):
    mode = forms.ChoiceField(label=_("When stock runs low"), choices=AdMode.choices)
    step = forms.ChoiceField(label=_("First step"), choices=LowStockStep.choices)
    low_when = forms.ChoiceField(label=_("A product is low when"), choices=LowWhen.choices)
    cut_percent = forms.IntegerField(label=_("Cut the budget by, %"), min_value=1, max_value=99)
    resume_margin_percent = forms.IntegerField(
        label=_("Resume above safety stock by, %"),
        min_value=0,
        max_value=500,
        help_text=_("A margin keeps ads from switching on and off with every sale."),
    )
