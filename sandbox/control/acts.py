"""What a hand can do to the world; the JSON API and the page both come here. Wrong wishes raise ValueError."""

import time

from sandbox.carriers import EXCEPTIONS
from sandbox.control.dump import order_row
from sandbox.faults import UnknownFault
from sandbox.shop import advance, cancelling, events, production, returning, stock
from sandbox.shop.model import Order, Shop, Sku

MOST_ORDERS = 50_000


def make_orders(world, body: dict) -> dict:
    """{shop_id | region, count, skus?, quantity?, age_seconds? | created_at?, status?,
    shipping_type?, note?, respect_stock?, sample?, replaces?}"""
    shop = find_shop(world, body)
    count = whole(body, "count", default=1, low=1, high=MOST_ORDERS)
    wanted = [find_sku(world, shop=shop, wanted=str(sku)) for sku in body.get("skus") or []]
    quantity = whole(body, "quantity", default=1, low=1, high=500)
    made, skipped = [], 0
    for _ in range(count):
        skus = (
            wanted * quantity
            if wanted
            else production.pick_skus(world, shop=shop, respect_stock=bool(body.get("respect_stock")))
        )
        if not skus or (body.get("respect_stock") and not _enough(skus)):
            skipped += 1
            continue
        made.append(_make_one(world, shop=shop, skus=skus, body=body).id)
    world.journal.record("control_orders", shop_id=shop.id, made=len(made), skipped=skipped)
    return {"order_ids": made, "skipped": skipped}


def _make_one(world, *, shop: Shop, skus: list[Sku], body: dict) -> Order:
    now = world.clock.now()
    created = (
        float(body["created_at"]) if body.get("created_at") else now - float(body.get("age_seconds") or 0)
    )
    status = body.get("status") or ("AWAITING_SHIPMENT" if created < now - 1 else "")
    shipping_type = str(body.get("shipping_type") or "")
    if status and status not in advance.STEPS:
        raise ValueError(f"status must be one of {', '.join(advance.STEPS)}")
    if shipping_type and shipping_type not in {"SELLER", "TIKTOK"}:
        raise ValueError("shipping_type must be SELLER or TIKTOK")
    order = production.make_order(
        world,
        shop=shop,
        skus=skus,
        created=created,
        shipping_type=shipping_type,
        note=None if body.get("note") is None else str(body["note"]),
        is_sample=bool(body.get("sample")),
        replaces=str(body.get("replaces") or ""),
    )
    order.order_type = str(body.get("order_type") or order.order_type)
    order.handling_days = int(body.get("handling_days") or 0)
    order.release_date = int(body.get("release_date") or 0)
    if not status:
        world.shop.at(now, action="pay", subject=order.id)
        events.order_status(world, order=order)
        return order
    advance.grow(world, order=order, status=status)
    advance.appear(world, order=order)
    return order


def start_spike(world, body: dict) -> dict:
    """{shop_id, sku_ids | product_ids | skus, count, seconds}"""
    shop = find_shop(world, body)
    names = [str(sku) for sku in body.get("sku_ids") or body.get("skus") or []]
    sku_ids = [find_sku(world, shop=shop, wanted=name).id for name in names]
    for product_id in body.get("product_ids") or []:
        product = world.shop.products.get(str(product_id))
        if product is None or product.shop_id != shop.id:
            raise ValueError(f"shop {shop.id} has no product {product_id}")
        sku_ids += [sku.id for sku in product.skus]
    if not sku_ids:
        raise ValueError("sku_ids or product_ids are wanted")
    count = whole(body, "count", default=50, low=1, high=MOST_ORDERS)
    seconds = float(body.get("seconds", 30))
    world.shop.production.start_spike(shop_id=shop.id, sku_ids=sku_ids, count=count, seconds=seconds)
    world.journal.record("control_spike", shop_id=shop.id, sku_ids=sku_ids, count=count, seconds=seconds)
    return {"sku_ids": sku_ids, "count": count, "seconds": seconds}


def set_rate(world, body: dict) -> dict:
    world.settings["orders_per_minute"] = max(0.0, float(body["per_minute"]))
    world.journal.record("control_rate", per_minute=world.settings["orders_per_minute"])
    return {"per_minute": world.settings["orders_per_minute"]}


