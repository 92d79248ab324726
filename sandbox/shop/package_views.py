"""Packages as the wire shows them, their search, and what can be asked before shipping."""

from sandbox.shop import paging
from sandbox.shop.addresses import recipient, sender
from sandbox.shop.errors import ShopError, invalid
from sandbox.shop.gateway import Call
from sandbox.shop.model import Order, Package
from sandbox.shop.render import OPTION_NAMES, option_id

SERVICE = {
    "id": "7260000000000000101",
    "name": "Standard ground",
    "price": "4.85",
    "currency": "USD",
    "earliest_delivery_days": 2,
    "latest_delivery_days": 5,
    "is_default": True,
}
SORTS = {"create_time", "update_time", "order_pay_time"}


def find_order(call: Call, *, order_id: str = "") -> Order:
    order = call.world.shop.orders.get(order_id or call.path.get("order_id", ""))
    if order is None or order.shop_id != call.shop.id:
        raise ShopError(21008111, "The order does not belong to this seller.")
    return order


def find_package(call: Call, *, package_id: str | None = None) -> Package:
    wanted = call.path.get("package_id", "") if package_id is None else package_id
    package = call.world.shop.packages.get(wanted)
    if package is None or package.shop_id != call.shop.id:
        raise ShopError(98001004, "There is no valid fulfil unit with this package id.")
    return package


def search_packages(call: Call) -> dict:
    size = call.number("page_size", low=1, high=50)
    sort = call.query.get("sort_field") or "create_time"
    direction = call.query.get("sort_order") or "DESC"
    if sort not in SORTS:
        raise invalid("query.sort_field")
    filters = paging.fingerprint(call.body, sort, direction, call.shop.id)
    after = paging.read(call.query.get("page_token", ""), filters=filters)
    index = call.world.shop.packages_updated[call.shop.id]
    low, high = index.between(ge=call.body.get("update_time_ge"), lt=call.body.get("update_time_lt"))
    rows = (call.world.shop.packages[row[1]] for row in index.rows[low:high])
    found = [package for package in rows if _matches(package, body=call.body)]
    keyed = sorted(
        ((_sort_key(call, package, sort), package.id) for package in found), reverse=direction == "DESC"
    )
    if after is not None:
        keyed = [row for row in keyed if (row > tuple(after)) == (direction == "ASC") and row != tuple(after)]
    page = keyed[:size]
    token = paging.make(after=list(page[-1]), filters=filters) if len(keyed) > size else ""
    packages = [summary(call.world.shop.packages[row[1]]) for row in page]
    return {"packages": packages, "next_page_token": token, "total_count": len(found)}


def get_package(call: Call) -> dict:
    package = find_package(call)
    order = call.world.shop.orders[package.order_ids[0]]
    skus = {line.sku_id for line in order.live_lines() if line.id in set(package.line_ids)}
    kind = "SEND_BY_SELLER" if package.shipping_type == "SELLER" else order.delivery_option
    own = {
        **summary(package),
        "package_id": package.id,
        "package_status": package.status,
        "package_sub_status": package.sub_status,
        "split_and_combine_tag": _tag(package, order=order),
        "has_multi_skus": len(skus) > 1,
        "note_tag": "BUYER_NOTED" if order.buyer_message else "BUYER_UNNOTED",
        "shipping_type": package.shipping_type,
        "delivery_option_id": option_id(shop=call.shop, order=order),
        "delivery_option_name": OPTION_NAMES[kind],
        "handover_method": "PICKUP",
        "recipient_address": recipient(shop=call.shop, order=order),
        "sender_address": sender(shop=call.shop),
        "warehouse_id": call.shop.warehouse_id,
    }
    if package.exception_reason:
        own["ship_exception_reason"] = package.exception_reason
    if call.shop.is_cross_border and package.tracking_number:
        own["last_mile_tracking_number"] = package.tracking_number
    if package.weight:
        own["weight"] = package.weight
    return own | ({"dimension": package.dimension} if package.dimension else {})


def summary(package: Package) -> dict:
    return {
        "id": package.id,
        "orders": [{"id": order_id} for order_id in package.order_ids],
        "create_time": package.create_time,
        "update_time": package.update_time,
        "status": package.status,
        "tracking_number": package.tracking_number,
        "shipping_provider_id": package.provider_id,
        "shipping_provider_name": package.provider_name,
        "order_line_item_ids": list(package.line_ids),
    }


def time_slots(call: Call) -> dict:
    find_package(call)
    start = (int(call.world.clock.now()) // 86_400 + 1) * 86_400 + 2 * 3600
    slots = [
        {
            "start_time": start + day * 86_400,
            "end_time": start + day * 86_400 + 6 * 3600,
            "avaliable": day != 1,
        }
        for day in range(3)
    ]
    return {
        "can_pickup": True,
        "can_drop_off": True,
        "can_van_collection": False,
        "drop_off_point_url": "",
        "pickup_slots": slots,
    }


def shipping_services(call: Call) -> dict:
    order = find_order(call)
    if not call.shop.marks_as_shipped or order.shipping_type != "TIKTOK":
        raise ShopError(21008106, "There are no shipping services to choose from for this order.")
    express = {
        **SERVICE,
        "id": "7260000000000000102",
        "name": "Two-day",
        "price": "8.90",
        "is_default": False,
    }
    express |= {"earliest_delivery_days": 1, "latest_delivery_days": 2}
    rows = [(SERVICE, "7010749880364009801", "USPS"), (express, "7010749880364009802", "UPS")]
    services = [
        {**service, "shipping_provider_id": provider_id, "shipping_provider_name": name}
        for service, provider_id, name in rows
    ]
    return {"order_id": order.id, "shipping_services": services}


def _tag(package: Package, *, order: Order) -> str:
    if len(package.order_ids) > 1:
        return "COMBINE"
    return "SPLIT" if order.split_or_combine == "SPLIT" else "DEFAULT"


def _matches(package: Package, *, body: dict) -> bool:
    created = package.create_time
    return (
        (not body.get("package_status") or package.status == body["package_status"])
        and (body.get("create_time_ge") is None or created >= body["create_time_ge"])
        and (body.get("create_time_lt") is None or created < body["create_time_lt"])
    )


def _sort_key(call: Call, package: Package, sort: str) -> int:
    if sort == "order_pay_time":
        return call.world.shop.orders[package.order_ids[0]].paid_time
    return package.update_time if sort == "update_time" else package.create_time
