"""Which orders share a cart so that all walks together are shortest, within a cart's limits and a time budget."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from warehouse.planner import anneal, openings
from warehouse.planner.block import Block

SEED = 20260101
TRIES = 1000  # between two looks at the clock: about a millisecond
SMALL_BATCH = 8  # orders in a cart; fuller carts ask for nearer neighbors
NEIGHBORS = {True: 20, False: 10}
HOT, COLD = 0.02, 0.002  # parts of a mean walk
NEAR_PERCENT = {True: 70, False: 95}
ORDERS_A_ROUND = 120  # few orders settle early: they are heated up again
STRICT_FROM = 0.9  # of a round: from here on no cart is overfull
DEARER, CHEAPER = 1.03, 0.98
NEVER = 1e9


@dataclass(frozen=True)
class Problem:
    """Orders as sets of (aisle, cell), their sizes in each measure, and what a cart takes of each."""

    block: Block
    stops: Sequence[Sequence[tuple[int, int]]]
    sizes: Sequence[Sequence[int]]
    caps: Sequence[int]

    @cached_property
    def arrays(self) -> tuple:
        starts, places, bits = [0], [], []
        for stops in self.stops:
            found: dict[int, int] = {}
            for aisle, cell in stops:
                at = aisle * self.block.words + cell // 64
                found[at] = found.get(at, 0) | 1 << cell % 64
            places += found.keys()
            bits += found.values()
            starts.append(len(places))
        return (
            np.array(starts, np.int64),
            np.array(places, np.int64),
            np.array(bits, np.uint64),
            np.array(self.sizes, np.int64).reshape(len(self.stops), len(self.caps)),
            np.array(self.caps, np.int64),
            self.block.words,
            self.block.shape,
            self.block.depot,
            np.random.default_rng(SEED).integers(1, 1 << 63, len(self.stops), np.uint64),
            self.block.aisles * self.block.words,
            self._twins(),
        )

    @property
    def fewest(self) -> int:
        """Carts that the load asks for."""
        return max(int(np.ceil(np.max(np.sum(self.sizes, axis=0) / np.array(self.caps)))), 1)

    @property
    def has_small_batches(self) -> bool:
        return len(self.stops) < SMALL_BATCH * self.fewest

    def _twins(self) -> np.ndarray:
        """The same number for orders that are the same to the planner: exchanging them is no step."""
        numbers: dict[tuple, int] = {}
        twins = [
            numbers.setdefault((frozenset(stops), tuple(sizes)), len(numbers))
            for stops, sizes in zip(self.stops, self.sizes, strict=True)
        ]
        return np.array(twins, np.int64)

    def state(self) -> tuple:
        """Nobody in any batch yet, room for as many batches as orders."""
        orders, places, kinds = len(self.stops), self.block.aisles * self.block.words, len(self.caps)
        memory = 1 << 17 if self.has_small_batches else 1  # small batches come up again and again
        return (
            np.full(orders, -1, np.int64),
            np.zeros(orders, np.int64),
            np.zeros((orders, orders), np.int64),
            np.zeros(orders, np.int64),
            np.zeros((orders, kinds), np.int64),
            np.zeros(orders),
            np.zeros(orders),
            np.zeros((orders, places), np.uint64),
            np.zeros((orders, places), np.uint64),
            np.full((orders, self.block.aisles, 3), -1.0),
            np.zeros(orders, np.uint64),
            np.zeros(memory, np.uint64),
            np.zeros(memory),
        )


def plan_batches(
    *, problem: Problem, seconds: float, seed: int = SEED, clock: Callable[[], float] = time.perf_counter
) -> list[list[int]]:
    """Orders of each cart. The same seed and number of tries give the same answer."""
    end = clock() + seconds
    orders = len(problem.stops)
    if orders == 0:
        return []
    best = np.zeros(orders, np.int64)
    openings.savings(problem.arrays, best)
    if orders > 2 and len(set(best.tolist())) > 1:
        best = _search(problem, best, clock=clock, begin=end - seconds, end=end, seed=seed)
    return _groups(best)


def _groups(assign: np.ndarray) -> list[list[int]]:
    groups: dict[int, list[int]] = {}
    for order, batch in enumerate(assign.tolist()):
        groups.setdefault(batch, []).append(order)
    return list(groups.values())


def _settle(problem: Problem, state: tuple, assign: np.ndarray) -> float:
    """Bring the state to these batches; the total of their walks."""
    for values in state[2:11]:
        values[:] = -1 if values.ndim == 3 else 0
    state[0][:] = -1
    for batch, orders in enumerate(_groups(assign)):
        for order in orders:
            anneal.shift(problem.arrays, state, order, batch)
        anneal.refresh(problem.arrays, state, batch)
    return float(state[5].sum())


def _dissolve(problem: Problem, state: tuple, batch: int, *, price: float) -> None:
    """Spread a batch over the others where it costs least; carts may be overfull for now."""
    arrays, (members, count, over) = problem.arrays, (state[2], state[3], state[6])
    buffer, costs = np.zeros(arrays[9], np.uint64), np.zeros((problem.block.aisles, 3))
    for order in members[batch, : count[batch]].tolist():
        best, least = -1, np.inf
        for other in np.flatnonzero(count).tolist():
            if other == batch:
                continue
            more = anneal.walk_of(buffer, costs, arrays, state, other, -1, -1, order, -1) - state[5][other]
            more += price * anneal.excess(arrays, state, other, -1, -1, order, -1)
            if more < least:
                best, least = other, more
        anneal.shift(arrays, state, order, best)
        anneal.refresh(arrays, state, best)
        over[best] = anneal.excess(arrays, state, best, -1, -1, -1, -1)
    anneal.refresh(arrays, state, batch)


def _search(problem: Problem, best: np.ndarray, *, clock, begin: float, end: float, seed: int) -> np.ndarray:
    arrays, state = problem.arrays, problem.state()
    total = _settle(problem, state, best)
    mean = total / np.count_nonzero(state[3])
    is_small = problem.has_small_batches
    near = np.empty((best.size, min(NEIGHBORS[is_small], best.size - 1)), np.int64)
    openings.nearest(arrays, near)
    random = np.array([seed * 2 + 1], np.uint64)
    buffer, costs = np.zeros(arrays[9], np.uint64), np.zeros((problem.block.aisles, 3))
    price, is_strict = mean / 100, False
    while (
        np.count_nonzero(state[3]) > problem.fewest
    ):  # a walk less is worth most, and hard to get by exchanges
        fill = np.where(state[3] > 0, (state[4] / arrays[4]).max(axis=1), np.inf)
        _dissolve(problem, state, int(fill.argmin()), price=price)
    rounds = max(ORDERS_A_ROUND // best.size, 1)
    while (now := clock()) < end:
        done = (now - begin) / (end - begin) * rounds % 1
        if is_strict != (done >= STRICT_FROM):
            is_strict, price = not is_strict, mean / 100
            if state[6].any():
                _settle(problem, state, best)
        heat = mean * HOT * (COLD / HOT) ** done
        fine = NEVER if is_strict else price
        total = anneal.anneal(
            arrays, state, best, near, random, buffer, costs, total, heat, fine, NEAR_PERCENT[is_small], TRIES
        )
        price = max(price * (DEARER if state[6].any() else CHEAPER), mean * 1e-6)
    return best