def buyer_cancel(world, body: dict) -> dict:
    order = find_order(world, body)
    case = cancelling.buyer_cancels(
        world, order=order, reason=str(body.get("reason") or "I no longer need it")
    )
    return {"cancel_id": case.id, "cancel_status": case.status, "order": order_row(world, order)}


def cancel(world, body: dict) -> dict:
    """Cancelled outright by the platform (or `role`)."""
    order = find_order(world, body)
    if order.status == "CANCELLED":
        raise ValueError(f"order {order.id} is CANCELLED")
    reason = str(body.get("reason") or "system_cancel_order_untracked")
    case = cancelling.cancel(world, order=order, role=str(body.get("role") or "SYSTEM"), reason=reason)
    return {"cancel_id": case.id, "order": order_row(world, order)}


def advance_order(world, body: dict) -> dict:
    order = find_order(world, body)
    advance.advance(world, order=order, status=str(body.get("status", "")))
    return {"order": order_row(world, order)}


def change_address(world, body: dict) -> dict:
    """The buyer corrects the address: any of name, phone, street, city, state, district, postcode, unit."""
    order = find_order(world, body)
    fields = {
        name: str(value)
        for name, value in body.items()
        if name in order.buyer and name not in {"id", "region"}
    }
    order.buyer = {**order.buyer, **fields}
    order.address_updated = True
    world.shop.touch(order)
    events.address_update(world, order=order)
    return {"order_id": order.id, "changed": sorted(fields)}


def scan(world, body: dict) -> dict:
    """{tracking_number | order_id, kind, exception?, at?, text?, place?}; kind "exception" takes its kind from `exception`."""
    kind = str(body.get("kind", ""))
    if kind == "exception":
        kind = str(body.get("exception") or "")
        if kind not in EXCEPTIONS:
            raise ValueError(f"exception must be one of {', '.join(EXCEPTIONS)}")
    numbers = [str(body["tracking_number"])] if body.get("tracking_number") else _numbers_of(world, body)
    at = float(body["at"]) if body.get("at") is not None else None
    for number in numbers:
        world.carriers.scan(
            number, kind, at=at, text=str(body.get("text") or ""), place=str(body.get("place") or "")
        )
    return {"scanned": numbers, "kind": kind}


def carrier_auto(world, body: dict) -> dict:
    return world.carriers.configure(**body)


def set_faults(world, body: dict) -> dict:
    return world.faults.clear() if body.get("clear") else world.faults.set(body)


def move_clock(world, body: dict) -> dict:
    """{advance: seconds} or {set: epoch seconds}; "real" goes back to the wall clock."""
    if body.get("set") == "real":
        world.clock.set(time.time())
    elif body.get("set") is not None:
        world.clock.set(float(body["set"]))
    else:
        world.clock.advance(float(body.get("advance", 0)))
    world.journal.record("control_clock", offset=world.clock.offset)
    return {"now": world.clock.now(), "offset": world.clock.offset}


def change_settings(world, body: dict) -> dict:
    unknown = set(body) - set(world.settings)
    if unknown:
        raise ValueError(f"no such setting: {', '.join(sorted(unknown))}")
    for name, value in body.items():
        if isinstance(world.settings[name], str) and not isinstance(value, str):
            raise ValueError(f"{name} must be text")
        world.settings[name] = value
    world.shop.rendered.clear()
    world.journal.record("control_settings", changed=sorted(body))
    return {name: world.settings[name] for name in body}


def webhook_target(world, body: dict) -> dict:
    world.settings["shop_webhook_url"] = str(body["url"])
    world.journal.record("control_settings", changed=["shop_webhook_url"])
    return {"url": world.settings["shop_webhook_url"]}


def send_webhook(world, body: dict) -> dict:
    """Any body to the target: {type, shop_id, data, forged?}, or {raw} to send that text as it is."""
    url = str(body.get("url") or world.settings["shop_webhook_url"])
    if not url:
        raise ValueError("no webhook target is set")
    made = {
        "type": body.get("type", 1),
        "data": body.get("data") or {},
        "shop_id": str(body.get("shop_id", "")),
    }
    wire = str(body["raw"]).encode() if "raw" in body else events.envelope(world, **made)
    events.send(world, url=url, body=wire, topic=str(made["type"]), forged=bool(body.get("forged")))
    return {"sent": True}


