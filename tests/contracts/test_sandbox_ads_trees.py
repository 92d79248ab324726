"""Campaigns, ad groups and ads: reading, switching, and what the platform makes of them."""

import pytest

from tests.contracts.ads_client import AdsClient

STANDING = {
    "campaign": "CAMPAIGN_STATUS_ENABLE",
    "adgroup": "ADGROUP_STATUS_DELIVERY_OK",
    "ad": "AD_STATUS_DELIVERY_OK",
}


@pytest.fixture
def client(sandbox_http, world) -> AdsClient:
    world.settings["ads_rate_level"] = "off"
    return AdsClient(sandbox_http, world)


@pytest.fixture
def tree(client):
    """A classic shop campaign, its broad ad group and one ad with one product."""
    return {
        "campaign": client.named("campaigns", "Video shopping · always on"),
        "adgroup": client.named("adgroups", "Broad"),
        "ad": client.named("ads", "Unboxing cut"),
    }


def standing(client, tree) -> dict[str, str]:
    return {kind: client.one(kind, node.id)["secondary_status"] for kind, node in tree.items()}


def switch(client, kind: str, *ids: str, status: str = "DISABLE", **extra) -> dict:
    return client.post(
        f"{kind}/status/update/", **{f"{kind}_ids": list(ids)}, operation_status=status, **extra
    )


def test_pages_by_number_never_overlap(client):
    pages = [client.data("campaign/get/", page=page, page_size=4) for page in (1, 2, 3)]

    assert pages[0]["page_info"] == {"page": 1, "page_size": 4, "total_number": 6, "total_page": 2}
    assert [len(page["list"]) for page in pages] == [4, 2, 0]
    assert len({row["campaign_id"] for page in pages for row in page["list"]}) == 6


def test_fields_trim_and_filters_narrow(client, tree):
    found = client.data(
        "ad/get/", fields=["ad_name", "item_group_ids"], filtering={"adgroup_ids": [tree["adgroup"].id]}
    )

    assert {row["ad_name"] for row in found["list"]} == {"Unboxing cut", "Three ways to use it"}
    assert {frozenset(row) for row in found["list"]} == {frozenset({"ad_id", "ad_name", "item_group_ids"})}
    denied = client.data("ad/get/", filtering={"secondary_status": "AD_STATUS_AUDIT_DENY"})["list"]
    assert [row["ad_name"] for row in denied] == ["Before and after"]
    off = client.data("campaign/get/", filtering={"primary_status": "STATUS_DISABLE"})["list"]
    assert [row["campaign_name"] for row in off] == ["Whole shop · GMV Max"]


def test_one_product_and_several_product_ads_name_their_products(client):
    assert len(client.one("ad", client.named("ads", "Unboxing cut").id)["item_group_ids"]) == 1
    assert len(client.one("ad", client.named("ads", "Best of the shelf").id)["item_group_ids"]) == 3
    assert client.one("ad", client.named("ads", "Brand film 15 s").id)["item_group_ids"] == []


def test_everything_delivers_at_first(client, tree):
    assert standing(client, tree) == STANDING


def test_switching_off_shows_here_and_below(client, tree):
    assert switch(client, "campaign", tree["campaign"].id)["data"] == {
        "campaign_ids": [tree["campaign"].id],
        "status": "DISABLE",
        "campaign_list": [{"campaign_id": tree["campaign"].id, "status": "DISABLE"}],
    }
    assert standing(client, tree) == {
        "campaign": "CAMPAIGN_STATUS_DISABLE",
        "adgroup": "ADGROUP_STATUS_CAMPAIGN_DISABLE",
        "ad": "AD_STATUS_CAMPAIGN_DISABLE",
    }
    assert client.one("ad", tree["ad"].id)["operation_status"] == "ENABLE"
    switch(client, "adgroup", tree["adgroup"].id)
    assert standing(client, tree)["ad"] == "AD_STATUS_ADGROUP_DISABLE"
    switch(client, "ad", tree["ad"].id)
    assert standing(client, tree)["ad"] == "AD_STATUS_DISABLE"

    for kind, node in tree.items():
        switch(client, kind, node.id, status="ENABLE")
    assert standing(client, tree) == STANDING


