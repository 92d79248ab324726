"""GMV Max campaigns: listing, full settings, and the one update that changes budget, target return and products.
A product joins only while it is available and in no other enabled campaign; the list never gets empty."""

from sandbox.ads import money, times
from sandbox.ads.budgets import apply, checked_budget, checked_name, living
from sandbox.ads.call import Call
from sandbox.ads.errors import ApiError
from sandbox.ads.gateway import Endpoint
from sandbox.ads.grants import MANAGEMENT, SHOP_ADS
from sandbox.ads.model import CUSTOMIZED, LIVE_GMV_MAX, PRODUCT_GMV_MAX, Campaign
from sandbox.ads.regions import country_id
from sandbox.ads.status import primary
from sandbox.ads.trees import base

MOST_ITEMS = 400
TYPES = {PRODUCT_GMV_MAX, LIVE_GMV_MAX}
FIXED = ("product_specific_type", "store_id", "store_authorized_bc_id", "location_ids", "shopping_ads_type")


def shopping_type(campaign: Campaign) -> str:
    return "LIVE" if campaign.vehicle == LIVE_GMV_MAX else "PRODUCT"


def listing(call: Call) -> dict:
    advertiser, filtering = call.advertiser(), call.filtering()
    found = [
        row for row in call.ads.campaigns.values() if row.is_gmv_max and row.advertiser_id == advertiser.id
    ]
    wanted = filtering.get("gmv_max_promotion_types")
    if wanted:
        if not isinstance(wanted, list) or set(wanted) - TYPES:
            raise ApiError(40002, "filtering.gmv_max_promotion_types: PRODUCT_GMV_MAX or LIVE_GMV_MAX")
        found = [row for row in found if row.vehicle in wanted]
    for name, attribute in (("campaign_ids", "id"), ("store_ids", "store_id")):
        if filtering.get(name):
            found = [row for row in found if getattr(row, attribute) in filtering[name]]
    standing = call.ads.standing(lags=True)
    rows = [
        base(row, standing)
        | {
            "campaign_id": row.id,
            "campaign_name": row.name,
            "objective_type": "PRODUCT_SALES",
            "gmv_max_promotion_type": row.vehicle,
            "store_id": row.store_id,
        }
        for row in sorted(found, key=lambda row: row.id)
    ]
    state = filtering.get("primary_status", "STATUS_NOT_DELETE")
    rows = [row for row in rows if state == "STATUS_ALL" or _matches(primary(row["secondary_status"]), state)]
    return call.page(rows)


def _matches(found: str, wanted: str) -> bool:
    return found != "STATUS_DELETE" if wanted == "STATUS_NOT_DELETE" else found == wanted


def _gmv_max_campaign(call: Call) -> Campaign:
    campaign = call.node("campaign", call.text("campaign_id"), call.advertiser())
    if not campaign.is_gmv_max:
        raise ApiError(40002, f"campaign {campaign.id} is not a GMV Max campaign")
    return campaign


def info(call: Call) -> dict:
    campaign = _gmv_max_campaign(call)
    standing = call.ads.standing(lags=True)
    store = call.ads.stores[campaign.store_id]
    is_live = campaign.vehicle == LIVE_GMV_MAX
    return base(campaign, standing) | {
        "campaign_id": campaign.id,
        "campaign_name": campaign.name,
        "store_id": campaign.store_id,
        "store_authorized_bc_id": campaign.bc_id,
        "shopping_ads_type": shopping_type(campaign),
        "product_specific_type": None if is_live else campaign.product_specific_type,
        "item_group_ids": list(campaign.item_group_ids),
        "identity_list": campaign.identity_list,
        "item_list": [],
        "optimization_goal": "VALUE",
        "deep_bid_type": "VO_MIN_ROAS",
        "roas_bid": campaign.roas_bid,
        "budget": campaign.budget,
        "schedule_type": "SCHEDULE_START_END" if campaign.schedule_end else "SCHEDULE_FROM_NOW",
        "schedule_start_time": times.text(campaign.schedule_start),
        "schedule_end_time": times.text(campaign.schedule_end) or None,
        "location_ids": [country_id(store.region)],
        "placements": ["PLACEMENT_TIKTOK"],
    }


def update(call: Call) -> dict:
    advertiser = call.advertiser()
    campaign = _gmv_max_campaign(call)
    living(call, "campaign", advertiser)
    params, changes = call.params, {}
    fixed = [name for name in FIXED if name in params]
    if fixed:
        raise ApiError(40002, f"{fixed[0]}: can't be changed")
    if params.get("budget") is not None:
        usd = money.CAMPAIGN_USD
        changes["budget"] = checked_budget(call, campaign, params["budget"], advertiser, usd=usd)
    if params.get("roas_bid") is not None:
        changes["roas_bid"] = _roas(params["roas_bid"])
    if params.get("campaign_name") is not None:
        changes["name"] = checked_name(params["campaign_name"], "campaign_name")
    if "item_group_ids" in params:
        changes["item_group_ids"] = _items(call, campaign)
    apply(call, campaign, changes)
    return {"campaign_id": campaign.id}


def _roas(value: object) -> float:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or value <= 0
        or round(value, 1) != value
    ):
        raise ApiError(40002, "roas_bid: must be a positive number with at most 1 decimal")
    return float(value)


def _items(call: Call, campaign: Campaign) -> list[str]:
    """The full new list. Products that stay are not checked again, those that join are."""
    if campaign.product_specific_type != CUSTOMIZED:
        raise ApiError(40002, "item_group_ids: only for product_specific_type CUSTOMIZED_PRODUCTS")
    items = call.ids("item_group_ids", most=MOST_ITEMS)
    if len(set(items)) != len(items):
        raise ApiError(40002, "item_group_ids: duplicate value")
    for item in items:
        if item in campaign.item_group_ids:
            continue
        product = call.ads.shop_link.product(item)
        if product is None or product.shop_id != campaign.store_id:
            raise ApiError(40002, f"item_group_ids: {item} is not a product of the store")
        if not call.ads.shop_link.is_available(item):
            raise ApiError(40002, f"item_group_ids: {item} is NOT_AVAILABLE")
        if call.ads.is_occupied(item, but=campaign.id):
            raise ApiError(40002, f"item_group_ids: {item} is OCCUPIED by another GMV Max campaign")
    return list(items)


ENDPOINTS = [
    Endpoint(method="GET", path="gmv_max/campaign/get/", run=listing, scope=SHOP_ADS),
    Endpoint(method="GET", path="campaign/gmv_max/info/", run=info, scope=SHOP_ADS),
    Endpoint(method="POST", path="campaign/gmv_max/update/", run=update, scope=MANAGEMENT),
]
