"""From a packed package to a parcel with a number and a label: our side of both paths.

The platform's label is fetched by `platform_labels`; a seller's own carrier gets a number typed, scanned or from a block.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from core.measures import Money
from logistics import carrier_choice, number_blocks, number_check, setup, shipments, tracking_upload
from logistics.models import Carrier, Shipment, ShipmentState, TrackedParcel
from logistics.number_check import Judged
from orders import history, packages
from orders.models import HistoryKind, Package, PackageState, ShippingType
from orders.states import PackageAction
from tenancy.actors import AUTO, Actor

_NUMBERED_AT = (PackageState.PACKED, PackageState.READY_TO_SHIP)


class NotWaitingForNumber(RuleViolation):
    """The parcel cannot take a number now."""

    code = "not_waiting_for_number"
    status = 409


class NoCarrierChosen(RuleViolation):
    """A number is judged for its carrier, so the carrier comes first."""

    code = "no_carrier_chosen"


class ReprintNeedsReason(RuleViolation):
    """Two labels of one parcel are how two parcels get one number."""

    code = "reprint_needs_reason"


@dataclass(frozen=True)
class Labelled:
    """A parcel that has its number now, and what a person should look at twice."""

    shipment: Shipment
    warning: str = ""


@dataclass(frozen=True)
class RowResult:
    """What became of one row of a bulk action."""

    shipment: Shipment
    is_done: bool
    message: str = ""


@transaction.atomic
def open_shipments(*, package_ids: Iterable[int], now: datetime) -> list[Shipment]:
    """A shipment for each packed package that has none. One that was labelled before an unpacking goes on at once."""
    packed = [
        package
        for package in packages.lock_many(ids=package_ids)
        if package.state == PackageState.PACKED and not package.is_stopped
    ]
    live = {
        shipment.package_id: shipment
        for shipment in Shipment.objects.lock()
        .filter(package_id__in=[package.pk for package in packed])
        .exclude(state=ShipmentState.CANCELLED)
    }
    new = _new_shipments([package for package in packed if package.pk not in live], now=now)
    relabelled = [package for package in packed if package.pk in live and live[package.pk].tracking_number]
    packages.advance_many(packages=relabelled, action=PackageAction.LABEL, actor=AUTO, now=now)
    waiting = [shipment for shipment in live.values() if not shipment.tracking_number]
    return [*new, *waiting]


def _new_shipments(waiting: Sequence[Package], *, now: datetime) -> list[Shipment]:
    orders = {
        package.pk: package.order
        for package in Package.objects.filter(pk__in=[one.pk for one in waiting]).select_related("order")
    }
    by_platform = {pk for pk, order in orders.items() if order.shipping_type == ShippingType.PLATFORM}
    own = [package for package in waiting if package.pk not in by_platform]
    chosen = carrier_choice.as_packed(packages=own, now=now) if own else {}
    policies = setup.policies_for({package.shop_id for package in waiting})
    rows = []
    for package in waiting:
        is_platform = package.pk in by_platform
        row = Shipment(
            shop_id=package.shop_id,
            package=package,
            carrier_id=None if is_platform else policies[package.shop_id].default_carrier_id,
            is_platform_label=is_platform,
            weight_g=package.weight_g,
            created_at=now,
        )
        if package.pk in chosen:
            carrier_choice.put(shipment=row, choice=chosen[package.pk])
        rows.append(row)
    _note_choices([row for row in rows if row.choice], now=now)
    return Shipment.objects.bulk_create(rows)


def _note_choices(rows: Sequence[Shipment], *, now: datetime) -> None:
    history.record_many(
        history.entry(
            order=row.package,
            at=now,
            actor=AUTO,
            kind=HistoryKind.LABEL,
            action="carrier.chosen" if row.carrier_id else "carrier.missing",
            service=row.choice.get("service", ""),
            price=str(Money(row.freight_amount, row.freight_currency)) if row.carrier_id else "",
        )
        for row in rows
    )


@transaction.atomic
def give_number(
    *, shipment_id: int, carrier: Carrier, number: str, source: str, actor: Actor, now: datetime
) -> Labelled:
    """Put a number on a parcel, typed, scanned or sent by a partner. Until the platform has it, it may be changed."""
    package, shipment = shipments.lock_with_package(shipment_id)
    _refuse_numbering(package, shipment)
    judged = number_check.judge(raw=number, carrier=carrier, source=source, shipment=shipment)
    return _put(
        package, shipment, carrier=carrier, judged=judged, raw=number, source=source, actor=actor, now=now
    )


@transaction.atomic
def take_numbers(
    *, shipment_ids: Iterable[int], carrier: Carrier, actor: Actor, now: datetime
) -> list[RowResult]:
    """Number many parcels from the carrier's block. Parcels that cannot take one are named and left alone."""
    results, open_pairs = [], []
    for package, shipment in shipments.lock_pairs(shipment_ids):
        try:
            _refuse_numbering(package, shipment)
        except RuleViolation as refusal:
            results.append(RowResult(shipment, False, str(refusal)))
            continue
        if shipment.tracking_number:
            results.append(RowResult(shipment, False, _("It has a number already.")))
            continue
        open_pairs.append((package, shipment))
    numbers = number_blocks.take(carrier=carrier, count=len(open_pairs)) if open_pairs else []
    for (package, shipment), number in zip(open_pairs, numbers, strict=True):
        judged = Judged(number, number_check.judge_shape(raw=number, carrier=carrier).is_proven)
        _put(
            package,
            shipment,
            carrier=carrier,
            judged=judged,
            raw=number,
            source="block",
            actor=actor,
            now=now,
        )
        results.append(RowResult(shipment, True))
    return results