def test_twenty_ids_pass_and_twenty_one_do_not(client, tree):
    ids = [tree["ad"].id] * 20
    assert switch(client, "ad", *ids)["code"] == 0

    for kind in ("campaign", "adgroup", "ad"):
        assert switch(client, kind, *[tree[kind].id] * 21, status="ENABLE")["code"] == 40002
        assert switch(client, kind, status="ENABLE")["code"] == 40002
    assert tree["ad"].operation_status == "DISABLE"


def test_a_batch_is_all_or_nothing(client, tree):
    for kind in ("campaign", "adgroup", "ad"):
        assert switch(client, kind, tree[kind].id, "404")["code"] == 40007
        assert tree[kind].operation_status == "ENABLE"


def test_ad_groups_take_a_partial_success(client, world, tree):
    answer = switch(client, "adgroup", tree["adgroup"].id, "404", allow_partial_success=True)

    assert answer["code"] == 0
    assert answer["data"]["adgroup_ids"] == [tree["adgroup"].id]
    assert answer["data"]["error_list"] == [
        {"adgroup_id": "404", "error_message": "adgroup 404 doesn't exist"}
    ]
    assert tree["adgroup"].operation_status == "DISABLE"

    world.settings["ads_partial_code"] = 20001
    assert switch(client, "adgroup", tree["adgroup"].id, "404", allow_partial_success=True)["code"] == 20001


def test_deleted_never_comes_back_nor_what_is_below(client, tree):
    assert switch(client, "campaign", tree["campaign"].id, status="DELETE")["code"] == 0

    for kind in ("campaign", "adgroup", "ad"):
        assert switch(client, kind, tree[kind].id, status="ENABLE")["code"] == 40002
    assert standing(client, tree) == {
        "campaign": "CAMPAIGN_STATUS_DELETE",
        "adgroup": "ADGROUP_STATUS_CAMPAIGN_DELETE",
        "ad": "AD_STATUS_CAMPAIGN_DELETE",
    }
    listed = [row["campaign_id"] for row in client.data("campaign/get/")["list"]]
    assert tree["campaign"].id not in listed


def test_setting_the_same_again_is_harmless_or_a_no_op(client, world, tree):
    switch(client, "ad", tree["ad"].id)
    assert switch(client, "ad", tree["ad"].id)["code"] == 0

    world.settings["ads_noop_code"] = 40012
    assert switch(client, "ad", tree["ad"].id)["code"] == 40012


def test_reads_can_lag_behind_writes(client, world, tree):
    world.settings["ads_status_lag_s"] = 30
    switch(client, "campaign", tree["campaign"].id)
    assert standing(client, tree)["campaign"] == "CAMPAIGN_STATUS_ENABLE"
    assert world.ads.dump()["campaigns"][4]["operation_status"] == "DISABLE"

    world.clock.advance(31)
    assert standing(client, tree)["campaign"] == "CAMPAIGN_STATUS_DISABLE"


def test_a_suspended_account_stops_all_and_gives_it_back_as_it_was(client, sandbox_http, tree):
    switch(client, "ad", tree["ad"].id)
    account = {"advertiser_id": client.advertiser_id}
    sandbox_http.post("/_sandbox/ads/account", json=account | {"status": "STATUS_LIMIT"})

    assert set(standing(client, tree).values()) == {"ADVERTISER_ACCOUNT_PUNISH"}
    assert (
        client.data("advertiser/info/", advertiser_ids=[client.advertiser_id])["list"][0]["status"]
        == "STATUS_LIMIT"
    )
    sandbox_http.post("/_sandbox/ads/account", json=account | {"status": "STATUS_ENABLE"})
    assert standing(client, tree) == STANDING | {"ad": "AD_STATUS_DISABLE"}


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        ({"status": "STATUS_CONTRACT_PENDING"}, ["ADVERTISER_CONTRACT_PENDING"] * 3),
        (
            {"status": "STATUS_PENDING_CONFIRM"},
            [f"{k}_STATUS_ADVERTISER_AUDIT" for k in ("CAMPAIGN", "ADGROUP", "AD")],
        ),
        (
            {"status": "STATUS_CONFIRM_FAIL"},
            [f"{k}_STATUS_ADVERTISER_AUDIT_DENY" for k in ("CAMPAIGN", "ADGROUP", "AD")],
        ),
        (
            {"balance": 0},
            [
                "CAMPAIGN_STATUS_TTS_ACCOUNT_BALANCE_INSUFFICIENT",
                "ADGROUP_STATUS_BALANCE_EXCEED",
                "AD_STATUS_BALANCE_EXCEED",
            ],
        ),
    ],
)
def test_the_account_decides_for_all_below(client, sandbox_http, tree, account, expected):
    sandbox_http.post("/_sandbox/ads/account", json={"advertiser_id": client.advertiser_id} | account)

    assert list(standing(client, tree).values()) == expected


