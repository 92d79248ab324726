"""Orders in: signed webhook and pull to stored, reviewed and reserved, beside the raw load of the same rows.

Ours runs in this one process by the program's own entry points: the webhooks are posted to the web application, the
inbox is handled, the marked orders are pulled through the client, events are delivered until none is left. What the
sandbox answers was kept beforehand (`rig.shop`), and our own pacing of calls is off, so that the other side costs nothing.
"""

import io
import os
import time
from collections import Counter
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection

from config.wsgi import application
from core import clock
from orders import cursors
from orders.models import Order, OrderLine, OrderPull, OrderState, Package, PackageLine, PackageState
from relay import inbox, outbox
from relay.models import DeliveryState, EventDelivery, InboundMessage
from tenancy import scoping
from tenancy.models import Seller, Shop
from tests.bench import registry
from tests.bench.ground import Ground
from tests.bench.registry import Figure
from tests.bench.rig.raw import RawLoad
from tests.bench.rig.shop import Batch, Platform, Push, answer_from, answer_from_network
from warehouse import ledger_check
from warehouse.models import Reservation

ORDERS = int(os.environ.get("BENCH_ORDERS", 2000))
ROUNDS = 5
GOAL = 0.4


@dataclass
class Intake:
    """The rounds of ours; the raw load follows each with the rows that it left."""

    seller: Seller
    shop: Shop
    raw: RawLoad
    batches: list[Batch]
    size: int
    done: list[Batch] = field(default_factory=list)
    seconds: Counter = field(default_factory=Counter)

    def ours(self) -> float:
        """Orders a second."""
        batch = self.batches.pop()
        answer_from(batch.orders)
        begun = time.perf_counter()
        self._take_in(batch)
        taken = time.perf_counter() - begun
        self.done.append(batch)
        return self.size / taken

    def reference(self) -> float:
        """Orders a second."""
        return self.size / self.raw.load(self.raw.take())

    def _take_in(self, batch: Batch) -> None:
        self._timed("webhooks", self._post, batch)
        self._timed("inbox", inbox.handle_due, seller_id=self.seller.pk)
        self._timed("pull", cursors.pull_marked, seller_id=self.seller.pk, shop_id=self.shop.pk)
        self._timed("events", self._deliver)

    def _timed(self, name: str, step, *arguments, **named) -> None:
        begun = time.perf_counter()
        step(*arguments, **named)
        self.seconds[name] += time.perf_counter() - begun

    def _post(self, batch: Batch) -> None:
        for push in batch.pushes:
            status = post(push)
            if status != 200:
                raise AssertionError(f"a webhook was answered {status}")

    def _deliver(self) -> None:
        while outbox.deliver_due(seller_id=self.seller.pk):
            pass

    def repeat(self) -> None:
        """Everything once more: the same webhooks, and each order marked and pulled again."""
        for batch in self.done:
            answer_from(batch.orders)
            self._take_in(batch)
            with scoping.scope(sellers=[self.seller.pk]):
                cursors.mark_for_pull(shop_id=self.shop.pk, platform_order_ids=batch.orders, now=clock.now())
            self._take_in(Batch(pushes=[], orders=batch.orders))


def post(push: Push) -> int:
    """Hand a webhook to the web application as its server would; the status of the answer."""
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/webhooks/tiktok-shop",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(push.body)),
        "HTTP_AUTHORIZATION": push.headers["authorization"],
        "wsgi.input": io.BytesIO(push.body),
        "wsgi.url_scheme": "http",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
    }
    answered: list[str] = []
    response = application(environ, lambda status, _headers: answered.append(status))
    b"".join(response)
    response.close()
    return int(answered[0].split()[0])


@registry.case
def intake(ground: Ground) -> list[Figure]:
    ground.start("sandbox")
    settings.REMOTE_PACING = False
    size = ORDERS // ROUNDS
    platform = Platform(ground=ground)
    seller, shop = platform.connect()
    batches = [platform.batch(seller=seller, shop=shop, count=size) for _round in range(ROUNDS + 1)]
    connection.close()
    raw = RawLoad(ground=ground, seller_id=seller.pk)
    run = Intake(seller=seller, shop=shop, raw=raw, batches=batches, size=size)
    try:
        run.ours(), run.reference()  # warm: code, caches, plans
        run.seconds.clear()
        ours, reference = registry.in_turn(ours=run.ours, reference=run.reference, rounds=ROUNDS)
        print({name: f"{took / ROUNDS / size * 1e3:.2f} ms" for name, took in run.seconds.items()})
        correct = not _wrong(run)
        return [
            Figure(
                metric=f"signed webhook + pull to reserved, {ORDERS} orders",
                unit="orders/s",
                ours=ours,
                reference=reference,
                goal=GOAL,
                correct=correct,
            )
        ]
    finally:
        answer_from_network()
        raw.close()


def _wrong(run: Intake) -> list[str]:
    """What is not as it must be, before and after everything has come a second time."""
    expected = run.size * len(run.done)
    first = _facts(run)
    wrong = [
        f"{name}: {got}, not {want}" for name, want, got in _expectations(run, expected, first) if got != want
    ]
    run.repeat()
    second = _facts(run)
    wrong += [
        f"{name} after a repeat: {second[name]}, not {first[name]}"
        for name in first
        if first[name] != second[name]
    ]
    for line in wrong:
        print(f"  wrong: {line}")
    return wrong


def _expectations(run: Intake, expected: int, found: dict) -> list[tuple[str, object, object]]:
    return [
        ("orders", expected, found["orders"]),
        ("approved", expected, found["approved"]),
        ("packages with stock", expected, found["allocated"]),
        ("units reserved", found["units"], found["reserved"]),
        ("ledger differences", 0, found["differences"]),
        ("marks left", 0, found["marks"]),
        ("events left", 0, found["waiting"]),
        ("rows of the raw load", found["orders"], run.raw.count("orders_order")),
    ]


def _facts(run: Intake) -> dict[str, object]:
    with scoping.scope(sellers=[run.seller.pk]):
        return {
            "orders": Order.objects.count(),
            "approved": Order.objects.filter(state=OrderState.APPROVED).count(),
            "packages": Package.objects.count(),
            "allocated": Package.objects.filter(state=PackageState.ALLOCATED).count(),
            "lines": OrderLine.objects.count(),
            "units": sum(PackageLine.objects.values_list("quantity", flat=True)),
            "reserved": sum(Reservation.objects.values_list("quantity", flat=True)),
            "messages": InboundMessage.objects.count(),
            "differences": len(ledger_check.check_ledger()),
            "marks": OrderPull.objects.count(),
            "waiting": EventDelivery.objects.exclude(state=DeliveryState.DONE).count(),
        }
