"""A person chooses another carrier than weight and size did, and says why; and takes that back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from logistics import carrier_choice, labels, shipments
from logistics.models import Carrier, Shipment, ShipmentState
from orders import history, packages
from orders.models import HistoryKind, Package, PackageState, ShippingType
from tenancy.actors import Actor


class ChoiceNeedsReason(RuleViolation):
    """Another carrier without a reason teaches nobody anything."""

    code = "choice_needs_reason"


class CarrierIsFixed(RuleViolation):
    """The carrier of this parcel cannot be chosen here, or not any more."""

    code = "carrier_is_fixed"
    status = 409


class NoSuchCarrier(RuleViolation):
    """The carrier that was named is not one of the seller's, or not in use."""

    code = "no_such_carrier"


@transaction.atomic
def change(*, package_id: int, carrier_code: str, reason: str, actor: Actor, now: datetime) -> Shipment:
    """Give the packed parcel to this carrier. What it costs there is reckoned where the carrier has prices."""
    carrier = Carrier.objects.filter(code=carrier_code, is_active=True).first()
    if carrier is None:
        raise NoSuchCarrier(_("Choose one of the carriers in use."))
    if not reason.strip():
        raise ChoiceNeedsReason(
            _("Say why this parcel goes with %(carrier)s.") % {"carrier": carrier.name}, carrier=carrier.code
        )
    package, shipment = _open(package_id=package_id, now=now)
    before = shipment.carrier.name if shipment.carrier else "—"
    auto = shipment.choice.get("auto", shipment.choice)
    quote = carrier_choice.quote_of(carrier=carrier, package=package, now=now)
    shipment.carrier = carrier
    shipment.freight_amount = quote.amount if quote else None
    shipment.freight_currency = quote.service.currency if quote else ""
    shipment.choice = {"by": "person", "who": actor.label, "reason": reason.strip()[:200], "auto": auto}
    shipment.save(update_fields=["carrier", "freight_amount", "freight_currency", "choice"])
    history.record(
        order=package,
        at=now,
        actor=actor,
        kind=HistoryKind.LABEL,
        action="carrier.changed",
        service=quote.service.label if quote else carrier.name,
        before=before,
        reason=reason.strip(),
    )
    return shipment


@transaction.atomic
def choose_again(*, package_id: int, actor: Actor, now: datetime) -> Shipment:
    """Back to what weight and size say, with the services as they are now."""
    package, shipment = _open(package_id=package_id, now=now)
    found = carrier_choice.as_packed(packages=[package], now=now).get(package.pk)
    if found is None:
        raise CarrierIsFixed(_("No carrier has a service in use. Add one under Carriers first."))
    before = shipment.carrier.name if shipment.carrier else "—"
    carrier_choice.put(shipment=shipment, choice=found)
    shipment.save(update_fields=["carrier", "freight_amount", "freight_currency", "choice"])
    if shipment.carrier_id is not None:
        history.record(
            order=package,
            at=now,
            actor=actor,
            kind=HistoryKind.LABEL,
            action="carrier.changed",
            service=shipment.choice["service"],
            before=before,
        )
    return shipment


def _open(*, package_id: int, now: datetime) -> tuple[Package, Shipment]:
    """The packed package and its shipment, locked; the shipment is opened when the floor's news has not come yet."""
    (package,) = packages.lock_many(ids=[package_id])
    order = Package.objects.select_related("order").get(pk=package_id).order
    if order.shipping_type == ShippingType.PLATFORM:
        raise CarrierIsFixed(_("The platform chooses the carrier of this parcel."))
    if package.is_stopped:
        raise packages.PackageStopped(
            _("This package was stopped (%(reason)s). Put it aside; do not ship it.")
            % {"reason": packages.stop_words(package.stop_reason)}
        )
    if package.state != PackageState.PACKED:
        raise CarrierIsFixed(
            _("This package is “%(state)s”: its carrier is chosen when it stands packed, before its number.")
            % {"state": package.get_state_display()}
        )
    labels.open_shipments(package_ids=[package_id], now=now)
    live = Shipment.objects.filter(package_id=package_id).exclude(state=ShipmentState.CANCELLED)
    package, shipment = shipments.lock_with_package(live.values_list("pk", flat=True)[0])
    if shipment.tracking_number:
        raise CarrierIsFixed(
            _("It has the number %(number)s of %(carrier)s. Change the number instead.")
            % {"number": shipment.tracking_number, "carrier": shipment.carrier_name}
        )
    return package, shipment
