"""Shipping: each region's own call, what stops it, partial batches, one correction, and what scans do."""

import pytest

from sandbox import numbers
from sandbox.shop.catalog import PROVIDERS

JT, SPX = PROVIDERS["VN"][0][0], PROVIDERS["VN"][1][0]
USPS, UPS = PROVIDERS["US"][0][0], PROVIDERS["US"][1][0]
BATCH = "/fulfillment/202309/packages/ship"
USPS_NUMBER, UPS_NUMBER = "9400111899223197428497", "1Z999AA10123456784"


def jt(serial: int) -> str:
    return f"JT{480000000000 + serial}"


def own(number: str, provider: str = JT) -> dict:
    return {"self_shipment": {"tracking_number": number, "shipping_provider_id": provider}}


def package_of(client, order_id: str) -> str:
    return client.order(order_id)["packages"][0]["id"]


def ship(client, package_id: str, **body) -> dict:
    return client.call("POST", f"/fulfillment/202309/packages/{package_id}/ship", body=body)


def mark(client, order_id: str, number: str, provider: str = USPS, lines: list[str] | None = None) -> dict:
    info = {"tracking_number": number, "shipping_provider_id": provider}
    body = {"shipping_info_list": [info]}
    if lines:
        body["order_line_list"] = [{"order_line_id": line} for line in lines]
    return client.call("POST", f"/fulfillment/202610/orders/{order_id}/packages", body=body)


def waiting(client, kind: str, **wishes) -> tuple[str, str]:
    (order_id,) = client.make(1, shipping_type=kind, **wishes)
    return order_id, package_of(client, order_id)


def test_asia_ships_with_the_sellers_number(vietnam, world):
    order_id, package_id = waiting(vietnam, "SELLER")

    assert ship(vietnam, package_id, **own(jt(1)))["code"] == 0

    order = vietnam.order(order_id)
    assert (order["status"], order["tracking_number"], order["shipping_provider"]) == (
        "AWAITING_COLLECTION",
        jt(1),
        "J&T Express",
    )
    assert order["rts_time"] == int(world.clock.now())
    package = vietnam.data("GET", f"/fulfillment/202309/packages/{package_id}")
    assert (package["package_status"], package["package_sub_status"]) == ("PROCESSING", "RTS")
    assert world.carriers.find(jt(1)).ref == order_id


def test_asia_ships_with_the_platforms_label(malaysia, world):
    order_id, package_id = waiting(malaysia, "TIKTOK")
    assert malaysia.order(order_id)["tracking_number"] == ""

    assert ship(malaysia, package_id)["code"] == 0

    order = malaysia.order(order_id)
    carrier = {"J&T Express": "jt-express", "Pos Malaysia": "pos-malaysia"}[order["shipping_provider"]]
    assert carrier == "pos-malaysia" or numbers.fits(order["tracking_number"], carrier=carrier)
    assert world.carriers.find(order["tracking_number"]) is not None


def test_america_marks_as_shipped(america):
    (order_id,) = america.make(1, shipping_type="SELLER")

    answer = mark(america, order_id, USPS_NUMBER)

    assert (answer["code"], answer["data"]["order_id"]) == (0, order_id)
    order = america.order(order_id)
    assert order["status"] == "AWAITING_COLLECTION"
    assert order["packages"] == [{"id": answer["data"]["package_id"]}]


def test_the_older_body_of_marking_still_works(america):
    (order_id,) = america.make(1, shipping_type="SELLER")
    body = {"tracking_number": UPS_NUMBER, "shipping_provider_id": UPS}

    assert america.call("POST", f"/fulfillment/202309/orders/{order_id}/packages", body=body)["code"] == 0


def test_america_buys_a_label_once(america):
    (order_id,) = america.make(1, shipping_type="TIKTOK")
    body = {"ship_type": "1", "order_id": order_id, "weight": {"value": "420", "unit": "GRAM"}}

    first = america.call("POST", "/fulfillment/202512/packages", body=body)
    again = america.call("POST", "/fulfillment/202512/packages", body=body)

    assert (first["code"], again["code"]) == (0, 21022025)
    order = america.order(order_id)
    carrier = {"USPS": "usps", "UPS": "ups"}[order["shipping_provider"]]
    assert numbers.fits(order["tracking_number"], carrier=carrier)