@transaction.atomic
def take_numbers_as_chosen(*, shipment_ids: Iterable[int], actor: Actor, now: datetime) -> list[RowResult]:
    """The same, each parcel from the block of the carrier that was chosen for it."""
    by_carrier: dict[Carrier | None, list[Shipment]] = {}
    for _package, shipment in shipments.lock_pairs(shipment_ids):  # all of them first, in the order of locks
        by_carrier.setdefault(shipment.carrier, []).append(shipment)
    results = [RowResult(row, False, _("No carrier was chosen for it.")) for row in by_carrier.pop(None, [])]
    for carrier, rows in sorted(by_carrier.items(), key=lambda one: one[0].pk):
        try:
            results += take_numbers(
                shipment_ids=[row.pk for row in rows], carrier=carrier, actor=actor, now=now
            )
        except number_blocks.NoNumbersLeft as refusal:
            results += [RowResult(row, False, str(refusal)) for row in rows]
    return results


def _put(
    package: Package,
    shipment: Shipment,
    *,
    carrier: Carrier,
    judged: Judged,
    raw: str,
    source: str,
    actor: Actor,
    now: datetime,
) -> Labelled:
    before = shipment.tracking_number
    if before == judged.number and shipment.carrier_id == carrier.pk:
        return Labelled(shipment, judged.warning)
    if shipment.choice and shipment.carrier_id != carrier.pk:
        carrier_choice.forget(shipment=shipment)
    shipment.tracking_number, shipment.raw_number = judged.number, raw.strip()[:80]
    shipment.number_source, shipment.is_number_proven = source, judged.is_proven
    shipment.carrier, shipment.carrier_name = carrier, carrier.name
    shipment.labelled_at = shipment.labelled_at or now
    if shipment.state == ShipmentState.PENDING:
        shipment.state = ShipmentState.LABELLED
    shipment.label_print_count, shipment.label_printed_at = 0, None
    if shipment.is_platform_label:
        shipment.uploaded_at = now  # the platform gave this number: there is nothing to tell it
    shipment.is_follower = number_check.follows_another(number=judged.number, shipment=shipment)
    shipments.save_numbered(shipment)
    _note_number(package, shipment, before=before, source=source, actor=actor, now=now)
    if package.state == PackageState.PACKED:
        packages.advance(
            package=package, action=PackageAction.LABEL, actor=actor, now=now, carrier=carrier.name
        )
    TrackedParcel.objects.filter(shipment=shipment).update(
        registered_at=None, refused_why="", attempts=0, next_poll_at=now, is_finished=False
    )
    tracking_upload.renumber(shipment=shipment, now=now)
    return Labelled(shipment, judged.warning)


def _note_number(
    package: Package, shipment: Shipment, *, before: str, source: str, actor: Actor, now: datetime
) -> None:
    history.record(
        order=package,
        at=now,
        actor=actor,
        kind=HistoryKind.LABEL,
        action="shipment.renumbered" if before else "shipment.numbered",
        number=shipment.tracking_number,
        before=before,
        carrier=shipment.carrier_name,
        source=source,
    )


def _refuse_numbering(package: Package, shipment: Shipment) -> None:
    if package.is_stopped:
        raise packages.PackageStopped(
            _("This package was stopped (%(reason)s). Put it aside; do not ship it.")
            % {"reason": packages.stop_words(package.stop_reason)}
        )
    is_fixable = shipment.state in shipments.MOVING and shipment.uploaded_at is None
    is_open = shipment.state in shipments.NOT_GONE and package.state in _NUMBERED_AT
    if not is_open and not is_fixable:
        raise NotWaitingForNumber(
            _("This parcel is “%(state)s”: its number cannot be changed here any more.")
            % {"state": shipment.get_state_display()}
        )
    if shipment.uploaded_at and not shipment.is_platform_label:
        raise NotWaitingForNumber(
            _(
                "The platform has this parcel's number. Correct it from the shipment's page: that is possible once."
            )
        )
    if shipment.is_platform_label and shipment.uploaded_at:
        raise NotWaitingForNumber(_("The platform gave this parcel its number."))
    if shipment.is_platform_label and setup.connected_shops([shipment.shop_id]):
        raise NotWaitingForNumber(_("The platform gives this parcel its number; its label is on the way."))


@transaction.atomic
def mark_printed(*, shipment_ids: Iterable[int], reason: str, actor: Actor, now: datetime) -> list[Shipment]:
    """Count a print of each label. A second print of any of them needs a reason."""
    printed = list(Shipment.objects.lock().filter(pk__in=list(shipment_ids)).exclude(tracking_number=""))
    again = [shipment for shipment in printed if shipment.label_print_count]
    if again and not reason.strip():
        raise ReprintNeedsReason(
            _("%(number)s was printed before. Say why it is printed again, and destroy the old label.")
            % {"number": again[0].tracking_number}
        )
    for shipment in printed:
        shipment.label_print_count += 1
        shipment.label_printed_at = now
    Shipment.objects.bulk_update(printed, ["label_print_count", "label_printed_at"])
    parcels = Package.objects.in_bulk([shipment.package_id for shipment in printed])
    history.record_many(
        history.entry(
            order=parcels[shipment.package_id],
            at=now,
            actor=actor,
            kind=HistoryKind.LABEL,
            action="label.printed" if shipment.label_print_count == 1 else "label.reprinted",
            reason=reason.strip(),
            number=shipment.tracking_number,
            count=shipment.label_print_count,
        )
        for shipment in printed
    )
    return printed
