"""Twenty thousand orders while every fault of the platform is on and a worker is killed every five seconds."""

import os
import time
from collections import Counter

import psutil

from orders import queue_counts
from orders.models import Order
from tenancy import scoping
from tenancy.models import Seller
from tests.drills import registry
from tests.drills.registry import Check
from tests.drills.rig import compare, world
from tests.drills.stage import Stage

ORDERS = int(os.environ.get("DRILL_ORDERS", 20_000))
REGIONS = ("VN", "MY", "SG", "TH", "US")
AT_ONCE = 40  # of each shop
KILL_EVERY_SECONDS = 5.0
WHOLE_EVERY = 6  # every so many kills the whole program dies, not one of its processes
SETTLE_SECONDS = 1800


@registry.case
def flood(stage: Stage) -> list[Check]:
    world.prepare(stage)
    world.worst_weather(stage)
    made, kills, killed_at = 0, 0, time.monotonic()
    while made < ORDERS:
        for region in REGIONS:
            made += len(world.order(stage, region=region, count=AT_ONCE, respect_stock=False))
        while time.monotonic() - killed_at < KILL_EVERY_SECONDS:
            time.sleep(0.1)
        killed_at, kills = time.monotonic(), kills + 1
        _kill(stage, whole=kills % WHOLE_EVERY == 0)
    print(f"  {made} orders, {kills} kills, {_stored()} stored so far")
    world.clear_weather(stage)
    world.came_true(stage, stage.is_ready, timeout=60)
    world.came_true(stage, lambda: _stored() >= made and compare.orders(stage).agree, timeout=SETTLE_SECONDS)
    world.came_true(stage, compare.is_quiet, timeout=SETTLE_SECONDS)
    return [*compare.orders(stage).checks(), *_counts(stage), *compare.books()]


def _kill(stage: Stage, *, whole: bool) -> None:
    """One of the processes that work, or all of them with the one that leads."""
    if whole:
        stage.kill("worker")
        return
    try:
        children = psutil.Process(stage.pid_of("worker")).children()
    except psutil.NoSuchProcess:
        return  # it is being started again
    if children:
        children[int(time.monotonic()) % len(children)].kill()


def _stored() -> int:
    with world.everything():
        return Order.objects.count()


def _counts(stage: Stage) -> list[Check]:
    """How many stand where: the platform's dump beside our orders, and the queue's kept counts beside the rows."""
    theirs = Counter(order["status"].lower() for order in stage.sandbox("dump")["orders"].values())
    with world.everything():
        ours = Counter(Order.objects.values_list("platform_status", flat=True))
    wrong = 0
    for seller_id in Seller.objects.values_list("pk", flat=True):
        with scoping.scope(sellers=[seller_id]):
            wrong += len(queue_counts.wrong())
    differing = sum(abs(theirs[status] - ours[status]) for status in theirs.keys() | ours.keys())
    return [
        Check(check="orders by status, difference to the platform", expected=0, got=differing),
        Check(check="counts of the queue that differ from its rows", expected=0, got=wrong),
    ]
