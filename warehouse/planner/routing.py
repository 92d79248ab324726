"""The shortest walk through one block of aisles, exactly: the dynamic programme of Ratliff and Rosenthal (1983).

A set of stops is a bit per cell, `words` 64-bit words a row. `shape` is the block's; `depot` the aisle at whose front the
walk starts and ends. Other buildings than one block, both ways and back to the start are measured by `tables`.
"""

from collections.abc import Iterable

import numpy as np
from numba.cpython.unsafe.numbers import trailing_zeros

from warehouse.planner.block import Block
from warehouse.planner.compiled import compiled, inner
from warehouse.planner.tables import by_tables, tables_of


@compiled
def weigh_aisle(costs, masks, aisle, words, shape, is_depot):
    """Into `costs`: from the front and back, from the back and back, both but for the largest gap; -1: no stop here."""
    length, entry, step = shape[0], shape[2], shape[3]
    if aisle >= shape[6]:
        length, entry = shape[4], shape[5]
    low, last, gap = -1, -1, 0
    for word in range(words):
        bits = masks[aisle * words + word]
        while bits:
            cell = word * 64 + trailing_zeros(bits)
            bits &= bits - np.uint64(1)
            if last < 0:
                low = cell
            elif cell - last > gap:
                gap = cell - last
            last = cell
    if last < 0:
        costs[aisle, 0] = 0.0 if is_depot else -1.0
        costs[aisle, 1] = 2 * length
        costs[aisle, 2] = 0.0
        return
    reach, widest = entry + low * step, gap * step
    if is_depot:
        widest, reach = max(widest, reach), 0.0
    costs[aisle, 0] = 2 * (entry + last * step)
    costs[aisle, 1] = 2 * (length - reach)
    costs[aisle, 2] = 2 * (length - widest)


@inner
def shortest(costs, shape):
    """Length of the shortest closed walk by the costs of the aisles.

    The five open states after an aisle, by degree of its back and front end: odd-odd, even-none, none-even,
    even-even in one piece, even-even in two.
    """
    length, step = shape[0], 2 * shape[1]
    first, last = 0, costs.shape[0] - 1
    while costs[first, 0] < 0:
        first += 1
    while costs[last, 0] < 0:
        last -= 1
    odd, top, bottom, one, two = length, costs[first, 1], costs[first, 0], 2 * length, costs[first, 2]
    for aisle in range(first + 1, last + 1):
        top, bottom, two = (
            min(top, one) + step,
            min(bottom, one) + step,
            min(two, min(top, bottom)) + 2 * step,
        )
        odd, one = odd + step, one + 2 * step
        loose = min(two, min(top, bottom))
        through = length + min(one, loose)
        front = costs[aisle, 0]
        if front < 0:
            one = min(one, min(odd + length, loose + 2 * length))
            odd = min(odd, through)
            continue
        back, both = costs[aisle, 1], costs[aisle, 2]
        turn = min(both, min(front, back))
        one = min(one + turn, min(odd + length, loose + 2 * length))
        odd = min(odd + turn, through)
        two = min(two + turn, min(top + min(front, both), bottom + min(back, both)))
        top, bottom = top + back, bottom + front
    return min(one, min(top, bottom))


@inner
def measured(costs, shape, tables):
    """Length of the shortest walk in whatever building it is."""
    if tables[3].size:
        return by_tables(costs, shape, tables, np.empty((0, 0), np.int64))
    return shortest(costs, shape)


@compiled
def length_of(masks, words, shape, depot, tables):
    """Length of the shortest walk past every stop."""
    costs = np.empty((masks.size // words, 3))
    for aisle in range(costs.shape[0]):
        weigh_aisle(costs, masks, aisle, words, shape, aisle == depot)
    return measured(costs, shape, tables)


def masks_of(block: Block, stops: Iterable[tuple[int, int]]) -> np.ndarray:
    """The stops as one bit a cell."""
    masks = np.zeros(block.rows * block.words, np.uint64)
    for row, cell in stops:
        masks[row * block.words + cell // 64] |= np.uint64(1 << cell % 64)
    return masks


def gate_of(block: Block) -> int:
    """The row whose front end costs nothing to be at; -1 where the tables know start and end."""
    return block.depot if block.is_plain else -1


def walk_length(block: Block, stops: Iterable[tuple[int, int]]) -> float:
    """Of the shortest walk past these stops."""
    return length_of(masks_of(block, stops), block.words, block.shape, gate_of(block), tables_of(block))
