"""Giving parcels to the carrier: a manifest per carrier, a dock scan per parcel. A wrong scan changes nothing and says why.

Our dock scan is not the carrier's scan: it does not stop the deadline.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core import ids
from core.errors import RuleViolation
from integrations.tracking import numbers
from logistics import shipments, voiding
from logistics.events import ShipmentHandedOver
from logistics.models import Carrier, Manifest, ManifestLine, ManifestState, Shipment, ShipmentState
from orders import history, packages
from orders.models import HistoryKind, Package, PackageState
from orders.states import PackageAction
from relay import outbox
from tenancy.actors import Actor


class ScanRefused(RuleViolation):
    """The parcel does not belong on this manifest, or not yet. The sentence says what to do with it."""

    code = "scan_refused"


class ManifestClosed(RuleViolation):
    """The driver has signed: the list does not change any more."""

    code = "manifest_closed"
    status = 409


@dataclass(frozen=True)
class HandoverScan:
    """A scan that counted."""

    line: ManifestLine
    shipment: Shipment
    package: Package
    count: int


@transaction.atomic
def open_manifest(*, carrier_id: int | None, actor: Actor, now: datetime) -> Manifest:
    """The open manifest of a carrier, made when there is none. Without a carrier: for labels that name none."""
    carrier = Carrier.objects.lock().get(pk=carrier_id) if carrier_id else None
    found = Manifest.objects.lock().filter(carrier=carrier, state=ManifestState.OPEN).first()
    if found is not None:
        return found
    return Manifest.objects.create(
        number=ids.document_number("MAN", now.date()),
        carrier=carrier,
        carrier_name=carrier.name if carrier else "",
        opened_at=now,
        by_label=actor.label,
    )


@transaction.atomic
def scan(*, manifest_id: int, code: str, actor: Actor, now: datetime) -> HandoverScan:
    """Take one parcel onto the manifest by its tracking number, package id or order id."""
    manifest = _lock_open(manifest_id)
    shipment_id = _find(code)
    pairs = _lock_parcel(shipment_id)
    for package, shipment in pairs:
        _refuse(manifest, package, shipment)
    lines = {}
    for package, shipment in pairs:
        lines[shipment.pk] = _give_away(manifest, package, shipment, actor=actor, now=now)
    package, shipment = next(pair for pair in pairs if pair[1].pk == shipment_id)
    return HandoverScan(lines[shipment_id], shipment, package, count(manifest=manifest))


def count(*, manifest: Manifest) -> int:
    """Parcels on a manifest; one that holds several orders is one parcel."""
    return ManifestLine.objects.filter(manifest=manifest, shipment__is_follower=False).count()


def _lock_parcel(shipment_id: int) -> list[tuple[Package, Shipment]]:
    """Everything that lies in this parcel: usually one order's package."""
    found = Shipment.objects.get(pk=shipment_id)
    mates = shipments.mates(found).values_list("pk", flat=True) if found.tracking_number else ()
    return shipments.lock_pairs([shipment_id, *mates])


def _give_away(
    manifest: Manifest, package: Package, shipment: Shipment, *, actor: Actor, now: datetime
) -> ManifestLine:
    if package.state == PackageState.READY_TO_SHIP:
        packages.advance(
            package=package,
            action=PackageAction.HAND_OVER,
            actor=actor,
            now=now,
            manifest=manifest.number,
            carrier=manifest.carrier_name,
        )
        shipment.state = ShipmentState.HANDED_OVER
    shipment.docked_at = now
    shipment.save(update_fields=["state", "docked_at"])
    line = _add_line(manifest, shipment, actor=actor, now=now)
    outbox.publish(ShipmentHandedOver(shipment_id=shipment.pk, at=now))
    return line


def _lock_open(manifest_id: int) -> Manifest:
    manifest = Manifest.objects.lock().get(pk=manifest_id)
    if manifest.state != ManifestState.OPEN:
        raise ManifestClosed(
            _("%(number)s is closed. Open a new manifest for this carrier.") % {"number": manifest.number}
        )
    return manifest


def _find(code: str) -> int:
    """The shipment that a scanned code means."""
    text = code.strip()
    if not text:
        raise ScanRefused(_("Nothing was scanned."))
    by_number = Q(tracking_number=numbers.normalize(text)[:60]) | Q(raw_number=text[:80])
    by_package = Q(package__public_id=text) | Q(package__platform_package_id=text)
    by_order = Q(package__order__platform_order_id=text) | Q(package__order__public_id=text)
    rows = Shipment.objects.filter(by_number | by_package | by_order | Q(public_id=text))
    found = list(rows.exclude(state=ShipmentState.CANCELLED).order_by("pk").values_list("pk", flat=True)[:2])
    if not found and rows.exists():
        raise ScanRefused(
            _("%(code)s was cancelled. Put the parcel aside; do not ship it.") % {"code": text[:60]}
        )
    if not found:
        raise ScanRefused(
            _("No parcel here has the code %(code)s. Scan the tracking number on its label.")
            % {"code": text[:60]}
        )
    if len(found) > 1 and not _is_one_parcel(found):
        raise ScanRefused(
            _("Order %(code)s has several parcels. Scan the tracking number on this one's label.")
            % {"code": text[:60]}
        )
    return found[0]


