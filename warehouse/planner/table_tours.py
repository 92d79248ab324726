"""The walk itself in every other building: the tables' choices followed back, and a walk over all edges they chose."""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from warehouse.planner.block import Block
from warehouse.planner.machine import BACK, FRONT, GAP, PASS, TWICE, machine_of
from warehouse.planner.problem import Stop
from warehouse.planner.routing import masks_of, weigh_aisle
from warehouse.planner.tables import by_tables, span, tables_of

Corner = tuple[int, int]  # aisle, and which cross aisle


def tour_of(*, block: Block, stops: Iterable[Stop]) -> list[Stop]:
    """The stops, each once, in the order of the shortest walk."""
    cells: dict[int, list[int]] = defaultdict(list)
    for row, cell in sorted(set(stops)):
        cells[row].append(cell)
    if not cells:
        return []
    deeds, edges = _chosen(block, cells)
    return _passed(block, cells, deeds, _walk(block, deeds, edges))


def _chosen(block: Block, cells: dict[int, list[int]]) -> tuple[dict[int, int], list[tuple[Corner, Corner]]]:
    """What is done in each row, and the edges along the cross aisles."""
    tables, machine = tables_of(block), machine_of(block)
    masks = masks_of(block, ((row, cell) for row, found in cells.items() for cell in found))
    costs = np.empty((block.rows, 3))
    for row in range(block.rows):
        weigh_aisle(costs, masks, row, block.words, block.shape, False)
    low, _high, _must = span(costs, tables[4])
    steps = block.blocks + 2  # of an aisle: the gate, its rows, over to the next
    trace = np.full((steps * block.aisles + 1, max(tables[1].shape[1], 2)), -1, np.int64)
    by_tables(costs, block.shape, tables, trace)
    aisle, state = (int(value) for value in trace[-1, :2])
    deeds, edges = {}, []
    while True:
        at = (aisle - low) * steps
        for part in range(block.blocks - 1, -1, -1):
            state, deed = divmod(int(trace[at + 1 + part, state]), 6)
            deeds[part * block.aisles + aisle] = deed
        if aisle in (block.depot, block.end):
            state = int(trace[at, state])
        if aisle == low:
            return deeds, edges
        aisle -= 1
        row = int(trace[at - 1, state])
        for side, (right, left) in enumerate(machine.along[row]):
            edges += [((aisle, side), (aisle + 1, side))] * right + [
                ((aisle + 1, side), (aisle, side))
            ] * left
        state = int(machine.cross[row, 0])


def _walk(block: Block, deeds: dict[int, int], edges: list[tuple[Corner, Corner]]) -> list[Corner]:
    """Corners of a walk over every edge, from the start to the end (Hierholzer)."""
    edges = list(edges)
    for row, deed in deeds.items():
        part, aisle = divmod(row, block.aisles)
        ends = ((aisle, part), (aisle, part + 1))
        if block.one_way and aisle % 2:
            ends = ends[::-1]
        edges += [ends] * (1 if deed == PASS else 2 if deed == TWICE else 0)
    leaving: dict[Corner, list[int]] = defaultdict(list)
    for number, (one, two) in enumerate(edges):
        leaving[one].append(number)
        if not block.one_way:
            leaving[two].append(number)
    stack, path, walked = [(block.depot, 0)], [], set()
    while stack:
        here = stack[-1]
        while leaving[here] and leaving[here][-1] in walked:
            leaving[here].pop()
        if not leaving[here]:
            path.append(stack.pop())
            continue
        number = leaving[here].pop()
        walked.add(number)
        one, two = edges[number]
        stack.append(two if here == one else one)
    return path[::-1]


def _passed(
    block: Block, cells: dict[int, list[int]], deeds: dict[int, int], path: list[Corner]
) -> list[Stop]:
    """Cells in the order in which the walk over the corners reaches them, each once."""
    tour: list[Stop] = []
    seen: set[Corner] = set()
    passed: set[int] = set()
    before = (-1, -1)
    for corner in path:
        aisle, side = corner
        if before[0] == aisle and before != corner:
            row = min(before[1], side) * block.aisles + aisle
            if row not in passed:
                found = cells.get(row, [])
                tour += [(row, cell) for cell in (found if side > before[1] else reversed(found))]
            passed.add(row)
        if corner not in seen:
            tour += _reached_from(block, cells, deeds, corner)
        seen.add(corner)
        before = corner
    return tour


def _reached_from(
    block: Block, cells: dict[int, list[int]], deeds: dict[int, int], corner: Corner
) -> list[Stop]:
    """Cells that are fetched from this corner and back to it, in the rows on both sides of it."""
    aisle, side = corner
    ahead, behind = side * block.aisles + aisle, (side - 1) * block.aisles + aisle
    tour: list[Stop] = []
    if side < block.blocks and deeds.get(ahead) in (FRONT, GAP):
        tour += [(ahead, cell) for cell in cells[ahead][: _split(cells[ahead], deeds[ahead])]]
    if side > 0 and deeds.get(behind) in (BACK, GAP):
        tour += [(behind, cell) for cell in reversed(cells[behind][_split(cells[behind], deeds[behind]) :])]
    return tour


def _split(cells: list[int], deed: int) -> int:
    """How many cells are fetched from the front."""
    if deed != GAP:
        return len(cells) if deed == FRONT else 0
    gaps = [
        (after - before, -at) for at, (before, after) in enumerate(zip(cells, cells[1:], strict=False), 1)
    ]
    return -max(gaps, default=(0, -len(cells)))[1]
