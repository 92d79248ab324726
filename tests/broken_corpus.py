"""A sound order of the wire, what may be odd about it without harm, and what is broken. Invented data."""

import copy
import json
from collections.abc import Callable

Wire = dict
Damage = Callable[[Wire], object]

NUL = "\x00"


def unit(number: int, **changes: object) -> Wire:
    return {
        "id": f"57646141303878{number:04d}",
        "sku_id": "1729000000000000173",
        "product_id": "1729000000000000172",
        "seller_sku": "KF-MUG-SEA",
        "sku_name": "Sea, 350 ml",
        "product_name": "Pebble enamel mug",
        "sku_image": "",
        "display_status": "AWAITING_SHIPMENT",
        "original_price": "99000",
        "sale_price": "89000",
        "seller_discount": "10000",
        "platform_discount": "0",
        "currency": "VND",
        "is_gift": False,
        "package_id": "1152321127278713123",
        **changes,
    }


def sound() -> Wire:
    """An order with two units, a bundle and a gift, as the platform sends it."""
    parts = [{"sku_id": "1729000000000000174", "product_id": "9", "seller_sku": "KF-CUP", "sku_count": 2}]
    return {
        "id": "576461413038785752",
        "status": "AWAITING_SHIPMENT",
        "order_type": "NORMAL",
        "commerce_platform": "TIKTOK_SHOP",
        "user_id": "7494049642642441621",
        "buyer_email": "v2.b000007919@scs.example",
        "buyer_nickname": "bao_1",
        "buyer_message": "Please call before you come",
        "seller_note": "",
        "create_time": 1763900000,
        "paid_time": 1763900060,
        "update_time": 1763903600,
        "fulfillment_type": "FULFILLMENT_BY_SELLER",
        "shipping_type": "SELLER",
        "delivery_type": "HOME_DELIVERY",
        "delivery_option_id": "7091500010100000003",
        "delivery_option_name": "Standard Shipping",
        "shipping_provider": "",
        "shipping_provider_id": "",
        "tracking_number": "",
        "warehouse_id": "6966568648651605766",
        "packages": [{"id": "1152321127278713123"}],
        "split_or_combine_tag": "",
        "auto_combine_group_id": "",
        "is_cod": False,
        "is_on_hold_order": False,
        "is_sample_order": False,
        "is_replacement_order": False,
        "has_updated_recipient_address": False,
        "is_buyer_request_cancel": False,
        "rts_sla_time": 1764000000,
        "tts_sla_time": 1764050000,
        "shipping_due_time": 1764100000,
        "collection_due_time": 0,
        "payment": {"currency": "VND", "sub_total": "267000", "tax": "0", "total_amount": "283500"},
        "recipient_address": {
            "name": "Trần Minh Anh",
            "first_name": "Minh Anh",
            "last_name": "Trần",
            "phone_number": "(+84)901000001",
            "region_code": "VN",
            "postal_code": "700000",
            "full_address": "12 Hoa Sứ, Tân Phú, Quận 7, Hồ Chí Minh",
            "address_detail": "12 Hoa Sứ",
            "address_line1": "12 Hoa Sứ",
            "district_info": [
                {"address_level": "L0", "address_level_name": "Country", "address_name": "Vietnam"},
                {"address_level": "L1", "address_level_name": "province", "address_name": "Hồ Chí Minh"},
                {"address_level": "L2", "address_level_name": "district", "address_name": "Quận 7"},
            ],
        },
        "line_items": [unit(1), unit(2, combined_listing_skus=parts), unit(3, sku_id="174", is_gift=True)],
    }


def put(path: str, value: object) -> Damage:
    """Set a field; numbers in the path are places in lists."""

    def apply(order: Wire) -> Wire:
        *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        place = order
        for part in way:
            place = place[part]
        place[last] = value
        return order

    return apply


def drop(path: str) -> Damage:
    def apply(order: Wire) -> Wire:
        *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        place = order
        for part in way:
            place = place[part]
        del place[last]
        return order

    return apply


def instead(value: object) -> Damage:
    return lambda _order: value


