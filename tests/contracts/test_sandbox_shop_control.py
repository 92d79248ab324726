"""The control API and its page: wishes, refusals, the dump that checks compare with."""

import pytest

from sandbox.shop.catalog import SHOPS


def test_the_state_names_shops_sellers_and_knobs(sandbox_http):
    state = sandbox_http.get("/_sandbox/state").json()

    assert [shop["region"] for shop in state["shops"]] == ["VN", "MY", "SG", "TH", "US"]
    assert [seller["open_id"] for seller in state["sellers"]] == ["sb-cedar", "sb-lumi", "sb-north"]
    assert not any("secret" in name for name in state["settings"])


def test_the_dump_tells_uploads_with_count_and_time(vietnam, sandbox_http, world):
    (order_id,) = vietnam.make(1, shipping_type="SELLER")
    package_id = vietnam.order(order_id)["packages"][0]["id"]
    own = {"tracking_number": "JT480000000777", "shipping_provider_id": "6841743441349706241"}
    vietnam.call("POST", f"/fulfillment/202309/packages/{package_id}/ship", body={"self_shipment": own})

    dump = sandbox_http.get("/_sandbox/dump").json()

    assert dump["uploads"]["JT480000000777"] == {
        "count": 1,
        "orders": [order_id],
        "first_at": world.clock.now(),
        "last_at": world.clock.now(),
        "via": "ship_package",
    }
    steps = [row["status"] for row in dump["orders"][order_id]["history"]]
    assert steps[-2:] == ["AWAITING_SHIPMENT", "AWAITING_COLLECTION"]
    assert dump["packages"][package_id]["tracking_number"] == "JT480000000777"
    assert {"platform_stock", "messages", "ads", "tracking", "parcels", "journal"} <= set(dump)


def test_orders_with_a_past_are_new_only_now(vietnam, world):
    (order_id,) = vietnam.make(1, age_seconds=30 * 3600)

    order = vietnam.order(order_id)

    assert (order["create_time"], order["update_time"]) == (
        int(world.clock.now()) - 30 * 3600,
        int(world.clock.now()),
    )


@pytest.mark.parametrize("status", ["UNPAID", "ON_HOLD", "AWAITING_SHIPMENT", "AWAITING_COLLECTION", "IN_TRANSIT", "DELIVERED", "COMPLETED"])  # fmt: skip
@pytest.mark.parametrize("who", ["vietnam", "malaysia", "america"])
def test_orders_can_be_born_in_every_state(request, who, status):
    client = request.getfixturevalue(who)
    (order_id,) = client.make(1, status=status)

    assert client.order(order_id)["status"] == status


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("orders", {"shop_id": "1"}, 400),
        ("orders", {"count": "many"}, 400),
        ("orders", {"shop_id": SHOPS[0][0], "skus": ["NO-SUCH"]}, 400),
        ("orders", {"status": "SOLD"}, 400),
        ("orders/1/cancel", {}, 404),
        ("carrier/scan", {"tracking_number": "X1", "kind": "pickup"}, 404),
        ("carrier/scan", {"tracking_number": "X1", "kind": "exception", "exception": "eaten"}, 400),
        ("settings", {"no_such": 1}, 400),
        ("shop/auth_codes", {"open_id": "nobody"}, 400),
        ("spike", {"shop_id": SHOPS[0][0]}, 400),
    ],
)
def test_wrong_wishes_are_told(sandbox_http, path, body, status):
    answer = sandbox_http.post(f"/_sandbox/{path}", json=body)

    assert (answer.status_code, "error" in answer.json()) == (status, True)


def test_a_broken_body_is_told(sandbox_http):
    assert sandbox_http.post("/_sandbox/orders", content=b"{").status_code == 400
    assert sandbox_http.post("/_sandbox/orders", content=b"[]").status_code == 400


def test_orders_come_at_the_rate(world, control):
    control("orders/rate", per_minute=30)
    for _ in range(121):
        world.clock.advance(1)
        world.step()

    assert len(world.shop.orders) == 60


def test_a_jump_of_the_clock_does_not_flood_the_shops(world, control):
    control("orders/rate", per_minute=60)
    world.step()
    control("clock", advance=7 * 86_400)
    world.step()

    assert len(world.shop.orders) == 60


def test_the_journal_is_read_by_kind_and_place(vietnam, sandbox_http):
    vietnam.make(2)
    page = sandbox_http.get("/_sandbox/journal", params={"kind": "webhook"}).json()
    rest = sandbox_http.get(
        "/_sandbox/journal", params={"kind": "webhook", "since": page["entries"][0]["seq"]}
    )

    assert [entry["type"] for entry in page["entries"]] == ["ORDER_STATUS_CHANGE"] * 2
    assert rest.json()["entries"] == page["entries"][1:]


def test_a_reset_keeps_who_was_let_in_and_where_webhooks_go(vietnam, control, world):
    control("webhooks/target", url="http://app.test/hook")
    vietnam.make(3)

    control("reset", with_history=False)

    assert len(world.shop.orders) == 0
    assert vietnam.search()["orders"] == []
    assert world.settings["shop_webhook_url"] == "http://app.test/hook"


def test_the_page_acts_and_says_what_it_did(sandbox_http, world):
    shown = sandbox_http.get("/_sandbox/")
    form = {"shop_id": SHOPS[0][0], "count": "2", "skus": "KF-MUG-SEA", "age_hours": "3", "status": ""}

    acted = sandbox_http.post("/_sandbox/act/orders", data=form)
    wrong = sandbox_http.post("/_sandbox/act/advance", data={"order_id": "1", "status": "DELIVERED"})

    assert shown.status_code == 200 and "Live-show spike" in shown.text
    assert (acted.status_code, len(world.shop.orders)) == (303, 2)
    assert "Not+done" in wrong.headers["location"]
