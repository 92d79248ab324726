"""Our TikTok Ads client against the sandbox: reads the trees, switches exactly what was asked, survives its faults."""

from decimal import Decimal

import pytest
import stamina

from core.http import NeedsReauthorization, OutcomeUnknown, RateLimited, RemoteError
from integrations import registry
from integrations.ports import AdObject
from integrations.tiktok_ads.client import NO_LEVER, TikTokAdsClient
from integrations.tiktok_ads.errors import Refused

KINDS = ("gmv_max_product", "gmv_max_live", "campaign", "ad_group", "ad")


@pytest.fixture(autouse=True)
def quick_retries():
    stamina.set_testing(True, attempts=3)
    yield
    stamina.set_testing(False)


@pytest.fixture
def ads(sandbox_world) -> TikTokAdsClient:
    code = sandbox_world.ads.new_auth_code(open_id="sb-cedar")
    grant = registry.ad_client().exchange_code(auth_code=code)
    return registry.ad_client(access_token=grant.access_token, connection_key="ads")


@pytest.fixture
def account(ads) -> str:
    (account,) = ads.accounts()
    return account.advertiser_id


def seen(world, platform_id: str) -> dict:
    """The object as the platform has it."""
    dump = world.ads.dump()
    return next(
        row for name in ("campaigns", "adgroups", "ads") for row in dump[name] if row["id"] == platform_id
    )


def first(ads, account, kind: str) -> AdObject:
    return next(one for one in ads.list_objects(advertiser_id=account) if one.kind == kind)


def test_a_grant_names_its_accounts(sandbox_world):
    code = sandbox_world.ads.new_auth_code(open_id="sb-lumi")
    client = registry.ad_client()
    grant = client.exchange_code(auth_code=code)
    assert len(grant.advertiser_ids) == 3
    assert {account.advertiser_id for account in client.accounts()} == set(grant.advertiser_ids)
    infos = client.account_info(advertiser_ids=grant.advertiser_ids)
    assert {info.currency for info in infos} == {"MYR", "SGD", "THB"}
    assert all(info.status == "STATUS_ENABLE" and info.balance > 0 and info.time_zone for info in infos)
    with pytest.raises(RemoteError) as caught:
        registry.ad_client().exchange_code(auth_code=code)
    assert caught.value.code in ("40110", "40115")


def test_everything_that_can_be_switched(ads, account, sandbox_world):
    objects = ads.list_objects(advertiser_id=account)
    assert {one.kind for one in objects} == set(KINDS)
    dump = sandbox_world.ads.dump()
    mine = {
        row["id"]
        for name in ("campaigns", "adgroups", "ads")
        for row in dump[name]
        if row["advertiser_id"] == account
    }
    assert {one.platform_id for one in objects} <= mine
    assert len({one.platform_id for one in objects}) == len(objects)
    scopes = {one.product_scope for one in objects if one.kind == "gmv_max_product"}
    assert scopes == {"custom", "all"}
    assert all(one.parent_id and one.campaign_id for one in objects if one.kind in ("ad_group", "ad"))
    assert any(one.kind == "ad" and len(one.platform_product_ids) > 1 for one in objects)


@pytest.mark.parametrize("kind", KINDS)
def test_switching_is_a_set_and_can_be_read_back(ads, account, sandbox_world, kind):
    thing = first(ads, account, kind)
    assert ads.read_object(advertiser_id=account, kind=kind, platform_id=thing.platform_id) == thing
    for enabled in (False, False, True):
        (result,) = ads.set_enabled(
            advertiser_id=account, kind=kind, platform_ids=[thing.platform_id], enabled=enabled
        )
        assert (result.item_id, result.is_ok) == (thing.platform_id, True)
        now = ads.read_object(advertiser_id=account, kind=kind, platform_id=thing.platform_id)
        assert now.is_enabled is enabled
        assert seen(sandbox_world, thing.platform_id)["operation_status"] == (
            "ENABLE" if enabled else "DISABLE"
        )


@pytest.mark.parametrize("kind", ["campaign", "ad_group", "ad"])
def test_one_bad_id_does_not_keep_the_others(ads, account, kind):
    thing = first(ads, account, kind)
    good, bad = ads.set_enabled(
        advertiser_id=account, kind=kind, platform_ids=[thing.platform_id, "1999"], enabled=False
    )
    assert good.is_ok
    assert (bad.item_id, bad.is_ok) == ("1999", False)
    assert bad.message
    assert not ads.read_object(advertiser_id=account, kind=kind, platform_id=thing.platform_id).is_enabled


def test_more_than_twenty_go_in_parts(ads, account):
    thing = first(ads, account, "ad_group")
    others = [str(1990 + place) for place in range(21)]
    results = ads.set_enabled(
        advertiser_id=account, kind="ad_group", platform_ids=[*others, thing.platform_id], enabled=False
    )
    assert [result.is_ok for result in results] == [False] * 21 + [True]


def test_a_product_leaves_a_gmv_max_campaign_and_comes_back(ads, account, sandbox_world):
    campaign = next(
        one
        for one in ads.list_objects(advertiser_id=account)
        if len(one.platform_product_ids) > 1 and one.kind == KINDS[0]
    )
    without = campaign.platform_product_ids[1:]
    for wanted in (without, campaign.platform_product_ids):
        assert ads.set_products(
            advertiser_id=account, platform_id=campaign.platform_id, platform_product_ids=wanted
        ).is_ok
        now = ads.read_object(advertiser_id=account, kind=KINDS[0], platform_id=campaign.platform_id)
        assert set(now.platform_product_ids) == set(wanted)
        assert set(seen(sandbox_world, campaign.platform_id)["item_group_ids"]) == set(wanted)