def auth_code(world, body: dict) -> dict:
    open_id = str(body.get("open_id", ""))
    if open_id not in world.shop.sellers:
        raise ValueError(f"open_id must be one of {', '.join(world.shop.sellers)}")
    return {"code": world.shop.auth.new_code(open_id)}


def ads_auth_code(world, body: dict) -> dict:
    made = world.ads.new_auth_code(advertiser_ids=body.get("advertiser_ids"), open_id=body.get("open_id"))
    return made if isinstance(made, dict) else {"code": made}


def expire_tokens(world, body: dict) -> dict:
    return {"expired": world.shop.auth.expire_access(str(body.get("open_id") or ""))}


def revoke(world, body: dict) -> dict:
    return {"revoked": world.shop.auth.revoke(str(body.get("open_id") or ""))}


def set_shop_active(world, body: dict) -> dict:
    shop = find_shop(world, body)
    shop.is_active = bool(body.get("is_active", True))
    world.shop.revision += 1
    return {"id": shop.id, "is_active": shop.is_active}


def set_inventory(world, body: dict) -> dict:
    """{shop_id, sku, available, locked?}: as if promotions or a person had changed it; not counted as a push."""
    shop = find_shop(world, body)
    sku = find_sku(world, shop=shop, wanted=str(body.get("sku") or body.get("sku_id") or ""))
    sku.available = whole(body, "available", default=sku.available, low=0, high=99_999)
    sku.locked = whole(body, "locked", default=sku.locked, low=0, high=99_999)
    world.shop.revision += 1
    world.journal.record("control_inventory", sku_id=sku.id, available=sku.available)
    return {"sku_id": sku.id, "available": sku.available, "locked": sku.locked}


def release_stock(world, body: dict) -> dict:
    """Buyers' pieces come back without any order: {shop_id, sku, quantity}."""
    sku = find_sku(world, shop=find_shop(world, body), wanted=str(body.get("sku", "")))
    stock.put_back(world, sku=sku, quantity=whole(body, "quantity", default=1, low=1, high=99_999))
    return {"sku_id": sku.id, "available": sku.available, "committed": sku.committed}


def reset(world, body: dict) -> dict:
    world.with_history = bool(body.get("with_history", True))
    world.reset()
    return {"orders": len(world.shop.orders)}


def find_shop(world, body: dict) -> Shop:
    shops = world.shop.shops
    if body.get("shop_id"):
        if str(body["shop_id"]) not in shops:
            raise ValueError(f"no shop {body['shop_id']}")
        return shops[str(body["shop_id"])]
    if body.get("region"):
        found = next((shop for shop in shops.values() if shop.region == body["region"]), None)
        if found is None:
            raise ValueError(f"no shop in region {body['region']}")
        return found
    return world.rng.choice(list(shops.values()))


def find_sku(world, *, shop: Shop, wanted: str) -> Sku:
    """By id, else by seller SKU within this shop."""
    sku = world.shop.skus.get(wanted)
    if sku is not None and world.shop.products[sku.product_id].shop_id == shop.id:
        return sku
    for product in world.shop.products_of(shop.id):
        for sku in product.skus:
            if wanted and sku.seller_sku == wanted:
                return sku
    raise ValueError(f"shop {shop.id} has no SKU {wanted!r}")


def find_order(world, body: dict) -> Order:
    order = world.shop.orders.get(str(body.get("order_id", "")))
    if order is None:
        raise LookupError(f"no order {body.get('order_id')}")
    return order


def whole(body: dict, name: str, *, default: int, low: int, high: int) -> int:
    value = body.get(name, default)
    if isinstance(value, bool) or not str(value).lstrip("-").isdigit() or not low <= int(value) <= high:
        raise ValueError(f"{name} must be a whole number between {low} and {high}")
    return int(value)


def _enough(skus: list[Sku]) -> bool:
    return all(sku.available >= skus.count(sku) for sku in skus)


def _numbers_of(world, body: dict) -> list[str]:
    order = find_order(world, body)
    numbers = [
        package.tracking_number for package in world.shop.packages_of(order) if package.tracking_number
    ]
    numbers = numbers or [parcel.number for parcel in world.carriers.by_ref(order.id)]
    if not numbers:
        raise ValueError(f"order {order.id} has no parcel yet")
    return numbers


REFUSALS = (
    ValueError,
    KeyError,
    TypeError,
    UnknownFault,
    advance.CannotAdvance,
    cancelling.CannotCancel,
    returning.CannotReturn,
)
