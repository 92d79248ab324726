"""Shipments that shall not leave as they are: void labels, stop what is on its way to the platform, call parcels back.

What has not left is void at once. What has left stays what it is, and a case asks a person to stop it or expect it back.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from logistics import exceptions, labels, platform_labels, shipments
from logistics.models import (
    BuyerMessage,
    ExceptionKind,
    LabelRequest,
    Shipment,
    ShipmentState,
    TrackedParcel,
    TrackingUpload,
)
from orders import history, packages, sla
from orders.models import HistoryKind, Order, OrderState, Package, PackageState
from orders.states import PackageAction
from relay.effects import EffectState
from tenancy.actors import AUTO, Actor
from warehouse import reservations

# Stored as the word, shown as the sentence.
REASONS = {
    "cancelled": _("The order was cancelled."),
    "unpacked": _("The carton was opened again."),
    "address_changed": _("The buyer's address changed."),
    "regrouped": _("The order was split or combined."),
}
_SETTLED = (EffectState.DONE, EffectState.CLAIMED)
_CALLED_BACK = (
    ExceptionKind.INTERCEPT,
    ExceptionKind.RETURNING,
    ExceptionKind.RETURNED,
    ExceptionKind.REFUSED,
    ExceptionKind.NO_SCAN,
)


@transaction.atomic
def of_orders(*, order_ids: Iterable[int], now: datetime) -> int:
    """The orders are cancelled: nothing of them leaves or is told any more; what has left is called back."""
    mine = Shipment.objects.filter(package__order_id__in=list(order_ids))
    gone = mine.filter(state__in=shipments.MOVING).values_list("pk", flat=True)
    for package, shipment in shipments.lock_pairs(gone):
        _forget_uploads([shipment.pk], now=now)
        exceptions.open_case(shipment=shipment, package=package, kind=ExceptionKind.INTERCEPT, now=now)
    return len(_void(mine, reason="cancelled", now=now))


@transaction.atomic
def of_packages(*, package_ids: Iterable[int], reason: str, now: datetime) -> int:
    """These packages are not closed cartons any more: no label is made for them, and one under way counts for nothing."""
    return len(_void(Shipment.objects.filter(package_id__in=list(package_ids)), reason=reason, now=now))


def _void(rows, *, reason: str, now: datetime) -> list[tuple[Package, Shipment]]:
    ids = rows.filter(state__in=shipments.NOT_GONE).values_list("pk", flat=True)
    pairs = [pair for pair in shipments.lock_pairs(ids) if pair[1].state in shipments.NOT_GONE]
    void_ids = [shipment.pk for _package, shipment in pairs]
    asked = set(LabelRequest.objects.filter(shipment_id__in=void_ids).values_list("shipment_id", flat=True))
    Shipment.objects.filter(pk__in=void_ids).update(state=ShipmentState.CANCELLED, void_reason=reason)
    _forget_uploads(void_ids, now=now)
    LabelRequest.objects.filter(shipment_id__in=void_ids).exclude(effect_state__in=_SETTLED).update(
        effect_state=EffectState.DROPPED, done_at=now
    )
    BuyerMessage.objects.filter(case__shipment_id__in=void_ids, effect_state=EffectState.WAITING).update(
        effect_state=EffectState.DROPPED, done_at=now
    )
    TrackedParcel.objects.filter(shipment_id__in=void_ids).update(is_finished=True)
    _hand_on_numbers([shipment for _package, shipment in pairs])
    for package, shipment in pairs:
        if shipment.tracking_number or shipment.pk in asked:
            sla.note_label(order_id=package.order_id, is_failed=False)
            _note(package, shipment, reason=reason, now=now)
    return pairs


def _forget_uploads(shipment_ids: Sequence[int], *, now: datetime) -> None:
    TrackingUpload.objects.filter(shipment_id__in=shipment_ids).exclude(effect_state__in=_SETTLED).update(
        effect_state=EffectState.DROPPED, done_at=now
    )


def _hand_on_numbers(voided: Sequence[Shipment]) -> None:
    """A parcel of several orders keeps its number: another order's shipment carries it from now on."""
    for shipment in voided:
        if shipment.tracking_number and not shipment.is_follower:
            heir = shipments.mates(shipment).filter(is_follower=True).order_by("pk").first()
            if heir is not None:
                Shipment.objects.filter(pk=heir.pk).update(is_follower=False)


