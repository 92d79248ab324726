"""Our TikTok Shop client against the sandbox: written apart from the same facts, so one misreading cannot hide in both."""

from datetime import timedelta

import msgspec
import pytest
import stamina

from core import clock
from core.http import RateLimited, Terminal
from integrations import registry
from integrations.ports import StockValue
from integrations.tiktok_shop.errors import Refused
from tests.contracts.outside import Shop, authorize
from tests.sandbox_transport import client_for

HOUR = timedelta(hours=1)


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


@pytest.fixture
def malaysia(sandbox) -> Shop:
    return authorize(sandbox, open_id="sb-lumi", region="MY")


@pytest.fixture
def america(sandbox) -> Shop:
    return authorize(sandbox, open_id="sb-north")


def test_one_authorization_brings_every_shop(sandbox):
    code = sandbox.post("/_sandbox/shop/auth_codes", json={"open_id": "sb-lumi"}).json()["code"]
    client = registry.shop_client()
    grant = client.exchange_code(auth_code=code)
    assert (grant.open_id, grant.region) == ("sb-lumi", "CN")
    assert timedelta(days=6) < grant.access_expires_at - clock.now() <= timedelta(days=7)
    shops = client.authorized_shops()
    assert {shop.region for shop in shops} == {"MY", "SG", "TH"}
    assert all(shop.is_cross_border for shop in shops)
    assert len({shop.cipher for shop in shops}) == 3


def test_a_code_works_once(sandbox):
    code = sandbox.post("/_sandbox/shop/auth_codes", json={"open_id": "sb-cedar"}).json()["code"]
    registry.shop_client().exchange_code(auth_code=code)
    with pytest.raises(Terminal) as caught:
        registry.shop_client().exchange_code(auth_code=code)
    assert caught.value.code == "36004004"


def test_a_refresh_gives_a_new_pair(vietnam):
    fresh = vietnam.client.refresh_token(refresh_token=vietnam.grant.refresh_token)
    assert fresh.access_token != vietnam.grant.access_token
    assert fresh.refresh_token != vietnam.grant.refresh_token


def test_a_walk_finds_every_changed_order_once_oldest_first(vietnam):
    made = [order.platform_order_id for order in vietnam.orders(7)]
    found, token = [], ""
    while True:
        page = vietnam.client.search_orders(updated_from=clock.now() - HOUR, page_token=token, page_size=3)
        found += page.items
        token = page.next_token
        if not token:
            break
    assert sorted(order.platform_order_id for order in found) == sorted(made)
    assert page.total == 7
    assert [order.updated_at for order in found] == sorted(order.updated_at for order in found)


def test_an_order_in_full_carries_the_platforms_own_deadlines(vietnam):
    (order,) = vietnam.orders()
    assert (order.status, order.fulfillment_type, order.shipping_type) == (
        "awaiting_shipment",
        "seller",
        "seller",
    )
    deadlines = order.deadlines
    assert order.placed_at < deadlines.ship_by <= deadlines.collect_by < deadlines.cancel_ship_at
    assert deadlines.cancel_ship_at < deadlines.cancel_collect_at
    assert order.currency == "VND"
    assert order.total_amount > 0
    assert order.lines
    assert not order.address.is_masked
    assert (order.address.region_code, bool(order.address.name), bool(order.address.lines)) == (
        "VN",
        True,
        True,
    )


def test_more_orders_than_one_call_takes(vietnam):
    made = [order.platform_order_id for order in vietnam.orders(53)]
    assert [order.platform_order_id for order in vietnam.client.get_orders(platform_order_ids=made)] == made


def test_unknown_orders_are_simply_absent_or_refused(vietnam):
    try:
        assert vietnam.client.get_orders(platform_order_ids=["576461413000000000"]) == []
    except Refused as error:
        assert error.code == "21008111"


def test_an_order_on_hold_shows_no_address_and_cannot_be_shipped(vietnam):
    (order,) = vietnam.orders(status="ON_HOLD")
    assert (order.is_on_hold, order.address.full_address, order.address.is_masked) == (True, "", False)
    requests = vietnam.requests([order], carrier="J&T Express", numbers=["840494355546"])
    (outcome,) = vietnam.client.ship_packages(requests=requests)
    assert (outcome.is_ok, outcome.code) == (False, "21011044")


def test_the_platforms_label_masks_the_buyer(malaysia):
    (order,) = malaysia.orders(shipping_type="TIKTOK")
    assert (order.shipping_type, order.address.is_masked) == ("platform", True)


