"""Budgets and places: least amounts, precision, the nightly lock, what was already spent, and location rules."""

import pytest

from sandbox.ads import regions
from tests.contracts.ads_client import AdsClient

DAY = 86_400


@pytest.fixture
def client(sandbox_http, world) -> AdsClient:
    world.settings["ads_rate_level"] = "off"
    return AdsClient(sandbox_http, world, open_id="sb-north")


@pytest.fixture
def dong(sandbox_http, world) -> AdsClient:
    world.settings["ads_rate_level"] = "off"
    return AdsClient(sandbox_http, world, open_id="sb-cedar")


@pytest.fixture
def campaign(client):
    return client.named("campaigns", "Video shopping · always on")


@pytest.fixture
def group(client):
    return client.named("adgroups", "Broad")


def test_a_campaign_budget_is_read_back_as_set(client, campaign):
    answer = client.post("campaign/update/", campaign_id=campaign.id, budget=350.25)

    assert answer["code"] == 0
    assert client.one("campaign", campaign.id)["budget"] == 350.25


@pytest.mark.parametrize("budget", [49.99, 0, -1, 100.001, "100", True])
def test_budgets_that_dollars_do_not_allow(client, campaign, budget):
    assert client.post("campaign/update/", campaign_id=campaign.id, budget=budget)["code"] == 40002
    assert campaign.budget == 300


def test_least_amounts_and_precision_follow_the_currency(dong):
    campaign, group = dong.named("campaigns", "Video shopping · always on"), dong.named("adgroups", "Broad")

    assert dong.post("campaign/update/", campaign_id=campaign.id, budget=1_249_999)["code"] == 40002
    assert dong.post("campaign/update/", campaign_id=campaign.id, budget=5_000_000.5)["code"] == 40002
    assert dong.post("campaign/update/", campaign_id=campaign.id, budget=5_000_000)["code"] == 0
    assert dong.post("adgroup/update/", adgroup_id=group.id, budget=499_999)["code"] == 40002
    assert dong.post("adgroup/update/", adgroup_id=group.id, budget=1_500_000)["code"] == 0


def test_a_budget_below_what_was_spent_today_is_refused(client, world, campaign):
    world.clock.advance(23 * 3600)
    spent = client.data(
        "report/integrated/get/",
        report_type="BASIC",
        data_level="AUCTION_CAMPAIGN",
        dimensions=["campaign_id", "stat_time_day"],
        metrics=["spend"],
        start_date="2026-11-23",
        end_date="2026-11-23",
    )["list"]
    today = next(row for row in spent if row["dimensions"]["campaign_id"] == campaign.id)
    assert float(today["metrics"]["spend"]) > 55

    refused = client.post("campaign/update/", campaign_id=campaign.id, budget=55)
    assert refused["code"] == 40002
    assert "spent" in refused["message"]
    assert campaign.budget == 300


def test_a_campaign_without_a_budget_and_a_mode_stay_as_they_are(client, campaign):
    open_one = client.named("campaigns", "Shop visits · brand film")

    assert client.post("campaign/update/", campaign_id=open_one.id, budget=100)["code"] == 40002
    mode = {"budget_mode": "BUDGET_MODE_TOTAL", "budget": 400}
    assert client.post("campaign/update/", campaign_id=campaign.id, **mode)["code"] == 40002
    assert client.post("campaign/update/", campaign_id=campaign.id)["code"] == 40012
    gmv_max = client.named("campaigns", "Hero product · GMV Max")
    assert client.post("campaign/update/", campaign_id=gmv_max.id, budget=500)["code"] == 40002


def test_a_daily_budget_of_the_budget_call_bites_at_the_accounts_midnight(client, world, group):
    rows = [{"adgroup_id": group.id, "scheduled_budget": 45}]
    assert client.post("adgroup/budget/update/", scheduled_budget=rows)["code"] == 0
    assert client.one("adgroup", group.id)["budget"] == 80
    assert client.one("adgroup", group.id)["scheduled_budget"] == 45

    # The day has just begun in Los Angeles.
    world.clock.advance(DAY - 1)
    world.ads.tick()
    assert client.one("adgroup", group.id)["budget"] == 80
    world.clock.advance(1)
    world.ads.tick()
    assert client.one("adgroup", group.id)["budget"] == 45


