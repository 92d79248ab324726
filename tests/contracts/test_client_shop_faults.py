"""Our TikTok Shop client when the other side fails: nothing is sent twice, an unknown outcome is found by reading."""

from datetime import timedelta

import pytest
import stamina

from core import clock
from core.http import NeedsReauthorization, OutcomeUnknown, RateLimited, RemoteError, Retryable
from integrations import registry
from integrations.ports import StockValue
from integrations.tiktok_shop.errors import TokenExpired
from tests.contracts.outside import Shop, authorize
from tests.sandbox_transport import client_for


@pytest.fixture(autouse=True)
def quick_retries():
    stamina.set_testing(True, attempts=3)
    yield
    stamina.set_testing(False)


@pytest.fixture
def sandbox(sandbox_world):
    with client_for(sandbox_world) as client:
        yield client


@pytest.fixture
def vietnam(sandbox) -> Shop:
    return authorize(sandbox, open_id="sb-cedar")


def uploads(shop: Shop, number: str) -> int:
    """How often the platform took this number."""
    return shop.http.get("/_sandbox/dump").json()["uploads"][number]["count"]


def test_a_ship_call_cut_after_its_effect_is_unknown_and_found_by_reading(vietnam):
    (request,) = vietnam.requests(vietnam.orders(), carrier="J&T Express", numbers=["840494355546"])
    vietnam.control("faults", shop={"share_timeout_after": 1.0})
    with pytest.raises(OutcomeUnknown):
        vietnam.client.ship_packages(requests=[request])
    vietnam.control("faults", shop={})
    package = vietnam.client.get_package(platform_package_id=request.platform_package_id)
    assert (package.status, package.tracking_number) == ("processing", "840494355546")
    (again,) = vietnam.client.ship_packages(requests=[request])
    assert (again.is_ok, again.tracking_number) == (True, "840494355546")
    assert uploads(vietnam, "840494355546") == 1


def test_a_stock_push_cut_after_its_effect_is_unknown(vietnam):
    sku = vietnam.client.search_skus(page_size=1).items[0]
    (site,) = sku.quantities
    value = StockValue(
        platform_product_id=sku.platform_product_id, platform_sku_id=sku.platform_sku_id, quantities={site: 3}
    )
    vietnam.control("faults", shop={"share_timeout_after": 1.0})
    with pytest.raises(OutcomeUnknown):
        vietnam.client.set_stock(platform_product_id=sku.platform_product_id, values=[value])
    vietnam.control("faults", shop={})
    assert vietnam.client.read_stock(platform_sku_ids=[sku.platform_sku_id])[sku.platform_sku_id] == {site: 3}


def test_reads_live_through_single_failures(vietnam, sandbox_world):
    vietnam.orders(2)
    vietnam.control("faults", shop={"share_5xx": 0.2, "share_429": 0.1, "share_timeout_after": 0.05})
    answered = 0
    for _ in range(40):
        try:
            page = vietnam.client.search_orders(updated_from=clock.now() - timedelta(hours=1))
        except Retryable:
            continue
        assert len(page.items) == 2
        answered += 1
    assert answered >= 34  # each call has three tries; single failures do not show
    assert sandbox_world.journal.counts.get("fault_5xx", 0) > 0


@pytest.mark.parametrize(
    ("knob", "kinds"), [("share_5xx", (OutcomeUnknown, Retryable)), ("share_429", (RateLimited,))]
)
def test_a_write_that_fails_is_sent_once(vietnam, sandbox_world, knob, kinds):
    (request,) = vietnam.requests(vietnam.orders(), carrier="J&T Express", numbers=["840494355546"])
    vietnam.control("faults", shop={knob: 1.0})
    with pytest.raises(kinds):
        vietnam.client.ship_packages(requests=[request])
    assert sandbox_world.journal.counts[f"fault_{knob.removeprefix('share_')}"] == 1
    vietnam.control("faults", shop={})
    assert vietnam.client.get_package(platform_package_id=request.platform_package_id).status == "to_fulfill"


def test_an_expired_token_is_renewed_and_the_call_made_once_more(sandbox):
    first = authorize(sandbox, open_id="sb-cedar")
    renewals = []

    def renew() -> str:
        fresh = registry.shop_client().refresh_token(refresh_token=first.grant.refresh_token)
        renewals.append(fresh)
        return fresh.access_token

    client = registry.shop_client(
        access_token=first.grant.access_token,
        cipher=first.shop.cipher,
        region="VN",
        connection_key="renewing",
        renew=renew,
    )
    first.control("shop/tokens/expire", open_id="sb-cedar")
    assert client.warehouses()
    assert client.warehouses()
    assert len(renewals) == 1


def test_an_expired_token_without_renewal_is_told(vietnam):
    vietnam.control("shop/tokens/expire", open_id="sb-cedar")
    with pytest.raises(TokenExpired) as caught:
        vietnam.client.warehouses()
    assert caught.value.code == "105002"


def test_a_revoked_grant_needs_a_person(vietnam):
    vietnam.control("shop/revoke", open_id="sb-cedar")
    with pytest.raises(RemoteError) as caught:
        vietnam.client.warehouses()
    assert isinstance(caught.value, NeedsReauthorization | TokenExpired)


def test_the_cipher_of_another_sellers_shop_is_refused_for_good(sandbox, vietnam):
    north = authorize(sandbox, open_id="sb-north")
    mixed = registry.shop_client(
        access_token=vietnam.grant.access_token, cipher=north.shop.cipher, region="US", connection_key="mixed"
    )
    with pytest.raises(RemoteError) as caught:
        mixed.warehouses()
    assert caught.value.code == "101000"
    assert caught.value.request_id
