"""Turns the plans of the stock rules into decisions with reasons, and the writes that carry them out."""

from collections.abc import Iterable
from datetime import datetime

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from core import ids
from core.errors import RuleViolation
from marketing import facts, stock_rules
from marketing.models import (
    HOLDING_KINDS,
    AdAction,
    AdDecision,
    AdMode,
    AdPolicy,
    AdVehicle,
    DecisionKind,
    DecisionState,
)
from marketing.stock_rules import Giving, Plan, ProductStock, Taking
from relay import effects
from tenancy.actors import AUTO, Actor

log = structlog.get_logger(__name__)


class CannotUndo(RuleViolation):
    """The decision is not in force any more."""

    code = "cannot_undo"
    status = 409


def policy_of_seller() -> AdPolicy | None:
    return AdPolicy.objects.first()


def plain(policy: AdPolicy) -> stock_rules.Policy:
    """The row as the rules take it."""
    return stock_rules.Policy(
        step=policy.step,
        low_when=policy.low_when,
        cut_percent=policy.cut_percent,
        resume_margin_percent=policy.resume_margin_percent,
    )


@transaction.atomic
def apply_rules(*, vehicle_ids: Iterable[int], now: datetime) -> int:
    """Decide about these vehicles and send what follows. Returns the number of vehicles on which something changed."""
    policy = policy_of_seller()
    if policy is None or policy.mode == AdMode.OFF:
        return 0
    rows = list(AdVehicle.objects.lock().filter(pk__in=list(vehicle_ids), is_gone=False))
    changed = 0
    for row, plan, products in _plans(rows=rows, policy=policy):
        changed += _carry_out(row=row, plan=plan, products=products, policy=policy, now=now)
    return changed


def preview(*, policy: AdPolicy) -> list[tuple[AdVehicle, Plan]]:
    """The dry-run: what would be done now under this policy, without doing it."""
    rows = list(AdVehicle.objects.filter(pk__in=facts.linked_vehicles()).select_related("account"))
    plans = [(row, plan) for row, plan, _products in _plans(rows=rows, policy=policy)]
    return [(row, plan) for row, plan in plans if plan.takings or plan.givings or plan.alerts]


def _plans(
    *, rows: list[AdVehicle], policy: AdPolicy
) -> list[tuple[AdVehicle, Plan, dict[str, ProductStock]]]:
    vehicles = facts.load_vehicles(rows=rows)
    product_ids = {
        product_id
        for vehicle in vehicles
        for product_id in vehicle.linked_product_ids | {hold.product_id for hold in vehicle.holds}
    }
    products = facts.products_stock(product_ids=product_ids)
    rules = plain(policy)
    return [
        (row, stock_rules.decide(vehicle=vehicle, products=products, policy=rules), products)
        for row, vehicle in zip(rows, vehicles, strict=True)
    ]


def _carry_out(
    *, row: AdVehicle, plan: Plan, products: dict[str, ProductStock], policy: AdPolicy, now: datetime
) -> bool:
    if plan.recovered_product_ids:
        AdDecision.objects.filter(
            vehicle=row,
            platform_product_id__in=plan.recovered_product_ids,
            state__in=[DecisionState.UNDONE, DecisionState.SUPERSEDED, DecisionState.FAILED],
            ended_at__isnull=True,
        ).update(ended_at=now)
    alerts = _alert(row=row, plan=plan, products=products, policy=policy, now=now)
    if not (plan.takings or plan.givings):
        return alerts
    if policy.mode == AdMode.ADVISE:
        return _advise(row=row, takings=plan.takings, policy=policy, now=now) or alerts
    action = _action(row=row, plan=plan, now=now) if plan.writes else None
    for giving in plan.givings:
        _give(row=row, giving=giving, action=action, policy=policy, now=now)
    for taking in plan.takings:
        _take(row=row, taking=taking, action=action, policy=policy, now=now)
    if action is not None:
        effects.wake_for(AdAction)
    log.info("ads.decided", vehicle_id=row.pk, takings=len(plan.takings), givings=len(plan.givings))
    return True


def _action(*, row: AdVehicle, plan: Plan, now: datetime) -> AdAction:
    return AdAction.objects.create(
        vehicle=row,
        key=ids.public_id("act"),
        switch=plan.switch,
        add_products=plan.add_products,
        remove_products=plan.remove_products,
        wanted_budget=plan.budget,
        expected_budget=row.budget_amount,
        created_at=now,
        not_before=now,
    )


def _figures(product: ProductStock | None, policy: AdPolicy) -> dict[str, object]:
    """The figures on which the decision stands, kept with it."""
    if product is None or not product.skus:
        return {}
    sku = product.scarcest
    return {
        "seller_sku": sku.seller_sku,
        "available": sku.available,
        "safety_stock": sku.safety_stock,
        "resume_line": sku.resume_line(policy.resume_margin_percent),
    }


def _take(
    *, row: AdVehicle, taking: Taking, action: AdAction | None, policy: AdPolicy, now: datetime
) -> AdDecision:
    # Nothing to write (another hold switched the vehicle off already): the hold is in force as it is decided.
    return AdDecision.objects.create(
        vehicle=row,
        platform_product_id=taking.product.product_id,
        product_title=taking.product.title,
        kind=taking.kind,
        state=DecisionState.PENDING if action else DecisionState.IN_FORCE,
        reason_code=taking.reason_code,
        facts=_figures(taking.product, policy),
        saved={
            "is_enabled": row.is_enabled,
            "products": sorted(row.platform_product_ids),
            "budget": str(row.budget_amount) if row.budget_amount is not None else None,
        },
        action=action,
        decided_at=now,
        carried_out_at=None if action else now,
        by_label=AUTO.label,
    )


