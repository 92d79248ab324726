"""Words to the buyer: a conversation per buyer, messages of known kinds, nothing checked for doubles."""

import json

from sandbox.shop.errors import ShopError, invalid
from sandbox.shop.gateway import Api, Call
from sandbox.shop.model import Conversation

SCOPE = "seller.customer_service"
BASE = "/customer_service/202309/conversations"
WINDOW_SECONDS = 60 * 86_400
# type -> what its content must carry
TYPES = {
    "TEXT": ("content",),
    "ORDER_CARD": ("order_id",),
    "LOGISTICS_CARD": ("order_id",),
    "PRODUCT_CARD": ("product_id",),
    "RETURN_REFUND_CARD": ("order_id", "sku_id"),
    "COUPON_CARD": ("coupon_id",),
    "IMAGE": ("url", "width", "height"),
    "VIDEO": ("vid",),
}
ROLES = {"CUSTOMER_SERVICE", "SYSTEM", "ROBOT"}
LONGEST_TEXT = 2_000
SENSITIVE = ("whatsapp", "wechat", "telegram", "http://", "https://")


def apis() -> list[Api]:
    rows = [
        ("POST", BASE, open_conversation),
        ("GET", BASE, list_conversations),
        ("GET", f"{BASE}/{{conversation_id}}/messages", list_messages),
        ("POST", f"{BASE}/{{conversation_id}}/messages", send_message),
        ("POST", "/customer_service/202606/conversations/{conversation_id}/messages", send_message),
    ]
    return [Api(method=method, path=path, handler=handler, scope=SCOPE) for method, path, handler in rows]


def open_conversation(call: Call) -> dict:
    """The buyer's one conversation; only with somebody who ordered lately."""
    buyer_id, shop = str(call.need("buyer_user_id")), call.world.shop
    known = next(
        (
            row
            for row in shop.conversations.values()
            if row.buyer_id == buyer_id and row.shop_id == call.shop.id
        ),
        None,
    )
    if known is not None:
        return {"conversation_id": known.id}
    since = call.world.clock.now() - WINDOW_SECONDS
    orders = (order for order in shop.orders.values() if order.shop_id == call.shop.id)
    if not any(order.buyer["id"] == buyer_id and order.create_time >= since for order in orders):
        raise ShopError(45109003, "There is no recent order or chat with this buyer.")
    now = int(call.world.clock.now())
    row = Conversation(
        id=shop.next_id("conversation"), shop_id=call.shop.id, buyer_id=buyer_id, create_time=now
    )
    shop.conversations[row.id] = row
    return {"conversation_id": row.id}


def send_message(call: Call) -> dict:
    conversation = _find(call)
    kind, content = str(call.need("type")), _content(call)
    if kind not in TYPES or any(name not in content for name in TYPES[kind]):
        raise invalid("body.type" if kind not in TYPES else "body.content")
    role = call.body.get("sender_role") or "CUSTOMER_SERVICE"
    if role not in ROLES:
        raise invalid("body.sender_role")
    text = str(content.get("content", ""))
    if len(text) > LONGEST_TEXT:
        raise invalid("body.content")
    if any(word in text.lower() for word in SENSITIVE):
        raise ShopError(45101006, "The message has words that are not allowed.")
    message = {
        "id": call.world.shop.next_id("message"),
        "type": kind,
        "content": call.body["content"],
        "role": role,
        "at": call.world.clock.now(),
    }
    conversation.messages.append(message)
    call.world.shop.revision += 1
    call.world.journal.record(
        "message", conversation_id=conversation.id, buyer_id=conversation.buyer_id, type=kind, content=content
    )
    return {"message_id": message["id"]}


def list_messages(call: Call) -> dict:
    conversation = _find(call)
    size = call.number("page_size", low=1, high=10, default=10)
    rows = [
        {
            "id": message["id"],
            "type": message["type"],
            "content": message["content"],
            "create_time": int(message["at"]),
            "is_visible": True,
            "sender": {"role": message["role"]},
        }
        for message in reversed(conversation.messages)
    ]
    return {"messages": rows[:size], "next_page_token": ""}


def list_conversations(call: Call) -> dict:
    size = call.number("page_size", low=1, high=20, default=20)
    rows = [row for row in call.world.shop.conversations.values() if row.shop_id == call.shop.id]
    return {
        "conversations": [{"id": row.id, "create_time": row.create_time} for row in rows[-size:]],
        "next_page_token": "",
    }


def _find(call: Call) -> Conversation:
    conversation = call.world.shop.conversations.get(call.path["conversation_id"])
    if conversation is None or conversation.shop_id != call.shop.id:
        raise ShopError(45109001, "The conversation does not exist or is closed.")
    return conversation


def _content(call: Call) -> dict:
    """A JSON object written as a string."""
    try:
        content = json.loads(str(call.need("content")))
    except ValueError as error:
        raise invalid("body.content") from error
    if not isinstance(content, dict):
        raise invalid("body.content")
    return content
