"""Stock over REST: reading, and adjustments that never count twice."""

import json

import pytest

from catalog.models import Sku
from tenancy import keys, scoping
from tests.make_stock import lot_sku
from tests.make_warehouse import MAI, level, make_second_site, make_site, make_stock
from warehouse import safety
from warehouse.models import StockMovement


@pytest.fixture
def call(client, cedar):
    """Calls the API as cedar's program, outside any scope."""
    _key, text = keys.create(seller=cedar, name="ERP", scopes=["all"])

    def send(method, address, body=None, *, key=text, **headers):
        headers["Authorization"] = f"Api-Key {key}"
        sent = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
        return getattr(client, method)(f"/api/v1/{address}", headers=headers, **sent)

    return send


@pytest.fixture
def stocked(cedar):
    """Five mugs in a prepared warehouse."""
    with scoping.scope(sellers=[cedar.pk]):
        make_site()
        return make_stock("MUG", 5)


def receive(call, *, idempotency="a-1", address="stock/adjustments", **values):
    body = {"sku": "MUG", "quantity": 7, "reason": "received", "reference": "PO-1", **values}
    return call("post", address, body, **{"Idempotency-Key": idempotency})


def on_hand(cedar):
    with scoping.scope(sellers=[cedar.pk]):
        return level(Sku.objects.get(seller_sku="MUG"))


def test_stock_is_read(call, stocked, cedar):
    with scoping.scope(sellers=[cedar.pk]):
        site = stocked.levels.get().warehouse
        safety.set_safety_stock(
            sku_id=stocked.pk, warehouse_id=site.pk, units=6, actor=MAI, now=stocked.created_at
        )
    answer = call("get", "stock/?seller_sku=MUG")
    assert answer.status_code == 200
    (row,) = answer.json()["results"]
    row.pop("changed_at")
    assert row == {
        "seller_sku": "MUG",
        "name": "Pebble enamel mug",
        "warehouse": "MAIN",
        "on_hand": 5,
        "reserved": 0,
        "available": 5,
        "withheld": 0,
        "safety_stock": 6,
        "lots": [],
        "is_counted": True,
    }
    assert len(call("get", "stock/?is_low=true").json()["results"]) == 1
    assert call("get", "stock/?is_low=maybe").status_code == 400


def test_lots_are_received_and_read(call, stocked, cedar):
    with scoping.scope(sellers=[cedar.pk]):
        lot_sku("CREAM")
    assert receive(call, sku="CREAM").status_code == 422
    given = {"sku": "CREAM", "lot": "L-1", "expires_on": "2031-05-01"}
    assert receive(call, idempotency="a-2", **given).status_code == 201
    (row,) = call("get", "stock/?seller_sku=CREAM").json()["results"]
    assert row["lots"] == [{"lot": "L-1", "expires_on": "2031-05-01", "on_hand": 7, "is_sellable": True}]


def test_goods_are_received(call, stocked, cedar):
    answer = receive(call)
    assert answer.status_code == 201
    assert answer.json() == {
        "sku": "MUG",
        "warehouse": "MAIN",
        "quantity": 7,
        "reason": "received",
        "reference": "PO-1",
        "on_hand": 12,
        "reserved": 0,
        "available": 12,
    }
    with scoping.scope(sellers=[cedar.pk]):
        row = StockMovement.objects.latest("pk")
        assert (row.bin.code, row.actor_label) == ("RECEIVING", "API ERP")


def test_a_repeat_does_nothing_twice(call, stocked, cedar):
    first, again = receive(call), receive(call)
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert on_hand(cedar) == (12, 0)
    assert receive(call, quantity=8).json()["error"]["code"] == "idempotency_key_reused"
    assert receive(call, idempotency="a-2").status_code == 201
    assert on_hand(cedar) == (19, 0)


def test_both_spellings_of_the_address_work(call, stocked, cedar):
    assert receive(call, address="stock/adjustments/").status_code == 201


def test_a_named_bin_and_warehouse_are_used(call, stocked, cedar, cedar_shop):
    with scoping.scope(sellers=[cedar.pk]):
        make_second_site(shop=cedar_shop, platform_warehouse_id="9")
    answer = receive(call, warehouse="SOUTH", bin="s-01")
    assert (answer.json()["warehouse"], answer.json()["on_hand"]) == ("SOUTH", 7)
    refused = receive(call, idempotency="a-2", warehouse="MAIN", bin="S-01")
    assert (refused.status_code, refused.json()["error"]["fields"]) == (
        400,
        {"bin": ["There is no bin “S-01”."]},
    )


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"sku": "NOPE"}, 400, "sku"),
        ({"quantity": "many"}, 400, "quantity"),
        ({"reason": "stolen"}, 400, "reason"),
        ({"reference": ""}, 400, "reference"),
        ({"warehouse": "NOPE"}, 400, "warehouse"),
    ],
)
def test_a_wrong_body_names_the_field_and_changes_nothing(call, stocked, cedar, change, status, field):
    answer = receive(call, **change)
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (status, [field])
    assert on_hand(cedar) == (5, 0)


def test_a_broken_rule_is_a_sentence(call, stocked, cedar):
    answer = receive(call, quantity=-9, reason="damaged")
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (409, "not_enough_stock")
    assert error["message"] == "Only 5 of MUG lie in Main warehouse; 9 cannot be taken out."
    assert on_hand(cedar) == (5, 0)


def test_a_key_without_the_scope_may_not_write(call, stocked, cedar):
    _key, text = keys.create(seller=cedar, name="reader", scopes=["stock:read"])
    assert call("get", "stock/", key=text).status_code == 200
    body = {"sku": "MUG", "quantity": 1, "reason": "received", "reference": "x"}
    refused = call("post", "stock/adjustments", body, key=text, **{"Idempotency-Key": "b"})
    assert refused.status_code == 403
    assert on_hand(cedar) == (5, 0)


def test_the_neighbors_stock_is_invisible(call, stocked, cedar, north):
    _key, text = keys.create(seller=north, name="ERP", scopes=["all"])
    assert call("get", "stock/", key=text).json()["results"] == []
