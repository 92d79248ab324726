"""Accounts, balances and reports: the same money everywhere."""

import pytest

from tests.contracts.ads_client import APP, AdsClient

WEEK = {"start_date": "2026-11-16", "end_date": "2026-11-22"}


@pytest.fixture
def client(sandbox_http, world) -> AdsClient:
    world.settings["ads_rate_level"] = "off"
    return AdsClient(sandbox_http, world, open_id="sb-north")


def basic(client, level: str, key: str, *times: str, **extra) -> list[dict]:
    asked = {"report_type": "BASIC", "data_level": level, "dimensions": [key, *times], "page_size": 1000}
    return client.data(
        "report/integrated/get/", **asked, metrics=["spend", "onsite_shopping"], **WEEK | extra
    )["list"]


def total(rows: list[dict], name: str = "spend") -> float:
    return sum(float(row["metrics"][name]) for row in rows)


def test_accounts_of_a_token_and_their_facts(client):
    assert client.data("oauth2/advertiser/get/", **APP)["list"] == [
        {"advertiser_id": client.advertiser_id, "advertiser_name": "Northside Goods Ads"}
    ]
    asked = {"advertiser_ids": client.advertiser_ids, "fields": ["currency", "timezone", "status"]}
    assert client.data("advertiser/info/", **asked)["list"] == [
        {
            "advertiser_id": client.advertiser_id,
            "currency": "USD",
            "timezone": "America/Los_Angeles",
            "status": "STATUS_ENABLE",
        }
    ]
    assert client.get("advertiser/info/", advertiser_ids=["1"])["code"] == 40300


def test_the_balance_is_the_business_centers_and_shrinks_with_the_spend(client, sandbox_http, world):
    bc_id = client.data("bc/get/")["list"][0]["bc_info"]["bc_id"]
    before = client.data("advertiser/balance/get/", bc_id=bc_id)["advertiser_account_list"][0]
    assert (before["account_balance"], before["advertiser_status"]) == (
        6_000.0,
        "SHOW_ACCOUNT_STATUS_APPROVED",
    )

    world.clock.advance(3_600)
    world.ads.tick()
    after = client.data("advertiser/balance/get/", bc_id=bc_id)["advertiser_account_list"][0]
    world.settings["ads_report_lag_s"] = 0
    today = {"start_date": "2026-11-23", "end_date": "2026-11-23"}
    hours = basic(client, "AUCTION_ADVERTISER", "advertiser_id", "stat_time_hour", **today)
    last_hour = [row for row in hours if row["dimensions"]["stat_time_hour"] == "2026-11-23 00:00:00"]
    assert total(last_hour) == pytest.approx(before["account_balance"] - after["account_balance"], abs=0.05)

    account = {"advertiser_id": client.advertiser_id, "balance": 0, "status": "STATUS_LIMIT"}
    sandbox_http.post("/_sandbox/ads/account", json=account)
    empty = client.data("advertiser/balance/get/", bc_id=bc_id)["advertiser_account_list"][0]
    assert (empty["balance_reminder"], empty["advertiser_status"]) == (True, "SHOW_ACCOUNT_STATUS_PUNISHED")
    assert client.get("advertiser/balance/get/", bc_id="1")["code"] == 40001
    assert client.get("advertiser/balance/get/", bc_id=bc_id, page_size=51)["code"] == 40002


def test_every_level_tells_the_same_money(client):
    by_ad = basic(client, "AUCTION_AD", "ad_id")
    by_group = basic(client, "AUCTION_ADGROUP", "adgroup_id")
    by_campaign = basic(client, "AUCTION_CAMPAIGN", "campaign_id")
    by_account = basic(client, "AUCTION_ADVERTISER", "advertiser_id", "stat_time_day")

    classic = client.named("campaigns", "Video shopping · always on")
    ads = {ad.id for ad in client.world.ads.ads_of(classic)}
    of_ads = [row for row in by_ad if row["dimensions"]["ad_id"] in ads]
    of_campaign = [row for row in by_campaign if row["dimensions"]["campaign_id"] == classic.id]
    assert total(of_ads) == pytest.approx(total(of_campaign), abs=0.05)
    assert total(by_group) == pytest.approx(total(by_ad), abs=0.05)
    assert total(by_account) == pytest.approx(total(by_campaign), abs=0.2)
    assert len(by_account) == 7
    assert all(isinstance(row["metrics"]["spend"], str) for row in by_account)


def test_gmv_max_by_product_adds_up_to_the_campaign(client):
    campaign = client.named("campaigns", "Bestsellers · GMV Max")
    asked = {"store_ids": [campaign.store_id], "metrics": ["cost", "orders", "gross_revenue", "roi"], **WEEK}
    only = {"campaign_ids": [campaign.id]}
    by_item = client.data("gmv_max/report/get/", **asked, dimensions=["item_group_id"], filtering=only)[
        "list"
    ]
    whole = client.data("gmv_max/report/get/", **asked, dimensions=["campaign_id"], filtering=only)["list"]

    assert {row["dimensions"]["item_group_id"] for row in by_item} == set(campaign.item_group_ids)
    assert total(by_item, "cost") == pytest.approx(total(whole, "cost"), abs=0.05)
    assert float(whole[0]["metrics"]["roi"]) > 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"store_ids": []},
        {"store_ids": ["1", "2"]},
        {"dimensions": ["weather"]},
        {"metrics": ["luck"]},
        {"dimensions": ["stat_time_hour"]},
        {"dimensions": ["stat_time_day"], "start_date": "2026-10-01"},
        {"start_date": "2025-01-01"},
        {"start_date": "yesterday"},
        {"end_date": "2026-11-15"},
    ],
)
def test_gmv_max_reports_that_are_refused(client, wrong):
    campaign = client.named("campaigns", "Bestsellers · GMV Max")
    asked = {"store_ids": [campaign.store_id], "metrics": ["cost"], "dimensions": ["campaign_id"], **WEEK}

    assert client.get("gmv_max/report/get/", **asked | wrong)["code"] == 40002


def test_the_last_minutes_are_not_in_yet(client, world):
    campaign = client.named("campaigns", "Bestsellers · GMV Max")

    def today() -> float:
        asked = {"store_ids": [campaign.store_id], "metrics": ["cost"], "dimensions": ["campaign_id"]}
        asked |= {
            "filtering": {"campaign_ids": [campaign.id]},
            "start_date": "2026-11-23",
            "end_date": "2026-11-23",
        }
        return total(client.data("gmv_max/report/get/", **asked)["list"], "cost")

    world.clock.advance(1_800)
    lagging = today()
    world.settings["ads_report_lag_s"] = 0
    assert 0 < lagging < today()


def test_what_is_switched_off_spends_nothing(client, world):
    campaign = client.named("campaigns", "Hero product · GMV Max")
    client.post("campaign/status/update/", campaign_ids=[campaign.id], operation_status="DISABLE")
    before = dict(campaign.hours)
    world.clock.advance(7_200)
    world.ads.tick()

    assert campaign.hours == before
