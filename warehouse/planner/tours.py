"""The walk itself through one block and back: which cells in which order, by the choices of the dynamic programme."""

from collections.abc import Iterable

import numpy as np

from warehouse.planner.block import Block
from warehouse.planner.compiled import compiled
from warehouse.planner.routing import masks_of, weigh_aisle

PASS, FRONT, BACK, GAP, TWICE, SKIP = range(6)
ODD, TOP, BOTTOM, ONE, TWO = range(5)
FAR = 1e18

# (state before, what is done in the aisle, state after)
STEPS = np.array(
    [
        (ODD, PASS, ONE), (ODD, FRONT, ODD), (ODD, BACK, ODD), (ODD, GAP, ODD), (ODD, SKIP, ODD),
        (TOP, PASS, ODD), (TOP, FRONT, TWO), (TOP, BACK, TOP), (TOP, GAP, TWO), (TOP, TWICE, ONE), (TOP, SKIP, TOP),
        (BOTTOM, PASS, ODD), (BOTTOM, FRONT, BOTTOM), (BOTTOM, BACK, TWO), (BOTTOM, GAP, TWO),
        (BOTTOM, TWICE, ONE), (BOTTOM, SKIP, BOTTOM),
        (ONE, PASS, ODD), (ONE, FRONT, ONE), (ONE, BACK, ONE), (ONE, GAP, ONE), (ONE, SKIP, ONE),
        (TWO, PASS, ODD), (TWO, FRONT, TWO), (TWO, BACK, TWO), (TWO, GAP, TWO), (TWO, TWICE, ONE), (TWO, SKIP, TWO),
    ],
    np.int64,
)  # fmt: skip
# (state before, edges along the front, edges along the back, state after)
ACROSS = np.array(
    [
        (ODD, 1, 1, ODD), (TOP, 0, 2, TOP), (ONE, 0, 2, TOP), (BOTTOM, 2, 0, BOTTOM), (ONE, 2, 0, BOTTOM),
        (ONE, 2, 2, ONE), (TWO, 2, 2, TWO), (TOP, 2, 2, TWO), (BOTTOM, 2, 2, TWO),
    ],
    np.int64,
)  # fmt: skip
STARTS = np.array([(ODD, PASS), (TOP, BACK), (BOTTOM, FRONT), (ONE, TWICE), (TWO, GAP)], np.int64)


@compiled
def choices(costs, shape, first, last, depot, steps, across, starts):
    """What is done in each aisle from `first` to `last`, and edges along front and back to the next one."""
    length, between = shape[0], shape[1]
    count = last - first + 1
    value, by_aisle = np.full((count, 5), FAR), np.zeros((count, 5), np.int64)
    moved, by_cross = np.full((count, 5), FAR), np.zeros((count, 5), np.int64)
    for index in range(count):
        price = np.array([length, 0.0, 0.0, 0.0, 2 * length, FAR])
        if costs[first + index, 0] < 0:
            price[FRONT], price[BACK], price[GAP], price[SKIP] = FAR, FAR, FAR, 0.0
        else:
            price[FRONT], price[BACK], price[GAP] = costs[first + index]
        if first + index == depot:
            price[BACK] = FAR  # the depot is no dead end seen from the back: up and down is TWICE
        if index == 0:
            for row in range(starts.shape[0]):
                value[0, starts[row, 0]] = price[starts[row, 1]]
                by_aisle[0, starts[row, 0]] = row
            continue
        for row in range(across.shape[0]):
            way = value[index - 1, across[row, 0]] + between * (across[row, 1] + across[row, 2])
            if way < moved[index, across[row, 3]]:
                moved[index, across[row, 3]], by_cross[index, across[row, 3]] = way, row
        for row in range(steps.shape[0]):
            way = moved[index, steps[row, 0]] + price[steps[row, 1]]
            if way < value[index, steps[row, 2]]:
                value[index, steps[row, 2]], by_aisle[index, steps[row, 2]] = way, row
    state = TOP
    for other in (BOTTOM, ONE):
        if value[count - 1, other] < value[count - 1, state]:
            state = other
    done = np.zeros((count, 3), np.int64)
    for index in range(count - 1, 0, -1):
        row = by_aisle[index, state]
        done[index, 0] = steps[row, 1]
        row = by_cross[index, steps[row, 0]]
        done[index - 1, 1], done[index - 1, 2] = across[row, 1], across[row, 2]
        state = across[row, 0]
    done[0, 0] = starts[by_aisle[0, state], 1]
    return done


