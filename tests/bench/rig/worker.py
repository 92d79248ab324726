"""The worker's part of a measurement: handles the inbox, pulls marked orders, delivers events; a turn for each alarm."""

import json
import select
import sys

from django.conf import settings

import config.wsgi  # noqa: F401 - sets the program up for what follows
from orders import cursors
from relay import inbox, outbox
from tests.bench.rig import shop
from tests.bench.rig.alarms import Alarms
from tests.bench.rig.partner import next_document


def document(*, seller_id: int, shop_id: int, orders: dict[str, bytes]) -> bytes:
    rows = {order_id: raw.decode() for order_id, raw in orders.items()}
    return json.dumps({"seller_id": seller_id, "shop_id": shop_id, "orders": rows}).encode()


def work(*, seller_id: int, shop_id: int) -> None:
    """One turn over what has come so far."""
    inbox.handle_due(seller_id=seller_id)
    cursors.pull_marked(seller_id=seller_id, shop_id=shop_id)
    while outbox.deliver_due(seller_id=seller_id):
        pass


def main() -> None:
    """Works from `go` until the next line, then one turn more."""
    settings.REMOTE_PACING = False
    alarms = Alarms()
    while (given := next_document()) is not None:
        task = json.loads(given)
        shop.answer_from({order_id: raw.encode() for order_id, raw in task["orders"].items()})
        is_last = False
        while not is_last:
            alarms.wait()
            is_last = bool(select.select([sys.stdin], [], [], 0)[0])
            work(seller_id=task["seller_id"], shop_id=task["shop_id"])
        sys.stdin.readline()
        print("done", flush=True)
    alarms.close()


if __name__ == "__main__":
    main()
