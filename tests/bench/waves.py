"""Planning waves: walking saved on small orders, exact walks, and the compiled routing against plain Python."""

import gzip
import json
import time
from pathlib import Path

import numpy as np

from tests.bench import registry
from tests.bench.ground import Ground
from tests.bench.registry import Figure
from tests.bench.rig import long_run, plain_routing
from tests.bench.rig.plain_walks import s_shape_first_come
from warehouse.planner import planning, routing
from warehouse.planner.compiled import compiled
from warehouse.planner.evaluate import checked_length, walked
from warehouse.planner.instances import Instance, read
from warehouse.planner.planning import tour_of
from warehouse.planner.tables import tables_of

SET = Path(__file__).parent.parent / "warehouse" / "planner" / "data" / "TK.jsonl.gz"
SECONDS = 2.0
GOALS = {100: 0.55, 200: 0.50}
WALKS = 2000
BUILDINGS_SEED, BUILDINGS = 11, 5  # of each kind


@compiled
def many_lengths(all_masks, words, shape, depot, tables):
    total = 0.0
    for number in range(all_masks.shape[0]):
        total += routing.length_of(all_masks[number], words, shape, depot, tables)
    return total


@registry.case
def waves(_ground: Ground) -> list[Figure]:
    begin = time.perf_counter()
    planning.warm_up()
    again = time.perf_counter() - begin
    with gzip.open(SET) as lines:
        raws = {raw["name"]: raw for raw in map(json.loads, lines)}
    figures = [Figure(metric="compiled code ready", unit="s", ours=again, correct=True)]
    instances = list(read(SET))
    for orders, goal in GOALS.items():
        chosen = [one for one in instances if len(one.problem.stops) == orders]
        figures += _walking(chosen, raws, orders=orders, goal=goal)
    return [*figures, *_buildings(), _speed(instances)]


def _buildings() -> list[Figure]:
    """Walks through other buildings than one block, against a long search. The worst one counts."""
    gaps, right = [], True
    for case in long_run.cases(seed=BUILDINGS_SEED, each=BUILDINGS):
        ours = planning.walk_length(block=case.block, stops=case.stops)
        tour = planning.tour_of(block=case.block, stops=case.stops)
        right &= abs(walked(block=case.block, tour=tour) - ours) < 1e-6 and sorted(tour) == case.stops
        gaps.append(ours / long_run.shortest_found(case))
    return [
        Figure(
            metric=f"two blocks, one-way aisles: {name} walk to the long search's",
            unit="ratio",
            ours=value,
            goal=1.01,
            correct=right,
        )
        for name, value in (("mean", sum(gaps) / len(gaps)), ("worst", max(gaps)))
    ]


def _walking(chosen: list[Instance], raws: dict[str, dict], *, orders: int, goal: float) -> list[Figure]:
    ours = simple = slowest = 0.0
    walks = shortest = 0
    for instance in chosen:
        problem, begin = instance.problem, time.perf_counter()
        planned = planning.plan(problem=problem, seconds=SECONDS)
        slowest = max(slowest, time.perf_counter() - begin)
        ours += checked_length(
            block=problem.block,
            stops=problem.stops,
            sizes=problem.sizes,
            caps=problem.caps,
            batches=planned.batches,
            tours=planned.tours,
        )
        simple += s_shape_first_come(raws[instance.name])
        for tour in planned.tours:
            walks += 1
            cells = _by_aisle(tour)
            best = plain_routing.length_of(cells, problem.block.shape)
            shortest += abs(walked(block=problem.block, tour=tour) - best) < 1e-6
    return [
        Figure(
            metric=f"walking, {orders} small orders, to first come + S-shape",
            unit="LU",
            ours=ours,
            reference=simple,
            goal=goal,
            correct=shortest == walks,
        ),
        Figure(
            metric=f"exactly shortest tours, {orders} orders",
            unit="share",
            ours=shortest / walks,
            goal=1.0,
            correct=shortest == walks,
        ),
        Figure(metric=f"slowest plan, {orders} orders", unit="s", ours=slowest, goal=SECONDS, correct=True),
    ]


def _by_aisle(tour: list[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for aisle, cell in sorted(tour):
        found.setdefault(aisle, []).append(cell)
    return found


def _speed(instances: list[Instance]) -> Figure:
    """Lengths of carts of thirty small orders."""
    block = instances[0].problem.block
    carts = []
    for instance in instances:
        if instance.problem.block == block:
            stops = instance.problem.stops
            carts += [
                [stop for order in stops[at : at + 15] for stop in order] for at in range(0, len(stops), 15)
            ]
    carts = (carts * (WALKS // len(carts) + 1))[:WALKS]
    masks = np.array([routing.masks_of(block, cart) for cart in carts])
    cells = [_by_aisle(tour_of(block=block, stops=cart)) for cart in carts]
    many_lengths(masks[:2], block.words, block.shape, block.depot, tables_of(block))
    totals: list[float] = []

    def ours() -> float:
        begin = time.process_time()
        for _round in range(20):
            totals.append(many_lengths(masks, block.words, block.shape, block.depot, tables_of(block)))
        return 20 * WALKS / (time.process_time() - begin)

    def plain() -> float:
        begin = time.process_time()
        totals.append(sum(plain_routing.length_of(cart, block.shape) for cart in cells))
        return WALKS / (time.process_time() - begin)

    rate, reference = registry.in_turn(ours=ours, reference=plain)
    same = max(totals) - min(totals) < 1e-3
    return Figure(
        metric="exact walks measured", unit="1/s", ours=rate, reference=reference, goal=100, correct=same
    )
