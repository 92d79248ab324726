"""What the queue's background work wants to know of shipments."""

from collections.abc import Iterable

from logistics import selectors
from orders import queue_slots
from orders.queue_slots import Parcel


def parcels(*, order_ids: Iterable[int]) -> dict[int, list[Parcel]]:
    """Order id -> carrier and number of each of its parcels."""
    return {
        order_id: [
            Parcel(carrier=shipment.carrier_name, number=shipment.tracking_number) for shipment in shipments
        ]
        for order_id, shipments in selectors.shipments_of_orders(order_ids=order_ids).items()
    }


queue_slots.fill(parcels=parcels, carrier_orders=selectors.orders_of_carrier)
