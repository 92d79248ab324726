"""What the platform answered about a number, kept: the receipt on the parcel, or a case with the reason."""

from datetime import datetime

from logistics import exceptions, number_check, setup, shipments
from logistics.models import ExceptionKind, Shipment, ShipmentState, TrackedParcel, TrackingUpload
from orders import history
from orders.models import HistoryKind, Package
from relay import effects
from relay.effects import EffectState, Outcome
from tenancy.actors import AUTO, PLATFORM


def record(upload: TrackingUpload, outcome: Outcome, now: datetime) -> None:
    """The platform has the number, with a receipt; or a case with its reason is open."""
    package, shipment = shipments.lock_with_package(upload.shipment_id)
    if outcome.is_done:
        _record_done(upload, package, shipment, outcome, now=now)
    elif upload.effect_state in effects.STUCK_STATES:
        history.record(
            order=package,
            at=now,
            actor=PLATFORM,
            kind=HistoryKind.UPLOAD,
            action="upload.refused",
            reason=outcome.message,
            number=upload.tracking_number,
            code=outcome.code,
        )
        if shipment.state != ShipmentState.CANCELLED:
            exceptions.open_case(
                shipment=shipment,
                package=package,
                kind=ExceptionKind.UPLOAD_REFUSED,
                detail=outcome.message or outcome.code,
                now=now,
            )


def _record_done(
    upload: TrackingUpload, package: Package, shipment: Shipment, outcome: Outcome, *, now: datetime
) -> None:
    if upload.is_correction:
        shipment.tracking_number = shipment.raw_number = upload.tracking_number
        if upload.carrier_id:
            shipment.carrier, shipment.carrier_name = upload.carrier, upload.carrier.name
        TrackedParcel.objects.filter(shipment=shipment).update(
            registered_at=None, refused_why="", attempts=0, next_poll_at=now, is_finished=False
        )
    shipment.uploaded_at = shipment.uploaded_at or now
    try:
        shipments.save_numbered(shipment)
    except number_check.NumberUsed as refusal:
        TrackingUpload.objects.filter(pk=upload.pk).update(
            effect_state=EffectState.FAILED, last_error=str(refusal)[:400]
        )
        return
    _learn(upload, package, shipment, outcome)
    history.record(
        order=package,
        at=now,
        actor=AUTO,
        kind=HistoryKind.UPLOAD,
        action="upload.corrected" if upload.is_correction else "upload.done",
        number=upload.tracking_number,
        carrier=shipment.carrier_name,
        why=upload.why_now,
        receipt=outcome.data["platform_package_id"],
        warning=outcome.data["warning"],
    )
    exceptions.resolve_for(
        shipment=shipment,
        kinds=[ExceptionKind.UPLOAD_REFUSED],
        resolution="number_taken",
        now=now,
    )


def _learn(upload: TrackingUpload, package: Package, shipment: Shipment, outcome: Outcome) -> None:
    """What the answer taught us: the platform's parcel, its id of the carrier, its warning."""
    package_id = outcome.data["platform_package_id"]
    if package_id and package.platform_package_id != package_id:
        package.platform_package_id = package_id
        package.save(update_fields=["platform_package_id"])
    if outcome.data["provider_id"] and upload.carrier_id:
        setup.learn_provider_ids(
            carrier=upload.carrier, region=shipment.shop.region, provider_id=outcome.data["provider_id"]
        )
    if outcome.data["warning"]:
        TrackingUpload.objects.filter(pk=upload.pk).update(warning=outcome.data["warning"][:300])