_ID = {
    "missing": drop("id"),
    "null": put("id", None),
    "empty": put("id", ""),
    "blank": put("id", "  "),
    "an object": put("id", {"value": "576"}),
    "a list": put("id", ["576"]),
    "a truth value": put("id", True),
    "a fraction": put("id", 5.5),
    "negative": put("id", -576),
    "too long": put("id", "5" * 41),
    "with signs": put("id", "576';--"),
    "in other digits": put("id", "５７６"),
    "with a NUL": put("id", f"576{NUL}1"),
}
_STATUS = {
    "missing": drop("status"),
    "null": put("status", None),
    "empty": put("status", ""),
    "a number": put("status", 111),
    "an object": put("status", {"code": "UNPAID"}),
    "huge": put("status", "A" * 500),
}
_CREATED = {
    "missing": drop("create_time"),
    "null": put("create_time", None),
    "zero": put("create_time", 0),
    "negative": put("create_time", -1763900000),
    "in milliseconds": put("create_time", 1763900000000),
    "words": put("create_time", "yesterday"),
    "a date": put("create_time", "2026-11-23T08:00:00Z"),
    "a truth value": put("create_time", True),
    "a fraction": put("create_time", 1763900000.5),
    "a list": put("create_time", [1763900000]),
    "long before the platform": put("create_time", 86400),
}
_TIMES = {
    "update_time negative": put("update_time", -5),
    "update_time in milliseconds": put("update_time", 1763903600000),
    "update_time words": put("update_time", "soon"),
    "update_time an object": put("update_time", {}),
    "paid_time negative": put("paid_time", -1),
    "cancel_time a list": put("cancel_time", []),
    "rts_sla_time words": put("rts_sla_time", "48h"),
    "delivery_time in milliseconds": put("delivery_time", 1764050000000),
    "collection_due_time a truth value": put("collection_due_time", False),
}
_PAYMENT = {
    "a list": put("payment", []),
    "a text": put("payment", "283500"),
    "total words": put("payment.total_amount", "a lot"),
    "total negative": put("payment.total_amount", "-283500"),
    "total negative number": put("payment.total_amount", -1),
    "total not a number": put("payment.total_amount", "NaN"),
    "total infinite": put("payment.total_amount", "Infinity"),
    "total with an exponent": put("payment.total_amount", "2e5"),
    "total with commas": put("payment.total_amount", "283,500"),
    "total with two points": put("payment.total_amount", "283.5.0"),
    "total in other digits": put("payment.total_amount", "２８３５００"),
    "total huge": put("payment.total_amount", "9" * 13),
    "total huge number": put("payment.total_amount", 10**15),
    "total with too many places": put("payment.total_amount", "1.0000001"),
    "total an object": put("payment.total_amount", {"amount": "1"}),
    "total a truth value": put("payment.total_amount", True),
    "currency of two letters": put("payment.currency", "VN"),
    "currency small": put("payment.currency", "vnd"),
    "currency a number": put("payment.currency", 704),
    "currency unlike the lines": put("payment.currency", "THB"),
}
_LINES = {
    "missing": drop("line_items"),
    "null": put("line_items", None),
    "empty": put("line_items", []),
    "an object": put("line_items", {"0": unit(1)}),
    "a list in a list": put("line_items", [[unit(1)]]),
    "with a null": put("line_items.1", None),
    "with a text": put("line_items.1", "KF-MUG-SEA"),
    "far too many": put("line_items", [unit(number) for number in range(2001)]),
    "unit id missing": drop("line_items.0.id"),
    "unit id null": put("line_items.0.id", None),
    "unit id empty": put("line_items.0.id", ""),
    "unit id twice": put("line_items.1.id", unit(1)["id"]),
    "unit id too long": put("line_items.0.id", "7" * 41),
    "unit id with a NUL": put("line_items.0.id", f"7{NUL}"),
    "SKU id missing": drop("line_items.0.sku_id"),
    "SKU id null": put("line_items.0.sku_id", None),
    "SKU id empty": put("line_items.0.sku_id", ""),
    "SKU id too long": put("line_items.0.sku_id", "1" * 60),
    "SKU id with signs": put("line_items.0.sku_id", "17/29"),
    "price words": put("line_items.0.sale_price", "cheap"),
    "price negative": put("line_items.0.sale_price", "-89000"),
    "price huge": put("line_items.0.sale_price", "1" * 30),
    "price a list": put("line_items.0.sale_price", ["89000"]),
    "currency unlike the others": put("line_items.2.currency", "USD"),
    "status a number": put("line_items.0.display_status", 7),
    "gift neither yes nor no": put("line_items.0.is_gift", "maybe"),
    "gift a number": put("line_items.0.is_gift", 7),
    "product id an object": put("line_items.0.product_id", {}),
    "package id too long": put("line_items.0.package_id", "1" * 41),
    "package id with a NUL": put("line_items.0.package_id", f"115{NUL}"),
    "name huge": put("line_items.0.product_name", "M" * 20_001),
}
_PARTS = {
    "a text": put("line_items.1.combined_listing_skus", "174"),
    "with a null": put("line_items.1.combined_listing_skus", [None]),
    "without SKU id": drop("line_items.1.combined_listing_skus.0.sku_id"),
    "none of a part": put("line_items.1.combined_listing_skus.0.sku_count", 0),
    "less than none": put("line_items.1.combined_listing_skus.0.sku_count", -2),
    "count in words": put("line_items.1.combined_listing_skus.0.sku_count", "two"),
    "count huge": put("line_items.1.combined_listing_skus.0.sku_count", 10**9),
}
_ADDRESS = {
    "a text": put("recipient_address", "12 Hoa Sứ"),
    "a list": put("recipient_address", []),
    "name a number": put("recipient_address.name", 7),
    "full address huge": put("recipient_address.full_address", "x" * 1001),
    "postcode an object": put("recipient_address.postal_code", {}),
    "districts an object": put("recipient_address.district_info", {}),
    "districts with a null": put("recipient_address.district_info.1", None),
    "districts in a list in a list": put("recipient_address.district_info", [[{"address_name": "Quận 7"}]]),
    "district's name a number": put("recipient_address.district_info.1.address_name", 7),
    "far too many districts": put("recipient_address.district_info", [{"address_name": "Quận 7"}] * 41),
}
_REST = {
    "the order is null": instead(None),
    "the order is a text": instead("576461413038785752"),
    "the order is a list": instead([sound()]),
    "the order is a number": instead(576461413038785752),
    "packages an object": put("packages", {}),
    "packages with a text": put("packages", ["1152321127278713123"]),
    "package id too long": put("packages.0.id", "1" * 41),
    "package id with a NUL": put("packages.0.id", f"115{NUL}"),
    "message a number": put("buyer_message", 7),
    "message huge": put("buyer_message", "z" * 20_001),
    "message with half a character": put("buyer_message", "\ud83d"),
    "cash on delivery perhaps": put("is_cod", "perhaps"),
    "wish to cancel a number": put("is_buyer_request_cancel", 5),
    "shipping type an object": put("shipping_type", {"type": "SELLER"}),
    "fulfillment type a number": put("fulfillment_type", 1),
    "warehouse id too long": put("warehouse_id", "6" * 41),
    "warehouse id with a NUL": put("warehouse_id", f"6{NUL}"),
    "buyer id an object": put("user_id", {}),
    "tracking number huge": put("tracking_number", "J" * 100),
    "delivery option id a list": put("delivery_option_id", ["7091"]),
}
_GROUPS = {
    "order id": _ID,
    "status": _STATUS,
    "create_time": _CREATED,
    "times": _TIMES,
    "payment": _PAYMENT,
    "lines": _LINES,
    "parts": _PARTS,
    "address": _ADDRESS,
    "order": _REST,
}
DAMAGES: dict[str, Damage] = {
    f"{group}: {name}": damage for group, damages in _GROUPS.items() for name, damage in damages.items()
}
ODDITIES: dict[str, Damage] = {
    "as it should be": lambda order: order,
    "id as a number": put("id", 576461413038785752),
    "unit ids as numbers": put("line_items.0.id", 5764),
    "times as text": put("create_time", "1763900000"),
    "a time that is not known": put("update_time", 0),
    "an unknown status": put("status", "SOMETHING_NEW"),
    "an unknown kind of order": put("order_type", "FLASH_BUNDLE"),
    "an unknown shipping type": put("shipping_type", "DRONE"),
    "no payment yet": put("payment", None),
    "an empty amount": put("payment.total_amount", ""),
    "an amount as a number": put("payment.total_amount", 283500),
    "an amount with places": put("payment.total_amount", "2835.50"),
    "no currency": put("payment.currency", None),
    "no address yet": put("recipient_address", None),
    "an empty address": put("recipient_address", {"district_info": None}),
    "masks": put("recipient_address.phone_number", "(+84)90*****01"),
    "no packages yet": drop("packages"),
    "a field of tomorrow": put("carbon_label", {"grade": ["B"]}),
    "a message with a NUL": put("buyer_message", f"call{NUL} me"),
    "truth as text": put("is_cod", "true"),
    "nulls where nothing is told": put("buyer_message", None),
}


def raw(damage: Damage) -> bytes:
    """The damaged order as the bytes of a page would have it."""
    return json.dumps(damage(copy.deepcopy(sound()))).encode()


def page(*orders: bytes) -> bytes:
    """An answer with these orders in it."""
    return b'{"code":0,"message":"Success","request_id":"r","data":{"orders":[' + b",".join(orders) + b"]}}"
