"""Forms of cartons and packing materials."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from warehouse import materials, receiving, selectors
from warehouse.materials import CartonFacts
from warehouse.models import Carton

# A code, then how much of it behind ×, * or a lone x: “TAPE × 80”. Without it is one.
_USE = re.compile(r"(.+?)(?:\s*[×*]\s*(\d{1,6})|\s+[xX]\s*(\d{1,6}))?")


class MaterialForm(forms.Form):
    """A delivery of one material. `key` makes a double click count once."""

    key = forms.CharField(max_length=60, widget=forms.HiddenInput)
    material = forms.TypedChoiceField(label=_("Material"), coerce=int)
    quantity = forms.IntegerField(
        label=_("Pieces, or centimeters of tape"), min_value=1, max_value=receiving.UNITS_AT_MOST
    )
    warehouse = forms.TypedChoiceField(label=_("Warehouse"), coerce=int)
    reference = forms.CharField(label=_("Delivery note"), max_length=80, required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["material"].choices = [(sku.pk, sku.name) for sku in selectors.materials()]
        self.fields["warehouse"].choices = selectors.warehouses().values_list("pk", "name")


class CartonForm(forms.Form):
    """A carton; what it uses up is lines of text, so that a list can be pasted."""

    code = forms.CharField(label=_("Key at the pack station"), max_length=20, help_text=_("Best one digit."))
    name = forms.CharField(label=_("Name"), max_length=80)
    length_mm = forms.IntegerField(label=_("Inner length in mm"), min_value=1, max_value=materials.LONGEST_MM)
    width_mm = forms.IntegerField(label=_("Inner width in mm"), min_value=1, max_value=materials.LONGEST_MM)
    height_mm = forms.IntegerField(label=_("Inner height in mm"), min_value=1, max_value=materials.LONGEST_MM)
    tare_g = forms.IntegerField(
        label=_("Empty weight in grams"), min_value=0, max_value=materials.HEAVIEST_G, initial=0
    )
    max_weight_g = forms.IntegerField(
        label=_("Heaviest full, in grams"), min_value=1, max_value=materials.HEAVIEST_G, initial=30_000
    )
    uses = forms.CharField(
        label=_("Uses up"),
        help_text=_("One material per line, with how much of it, such as “TAPE × 80”."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    @classmethod
    def of(cls, carton: Carton | None, data=None) -> "CartonForm":
        """The form filled with what a carton has."""
        if carton is None:
            return cls(data)
        initial = {name: getattr(carton, name) for name in CartonFacts.__dataclass_fields__}
        uses = carton.uses.select_related("sku").order_by("pk")
        initial["uses"] = "\n".join(f"{use.sku.seller_sku} × {use.quantity}" for use in uses)
        return cls(data, initial=initial)

    def clean_uses(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for line in filter(None, map(str.strip, self.cleaned_data["uses"].splitlines())):
            code, *amount = _USE.fullmatch(line).groups()
            found[code] = found.get(code, 0) + int(next(filter(None, amount), 1))
        return found

    def facts(self) -> CartonFacts:
        return CartonFacts(**{name: self.cleaned_data[name] for name in CartonFacts.__dataclass_fields__})
