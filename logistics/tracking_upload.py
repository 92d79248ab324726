"""Seller-carrier numbers on their way to the platform: which are due, one effect each, each failure with its reason.

Rows only; `upload_calls` talks to the platform. One upload per shipment, and at most one correction after it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from logistics import number_check, setup, shipments, upload_policy
from logistics.models import Carrier, Shipment, ShipmentState, ShippingPolicy, TrackingUpload, UploadMoment
from logistics.upload_policy import UploadFacts
from orders import history
from orders.models import HistoryKind, OrderState, SlaClock
from relay import effects
from relay.effects import EffectState
from tenancy.actors import Actor

SWEEP_LIMIT = 1000


class NotTimeYet(RuleViolation):
    """The shop's policy says that the platform is told later."""

    code = "not_time_yet"
    status = 409


class CannotCorrect(RuleViolation):
    """The platform allows one correction of a number, after the number was given."""

    code = "cannot_correct"
    status = 409


def upload_key(shipment_id: int) -> str:
    return f"upload:{shipment_id}"


def facts_of(shipment: Shipment, *, policy: ShippingPolicy, clock: SlaClock | None) -> UploadFacts:
    """The decision's view of one shipment."""
    return UploadFacts(
        moment=policy.upload_moment,
        guard_hours=policy.guard_hours,
        labelled_at=shipment.labelled_at,
        docked_at=shipment.docked_at,
        picked_up_at=shipment.picked_up_at,
        due_at=(clock.dispatch_due_at or clock.due_at) if clock else None,
    )


def waiting_shipments():
    """Own-carrier shipments whose number the platform does not have and was not asked to take yet."""
    return (
        Shipment.objects.filter(is_platform_label=False, uploaded_at__isnull=True)
        .exclude(tracking_number="")
        .exclude(state__in=[ShipmentState.PENDING, ShipmentState.CANCELLED])
        .exclude(package__order__state=OrderState.CANCELLED)
        .filter(uploads__isnull=True)
    )


def sweep(*, now: datetime) -> int:
    """Find every shipment of the seller in scope whose time has come, and queue its upload."""
    policies = ShippingPolicy.objects.all()
    guards: dict[int, list[int]] = {}
    for policy in policies:
        guards.setdefault(policy.guard_hours, []).append(policy.shop_id)
    by_moment = {
        moment: [policy.shop_id for policy in policies if policy.upload_moment == moment]
        for moment in UploadMoment
    }
    is_due = Q(picked_up_at__isnull=False) | Q(shop_id__in=by_moment[UploadMoment.AT_LABEL])
    is_due |= Q(docked_at__isnull=False, shop_id__in=by_moment[UploadMoment.AT_HANDOVER])
    for hours, shop_ids in guards.items():
        near = now + timedelta(hours=hours)
        is_near = Q(package__order__clock__dispatch_due_at__lte=near) | Q(
            package__order__clock__dispatch_due_at__isnull=True, package__order__clock__due_at__lte=near
        )
        is_due |= is_near & Q(docked_at__isnull=False, shop_id__in=shop_ids)
    connected = setup.connected_shops(policy.shop_id for policy in policies)
    rows = waiting_shipments().filter(is_due, shop_id__in=connected).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:SWEEP_LIMIT])
    return consider(shipment_ids=ids, now=now) if ids else 0


@transaction.atomic
def consider(*, shipment_ids: Iterable[int], now: datetime) -> int:
    """Queue the uploads of these shipments whose time has come. Returns how many were queued."""
    rows = waiting_shipments().filter(pk__in=list(shipment_ids)).select_related("package")
    due = _due(list(rows.order_by("pk")), now=now)
    connected = setup.connected_shops({shipment.shop_id for shipment, _why in due})
    uploads = [_upload(shipment, why=why, now=now) for shipment, why in due if shipment.shop_id in connected]
    if uploads:
        TrackingUpload.objects.bulk_create(uploads, ignore_conflicts=True)
        effects.wake_for(TrackingUpload)
    return len(uploads)


def _due(rows: list[Shipment], *, now: datetime) -> list[tuple[Shipment, str]]:
    policies = setup.policies_for({row.shop_id for row in rows}) if rows else {}
    order_ids = {row.package.order_id for row in rows}
    clocks = {clock.order_id: clock for clock in SlaClock.objects.filter(order_id__in=order_ids)}
    found = []
    for row in rows:
        if row.package.is_stopped and row.picked_up_at is None:
            continue
        facts = facts_of(row, policy=policies[row.shop_id], clock=clocks.get(row.package.order_id))
        why = upload_policy.why_now(facts, now=now)
        if why:
            found.append((row, why))
    return found


def due_for_file(*, shop_id: int, now: datetime) -> list[tuple[Shipment, str]]:
    """The same decision for a shop that lives on files: what belongs into its next upload file."""
    rows = waiting_shipments().filter(shop_id=shop_id).select_related("package__order", "carrier")
    return _due(list(rows.order_by("pk")), now=now)


