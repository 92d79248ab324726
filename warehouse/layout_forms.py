"""Forms of the layout pages: shelves by their measures, a layout as a file, the building, carts, one bin."""

from django import forms
from django.utils.translation import gettext_lazy as _

from warehouse import building, carts, layout, selectors
from warehouse.models import Warehouse

_TYPED = {"data-typing": ""}


class SiteForm(forms.Form):
    """Base: whatever it is about stands in one warehouse."""

    warehouse = forms.TypedChoiceField(label=_("Warehouse"), coerce=int)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["warehouse"].choices = selectors.warehouses().values_list("pk", "name")

    @property
    def site(self) -> Warehouse:
        return Warehouse.objects.get(pk=self.cleaned_data["warehouse"])


class BinsForm(SiteForm):
    """Shelves: aisles × sides × cells × levels, in one block or both."""

    zone = forms.CharField(label=_("Zone"), max_length=layout.ZONE_LENGTH, initial="A")
    first_aisle = forms.IntegerField(
        label=_("First aisle"),
        min_value=1,
        max_value=layout.AISLES_AT_MOST,
        initial=1,
        help_text=_("1 is A, 27 is AA."),
    )
    aisles = forms.IntegerField(label=_("Aisles"), min_value=1, max_value=200, initial=2)
    sides = forms.TypedChoiceField(
        label=_("Shelves along an aisle"),
        coerce=int,
        choices=[(2, _("on both sides")), (1, _("not told apart by side"))],
    )
    cells = forms.IntegerField(
        label=_("Cells on a side"),
        min_value=1,
        max_value=layout.CELLS_AT_MOST,
        initial=20,
        help_text=_("In each block, counted from the front."),
    )
    levels = forms.IntegerField(
        label=_("Levels"),
        min_value=1,
        max_value=layout.LEVELS_AT_MOST,
        initial=1,
        help_text=_("1 is the lowest."),
    )
    blocks = forms.ChoiceField(
        label=_("Blocks"),
        choices=[("1", _("the first one")), ("2", _("the second one")), ("12", _("both"))],
        help_text=_("A second block lies behind a cross aisle."),
    )

    def entries(self) -> list[layout.Entry]:
        values = self.cleaned_data
        return layout.shelves(
            zone_code=values["zone"],
            first_aisle=values["first_aisle"],
            aisles=values["aisles"],
            cells=values["cells"],
            levels=values["levels"],
            sides=values["sides"],
            blocks=[int(block) for block in values["blocks"]],
        )


class LayoutFileForm(SiteForm):
    """A csv, chosen or pasted. The dry run hands its text back, so that it need not be chosen again."""

    file = forms.FileField(
        label=_("csv file"),
        required=False,
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt"}),
        help_text=_("Headings: code, zone, aisle, block, side, cell, level, kind. One line is one bin."),
    )
    text = forms.CharField(
        label=_("or its text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "class": "mono", "spellcheck": "false", **_TYPED}),
    )
    are_gaps_meant = forms.BooleanField(label=_("Gaps between cells are meant"), required=False)

    def clean_text(self) -> str:
        if not self.cleaned_data["text"].strip():
            raise forms.ValidationError(_("Choose a file, or paste its text."))
        return self.cleaned_data["text"]


_MEASURES = {
    # name: (label, unit, help)
    "blocks": (_("Blocks"), "", _("1, or 2 with a cross aisle between them.")),
    "aisle_mm": (
        _("From aisle to aisle"),
        "mm",
        _("From the middle of an aisle to the middle of the next one."),
    ),
    "cell_mm": (_("From cell to cell"), "mm", _("Along an aisle.")),
    "entry_mm": (_("From the cross aisle to the first cell"), "mm", ""),
    "cross_mm": (_("Width of the cross aisle"), "mm", _("Between two blocks.")),
    "entry_aisle": (_("Walks begin at aisle"), "", _("1 is A. Where empty carts stand.")),
    "pack_aisle": (_("Walks end at aisle"), "", _("1 is A. Where the pack stations are.")),
    "walk_mm_per_s": (_("Pace of walking"), "mm/s", _("1000 is a calm pace with a cart.")),
    "line_seconds": (_("Taking one line"), "s", _("Until enough lines of the last week were measured.")),
    "level_seconds": (_("More for a level above the first"), "s", _("For reaching up or a ladder.")),
    "stations": (_("Pack stations"), "", _("Until somebody packed within the last hour.")),
    "pack_seconds": (_("Packing one parcel"), "s", _("Until enough parcels of the last week were measured.")),
    "cart_units": (_("Units on a cart"), _("units"), _("0: no limit.")),
    "cart_weight_g": (_("Weight on a cart"), "g", _("0: no limit.")),
    "cart_volume_ml": (_("Volume of a cart"), "ml", _("0: no limit. 1000 ml are a liter.")),
}


class BuildingForm(forms.Form):
    """How walks are planned in one warehouse: every number with its unit and limits."""

    is_one_way = forms.BooleanField(
        label=_("One-way aisles: A, C, E … are walked away from the front, B, D, F … back to it"),
        required=False,
    )

    def __init__(self, *args, warehouse: Warehouse, **kwargs) -> None:
        initial = {name: getattr(warehouse, name) for name in (*building.LIMITS, *building.FLAGS)}
        super().__init__(*args, initial=initial, **kwargs)
        for name, (least, most) in building.LIMITS.items():
            label, unit, text = _MEASURES[name]
            hint = " ".join(str(part) for part in (text, f"{least}–{most}", unit) if part)
            field = forms.IntegerField(label=label, min_value=least, max_value=most, help_text=hint)
            field.widget.attrs.update({"data-typing": "", "inputmode": "numeric"})
            self.fields[name] = field
        self.order_fields([*building.LIMITS, *building.FLAGS])


class CartForm(SiteForm):
    """A cart: its code, slots, and what fits on it."""

    code = forms.CharField(
        label=_("Code"), max_length=layout.CODE_LENGTH, help_text=_("As on the label that pickers scan.")
    )
    slots = forms.IntegerField(label=_("Slots"), min_value=1, max_value=carts.SLOTS_AT_MOST, initial=12)
    units = forms.IntegerField(
        label=_("Units at most"), min_value=0, max_value=100_000, initial=0, help_text=_("0: no limit.")
    )
    weight_g = forms.IntegerField(
        label=_("Weight at most, g"), min_value=0, max_value=2_000_000, initial=0, help_text=_("0: no limit.")
    )
    volume_ml = forms.IntegerField(
        label=_("Volume at most, ml"),
        min_value=0,
        max_value=10_000_000,
        initial=0,
        help_text=_("0: no limit."),
    )

    def room(self) -> carts.Room:
        values = self.cleaned_data
        return carts.Room(values["slots"], values["units"], values["weight_g"], values["volume_ml"])


class RenameForm(forms.Form):
    code = forms.CharField(
        label=_("New code"), max_length=layout.CODE_LENGTH, widget=forms.TextInput(attrs=_TYPED)
    )