def test_part_of_an_american_order_ships_first(america):
    (order_id,) = america.make(1, shipping_type="SELLER", skus=["NG-MUG-BLU", "NG-SOCK-M"])
    lines = [line["id"] for line in america.order(order_id)["line_items"]]

    assert mark(america, order_id, USPS_NUMBER, lines=lines[:1])["code"] == 0
    assert america.order(order_id)["status"] == "PARTIALLY_SHIPPING"
    assert mark(america, order_id, UPS_NUMBER, UPS, lines=lines[1:])["code"] == 0

    order = america.order(order_id)
    assert (order["status"], len(order["packages"])) == ("AWAITING_COLLECTION", 2)


def test_a_foreign_regions_call_is_refused_and_changes_nothing(vietnam, america):
    order_id, _package = waiting(vietnam, "SELLER")
    (american,) = america.make(1, shipping_type="SELLER")

    assert mark(vietnam, order_id, jt(2), JT)["code"] == 21008106
    assert ship(america, "1", **own(USPS_NUMBER, USPS))["code"] == 21008106
    created = america.call(
        "POST", "/fulfillment/202512/packages", body={"ship_type": "1", "order_id": american}
    )
    assert created["code"] == 21008017
    assert vietnam.order(order_id)["status"] == "AWAITING_SHIPMENT"
    assert america.order(american)["packages"] == []


def test_an_order_id_is_no_package_id(vietnam):
    (order_id,) = vietnam.make(1, shipping_type="SELLER")

    assert ship(vietnam, order_id, **own(jt(3)))["code"] == 98001004


@pytest.mark.parametrize(
    ("number", "provider", "code"),
    [
        ("JT#480000000009", JT, 21004012),
        ("JT1", JT, 21004012),
        ("JT12345", JT, 21004015),
        ("480000000012", "1", 11028006),
        ("SPXVN0480000001", JT, 21004015),
        ("", JT, 36009004),
    ],
)
def test_a_number_is_looked_at_before_it_is_taken(vietnam, number, provider, code):
    order_id, package_id = waiting(vietnam, "SELLER")

    assert ship(vietnam, package_id, **own(number, provider))["code"] == code
    assert vietnam.order(order_id)["status"] == "AWAITING_SHIPMENT"


def test_a_wrong_check_digit_is_a_mismatch(america):
    (order_id,) = america.make(1, shipping_type="SELLER")

    assert mark(america, order_id, "9400111899223197428490")["code"] == 21004015
    assert mark(america, order_id, "1Z999AA10123456785", UPS)["code"] == 21004015


def test_a_number_belongs_to_one_door(vietnam):
    (_first, one), (_second, two) = waiting(vietnam, "SELLER"), waiting(vietnam, "SELLER")
    ship(vietnam, one, **own(jt(4)))

    assert ship(vietnam, two, **own(jt(4)))["code"] == 21011025


def test_what_stops_a_shipment(vietnam, america, control):
    held, held_package = waiting(vietnam, "SELLER", status="ON_HOLD")
    asked, asked_package = waiting(vietnam, "SELLER")
    control(f"orders/{asked}/buyer_cancel")
    gone, gone_package = waiting(vietnam, "SELLER")
    control(f"orders/{gone}/cancel")
    _done, done_package = waiting(vietnam, "SELLER")
    ship(vietnam, done_package, **own(jt(5)))

    assert ship(vietnam, held_package, **own(jt(6)))["code"] == 21011044
    assert ship(vietnam, asked_package, **own(jt(6)))["code"] == 21011007
    assert ship(vietnam, gone_package, **own(jt(6)))["code"] == 21011041
    assert ship(vietnam, done_package, **own(jt(6)))["code"] == 21011020
    assert vietnam.order(held)["status"] == "ON_HOLD"


def test_shipping_an_american_order_rejects_the_buyers_request(america, control):
    (order_id,) = america.make(1, shipping_type="SELLER")
    case = control(f"orders/{order_id}/buyer_cancel")

    assert mark(america, order_id, USPS_NUMBER)["code"] == 0

    order = america.order(order_id)
    assert (order["status"], order["is_buyer_request_cancel"]) == ("AWAITING_COLLECTION", False)
    found = america.data("POST", "/return_refund/202602/cancellations/search", body={"order_ids": [order_id]})
    assert [(row["cancel_id"], row["cancel_status"]) for row in found["cancellations"]] == [
        (case["cancel_id"], "CANCELLATION_REQUEST_CANCEL")
    ]


