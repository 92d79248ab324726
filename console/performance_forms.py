"""The line of one share."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.figure_targets import MOST_DAYS, Target


class LineForm(forms.Form):
    """How many may be late, out of which days."""

    limit_percent = forms.DecimalField(
        label=_("Late orders stay below (%)"),
        min_value=Decimal("0.1"),
        max_value=Decimal("99.9"),
        max_digits=5,
        decimal_places=2,
    )
    window_days = forms.IntegerField(
        label=_("Of the orders due in the last days"), min_value=1, max_value=MOST_DAYS
    )
    is_on = forms.BooleanField(label=_("Show it in the error budget"), required=False)

    @staticmethod
    def of(target: Target) -> dict[str, object]:
        """What stands in the form at first."""
        return {
            "limit_percent": target.plain_limit,
            "window_days": target.window_days,
            "is_on": target.is_on,
        }
