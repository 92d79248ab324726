"""The planner's door: orders in, batches and their walks out, within the seconds given.

The compiler and its libraries stay out of processes that never plan: they come in with the first plan.
"""

import importlib
import time
from collections.abc import Iterable, Sequence
from types import ModuleType

from warehouse.planner.block import Block
from warehouse.planner.problem import SEED, Planned, Problem, Stop


def _engine() -> ModuleType:
    return importlib.import_module("warehouse.planner.engine")


def plan(*, problem: Problem, seconds: float, seed: int = SEED) -> Planned:
    """The best plan found in the time; every walk in it is a shortest one."""
    begin = time.perf_counter()  # getting ready counts as our time
    return _engine().plan(problem=problem, begin=begin, seconds=seconds, seed=seed)


def walks_of(*, problem: Problem, batches: Sequence[Sequence[int]]) -> Planned:
    """The shortest walks of batches that are given."""
    return _engine().walked(problem, [list(batch) for batch in batches])


def tour_of(*, block: Block, stops: Sequence[Stop]) -> list[Stop]:
    """The stops, each once, in the order of the shortest walk."""
    return _engine().tour(block, list(stops))


def walk_length(*, block: Block, stops: Iterable[Stop]) -> float:
    """Of the shortest walk past these stops."""
    return _engine().routing.walk_length(block, stops)


def best_order(
    *, trips: Sequence[tuple[float, Sequence[int]]], due: dict[int, float], crew: dict, tries: int
) -> list[int]:
    """Numbers of the trips (seconds, packages) in the order that makes fewest packages late."""
    found = _engine().lateness
    return found.best_order(trips=trips, due=due, crew=found.Crew(**crew), tries=tries)


def warm_up() -> None:
    """Load or make the compiled code, so that no wave pays for it."""
    _engine().warm_up()