def test_a_batch_ships_what_it_can(vietnam):
    orders = [waiting(vietnam, "SELLER") for _ in range(3)]
    held, held_package = waiting(vietnam, "SELLER", status="ON_HOLD")
    rows = [{"id": package_id, **own(jt(20 + place))} for place, (_order, package_id) in enumerate(orders)]
    rows += [
        {"id": held_package, **own(jt(30))},
        {"id": orders[0][1], **own(jt(31))},
        {"id": "1", **own(jt(32))},
    ]

    answer = vietnam.call("POST", BATCH, body={"packages": rows})

    assert answer["code"] == 0
    errors = [(row["detail"]["package_id"], row["code"]) for row in answer["data"]["errors"]]
    assert errors == [(held_package, 21011044), (orders[0][1], 21011020), ("1", 98001004)]
    assert {vietnam.order(order_id)["status"] for order_id, _ in orders} == {"AWAITING_COLLECTION"}
    assert vietnam.order(held)["status"] == "ON_HOLD"


def correct(client, package_id: str, number: str, provider: str = JT) -> int:
    body = {"shipping_info_list": [{"tracking_number": number, "shipping_provider_id": provider}]}
    return client.call("POST", f"/fulfillment/202610/packages/{package_id}/shipping_info/update", body=body)[
        "code"
    ]


def test_a_number_is_corrected_once(vietnam, world):
    order_id, package_id = waiting(vietnam, "SELLER")
    ship(vietnam, package_id, **own(jt(40)))

    assert correct(vietnam, package_id, jt(41)) == 0
    assert correct(vietnam, package_id, jt(42)) == 21011050

    assert vietnam.order(order_id)["tracking_number"] == jt(41)
    assert [row["tracking_number"] for row in world.shop.orders[order_id].uploads] == [jt(40), jt(41)]


def test_the_order_wide_correction(vietnam):
    order_id, package_id = waiting(vietnam, "SELLER")
    path = f"/fulfillment/202309/orders/{order_id}/shipping_info/update"
    body = {"tracking_number": jt(51), "shipping_provider_id": JT}
    assert vietnam.call("POST", path, body=body)["code"] == 21011049
    ship(vietnam, package_id, **own(jt(50)))

    assert vietnam.call("POST", path, body=body)["code"] == 0
    assert vietnam.order(order_id)["tracking_number"] == jt(51)


def test_corrections_end_after_72_hours_and_at_the_pickup(vietnam, world, control):
    world.settings["auto_cancel"] = False
    _order, late = waiting(vietnam, "SELLER")
    ship(vietnam, late, **own(jt(60)))
    _order, picked = waiting(vietnam, "SELLER")
    ship(vietnam, picked, **own(jt(61)))
    control("carrier/scan", tracking_number=jt(61), kind="pickup")

    assert correct(vietnam, picked, jt(62)) == 21011052
    world.clock.advance(72 * 3600 + 1)
    assert correct(vietnam, late, jt(63)) == 21011051


def test_the_order_follows_its_parcel_with_a_lag(vietnam, world, control):
    world.settings.update(transit_lag_seconds=3600.0, delivered_lag_seconds=60.0)
    order_id, package_id = waiting(vietnam, "SELLER")
    ship(vietnam, package_id, **own(jt(70)))
    control("carrier/scan", tracking_number=jt(70), kind="pickup")
    seen = []
    for seconds in (0, 3599, 1):
        world.clock.advance(seconds)
        world.step()
        seen.append(vietnam.order(order_id)["status"])
    control("carrier/scan", order_id=order_id, kind="delivered")
    world.clock.advance(60)
    world.step()

    assert seen == ["AWAITING_COLLECTION", "AWAITING_COLLECTION", "IN_TRANSIT"]
    order = vietnam.order(order_id)
    assert (order["status"], order["delivery_time"]) == ("DELIVERED", int(world.clock.now()))


def test_a_parcel_picked_up_before_its_number_was_told_is_in_transit_at_once(vietnam, world):
    order_id, package_id = waiting(vietnam, "SELLER")
    world.carriers.create_parcel(jt(80), "J&T Express")
    world.carriers.scan(jt(80), "pickup")

    ship(vietnam, package_id, **own(jt(80)))

    assert vietnam.order(order_id)["status"] == "IN_TRANSIT"