def test_own_carrier_where_parcels_exist_from_payment(vietnam):
    (order,) = vietnam.orders()
    (request,) = vietnam.requests([order], carrier="J&T Express", numbers=["840494355546"])
    (outcome,) = vietnam.client.ship_packages(requests=[request])
    assert (outcome.is_ok, outcome.tracking_number) == (True, "840494355546")
    package = vietnam.client.get_package(platform_package_id=request.platform_package_id)
    assert (package.status, package.tracking_number) == ("processing", "840494355546")
    assert package.platform_order_ids == (order.platform_order_id,)
    after = vietnam.order(order.platform_order_id)
    assert (after.status, after.tracking_number) == ("awaiting_collection", "840494355546")
    assert after.ready_at is not None


def test_shipping_again_with_our_number_is_done_with_another_is_refused(vietnam):
    requests = vietnam.requests(vietnam.orders(), carrier="J&T Express", numbers=["840494355546"])
    vietnam.client.ship_packages(requests=requests)
    (again,) = vietnam.client.ship_packages(requests=requests)
    assert (again.is_ok, again.tracking_number) == (True, "840494355546")
    other = [msgspec.structs.replace(requests[0], tracking_number="840494355547")]
    (refused,) = vietnam.client.ship_packages(requests=other)
    assert (refused.is_ok, refused.code) == (False, "21011020")


def test_a_batch_tells_each_parcels_own_outcome(vietnam):
    orders = vietnam.orders(3)
    numbers = ["840494355546", "840494355546", "840494355548"]
    outcomes = vietnam.client.ship_packages(
        requests=vietnam.requests(orders, carrier="J&T Express", numbers=numbers)
    )
    assert [outcome.is_ok for outcome in outcomes] == [True, False, True]
    assert outcomes[1].code in ("21011025", "21034012")
    assert outcomes[1].message
    assert vietnam.order(orders[1].platform_order_id).status == "awaiting_shipment"


def test_a_number_is_corrected_once(vietnam):
    (request,) = vietnam.requests(vietnam.orders(), carrier="J&T Express", numbers=["840494355546"])
    vietnam.client.ship_packages(requests=[request])
    first = vietnam.client.correct_tracking(
        request=msgspec.structs.replace(request, tracking_number="840494355547")
    )
    second = vietnam.client.correct_tracking(
        request=msgspec.structs.replace(request, tracking_number="840494355548")
    )
    assert first.is_ok
    assert (second.is_ok, second.code) == (False, "21011050")
    package = vietnam.client.get_package(platform_package_id=request.platform_package_id)
    assert package.tracking_number == "840494355547"


def test_own_carrier_where_orders_are_marked(america):
    (order,) = america.orders(shipping_type="SELLER")
    assert order.platform_package_ids == ()
    requests = america.requests([order], carrier="USPS", numbers=["9400111899223197428497"])
    (outcome,) = america.client.ship_packages(requests=requests)
    assert (outcome.is_ok, outcome.tracking_number) == (True, "9400111899223197428497")
    after = america.order(order.platform_order_id)
    assert after.platform_package_ids == (outcome.platform_package_id,)
    assert after.status == "awaiting_collection"


def test_marking_in_a_region_that_ships_is_refused(vietnam):
    requests = vietnam.requests(vietnam.orders(), carrier="J&T Express", numbers=["840494355546"])
    outcome = vietnam.client.mark_shipped(request=requests[0])
    assert (outcome.is_ok, outcome.code) == (False, "21008106")


@pytest.mark.parametrize("shop", ["malaysia", "america"])
def test_the_platforms_label_is_bought_once_and_fetched(shop, request):
    shop = request.getfixturevalue(shop)
    (order,) = shop.orders(shipping_type="TIKTOK")
    requests = shop.requests([order])
    (outcome,) = shop.client.ship_packages(requests=requests)
    assert outcome.is_ok
    label = shop.client.shipping_label(platform_package_id=outcome.platform_package_id)
    assert (label.content[:5], label.content_type) == (b"%PDF-", "application/pdf")
    assert label.tracking_number
    assert shop.order(order.platform_order_id).tracking_number == label.tracking_number
    (again,) = shop.client.ship_packages(requests=requests)
    assert (again.is_ok, again.platform_package_id) == (True, outcome.platform_package_id)
    assert again.tracking_number == label.tracking_number


def test_the_carriers_scan_is_seen_on_the_order_and_on_the_parcel(vietnam):
    (order,) = vietnam.orders()
    (request,) = vietnam.requests([order], carrier="J&T Express", numbers=["840494355546"])
    vietnam.client.ship_packages(requests=[request])
    vietnam.control("carrier/scan", tracking_number="840494355546", kind="pickup")
    vietnam.control("tick")
    after = vietnam.order(order.platform_order_id)
    assert after.status == "in_transit"
    assert after.collected_at is not None
    page = vietnam.client.search_packages(updated_from=clock.now() - HOUR)
    assert [(package.platform_package_id, package.status) for package in page.items] == [
        (request.platform_package_id, "fulfilling")
    ]


