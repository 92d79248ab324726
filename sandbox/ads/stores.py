"""Shops seen from the ad side: who may run GMV Max for them, their products, and which ads hold a product."""

from sandbox.ads.call import Call
from sandbox.ads.errors import ApiError
from sandbox.ads.gateway import Endpoint
from sandbox.ads.grants import SHOP_ADS
from sandbox.ads.model import ENABLE, Advertiser, Store

MOST_PRODUCT_IDS, MOST_PRODUCTS = 10, 100
ASSET_TYPES = {"SPU", "SHOP", "IDENTITY_TT_USER", "IDENTITY_BC_AUTH_TT", "IDENTITY_TTS_TT"}
SPU_ROOM = 100


def stores(call: Call) -> dict:
    advertiser = call.advertiser()
    found = [store for store in call.ads.stores.values() if store.bc_id == advertiser.bc_id]
    return call.page([_store(call, store, advertiser) for store in found], key="store_list", most=100)


def _store(call: Call, store: Store, advertiser: Advertiser) -> dict:
    holder = call.ads.advertisers.get(store.exclusive_advertiser_id)
    exclusive = {
        "advertiser_id": holder.id,
        "advertiser_name": holder.name,
        "advertiser_status": holder.status,
    }
    return {
        "store_id": store.id,
        "store_name": store.name,
        "store_status": "ACTIVE",
        "store_role": "AD_PROMOTION",
        "store_code": store.region,
        "is_gmv_max_available": True,
        "is_owner_bc": True,
        "store_authorized_bc_id": store.bc_id,
        "targeting_region_codes": [store.region],
        "exclusive_authorized_advertiser_info": exclusive,
    }


def products(call: Call) -> dict:
    advertiser, filtering = call.advertiser(), call.filtering()
    store = call.store(advertiser)
    if call.text("bc_id") != store.bc_id:
        raise ApiError(40001, "No permission for this Business Center")
    found = call.ads.shop_link.products(store.id)
    if filtering.get("item_group_ids") is not None:
        wanted = filtering["item_group_ids"]
        if not isinstance(wanted, list) or not 1 <= len(wanted) <= MOST_PRODUCT_IDS:
            raise ApiError(40002, f"filtering.item_group_ids: size must be between 1 and {MOST_PRODUCT_IDS}")
        found = [product for product in found if product.id in wanted]
    rows = [_product(call, product, advertiser) for product in found]
    for name in ("status", "gmv_max_ads_status"):
        if filtering.get(name):
            rows = [row for row in rows if row[name] == filtering[name]]
    return call.page(rows, key="store_products", most=MOST_PRODUCTS)


def _product(call: Call, product, advertiser: Advertiser) -> dict:
    prices = sorted(float(sku.price) for sku in product.skus)
    ads = call.ads.shop_ads_with(product.id)
    return {
        "item_group_id": product.id,
        "store_id": product.shop_id,
        "title": product.title,
        "category": "General",
        "min_price": f"{prices[0]:.2f}",
        "max_price": f"{prices[-1]:.2f}",
        "currency": advertiser.currency,
        "historical_sales": 40 + int(product.id[-3:]) * 7 % 900,
        "quantity": call.ads.shop_link.quantity(product.id),
        "status": "AVAILABLE" if call.ads.shop_link.is_available(product.id) else "NOT_AVAILABLE",
        "gmv_max_ads_status": "OCCUPIED" if call.ads.is_occupied(product.id) else "UNOCCUPIED",
        "is_running_custom_shop_ads": any(ad.operation_status == ENABLE for ad in ads),
    }


def occupied(call: Call) -> dict:
    """Which classic shop ads use these products (SPU) or the whole store (SHOP)."""
    advertiser = call.advertiser()
    kind = call.text("occupied_asset_type")
    if kind not in ASSET_TYPES:
        raise ApiError(40002, "occupied_asset_type: invalid value")
    asset_ids, rows = call.ids("asset_ids", most=SPU_ROOM), []
    for asset_id in asset_ids if kind in {"SPU", "SHOP"} else []:
        ads = call.ads.shop_ads_with(asset_id) if kind == "SPU" else _ads_of_store(call, asset_id)
        rows += [_occupied_row(call, ad, asset_id, kind) for ad in ads if ad.advertiser_id == advertiser.id]
    return call.page(rows, most=1_000)


def _ads_of_store(call: Call, store_id: str) -> list:
    return [ad for ad in call.ads.ads.values() if call.ads.adgroups[ad.adgroup_id].store_id == store_id]


def _occupied_row(call: Call, ad, asset_id: str, kind: str) -> dict:
    return {
        "asset_id": asset_id,
        "occupied_asset_type": kind,
        "advertiser_id": ad.advertiser_id,
        "campaign_id": ad.campaign_id,
        "campaign_name": call.ads.campaigns[ad.campaign_id].name,
        "adgroup_id": ad.adgroup_id,
        "adgroup_name": call.ads.adgroups[ad.adgroup_id].name,
        "ad_id": ad.id,
        "ad_name": ad.name,
        "operation_status": ad.operation_status,
    }


def exclusive_authorization(call: Call) -> dict:
    advertiser = call.advertiser()
    store = call.store(advertiser)
    holder = call.ads.advertisers[store.exclusive_advertiser_id]
    return {
        "store_id": store.id,
        "store_authorized_bc_id": store.bc_id,
        "advertiser_id": holder.id,
        "advertiser_name": holder.name,
        "advertiser_status": holder.status,
        "authorization_status": "EFFECTIVE",
    }


def authorize_exclusively(call: Call) -> dict:
    """One ad account per shop: granting it to another pauses what the first was running."""
    advertiser = call.advertiser()
    store = call.store(advertiser)
    call.ads.change(store, "exclusive_advertiser_id", advertiser.id, by="api")
    return {"store_id": store.id, "advertiser_id": advertiser.id}


def usage_check(call: Call) -> dict:
    store = call.store(call.advertiser())
    products_of = call.ads.shop_link.products(store.id)
    running = any(
        ad.operation_status == ENABLE for product in products_of for ad in call.ads.shop_ads_with(product.id)
    )
    return {"is_running_custom_shop_ads": running, "promote_all_products_allowed": not running}


ENDPOINTS = [
    Endpoint(method="GET", path="gmv_max/store/list/", run=stores, scope=SHOP_ADS),
    Endpoint(method="GET", path="store/product/get/", run=products, scope=SHOP_ADS),
    Endpoint(method="GET", path="gmv_max/occupied_custom_shop_ads/list/", run=occupied, scope=SHOP_ADS),
    Endpoint(
        method="GET", path="gmv_max/exclusive_authorization/get/", run=exclusive_authorization, scope=SHOP_ADS
    ),
    Endpoint(
        method="POST",
        path="gmv_max/exclusive_authorization/create/",
        run=authorize_exclusively,
        scope=SHOP_ADS,
    ),
    Endpoint(method="GET", path="gmv_max/store/shop_ad_usage_check/", run=usage_check, scope=SHOP_ADS),
]
