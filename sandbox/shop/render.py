"""An order as the wire shows it. The text is kept until the order changes: lists and details are asked for often."""

import json

from sandbox.shop.addresses import recipient
from sandbox.shop.model import Line, Order, Package, Shop

OPTION_NAMES = {
    "STANDARD": "Standard Shipping",
    "EXPRESS": "Express Shipping",
    "SEND_BY_SELLER": "Shipped by seller",
}
PRIORITY = {"EXPRESS": 500, "STANDARD": 600}
SLA_FIELDS = (
    "rts_sla_time",
    "tts_sla_time",
    "shipping_due_time",
    "collection_due_time",
    "delivery_sla_time",
    "pick_up_cut_off_time",
    "fast_dispatch_sla_time",
)


def order_text(world, *, order: Order) -> str:
    text = world.shop.rendered.get(order.id)
    if text is None:
        text = json.dumps(order_wire(world, order=order), ensure_ascii=False, separators=(",", ":"))
        world.shop.rendered[order.id] = text
    return text


def option_id(*, shop: Shop, order: Order) -> str:
    kind = "SEND_BY_SELLER" if order.shipping_type == "SELLER" else order.delivery_option
    return delivery_option_id(shop=shop, kind=kind)


def delivery_option_id(*, shop: Shop, kind: str) -> str:
    place = ("STANDARD", "EXPRESS", "SEND_BY_SELLER").index(kind)
    return f"70915{shop.id[-6:]}{place + 1:08d}"


def order_wire(world, *, order: Order) -> dict:
    shop = world.shop.shops[order.shop_id]
    packages = world.shop.packages_of(order)
    kind = "SEND_BY_SELLER" if order.shipping_type == "SELLER" else order.delivery_option
    wire = {
        "id": order.id,
        "status": order.status,
        "order_type": order.order_type,
        "commerce_platform": "TIKTOK_SHOP",
        **_person(order),
        "create_time": order.create_time,
        "paid_time": order.paid_time,
        "update_time": order.update_time,
        "fulfillment_type": "FULFILLMENT_BY_SELLER",
        "shipping_type": order.shipping_type,
        "delivery_type": "HOME_DELIVERY",
        "delivery_option_id": delivery_option_id(shop=shop, kind=kind),
        "delivery_option_name": OPTION_NAMES[kind],
        **_carriage(packages),
        "warehouse_id": shop.warehouse_id,
        "packages": [{"id": package.id} for package in packages],
        "split_or_combine_tag": order.split_or_combine,
        "auto_combine_group_id": order.group_id,
        "is_cod": order.is_cod,
        "is_on_hold_order": order.passes_hold,
        "is_sample_order": order.is_sample,
        "is_replacement_order": bool(order.replaced_order_id),
        "has_updated_recipient_address": order.address_updated,
        "is_buyer_request_cancel": bool(order.request_cancel_time),
        "payment_method_name": "Cash on delivery" if order.is_cod else "Card",
        "payment": order.payment,
        "recipient_address": recipient(shop=shop, order=order),
    }
    if order.handling_days:
        wire["handling_duration"] = {"days": str(order.handling_days), "type": "BUSINESS_DAY"}
    if order.release_date:
        wire["release_date"] = order.release_date
    wire |= _times(order)
    if shop.region != "US":
        wire["fulfillment_priority_level"] = PRIORITY[order.delivery_option]
    lines = _lines(world, shop=shop, order=order, packages=packages)
    if world.settings["drift"]:
        return _drifted({**wire, "line_items": lines})
    return {**wire, "line_items": lines}


def _person(order: Order) -> dict:
    return {
        "user_id": order.buyer["id"],
        "buyer_email": f"v2.b{order.buyer['id'][-9:]}@scs.tiktokw.us",
        "buyer_nickname": order.buyer["nickname"],
        "buyer_avatar": "",
        "buyer_message": order.buyer_message,
        "seller_note": order.seller_note,
    }


def _carriage(packages: list[Package]) -> dict:
    """Of the first package that has a number; empty before."""
    shipped = next((package for package in packages if package.tracking_number), None)
    return {
        "shipping_provider": shipped.provider_name if shipped else "",
        "shipping_provider_id": shipped.provider_id if shipped else "",
        "tracking_number": shipped.tracking_number if shipped else "",
    }


def _times(order: Order) -> dict:
    """A deadline that the region does not give is absent; what has not happened yet is absent too."""
    happened = {
        "rts_time": order.rts_time,
        "collection_time": order.collection_time,
        "delivery_time": order.delivery_time,
        "cancel_time": order.cancel_time,
        "cancel_reason": order.cancel_reason,
        "cancellation_initiator": order.cancel_by,
        "request_cancel_time": order.request_cancel_time,
        "replaced_order_id": order.replaced_order_id,
    }
    due = {name: order.due[name] for name in SLA_FIELDS if order.due.get(name)}
    if order.status == "UNPAID":
        due = {"rts_sla_time": 0, "tts_sla_time": 0}
    return {**due, **{name: value for name, value in happened.items() if value}}


def _lines(world, *, shop: Shop, order: Order, packages: list[Package]) -> list[dict]:
    by_id = {package.id: package for package in packages}
    return [
        _line(world, shop=shop, order=order, line=line, package=by_id.get(line.package_id))
        for line in order.lines
    ]


def _line(world, *, shop: Shop, order: Order, line: Line, package: Package | None) -> dict:
    sku = world.shop.skus[line.sku_id]
    price = "0" if line.is_gift else line.price
    wire = {
        "id": line.id,
        "sku_id": sku.id,
        "product_id": sku.product_id,
        "seller_sku": sku.seller_sku,
        "sku_name": sku.name,
        "product_name": world.shop.products[sku.product_id].title,
        "sku_image": "",
        "display_status": line.status,
        "original_price": price,
        "sale_price": price,
        "seller_discount": "0",
        "platform_discount": "0",
        "currency": shop.currency,
        "is_gift": line.is_gift,
    }
    if line.is_gift:
        wire["gift_retail_price"] = line.price
    if sku.parts:
        wire["combined_listing_skus"] = [
            _part(world, sku_id=part_id, count=count) for part_id, count in sku.parts
        ]
    if package is not None:
        wire |= {
            "package_id": package.id,
            "package_status": "CANCELLED" if line.status == "CANCELLED" else package.status,
            "tracking_number": package.tracking_number,
            "shipping_provider_id": package.provider_id,
            "shipping_provider_name": package.provider_name,
        }
        if package.shipped_at:
            wire["rts_time"] = package.shipped_at
    if line.status == "CANCELLED":
        wire |= {"cancel_user": line.cancel_user, "cancel_reason": line.cancel_reason}
    return wire


def _part(world, *, sku_id: str, count: int) -> dict:
    part = world.shop.skus[sku_id]
    return {
        "sku_id": sku_id,
        "product_id": part.product_id,
        "seller_sku": part.seller_sku,
        "sku_count": count,
    }


def _drifted(wire: dict) -> dict:
    """Next year's answer: new fields, a new kind of order, empty lists left out."""
    wire = {name: value for name, value in wire.items() if value != []}
    return {**wire, "order_type": "FLASH_BUNDLE", "carbon_label": {"grade": "B", "grams": 412}}
