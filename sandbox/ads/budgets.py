"""Changing campaigns and ad groups: budgets with their limits, names, and where an ad group is shown.
Everything of a call is checked before anything is set."""

from sandbox.ads import money, regions, spend
from sandbox.ads.call import Call
from sandbox.ads.errors import ApiError
from sandbox.ads.gateway import Endpoint
from sandbox.ads.model import DAY, DELETE, DYNAMIC, INFINITE, TOTAL, AdGroup, Advertiser, Campaign, Node
from sandbox.ads.switches import BY_API

NAME_MOST = 512


def checked_budget(call: Call, node: Node, value: object, advertiser: Advertiser, *, usd: float) -> float:
    """A budget that the currency, the mode and what was already spent allow."""
    if node.budget_mode == INFINITE:
        raise ApiError(40002, "budget: can't be set while budget_mode is BUDGET_MODE_INFINITE")
    amount = money.check_amount(value, advertiser=advertiser, usd=usd)
    spend.settle(call.ads, call.now)
    if spend.is_lifetime(node):
        gone = money.spent(call.ads.spenders(node))
    else:
        gone = spend.spent_today(call.ads, node, call.now)
    money.check_spend(amount, spent=gone, factor=float(call.world.settings["ads_spend_floor"]))
    return amount


def checked_name(value: object, name: str) -> str:
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= NAME_MOST:
        raise ApiError(40002, f"{name}: must be 1 to {NAME_MOST} characters")
    return value


def living(call: Call, kind: str, advertiser: Advertiser) -> Node:
    node = call.node(kind, call.text(f"{kind}_id"), advertiser)
    if node.operation_status == DELETE:
        raise ApiError(40002, f"{kind} {node.id} has been deleted")
    return node


def apply(call: Call, node: Node, changes: dict) -> None:
    if not changes:
        raise ApiError(40012, "Nothing to update")
    changed = [call.ads.change(node, name, value, by=BY_API) for name, value in changes.items()]
    noop = call.world.settings["ads_noop_code"]
    if not any(changed) and noop:
        raise ApiError(noop, "Nothing to update")


def campaign_update(call: Call) -> dict:
    advertiser = call.advertiser()
    campaign: Campaign = living(call, "campaign", advertiser)
    params, changes = call.params, {}
    if params.get("budget_mode") not in (None, campaign.budget_mode):
        raise ApiError(40002, "budget_mode: can't be changed")
    if campaign.is_gmv_max and params.get("budget") is not None:
        raise ApiError(40002, "campaign_id: a GMV Max campaign is updated by /campaign/gmv_max/update/")
    if params.get("budget") is not None:
        changes["budget"] = checked_budget(
            call, campaign, params["budget"], advertiser, usd=money.CAMPAIGN_USD
        )
    if params.get("campaign_name") is not None:
        changes["name"] = checked_name(params["campaign_name"], "campaign_name")
    apply(call, campaign, changes)
    return {
        "campaign_id": campaign.id,
        "campaign_name": campaign.name,
        "budget": campaign.budget,
        "budget_mode": campaign.budget_mode,
    }


def adgroup_update(call: Call) -> dict:
    advertiser = call.advertiser()
    group: AdGroup = living(call, "adgroup", advertiser)
    params, changes = call.params, {}
    if params.get("budget_mode") not in (None, group.budget_mode):
        raise ApiError(40002, "budget_mode: can't be changed")
    if params.get("budget") is not None:
        least = _least_usd(group)
        changes["budget"] = checked_budget(call, group, params["budget"], advertiser, usd=least)
    if params.get("adgroup_name") is not None:
        changes["name"] = checked_name(params["adgroup_name"], "adgroup_name")
    if params.get("location_ids") is not None or params.get("zipcode_ids") is not None:
        changes |= _targets(call, group, advertiser)
    apply(call, group, changes)
    return {
        "adgroup_id": group.id,
        "adgroup_name": group.name,
        "budget": group.budget,
        "location_ids": group.location_ids,
        "zipcode_ids": group.zipcode_ids,
    }