def _give(
    *, row: AdVehicle, giving: Giving, action: AdAction | None, policy: AdPolicy, now: datetime
) -> None:
    """End the hold and, when something is given back, say so in a decision of its own."""
    held = AdDecision.objects.get(pk=giving.hold.decision_id)
    held.state, held.ended_at = DecisionState.ENDED, now
    held.save(update_fields=["state", "ended_at"])
    if giving.kind is None:
        return
    AdDecision.objects.create(
        vehicle=row,
        platform_product_id=held.platform_product_id,
        product_title=held.product_title,
        kind=giving.kind,
        state=DecisionState.PENDING if action else DecisionState.ENDED,
        reason_code="recovered" if giving.product else "unlinked",
        facts=_figures(giving.product, policy),
        answers=held,
        action=action,
        decided_at=now,
        carried_out_at=None if action else now,
        ended_at=None if action else now,
        by_label=AUTO.label,
    )


def _alert(
    *, row: AdVehicle, plan: Plan, products: dict[str, ProductStock], policy: AdPolicy, now: datetime
) -> bool:
    """Tell a person once per vehicle and product until the stock has recovered."""
    open_alerts = AdDecision.objects.filter(vehicle=row, kind=DecisionKind.ALERT, ended_at__isnull=True)
    told = {alert.platform_product_id: alert for alert in open_alerts}
    due = {alert.product.product_id for alert in plan.alerts}
    over = [
        alert.pk
        for product_id, alert in told.items()
        if product_id not in due and not _is_low(products.get(product_id), policy)
    ]
    AdDecision.objects.filter(pk__in=over).update(ended_at=now, state=DecisionState.ENDED)
    fresh = [alert for alert in plan.alerts if alert.product.product_id not in told]
    for alert in fresh:
        reason = alert.reason_code if alert.product.is_counted else "never_counted"
        _advice(row=row, taking=alert, reason_code=reason, policy=policy, now=now)
    return bool(over or fresh)


def _is_low(product: ProductStock | None, policy: AdPolicy) -> bool:
    return product is not None and product.is_low(policy.low_when)


def _advise(*, row: AdVehicle, takings: list[Taking], policy: AdPolicy, now: datetime) -> bool:
    """Dry-run mode: note once what would have been done."""
    noted = set(
        AdDecision.objects.filter(
            vehicle=row, kind__in=HOLDING_KINDS, state=DecisionState.ADVISED, ended_at__isnull=True
        ).values_list("platform_product_id", "kind")
    )
    fresh = [taking for taking in takings if (taking.product.product_id, taking.kind) not in noted]
    for taking in fresh:
        _advice(row=row, taking=taking, reason_code=taking.reason_code, policy=policy, now=now)
    return bool(fresh)


def _advice(*, row: AdVehicle, taking: Taking, reason_code: str, policy: AdPolicy, now: datetime) -> None:
    AdDecision.objects.create(
        vehicle=row,
        platform_product_id=taking.product.product_id,
        product_title=taking.product.title,
        kind=taking.kind,
        state=DecisionState.ADVISED,
        reason_code=reason_code,
        facts=_figures(taking.product, policy),
        decided_at=now,
        by_label=AUTO.label,
    )


@transaction.atomic
def undo(*, decision_id: int, actor: Actor, now: datetime, note: str = "") -> AdDecision:
    """Give back what one decision took, and leave this product on this vehicle alone until its stock has recovered."""
    decision = AdDecision.objects.get(pk=decision_id)
    vehicle = AdVehicle.objects.lock().get(pk=decision.vehicle_id)
    decision = AdDecision.objects.lock().get(pk=decision_id)
    if decision.kind not in HOLDING_KINDS or decision.state != DecisionState.IN_FORCE:
        raise CannotUndo(_("This decision is not in force any more; there is nothing to undo."))
    action = AdAction(vehicle=vehicle, key=ids.public_id("act"), created_at=now, not_before=now)
    others_pause = AdDecision.objects.filter(
        vehicle=vehicle, kind=DecisionKind.PAUSE, state=DecisionState.IN_FORCE
    ).exclude(pk=decision.pk)
    if decision.kind == DecisionKind.PAUSE and not others_pause.exists():
        action.switch = "enable"
    elif decision.kind == DecisionKind.REMOVE_PRODUCT:
        action.add_products = [decision.platform_product_id]
    elif decision.kind == DecisionKind.CUT_BUDGET:
        action.wanted_budget = decision.saved.get("budget")
        action.expected_budget = vehicle.budget_amount
    action.save()
    decision.state, decision.note, decision.by_label = DecisionState.UNDONE, note[:300], actor.label
    decision.save(update_fields=["state", "note", "by_label"])
    answer = AdDecision.objects.create(
        vehicle=vehicle,
        platform_product_id=decision.platform_product_id,
        product_title=decision.product_title,
        kind=stock_rules.gives_back(decision.kind),
        state=DecisionState.PENDING,
        reason_code="undone",
        facts=decision.facts,
        answers=decision,
        action=action,
        decided_at=now,
        by_label=actor.label,
        is_automatic=False,
        note=note[:300],
    )
    effects.wake_for(AdAction)
    return answer
