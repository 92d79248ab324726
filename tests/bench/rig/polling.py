"""Orders in by poll pages: how fast, beside the raw load of the same rows, beside row by row, and when nothing changed."""

import os
import statistics
import time
from dataclasses import dataclass, field
from functools import partial

from django.conf import settings
from django.db import connection

from orders import cursors
from orders.models import Order, PollCursor
from tenancy import scoping
from tenancy.models import Seller, Shop
from tests.bench import intake as by_webhook
from tests.bench.ground import Ground
from tests.bench.registry import ROUNDS, Figure
from tests.bench.rig import worker
from tests.bench.rig.partner import Partner
from tests.bench.rig.raw import RawLoad
from tests.bench.rig.row_by_row import RowByRow
from tests.bench.rig.shop import Batch, Platform, answer_from, answer_from_network

ORDERS = int(os.environ.get("BENCH_POLLED_ORDERS", 5000))
BY_ROW = 60


@dataclass
class Polled:
    """Rounds of ours: one process walks the pages, another delivers what follows from them."""

    seller: Seller
    shop: Shop
    raw: RawLoad
    rows: RowByRow
    batches: list[Batch]
    size: int
    worker: Partner = field(default_factory=partial(Partner, module="tests.bench.rig.worker"))
    done: list[Batch] = field(default_factory=list)

    def ours(self) -> float:
        """Orders a second."""
        batch = self.batches.pop()
        taken = self._walk(batch)
        self.done.append(batch)
        return self.size / taken

    def again(self) -> float:
        """Orders a second of a walk on which nothing is news."""
        return self.size / self._walk(self.done[-1])

    def reference(self) -> float:
        """Orders a second, loaded raw."""
        rate = self.size / self.raw.load(self.raw.take())
        self.raw.settle()
        return rate

    def row_by_row(self) -> float:
        """Orders a second, stored one by one."""
        ids = self._ids()[-BY_ROW:]
        return self.rows.store(ids)

    def _ids(self) -> list[int]:
        with scoping.scope(sellers=[self.seller.pk]):
            return list(Order.objects.order_by("pk").values_list("pk", flat=True))

    def _walk(self, batch: Batch) -> float:
        """Seconds from the first page to the last reservation."""
        ids = {"seller_id": self.seller.pk, "shop_id": self.shop.pk}
        with scoping.scope(sellers=[self.seller.pk]):
            PollCursor.objects.all().delete()
        answer_from(batch.orders)
        self.worker.load(worker.document(**ids, orders=batch.orders))
        begun = time.perf_counter()
        self.worker.go()
        result = cursors.poll_shop(**ids)
        self.worker.say("the last page was read")
        worker.work(**ids)
        self.worker.is_done.wait()
        worker.work(**ids)
        if result.error:
            raise AssertionError(f"the walk ended: {result.error}")
        return time.perf_counter() - begun


def figures(ground: Ground) -> list[Figure]:
    ground.start("sandbox")
    settings.REMOTE_PACING = False
    size = ORDERS // ROUNDS
    platform = Platform(ground=ground)
    seller, shop = platform.connect()
    batches = [platform.batch(seller=seller, shop=shop, count=size) for _round in range(ROUNDS + 1)]
    connection.close()
    rows = RowByRow(ground=ground, seller_id=seller.pk)  # first: the other one keeps a connection
    raw = RawLoad(ground=ground, seller_id=seller.pk)
    run = Polled(seller=seller, shop=shop, raw=raw, rows=rows, batches=batches, size=size)
    try:
        run.ours(), run.reference()  # warm: code, caches, plans
        measured = [(run.ours(), run.reference(), run.again(), run.row_by_row()) for _round in range(ROUNDS)]
        ours, reference, again, one_by_one = (
            statistics.median(column) for column in zip(*measured, strict=True)
        )
        wrong = by_webhook.wrong_facts(seller=seller, expected=size * len(run.done))
        correct = not wrong and rows.count() == BY_ROW * ROUNDS
        for line in wrong:
            print(f"  wrong: {line}")
    finally:
        answer_from_network()
        run.worker.close()
        raw.close()
    figure = partial(Figure, unit="orders/s", correct=correct)
    return [
        figure(
            metric=f"poll page to reserved, {ORDERS:,} orders, beside raw COPY and upsert",
            ours=ours,
            reference=reference,
            goal=0.5,
        ),
        figure(
            metric="the same beside update_or_create of the same rows",
            ours=ours,
            reference=one_by_one,
            goal=17.0,
        ),
        figure(metric="an unchanged re-sync beside it", ours=again, reference=ours, goal=3.0),
    ]
