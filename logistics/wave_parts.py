"""What the wave planner wants to know: who will carry a package."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from logistics import carrier_choice
from logistics.carrier_choice import Weighed
from logistics.models import Shipment, ShipmentState, ShippingPolicy
from orders.models import Package, ShippingType
from warehouse import carrier_slot, expected_parcels


def carriers(*, package_ids: Iterable[int], now: datetime) -> dict[int, str]:
    """The carrier of a shipment that is there; of own carriers the one that would be chosen for what the package is
    expected to weigh and measure, else the usual one of the shop. Not what the platform chooses later.
    """
    ids = list(package_ids)
    own = Package.objects.filter(pk__in=ids, order__shipping_type=ShippingType.SELLER)
    shops = dict(own.values_list("pk", "shop_id"))
    policies = ShippingPolicy.objects.filter(shop_id__in=set(shops.values()), default_carrier__isnull=False)
    names = dict(policies.values_list("shop_id", "default_carrier__name"))
    found = {package_id: names[shop_id] for package_id, shop_id in shops.items() if shop_id in names}
    live = Shipment.objects.filter(package_id__in=ids).exclude(state=ShipmentState.CANCELLED)
    shipped = dict(live.values_list("package_id", "carrier_name"))
    found.update(_expected([pk for pk in shops if pk not in shipped], now=now))
    found.update({pk: name for pk, name in shipped.items() if name})
    return found


def _expected(package_ids: Sequence[int], *, now: datetime) -> dict[int, str]:
    """The choice as it would be made now; without a service in use nothing is looked at."""
    if not package_ids or not carrier_choice.is_made():
        return {}
    parcels = expected_parcels.expected_parcels(package_ids=package_ids)
    weighed = {pk: Weighed(one.weight_g, one.size_mm) for pk, one in parcels.items()}
    choices = carrier_choice.choices(weighed=weighed, moments=dict.fromkeys(weighed, now))
    chosen = {pk: choice.verdict.chosen for pk, choice in choices.items()}
    return {pk: best.service.carrier for pk, best in chosen.items() if best}


carrier_slot.fill(carriers=carriers)
