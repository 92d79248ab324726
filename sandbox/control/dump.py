"""What the platform saw, for comparing it with what its client believes."""

from collections import Counter


def summary(world) -> dict:
    shops = []
    for shop in world.shop.shops.values():
        orders = [order for order in world.shop.orders.values() if order.shop_id == shop.id]
        shops.append(
            {
                "id": shop.id,
                "name": shop.name,
                "region": shop.region,
                "open_id": shop.open_id,
                "is_active": shop.is_active,
                "orders": len(orders),
                "by_status": dict(Counter(order.status for order in orders)),
            }
        )
    return {
        "now": world.clock.now(),
        "clock_offset": world.clock.offset,
        "shops": shops,
        "sellers": [
            {"open_id": seller.open_id, "name": seller.name, "shop_ids": seller.shop_ids}
            for seller in world.shop.sellers.values()
        ],
        "authorized": [grant.open_id for grant in world.shop.auth.grants.values() if not grant.revoked],
        "parcels": len(world.carriers.parcels),
        "carriers": dict(world.carriers.settings),
        "webhooks_waiting": len(world.deliverer.pending),
        "spikes": len(world.shop.production.spikes),
        "faults": world.faults.dump(),
        "settings": {name: value for name, value in world.settings.items() if "secret" not in name},
        "journal": dict(world.journal.counts),
    }


def dump(world) -> dict:
    """Everything. Large: for checks, not for polling."""
    return {
        "now": world.clock.now(),
        "orders": {order.id: order_row(world, order) for order in world.shop.orders.values()},
        "packages": {package.id: package_row(package) for package in world.shop.packages.values()},
        "uploads": uploads(world),
        "cancellations": [
            {
                "id": case.id,
                "order_id": case.order_id,
                "status": case.status,
                "role": case.role,
                "reason": case.reason,
                "created_at": case.create_time,
            }
            for case in world.shop.cancellations.values()
        ],
        "returns": [
            {"id": case.id, "order_id": case.order_id, "kind": case.kind, "status": case.status}
            for case in world.shop.returns.values()
        ],
        "messages": [
            {"conversation_id": row.id, "shop_id": row.shop_id, "buyer_id": row.buyer_id, **message}
            for row in world.shop.conversations.values()
            for message in row.messages
        ],
        "platform_stock": {sku.id: stock_row(world, sku) for sku in world.shop.skus.values()},
        "products": {product.id: product.status for product in world.shop.products.values()},
        "parcels": world.carriers.dump(),
        "tracking": world.tracking.dump(),
        "ads": world.ads.dump(),
        "journal": dict(world.journal.counts),
    }


def order_row(world, order) -> dict:
    return {
        "id": order.id,
        "shop_id": order.shop_id,
        "status": order.status,
        "shipping_type": order.shipping_type,
        "created_at": order.create_time,
        "updated_at": order.update_time,
        "history": [{"status": status, "at": at} for status, at in order.history],
        "lines": [
            {
                "id": line.id,
                "sku_id": line.sku_id,
                "seller_sku": world.shop.skus[line.sku_id].seller_sku,
                "status": line.status,
                "is_gift": line.is_gift,
            }
            for line in order.lines
        ],
        "package_ids": list(order.package_ids),
        "uploads": list(order.uploads),
        "is_buyer_request_cancel": bool(order.request_cancel_time),
        "cancel_by": order.cancel_by,
        "cancel_reason": order.cancel_reason,
        "due": dict(order.due),
    }


def package_row(package) -> dict:
    return {
        "id": package.id,
        "shop_id": package.shop_id,
        "order_ids": list(package.order_ids),
        "status": package.status,
        "sub_status": package.sub_status,
        "tracking_number": package.tracking_number,
        "provider_name": package.provider_name,
        "shipped_at": package.shipped_at,
        "shipped_by": package.shipped_by,
        "corrections": package.corrections,
        "picked_up_at": package.picked_up_at,
        "delivered_at": package.delivered_at,
        "uploads": list(package.uploads),
    }


def uploads(world) -> dict[str, dict]:
    """Tracking number -> how often it was taken, for which orders, when first and last."""
    found: dict[str, dict] = {}
    for order in world.shop.orders.values():
        for upload in order.uploads:
            row = found.setdefault(
                upload["tracking_number"],
                {"count": 0, "orders": [], "first_at": upload["at"], "via": upload["via"]},
            )
            row["count"] += 1
            row["orders"].append(order.id)
            row["last_at"] = upload["at"]
    return found


def stock_row(world, sku) -> dict:
    return {
        "shop_id": world.shop.products[sku.product_id].shop_id,
        "product_id": sku.product_id,
        "seller_sku": sku.seller_sku,
        "available": sku.available,
        "committed": sku.committed,
        "pushes": sku.pushes,
        "history": [{"at": at, "quantity": quantity} for at, quantity in sku.history],
    }
