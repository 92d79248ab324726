"""Reports from the same hours that the money ran out in. Days are the ad account's; every number is text.
What happened within the last minutes is not in yet."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sandbox.ads import spend
from sandbox.ads.call import Call
from sandbox.ads.errors import ApiError
from sandbox.ads.gateway import Endpoint
from sandbox.ads.grants import REPORT
from sandbox.ads.model import ALL, LIVE_GMV_MAX, Advertiser, Campaign
from sandbox.ads.rate import REPORT as GMV_MAX_REPORT

LEVELS = {
    "AUCTION_ADVERTISER": "advertiser_id",
    "AUCTION_CAMPAIGN": "campaign_id",
    "AUCTION_ADGROUP": "adgroup_id",
    "AUCTION_AD": "ad_id",
}
TIMES = ("stat_time_day", "stat_time_hour")
BASIC = ("spend", "billed_cost", "cash_spend", "impressions", "clicks", "ctr", "cpc", "cpm", "conversion",
         "onsite_shopping", "total_onsite_shopping_value", "onsite_shopping_roas", "cost_per_onsite_shopping")  # fmt: skip
GMV_MAX = ("cost", "net_cost", "orders", "cost_per_order", "gross_revenue", "roi", "product_impressions",
           "product_clicks")  # fmt: skip
GMV_MAX_DIMENSIONS = ("advertiser_id", "campaign_id", "item_group_id", *TIMES)
SPANS = {"": 365, "stat_time_day": 30, "stat_time_hour": 1}


def integrated(call: Call) -> dict:
    advertiser, params = call.advertiser(), call.params
    if params.get("report_type") != "BASIC":
        raise ApiError(40002, "report_type: only BASIC is supported here")
    key = LEVELS.get(params.get("data_level", ""))
    if key is None:
        raise ApiError(40002, f"data_level: must be one of {', '.join(LEVELS)}")
    dimensions, metrics = _names(call, "dimensions", (key, *TIMES)), _names(call, "metrics", BASIC)
    if key not in dimensions:
        raise ApiError(40002, f"dimensions: {key} is required for this data_level")
    totals: dict[tuple, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    wanted = _filtered_ids(params.get("filtering"), key)
    for node in _spending(call, advertiser):
        ids = {
            "advertiser_id": advertiser.id,
            "campaign_id": node.id if node.kind == "campaign" else node.campaign_id,
            "adgroup_id": getattr(node, "adgroup_id", ""),
            "ad_id": node.id if node.kind == "ad" else "",
        }
        if ids[key] and (wanted is None or ids[key] in wanted):
            _add(call, totals, node, advertiser, {**ids}, dimensions, share=1.0)
    rows = [_row(dimensions, place, total, metrics, _basic) for place, total in sorted(totals.items())]
    return call.page(rows)


def gmv_max(call: Call) -> dict:
    advertiser, filtering = call.advertiser(), call.filtering()
    store_ids = call.ids("store_ids", most=1)
    dimensions, metrics = _names(call, "dimensions", GMV_MAX_DIMENSIONS), _names(call, "metrics", GMV_MAX)
    totals: dict[tuple, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for campaign in _spending(call, advertiser):
        if campaign.kind != "campaign" or campaign.store_id not in store_ids:
            continue
        kind = "LIVE" if campaign.vehicle == LIVE_GMV_MAX else "PRODUCT"
        kinds, ids = filtering.get("gmv_max_promotion_types") or [kind], filtering.get("campaign_ids")
        if kind not in kinds or (ids and campaign.id not in ids):
            continue
        for item, share in _shares(call, campaign, dimensions):
            if filtering.get("item_group_ids") and item not in filtering["item_group_ids"]:
                continue
            names = {"advertiser_id": advertiser.id, "campaign_id": campaign.id, "item_group_id": item}
            _add(call, totals, campaign, advertiser, names, dimensions, share=share)
    rows = [_row(dimensions, place, total, metrics, _gmv_max) for place, total in sorted(totals.items())]
    return call.page(rows)


def _spending(call: Call, advertiser: Advertiser) -> list:
    spend.settle(call.ads, call.now)
    nodes = [row for row in call.ads.campaigns.values() if row.is_gmv_max] + list(call.ads.ads.values())
    return [node for node in nodes if node.advertiser_id == advertiser.id]


def _shares(call: Call, campaign: Campaign, dimensions: list[str]) -> list[tuple[str, float]]:
    """A campaign's result over its products; a live room has none."""
    if "item_group_id" not in dimensions:
        return [("", 1.0)]
    items = campaign.item_group_ids
    if campaign.product_specific_type == ALL:
        items = [product.id for product in call.ads.shop_link.products(campaign.store_id)]
    return [(item, 1 / len(items)) for item in items]


