"""TikTok Shop's webhooks: is it genuine, what is it about, have we had it. A webhook is a hint: nothing here is written as truth."""

import hashlib
from collections.abc import Mapping

import msgspec
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.errors import RuleViolation
from integrations.tiktok_shop import signing
from integrations.tiktok_shop.parse import text

Text = str | int | None  # some topics send ids as numbers

ORDER_STATUS = 1
ADDRESS_UPDATED = 3
PACKAGES_CHANGED = 4
PRODUCT_STATUS = 5
DEAUTHORIZED = 6
AUTHORIZATION_ENDS = 7
CANCELLATION = 11
RETURN = 12
NEW_MESSAGE = 14
SKU_STATUS = 50
INVENTORY_CHANGED = 71

TOPICS = {
    ORDER_STATUS: "tiktok_shop.order_changed",
    ADDRESS_UPDATED: "tiktok_shop.address_updated",
    PACKAGES_CHANGED: "tiktok_shop.packages_changed",
    PRODUCT_STATUS: "tiktok_shop.product_changed",
    DEAUTHORIZED: "tiktok_shop.deauthorized",
    AUTHORIZATION_ENDS: "tiktok_shop.authorization_ends",
    CANCELLATION: "tiktok_shop.cancellation_changed",
    RETURN: "tiktok_shop.return_changed",
    NEW_MESSAGE: "tiktok_shop.message_received",
    15: "tiktok_shop.product_changed",
    16: "tiktok_shop.product_changed",
    37: "tiktok_shop.product_changed",
    SKU_STATUS: "tiktok_shop.product_changed",
    INVENTORY_CHANGED: "tiktok_shop.inventory_changed",
}
OTHER_TOPIC = "tiktok_shop.other"


class NotAWebhook(RuleViolation):
    """The body is signed but is no webhook envelope."""

    code = "not_a_webhook"
    status = 400


class _PackageRef(msgspec.Struct):
    order_id_list: list[str | int] | None = None


class _Data(msgspec.Struct):
    order_id: Text = None
    cancel_id: Text = None
    return_id: Text = None
    product_id: Text = None
    event_id: Text = None
    update_time: Text = None
    create_time: Text = None
    package_list: list[_PackageRef] | None = None


class _Envelope(msgspec.Struct):
    type: int
    tts_notification_id: Text = None
    shop_id: Text = None
    seller_open_id: Text = None
    timestamp: int | None = None
    data: _Data | None = None


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What a webhook is about: enough to know what to read again."""

    type: int
    topic: str
    dedupe_key: str
    platform_shop_id: str = ""  # empty on seller-level topics, which name the grant instead
    open_id: str = ""
    platform_order_ids: tuple[str, ...] = ()
    cancel_id: str = ""
    platform_product_id: str = ""
    sent_at_epoch: int = 0
    updated_at_epoch: int = 0


def is_genuine(*, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether TikTok Shop signed these very bytes for our app."""
    header = next((value for name, value in headers.items() if name.lower() == "authorization"), "")
    app = settings.TIKTOK_SHOP
    return signing.is_genuine_webhook(
        app_key=app["app_key"], app_secret=app["app_secret"], body=body, header=header
    )


def parse(*, body: bytes) -> Notice:
    """Read the envelope. Unknown types pass through with their number; a body that is no envelope is refused."""
    try:
        envelope = msgspec.json.decode(body, type=_Envelope, strict=False)
    except msgspec.DecodeError as error:
        raise NotAWebhook(_("The message is not a TikTok Shop notification.")) from error
    data = envelope.data or _Data()
    orders = [text(data.order_id)] if data.order_id else []
    orders += [
        text(order_id) for parcel in data.package_list or () for order_id in parcel.order_id_list or ()
    ]
    updated = text(data.update_time)
    return Notice(
        type=envelope.type,
        topic=TOPICS.get(envelope.type, OTHER_TOPIC),
        dedupe_key=_dedupe_key(envelope, data, body),
        platform_shop_id=text(envelope.shop_id),
        open_id=text(envelope.seller_open_id),
        platform_order_ids=tuple(dict.fromkeys(orders)),
        cancel_id=text(data.cancel_id),
        platform_product_id=text(data.product_id),
        sent_at_epoch=envelope.timestamp or 0,
        updated_at_epoch=int(updated) if updated.isdecimal() else 0,
    )


def _dedupe_key(envelope: _Envelope, data: _Data, body: bytes) -> str:
    """The platform's own id; type 3 has none, so there the fact itself is the key."""
    if envelope.tts_notification_id:
        return text(envelope.tts_notification_id)
    if data.event_id:
        return f"event:{text(data.event_id)}"
    if data.order_id and data.update_time:
        fact = f"{envelope.type}|{text(envelope.shop_id)}|{text(data.order_id)}|{text(data.update_time)}".encode()
    else:
        fact = body
    return f"sha256:{hashlib.sha256(fact).hexdigest()}"
