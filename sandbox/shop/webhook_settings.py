"""Which address hears which topic of a shop."""

from sandbox.shop.errors import invalid
from sandbox.shop.events import SUBSCRIBABLE
from sandbox.shop.gateway import Api, Call

PATH = "/event/202309/webhooks"
SCOPE = "seller.authorization.info"


def apis() -> list[Api]:
    rows = [("GET", get_webhooks), ("PUT", put_webhook), ("DELETE", delete_webhook)]
    return [Api(method=method, path=PATH, handler=handler, scope=SCOPE) for method, handler in rows]


def get_webhooks(call: Call) -> dict:
    rows = [row for (shop_id, _topic), row in call.world.shop.webhooks.items() if shop_id == call.shop.id]
    return {"webhooks": rows, "total_count": len(rows)}


def put_webhook(call: Call) -> dict:
    address, topic = str(call.need("address")), str(call.need("event_type"))
    if len(address) > 255 or not address.startswith(("http://", "https://")):
        raise invalid("body.address")
    if topic not in SUBSCRIBABLE:
        raise invalid("body.event_type")
    millis = int(call.world.clock.now() * 1000)
    known = call.world.shop.webhooks.get((call.shop.id, topic))
    created = known["create_time"] if known else millis
    row = {"address": address, "event_type": topic, "create_time": created, "update_time": millis}
    call.world.shop.webhooks[call.shop.id, topic] = row
    call.world.shop.revision += 1
    return {}


def delete_webhook(call: Call) -> dict:
    topic = str(call.need("event_type"))
    call.world.shop.webhooks.pop((call.shop.id, topic), None)
    call.world.shop.revision += 1
    return {}
