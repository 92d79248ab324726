"""What the queue wants to know of shipments."""

from collections import defaultdict
from collections.abc import Iterable

from logistics import selectors
from logistics.models import Shipment, ShipmentState
from orders import queue_slots
from orders.queue_slots import Parcel


def parcels(*, order_ids: Iterable[int]) -> dict[int, list[Parcel]]:
    """Order id -> carrier and number of each of its parcels."""
    found: dict[int, list[Parcel]] = defaultdict(list)
    live = Shipment.objects.exclude(state=ShipmentState.CANCELLED)
    rows = live.filter(package__order_id__in=list(order_ids)).order_by("pk")
    for order_id, carrier, number in rows.values_list("package__order_id", "carrier_name", "tracking_number"):
        found[order_id].append(Parcel(carrier=carrier, number=number))
    return found


queue_slots.fill(parcels=parcels, carrier_orders=selectors.orders_of_carrier)
