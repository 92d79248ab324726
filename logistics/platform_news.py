"""The platform's own picture of an order, read as a carrier's word: collected, delivered.

It covers platform labels whose number no provider follows, and parcels that were shipped in Seller Center behind our back.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from integrations.ports import CarrierEvent, TrackingSnapshot
from logistics import tracking
from logistics.models import Shipment, ShipmentState, TrackingStatus
from orders import packages
from orders.models import Order, Package, PackageState, PlatformStatus
from orders.states import FINAL, PackageAction
from tenancy.actors import PLATFORM

COLLECTED = (PlatformStatus.IN_TRANSIT, PlatformStatus.DELIVERED, PlatformStatus.COMPLETED)
ARRIVED = (PlatformStatus.DELIVERED, PlatformStatus.COMPLETED)


@transaction.atomic
def take_in(*, order_ids: Iterable[int], now: datetime) -> int:
    """Move the parcels of orders that the platform says are collected or delivered. Returns how many moved."""
    orders = {
        order.pk: order
        for order in Order.objects.filter(pk__in=list(order_ids), platform_status__in=COLLECTED)
    }
    open_packages = Package.objects.filter(order_id__in=orders).exclude(state__in=FINAL)
    by_package = {package.pk: orders[package.order_id] for package in open_packages}
    with_number = dict(
        Shipment.objects.filter(package_id__in=by_package)
        .exclude(state__in=[ShipmentState.CANCELLED, ShipmentState.PENDING])
        .values_list("package_id", "pk")
    )
    for package_id, shipment_id in sorted(with_number.items()):
        snapshot = _snapshot(by_package[package_id])
        tracking.apply_snapshot(shipment_id=shipment_id, snapshot=snapshot, source="platform", now=now)
    rest = packages.lock_many(ids=by_package.keys() - with_number.keys())
    for package in rest:
        _advance_unlabelled(package, by_package[package.pk], now=now)
    return len(by_package)


def _times(order: Order) -> tuple[datetime, datetime]:
    """When it was collected and delivered, by the platform's own times where it gives them."""
    collected = order.collected_at or order.delivered_at or order.platform_updated_at
    return collected, max(order.delivered_at or order.platform_updated_at, collected)


def _snapshot(order: Order) -> TrackingSnapshot:
    collected, delivered = _times(order)
    events = [
        CarrierEvent(happened_at=collected, status=TrackingStatus.PICKED_UP, event_hash="platform:collected")
    ]
    if order.platform_status in ARRIVED:
        events.append(
            CarrierEvent(
                happened_at=delivered, status=TrackingStatus.DELIVERED, event_hash="platform:delivered"
            )
        )
    return TrackingSnapshot(number="", status=events[-1].status, events=tuple(events))


def _advance_unlabelled(package: Package, order: Order, *, now: datetime) -> None:
    """Shipped elsewhere: there is no shipment of ours, only the package moves."""
    collected, delivered = _times(order)
    if package.state == PackageState.CANCELLED:
        return
    packages.advance(package=package, action=PackageAction.PICK_UP, actor=PLATFORM, now=min(collected, now))
    if order.platform_status in ARRIVED:
        packages.advance(
            package=package, action=PackageAction.DELIVER, actor=PLATFORM, now=min(delivered, now)
        )
