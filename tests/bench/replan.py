"""Laying out anew what nobody has started, on a floor with hundreds of open packages: the dry run as the page asks for it."""

import statistics
import time

import psycopg
from django.db import connection

from core import clock
from tenancy import scoping
from tests.bench import registry
from tests.bench.ground import Ground
from tests.bench.registry import Figure
from tests.bench.rig import open_floor
from tests.bench.rig.open_floor import MAI, OpenFloor
from warehouse import replans
from warehouse.models import PickList, PickTask, Replan
from warehouse.planner import planning

SIZES, WAITING, ROUNDS = (300, 600), 60, 5
GOAL_S = 2.0


@registry.case
def replan(ground: Ground) -> list[Figure]:
    planning.warm_up()
    figures = []
    for packages in SIZES:
        floor = open_floor.make_floor(
            name=f"floor{packages}", packages=packages, waiting=WAITING, now=clock.now()
        )
        with psycopg.connect(ground.owner_dsn, autocommit=True) as server:
            server.execute("analyze")  # as the server does by itself within a minute
        connection.close()
        figures += _measured(floor, packages=packages)
    return figures


def _measured(floor: OpenFloor, *, packages: int) -> list[Figure]:
    dry, looked, unchanged = [], {}, True
    with scoping.scope(sellers=[floor.seller.pk]):
        before = _as_laid_out()
        for _round in range(ROUNDS):
            begun = time.perf_counter()
            looked = replans.preview(warehouse_id=floor.warehouse.pk, now=clock.now())
            dry.append(time.perf_counter() - begun)
        unchanged = before == _as_laid_out() and not Replan.objects.exists()
        begun = time.perf_counter()
        made = replans.replan(warehouse_id=floor.warehouse.pk, why="spike", actor=MAI, now=clock.now())
        done = time.perf_counter() - begun
        started = PickList.objects.exclude(picker_label="").count() if made else 0
    name = f"re-plan of {packages} open packages, {WAITING} more wait"
    return [
        Figure(
            metric=f"{name}: dry run, median",
            unit="s",
            ours=statistics.median(dry),
            goal=GOAL_S,
            correct=unchanged and looked["packages"] > 0,
        ),
        Figure(metric=f"{name}: dry run, slowest", unit="s", ours=max(dry), goal=GOAL_S, correct=unchanged),
        Figure(
            metric=f"{name}: written",
            unit="s",
            ours=done,
            goal=GOAL_S,
            correct=started >= open_floor.STARTED and made.facts["packages"] > 0,
        ),
    ]


def _as_laid_out() -> list[tuple]:
    return list(PickTask.objects.order_by("pk").values_list("pk", "pick_list_id", "package_id", "state"))
