"""What the planner's door opens on: compiled search and exact walks. Imported with the first plan of a process."""

import itertools
import time

from warehouse.planner import batching, lateness, routing, table_tours, tours
from warehouse.planner.block import Block
from warehouse.planner.problem import Planned, Problem, Stop

MARGIN = 0.02  # of the time, for the walks and for being late at the clock
WALKS_PER_ORDER = {
    True: 2e-4,
    False: 1e-3,
}  # seconds kept back for the walks of plain buildings, and of others


def plan(*, problem: Problem, begin: float, seconds: float, seed: int) -> Planned:
    """The best plan found until `begin + seconds`; every walk in it is a shortest one."""
    reserve = max(MARGIN * seconds, 0.05) + WALKS_PER_ORDER[problem.block.is_plain] * len(problem.stops)
    left = seconds - reserve - (time.perf_counter() - begin)
    return walked(problem, batching.plan_batches(problem=problem, seconds=max(left, 0.01), seed=seed))


def walked(problem: Problem, batches: list[list[int]]) -> Planned:
    block, found, lengths = problem.block, [], []
    for batch in batches:
        stops = [stop for order in batch for stop in problem.stops[order]]
        found.append(tour(block, stops))
        lengths.append(routing.walk_length(block, stops))
    return Planned(batches=batches, tours=found, lengths=lengths)


def tour(block: Block, stops: list[Stop]) -> list[Stop]:
    """The stops, each once, in the order of the shortest walk."""
    way = tours if block.is_plain else table_tours
    return way.tour_of(block=block, stops=stops)


def warm_up() -> None:
    """Load or make the compiled code, so that no wave pays for it."""
    lateness.warm_up()
    measures = {"aisles": 3, "cells": 4, "between_aisles": 5, "between_cells": 1, "entry": 1}
    stops = [[(row, cell)] for row in range(3) for cell in range(4)]
    for block in (Block(**measures), Block(**measures, pack=1)):
        for size, cap in ((1, 5), (2, 3)):  # the second has a cart more than its load asks for
            problem = Problem(block, stops, [[size]] * len(stops), [cap])
            ticks = itertools.count()  # not the time: compiling takes longer than any budget
            batches = batching.plan_batches(
                problem=problem, seconds=10, clock=lambda ticks=ticks: next(ticks)
            )
            walked(problem, batches)
