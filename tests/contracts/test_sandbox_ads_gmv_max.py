"""GMV Max: which products are advertised, who may run it, and what stock does to it."""

import pytest

from tests.contracts.ads_client import AdsClient

INFO, UPDATE = "campaign/gmv_max/info/", "campaign/gmv_max/update/"


@pytest.fixture
def client(sandbox_http, world) -> AdsClient:
    world.settings["ads_rate_level"] = "off"
    return AdsClient(sandbox_http, world)


@pytest.fixture
def several(client):
    return client.named("campaigns", "Bestsellers · GMV Max")


@pytest.fixture
def single(client):
    return client.named("campaigns", "Hero product · GMV Max")


@pytest.fixture
def whole(client):
    return client.named("campaigns", "Whole shop · GMV Max")


def set_stock(world, item_group_id: str, quantity: int) -> None:
    for sku in world.shop.products[item_group_id].skus:
        sku.available = quantity


def standing(client, campaign) -> str:
    return client.data(INFO, campaign_id=campaign.id)["secondary_status"]


def product(client, store_id: str, item_group_id: str) -> dict:
    bc_id = client.world.ads.stores[store_id].bc_id
    asked = {"bc_id": bc_id, "store_id": store_id, "filtering": {"item_group_ids": [item_group_id]}}
    return client.data("store/product/get/", **asked)["list"][0]


def test_the_list_tells_product_and_live_campaigns_apart(client):
    all_of_them = client.data("gmv_max/campaign/get/")["list"]
    live = client.data("gmv_max/campaign/get/", filtering={"gmv_max_promotion_types": ["LIVE_GMV_MAX"]})[
        "list"
    ]

    assert len(all_of_them) == 4
    assert [row["campaign_name"] for row in live] == ["Evening live · GMV Max"]
    assert (
        client.get("gmv_max/campaign/get/", filtering={"gmv_max_promotion_types": ["RADIO"]})["code"] == 40002
    )


def test_full_settings_of_each_kind(client, several, whole):
    found = client.data(INFO, campaign_id=several.id)
    assert found["shopping_ads_type"] == "PRODUCT"
    assert found["product_specific_type"] == "CUSTOMIZED_PRODUCTS"
    assert len(found["item_group_ids"]) == 4
    assert (found["operation_status"], found["budget"], found["roas_bid"]) == ("ENABLE", 8_000_000.0, 3.2)
    assert client.data(INFO, campaign_id=whole.id)["item_group_ids"] == []
    live = client.data(INFO, campaign_id=client.named("campaigns", "Evening live · GMV Max").id)
    assert live["shopping_ads_type"] == "LIVE"
    assert len(live["identity_list"]) == 1
    classic = client.named("campaigns", "Video shopping · always on")
    assert client.get(INFO, campaign_id=classic.id)["code"] == 40002


def test_a_product_leaves_and_comes_back(client, several):
    before = list(several.item_group_ids)

    assert client.post(UPDATE, campaign_id=several.id, item_group_ids=before[1:])["code"] == 0
    assert client.data(INFO, campaign_id=several.id)["item_group_ids"] == before[1:]
    assert product(client, several.store_id, before[0])["gmv_max_ads_status"] == "UNOCCUPIED"
    assert client.post(UPDATE, campaign_id=several.id, item_group_ids=before)["code"] == 0
    assert client.data(INFO, campaign_id=several.id)["item_group_ids"] == before


def test_the_list_never_gets_empty_too_long_or_strange(client, several, single, world):
    before = list(several.item_group_ids)
    other_shop = next(row.id for row in world.shop.products.values() if row.shop_id != several.store_id)
    for wrong in (
        [],
        before[:1] * 2,
        [*before, other_shop],
        [*before, "404"],
        [str(n) for n in range(401)],
        "all",
        [1],
    ):
        assert client.post(UPDATE, campaign_id=several.id, item_group_ids=wrong)["code"] == 40002
    taken = [*before, single.item_group_ids[0]]
    assert "OCCUPIED" in client.post(UPDATE, campaign_id=several.id, item_group_ids=taken)["message"]
    assert several.item_group_ids == before


