"""What became of an ad action: the vehicle as it is now, and the decisions that rest on it."""

from datetime import datetime
from decimal import Decimal

from core import ids
from integrations.ports import AdObject
from marketing.models import AdAction, AdDecision, AdVehicle, DecisionKind, DecisionState
from relay import effects

_GIVING_KINDS = (DecisionKind.RESUME, DecisionKind.RESTORE_PRODUCT, DecisionKind.RESTORE_BUDGET)


def carried_out(*, action: AdAction, seen: AdObject, now: datetime) -> None:
    """The platform took it: holds are in force, what was given back is settled."""
    vehicle = AdVehicle.objects.lock().get(pk=action.vehicle_id)
    products = (set(seen.platform_product_ids) - set(action.remove_products)) | set(action.add_products)
    vehicle.platform_product_ids = sorted(products)
    if action.switch:
        vehicle.is_enabled = action.switch == "enable"
        vehicle.operation_status = "ENABLE" if vehicle.is_enabled else "DISABLE"
    else:
        vehicle.is_enabled, vehicle.operation_status = seen.is_enabled, seen.operation_status
    vehicle.budget_amount = action.wanted_budget if action.wanted_budget is not None else seen.budget
    vehicle.synced_at = vehicle.written_at = now
    vehicle.save()
    pending = AdDecision.objects.filter(action=action, state=DecisionState.PENDING)
    pending.filter(kind__in=_GIVING_KINDS).update(state=DecisionState.ENDED, carried_out_at=now, ended_at=now)
    pending.exclude(kind__in=_GIVING_KINDS).update(state=DecisionState.IN_FORCE, carried_out_at=now)


def superseded(*, action: AdAction, seen: AdObject, why: str, now: datetime) -> None:
    """A person changed the vehicle first: theirs stands, and the product is left alone until its stock has recovered."""
    take_over(vehicle=AdVehicle.objects.lock().get(pk=action.vehicle_id), seen=seen, now=now)
    AdDecision.objects.filter(action=action, state=DecisionState.PENDING).update(
        state=DecisionState.SUPERSEDED, note=why
    )


def refused(*, action: AdAction, message: str, now: datetime) -> None:
    """The platform said no. A cut that is refused becomes a pause; anything else waits for a person."""
    pending = AdDecision.objects.filter(action=action, state=DecisionState.PENDING)
    cuts = list(pending.filter(kind=DecisionKind.CUT_BUDGET))
    pending.update(state=DecisionState.FAILED, note=message[:300])
    if not cuts:
        return
    pause = AdAction.objects.create(
        vehicle_id=action.vehicle_id,
        key=ids.public_id("act"),
        switch="disable",
        created_at=now,
        not_before=now,
    )
    for cut in cuts:
        AdDecision.objects.filter(pk=cut.pk).update(ended_at=now)
        AdDecision.objects.create(
            vehicle_id=cut.vehicle_id,
            platform_product_id=cut.platform_product_id,
            product_title=cut.product_title,
            kind=DecisionKind.PAUSE,
            state=DecisionState.PENDING,
            reason_code="cut_refused",
            facts=cut.facts,
            saved=cut.saved,
            action=pause,
            decided_at=now,
            by_label=cut.by_label,
        )
    effects.wake_for(AdAction)


def take_over(*, vehicle: AdVehicle, seen: AdObject, now: datetime) -> None:
    """Store the vehicle as read, and give up holds that a person has visibly overridden."""
    overridden = [
        hold.pk
        for hold in AdDecision.objects.filter(vehicle=vehicle, state=DecisionState.IN_FORCE)
        if _is_overridden(hold, seen)
    ]
    AdDecision.objects.filter(pk__in=overridden).update(
        state=DecisionState.SUPERSEDED, note="changed_by_person"
    )
    vehicle.name = seen.name or vehicle.name
    vehicle.is_enabled = seen.is_enabled
    vehicle.operation_status = seen.operation_status
    vehicle.secondary_status = seen.secondary_status
    vehicle.budget_amount, vehicle.budget_mode = seen.budget, seen.budget_mode
    vehicle.product_scope = seen.product_scope
    vehicle.platform_product_ids = sorted(seen.platform_product_ids)
    vehicle.is_gone = seen.operation_status == "DELETE"
    vehicle.synced_at = now
    vehicle.save()


def _is_overridden(hold: AdDecision, seen: AdObject) -> bool:
    if hold.kind == DecisionKind.PAUSE:
        return seen.is_enabled
    if hold.kind == DecisionKind.REMOVE_PRODUCT:
        return hold.platform_product_id in seen.platform_product_ids
    if hold.kind == DecisionKind.CUT_BUDGET:
        return seen.budget is not None and seen.budget == Decimal(hold.saved.get("budget") or 0)
    return False