@compiled
def circuit(done, start):
    """Corners passed by a closed walk over all chosen edges: 2 × aisle for its front end, + 1 for its back end."""
    count = done.shape[0]
    side, along = done[:, 1:].copy(), np.zeros(count, np.int64)
    for index in range(count):
        along[index] = 1 if done[index, 0] == PASS else 2 if done[index, 0] == TWICE else 0
    stack, path = [2 * start], [0]
    path.pop()  # now it is a list of numbers to the compiler
    while len(stack):
        corner = stack[-1]
        aisle, end = corner // 2, corner % 2
        if along[aisle]:
            along[aisle] -= 1
            stack.append(corner ^ 1)
        elif side[aisle, end]:
            side[aisle, end] -= 1
            stack.append(corner + 2)
        elif aisle and side[aisle - 1, end]:
            side[aisle - 1, end] -= 1
            stack.append(corner - 2)
        else:
            path.append(stack.pop())
    return np.array(path)


def tour_of(*, block: Block, stops: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The stops, each once, in the order of the shortest closed walk from the depot."""
    by_aisle: dict[int, list[int]] = {}
    for aisle, cell in sorted(set(stops)):
        by_aisle.setdefault(aisle, []).append(cell)
    if not by_aisle:
        return []
    masks = masks_of(block, ((aisle, cell) for aisle, cells in by_aisle.items() for cell in cells))
    costs = np.empty((block.aisles, 3))
    for aisle in range(block.aisles):
        weigh_aisle(costs, masks, aisle, block.words, block.shape, aisle == block.depot)
    first, last = min([*by_aisle, block.depot]), max([*by_aisle, block.depot])
    done = choices(costs, block.shape, first, last, block.depot, STEPS, ACROSS, STARTS)
    return _along(block, by_aisle, done, first, circuit(done, block.depot - first).tolist())


def _along(
    block: Block, by_aisle: dict[int, list[int]], done: np.ndarray, first: int, path: list[int]
) -> list[tuple[int, int]]:
    """Cells in the order in which the walk over the corners reaches them, each once."""
    tour: list[tuple[int, int]] = []
    seen: set[int] = set()
    passed: set[int] = set()
    before = -1
    for corner in path:
        aisle, is_back = corner // 2, corner % 2
        cells, act = by_aisle.get(aisle + first, []), done[aisle, 0]
        if before == corner ^ 1 and aisle not in passed:
            passed.add(aisle)
            tour += [(aisle + first, cell) for cell in (cells if is_back else reversed(cells))]
        if corner not in seen and act in (FRONT, BACK, GAP):
            split = _split(block, cells, is_depot=aisle + first == block.depot) if act == GAP else len(cells)
            split = 0 if act == BACK else split
            tour += [
                (aisle + first, cell) for cell in (reversed(cells[split:]) if is_back else cells[:split])
            ]
        seen.add(corner)
        before = corner
    return tour


def _split(block: Block, cells: list[int], *, is_depot: bool) -> int:
    """How many cells lie in front of the largest gap."""
    gaps = [(after - before, at) for at, (before, after) in enumerate(zip(cells, cells[1:], strict=False), 1)]
    if is_depot:
        gaps = [(gap * block.between_cells, at) for gap, at in gaps]
        gaps.append((block.entry + cells[0] * block.between_cells, 0))
    return max(gaps, default=(0, len(cells)), key=lambda gap: gap[0])[1]
