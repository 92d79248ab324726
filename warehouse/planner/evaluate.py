"""Walks a plan in plain Python, stop by stop. Shares nothing with the routing: what the planner claims is checked here."""

from collections.abc import Sequence
from functools import cache
from math import inf

from warehouse.planner.block import Block
from warehouse.planner.problem import Stop


class BadPlan(Exception):
    """The plan does not do what was asked."""


def distance(block: Block, one: tuple[int, float], two: tuple[int, float]) -> float:
    """Between two points, each a row and a height over the nearer end of it."""
    if block.is_plain:
        return _plain_distance(block, one, two)
    ways = [
        out + _corner_ways(block)[start][goal] + into
        for start, out in _ends(block, one, is_leaving=True)
        for goal, into in _ends(block, two, is_leaving=False)
    ]
    if one[0] == two[0] and _may_go(block, one[0], up=two[1] > one[1]):
        ways.append(abs(one[1] - two[1]))
    return 0.0 if one == two else min(ways)


def _plain_distance(block: Block, one: tuple[int, float], two: tuple[int, float]) -> float:
    if one[0] == two[0]:
        return abs(one[1] - two[1])
    over_the_front = one[1] + two[1]
    over_the_back = 2 * block.length - over_the_front
    return block.between_aisles * abs(one[0] - two[0]) + min(over_the_front, over_the_back)


def _may_go(block: Block, row: int, *, up: bool) -> bool:
    return not block.one_way or (row % block.aisles % 2 == 0) == up


def _ends(block: Block, point: tuple[int, float], *, is_leaving: bool) -> list[tuple[int, float]]:
    """Corners by which a point is left or reached, and how far they are. Corners count aisle by aisle, then crosswise."""
    row, height = point
    ways = [(row, height, not is_leaving), (row + block.aisles, block.row_length(row) - height, is_leaving)]
    return [(corner, way) for corner, way, up in ways if way == 0 or _may_go(block, row, up=up)]


@cache
def _corner_ways(block: Block) -> list[list[float]]:
    """From every corner to every other one (Floyd and Warshall)."""
    count = block.aisles * (block.blocks + 1)
    ways = [[0.0 if one == two else inf for two in range(count)] for one in range(count)]
    for corner in range(count):
        if corner % block.aisles:
            ways[corner][corner - 1] = ways[corner - 1][corner] = block.between_aisles
        if corner < block.rows:
            for one, two, up in (
                (corner, corner + block.aisles, True),
                (corner + block.aisles, corner, False),
            ):
                if _may_go(block, corner, up=up):
                    ways[one][two] = block.row_length(corner)
    for over in range(count):
        for row in ways:
            for goal, way in enumerate(ways[over]):
                row[goal] = min(row[goal], row[over] + way)
    return ways


def walked(*, block: Block, tour: Sequence[Stop]) -> float:
    """Length of the walk from the start past the stops in this order to the end."""
    points = [(row, block.height(row, cell)) for row, cell in tour]
    points = [(block.depot, 0.0), *points, (block.end, 0.0)]
    return sum(distance(block, one, two) for one, two in zip(points, points[1:], strict=False))


def checked_length(
    *,
    block: Block,
    stops: Sequence[Sequence[Stop]],
    sizes: Sequence[Sequence[int]],
    caps: Sequence[int],
    batches: Sequence[Sequence[int]],
    tours: Sequence[Sequence[Stop]],
) -> float:
    """Sum of all walks of a plan in which every order is in one batch, fits, and is passed."""
    if sorted(order for batch in batches for order in batch) != list(range(len(stops))):
        raise BadPlan("Every order must be in exactly one batch.")
    if len(batches) != len(tours):
        raise BadPlan(f"{len(batches)} batches have {len(tours)} tours.")
    total = 0.0
    for number, (batch, tour) in enumerate(zip(batches, tours, strict=True)):
        for kind, cap in enumerate(caps):
            load = sum(sizes[order][kind] for order in batch)
            if load > cap:
                raise BadPlan(f"Batch {number} holds {load}, the cart takes {cap}.")
        wanted = {tuple(stop) for order in batch for stop in stops[order]}
        if sorted(map(tuple, tour)) != sorted(wanted):
            raise BadPlan(f"The tour of batch {number} does not pass each of its cells once.")
        total += walked(block=block, tour=tour)
    return total
