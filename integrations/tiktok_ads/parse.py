"""Campaigns, ad groups, ads and accounts of TikTok as our values. What somebody set is never inferred from what results."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from integrations.ports import AdAccountInfo, AdObject
from integrations.tiktok_ads import structs

GMV_MAX_PRODUCT, GMV_MAX_LIVE = "gmv_max_product", "gmv_max_live"
CAMPAIGN, AD_GROUP, AD = "campaign", "ad_group", "ad"
GMV_MAX = (GMV_MAX_PRODUCT, GMV_MAX_LIVE)

_NAMES = {CAMPAIGN: "campaign_name", AD_GROUP: "adgroup_name", AD: "ad_name"}
_IDS = {CAMPAIGN: "campaign_id", AD_GROUP: "adgroup_id", AD: "ad_id"}
_PARENTS = {AD_GROUP: "campaign_id", AD: "adgroup_id"}


def text(value: structs.Text) -> str:
    return "" if value is None else str(value)


def amount(value: structs.Amount) -> Decimal | None:
    """A number or its text; None where there is none."""
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def account(wire: structs.Account) -> AdAccountInfo:
    """An ad account."""
    return AdAccountInfo(
        advertiser_id=text(wire.advertiser_id),
        name=text(wire.name) or text(wire.advertiser_name),
        status=text(wire.status),
        currency=text(wire.currency),
        time_zone=text(wire.timezone) or text(wire.display_timezone),
        balance=amount(wire.balance),
    )


def id_field(kind: str) -> str:
    """Their name for the id of such a thing."""
    return _IDS.get(kind, "campaign_id")


def gmv_max_kind(wire: structs.AdThing) -> str:
    return GMV_MAX_LIVE if text(wire.shopping_ads_type).upper() == "LIVE" else GMV_MAX_PRODUCT


def ad_object(wire: structs.AdThing, *, advertiser_id: str, kind: str) -> AdObject:
    """One thing that can be switched."""
    products = _products(wire)
    return AdObject(
        advertiser_id=advertiser_id,
        kind=kind,
        platform_id=text(getattr(wire, id_field(kind))),
        parent_id=text(getattr(wire, _PARENTS[kind])) if kind in _PARENTS else "",
        campaign_id=text(wire.campaign_id),
        name=text(getattr(wire, _NAMES.get(kind, "campaign_name"))),
        is_enabled=text(wire.operation_status) == "ENABLE",
        operation_status=text(wire.operation_status),
        secondary_status=text(wire.secondary_status),
        budget=amount(wire.budget),
        budget_mode=text(wire.budget_mode),
        product_scope=_scope(wire, kind, products),
        platform_product_ids=products,
        store_id=text(wire.store_id),
    )


def _products(wire: structs.AdThing) -> tuple[str, ...]:
    """Products by their SPU id: on the thing itself, or on the creatives of an ad."""
    ids: Iterable[str | int] = [
        *(wire.item_group_ids or ()),
        *(product for creative in wire.creatives or () for product in creative.item_group_ids or ()),
    ]
    return tuple(dict.fromkeys(text(product) for product in ids))


def _scope(wire: structs.AdThing, kind: str, products: tuple[str, ...]) -> str:
    said = {
        text(wire.product_specific_type),
        *(text(one.product_specific_type) for one in wire.creatives or ()),
    }
    if products:
        return "custom"
    if kind != GMV_MAX_LIVE and "ALL" in said:
        return "all"
    return "none"
