"""Somebody dies again and again while receiving, sending over and counting, and worker and web with them."""

import os
import subprocess
import sys
import time
from pathlib import Path

from django.db.models import Sum

from catalog.models import Sku
from console.launch import places
from core import clock
from tenancy import scoping
from tenancy.actors import Actor
from tests.drills import registry
from tests.drills.registry import Check
from tests.drills.rig import compare, stock, world
from tests.drills.stage import Stage
from warehouse import counting, deliveries, setup, transfers
from warehouse.models import (
    Bin,
    BinLevel,
    CountTask,
    Delivery,
    DeliveryLine,
    DeliveryState,
    MovementReason,
    StockMovement,
    Warehouse,
)

SELLER, REGION = "cedar", "VN"
LEA = Actor(kind="user", label="Lea")
DELIVERIES, SKUS, UNITS, TRANSFERS, COUNTS = 4, 4, 12, 2, 6
KILLS = 8
FOUND = 3


@registry.case
def receiving(stage: Stage) -> list[Check]:
    world.prepare(stage)
    seller_id = world.seller(SELLER).pk
    with scoping.scope(sellers=[seller_id]):
        skus = _goods()
        before = _received()
        _prepare(skus)
    answers = stage.run / "dock.answers"
    for kill in range(KILLS):
        _one_shift(stage, answers, seconds=1.5 + kill % 3 * 0.7)
        if kill % 4 == 1:
            world.order(stage, region=REGION, count=4, status="AWAITING_SHIPMENT")
            stage.kill(("worker", "web")[kill % 8 // 4])
    is_over = _one_shift(stage, answers, seconds=120)
    world.came_true(stage, compare.is_quiet, timeout=60)
    with scoping.scope(sellers=[seller_id]):
        found = _checks(before)
    return [
        Check(check="everything received and counted in the end", expected=True, got=is_over),
        *found,
        *compare.books(),
    ]


def _goods() -> list[Sku]:
    """Things that nobody orders, so that nothing of them is promised; enough of the first one to be sent over."""
    skus = [Sku.objects.create(seller_sku=f"DOCK-{number}", name="At the dock") for number in range(SKUS)]
    stock.receive(sku_id=skus[0].pk, units=TRANSFERS * UNITS)
    return skus


def _prepare(skus: list[Sku]) -> None:
    """What is on its way, what shall go over, and what is to be counted."""
    now, home = clock.now(), setup.default_warehouse()
    away = Warehouse.objects.create(code="AWAY", name="Away")
    Bin.objects.create(warehouse=away, code="AW-1", walk_order=1)
    lines = {sku.pk: UNITS for sku in skus}
    for _number in range(DELIVERIES):
        deliveries.announce(warehouse_id=home.pk, lines=lines, actor=LEA, now=now)
    for _number in range(TRANSFERS):
        transfers.prepare(
            origin_id=home.pk, warehouse_id=away.pk, lines={skus[0].pk: UNITS}, actor=LEA, now=now
        )
    for number in range(COUNTS):
        place = Bin.objects.create(warehouse=home, code=f"CHECK-{number}", walk_order=8_000_000 + number)
        counting.ask_for_count(bin_id=place.pk, sku_id=skus[0].pk, why="", now=now)


def _one_shift(stage: Stage, answers: Path, *, seconds: float) -> bool:
    """Work for so long, then die without a word. Whether the work was done before."""
    with (stage.run / "dock.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.drills.rig.dock", SELLER, str(answers)],
            cwd=places.CHECKOUT,
            env={**os.environ, **stage.values},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        begun, since = time.monotonic(), None
        while process.poll() is None and time.monotonic() - begun < 150:
            if since is None and _has_begun(answers):
                since = time.monotonic()
            if since and time.monotonic() - since > seconds:
                break
            time.sleep(0.05)
        process.kill()
        process.wait()
    return process.returncode == 0


def _has_begun(answers: Path) -> bool:
    return answers.exists() and time.time() - answers.stat().st_mtime < 1


def _received() -> int:
    rows = StockMovement.objects.filter(reason=MovementReason.RECEIVED)
    return rows.aggregate(units=Sum("quantity"))["units"] or 0


def _checks(before: int) -> list[Check]:
    lines = DeliveryLine.objects.all()
    wrong = sum(1 for line in lines if line.received != line.expected)
    sent = StockMovement.objects.filter(reason=MovementReason.TRANSFERRED)
    counted = BinLevel.objects.filter(bin__code__startswith="CHECK-")
    off = sum(1 for level in counted if level.on_hand != FOUND)
    return [
        Check(check="units received", expected=DELIVERIES * SKUS * UNITS, got=_received() - before),
        Check(check="lines not received exactly", expected=0, got=wrong),
        Check(
            check="deliveries and transfers not closed",
            expected=0,
            got=Delivery.objects.exclude(state=DeliveryState.CLOSED).count(),
        ),
        Check(check="units lost between warehouses", expected=0, got=_sum(sent)),
        Check(check="units sent over", expected=TRANSFERS * UNITS, got=_sum(sent.filter(quantity__gt=0))),
        Check(check="bins counted", expected=COUNTS, got=counted.count()),
        Check(check="bins not counted exactly", expected=0, got=off),
        Check(check="counts left", expected=0, got=CountTask.objects.filter(done_at__isnull=True).count()),
    ]


def _sum(rows) -> int:
    return rows.aggregate(units=Sum("quantity"))["units"] or 0
