"""Packages: read and search, ship in every region's own way, correct a number once."""

from sandbox.shop import package_views as views
from sandbox.shop import shipping
from sandbox.shop.errors import ShopError, invalid, missing
from sandbox.shop.gateway import Api, Call
from sandbox.shop.model import Line, Order, Package

READ, WRITE = "seller.fulfillment.package.read", "seller.fulfillment.package.write"
BASE = "/fulfillment/202309"
MOST_IN_BATCH = 50


def apis() -> list[Api]:
    rows = [
        ("POST", f"{BASE}/packages/ship", ship_batch, WRITE),
        ("POST", f"{BASE}/packages/{{package_id}}/ship", ship_one, WRITE),
        ("POST", f"{BASE}/orders/{{order_id}}/packages", mark_shipped_old, WRITE),
        ("POST", "/fulfillment/202610/orders/{order_id}/packages", mark_shipped, WRITE),
        ("POST", f"{BASE}/packages", create_package, WRITE),
        ("POST", "/fulfillment/202512/packages", create_package, WRITE),
        ("POST", f"{BASE}/orders/{{order_id}}/shipping_info/update", correct_order, WRITE),
        ("POST", f"{BASE}/packages/{{package_id}}/shipping_info/update", correct_package, WRITE),
        ("POST", "/fulfillment/202610/packages/{package_id}/shipping_info/update", correct_package, WRITE),
        ("POST", f"{BASE}/orders/{{order_id}}/shipping_services/query", views.shipping_services, READ),
        ("POST", f"{BASE}/packages/search", views.search_packages, READ),
        ("GET", f"{BASE}/packages/{{package_id}}", views.get_package, READ),
        ("GET", f"{BASE}/packages/{{package_id}}/handover_time_slots", views.time_slots, READ),
    ]
    return [
        Api(method=method, path=path, handler=handler, scope=scope) for method, path, handler, scope in rows
    ]


def ship_one(call: Call) -> dict:
    _check_region(call)
    _ship(call, package=views.find_package(call), wishes=call.body)
    return {}


def ship_batch(call: Call) -> dict:
    """Each package for itself: what fails is named, the rest is shipped."""
    _check_region(call)
    rows = call.need("packages")
    if not isinstance(rows, list) or len(rows) > MOST_IN_BATCH:
        raise invalid("body.packages")
    errors = []
    for row in rows:
        package_id = str(row.get("id", "")) if isinstance(row, dict) else ""
        try:
            _ship(call, package=views.find_package(call, package_id=package_id), wishes=row)
        except ShopError as error:
            errors.append(
                {"code": error.code, "message": error.message, "detail": {"package_id": package_id}},
            )
    return {"errors": errors} if errors else {}


def mark_shipped(call: Call) -> dict:
    """The newer body: lines and shipping info are lists."""
    lines = [str(row.get("order_line_id", "")) for row in call.body.get("order_line_list") or []]
    infos = call.need("shipping_info_list")
    return _mark(call, line_ids=lines, info=_only(infos, name="shipping_info_list"))


def mark_shipped_old(call: Call) -> dict:
    return _mark(
        call, line_ids=[str(line) for line in call.body.get("order_line_item_ids") or []], info=call.body
    )


def create_package(call: Call) -> dict:
    """Buy the platform's label where packages only come into being by it."""
    if not call.shop.marks_as_shipped:
        raise ShopError(21008106, "This region does not create packages: ship the existing package.")
    orders, line_ids = _orders_to_pack(call)
    for order in orders:
        if order.status in {"AWAITING_COLLECTION", "IN_TRANSIT", "DELIVERED", "COMPLETED"}:
            raise ShopError(21022025, "The label has already been purchased.")
        shipping.check_order(call.world, order=order)
        if order.shipping_type != "TIKTOK":
            raise ShopError(21008017, "The order is shipped by the seller: mark it as shipped.")
    lines = _waiting_lines(orders[0], wanted=line_ids)
    package = shipping.package_for(call.world, order=orders[0], lines=lines)
    for order in orders[1:]:
        shipping.add_order(call.world, package=package, order=order)
    package.weight, package.dimension = call.body.get("weight") or {}, call.body.get("dimension") or {}
    shipping.ship_with_label(call.world, package=package, via="create_packages")
    return {
        "package_id": package.id,
        "order_id": orders[0].id,
        "order_line_item_ids": package.line_ids,
        "create_time": package.create_time,
        "dimension": package.dimension,
        "weight": package.weight,
        "shipping_service_info": views.SERVICE | {"shipping_provider_name": package.provider_name},
    }


