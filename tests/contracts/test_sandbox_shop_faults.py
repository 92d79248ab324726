"""Faults on request, as a client meets them; and that the world outlives its process."""

import pickle

import httpx
import pytest

from sandbox.keep import Keeper
from sandbox.world import World
from tests.contracts.shop_client import ShopClient, refresh
from tests.sandbox_transport import client_for, make_world

WAREHOUSES = "/logistics/202309/warehouses"


def test_server_errors_come_as_envelopes_pages_and_nothing(vietnam, control):
    control("faults", shop={"share_5xx": 1})
    answers = [vietnam.send("GET", WAREHOUSES) for _ in range(40)]

    assert {answer.status_code for answer in answers} == {500, 502, 503}
    assert any(answer.headers.get("content-type", "").startswith("text/html") for answer in answers)
    control("faults", clear=True)
    assert vietnam.send("GET", WAREHOUSES).status_code == 200


def test_a_share_is_a_share(vietnam, control, world):
    control("faults", shop={"share_429": 0.2})
    world.settings["rate_qps"] = 0
    refused = sum(vietnam.send("GET", WAREHOUSES).status_code == 429 for _ in range(300))

    assert 35 <= refused <= 85


def test_surfaces_are_apart(vietnam, sandbox_http, control):
    control("faults", shop={"share_5xx": 1})

    assert refresh(sandbox_http, vietnam.tokens["refresh_token"])["code"] == 0


def test_a_time_out_after_the_write_leaves_the_write(vietnam, control, world):
    (order_id,) = vietnam.make(1, shipping_type="SELLER")
    package_id = vietnam.order(order_id)["packages"][0]["id"]
    own = {"tracking_number": "JT480000000123", "shipping_provider_id": "6841743441349706241"}
    path = f"/fulfillment/202309/packages/{package_id}/ship"
    control("faults", shop={"share_timeout_after": 1})
    with pytest.raises(httpx.ReadTimeout):
        vietnam.send("POST", path, body={"self_shipment": own})
    control("faults", clear=True)

    assert vietnam.order(order_id)["tracking_number"] == "JT480000000123"
    assert vietnam.call("POST", path, body={"self_shipment": own})["code"] == 21011020
    assert len(world.shop.orders[order_id].uploads) == 1


def test_an_answer_can_be_too_slow(vietnam, control):
    control("faults", shop={"slow_ms": 400})
    vietnam.http.timeout = httpx.Timeout(0.1)

    with pytest.raises(httpx.ReadTimeout):
        vietnam.send("GET", WAREHOUSES)


def test_tokens_can_end_in_the_middle(vietnam, sandbox_http, control):
    control("faults", shop={"expire_tokens": 1})
    ended = vietnam.call("GET", WAREHOUSES)
    control("faults", clear=True)
    vietnam.token = refresh(sandbox_http, vietnam.tokens["refresh_token"])["data"]["access_token"]

    assert (ended["code"], vietnam.call("GET", WAREHOUSES)["code"]) == (105002, 0)


@pytest.mark.parametrize(
    "body", [{"shoppp": {}}, {"shop": {"share": 1}}, {"shop": {"share_5xx": "much"}}, {"shop": 1}]
)
def test_a_wrong_wish_is_told_and_changes_nothing(sandbox_http, body):
    before = sandbox_http.get("/_sandbox/faults").json()

    answer = sandbox_http.post("/_sandbox/faults", json=body)

    assert (answer.status_code, "error" in answer.json()) == (400, True)
    assert sandbox_http.get("/_sandbox/faults").json() == before


def test_the_world_outlives_its_process(tmp_path):
    first = make_world(shop_webhook_url="http://app.test/hook")
    with client_for(first) as http:
        client = ShopClient(http, first, open_id="sb-cedar")
        ids = client.make(5, shipping_type="SELLER")
        http.post(f"/_sandbox/orders/{ids[0]}/advance", json={"status": "AWAITING_COLLECTION"})
        before = [client.order(order_id) for order_id in ids]
    Keeper(first, path=tmp_path / "state").save()

    second = make_world()
    assert Keeper(second, path=tmp_path / "state").load()
    with client_for(second) as http:
        client.http, client.world = http, second
        assert [client.order(order_id) for order_id in ids] == before
    assert len(second.deliverer.pending) == len(first.deliverer.pending) == 6
    assert second.carriers.find(before[0]["tracking_number"]).ref == ids[0]


def test_a_broken_state_is_set_aside(tmp_path):
    path = tmp_path / "state"
    path.write_bytes(b"\x80broken")
    world = make_world()

    assert not Keeper(world, path=path).load()

    assert (tmp_path / "state.unreadable").exists()
    assert len(world.shop.shops) == 5


def test_nothing_is_written_while_nothing_changes(tmp_path):
    world = make_world()
    keeper = Keeper(world, path=tmp_path / "state")

    assert [keeper.save(), keeper.save()] == [True, False]
    world.shop.revision += 1
    assert keeper.save()


def test_two_worlds_of_one_seed_are_alike():
    def story() -> bytes:
        world = make_world(orders_per_minute=60.0, with_history=True)
        for _ in range(30):
            world.clock.advance(1)
            world.step()
        return pickle.dumps([(row.id, row.status, row.buyer["name"]) for row in world.shop.orders.values()])

    assert story() == story()


def test_the_first_day_has_open_orders_of_all_ages_and_a_past():
    world = World(seed=48)
    now = world.clock.now()
    orders = list(world.shop.orders.values())
    waiting = [order for order in orders if order.status == "AWAITING_SHIPMENT"]

    assert sum(order.status == "DELIVERED" for order in orders) == 40
    assert (
        sum(
            order.status in {"UNPAID", "ON_HOLD", "AWAITING_SHIPMENT", "AWAITING_COLLECTION"}
            for order in orders
        )
        == 60
    )
    assert any(order.due["rts_sla_time"] < now for order in waiting)
    assert all(order.due["shipping_due_time"] > now + 3600 for order in waiting)
    assert 1.8 <= sum(len(order.lines) for order in orders) / len(orders) <= 2.6
    assert world.deliverer.pending == {}
