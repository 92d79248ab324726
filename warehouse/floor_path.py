"""The way a picker goes from stop to stop: along the aisles and over the cross aisles, the shortest that is allowed.

Corners are (aisle, height in mm over the front). Block 1 lies between the front and the first cross aisle. In a one-way
building odd aisles are walked up, away from the front, and even ones down.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

Corner = tuple[int, float]


@dataclass(frozen=True)
class Stop:
    """A cell that is passed: both sides of an aisle are reached from its middle."""

    block: int
    aisle: int
    cell: int


@dataclass(frozen=True)
class Grid:
    """Measures of the building that decide the way. `cells` is how many each block has along an aisle."""

    aisles: int
    cells: tuple[int, ...]
    aisle_mm: int
    cell_mm: int
    entry_mm: int
    cross_mm: int = 0
    is_one_way: bool = False

    def height(self, block: int, cell: int) -> float:
        return self.floor_of(block) + self.entry_mm + cell * self.cell_mm

    def floor_of(self, block: int) -> float:
        """Height at which a block begins."""
        return sum(self.depth(below) + self.cross_mm for below in range(1, block))

    def depth(self, block: int) -> float:
        return 2 * self.entry_mm + self.cells[block - 1] * self.cell_mm

    def cross(self, number: int) -> float:
        """Height of a cross aisle: 0 is the front, the last one the back; between two blocks in its middle."""
        if number == 0:
            return 0.0
        top = self.floor_of(number) + self.depth(number)
        return top + (self.cross_mm / 2 if number < len(self.cells) else 0)

    def may_go(self, aisle: int, *, up: bool) -> bool:
        return not self.is_one_way or (aisle % 2 == 1) == up


def way(
    *, grid: Grid, stops: Sequence[Stop], entry_aisle: int, pack_aisle: int
) -> tuple[list[Corner], float]:
    """The corners of the walk from the entry past the stops in this order to the pack point, and its length in mm."""
    corners: list[Corner] = [(entry_aisle, 0.0)]
    total = 0.0
    ends: list[Stop | int] = [entry_aisle, *stops, pack_aisle]
    for one, two in zip(ends, ends[1:], strict=False):
        if one == two:
            continue
        length, leg = _leg(grid, one, two)
        total += length
        corners += leg
    return corners, total


def _leg(grid: Grid, one: Stop | int, two: Stop | int) -> tuple[float, list[Corner]]:
    """The shortest allowed way from one stop (or front corner) to the next, without its first corner."""
    start, end = _corner(grid, one), _corner(grid, two)
    is_straight = isinstance(one, Stop) and isinstance(two, Stop) and _row(one) == _row(two)
    if is_straight and grid.may_go(start[0], up=end[1] > start[1]):
        return abs(end[1] - start[1]), [end]
    ways = [
        _joined(grid, start, out, across, into, end)
        for out in _ends(grid, one, is_leaving=True)
        for into in _ends(grid, two, is_leaving=False)
        for across in _crossings(grid, start, end, out, into)
    ]
    if not ways:  # a single aisle that is said to be one-way has no way back
        return _leg(replace(grid, is_one_way=False), one, two)
    return min(ways, key=lambda found: found[0])


def _row(stop: Stop) -> tuple[int, int]:
    return stop.block, stop.aisle


def _corner(grid: Grid, stop: Stop | int) -> Corner:
    return (stop.aisle, grid.height(stop.block, stop.cell)) if isinstance(stop, Stop) else (stop, 0.0)


def _ends(grid: Grid, stop: Stop | int, *, is_leaving: bool) -> list[int]:
    """Cross aisles by which a stop may be left or reached."""
    if not isinstance(stop, Stop):
        return [0]
    down, up = stop.block - 1, stop.block
    return [
        number
        for number, goes_up in ((down, not is_leaving), (up, is_leaving))
        if grid.may_go(stop.aisle, up=goes_up)
    ]


def _crossings(grid: Grid, start: Corner, end: Corner, out: int, into: int) -> list[int]:
    """Aisles along which one may change from one cross aisle to another; the goal's own when none is needed."""
    if out == into:
        return [end[0]]
    near = {start[0], end[0], *(aisle + step for aisle in (start[0], end[0]) for step in (-1, 1))}
    return [
        aisle for aisle in sorted(near) if 1 <= aisle <= grid.aisles and grid.may_go(aisle, up=into > out)
    ]


def _joined(
    grid: Grid, start: Corner, out: int, across: int, into: int, end: Corner
) -> tuple[float, list[Corner]]:
    corners = [
        (start[0], grid.cross(out)),
        (across, grid.cross(out)),
        (across, grid.cross(into)),
        (end[0], grid.cross(into)),
        end,
    ]
    length, before, kept = 0.0, start, []
    for corner in corners:
        if corner != before:
            length += abs(corner[0] - before[0]) * grid.aisle_mm + abs(corner[1] - before[1])
            kept.append(corner)
        before = corner
    return length, kept
