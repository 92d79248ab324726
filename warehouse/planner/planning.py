"""The planner's door: orders in, batches and their walks out, within the seconds given."""

import itertools
import time
from dataclasses import dataclass

from warehouse.planner import batching, routing
from warehouse.planner.batching import SEED, Problem
from warehouse.planner.block import Block
from warehouse.planner.tours import tour_of

MARGIN = 0.02  # of the time, for the walks and for being late at the clock
WALKS_PER_ORDER = 2e-4  # seconds kept back for the walks


@dataclass(frozen=True)
class Planned:
    """`tours[n]` are the (aisle, cell) of `batches[n]` in walking order."""

    batches: list[list[int]]
    tours: list[list[tuple[int, int]]]
    lengths: list[float]

    @property
    def length(self) -> float:
        return sum(self.lengths)


def plan(*, problem: Problem, seconds: float, seed: int = SEED) -> Planned:
    """The best plan found in the time; every walk in it is a shortest one."""
    begin = time.perf_counter()
    _arrays = problem.arrays  # making them counts as our time
    reserve = max(MARGIN * seconds, 0.05) + WALKS_PER_ORDER * len(problem.stops)
    left = seconds - reserve - (time.perf_counter() - begin)
    return _walked(problem, batching.plan_batches(problem=problem, seconds=max(left, 0.01), seed=seed))


def _walked(problem: Problem, batches: list[list[int]]) -> Planned:
    block, tours, lengths = problem.block, [], []
    for batch in batches:
        stops = [stop for order in batch for stop in problem.stops[order]]
        tours.append(tour_of(block=block, stops=stops))
        lengths.append(routing.length_of(block.masks(stops), block.words, block.shape, block.depot))
    return Planned(batches=batches, tours=tours, lengths=lengths)


def warm_up() -> None:
    """Load or make the compiled code, so that no wave pays for it."""
    block = Block(aisles=3, cells=4, between_aisles=5, between_cells=1, entry=1)
    stops = [[(aisle, cell)] for aisle in range(3) for cell in range(4)]
    for size, cap in ((1, 5), (2, 3)):  # the second has a cart more than its load asks for
        problem = Problem(block, stops, [[size]] * len(stops), [cap])
        ticks = itertools.count()  # not the time: compiling takes longer than any budget
        _walked(
            problem, batching.plan_batches(problem=problem, seconds=10, clock=lambda ticks=ticks: next(ticks))
        )
