"""Forms of the catalog pages."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import Listing, Material, Sku
from catalog.skus import SkuFacts

LONGEST_MM, HEAVIEST_G = 10_000, 500_000
LONGEST_MARGIN = 400  # days
# A code, then the units behind ×, * or a lone x: “CUP × 2”. Without them it is one unit.
_COMPONENT = re.compile(r"(.+?)(?:\s*[×*]\s*(\d{1,6})|\s+[xX]\s*(\d{1,6}))?")


class SkuForm(forms.Form):
    """A SKU; barcodes and components are lines of text, so that a list can be pasted."""

    seller_sku = forms.CharField(label=_("SKU"), max_length=80)
    name = forms.CharField(label=_("Name"), max_length=200)
    variation = forms.CharField(label=_("Variation"), max_length=120, required=False)
    weight_g = forms.IntegerField(
        label=_("Weight in grams"), min_value=1, max_value=HEAVIEST_G, required=False
    )
    length_mm = forms.IntegerField(label=_("Length in mm"), min_value=1, max_value=LONGEST_MM, required=False)
    width_mm = forms.IntegerField(label=_("Width in mm"), min_value=1, max_value=LONGEST_MM, required=False)
    height_mm = forms.IntegerField(label=_("Height in mm"), min_value=1, max_value=LONGEST_MM, required=False)
    barcodes = forms.CharField(
        label=_("Barcodes"),
        help_text=_("One per line, scanned or typed; several codes may mean this SKU."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    components = forms.CharField(
        label=_("Made of"),
        help_text=_("Only for a bundle: one SKU per line, with its units, such as “CUP × 2”."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    material = forms.ChoiceField(
        label=_("Packing material"),
        help_text=_("Used up by packing instead of sold. Tape is counted in centimeters."),
        choices=[("", _("no")), *Material.choices],
        required=False,
    )
    is_by_lot = forms.BooleanField(
        label=_("Kept by lot, with an expiry date"),
        required=False,
    )
    sell_by_days = forms.IntegerField(
        label=_("Not sold in the last days before it expires"),
        help_text=_("Days; 0: sold until the last one."),
        min_value=0,
        max_value=LONGEST_MARGIN,
        initial=0,
        required=False,
    )
    image_url = forms.URLField(label=_("Picture"), max_length=500, required=False, assume_scheme="https")
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    @classmethod
    def of(cls, sku: Sku, data=None) -> "SkuForm":
        """The form filled with what a SKU has."""
        initial = {name: getattr(sku, name) for name in SkuFacts.__dataclass_fields__}
        initial["barcodes"] = "\n".join(sku.barcodes.order_by("pk").values_list("code", flat=True))
        parts = sku.components.select_related("component").order_by("pk")
        initial["components"] = "\n".join(f"{part.component.seller_sku} × {part.quantity}" for part in parts)
        return cls(data, initial=initial)

    @classmethod
    def for_listing(cls, listing: Listing | None, data=None) -> "SkuForm":
        """The form of a new SKU, filled with what the listing says that it is made for."""
        initial: dict[str, object] = {"is_active": True}
        if listing is not None:
            initial |= {
                "seller_sku": listing.seller_sku,
                "name": listing.title[:200],
                "variation": listing.variation,
                "image_url": listing.image_url,
            }
        return cls(data, initial=initial)

    def clean_sell_by_days(self) -> int:
        return self.cleaned_data["sell_by_days"] or 0

    def clean_barcodes(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["barcodes"].splitlines() if line.strip()]

    def clean_components(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for line in filter(None, map(str.strip, self.cleaned_data["components"].splitlines())):
            code, *units = _COMPONENT.fullmatch(line).groups()
            found[code] = found.get(code, 0) + int(next(filter(None, units), 1))
        return found

    def facts(self) -> SkuFacts:
        return SkuFacts(**{name: self.cleaned_data[name] for name in SkuFacts.__dataclass_fields__})


class BufferForm(forms.Form):
    """What a listing is told about stock."""

    buffer = forms.IntegerField(label=_("Kept back"))
    is_pushed = forms.BooleanField(label=_("Tell the shop quantities"), required=False)