def correct_order(call: Call) -> dict:
    order = views.find_order(call)
    packages = [package for package in call.world.shop.packages_of(order) if package.status != "CANCELLED"]
    if len(packages) != 1:
        raise ShopError(
            21011049, "The order has not exactly one shipped package: update the package instead."
        )
    _correct(call, package=packages[0], info=call.body)
    return {}


def correct_package(call: Call) -> dict:
    infos = call.body.get("shipping_info_list")
    info = _only(infos, name="shipping_info_list") if infos is not None else call.body
    package = views.find_package(call)
    _correct(call, package=package, info=info)
    return {"package_id": package.id}


def _check_region(call: Call) -> None:
    if call.shop.marks_as_shipped:
        raise ShopError(
            21008106, "This region does not ship packages this way: create packages or mark as shipped."
        )


def _ship(call: Call, *, package: Package, wishes: dict) -> None:
    for order_id in package.order_ids:
        order = call.world.shop.orders[order_id]
        if package.status in {"PROCESSING", "FULFILLING", "COMPLETED"} and order.status != "CANCELLED":
            raise ShopError(21011020, "The package has already been shipped.")
        shipping.check_order(call.world, order=order)
    if package.shipping_type == "TIKTOK":
        shipping.ship_with_label(call.world, package=package, via="ship_package")
        return
    own = wishes.get("self_shipment")
    if not isinstance(own, dict):
        raise missing("body.self_shipment")
    number, provider_id = _info(own, prefix="self_shipment.")
    shipping.ship_with_number(
        call.world, package=package, number=number, provider_id=provider_id, via="ship_package"
    )


def _mark(call: Call, *, line_ids: list[str], info: dict) -> dict:
    if not call.shop.marks_as_shipped:
        raise ShopError(21008106, "This region does not mark orders as shipped: ship the package.")
    order = views.find_order(call)
    shipping.check_order(call.world, order=order)
    if order.shipping_type != "SELLER":
        raise ShopError(21008106, "The order is shipped by the platform: create its package.")
    number, provider_id = _info(info, prefix="")
    lines = _waiting_lines(order, wanted=line_ids)
    shipping.check_number(call.world, shop=call.shop, number=number, provider_id=provider_id, orders=[order])
    package = shipping.package_for(call.world, order=order, lines=lines)
    if len(lines) < len(order.live_lines()):
        order.split_or_combine = "SPLIT"
    shipping.ship_with_number(
        call.world, package=package, number=number, provider_id=provider_id, via="mark_as_shipped"
    )
    return {"order_id": order.id, "order_line_item_ids": package.line_ids, "package_id": package.id}


def _correct(call: Call, *, package: Package, info: dict) -> None:
    if package.shipping_type != "SELLER":
        raise ShopError(21008017, "The tracking number of platform shipping cannot be changed.")
    number, provider_id = _info(info, prefix="")
    shipping.correct(call.world, package=package, number=number, provider_id=provider_id)


def _info(info: dict, *, prefix: str) -> tuple[str, str]:
    for name in ("tracking_number", "shipping_provider_id"):
        if not info.get(name):
            raise missing(f"body.{prefix}{name}")
    return str(info["tracking_number"]), str(info["shipping_provider_id"])


def _only(rows: object, *, name: str) -> dict:
    if not isinstance(rows, list) or len(rows) != 1 or not isinstance(rows[0], dict):
        raise invalid(f"body.{name}")
    return rows[0]


def _waiting_lines(order: Order, *, wanted: list[str]) -> list[Line]:
    """The lines asked for, else all that still wait."""
    waiting = [line for line in order.live_lines() if line.status == "AWAITING_SHIPMENT"]
    if not wanted:
        return waiting
    found = [line for line in waiting if line.id in set(wanted)]
    if len(found) != len(set(wanted)):
        raise ShopError(21011006, "A line does not belong to the order or has already been shipped.")
    return found


def _orders_to_pack(call: Call) -> tuple[list[Order], list[str]]:
    kind = str(call.body.get("ship_type") or "1")
    if kind == "3":
        ids = [str(order_id) for order_id in call.need("order_list_ids")]
        return [views.find_order(call, order_id=order_id) for order_id in ids], []
    order = views.find_order(call, order_id=str(call.need("order_id")))
    lines = call.body.get("order_line_item") or [] if kind == "2" else []
    return [order], [str(row.get("order_line_id", "")) for row in lines]