def _upload(shipment: Shipment, *, why: str, now: datetime) -> TrackingUpload:
    warning = "" if shipment.is_number_proven or shipment.number_source == "block" else "unproven"
    return TrackingUpload(
        shop_id=shipment.shop_id,
        shipment=shipment,
        carrier_id=shipment.carrier_id,
        key=upload_key(shipment.pk),
        tracking_number=shipment.tracking_number,
        why_now=why,
        warning=warning,
        not_before=now,
        created_at=now,
    )


@transaction.atomic
def upload_now(*, shipment_id: int, actor: Actor, now: datetime) -> None:
    """A person does not wait for the policy. Even so nothing is told before we gave the parcel away."""
    package, shipment = shipments.lock_with_package(shipment_id)
    if not shipment.tracking_number or shipment.is_platform_label or shipment.uploaded_at:
        raise NotTimeYet(_("There is nothing to upload for this parcel."))
    if shipment.docked_at is None and shipment.picked_up_at is None:
        raise NotTimeYet(
            _("Hand the parcel over first: a number that the carrier never scans counts against the shop.")
        )
    if shipment.shop_id not in setup.connected_shops([shipment.shop_id]):
        raise NotTimeYet(_("This shop is not connected. Its numbers leave in the tracking file."))
    _refuse_again(shipment)
    TrackingUpload.objects.bulk_create([_upload(shipment, why="person", now=now)], ignore_conflicts=True)
    TrackingUpload.objects.filter(
        key=upload_key(shipment.pk), effect_state__in=[*effects.STUCK_STATES, EffectState.DROPPED]
    ).update(effect_state=EffectState.WAITING, attempts=0, not_before=now, why_now="person")
    history.record(
        order=package,
        at=now,
        actor=actor,
        kind=HistoryKind.UPLOAD,
        action="upload.asked",
        number=shipment.tracking_number,
    )
    effects.wake_for(TrackingUpload)


def _refuse_again(shipment: Shipment) -> None:
    """The ladder once more: carrier settings may have changed since the number was typed."""
    if shipment.carrier is None:
        raise NotTimeYet(_("Choose the carrier of this parcel first."))
    number_check.judge_shape(raw=shipment.tracking_number, carrier=shipment.carrier)
    number_check.refuse_used(number=shipment.tracking_number, shipment=shipment)


def renumber(*, shipment: Shipment, now: datetime) -> None:
    """The parcel's number was given or changed before the platform took one: its upload carries the new one."""
    if TrackingUpload.objects.filter(key=upload_key(shipment.pk), effect_state=EffectState.CLAIMED).exists():
        raise NotTimeYet(_("The number is being sent to the platform right now. Try again in a minute."))
    TrackingUpload.objects.filter(key=upload_key(shipment.pk)).exclude(
        effect_state__in=[EffectState.DONE, EffectState.CLAIMED]
    ).update(
        tracking_number=shipment.tracking_number,
        carrier_id=shipment.carrier_id,
        effect_state=EffectState.WAITING,
        attempts=0,
        not_before=now,
        last_error="",
        last_error_code="",
    )
    consider(shipment_ids=[shipment.pk], now=now)


@transaction.atomic
def correct(
    *, shipment_id: int, carrier: Carrier, number: str, actor: Actor, now: datetime
) -> TrackingUpload:
    """Replace a number that the platform has. It allows that once; the parcel keeps the old one until it agreed."""
    package, shipment = shipments.lock_with_package(shipment_id)
    _refuse_correcting(shipment)
    judged = number_check.judge(raw=number, carrier=carrier, source="typed", shipment=shipment)
    if judged.number == shipment.tracking_number:
        raise CannotCorrect(_("That is the number the platform has."))
    upload, _made = TrackingUpload.objects.update_or_create(
        key=f"{upload_key(shipment.pk)}:correction",
        defaults={
            "shop_id": shipment.shop_id,
            "shipment": shipment,
            "tracking_number": judged.number,
            "why_now": "correction",
            "is_correction": True,
            "carrier": carrier,
            "warning": judged.warning[:300],
            "effect_state": EffectState.WAITING,
            "attempts": 0,
            "not_before": now,
            "created_at": now,
        },
    )
    history.record(
        order=package,
        at=now,
        actor=actor,
        kind=HistoryKind.UPLOAD,
        action="upload.correction_asked",
        number=judged.number,
        before=shipment.tracking_number,
    )
    effects.wake_for(TrackingUpload)
    return upload


def _refuse_correcting(shipment: Shipment) -> None:
    if shipment.is_platform_label or shipment.uploaded_at is None:
        raise CannotCorrect(_("Only a number that was uploaded can be corrected at the platform."))
    if shipment.state in (ShipmentState.DELIVERED, ShipmentState.CANCELLED):
        raise CannotCorrect(_("This parcel is “%(state)s”.") % {"state": shipment.get_state_display()})
    if TrackingUpload.objects.filter(shipment=shipment, is_correction=True).exclude(
        effect_state__in=[EffectState.FAILED, EffectState.DROPPED]
    ):
        raise CannotCorrect(_("The number was corrected once already; the platform allows no second time."))
    if not setup.connected_shops([shipment.shop_id]):
        raise CannotCorrect(_("This shop is not connected. Correct the number in Seller Center."))
