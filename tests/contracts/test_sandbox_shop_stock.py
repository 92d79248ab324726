"""Products and inventory: search, absolute quantities, per-SKU errors, the shelf, and what orders do to stock."""

import pytest

INVENTORY = "/product/202309/inventory/search"


@pytest.fixture
def mugs(vietnam) -> dict:
    found = vietnam.data(
        "POST",
        "/product/202502/products/search",
        query={"page_size": 10},
        body={"seller_skus": ["KF-MUG-SEA"]},
    )
    return found["products"][0]


def stock_of(client, sku_id: str) -> tuple[int, int]:
    (product,) = client.data("POST", INVENTORY, body={"sku_ids": [sku_id]})["inventory"]
    row = product["skus"][0]
    return row["total_available_quantity"], row["total_committed_quantity"]


def push(client, product: dict, *rows: dict) -> dict:
    path = f"/product/202309/products/{product['id']}/inventory/update"
    return client.call("POST", path, body={"skus": list(rows)})


def row_of(client, sku_id: str, quantity: int) -> dict:
    warehouses = client.data("GET", "/logistics/202309/warehouses")["warehouses"]
    sales = next(row["id"] for row in warehouses if row["type"] == "SALES_WAREHOUSE")
    return {"id": sku_id, "inventory": [{"warehouse_id": sales, "quantity": quantity}]}


def test_products_come_in_pages_with_their_skus(vietnam):
    ids, token = [], ""
    while True:
        page = vietnam.data(
            "POST", "/product/202502/products/search", query={"page_size": 5, "page_token": token}, body={}
        )
        ids += [row["id"] for row in page["products"]]
        token = page["next_page_token"]
        if not token:
            break

    assert len(ids) == len(set(ids)) == page["total_count"] == 15


def test_each_shop_has_listings_without_a_usable_seller_sku(vietnam, malaysia, america):
    for client in (vietnam, malaysia, america):
        found = client.data("POST", "/product/202502/products/search", query={"page_size": 100}, body={})
        skus = [sku["seller_sku"] for row in found["products"] for sku in row["skus"]]
        assert 1 <= sum(not sku.startswith(("KF-", "LB-", "NG-")) for sku in skus) <= 2


def test_a_push_sets_outright(vietnam, mugs, world):
    sku_id = mugs["skus"][0]["id"]

    assert push(vietnam, mugs, row_of(vietnam, sku_id, 7))["data"] == {}
    assert push(vietnam, mugs, row_of(vietnam, sku_id, 9))["data"] == {}

    assert stock_of(vietnam, sku_id) == (9, 0)
    assert (world.shop.skus[sku_id].pushes, [row[1] for row in world.shop.skus[sku_id].history]) == (
        2,
        [7, 9],
    )


def test_orders_take_from_available_and_shipping_from_committed(vietnam, mugs, control):
    sku_id = mugs["skus"][0]["id"]
    push(vietnam, mugs, row_of(vietnam, sku_id, 10))
    first, _second = vietnam.make(2, skus=["KF-MUG-SEA"])
    taken = stock_of(vietnam, sku_id)
    control(f"orders/{first}/advance", status="AWAITING_COLLECTION")

    assert (taken, stock_of(vietnam, sku_id)) == ((8, 2), (8, 1))


def test_bad_skus_are_named_and_good_ones_set(vietnam, mugs):
    good, other = (sku["id"] for sku in mugs["skus"][:2])
    foreign = {"id": other, "inventory": [{"warehouse_id": "1", "quantity": 5}]}

    answer = push(
        vietnam,
        mugs,
        row_of(vietnam, good, 3),
        foreign,
        row_of(vietnam, "9", 1),
        row_of(vietnam, other, 100_000),
    )

    assert answer["code"] == 0
    errors = [(row["code"], row["detail"]["sku_id"]) for row in answer["data"]["errors"]]
    assert errors == [(12052533, other), (12052556, "9"), (12052990, other)]
    assert stock_of(vietnam, good) == (3, 0)


@pytest.mark.parametrize(("mode", "available"), [("accept", 0), ("refuse", 260)])
def test_whether_zero_is_taken_is_a_switch(vietnam, mugs, world, mode, available):
    world.settings["inventory_zero"] = mode
    sku_id = mugs["skus"][0]["id"]

    push(vietnam, mugs, row_of(vietnam, sku_id, 0))

    assert stock_of(vietnam, sku_id)[0] == available


def test_locked_pieces_cannot_be_pushed_away(vietnam, mugs, control):
    control("inventory", shop_id=vietnam.shop["id"], sku="KF-MUG-SEA", locked=20)

    answer = push(vietnam, mugs, row_of(vietnam, mugs["skus"][0]["id"], 19))

    assert answer["data"]["errors"][0]["code"] == 12052146


def test_a_bundle_names_its_parts_and_lives_on_their_stock(vietnam, world):
    (order_id,) = vietnam.make(1, skus=["KF-SET-SEA"])
    (line,) = vietnam.order(order_id)["line_items"]
    by_name = {sku.seller_sku: sku for sku in world.shop.skus.values()}

    parts = [(part["seller_sku"], part["sku_count"]) for part in line["combined_listing_skus"]]

    assert parts == [("KF-MUG-SEA", 2), ("KF-BORD-30", 1)]
    assert stock_of(vietnam, by_name["KF-MUG-SEA"].id) == (258, 2)
    assert stock_of(vietnam, line["sku_id"])[0] == 119
    bundle = {"id": line["product_id"]}
    assert push(vietnam, bundle, row_of(vietnam, line["sku_id"], 5))["data"]["errors"][0]["code"] == 12052850


def test_off_the_shelf_at_once_and_back_after_the_audit(vietnam, mugs, world):
    def status() -> str:
        return vietnam.data("GET", f"/product/202309/products/{mugs['id']}")["status"]

    body = {"product_ids": [mugs["id"], "1"]}
    off = vietnam.call("POST", "/product/202309/products/deactivate", body=body)
    seen = [status()]
    vietnam.call("POST", "/product/202309/products/activate", body={"product_ids": [mugs["id"]]})
    seen.append(status())
    world.clock.advance(world.settings["activation_seconds"])
    world.step()
    seen.append(status())

    assert [row["detail"]["product_id"] for row in off["data"]["errors"]] == ["1"]
    assert seen == ["SELLER_DEACTIVATED", "PENDING", "ACTIVATE"]


def test_a_spike_sells_until_the_shelf_is_empty(vietnam, mugs, control, world):
    push(vietnam, mugs, row_of(vietnam, mugs["skus"][0]["id"], 5))
    control("spike", shop_id=vietnam.shop["id"], skus=["KF-MUG-SEA"], count=40, seconds=10)
    for _ in range(15):
        world.clock.advance(1)
        world.step()

    assert len(world.shop.orders) == 5
    assert stock_of(vietnam, mugs["skus"][0]["id"]) == (0, 5)
