"""A problem as the arrays that compiled code works on, and the state of a search."""

import numpy as np

from warehouse.planner.problem import SEED, Problem
from warehouse.planner.routing import gate_of
from warehouse.planner.tables import tables_of

MEMORY = 1 << 17  # lengths remembered: small batches come up again and again


def arrays_of(problem: Problem) -> tuple:
    block = problem.block
    starts, places, bits = [0], [], []
    for stops in problem.stops:
        found: dict[int, int] = {}
        for row, cell in stops:
            at = row * block.words + cell // 64
            found[at] = found.get(at, 0) | 1 << cell % 64
        places += found.keys()
        bits += found.values()
        starts.append(len(places))
    return (
        np.array(starts, np.int64),
        np.array(places, np.int64),
        np.array(bits, np.uint64),
        np.array(problem.sizes, np.int64).reshape(len(problem.stops), len(problem.caps)),
        np.array(problem.caps, np.int64),
        block.words,
        block.shape,
        gate_of(block),
        np.random.default_rng(SEED).integers(1, 1 << 63, len(problem.stops), np.uint64),
        block.rows * block.words,
        _twins(problem),
        tables_of(block),
    )


def _twins(problem: Problem) -> np.ndarray:
    """The same number for orders that are the same to the planner: exchanging them is no step."""
    numbers: dict[tuple, int] = {}
    twins = [
        numbers.setdefault((frozenset(stops), tuple(sizes)), len(numbers))
        for stops, sizes in zip(problem.stops, problem.sizes, strict=True)
    ]
    return np.array(twins, np.int64)


def state_of(problem: Problem) -> tuple:
    """Nobody in any batch yet, room for as many batches as orders."""
    orders, rows, kinds = len(problem.stops), problem.block.rows, len(problem.caps)
    memory = MEMORY if problem.has_small_batches else 1
    return (
        np.full(orders, -1, np.int64),
        np.zeros(orders, np.int64),
        np.zeros((orders, orders), np.int64),
        np.zeros(orders, np.int64),
        np.zeros((orders, kinds), np.int64),
        np.zeros(orders),
        np.zeros(orders),
        np.zeros((orders, rows * problem.block.words), np.uint64),
        np.zeros((orders, rows * problem.block.words), np.uint64),
        np.full((orders, rows, 3), -1.0),
        np.zeros(orders, np.uint64),
        np.zeros(memory, np.uint64),
        np.zeros(memory),
    )