def test_review_holds_an_ad_until_it_is_over(client, sandbox_http, world, tree):
    asked = {"kind": "ad", "id": tree["ad"].id, "audit": "REAUDIT"}
    sandbox_http.post("/_sandbox/ads/audit", json=asked)
    assert standing(client, tree)["ad"] == "AD_STATUS_REAUDIT"

    world.clock.advance(61)
    world.ads.tick()
    assert standing(client, tree)["ad"] == "AD_STATUS_DELIVERY_OK"
    sandbox_http.post(
        "/_sandbox/ads/audit", json={"kind": "adgroup", "id": tree["adgroup"].id, "audit": "AUDIT_DENY"}
    )
    assert standing(client, tree)["adgroup"] == "ADGROUP_STATUS_AUDIT_DENY"
    assert standing(client, tree)["ad"] == "AD_STATUS_ADGROUP_AUDIT_DENY"


def test_an_ad_whose_products_are_sold_out_says_so(client, world, tree):
    several = client.named("ads", "Best of the shelf")
    for item in (*tree["ad"].item_group_ids, *several.item_group_ids[:2]):
        set_stock(world, item, 0)

    assert standing(client, tree)["ad"] == "AD_STATUS_PRODUCT_UNAVAILABLE"
    assert client.one("ad", several.id)["secondary_status"] == "AD_STATUS_DELIVERY_OK"
    set_stock(world, tree["ad"].item_group_ids[0], 3)
    assert standing(client, tree)["ad"] == "AD_STATUS_DELIVERY_OK"


def set_stock(world, item_group_id: str, quantity: int) -> None:
    for sku in world.shop.products[item_group_id].skus:
        sku.available = quantity


def test_schedules_start_and_end(client, world, tree):
    group, now = tree["adgroup"], world.clock.now()
    group.schedule_start = now + 60
    assert standing(client, tree)["adgroup"] == "ADGROUP_STATUS_NOT_START"
    assert standing(client, tree)["ad"] == "AD_STATUS_NOT_START"

    group.schedule_start, group.schedule_end = now - 60, now - 1
    assert standing(client, tree)["adgroup"] == "ADGROUP_STATUS_TIME_DONE"
    assert standing(client, tree)["ad"] == "AD_STATUS_DONE"


def test_a_persons_edit_is_seen_and_told_apart(client, sandbox_http, world, tree):
    edit = {"kind": "campaign", "id": tree["campaign"].id, "status": "DISABLE"}
    assert sandbox_http.post("/_sandbox/ads/status", json=edit).json() == {"changed": True}

    assert client.one("campaign", tree["campaign"].id)["operation_status"] == "DISABLE"
    assert world.ads.dump()["writes"] == []
    assert world.journal.find(kind="ads_change")[-1]["by"] == "person"
    for body in (edit | {"status": "OFF"}, edit | {"id": "9"}, {"kind": "campaign"}):
        assert sandbox_http.post("/_sandbox/ads/status", json=body).status_code == 400


def test_regions_are_a_tree(client):
    rows = {row["location_id"]: row for row in client.data("tool/region/", level_range="TO_PROVINCE")["list"]}

    provinces = [row for row in rows.values() if row["level"] == "PROVINCE"]
    assert {rows[row["parent_id"]]["level"] for row in provinces} == {"COUNTRY"}
    assert {row["level"] for row in client.data("tool/region/", level_range="TO_COUNTRY")["list"]} == {
        "COUNTRY"
    }
    assert client.get("tool/region/", level_range="TO_STREET")["code"] == 40002