def _add(
    call: Call, totals, node, advertiser: Advertiser, ids: dict, dimensions: list[str], *, share: float
) -> None:
    zone = ZoneInfo(advertiser.timezone)
    first, last = _span(call, dimensions)
    visible = call.now - float(call.world.settings["ads_report_lag_s"])
    for hour, values in node.hours.items():
        start = datetime.fromtimestamp(hour, tz=zone)
        if not first <= start.date() <= last or hour > visible:
            continue
        # The running hour is cut off where the report ends.
        seen = share * min(1.0, (visible - hour) / max(1.0, min(spend.HOUR, call.now - hour)))
        stamps = {
            "stat_time_day": start.strftime("%Y-%m-%d 00:00:00"),
            "stat_time_hour": start.strftime("%Y-%m-%d %H:00:00"),
        }
        place = tuple((ids | stamps)[name] for name in dimensions)
        for index, value in enumerate(values):
            totals[place][index] += value * seen


def _span(call: Call, dimensions: list[str]) -> tuple[date, date]:
    if call.params.get("query_lifetime") is True:
        return date.min, date.max
    try:
        first, last = (date.fromisoformat(str(call.params.get(name))) for name in ("start_date", "end_date"))
    except ValueError as error:
        raise ApiError(40002, "start_date and end_date: must look like 2026-01-31") from error
    finest = next((name for name in reversed(TIMES) if name in dimensions), "")
    if last < first or last - first >= timedelta(days=SPANS[finest] + (not finest)):
        raise ApiError(40002, f"start_date and end_date: at most {SPANS[finest]} days for these dimensions")
    return first, last


def _names(call: Call, name: str, known: tuple[str, ...]) -> list[str]:
    names = call.ids(name, most=len(known))
    unknown = [item for item in names if item not in known]
    if unknown:
        raise ApiError(40002, f"{name}: invalid value {unknown[0]}")
    if name == "dimensions":
        _span(call, names)
    return names


def _filtered_ids(filtering: object, key: str) -> set[str] | None:
    """[{"field_name": "campaign_ids", "filter_type": "IN", "filter_value": "[\\"1\\"]"}]"""
    wanted = None
    for rule in filtering if isinstance(filtering, list) else []:
        if rule.get("field_name") == f"{key}s" and rule.get("filter_type") == "IN":
            text = str(rule.get("filter_value", ""))
            wanted = {item.strip(' "') for item in text.strip("[]").split(",")}
    return wanted


def _row(dimensions: list[str], place: tuple, total: list[float], metrics: list[str], figures) -> dict:
    found = figures(*total)
    return {
        "dimensions": dict(zip(dimensions, place, strict=True)),
        "metrics": {name: found[name] for name in metrics},
    }


def _basic(cost: float, orders: float, revenue: float) -> dict:
    count = int(orders)
    impressions = int(count * 850 + orders * 40)
    clicks = int(count * 24 + orders)
    return {
        "spend": f"{cost:.2f}",
        "billed_cost": f"{cost:.2f}",
        "cash_spend": f"{cost:.2f}",
        "impressions": str(impressions),
        "clicks": str(clicks),
        "ctr": f"{100 * clicks / impressions if impressions else 0:.2f}",
        "cpc": f"{cost / clicks if clicks else 0:.2f}",
        "cpm": f"{1000 * cost / impressions if impressions else 0:.2f}",
        "conversion": str(count),
        "onsite_shopping": str(count),
        "total_onsite_shopping_value": f"{revenue:.2f}",
        "onsite_shopping_roas": f"{revenue / cost if cost else 0:.2f}",
        "cost_per_onsite_shopping": f"{cost / count if count else 0:.2f}",
    }


def _gmv_max(cost: float, orders: float, revenue: float) -> dict:
    basic = _basic(cost, orders, revenue)
    return {
        "cost": basic["spend"],
        "net_cost": basic["spend"],
        "orders": basic["onsite_shopping"],
        "cost_per_order": basic["cost_per_onsite_shopping"],
        "gross_revenue": basic["total_onsite_shopping_value"],
        "roi": basic["onsite_shopping_roas"],
        "product_impressions": basic["impressions"],
        "product_clicks": basic["clicks"],
    }


ENDPOINTS = [
    Endpoint(method="GET", path="report/integrated/get/", run=integrated, scope=REPORT),
    Endpoint(method="GET", path=GMV_MAX_REPORT, run=gmv_max, scope=REPORT),
]