def test_sites_and_carriers(vietnam):
    sites = vietnam.client.warehouses()
    assert {site.is_return for site in sites} == {False, True}
    assert all(site.is_enabled and site.region_code == "VN" for site in sites)
    (order,) = vietnam.orders()
    providers = vietnam.client.shipping_providers(delivery_option_id=order.delivery_option_id)
    assert {"J&T Express", "SPX Express"} <= {provider.name for provider in providers}


def test_every_sku_of_the_shop_by_pages(vietnam):
    skus, token = [], ""
    while True:
        page = vietnam.client.search_skus(page_token=token, page_size=5)
        skus += page.items
        token = page.next_token
        if not token:
            break
    assert len({sku.platform_sku_id for sku in skus}) == len(skus) >= 20
    mug = next(sku for sku in skus if sku.seller_sku == "KF-MUG-SEA")
    assert (mug.currency, mug.status) == ("VND", "active")
    assert mug.price > 0
    assert len(mug.quantities) == 1


def test_stock_is_set_and_read_back(vietnam):
    sku = vietnam.client.search_skus(page_size=1).items[0]
    (site,) = sku.quantities
    for quantity in (41, 0):
        value = StockValue(
            platform_product_id=sku.platform_product_id,
            platform_sku_id=sku.platform_sku_id,
            quantities={site: quantity},
        )
        (result,) = vietnam.client.set_stock(platform_product_id=sku.platform_product_id, values=[value])
        assert (result.item_id, result.is_ok) == (sku.platform_sku_id, True)
        stock = vietnam.client.read_stock(platform_sku_ids=[sku.platform_sku_id])
        assert stock == {sku.platform_sku_id: {site: quantity}}


def test_stock_of_a_strange_warehouse_is_refused_for_that_sku(vietnam):
    sku = vietnam.client.search_skus(page_size=1).items[0]
    value = StockValue(
        platform_product_id=sku.platform_product_id,
        platform_sku_id=sku.platform_sku_id,
        quantities={"7300000000000000999": 5},
    )
    (result,) = vietnam.client.set_stock(platform_product_id=sku.platform_product_id, values=[value])
    assert not result.is_ok
    assert result.code
    stock = vietnam.client.read_stock(platform_sku_ids=[sku.platform_sku_id])
    assert stock[sku.platform_sku_id] == dict(sku.quantities)


def test_a_buyers_wish_to_cancel_is_found_and_granted_once(vietnam):
    (order,) = vietnam.orders()
    vietnam.control(f"orders/{order.platform_order_id}/buyer_cancel")
    assert vietnam.order(order.platform_order_id).is_buyer_cancel_requested
    (wish,) = vietnam.client.search_cancellations(updated_from=clock.now() - HOUR).items
    assert (wish.platform_order_id, wish.status, wish.is_buyer_request) == (
        order.platform_order_id,
        "pending",
        True,
    )
    assert wish.respond_by > clock.now()
    for _ in range(2):
        assert vietnam.client.approve_cancellation(cancel_id=wish.cancel_id, idempotency_key="k1").is_ok
    after = vietnam.order(order.platform_order_id)
    assert (after.status, after.lines[0].cancelled_quantity) == ("cancelled", after.lines[0].quantity)
    assert after.cancelled_at is not None


def test_an_order_that_the_buyer_wants_cancelled_is_not_shipped(vietnam):
    (order,) = vietnam.orders()
    requests = vietnam.requests([order], carrier="J&T Express", numbers=["840494355546"])
    vietnam.control(f"orders/{order.platform_order_id}/buyer_cancel")
    (outcome,) = vietnam.client.ship_packages(requests=requests)
    assert (outcome.is_ok, outcome.code in ("21011007", "21008044")) == (False, True)


def test_a_message_reaches_the_buyer_and_can_be_looked_for(vietnam):
    (order,) = vietnam.orders()
    conversation = vietnam.client.open_conversation(buyer_user_id=order.buyer_user_id)
    text = "Your parcel is late by a day.\nSorry — “we” are on it."
    assert vietnam.client.send_message(conversation_id=conversation, text=text)
    assert vietnam.client.recent_messages(conversation_id=conversation) == [text]
    assert vietnam.client.open_conversation(buyer_user_id=order.buyer_user_id) == conversation


def test_their_limit_is_named(vietnam):
    vietnam.control("faults", shop={"share_429": 1.0})
    with pytest.raises(RateLimited):
        vietnam.client.warehouses()
