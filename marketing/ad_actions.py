"""Carries out ad decisions at the platform: read, compare, write only what still differs.

A person's change always wins. If a person switched the vehicle off, took the product out or changed the budget
between our decision and our write, the decision is superseded and nothing is written over theirs.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import structlog

from core import http
from integrations.ports import AdObject, AdPlatform, ItemResult
from marketing import ad_accounts, outcomes
from marketing.models import AdAction, AdVehicle
from relay import effects, wake
from relay.effects import Outcome

log = structlog.get_logger(__name__)


def prepare(actions: Sequence[AdAction]) -> None:
    """Attach what the calls need, as plain values, while the claiming transaction is open."""
    vehicles = AdVehicle.objects.select_related("account__connection").in_bulk(
        [action.vehicle_id for action in actions]
    )
    for action in actions:
        vehicle = vehicles[action.vehicle_id]
        action.prepared = {
            "token": vehicle.account.connection.access_token,
            "connection_id": vehicle.account.connection_id,
            "advertiser_id": vehicle.account.advertiser_id,
            "kind": vehicle.kind,
            "platform_id": vehicle.platform_id,
            "is_enabled": vehicle.is_enabled,
        }


def call(actions: Sequence[AdAction]) -> list[Outcome]:
    """Each action on its own: one that fails must not hold back the pause of another product."""
    return [_call_one(action) for action in actions]


def _call_one(action: AdAction) -> Outcome:
    target = action.prepared
    client = ad_accounts.client(token=target["token"], connection_id=target["connection_id"])
    try:
        seen = client.read_object(
            advertiser_id=target["advertiser_id"], kind=target["kind"], platform_id=target["platform_id"]
        )
        clash = _clash(action, seen, is_first_try=action.attempts == 1)
        if clash:
            return Outcome(action.pk, data={"seen": seen, "superseded": clash})
        refused = _write(client, action, seen)
    except http.Terminal as error:
        return Outcome(
            action.pk, is_done=False, is_refused=not _may_pass(action), code=error.code, message=error.message
        )
    except http.RemoteError as error:
        wait = getattr(error, "retry_after", None)
        return Outcome(action.pk, is_done=False, retry_after_s=wait, code=error.code, message=error.message)
    if refused is not None:
        return Outcome(
            action.pk,
            is_done=False,
            is_refused=not _may_pass(action),
            code=refused.code,
            message=refused.message,
        )
    return Outcome(action.pk, data={"seen": seen})


def _may_pass(action: AdAction) -> bool:
    """A product can join a campaign again only once the shop shows it in stock, and our stock push may be later than we."""
    return bool(action.add_products or action.switch == "enable")


def _clash(action: AdAction, seen: AdObject, *, is_first_try: bool) -> str:
    """What a person did meanwhile that our write would undo; on a repeat the difference may be our own doing."""
    if not is_first_try:
        return ""
    if action.switch == "disable" and not seen.is_enabled:
        return "paused_by_person"
    if action.remove_products and not set(action.remove_products) & set(seen.platform_product_ids):
        return "product_removed_by_person"
    if action.wanted_budget is not None and seen.budget != action.expected_budget:
        return "budget_changed_by_person"
    return ""


def _write(client: AdPlatform, action: AdAction, seen: AdObject) -> ItemResult | None:
    """Write what differs, lists and money before the switch; the first refusal, or None when all is well."""
    target = action.prepared
    steps = []
    products = (set(seen.platform_product_ids) - set(action.remove_products)) | set(action.add_products)
    if products != set(seen.platform_product_ids):
        steps.append(
            lambda: [
                client.set_products(
                    advertiser_id=target["advertiser_id"],
                    platform_id=target["platform_id"],
                    platform_product_ids=sorted(products),
                )
            ]
        )
    if action.wanted_budget is not None and seen.budget != action.wanted_budget:
        steps.append(
            lambda: [
                client.set_budget(
                    advertiser_id=target["advertiser_id"],
                    kind=target["kind"],
                    platform_id=target["platform_id"],
                    budget=Decimal(action.wanted_budget),
                )
            ]
        )
    if action.switch and seen.is_enabled != (action.switch == "enable"):
        steps.append(
            lambda: client.set_enabled(
                advertiser_id=target["advertiser_id"],
                kind=target["kind"],
                platform_ids=[target["platform_id"]],
                enabled=action.switch == "enable",
            )
        )
    for step in steps:
        refused = next((result for result in step() if not result.is_ok), None)
        if refused is not None:
            return refused
    return None


def record(action: AdAction, outcome: Outcome, now: datetime) -> None:
    """Settle the decisions of this action, in the scope and transaction of the effect."""
    seen: AdObject | None = outcome.data.get("seen")
    if outcome.is_done and outcome.data.get("superseded"):
        outcomes.superseded(action=action, seen=seen, why=outcome.data["superseded"], now=now)
    elif outcome.is_done:
        outcomes.carried_out(action=action, seen=seen, now=now)
        wake.on_commit(
            "marketing.tasks.look_again",
            queue="ads",
            seller_id=action.seller_id,
            vehicle_id=action.vehicle_id,
        )
    elif action.effect_state in effects.STUCK_STATES:
        outcomes.refused(action=action, message=outcome.message, now=now)


RUNNER = effects.register(
    effects.Runner(
        model=AdAction,
        call=call,
        record=record,
        prepare=prepare,
        batch=10,
        lease=timedelta(seconds=90),
        queue="ads",
    )
)


def describe(action: AdAction) -> dict[str, Any]:
    """What the action wants, for the page of stuck work."""
    return {
        "switch": action.switch,
        "add": list(action.add_products),
        "remove": list(action.remove_products),
        "budget": str(action.wanted_budget) if action.wanted_budget is not None else "",
    }
