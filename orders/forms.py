"""Forms of the orders pages. Choices over rows are set in __init__, inside the scope."""

from django import forms
from django.utils.translation import gettext_lazy as _

from integrations.tiktok_shop.seller_center_sheet import LARGEST_BYTES
from tenancy.models import Shop


class ImportForm(forms.Form):
    """A Seller Center export and the shop that it came from."""

    shop = forms.ModelChoiceField(label=_("Shop"), queryset=None, empty_label=None)
    file = forms.FileField(
        label=_("Order export of Seller Center"),
        help_text=_("The xlsx or csv file as Seller Center gives it, in English. At most 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        allow_empty_file=True,  # an empty file is refused with a trace, like any other that is no use
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shop"].queryset = Shop.objects.filter(is_active=True).order_by("name")
        for field in self.fields.values():
            is_choice = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST_BYTES:
            raise forms.ValidationError(
                _("The file is larger than 20 MB. Export a shorter period and upload it in parts.")
            )
        return upload
