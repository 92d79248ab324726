"""Reading campaigns, ad groups and ads, filtered and page by page, as they were set and as they stand."""

from collections.abc import Callable

from sandbox.ads import regions, times
from sandbox.ads.call import Call
from sandbox.ads.errors import ApiError
from sandbox.ads.gateway import Endpoint
from sandbox.ads.model import TOTAL, Ad, AdGroup, Campaign
from sandbox.ads.status import Standing, primary

GMV_MAX_ONLY = {
    "CAMPAIGN_STATUS_PRODUCT_UNAVAILABLE",
    "CAMPAIGN_STATUS_PRODUCT_USED_BY_PRODUCT_GMV_MAX",
    "CAMPAIGN_STATUS_PRODUCT_GMV_MAX_AUTHORIZATION_CANCEL",
    "CAMPAIGN_STATUS_LIVE_GMV_MAX_AUTHORIZATION_CANCEL",
    "CAMPAIGN_STATUS_TTS_ACCOUNT_BALANCE_INSUFFICIENT",
}
PRIMARY = {
    "STATUS_ALL",
    "STATUS_NOT_DELETE",
    "STATUS_DELIVERY_OK",
    "STATUS_NOT_DELIVERY",
    "STATUS_DISABLE",
    "STATUS_TIME_DONE",
    "STATUS_DELETE",
    "STATUS_RF_CLOSED",
    "STATUS_FROZEN",
}


def base(node, standing: Standing) -> dict:
    return {
        "advertiser_id": node.advertiser_id,
        "operation_status": standing.operation(node),
        "secondary_status": standing.of(node),
        "create_time": times.text(node.created_at),
        "modify_time": times.text(node.updated_at),
    }


def campaign_row(campaign: Campaign, standing: Standing) -> dict:
    return base(campaign, standing) | {
        "campaign_id": campaign.id,
        "campaign_name": campaign.name,
        "campaign_type": "REGULAR_CAMPAIGN",
        "objective_type": "PRODUCT_SALES" if campaign.is_gmv_max or campaign.budget else "TRAFFIC",
        "sales_destination": "TIKTOK_SHOP" if campaign.is_gmv_max or campaign.budget else None,
        "budget_mode": campaign.budget_mode,
        "budget": campaign.budget,
        "is_smart_performance_campaign": False,
        "objective": "LANDING_PAGE",
    }


def adgroup_row(group: AdGroup, standing: Standing) -> dict:
    return base(group, standing) | {
        "campaign_id": group.campaign_id,
        "adgroup_id": group.id,
        "adgroup_name": group.name,
        "budget_mode": group.budget_mode,
        "budget": group.budget,
        "scheduled_budget": group.scheduled_budget,
        "location_ids": group.location_ids,
        "zipcode_ids": group.zipcode_ids,
        "shopping_ads_type": group.shopping_ads_type or None,
        "product_source": "STORE" if group.shopping_ads_type else None,
        "store_id": group.store_id or None,
        "store_authorized_bc_id": group.bc_id or None,
        "schedule_type": "SCHEDULE_START_END"
        if group.schedule_end or group.budget_mode == TOTAL
        else "SCHEDULE_FROM_NOW",
        "schedule_start_time": times.text(group.schedule_start),
        "schedule_end_time": times.text(group.schedule_end) or times.OPEN_END,
        "placements": ["PLACEMENT_TIKTOK"],
    }


def ad_row(ad: Ad, standing: Standing) -> dict:
    return base(ad, standing) | {
        "campaign_id": ad.campaign_id,
        "adgroup_id": ad.adgroup_id,
        "ad_id": ad.id,
        "ad_name": ad.name,
        "ad_format": "SINGLE_VIDEO",
        "product_specific_type": ad.product_specific_type or None,
        "item_group_ids": ad.item_group_ids,
        "sku_ids": [],
        "showcase_products": [],
        "product_set_id": None,
        "identity_type": "TT_USER",
        "identity_id": ad.identity_id,
        "review_status": {"": "APPROVED", "AUDIT_DENY": "REJECTED"}.get(ad.audit, "IN_REVIEW"),
    }


def _get(call: Call, nodes: list, row: Callable, *, filters: dict[str, str], name: str) -> dict:
    advertiser, filtering = call.advertiser(), call.filtering()
    found = [node for node in nodes if node.advertiser_id == advertiser.id]
    for key, attribute in filters.items():
        if filtering.get(key) is not None:
            wanted = _ids(filtering[key], key)
            found = [node for node in found if getattr(node, attribute) in wanted]
    if filtering.get(f"{name}_name"):
        found = [node for node in found if str(filtering[f"{name}_name"]).casefold() in node.name.casefold()]
    if filtering.get("modified_after"):
        since = times.parse(filtering["modified_after"], "modified_after")
        found = [node for node in found if node.updated_at > since]
    found.sort(key=lambda node: (node.created_at, node.id), reverse=True)
    standing = call.ads.standing(lags=True)
    rows = _by_status([row(node, standing) for node in found], filtering)
    if filtering.get("objective_type"):
        rows = [
            item
            for item in rows
            if item.get("objective_type", filtering["objective_type"]) == filtering["objective_type"]
        ]
    return call.page(call.trimmed(rows, always=(f"{name}_id",)))


def _by_status(rows: list[dict], filtering: dict) -> list[dict]:
    wanted = filtering.get("primary_status", "STATUS_NOT_DELETE")
    if wanted not in PRIMARY:
        raise ApiError(40002, f"filtering.primary_status: invalid value {wanted}")
    secondary = filtering.get("secondary_status")
    if secondary in GMV_MAX_ONLY:
        raise ApiError(40002, f"filtering.secondary_status: {secondary} is not supported")
    if secondary:
        return [row for row in rows if row["secondary_status"] == secondary]
    if wanted == "STATUS_ALL":
        return rows
    if wanted == "STATUS_NOT_DELETE":
        return [row for row in rows if primary(row["secondary_status"]) != "STATUS_DELETE"]
    return [row for row in rows if primary(row["secondary_status"]) == wanted]


def _ids(value: object, key: str) -> set[str]:
    if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
        raise ApiError(40002, f"filtering.{key}: must be a list of strings")
    return set(value)


def campaigns(call: Call) -> dict:
    nodes = list(call.ads.campaigns.values())
    return _get(call, nodes, campaign_row, filters={"campaign_ids": "id"}, name="campaign")


def adgroups(call: Call) -> dict:
    filters = {"campaign_ids": "campaign_id", "adgroup_ids": "id"}
    return _get(call, list(call.ads.adgroups.values()), adgroup_row, filters=filters, name="adgroup")


def ads(call: Call) -> dict:
    filters = {"campaign_ids": "campaign_id", "adgroup_ids": "adgroup_id", "ad_ids": "id"}
    return _get(call, list(call.ads.ads.values()), ad_row, filters=filters, name="ad")


def region_list(call: Call) -> dict:
    call.advertiser()
    rows = regions.listing(str(call.params.get("level_range") or "ALL"))
    return {"list": rows, "region_info": rows}


ENDPOINTS = [
    Endpoint(method="GET", path="campaign/get/", run=campaigns),
    Endpoint(method="GET", path="adgroup/get/", run=adgroups),
    Endpoint(method="GET", path="ad/get/", run=ads),
    Endpoint(method="GET", path="tool/region/", run=region_list),
]