def test_a_product_list_cannot_be_empty_nor_hold_strangers(ads, account):
    campaign = first(ads, account, KINDS[0])
    empty = ads.set_products(advertiser_id=account, platform_id=campaign.platform_id, platform_product_ids=[])
    assert (empty.is_ok, empty.code) == (False, NO_LEVER)
    strange = ads.set_products(
        advertiser_id=account, platform_id=campaign.platform_id, platform_product_ids=["123"]
    )
    assert (strange.is_ok, strange.code) == (False, "40002")
    now = ads.read_object(advertiser_id=account, kind=KINDS[0], platform_id=campaign.platform_id)
    assert now.platform_product_ids == campaign.platform_product_ids


@pytest.mark.parametrize("kind", ["gmv_max_product", "gmv_max_live", "ad_group"])
def test_a_budget_is_set_or_refused_with_a_reason(ads, account, kind):
    thing = first(ads, account, kind)
    wanted = thing.budget * 2
    assert ads.set_budget(
        advertiser_id=account, kind=kind, platform_id=thing.platform_id, budget=wanted
    ).is_ok
    assert ads.read_object(advertiser_id=account, kind=kind, platform_id=thing.platform_id).budget == wanted
    refused = ads.set_budget(
        advertiser_id=account, kind=kind, platform_id=thing.platform_id, budget=Decimal(1)
    )
    assert (refused.is_ok, bool(refused.message)) == (False, True)
    assert ads.read_object(advertiser_id=account, kind=kind, platform_id=thing.platform_id).budget == wanted


def test_an_ad_has_no_budget(ads, account):
    result = ads.set_budget(advertiser_id=account, kind="ad", platform_id="1", budget=Decimal(9))
    assert (result.is_ok, result.code) == (False, NO_LEVER)


@pytest.mark.parametrize("kind", ["gmv_max_product", "campaign", "ad"])
def test_what_is_not_there_is_refused(ads, account, kind):
    with pytest.raises(Refused) as caught:
        ads.read_object(advertiser_id=account, kind=kind, platform_id="1999")
    assert caught.value.code == "40007"


def test_setting_the_same_again_may_be_called_nothing_to_change(ads, account, sandbox_world):
    sandbox_world.settings["ads_noop_code"] = 40012
    thing = first(ads, account, "campaign")
    for _ in range(2):
        (result,) = ads.set_enabled(
            advertiser_id=account, kind="campaign", platform_ids=[thing.platform_id], enabled=False
        )
        assert result.is_ok


def test_partial_success_has_a_code_of_its_own(ads, account, sandbox_world):
    sandbox_world.settings["ads_partial_code"] = 20001
    thing = first(ads, account, "ad_group")
    results = ads.set_enabled(
        advertiser_id=account, kind="ad_group", platform_ids=["1999", thing.platform_id], enabled=False
    )
    assert [result.is_ok for result in results] == [False, True]


def test_their_pace_is_named(ads, account, sandbox_world):
    sandbox_world.settings["ads_rate_level"] = "test_host"  # one call a second for each endpoint
    with pytest.raises(RateLimited) as caught:
        for _ in range(3):
            ads.accounts()
    assert caught.value.code in ("40100", "40016")


def test_a_switch_cut_after_its_effect_is_unknown_and_safe_to_repeat(ads, account, sandbox_world):
    thing = first(ads, account, "campaign")
    sandbox_world.faults.set({"ads": {"share_timeout_after": 1.0}})
    with pytest.raises(OutcomeUnknown):
        ads.set_enabled(
            advertiser_id=account, kind="campaign", platform_ids=[thing.platform_id], enabled=False
        )
    sandbox_world.faults.set({"ads": {}})
    assert not ads.read_object(
        advertiser_id=account, kind="campaign", platform_id=thing.platform_id
    ).is_enabled
    (again,) = ads.set_enabled(
        advertiser_id=account, kind="campaign", platform_ids=[thing.platform_id], enabled=False
    )
    assert again.is_ok


@pytest.mark.parametrize(("knob", "kinds"), [("share_429", RateLimited), ("share_5xx", RemoteError)])
def test_faults_change_nothing_and_have_names(ads, account, sandbox_world, knob, kinds):
    thing = first(ads, account, "campaign")
    sandbox_world.faults.set({"ads": {knob: 1.0}})
    with pytest.raises(kinds):
        ads.set_enabled(
            advertiser_id=account, kind="campaign", platform_ids=[thing.platform_id], enabled=False
        )
    assert seen(sandbox_world, thing.platform_id)["operation_status"] == "ENABLE"


def test_a_token_that_is_none_needs_a_person(sandbox_world):
    with pytest.raises(NeedsReauthorization) as caught:
        registry.ad_client(access_token="nonsense", connection_key="none").account_info(advertiser_ids=["1"])
    assert caught.value.code in ("40104", "40105")


def test_the_word_delete_is_never_sent(ads, account, sandbox_world):
    thing = first(ads, account, "ad")
    ads.set_enabled(advertiser_id=account, kind="ad", platform_ids=[thing.platform_id], enabled=False)
    writes = sandbox_world.ads.dump()["writes"]
    assert writes
    assert "DELETE" not in str(writes)
