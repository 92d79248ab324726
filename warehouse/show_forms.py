"""Forms of live shows and of the forward zone. Choices over rows are set inside the scope."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from tenancy.models import Shop
from warehouse import forward_zone, selectors, show_lines
from warehouse.models import Carton, Show, ShowProduct, Warehouse
from warehouse.show_book import UNITS_AT_MOST, BadShow, ShowFacts, Wanted

_TYPED = {"data-typing": ""}
_NUMBER = {"inputmode": "numeric", "data-typing": ""}


def _moment_field(label: str) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local", **_TYPED}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget)


class ShowForm(forms.Form):
    """When, who, where. Times are the shop's wall clock."""

    title = forms.CharField(label=_("Name of the show"), max_length=120)
    host = forms.CharField(label=_("Host"), max_length=120, required=False)
    shop = forms.TypedChoiceField(label=_("Shop"), coerce=int)
    warehouse = forms.TypedChoiceField(label=_("Warehouse"), coerce=int)
    starts_at = _moment_field(_("Begins at"))
    ends_at = _moment_field(_("Ends at"))

    def __init__(self, *args, show: Show | None = None, **kwargs) -> None:
        self.known = (show.starts_at, show.ends_at) if show else ()
        if show is not None:
            zone = show.shop.time_zone
            kwargs["initial"] = {
                "title": show.title,
                "host": show.host,
                "shop": show.shop_id,
                "warehouse": show.warehouse_id,
                "starts_at": clock.local(show.starts_at, zone=zone).replace(tzinfo=None),
                "ends_at": clock.local(show.ends_at, zone=zone).replace(tzinfo=None),
            }
        super().__init__(*args, **kwargs)
        shops = Shop.objects.filter(is_active=True).order_by("name")
        self.fields["shop"].choices = [(one.pk, f"{one.name} · {one.time_zone}") for one in shops]
        self.fields["warehouse"].choices = selectors.warehouses().values_list("pk", "name")

    def facts(self) -> ShowFacts:
        values = self.cleaned_data
        zone = ZoneInfo(Shop.objects.get(pk=values["shop"]).time_zone)
        return ShowFacts(
            shop_id=values["shop"],
            warehouse_id=values["warehouse"],
            title=values["title"],
            host=values["host"],
            starts_at=self._moment(values["starts_at"], zone),
            ends_at=self._moment(values["ends_at"], zone),
        )

    def _moment(self, typed: datetime, zone: ZoneInfo) -> datetime:
        """What was typed is the shop's wall clock; a minute that stood there before stands for its very moment."""
        at = typed.replace(tzinfo=zone)
        return next((one for one in self.known if one.replace(second=0, microsecond=0) == at), at)


class LinesForm(forms.Form):
    """Products as they are pasted."""

    lines = forms.CharField(
        label=_("Products"),
        widget=forms.Textarea(attrs={"rows": 6, "placeholder": "MUG-SEA, 120, 80", **_TYPED}),
        required=False,
        help_text=_(
            "One SKU or barcode a line, then how many you expect, then how many to pre-pack. "
            "Leave a number out and it is worked out from past shows."
        ),
    )

    def clean_lines(self) -> list[Wanted]:
        try:
            return show_lines.read(self.cleaned_data["lines"])
        except BadShow as error:
            raise forms.ValidationError(str(error)) from error


class NewShowForm(ShowForm, LinesForm):
    """A show and its products in one go."""

    field_order = ("title", "host", "shop", "warehouse", "starts_at", "ends_at", "lines")


class ProductForm(forms.Form):
    """What a person decides about one product of a show; empty: worked out."""

    expected = forms.IntegerField(
        label=_("Expected"),
        min_value=0,
        max_value=UNITS_AT_MOST,
        required=False,
        widget=forms.NumberInput(attrs=_NUMBER),
    )
    prepack = forms.IntegerField(
        label=_("Pre-packed"),
        min_value=0,
        max_value=UNITS_AT_MOST,
        required=False,
        widget=forms.NumberInput(attrs=_NUMBER),
    )
    bin = forms.CharField(
        label=_("Forward bin"), max_length=30, required=False, widget=forms.TextInput(attrs=_TYPED)
    )
    carton = forms.ChoiceField(label=_("Carton"), required=False)

    def __init__(self, *args, product: ShowProduct, **kwargs) -> None:
        self.product = product
        kwargs["initial"] = {
            "expected": product.expected_units,
            "prepack": product.prepack_wish,
            "bin": product.bin_wish.code if product.bin_wish else "",
            "carton": product.carton_wish.code if product.carton_wish else "",
        }
        super().__init__(*args, **kwargs)
        cartons = Carton.objects.filter(is_active=True).order_by("code").values_list("code", "name")
        self.fields["carton"].choices = [("", _("the smallest that fits")), *cartons]

    def wanted(self) -> Wanted:
        values = self.cleaned_data
        return Wanted(
            sku_id=self.product.sku_id,
            expected=values["expected"],
            prepack=values["prepack"],
            bin_code=values["bin"],
            carton_code=values["carton"],
        )


class ZoneForm(forms.Form):
    """Bins beside the pack point."""

    warehouse = forms.TypedChoiceField(label=_("Warehouse"), coerce=int)
    code = forms.CharField(label=_("Zone"), max_length=16, initial="LIVE")
    bins = forms.IntegerField(
        label=_("Bins"),
        min_value=1,
        max_value=forward_zone.BINS_AT_MOST,
        initial=6,
        widget=forms.NumberInput(attrs=_NUMBER),
    )
    liters = forms.IntegerField(
        label=_("Liters in each"),
        help_text=_("0: not limited."),
        min_value=0,
        max_value=forward_zone.LITERS_AT_MOST,
        initial=0,
        widget=forms.NumberInput(attrs=_NUMBER),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["warehouse"].choices = [
            (one.pk, one.name)
            for one in Warehouse.objects.filter(is_active=True).order_by("-is_default", "name")
        ]
