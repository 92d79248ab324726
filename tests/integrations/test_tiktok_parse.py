"""The wire's orders as our values: units gathered, times in UTC, masks told from mistakes, odd shapes borne."""

from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest

from integrations.tiktok_shop import parse, parse_orders, structs, wire


def read(document: dict) -> structs.Order:
    answer = {"code": 0, "data": {"orders": [document]}}
    return parse_orders.read(msgspec.json.encode(answer)).data.orders[0]


def unit(line_id: str, sku: str = "173", **changes) -> dict:
    return {
        "id": line_id,
        "sku_id": sku,
        "product_id": "172",
        "seller_sku": "KF-MUG-SEA",
        "sku_name": "Sea, 350 ml",
        "product_name": "Pebble enamel mug",
        "display_status": "AWAITING_SHIPMENT",
        "sale_price": "89000",
        "currency": "VND",
        "is_gift": False,
        "package_id": "1152",
        **changes,
    }


ORDER = {
    "id": "576461413038785752",
    "status": "AWAITING_SHIPMENT",
    "order_type": "NORMAL",
    "user_id": "7494",
    "create_time": 1763900000,
    "paid_time": 1763900060,
    "update_time": 1763903600,
    "fulfillment_type": "FULFILLMENT_BY_SELLER",
    "shipping_type": "SELLER",
    "delivery_option_id": "7091",
    "delivery_option_name": "Standard Shipping",
    "warehouse_id": "6966",
    "packages": [{"id": "1152"}],
    "is_cod": True,
    "is_on_hold_order": True,
    "rts_sla_time": 1764000000,
    "tts_sla_time": 1764050000,
    "shipping_due_time": 1764100000,
    "collection_due_time": 0,
    "payment": {"currency": "VND", "total_amount": "283500"},
    "recipient_address": {
        "name": "Mai Anh",
        "phone_number": "(+84)901000001",
        "full_address": "12 Hoa Su, Phuong Tan Phu, Quan 7, Ho Chi Minh",
        "address_detail": "12 Hoa Su",
        "region_code": "VN",
        "postal_code": "",
        "district_info": [
            {"address_level": "L0", "address_level_name": "Country", "address_name": "Vietnam"},
            {"address_level": "L1", "address_level_name": "province", "address_name": "Ho Chi Minh"},
            {"address_level": "L2", "address_level_name": "district", "address_name": "Quan 7"},
            {"address_level": "L3", "address_level_name": "commune", "address_name": "Phuong Tan Phu"},
        ],
    },
    "line_items": [unit("1"), unit("2"), unit("3", sku="174", is_gift=True, sale_price="0")],
    "a_field_of_tomorrow": {"x": [1]},
}


def test_an_order_in_our_words():
    order = parse.order(read(ORDER))
    assert order.platform_order_id == "576461413038785752"
    assert order.status == "awaiting_shipment"
    assert order.placed_at == datetime(2025, 11, 23, 12, 13, 20, tzinfo=UTC)
    assert order.updated_at == datetime(2025, 11, 23, 13, 13, 20, tzinfo=UTC)
    assert (order.fulfillment_type, order.shipping_type) == ("seller", "seller")
    assert (order.currency, order.total_amount) == ("VND", Decimal("283500"))
    assert order.is_cod
    assert not order.is_on_hold  # it was once: is_on_hold_order also stays true afterwards
    assert order.platform_package_ids == ("1152",)


def test_the_platforms_deadlines_and_a_zero_is_unknown():
    deadlines = parse.order(read(ORDER)).deadlines
    assert deadlines.ship_by == datetime.fromtimestamp(1764000000, UTC)
    assert deadlines.collect_by == datetime.fromtimestamp(1764050000, UTC)
    assert deadlines.cancel_ship_at == datetime.fromtimestamp(1764100000, UTC)
    assert deadlines.cancel_collect_at is None
    assert deadlines.deliver_by is None


def test_units_of_one_sku_become_one_line():
    mug, gift = parse.order(read(ORDER)).lines
    assert (mug.platform_sku_id, mug.quantity, mug.platform_line_ids) == ("173", 2, ("1", "2"))
    assert mug.sale_price == Decimal("89000")
    assert (gift.platform_sku_id, gift.quantity, gift.is_gift) == ("174", 1, True)