def _least_usd(group: AdGroup) -> float:
    """A lifetime budget must carry the daily least over its days."""
    if group.budget_mode != TOTAL or not group.schedule_end:
        return money.ADGROUP_USD
    days = max(1, round((group.schedule_end - group.schedule_start) / spend.DAY))
    return money.ADGROUP_USD * days


def _targets(call: Call, group: AdGroup, advertiser: Advertiser) -> dict:
    """`location_ids` replaces the whole set; zip codes stay as they are unless they are sent too."""
    params = call.params
    locations = group.location_ids
    if params.get("location_ids") is not None:
        locations = call.ids("location_ids", most=regions.MOST_TARGETS, least=0)
    zips = group.zipcode_ids
    if params.get("zipcode_ids") is not None:
        zips = call.ids("zipcode_ids", most=regions.MOST_TARGETS, least=0)
        if zips and advertiser.country not in regions.ZIP_COUNTRIES:
            raise ApiError(40002, "zipcode_ids: not supported in this country")
    if not locations and params.get("zipcode_ids") is None:
        raise ApiError(40002, "location_ids: may only be empty when zipcode_ids are given in the same call")
    regions.check(locations, zips, is_us_locked=group.is_us_locked and not zips)
    return {"location_ids": list(locations), "zipcode_ids": list(zips)}


def adgroup_budget_update(call: Call) -> dict:
    """Lifetime budgets at once, daily ones from the account's next midnight; never in the last minutes of its day."""
    advertiser = call.advertiser()
    if money.is_locked(call.now, advertiser):
        raise ApiError(40002, "Budgets can't be changed between 23:55 and 00:00 of the account's time zone")
    now_rows, later_rows = _rows(call, "budget"), _rows(call, "scheduled_budget")
    if not now_rows and not later_rows:
        raise ApiError(40002, "budget or scheduled_budget: one of them is required")
    at_once = [_checked_row(call, row, "budget", advertiser) for row in now_rows]
    later = [_checked_row(call, row, "scheduled_budget", advertiser) for row in later_rows]
    for group, amount in at_once:
        call.ads.change(group, "budget", amount, by=BY_API)
    for group, amount in later:
        call.ads.change(group, "scheduled_budget", amount, by=BY_API)
        group.scheduled_for = money.next_midnight(call.now, advertiser)
    return {
        "budget": [{"adgroup_id": group.id, "budget": amount} for group, amount in at_once],
        "scheduled_budget": [{"adgroup_id": group.id, "scheduled_budget": amount} for group, amount in later],
    }


def _rows(call: Call, name: str) -> list[dict]:
    rows = call.params.get(name) or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ApiError(40002, f"{name}: must be a list of objects")
    if len(rows) > 20:
        raise ApiError(40002, f"{name}: at most 20 ad groups")
    return rows


def _checked_row(call: Call, row: dict, name: str, advertiser: Advertiser) -> tuple[AdGroup, float]:
    group: AdGroup = call.node("adgroup", str(row.get("adgroup_id", "")), advertiser)
    if group.operation_status == DELETE:
        raise ApiError(40002, f"adgroup {group.id} has been deleted")
    wanted = (TOTAL,) if name == "budget" else (DAY, DYNAMIC)
    if group.budget_mode not in wanted:
        raise ApiError(40002, f"{name}: doesn't fit {group.budget_mode} of ad group {group.id}")
    if name == "scheduled_budget":
        return group, money.check_amount(row.get(name), advertiser=advertiser, usd=money.ADGROUP_USD)
    return group, checked_budget(call, group, row.get(name), advertiser, usd=_least_usd(group))


ENDPOINTS = [
    Endpoint(method="POST", path="campaign/update/", run=campaign_update),
    Endpoint(method="POST", path="adgroup/update/", run=adgroup_update),
    Endpoint(method="POST", path="adgroup/budget/update/", run=adgroup_budget_update),
]
