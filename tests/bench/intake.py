"""Orders in: signed webhook and pull to stored, reviewed and reserved, beside the raw load of the same rows.

Ours runs by the program's own entry points in three processes. One is the web application, to which the webhooks are
posted by as many threads as its server has. This one and another are the two workers that the program has on two cores:
woken by the program's own alarms they handle the inbox, pull marked orders through the client and deliver events until
none is left. What the sandbox answers was kept beforehand (`rig.shop`) and our own pacing of calls is off, so that the
other side costs nothing.
"""

import json
import os
import time
from dataclasses import dataclass, field
from functools import partial

from django.conf import settings
from django.db import connection

from core import clock
from orders import cursors
from orders.models import Order, OrderLine, OrderPull, OrderState, Package, PackageLine, PackageState
from relay.models import DeliveryState, EventDelivery, InboundMessage
from tenancy import scoping
from tenancy.models import Seller, Shop
from tests.bench import registry
from tests.bench.ground import Ground
from tests.bench.registry import Figure
from tests.bench.rig import web, worker
from tests.bench.rig.alarms import Alarms
from tests.bench.rig.partner import Partner
from tests.bench.rig.raw import RawLoad
from tests.bench.rig.shop import Batch, Platform, answer_from, answer_from_network
from warehouse import ledger_check
from warehouse.models import Reservation

ORDERS = int(os.environ.get("BENCH_ORDERS", 5000))
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
    web: Partner = field(default_factory=partial(Partner, module="tests.bench.rig.web"))
    worker: Partner = field(default_factory=partial(Partner, module="tests.bench.rig.worker"))
    alarms: Alarms = field(default_factory=Alarms)
    done: list[Batch] = field(default_factory=list)

    def ours(self) -> float:
        """Orders a second."""
        batch = self.batches.pop()
        taken = self._take_in(batch)
        self.done.append(batch)
        return self.size / taken

    def reference(self) -> float:
        """Orders a second."""
        rate = self.size / self.raw.load(self.raw.take())
        self.raw.settle()
        return rate

    def _take_in(self, batch: Batch) -> float:
        """Seconds from the first webhook to the last reservation."""
        ids = {"seller_id": self.seller.pk, "shop_id": self.shop.pk}
        answer_from(batch.orders)
        self.web.load(web.document(batch.pushes))
        self.worker.load(worker.document(**ids, orders=batch.orders))
        begun = time.perf_counter()
        self.web.go()
        self.worker.go()
        while not self.web.is_done.is_set():
            self.alarms.wait()
            worker.work(**ids)
        self.worker.say("the last webhook was answered")
        worker.work(**ids)
        self.worker.is_done.wait()
        worker.work(**ids)
        taken = time.perf_counter() - begun
        if batch.pushes and json.loads(self.web.answer) != {"200": len(batch.pushes)}:
            raise AssertionError(f"webhooks were answered {self.web.answer}")
        return taken

    def repeat(self) -> None:
        """Everything once more: the same webhooks, and each order marked and pulled again."""
        for batch in self.done:
            answer_from(batch.orders)
            self._take_in(batch)
            with scoping.scope(sellers=[self.seller.pk]):
                cursors.mark_for_pull(shop_id=self.shop.pk, platform_order_ids=batch.orders, now=clock.now())
            self._take_in(Batch(pushes=[], orders=batch.orders))


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
        ours, reference = registry.in_turn(ours=run.ours, reference=run.reference, rounds=ROUNDS)
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
        run.alarms.close()
        run.web.close()
        run.worker.close()
        raw.close()


def _wrong(run: Intake) -> list[str]:
    """What is not as it must be, before and after everything has come a second time."""
    expected = run.size * len(run.done)
    wrong = wrong_facts(seller=run.seller, expected=expected)
    if run.raw.count("orders_order") != expected:
        wrong.append(f"rows of the raw load: {run.raw.count('orders_order')}, not {expected}")
    first = _facts(run.seller)
    run.repeat()
    second = _facts(run.seller)
    wrong += [
        f"{name} after a repeat: {second[name]}, not {first[name]}"
        for name in first
        if first[name] != second[name]
    ]
    for line in wrong:
        print(f"  wrong: {line}")
    return wrong


def wrong_facts(*, seller: Seller, expected: int) -> list[str]:
    """What is not as it must be after so many orders came in."""
    found = _facts(seller)
    rows = _expectations(expected, found)
    return [f"{name}: {got}, not {want}" for name, want, got in rows if got != want]


def _expectations(expected: int, found: dict) -> list[tuple[str, object, object]]:
    return [
        ("orders", expected, found["orders"]),
        ("approved", expected, found["approved"]),
        ("packages with stock", expected, found["allocated"]),
        ("units reserved", found["units"], found["reserved"]),
        ("ledger differences", 0, found["differences"]),
        ("marks left", 0, found["marks"]),
        ("events left", 0, found["waiting"]),
    ]


def _facts(seller: Seller) -> dict[str, object]:
    with scoping.scope(sellers=[seller.pk]):
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