def test_cancelled_units_are_counted_and_come_last():
    items = [unit("1", display_status="CANCELLED"), unit("2"), unit("3")]
    (line,) = parse.order(read({**ORDER, "line_items": items})).lines
    assert (line.quantity, line.cancelled_quantity) == (3, 1)
    assert line.platform_line_ids == ("2", "3", "1")


def test_a_virtual_bundle_names_its_components():
    bundle = unit(
        "1", combined_listing_skus=[{"sku_id": "9", "seller_sku": "KF-CUP", "sku_count": 4}, {"sku_id": 8}]
    )
    (line,) = parse.order(read({**ORDER, "line_items": [bundle]})).lines
    assert line.components == (("9", "KF-CUP", 4), ("8", "", 1))


def test_the_address_by_levels():
    address = parse.order(read(ORDER)).address
    assert (address.province, address.district, address.city) == ("Ho Chi Minh", "Quan 7", "")
    assert address.lines == ("12 Hoa Su", "Phuong Tan Phu")
    assert (address.region_code, address.name, address.is_masked) == ("VN", "Mai Anh", False)


def test_asterisks_are_a_mask():
    masked = {**ORDER["recipient_address"], "name": "M*i A*h", "phone_number": "(+84)90*****01"}
    assert parse.order(read({**ORDER, "recipient_address": masked})).address.is_masked


def test_an_order_on_hold_has_no_address_and_that_is_no_mask():
    order = parse.order(read({**ORDER, "status": "ON_HOLD", "recipient_address": {"district_info": None}}))
    assert order.is_on_hold
    assert (order.address.full_address, order.address.is_masked) == ("", False)


def test_odd_shapes_are_borne():
    odd = {
        "id": 576461413038785752,
        "status": "SOMETHING_NEW",
        "create_time": "1763900000",
        "update_time": 0,
        "packages": None,
        "payment": {"currency": None, "total_amount": ""},
        "line_items": [{"id": 5, "sku_id": 173, "product_id": None, "combined_listing_skus": []}],
    }
    order = parse.order(read(odd))
    assert order.platform_order_id == "576461413038785752"
    assert order.status == "other"
    assert order.updated_at == order.placed_at
    assert order.lines[0].platform_sku_id == "173"


def test_the_webhooks_word_for_cancelled():
    assert parse.status("CANCEL") == parse.status("CANCELLED") == "cancelled"


def test_a_parcel():
    answer = (
        b'{"code":0,"data":{"id":1152,"orders":[{"id":"57"}],"status":"PROCESSING","tracking_number":"JT1",'
        b'"update_time":1764000000,"order_line_item_ids":["1",2]}}'
    )
    package = parse.package(wire.decode(answer, kind=structs.Package).data)
    assert (package.platform_package_id, package.platform_order_ids) == ("1152", ("57",))
    assert package.platform_line_ids == ("1", "2")
    assert (package.status, package.tracking_number) == ("processing", "JT1")
    assert package.updated_at == datetime.fromtimestamp(1764000000, UTC)


def test_each_item_of_a_batch_has_its_own_outcome():
    errors = [
        structs.ItemError(
            code=12052393,
            message="refused",
            detail=structs.ErrorDetail(
                sku_id="b", extra_errors=[structs.ItemError(code=1, message="locked for promotion")]
            ),
        )
    ]
    ok, failed = parse.results(["a", "b"], errors, key="sku_id")
    assert ok.is_ok
    assert (failed.is_ok, failed.code, failed.message) == (False, "12052393", "refused; locked for promotion")


def test_a_failure_without_an_id_counts_against_the_whole_batch():
    outcome = parse.results(["a", "b"], [structs.ItemError(code=1, message="no")], key="package_id")
    assert [item.is_ok for item in outcome] == [False, False]


@pytest.mark.parametrize(
    ("given", "days"),
    [
        ({"days": "5", "type": "BUSINESS_DAY"}, 5),
        ({"days": "5"}, 5),
        ({"days": "14", "type": "CALENDAR_DAY"}, None),  # the rule's own count is the earlier one
        ({"days": "soon"}, None),
        ({"days": "99999"}, 400),
        (None, None),
    ],
)
def test_the_sellers_handling_time(given, days):
    assert parse.order(read({**ORDER, "handling_duration": given})).handling_days == days


def test_when_a_preorder_is_released():
    assert parse.order(read({**ORDER, "release_date": 1765000000})).released_at == datetime.fromtimestamp(
        1765000000, UTC
    )
    assert parse.order(read(ORDER)).released_at is None
