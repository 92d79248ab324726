"""What a person types on the pages of review rules and the block list."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.models import BlockKind, RuleMode
from orders.review_kinds import Kind
from orders.review_phones import PLANS
from orders.review_rules import BadRule, Rule


class RuleForm(forms.Form):
    """One rule as it is sent: how strict, and the numbers that it needs."""

    mode = forms.ChoiceField(choices=RuleMode.choices)
    threshold = forms.DecimalField(required=False, max_digits=14, decimal_places=2, min_value=Decimal(0))
    window_hours = forms.IntegerField(required=False, min_value=0, max_value=10_000)
    currency = forms.CharField(required=False, max_length=3)

    def rule(self, kind: Kind) -> Rule:
        """The rule, not checked against its kind yet; raises BadRule for what is no number."""
        if not self.is_valid():
            field, errors = next(iter(self.errors.items()))
            raise BadRule(errors[0], field=field)
        return Rule(reason=kind.reason, **self.cleaned_data)


class BlockForm(forms.Form):
    """An entry of the block list by what a person knows."""

    kind = forms.ChoiceField(
        label=_("What"),
        choices=[(kind, kind.label) for kind in (BlockKind.BUYER, BlockKind.PHONE, BlockKind.POSTAL_CODE)],
    )
    value = forms.CharField(label=_("Number or id"), max_length=80)
    region = forms.ChoiceField(
        label=_("Country"), required=False, choices=[("", "—"), *((code, code) for code in sorted(PLANS))]
    )
    note = forms.CharField(label=_("Why"), required=False, max_length=300)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            is_choice = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"
