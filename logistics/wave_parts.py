"""What the wave planner wants to know: who will carry a package."""

from collections.abc import Iterable

from logistics.models import Shipment, ShipmentState, ShippingPolicy
from orders.models import Package, ShippingType
from warehouse import carrier_slot


def carriers(*, package_ids: Iterable[int]) -> dict[int, str]:
    """The carrier of a shipment that is there, else the own carrier of the shop; not what the platform chooses later."""
    ids = list(package_ids)
    own = Package.objects.filter(pk__in=ids, order__shipping_type=ShippingType.SELLER)
    shops = dict(own.values_list("pk", "shop_id"))
    policies = ShippingPolicy.objects.filter(shop_id__in=set(shops.values()), default_carrier__isnull=False)
    names = dict(policies.values_list("shop_id", "default_carrier__name"))
    found = {package_id: names[shop_id] for package_id, shop_id in shops.items() if shop_id in names}
    live = Shipment.objects.filter(package_id__in=ids).exclude(state=ShipmentState.CANCELLED)
    found.update(live.exclude(carrier_name="").values_list("package_id", "carrier_name"))
    return found


carrier_slot.fill(carriers=carriers)