def test_a_product_without_stock_cannot_join_but_may_stay(client, several, world):
    free = client.named("ads", "Unboxing cut").item_group_ids[0]
    set_stock(world, free, 0)
    set_stock(world, several.item_group_ids[0], 0)
    before = list(several.item_group_ids)

    assert client.post(UPDATE, campaign_id=several.id, item_group_ids=[*before, free])["code"] == 40002
    assert client.post(UPDATE, campaign_id=several.id, item_group_ids=before[:2])["code"] == 0
    set_stock(world, free, 5)
    assert client.post(UPDATE, campaign_id=several.id, item_group_ids=[*before, free])["code"] == 0


def test_what_an_update_cannot_change(client, several, whole):
    live = client.named("campaigns", "Evening live · GMV Max")
    items = list(several.item_group_ids)

    for name, value in (("product_specific_type", "ALL"), ("store_id", "1"), ("location_ids", ["1562000"])):
        assert client.post(UPDATE, **{"campaign_id": several.id, name: value})["code"] == 40002
    for campaign in (whole, live):
        assert client.post(UPDATE, campaign_id=campaign.id, item_group_ids=items)["code"] == 40002
    assert client.post(UPDATE, campaign_id=several.id)["code"] == 40012
    assert client.post(UPDATE, campaign_id=several.id, roas_bid=2.55)["code"] == 40002
    assert client.post(UPDATE, campaign_id=several.id, budget=1)["code"] == 40002
    assert client.post(UPDATE, campaign_id=several.id, roas_bid=2.5, budget=9_000_000)["code"] == 0
    assert (several.roas_bid, several.budget) == (2.5, 9_000_000)


def test_no_stock_makes_a_campaign_unavailable_and_stock_brings_it_back(client, single, several, world):
    item = single.item_group_ids[0]
    set_stock(world, item, 0)
    assert standing(client, single) == "CAMPAIGN_STATUS_PRODUCT_UNAVAILABLE"
    assert client.data(INFO, campaign_id=single.id)["operation_status"] == "ENABLE"
    assert product(client, single.store_id, item)["status"] == "NOT_AVAILABLE"

    set_stock(world, several.item_group_ids[0], 0)
    assert standing(client, several) == "CAMPAIGN_STATUS_ENABLE"
    set_stock(world, item, 7)
    assert standing(client, single) == "CAMPAIGN_STATUS_ENABLE"
    assert product(client, single.store_id, item)["quantity"] == 7 * len(world.shop.products[item].skus)


def test_a_switched_off_campaign_is_off_whatever_the_stock(client, single, world):
    set_stock(world, single.item_group_ids[0], 0)
    client.post("campaign/status/update/", campaign_ids=[single.id], operation_status="DISABLE")

    assert standing(client, single) == "CAMPAIGN_STATUS_DISABLE"
    assert product(client, single.store_id, single.item_group_ids[0])["gmv_max_ads_status"] == "UNOCCUPIED"


def test_a_shop_wide_campaign_pushes_the_others_out(client, several, single, whole):
    client.post("campaign/status/update/", campaign_ids=[whole.id], operation_status="ENABLE")

    assert standing(client, whole) == "CAMPAIGN_STATUS_ENABLE"
    for campaign in (several, single):
        assert standing(client, campaign) == "CAMPAIGN_STATUS_PRODUCT_USED_BY_PRODUCT_GMV_MAX"
    client.post("campaign/status/update/", campaign_ids=[whole.id], operation_status="DISABLE")
    assert standing(client, several) == "CAMPAIGN_STATUS_ENABLE"


