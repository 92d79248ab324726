"""Walks a plan in plain Python, stop by stop. Shares nothing with the routing: what the planner claims is checked here."""

from collections.abc import Sequence

from warehouse.planner.block import Block

Stop = tuple[int, int]


class BadPlan(Exception):
    """The plan does not do what was asked."""


def distance(block: Block, one: tuple[int, float], two: tuple[int, float]) -> float:
    """Between two points, each an aisle and a height over the front cross aisle."""
    if one[0] == two[0]:
        return abs(one[1] - two[1])
    over_the_front = one[1] + two[1]
    over_the_back = 2 * block.length - over_the_front
    return block.between_aisles * abs(one[0] - two[0]) + min(over_the_front, over_the_back)


def walked(*, block: Block, tour: Sequence[Stop]) -> float:
    """Length of the closed walk from the depot past the stops in this order."""
    points = [(aisle, block.entry + cell * block.between_cells) for aisle, cell in tour]
    points = [(block.depot, 0.0), *points, (block.depot, 0.0)]
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
