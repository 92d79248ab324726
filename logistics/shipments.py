"""The shipment row: locked in the house's order, numbered, moved along with its package."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction

from logistics import number_check
from logistics.models import Shipment, ShipmentState, TrackingUpload
from orders import packages
from orders.models import Package, PackageState
from relay.effects import EffectState

# A shipment says the same as its package, in its own words; `advance` of the package comes first.
STATE_OF_PACKAGE = {
    PackageState.READY_TO_SHIP: ShipmentState.LABELLED,
    PackageState.HANDED_OVER: ShipmentState.HANDED_OVER,
    PackageState.IN_TRANSIT: ShipmentState.IN_TRANSIT,
    PackageState.ARRIVED: ShipmentState.ARRIVED,
    PackageState.DELIVERED: ShipmentState.DELIVERED,
    PackageState.RETURNED: ShipmentState.RETURNED,
    PackageState.LOST: ShipmentState.LOST,
    PackageState.CANCELLED: ShipmentState.CANCELLED,
}
MOVING = (ShipmentState.HANDED_OVER, ShipmentState.IN_TRANSIT, ShipmentState.ARRIVED)
NOT_GONE = (ShipmentState.PENDING, ShipmentState.LABELLED)


def lock_pairs(shipment_ids: Iterable[int]) -> list[tuple[Package, Shipment]]:
    """Packages first, then shipments, each in primary key order: the order of locks everywhere."""
    ids = list(shipment_ids)
    package_ids = Shipment.objects.filter(pk__in=ids).values_list("package_id", flat=True)
    locked = {package.pk: package for package in packages.lock_many(ids=list(package_ids))}
    rows = list(Shipment.objects.lock().filter(pk__in=ids).select_related("carrier"))
    return [(locked[row.package_id], row) for row in rows]


def lock_with_package(shipment_id: int) -> tuple[Package, Shipment]:
    """One package and its shipment; raises Shipment.DoesNotExist."""
    found = lock_pairs([shipment_id])
    if not found:
        raise Shipment.DoesNotExist(shipment_id)
    return found[0]


def save_numbered(shipment: Shipment) -> None:
    """Save; another parcel that took the number a moment ago, or that we may not see, makes it a refusal."""
    try:
        with transaction.atomic():
            shipment.save()
    except IntegrityError as error:
        if "tracking_number_once" not in str(error):
            raise
        raise number_check.used(number=shipment.tracking_number) from error


def mates(shipment: Shipment):
    """The other orders' shipments that lie in the same parcel: they share its number."""
    same = Shipment.objects.filter(shop_id=shipment.shop_id, tracking_number=shipment.tracking_number)
    return same.exclude(state=ShipmentState.CANCELLED).exclude(pk=shipment.pk)


def _told_of_handover(shipment: Shipment):
    """Uploads that were made because the parcel had left; one made with its label says nothing about that."""
    return TrackingUpload.objects.filter(shipment=shipment, is_correction=False).exclude(why_now="at_label")


def is_told_of_handover(shipment: Shipment) -> bool:
    """Whether the platform knows, or is being told right now, that the parcel left."""
    states = [EffectState.DONE, EffectState.CLAIMED]
    return _told_of_handover(shipment).filter(effect_state__in=states).exists()


def forget_waiting_upload(*, shipment: Shipment) -> None:
    """The parcel is back with us: an upload that has not left must not leave."""
    _told_of_handover(shipment).filter(effect_state=EffectState.WAITING).delete()
