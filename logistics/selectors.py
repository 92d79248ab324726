"""Reads of shipments for pages and API."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet

from logistics.models import Carrier, CaseState, ExceptionCase, Shipment, ShipmentState


def shipments_of_orders(*, order_ids: Iterable[int]) -> dict[int, list[Shipment]]:
    """Order id -> its live shipments with carrier and package, in one query."""
    found: dict[int, list[Shipment]] = defaultdict(list)
    rows = Shipment.objects.filter(package__order_id__in=list(order_ids)).exclude(
        state=ShipmentState.CANCELLED
    )
    for shipment in rows.select_related("carrier", "package").order_by("pk"):
        found[shipment.package.order_id].append(shipment)
    return found


def orders_by_number(*, numbers: Iterable[str]) -> dict[str, set[int]]:
    """Tracking number -> ids of the orders that it carries."""
    found: dict[str, set[int]] = defaultdict(set)
    rows = Shipment.objects.filter(tracking_number__in=list(numbers))
    for number, order_id in rows.values_list("tracking_number", "package__order_id"):
        found[number].add(order_id)
    return found


def orders_of_carrier(*, code: str) -> QuerySet:
    """Ids of orders with a live shipment of this carrier, for a filter."""
    live = Shipment.objects.filter(carrier__code=code).exclude(state=ShipmentState.CANCELLED)
    return live.order_by().values("package__order_id")


def carriers() -> QuerySet[Carrier]:
    """Carriers in use, by name."""
    return Carrier.objects.filter(is_active=True).order_by("name")


def open_cases_of(*, order_id: int) -> QuerySet[ExceptionCase]:
    """What is wrong in transit now."""
    return ExceptionCase.objects.filter(order_id=order_id, state=CaseState.OPEN).order_by("pk")
