"""Forms of deliveries, transfers, counts and the choice of warehouse. Choices over rows are set inside the scope."""

from django import forms
from django.utils.translation import gettext_lazy as _

from warehouse import deliveries, delivery_file, receiving, selectors

_TYPED = {"data-typing": ""}
_NUMBER = {"inputmode": "numeric", "data-typing": ""}
BINS_A_DAY_AT_MOST = 500


def warehouse_field(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, coerce=int)


class LinesForm(forms.Form):
    """Goods that come or go: pasted lines, or a file of them."""

    reference = forms.CharField(label=_("Reference"), max_length=80, required=False)
    lines = forms.CharField(
        label=_("SKUs and units"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "placeholder": "MUG-SEA, 40"}),
        help_text=_("One SKU or barcode a line, then how many."),
    )
    file = forms.FileField(
        label=_("Or a csv file"), required=False, help_text=_("Two columns: SKU or barcode, units.")
    )

    def clean(self) -> dict:
        values = super().clean()
        file = values.get("file")
        try:
            text = delivery_file.text_of(file.read()) if file else values.get("lines", "")
            values["units"] = delivery_file.lines_of(text=text)
        except deliveries.BadDelivery as error:
            self.add_error("file" if file else "lines", str(error))
        return values


class DeliveryForm(LinesForm):
    """An expected arrival."""

    warehouse = warehouse_field(_("Comes to"))
    supplier = forms.CharField(label=_("Supplier"), max_length=120, required=False)
    expected_on = forms.DateField(
        label=_("Expected on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    field_order = ("warehouse", "supplier", "reference", "expected_on", "lines", "file")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["warehouse"].choices = selectors.warehouses().values_list("pk", "name")


class TransferForm(LinesForm):
    """Goods that go over to another warehouse."""

    origin = warehouse_field(_("From warehouse"))
    warehouse = warehouse_field(_("To warehouse"))
    field_order = ("origin", "warehouse", "reference", "lines", "file")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        choices = list(selectors.warehouses().values_list("pk", "name"))
        self.fields["origin"].choices = choices
        self.fields["warehouse"].choices = choices[1:] + choices[:1]


class ReceiptForm(forms.Form):
    """What belongs to a scan at the dock. `lot_sku`: what the lot was typed for; another item does not take it over."""

    key = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)
    lot_sku = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)
    units = forms.IntegerField(
        label=_("Units"),
        min_value=1,
        max_value=receiving.UNITS_AT_MOST,
        initial=1,
        widget=forms.NumberInput(attrs=_NUMBER),
    )
    damaged = forms.IntegerField(
        label=_("Of them damaged"),
        min_value=0,
        required=False,
        initial=0,
        widget=forms.NumberInput(attrs=_NUMBER),
    )
    lot = forms.CharField(label=_("Lot"), max_length=40, required=False, widget=forms.TextInput(attrs=_TYPED))
    expires_on = forms.DateField(
        label=_("Expires on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "data-typing": ""}),
    )
    is_unannounced_taken = forms.BooleanField(label=_("Take what was not announced"), required=False)


class EntryForm(forms.Form):
    """What belongs to a scan at a count. Without units, each scan is one more."""

    key = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)
    units = forms.IntegerField(label=_("Units"), required=False, widget=forms.NumberInput(attrs=_NUMBER))
    lot = forms.CharField(label=_("Lot"), max_length=40, required=False, widget=forms.TextInput(attrs=_TYPED))
    expires_on = forms.DateField(
        label=_("Expires on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "data-typing": ""}),
    )


class CountTermsForm(forms.Form):
    """How much is counted every day, and when one person's count is enough."""

    count_bins_a_day = forms.IntegerField(
        label=_("Bins a day"),
        min_value=0,
        max_value=BINS_A_DAY_AT_MOST,
        help_text=_("0: only what is asked for."),
    )
    count_limit_units = forms.IntegerField(
        label=_("Second count above"),
        min_value=0,
        max_value=receiving.UNITS_AT_MOST,
        help_text=_("Units that a count may differ before somebody else counts again."),
    )
