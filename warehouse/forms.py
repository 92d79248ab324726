"""Forms of the warehouse pages. Choices over rows are set in __init__, inside the scope."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import Sku
from orders.models import Order
from tenancy.models import Shop
from warehouse import receiving, selectors, wave_choice
from warehouse.models import Bin, CarrierPickup, MovementReason, PickMode, Warehouse, Zone
from warehouse.wave_choice import Filters

_NUMBER = {"inputmode": "numeric", "data-typing": ""}


class PlanForm(forms.Form):
    """Which packages the next wave takes."""

    warehouse = forms.TypedChoiceField(label=_("Warehouse"), coerce=int)
    due_before = forms.DateTimeField(
        label=_("Deadline before"),
        help_text=_("For instance the carrier's cut-off. Empty: all of them."),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    zone = forms.TypedChoiceField(label=_("Only this zone"), coerce=int, empty_value=None, required=False)
    delivery_option = forms.ChoiceField(label=_("Delivery option"), required=False)
    carrier = forms.ChoiceField(
        label=_("One carrier"), required=False, help_text=_("Then everything in the wave goes with it.")
    )
    shops = forms.TypedMultipleChoiceField(
        label=_("Only these shops"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    package_limit = forms.IntegerField(
        label=_("Packages at most"), min_value=1, max_value=wave_choice.PACKAGES_AT_MOST, initial=60
    )
    slots = forms.IntegerField(
        label=_("Slots on a cart"), min_value=1, max_value=wave_choice.SLOTS_AT_MOST, initial=12
    )
    mode = forms.ChoiceField(
        label=_("How it is picked"),
        choices=PickMode.choices,
        initial=PickMode.SORT_WHILE_PICK,
        required=False,
    )
    has_lanes = forms.BooleanField(
        label=_("Fast lane: single units and many of one product walk without slots"),
        required=False,
        initial=True,
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["warehouse"].choices = selectors.warehouses().values_list("pk", "name")
        zones = Zone.objects.select_related("warehouse").order_by("warehouse__name", "code")
        self.fields["zone"].choices = [("", _("all zones"))] + [
            (zone.pk, f"{zone.warehouse.name} · {zone.code}") for zone in zones
        ]
        options = Order.objects.exclude(delivery_option_name="").order_by("delivery_option_name")
        names = options.values_list("delivery_option_name", flat=True).distinct()
        self.fields["delivery_option"].choices = [("", _("all options"))] + [(name, name) for name in names]
        carriers = CarrierPickup.objects.exclude(carrier="").values_list("carrier", flat=True)
        both = sorted({*names, *carriers})
        self.fields["carrier"].choices = [("", _("all carriers"))] + [(name, name) for name in both]
        self.fields["shops"].choices = Shop.objects.order_by("name").values_list("pk", "name")

    def filters(self) -> Filters:
        values = self.cleaned_data
        return Filters(
            warehouse_id=values["warehouse"],
            due_before=self._moment(values["due_before"]),
            zone_id=values["zone"],
            shop_ids=tuple(values["shops"]),
            delivery_option=values["delivery_option"],
            package_limit=values["package_limit"],
            slots=values["slots"],
            carrier=values["carrier"],
            mode=values["mode"] or PickMode.SORT_WHILE_PICK,
            has_lanes=values["has_lanes"],
        )

    def _moment(self, typed: datetime | None) -> datetime | None:
        """What was typed is the warehouse's wall clock."""
        if typed is None:
            return None
        zone = Warehouse.objects.get(pk=self.cleaned_data["warehouse"]).time_zone
        return typed.replace(tzinfo=ZoneInfo(zone))


class BinField(forms.CharField):
    """A bin by its code, typed or scanned."""

    def __init__(self, *, kinds: tuple[str, ...] = (), **kwargs) -> None:
        self.kinds = kinds
        super().__init__(max_length=30, **kwargs)
        self.widget.attrs.update({"data-typing": "", "autocapitalize": "characters", "list": "bins"})

    def clean(self, value: str) -> Bin | None:
        code = super().clean(value)
        if not code:
            return None
        found = Bin.objects.filter(code__iexact=code.strip(), is_active=True)
        if self.kinds:
            found = found.filter(kind__in=self.kinds)
        place = found.select_related("warehouse").order_by("-warehouse__is_default", "pk").first()
        if place is None:
            raise forms.ValidationError(_("There is no bin “%(code)s” for this."), params={"code": code})
        return place


class LotForm(forms.Form):
    """Base of forms about one SKU: it asks for the lot of a SKU that is kept by lot, and of no other."""

    lot = forms.CharField(
        label=_("Lot"), max_length=40, required=False, widget=forms.TextInput(attrs={"data-typing": ""})
    )
    expires_on = forms.DateField(
        label=_("Expires on"),
        help_text=_("Only for a new lot."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "data-typing": ""}),
    )

    def __init__(self, *args, sku: Sku | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if sku is None or not sku.is_by_lot:
            self.fields.pop("lot")
            self.fields.pop("expires_on", None)

    def clean(self) -> dict:
        return {"lot": "", "expires_on": None, **super().clean()}


class DeskForm(LotForm):
    """Base of the small forms at the stock desk. `key` makes a double click count once."""

    key = forms.CharField(max_length=60, widget=forms.HiddenInput)
    quantity = forms.IntegerField(
        label=_("Units"),
        min_value=1,
        max_value=receiving.UNITS_AT_MOST,
        widget=forms.NumberInput(attrs=_NUMBER),
    )


class ReceiveForm(DeskForm):
    bin = BinField(label=_("Into bin"), required=False, help_text=_("Empty: the receiving dock."))
    reference = forms.CharField(
        label=_("Delivery note"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"data-typing": ""}),
    )
    field_order = ("quantity", "lot", "expires_on", "bin", "reference", "key")


class AdjustForm(DeskForm):
    quantity = forms.IntegerField(
        label=_("Units, with a minus to take out"),
        min_value=-receiving.UNITS_AT_MOST,
        max_value=receiving.UNITS_AT_MOST,
        widget=forms.NumberInput(attrs={"data-typing": ""}),
    )
    reason = forms.ChoiceField(
        label=_("Why"),
        choices=[
            (MovementReason.CORRECTION, MovementReason.CORRECTION.label),
            (MovementReason.DAMAGED, MovementReason.DAMAGED.label),
        ],
    )
    bin = BinField(label=_("Bin"), required=False, help_text=_("Empty: the dock, then the fullest shelf."))
    note = forms.CharField(
        label=_("Note"), max_length=200, required=False, widget=forms.TextInput(attrs={"data-typing": ""})
    )
    field_order = ("quantity", "reason", "bin", "lot", "expires_on", "note", "key")


class MoveForm(DeskForm):
    source = BinField(label=_("From bin"))
    target = BinField(label=_("To bin"))
    field_order = ("quantity", "source", "target", "lot", "key")
    expires_on = None


class CountForm(LotForm):
    bin = BinField(label=_("Bin"))
    counted = forms.IntegerField(
        label=_("Counted units"),
        min_value=0,
        max_value=receiving.UNITS_AT_MOST,
        widget=forms.NumberInput(attrs=_NUMBER),
    )
    field_order = ("bin", "lot", "expires_on", "counted")


class WarehouseForm(forms.Form):
    code = forms.SlugField(label=_("Code"), max_length=20)
    name = forms.CharField(label=_("Name"), max_length=120)


def sku_of(code: str) -> Sku | None:
    """The SKU that was scanned or typed at the desk."""
    return selectors.find_sku(code=code.strip()[:80])
