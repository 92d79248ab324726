"""The planner's door: orders in, batches and their walks out, within the seconds given."""

import time
from dataclasses import dataclass

from warehouse.planner import batching, routing
from warehouse.planner.batching import SEED, Problem
from warehouse.planner.block import Block
from warehouse.planner.tours import tour_of

MARGIN = 0.02  # of the time, for the walks and for being late at the clock


@dataclass(frozen=True)
class Planned:
    """`tours[n]` are the (aisle, cell) of `batches[n]` in walking order."""

    batches: list[list[int]]
    tours: list[list[tuple[int, int]]]
    length: float


def plan(*, problem: Problem, seconds: float, seed: int = SEED) -> Planned:
    """The best plan found in the time; every walk in it is a shortest one."""
    begin = time.perf_counter()
    _arrays = problem.arrays  # counts as our time
    spent = time.perf_counter() - begin
    reserve = max(MARGIN * seconds, 0.03) + 2e-5 * len(problem.stops) * 10
    batches = batching.plan_batches(problem=problem, seconds=max(seconds - spent - reserve, 0.01), seed=seed)
    tours, length = [], 0.0
    for batch in batches:
        stops = [stop for order in batch for stop in problem.stops[order]]
        tours.append(tour_of(block=problem.block, stops=stops))
        masks = problem.block.masks(stops)
        length += routing.length_of(masks, problem.block.words, problem.block.shape, problem.block.depot)
    return Planned(batches=batches, tours=tours, length=length)


def warm_up() -> None:
    """Load or make the compiled code, so that no wave pays for it."""
    block = Block(aisles=3, cells=4, between_aisles=5, between_cells=1, entry=1)
    stops = [[(aisle, cell)] for aisle in range(3) for cell in range(4)]
    plan(problem=Problem(block, stops, [[1]] * len(stops), [5]), seconds=0.05)
