"""Which orders share a cart so that all walks together are shortest, within a cart's limits and a time budget."""

import time
from collections.abc import Callable

import numpy as np

from warehouse.planner import anneal, openings
from warehouse.planner.arrays import arrays_of, state_of, work_of
from warehouse.planner.problem import SEED, Problem

TRIES = 1000  # between two looks at the clock: about a millisecond
NEIGHBORS = {True: 20, False: 10}  # few orders in a cart, and many
HOT, COLD = 0.02, 0.002  # parts of a mean walk
NEAR_PERCENT = {True: 90, False: 95}
ORDERS_A_ROUND = 120  # few orders settle early: they are heated up again
MANY_ROUNDS = 4  # from here on rounds differ, so that they don't all end in the same place
HOTTER, MIXED_PERCENT = 2.5, 70  # every second one of many rounds; nearness counts less
STRICT_FROM = 0.9  # of a round: from here on no cart is overfull
DEARER, CHEAPER = 1.03, 0.98
NEVER = 1e9


def plan_batches(
    *, problem: Problem, seconds: float, seed: int = SEED, clock: Callable[[], float] = time.perf_counter
) -> list[list[int]]:
    """Orders of each cart. The same seed and number of tries give the same answer."""
    end = clock() + seconds
    orders = len(problem.stops)
    if orders == 0:
        return []
    best = np.zeros(orders, np.int64)
    arrays = arrays_of(problem)
    openings.savings(arrays, best)
    if orders > 2 and len(set(best.tolist())) > 1:
        best = _search(problem, arrays, best, clock=clock, begin=end - seconds, end=end, seed=seed)
    return _groups(best)


def _groups(assign: np.ndarray) -> list[list[int]]:
    groups: dict[int, list[int]] = {}
    for order, batch in enumerate(assign.tolist()):
        groups.setdefault(batch, []).append(order)
    return list(groups.values())


def _settle(arrays: tuple, state: tuple, assign: np.ndarray) -> float:
    """Bring the state to these batches; the total of their walks."""
    for values in state[2:11]:
        values[:] = -1 if values.ndim == 3 else 0
    state[0][:] = -1
    for batch, orders in enumerate(_groups(assign)):
        for order in orders:
            anneal.shift(arrays, state, order, batch)
        anneal.refresh(arrays, state, batch)
    return float(state[5].sum())


def _dissolve(arrays: tuple, state: tuple, work: tuple, batch: int, *, price: float) -> None:
    """Spread a batch over the others where it costs least; carts may be overfull for now."""
    members, count, over = state[2], state[3], state[6]
    for order in members[batch, : count[batch]].tolist():
        best, least = -1, np.inf
        for other in np.flatnonzero(count).tolist():
            if other == batch:
                continue
            more = anneal.measure(work, arrays, state, other, -1, -1, order, -1) - state[5][other]
            more += price * anneal.excess(arrays, state, other, -1, -1, order, -1)
            if more < least:
                best, least = other, more
        anneal.shift(arrays, state, order, best)
        anneal.refresh(arrays, state, best)
        over[best] = anneal.excess(arrays, state, best, -1, -1, -1, -1)
    anneal.refresh(arrays, state, batch)


def _hot(round_: int, *, rounds: int) -> float:
    return HOT * HOTTER if rounds >= MANY_ROUNDS and round_ % 2 else HOT


def _search(
    problem: Problem, arrays: tuple, best: np.ndarray, *, clock, begin: float, end: float, seed: int
) -> np.ndarray:
    state = state_of(problem)
    total = _settle(arrays, state, best)
    mean = total / np.count_nonzero(state[3])
    is_small = problem.has_small_batches
    near = np.empty((best.size, min(NEIGHBORS[is_small], best.size - 1)), np.int64)
    openings.nearest(arrays, near)
    random = np.array([seed * 2 + 1], np.uint64)
    work = work_of(problem)
    price, is_strict = mean / 100, False
    # A walk less is worth most, and hard to get by exchanges.
    while np.count_nonzero(state[3]) > problem.fewest:
        fill = np.where(state[3] > 0, (state[4] / arrays[2]).max(axis=1), np.inf)
        _dissolve(arrays, state, work, int(fill.argmin()), price=price)
    rounds = max(ORDERS_A_ROUND // best.size, 1)
    mix = MIXED_PERCENT if is_small and rounds >= MANY_ROUNDS else NEAR_PERCENT[is_small]
    while (now := clock()) < end:
        round_, done = divmod((now - begin) / (end - begin) * rounds, 1)
        if is_strict != (done >= STRICT_FROM):
            is_strict, price = not is_strict, mean / 100
            if state[6].any():
                _settle(arrays, state, best)
        hot = _hot(int(round_), rounds=rounds)
        heat = mean * hot * (COLD / hot) ** done
        fine = NEVER if is_strict else price
        total = anneal.anneal(arrays, state, best, near, random, work, total, heat, fine, mix, TRIES)
        price = max(price * (DEARER if state[6].any() else CHEAPER), mean * 1e-6)
    return best