def test_one_account_per_shop_and_the_next_one_takes_over(sandbox_http, world):
    world.settings["ads_rate_level"] = "off"
    lumi = AdsClient(sandbox_http, world, open_id="sb-lumi")
    first, second, _third = lumi.advertiser_ids
    campaign = lumi.named("campaigns", "Hero product · GMV Max")
    store = {"store_id": campaign.store_id, "store_authorized_bc_id": campaign.bc_id}
    assert lumi.data("gmv_max/exclusive_authorization/get/", **store)["advertiser_id"] == first

    assert lumi.post("gmv_max/exclusive_authorization/create/", advertiser_id=second, **store)["code"] == 0
    assert lumi.data("gmv_max/exclusive_authorization/get/", **store)["advertiser_id"] == second
    assert standing(lumi, campaign) == "CAMPAIGN_STATUS_PRODUCT_GMV_MAX_AUTHORIZATION_CANCEL"
    stores = lumi.data("gmv_max/store/list/")["list"]
    assert len(stores) == 3
    mine = next(row for row in stores if row["store_id"] == campaign.store_id)
    assert mine["exclusive_authorized_advertiser_info"]["advertiser_id"] == second


def test_store_ids_are_the_shops_own(client, world):
    stores = client.data("gmv_max/store/list/")["list"]

    assert [row["store_id"] for row in stores] == ["7495540735300000101"]
    foreign = {"bc_id": "1", "store_id": stores[0]["store_id"]}
    assert client.get("store/product/get/", **foreign)["code"] == 40001
    assert client.get("store/product/get/", bc_id="1", store_id="7495540735300000301")["code"] == 40001


def test_products_of_a_store_in_pages_and_by_few_ids(client, several):
    asked = {"bc_id": several.bc_id, "store_id": several.store_id}
    found = client.data("store/product/get/", **asked, page_size=100)
    assert found["page_info"]["total_number"] == 15
    assert client.get("store/product/get/", **asked, page_size=101)["code"] == 40002
    eleven = [row["item_group_id"] for row in found["list"]][:11]
    assert client.get("store/product/get/", **asked, filtering={"item_group_ids": eleven})["code"] == 40002
    occupied = client.data("store/product/get/", **asked, filtering={"gmv_max_ads_status": "OCCUPIED"})[
        "list"
    ]
    assert len(occupied) == 5


def test_which_classic_ads_hold_a_product(client):
    ad = client.named("ads", "Unboxing cut")
    asked = {"occupied_asset_type": "SPU", "asset_ids": ad.item_group_ids}

    found = client.data("gmv_max/occupied_custom_shop_ads/list/", **asked)["list"]

    assert {row["ad_name"] for row in found} == {"Unboxing cut", "Before and after"}
    assert {row["asset_id"] for row in found} == set(ad.item_group_ids)
    assert (
        client.get("gmv_max/occupied_custom_shop_ads/list/", **asked | {"occupied_asset_type": "X"})["code"]
        == 40002
    )
    assert product(client, "7495540735300000101", ad.item_group_ids[0])["is_running_custom_shop_ads"] is True
    assert client.data("gmv_max/store/shop_ad_usage_check/", store_id="7495540735300000101") == {
        "is_running_custom_shop_ads": True,
        "promote_all_products_allowed": False,
    }


def test_a_person_edits_products_and_takes_a_shop_over(client, sandbox_http, several, whole):
    edit = {"id": several.id, "item_group_ids": several.item_group_ids[:2]}
    assert sandbox_http.post("/_sandbox/ads/products", json=edit).json() == {"changed": True}
    assert len(client.data(INFO, campaign_id=several.id)["item_group_ids"]) == 2
    assert sandbox_http.post("/_sandbox/ads/products", json=edit | {"id": whole.id}).status_code == 400

    body = {"kind": "campaign", "id": several.id, "budget": 7_000_000}
    assert sandbox_http.post("/_sandbox/ads/budget", json=body).json() == {"changed": True}
    assert client.data(INFO, campaign_id=several.id)["budget"] == 7_000_000
    assert (
        sandbox_http.post("/_sandbox/ads/exclusive", json={"store_id": "1", "advertiser_id": "1"}).status_code
        == 400
    )