def test_a_lifetime_budget_changes_at_once_and_modes_do_not_mix(client, group):
    lifetime = client.named("adgroups", "Look-alike audience")

    assert (
        client.post("adgroup/budget/update/", budget=[{"adgroup_id": lifetime.id, "budget": 600}])["code"]
        == 0
    )
    assert client.one("adgroup", lifetime.id)["budget"] == 600
    assert (
        client.post("adgroup/budget/update/", budget=[{"adgroup_id": group.id, "budget": 90}])["code"]
        == 40002
    )
    later = [{"adgroup_id": lifetime.id, "scheduled_budget": 90}]
    assert client.post("adgroup/budget/update/", scheduled_budget=later)["code"] == 40002
    assert client.post("adgroup/budget/update/", budget=later * 21)["code"] == 40002
    assert client.post("adgroup/budget/update/")["code"] == 40002


def test_the_last_five_minutes_of_the_accounts_day_take_no_budgets(client, world):
    lifetime = client.named("adgroups", "Look-alike audience")
    rows = [{"adgroup_id": lifetime.id, "budget": 600}]
    world.clock.advance(DAY - 300)
    assert client.post("adgroup/budget/update/", budget=rows)["code"] == 40002
    assert lifetime.budget == 450

    world.clock.advance(300)
    assert client.post("adgroup/budget/update/", budget=rows)["code"] == 0


def test_a_spent_budget_stops_everything_below(client, world, campaign, group):
    campaign.budget = 1.0
    world.clock.advance(DAY / 2)
    world.ads.tick()

    assert client.one("campaign", campaign.id)["secondary_status"] == "CAMPAIGN_STATUS_BUDGET_EXCEED"
    assert client.one("adgroup", group.id)["secondary_status"] == "ADGROUP_STATUS_CAMPAIGN_EXCEED"
    ad = client.named("ads", "Unboxing cut")
    assert client.one("ad", ad.id)["secondary_status"] == "AD_STATUS_CAMPAIGN_EXCEED"


def test_locations_are_replaced_as_a_whole(client, group):
    states = regions.children("US")[:3]

    assert client.post("adgroup/update/", adgroup_id=group.id, location_ids=states)["code"] == 0
    assert client.one("adgroup", group.id)["location_ids"] == states


@pytest.mark.parametrize(
    "wanted",
    [
        [],
        ["6252000", "6252001"],
        ["1562000"],
        ["6252001", "6252001"],
        ["1"],
        [6252000],
        "6252000",
    ],
    ids=["empty", "parent and child", "no US left", "twice", "unknown", "number", "text"],
)
def test_locations_that_are_refused(client, group, wanted):
    assert client.post("adgroup/update/", adgroup_id=group.id, location_ids=wanted)["code"] == 40002
    assert group.location_ids == ["6252000"]


def test_zip_codes_may_stand_alone_where_they_exist(client, sandbox_http, world, group):
    both = {"location_ids": [], "zipcode_ids": ["US_90001"]}
    assert client.post("adgroup/update/", adgroup_id=group.id, **both)["code"] == 0

    singapore = AdsClient(sandbox_http, world, open_id="sb-lumi")
    singapore.advertiser_id = singapore.advertiser_ids[1]
    target = singapore.named("adgroups", "Broad")
    assert singapore.post("adgroup/update/", adgroup_id=target.id, zipcode_ids=["SG_1"])["code"] == 40002


def test_nothing_changes_when_one_of_two_changes_is_wrong(client, group):
    both = {"budget": 90, "location_ids": ["1"]}

    assert client.post("adgroup/update/", adgroup_id=group.id, **both)["code"] == 40002
    assert group.budget == 80
