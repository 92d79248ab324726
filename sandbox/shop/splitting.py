"""One order in several packages, several orders in one: new package ids, the old ones die, a webhook tells."""

from sandbox.shop import events, shipping
from sandbox.shop.errors import ShopError, invalid
from sandbox.shop.gateway import Api, Call
from sandbox.shop.model import Line, Order
from sandbox.shop.package_views import find_order, find_package
from sandbox.shop.status import open_package

BASE = "/fulfillment/202309"
READ, WRITE = "seller.fulfillment.package.read", "seller.fulfillment.package.write"


def apis() -> list[Api]:
    rows = [
        ("GET", f"{BASE}/orders/split_attributes", split_attributes, READ),
        ("POST", f"{BASE}/orders/{{order_id}}/split", split, WRITE),
        ("GET", f"{BASE}/combinable_packages/search", combinable, READ),
        ("POST", f"{BASE}/packages/combine", combine, WRITE),
        ("POST", f"{BASE}/packages/{{package_id}}/uncombine", uncombine, WRITE),
    ]
    return [
        Api(method=method, path=path, handler=handler, scope=scope) for method, path, handler, scope in rows
    ]


def split_attributes(call: Call) -> dict:
    ids = [order_id for order_id in call.query.get("order_ids", "").split(",") if order_id]
    rows = []
    for order in (find_order(call, order_id=order_id) for order_id in ids):
        reason = _why_not(call, order=order)
        row = {"order_id": order.id, "can_split": not reason, "must_split": False}
        rows.append(row | ({"reason": reason} if reason else {}))
    return {"split_attributes": rows}


def split(call: Call) -> dict:
    order = find_order(call)
    shipping.check_order(call.world, order=order)
    reason = _why_not(call, order=order)
    if reason:
        raise ShopError(21011006, reason)
    groups = _groups(call, order=order)
    for package in call.world.shop.packages_of(order):
        call.world.shop.drop_package(package)
    order.package_ids, order.split_or_combine = [], "SPLIT"
    now = call.world.clock.now()
    packages = [open_package(call.world, order=order, at=now, lines=lines) for _label, lines in groups]
    call.world.shop.touch(order)
    events.package_update(call.world, shop_id=call.shop.id, kind="SPLIT", packages=packages)
    pairs = zip(groups, packages, strict=True)
    return {"packages": [{"splittable_group_id": label, "id": package.id} for (label, _), package in pairs]}


def combinable(call: Call) -> dict:
    """Orders of one buyer to one door that still wait, as draft packages."""
    call.number("page_size", low=1, high=50)
    doors: dict[tuple, list[Order]] = {}
    for order in call.world.shop.orders.values():
        if (
            order.shop_id == call.shop.id
            and order.status == "AWAITING_SHIPMENT"
            and len(order.package_ids) == 1
        ):
            doors.setdefault((order.buyer["id"], order.buyer["street"], order.shipping_type), []).append(
                order
            )
    rows = [
        {"id": f"D{orders[0].package_ids[0]}", "order_ids": [order.id for order in orders]}
        for orders in doors.values()
        if len(orders) > 1
    ]
    return {"combinable_packages": rows, "next_page_token": "", "total_count": len(rows)}


def combine(call: Call) -> dict:
    made, errors = [], []
    for row in call.need("combinable_packages"):
        try:
            made.append(_combine(call, order_ids=[str(order_id) for order_id in row.get("order_ids") or []]))
        except ShopError as error:
            detail = {"package_id": str(row.get("id", ""))}
            errors.append({"code": error.code, "message": error.message, "detail": detail})
    if made:
        events.package_update(call.world, shop_id=call.shop.id, kind="COMBINE", packages=made)
    rows = [{"id": package.id, "order_ids": list(package.order_ids)} for package in made]
    return {"packages": rows} | ({"errors": errors} if errors else {})


def uncombine(call: Call) -> dict:
    package = find_package(call)
    if package.status != "TO_FULFILL" or len(package.order_ids) < 2:
        raise ShopError(21011006, "The package is not a combined one that still waits.")
    orders = [call.world.shop.orders[order_id] for order_id in package.order_ids]
    made = [_alone(call, order=order, old_id=package.id) for order in orders]
    call.world.shop.drop_package(package)
    events.package_update(call.world, shop_id=call.shop.id, kind="CANCEL_COMBINE", packages=made)
    return {"packages": [{"id": row.id, "order_ids": list(row.order_ids)} for row in made]}


def _alone(call: Call, *, order: Order, old_id: str):
    order.package_ids = [package_id for package_id in order.package_ids if package_id != old_id]
    order.split_or_combine = ""
    package = open_package(call.world, order=order, at=call.world.clock.now())
    call.world.shop.touch(order)
    return package


def _combine(call: Call, *, order_ids: list[str]):
    orders = [find_order(call, order_id=order_id) for order_id in order_ids]
    if not 2 <= len(orders) <= shipping.MOST_ORDERS_PER_NUMBER:
        raise invalid("body.combinable_packages.order_ids")
    for order in orders:
        shipping.check_order(call.world, order=order)
        if order.buyer["id"] != orders[0].buyer["id"] or order.buyer["street"] != orders[0].buyer["street"]:
            raise ShopError(21011006, "The orders do not go to the same buyer and address.")
    for order in orders:
        for package in call.world.shop.packages_of(order):
            call.world.shop.drop_package(package)
        order.package_ids = []
    combined = open_package(call.world, order=orders[0], at=call.world.clock.now())
    for order in orders[1:]:
        shipping.add_order(call.world, package=combined, order=order)
    return combined


def _why_not(call: Call, *, order: Order) -> str:
    if call.shop.marks_as_shipped:
        return "Orders are split in the ship call in this region."
    if order.status != "AWAITING_SHIPMENT" or len(order.package_ids) != 1:
        return "Only an unshipped order in one package can be split."
    return "" if len({line.sku_id for line in order.live_lines()}) > 1 else "The order has a single SKU."


def _groups(call: Call, *, order: Order) -> list[tuple[str, list[Line]]]:
    """Every line in exactly one group, all units of a SKU together."""
    rows = call.body.get("splittable_groups") or []
    by_id = {line.id: line for line in order.live_lines()}
    groups, seen, homes = [], set(), {}
    for row in rows:
        ids = [str(line_id) for line_id in row.get("order_line_item_ids") or []]
        if not ids or seen & set(ids) or not set(ids) <= set(by_id):
            raise invalid("body.splittable_groups")
        seen |= set(ids)
        for line_id in ids:
            if homes.setdefault(by_id[line_id].sku_id, row.get("id")) != row.get("id"):
                raise ShopError(21011006, "All units of a SKU must stay in one package.")
        groups.append((str(row.get("id", "")), [by_id[line_id] for line_id in ids]))
    if len(groups) < 2 or seen != set(by_id):
        raise invalid("body.splittable_groups")
    return groups