def _note(package: Package, shipment: Shipment, *, reason: str, now: datetime) -> None:
    history.record(
        order=package,
        at=now,
        actor=AUTO,
        kind=HistoryKind.LABEL,
        action="label.voided",
        number=shipment.tracking_number,
        void=reason,
    )


@transaction.atomic
def of_changed_addresses(*, order_ids: Iterable[int], now: datetime) -> int:
    """Labels made for the old address are void and made anew; parcels that have left get a case. Returns how many."""
    rows = Shipment.objects.filter(package__order_id__in=list(order_ids)).exclude(
        state=ShipmentState.CANCELLED
    )
    old, told = [], []
    for package, shipment in shipments.lock_pairs(rows.values_list("pk", flat=True)):
        knows_number = shipment.uploaded_at is not None and not shipment.is_platform_label
        if shipment.state in shipments.MOVING or (knows_number and shipment.state in shipments.NOT_GONE):
            told.append((package, shipment))
        elif shipment.state in shipments.NOT_GONE and _has_paper(shipment):
            old.append((package, shipment))
    for package, shipment in told:
        kind = ExceptionKind.ADDRESS_ISSUE
        detail = str(REASONS["address_changed"])
        exceptions.open_case(shipment=shipment, package=package, kind=kind, detail=detail, now=now)
    ids = [package.pk for package, _shipment in old]
    of_packages(package_ids=ids, reason="address_changed", now=now)
    back = [package for package, _shipment in old if package.state == PackageState.READY_TO_SHIP]
    packages.advance_many(packages=back, action=PackageAction.UNLABEL, actor=AUTO, now=now)
    waiting = labels.open_shipments(package_ids=ids, now=now)
    platform_labels.ask(shipments_to_label=waiting, now=now)
    return len(old) + len(told)


def _has_paper(shipment: Shipment) -> bool:
    """A label was made, or is being made at this moment. One that only waits will be made with the new address."""
    making = LabelRequest.objects.filter(shipment=shipment, effect_state=EffectState.CLAIMED)
    return bool(shipment.tracking_number) or making.exists()


@transaction.atomic
def keep_cancelled(*, package: Package, shipment: Shipment, actor: Actor, now: datetime) -> bool:
    """A parcel of a cancelled order was taken off the manifest: it ends here and its goods go back. False: it lives on."""
    if Order.objects.values_list("state", flat=True).get(pk=package.order_id) != OrderState.CANCELLED:
        return False
    packages.advance(package=package, action=PackageAction.CANCEL, actor=actor, now=now, reason="cancelled")
    of_packages(package_ids=[package.pk], reason="cancelled", now=now)
    exceptions.resolve_for(
        shipment=shipment, kinds=[ExceptionKind.INTERCEPT], resolution="kept_back", now=now, actor=actor
    )
    reservations.give_back(package_ids=[package.pk], now=now, actor=actor)
    return True


@transaction.atomic
def came_back(*, package_ids: Iterable[int], now: datetime) -> int:
    """Parcels that had left stand here again."""
    rows = Shipment.objects.filter(package_id__in=list(package_ids)).exclude(state=ShipmentState.CANCELLED)
    pairs = shipments.lock_pairs(rows.values_list("pk", flat=True))
    Shipment.objects.filter(pk__in=[shipment.pk for _package, shipment in pairs]).update(
        state=ShipmentState.RETURNED
    )
    for _package, shipment in pairs:
        TrackedParcel.objects.filter(shipment=shipment).update(is_finished=True)
        exceptions.resolve_for(shipment=shipment, kinds=_CALLED_BACK, resolution="came_back", now=now)
    return len(pairs)