def _is_one_parcel(shipment_ids: list[int]) -> bool:
    numbers_ = set(Shipment.objects.filter(pk__in=shipment_ids).values_list("tracking_number", flat=True))
    return len(numbers_) == 1 and "" not in numbers_


def _refuse(manifest: Manifest, package: Package, shipment: Shipment) -> None:
    """Everything that may be wrong with a parcel at the dock."""
    name = shipment.tracking_number or package.public_id
    if package.is_stopped:
        raise ScanRefused(
            _("%(parcel)s was stopped (%(reason)s). Put it aside; do not ship it.")
            % {"parcel": name, "reason": packages.stop_words(package.stop_reason)}
        )
    earlier = ManifestLine.objects.filter(shipment=shipment).select_related("manifest").first()
    if earlier is not None:
        where = _("this manifest") if earlier.manifest_id == manifest.pk else earlier.manifest.number
        raise ScanRefused(
            _("%(parcel)s was scanned already: it is on %(manifest)s.") % {"parcel": name, "manifest": where}
        )
    if not shipment.tracking_number or package.state in (PackageState.PACKED, PackageState.PICKED):
        raise ScanRefused(
            _("%(parcel)s has no label yet. Label it first, then scan it here.") % {"parcel": name}
        )
    if package.state not in (PackageState.READY_TO_SHIP, PackageState.IN_TRANSIT, PackageState.ARRIVED):
        raise ScanRefused(
            _("%(parcel)s is “%(state)s” and cannot be handed over.")
            % {"parcel": name, "state": package.get_state_display()}
        )
    if manifest.carrier_id and shipment.carrier_id != manifest.carrier_id:
        raise ScanRefused(
            _("Wrong carrier: %(parcel)s goes with %(right)s, this manifest is for %(wrong)s.")
            % {
                "parcel": name,
                "right": shipment.carrier_name or _("another carrier"),
                "wrong": manifest.carrier_name,
            }
        )


def _add_line(manifest: Manifest, shipment: Shipment, *, actor: Actor, now: datetime) -> ManifestLine:
    try:
        with transaction.atomic():
            return ManifestLine.objects.create(
                shop_id=shipment.shop_id,
                manifest=manifest,
                shipment=shipment,
                scanned_at=now,
                by_label=actor.label,
            )
    except IntegrityError as error:
        raise ScanRefused(
            _("%(parcel)s was scanned already.") % {"parcel": shipment.tracking_number}
        ) from error


@transaction.atomic
def undo(*, manifest_id: int, line_id: int, actor: Actor, now: datetime) -> Shipment:
    """Take a parcel off an open manifest: it was scanned by mistake and stays with us."""
    manifest = _lock_open(manifest_id)
    line = ManifestLine.objects.get(pk=line_id, manifest=manifest)
    for package, shipment in _lock_parcel(line.shipment_id):
        _take_back(manifest, package, shipment, actor=actor, now=now)
    return Shipment.objects.get(pk=line.shipment_id)


def _take_back(
    manifest: Manifest, package: Package, shipment: Shipment, *, actor: Actor, now: datetime
) -> None:
    if shipments.is_told_of_handover(shipment):
        raise ScanRefused(
            _("%(parcel)s stays: the platform was told already that it is on its way.")
            % {"parcel": shipment.tracking_number}
        )
    if package.state == PackageState.HANDED_OVER:
        package.handed_over_at = None
        packages.advance(
            package=package,
            action=PackageAction.TAKE_BACK,
            actor=actor,
            now=now,
            manifest=manifest.number,
        )
        shipment.state = ShipmentState.LABELLED
    shipment.docked_at = None
    shipment.save(update_fields=["state", "docked_at"])
    shipments.forget_waiting_upload(shipment=shipment)
    ManifestLine.objects.filter(manifest=manifest, shipment=shipment).delete()
    voiding.keep_cancelled(package=package, shipment=shipment, actor=actor, now=now)


@transaction.atomic
def close(*, manifest_id: int, actor: Actor, now: datetime) -> Manifest:
    """The driver signs. From here on the list is what was given away."""
    manifest = _lock_open(manifest_id)
    lines = list(ManifestLine.objects.filter(manifest=manifest).select_related("shipment__package"))
    if not lines:
        raise ScanRefused(_("Nothing was scanned onto this manifest yet."))
    _refuse_stopped(lines)
    manifest.state, manifest.closed_at = ManifestState.CLOSED, now
    manifest.save(update_fields=["state", "closed_at"])
    history.record_many(
        history.entry(
            order=line.shipment.package,
            at=now,
            actor=actor,
            kind=HistoryKind.HANDOVER,
            action="manifest.closed",
            manifest=manifest.number,
            number=line.shipment.tracking_number,
        )
        for line in lines
    )
    return manifest


def _refuse_stopped(lines: Sequence[ManifestLine]) -> None:
    """Parcels whose orders were cancelled or held since their scan must come off first: the driver takes what is listed."""
    stopped = [line.shipment for line in lines if line.shipment.package.is_stopped]
    if stopped:
        raise ScanRefused(
            _("Take these parcels off the list first, they were stopped: %(parcels)s.")
            % {"parcels": ", ".join(one.tracking_number for one in stopped[:10])}
        )
