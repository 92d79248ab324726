"""A long search for short walks that knows nothing of aisles: a matrix of ways, and stops moved about for millions of tries."""

import math
import random
from dataclasses import dataclass

import numpy as np

from warehouse.planner.anneal import chance, draw
from warehouse.planner.block import Block
from warehouse.planner.compiled import compiled
from warehouse.planner.evaluate import distance

TRIES, STARTS = 2_000_000, 3


@dataclass(frozen=True)
class Case:
    kind: str
    block: Block
    stops: list[tuple[int, int]]


def cases(*, seed: int, each: int) -> list[Case]:
    """Two blocks, one-way aisles, both, and a pack point of its own; from a few stops to more than sixty."""
    random_ = random.Random(seed)
    kinds = {
        "two blocks": {"cells_beyond": 22, "cross": 3.0},
        "one way": {"is_one_way": True},
        "two blocks, one way": {"cells_beyond": 22, "cross": 3.0, "is_one_way": True},
        "packed elsewhere": {"cells_beyond": 22, "cross": 3.0, "pack": 4},
    }
    made = []
    for kind, values in kinds.items():
        for number in range(each):
            block = Block(random_.choice([6, 10, 12]), 22, random_.choice([3.0, 5.0]), 1.0, 1.5, **values)
            count = random_.choice([8, 16, 30, 45, 65])
            stops = {(random_.randrange(block.rows), random_.randrange(22)) for _ in range(count)}
            made.append(Case(f"{kind} {number}", block, sorted(stops)))
    return made


def shortest_found(case: Case) -> float:
    """The best of several long runs."""
    block = case.block
    points = [(block.depot, 0.0)]
    points += [(row, block.height(row, cell)) for row, cell in case.stops]
    points.append((block.end, 0.0))
    ways = np.array([[distance(block, one, two) for two in points] for one in points])
    runs = [search(ways, np.array([start * 977 + 5], np.uint64), TRIES) for start in range(STARTS)]
    return min(runs)


@compiled
def length(ways, tour):
    total = 0.0
    for at in range(1, tour.size):
        total += ways[tour[at - 1], tour[at]]
    return total


@compiled
def search(ways, seed, tries):
    """Annealing: a stretch of the tour is turned round, or up to three stops go elsewhere."""
    count = ways.shape[0]
    tour, other = np.arange(count), np.empty(count, np.int64)
    now = length(ways, tour)
    best, heat = now, now / count
    cooling = math.exp(math.log(1e-3) / tries)
    for _try in range(tries):
        heat *= cooling
        one = 1 + draw(seed, count - 2)
        two = 1 + draw(seed, count - 2)
        first, last = min(one, two), max(one, two)
        other[:] = tour
        if draw(seed, 2):
            for at in range(first, last + 1):
                other[at] = tour[first + last - at]
        else:
            size = min(1 + draw(seed, 3), last - first + 1)
            gap = last - first + 1 - size
            if draw(seed, 2):  # the stretch goes to the end, what lay behind it moves up
                other[first : first + gap] = tour[first + size : last + 1]
                other[first + gap : last + 1] = tour[first : first + size]
            else:
                other[first : first + size] = tour[last + 1 - size : last + 1]
                other[first + size : last + 1] = tour[first : first + gap]
        new = length(ways, other)
        if new < now or chance(seed) < math.exp((now - new) / heat):
            tour[:] = other
            now = new
            best = min(best, now)
    return best
