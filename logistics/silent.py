"""Parcels that nobody hears of: given to the carrier and not scanned, or scanned once and then silent."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from logistics import exceptions, shipments, watching
from logistics.models import ExceptionCase, ExceptionKind, Shipment, ShipmentState
from orders.models import PackageState

NO_SCAN_AFTER = timedelta(hours=24)
STALE_AFTER = timedelta(days=5)
UNSCANNED_LABEL_AFTER = timedelta(hours=6)  # the driver may have taken it past our dock scan
ASK_AGAIN_AFTER = timedelta(hours=24)  # a case that a person resolved stays away this long
LIMIT = 500


def sweep(*, now: datetime) -> int:
    """Open the cases of silence at the seller in scope, and watch labelled parcels that never met our scanner."""
    unscanned = Shipment.objects.filter(state=ShipmentState.HANDED_OVER, picked_up_at__isnull=True)
    unscanned = unscanned.filter(docked_at__lt=now - NO_SCAN_AFTER)
    silent = Shipment.objects.filter(state__in=[ShipmentState.IN_TRANSIT, ShipmentState.ARRIVED])
    silent = silent.filter(last_event_at__lt=now - STALE_AFTER)
    count = _open(unscanned, kind=ExceptionKind.NO_SCAN, now=now)
    count += _open(silent, kind=ExceptionKind.STALE, now=now)
    lingering = Shipment.objects.filter(
        state=ShipmentState.LABELLED,
        labelled_at__lt=now - UNSCANNED_LABEL_AFTER,
        tracked__isnull=True,
        package__state=PackageState.READY_TO_SHIP,
    )
    watching.start(shipment_ids=list(lingering.values_list("pk", flat=True)[:LIMIT]), now=now)
    return count


def _open(rows, *, kind: str, now: datetime) -> int:
    recent = ExceptionCase.objects.filter(shipment=OuterRef("pk"), kind=kind).exclude(
        resolved_at__lt=now - ASK_AGAIN_AFTER
    )
    ids = list(rows.filter(~Exists(recent)).order_by("pk").values_list("pk", flat=True)[:LIMIT])
    for package, shipment in shipments.lock_pairs(ids):
        exceptions.open_case(shipment=shipment, package=package, kind=kind, now=now)
    return len(ids)
