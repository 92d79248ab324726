"""How long the platform waits for an answer to its webhooks: 200 a second for 20 seconds against the running program.

Web, worker, beat, broker, database and sandbox all run as `up` starts them, on this one machine. An answer's time counts
from the moment at which its webhook was due, so a late sender or a full queue is not hidden.
"""

import http.client
import json
import os
import queue
import statistics
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Sum

from core import clock
from integrations.tiktok_shop import signing
from relay.models import InboundMessage, InboundState
from tenancy import scoping
from tests.bench import registry
from tests.bench.ground import Ground
from tests.bench.registry import Figure
from tests.bench.rig.push import Push
from tests.bench.rig.shop import Platform

RATE = int(os.environ.get("BENCH_RATE", 200))
SECONDS = int(os.environ.get("BENCH_SECONDS", 20))
ORDERS = 200
SENDERS = 24
REPEATED = 50  # every so many comes twice, as webhooks do
GOAL_MS = 50
PATIENCE_SECONDS = 60
PATH = "/webhooks/tiktok-shop"


@dataclass
class Volley:
    """Webhooks that leave on time, whatever the answers do."""

    port: int
    pushes: list[Push]
    milliseconds: list[float] = field(default_factory=list)
    statuses: Counter = field(default_factory=Counter)
    _due: queue.SimpleQueue = field(default_factory=queue.SimpleQueue)

    def fire(self, *, rate: int) -> None:
        begun = time.perf_counter() + 0.5
        for place, push in enumerate(self.pushes):
            self._due.put((begun + place / rate, push))
        senders = [threading.Thread(target=self._send) for _sender in range(SENDERS)]
        for sender in senders:
            self._due.put(None)
            sender.start()
        for sender in senders:
            sender.join()

    def _send(self) -> None:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        while (job := self._due.get()) is not None:
            due, push = job
            time.sleep(max(due - time.perf_counter(), 0))
            try:
                line.request("POST", PATH, body=push.body, headers=push.headers)
                answer = line.getresponse()
                answer.read()
                self.statuses[answer.status] += 1
            except (OSError, http.client.HTTPException) as error:
                self.statuses[type(error).__name__] += 1
                line.close()
            self.milliseconds.append((time.perf_counter() - due) * 1000)
        line.close()


@registry.case
def webhooks(ground: Ground) -> list[Figure]:
    ground.start("sandbox")
    platform = Platform(ground=ground)
    seller, shop = platform.connect()
    orders = list(platform.batch(seller=seller, shop=shop, count=ORDERS).orders)
    ground.start("web", "worker", "beat")
    port = ground.options.port
    warm = [_notice(shop.platform_shop_id, orders, place) for place in range(-RATE * 2, 0)]
    Volley(port=port, pushes=warm).fire(rate=RATE)
    _wait_for_worker(seller.pk)
    pushes = [_notice(shop.platform_shop_id, orders, place) for place in range(RATE * SECONDS)]
    for place in range(REPEATED, len(pushes), REPEATED):
        pushes[place] = pushes[place - 1]
    with scoping.scope(sellers=[seller.pk]):
        before = _kept()
    volley = Volley(port=port, pushes=pushes)
    volley.fire(rate=RATE)
    with scoping.scope(sellers=[seller.pk]):
        rows, times = (after - early for after, early in zip(_kept(), before, strict=True))
    unique = len({push.body for push in pushes})
    correct = volley.statuses == {200: len(pushes)} and rows == unique and times == len(pushes)
    if not correct:
        print(f"  answers {dict(volley.statuses)}; stored {rows} of {unique}, {times} of {len(pushes)} times")
    cuts = statistics.quantiles(volley.milliseconds, n=100, method="inclusive")
    what = f"answer to a webhook at {RATE}/s for {SECONDS} s"
    return [
        Figure(metric=f"{what}, p50", unit="ms", ours=cuts[49], correct=correct),
        Figure(metric=f"{what}, p99", unit="ms", ours=cuts[98], goal=GOAL_MS, correct=correct),
    ]


def _wait_for_worker(seller_id: int) -> None:
    """It has loaded the program when the first messages are handled."""
    begun = time.monotonic()
    while time.monotonic() - begun < PATIENCE_SECONDS:
        with scoping.scope(sellers=[seller_id]):
            if not InboundMessage.objects.filter(state=InboundState.WAITING).exists():
                return
        time.sleep(0.5)
    raise TimeoutError("the worker does not handle messages")


def _kept() -> tuple[int, int]:
    """Messages of this volley, and how often they were received. The sandbox's own do not count."""
    found = InboundMessage.objects.filter(source_id__startswith="bench:")
    return found.count(), found.aggregate(times=Sum("times_received"))["times"] or 0


def _notice(platform_shop_id: str, orders: list[str], place: int) -> Push:
    """One signed notification about one of the orders, with an id of its own."""
    now = clock.to_epoch(clock.now())
    envelope = {
        "type": 1,
        "tts_notification_id": f"bench:{place}",
        "shop_id": platform_shop_id,
        "timestamp": now,
        "data": {
            "order_id": orders[place % len(orders)],
            "order_status": "AWAITING_SHIPMENT",
            "is_on_hold_order": False,
            "update_time": now,
        },
    }
    body = json.dumps(envelope, separators=(",", ":")).encode()
    app = settings.TIKTOK_SHOP
    signature = signing.webhook_signature(app_key=app["app_key"], app_secret=app["app_secret"], body=body)
    return Push({"authorization": signature, "content-type": "application/json"}, body)
