"""A problem as the arrays that compiled code works on, and the state of a search."""

import numpy as np

from warehouse.planner.problem import SEED, Problem
from warehouse.planner.routing import gate_of
from warehouse.planner.tables import tables_of

MEMORY = 1 << 17  # lengths remembered: small batches come up again and again


def arrays_of(problem: Problem) -> tuple:
    """What compiled code works on. The last row of bits, sizes and names is nobody's: an order -1 without any stop."""
    block, orders = problem.block, len(problem.stops)
    bits = np.zeros((orders + 1, block.rows * block.words), np.uint64)
    for order, stops in enumerate(problem.stops):
        for row, cell in stops:
            bits[order, row * block.words + cell // 64] |= np.uint64(1 << cell % 64)
    sizes = np.zeros((orders + 1, len(problem.caps)), np.int64)
    sizes[:-1] = np.array(problem.sizes, np.int64).reshape(orders, len(problem.caps))
    names = np.zeros(orders + 1, np.uint64)
    names[:-1] = np.random.default_rng(SEED).integers(1, 1 << 63, orders, np.uint64)
    return (
        bits,
        sizes,
        np.array(problem.caps, np.int64),
        block.words,
        block.shape,
        gate_of(block),
        names,
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


def work_of(problem: Problem) -> tuple:
    """Room for one step: the stops of a batch, costs of its aisles, how much carts are over, the step itself."""
    block = problem.block
    return (
        np.zeros(block.rows * block.words, np.uint64),
        np.zeros((block.rows, 3)),
        np.zeros(3),
        np.zeros((3, 5), np.int64),
    )
