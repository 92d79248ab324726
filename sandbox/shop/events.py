"""Webhooks of the shops: the envelope, who hears them, and the numbers of the topics."""

import json

from sandbox.shop.signing import webhook_signature

TOPICS = {
    1: "ORDER_STATUS_CHANGE",
    3: "RECIPIENT_ADDRESS_UPDATE",
    4: "PACKAGE_UPDATE",
    5: "PRODUCT_STATUS_CHANGE",
    6: "SELLER_DEAUTHORIZATION",
    7: "UPCOMING_AUTHORIZATION_EXPIRATION",
    11: "CANCELLATION_STATUS_CHANGE",
    12: "RETURN_STATUS_CHANGE",
    13: "NEW_CONVERSATION",
    14: "NEW_MESSAGE",
}
SUBSCRIBABLE = {
    *TOPICS.values(),
    "REVERSE_STATUS_UPDATE",
    "PRODUCT_INFORMATION_CHANGE",
    "PRODUCT_CREATION",
    "PRODUCT_CATEGORY_CHANGE",
    "NEW_MESSAGE_LISTENER",
    "INVOICE_STATUS_CHANGE",
    "PRODUCT_AUDIT_STATUS_CHANGE",
}
# Never named in a status webhook: whoever wants to know reads the order.
UNNAMED = {"PARTIALLY_SHIPPING"}
WITHOUT_ID = {3}


def emit(world, *, type: int, data: dict, shop_id: str = "", open_id: str = "") -> None:
    """Send to the shop's own address for this topic, else to the app's; without any address it is only counted."""
    topic = TOPICS.get(type, str(type))
    own = world.shop.webhooks.get((shop_id, topic))
    url = own["address"] if own else world.settings["shop_webhook_url"]
    ref = str(data.get("order_id") or data.get("product_id") or "")
    world.journal.record("webhook_made", channel="shop", type=topic, shop_id=shop_id, ref=ref, data=data)
    if url:
        send(
            world,
            url=url,
            body=envelope(world, type=type, data=data, shop_id=shop_id, open_id=open_id),
            topic=topic,
            ref=ref,
        )


def envelope(world, *, type: int, data: dict, shop_id: str = "", open_id: str = "") -> dict:
    body = {"type": type, "tts_notification_id": world.shop.next_id("notification")}
    if type in WITHOUT_ID:
        del body["tts_notification_id"]
    owner = {"seller_open_id": open_id} if open_id else {"shop_id": shop_id}
    return {**body, **owner, "timestamp": int(world.clock.now()), "data": data}


def send(world, *, url: str, body: dict | bytes, topic: str, ref: str = "", forged: bool = False) -> None:
    raw = (
        body
        if isinstance(body, bytes)
        else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    )
    secret = "forged" if forged else world.settings["shop_app_secret"]
    signature = webhook_signature(key=world.settings["shop_app_key"], secret=secret, body=raw)
    headers = {"content-type": "application/json", "authorization": signature}
    world.deliverer.enqueue(channel="shop", url=url, headers=headers, body=raw, kind=topic, ref=ref)


def order_status(world, *, order) -> None:
    if order.status in UNNAMED:
        return
    data = {
        "order_id": order.id,
        "order_status": "CANCEL" if order.status == "CANCELLED" else order.status,
        "is_on_hold_order": order.passes_hold,
        "update_time": order.update_time,
    }
    emit(world, type=1, data=data, shop_id=order.shop_id)


def cancellation(world, *, case) -> None:
    status = case.status
    data = {
        "order_id": case.order_id,
        "cancel_id": case.id,
        "cancellations_role": case.role,
        "cancel_status": "CANCELLATION_REQUEST_CANCELLED"
        if status == "CANCELLATION_REQUEST_CANCEL"
        else status,
        "create_time": case.create_time,
    }
    emit(world, type=11, data=data, shop_id=case.shop_id)


def return_status(world, *, case) -> None:
    data = {
        "order_id": case.order_id,
        "return_id": case.id,
        "return_role": "BUYER",
        "return_type": case.kind,
        "return_status": case.status,
        "create_time": case.create_time,
        "update_time": case.update_time,
    }
    emit(world, type=12, data=data, shop_id=case.shop_id)


def package_update(world, *, shop_id: str, kind: str, packages: list, role: str = "ROLE_SELLER") -> None:
    rows = [{"package_id": package.id, "order_id_list": list(package.order_ids)} for package in packages]
    now = int(world.clock.now())
    data = {"sc_type": kind, "role_type": role, "package_list": rows, "update_time": now}
    emit(world, type=4, data=data, shop_id=shop_id)


def address_update(world, *, order) -> None:
    data = {"order_id": order.id, "update_time": int(world.clock.now())}
    emit(world, type=3, data=data, shop_id=order.shop_id)


def product_status(world, *, product, status: str = "PRODUCT_STATUS_CHANGED") -> None:
    data = {
        "product_id": int(product.id),
        "status": status,
        "suspended_reason": "",
        "update_time": int(world.clock.now()),
    }
    emit(world, type=5, data=data, shop_id=product.shop_id)