def test_a_split_order_is_in_transit_when_all_its_parcels_are(america, control):
    (order_id,) = america.make(1, shipping_type="SELLER", skus=["NG-MUG-BLU", "NG-SOCK-M"])
    lines = [line["id"] for line in america.order(order_id)["line_items"]]
    mark(america, order_id, USPS_NUMBER, lines=lines[:1])
    mark(america, order_id, UPS_NUMBER, UPS, lines=lines[1:])

    control("carrier/scan", tracking_number=USPS_NUMBER, kind="pickup")
    assert america.order(order_id)["status"] == "AWAITING_COLLECTION"
    control("carrier/scan", tracking_number=UPS_NUMBER, kind="pickup")
    assert america.order(order_id)["status"] == "IN_TRANSIT"


def test_a_lost_parcel_is_an_exception_and_then_a_cancelled_order(vietnam, world, control):
    order_id, package_id = waiting(vietnam, "SELLER")
    ship(vietnam, package_id, **own(jt(90)))
    control("carrier/scan", order_id=order_id, kind="exception", exception="lost")

    package = vietnam.data("GET", f"/fulfillment/202309/packages/{package_id}")
    assert (package["package_sub_status"], package["ship_exception_reason"]) == (
        "SHIP_EXCEPTION",
        "PACKAGE_LOST",
    )
    world.clock.advance(86_400)
    world.step()
    assert vietnam.order(order_id)["cancel_reason"] == "package_lost"


def test_splitting_makes_new_packages_and_tells(vietnam, world):
    order_id, old = waiting(vietnam, "SELLER", skus=["KF-MUG-SEA", "KF-TOTE-L"])
    lines = [line["id"] for line in vietnam.order(order_id)["line_items"]]
    groups = [{"id": str(place), "order_line_item_ids": [line]} for place, line in enumerate(lines)]

    answer = vietnam.data(
        "POST", f"/fulfillment/202309/orders/{order_id}/split", body={"splittable_groups": groups}
    )

    fresh = [row["id"] for row in answer["packages"]]
    assert vietnam.order(order_id)["packages"] == [{"id": package_id} for package_id in fresh]
    assert vietnam.call("GET", f"/fulfillment/202309/packages/{old}")["code"] == 98001004
    assert world.journal.find(kind="webhook_made")[-1]["type"] == "PACKAGE_UPDATE"


def test_packages_are_found_by_status_and_time(vietnam, world):
    waiting(vietnam, "SELLER")
    _order, shipped = waiting(vietnam, "SELLER")
    world.clock.advance(60)
    ship(vietnam, shipped, **own(jt(95)))
    query = {"page_size": 1, "sort_field": "update_time", "sort_order": "DESC"}

    page = vietnam.data("POST", "/fulfillment/202309/packages/search", query=query, body={})
    rest = vietnam.data(
        "POST",
        "/fulfillment/202309/packages/search",
        query={**query, "page_token": page["next_page_token"]},
        body={},
    )
    processing = vietnam.data(
        "POST", "/fulfillment/202309/packages/search", query=query, body={"package_status": "PROCESSING"}
    )

    assert [row["id"] for row in page["packages"]] == [shipped]
    assert (len(rest["packages"]), rest["next_page_token"]) == (1, "")
    assert [row["tracking_number"] for row in processing["packages"]] == [jt(95)]


def test_the_carriers_of_the_sellers_option(vietnam, malaysia):
    (order_id,) = vietnam.make(1, shipping_type="SELLER")
    option = vietnam.order(order_id)["delivery_option_id"]
    path = f"/logistics/202309/delivery_options/{option}/shipping_providers"

    names = [row["name"] for row in vietnam.data("GET", path)["shipping_providers"]]

    assert names[:2] == ["J&T Express", "SPX Express"]
    (platform,) = malaysia.make(1)
    option = malaysia.order(platform)["delivery_option_id"]
    path = f"/logistics/202309/delivery_options/{option}/shipping_providers"
    assert malaysia.call("GET", path)["code"] == 21008117


def test_tracking_is_told_in_milliseconds(vietnam, control):
    order_id, package_id = waiting(vietnam, "SELLER")
    ship(vietnam, package_id, **own(jt(99)))
    control("carrier/scan", order_id=order_id, kind="pickup")

    rows = vietnam.data("GET", f"/fulfillment/202309/orders/{order_id}/tracking")["tracking"]

    assert len(rows) == 2
    assert {len(str(row["update_time_millis"])) for row in rows} == {13}
