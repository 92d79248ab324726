"""Which carton goods fit into: every unit is placed, in any of its six orientations, before a carton is advised.

The heuristic works with extreme points (Crainic, Perboli, Tadei 2008): each placed unit opens up to six corners for the
next one. It may miss a tight fit and then advises the next larger carton; it never advises one that the goods do not
fit into. Why no library does this: docs/decisions/0010-cartons-are-chosen-by-our-own-heuristic.md.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

Size = tuple[int, int, int]
UNITS_AT_MOST = 40  # of several sizes; more of them take longer to place than a packer waits


@dataclass(frozen=True)
class Goods:
    """Units of one size, in millimeters and grams; a weight that is not known is None."""

    size: Size
    units: int
    weight_g: int | None = None


@dataclass(frozen=True)
class Room:
    """A carton as goods see it. `key` tells the caller which one it is."""

    key: int
    inside: Size
    tare_g: int
    most_g: int

    @property
    def volume(self) -> int:
        return _volume(self.inside)


@dataclass(frozen=True)
class Placed:
    """One unit where it lies: its lowest corner and its measures along the carton's axes."""

    at: Size
    size: Size

    def overlaps(self, other: "Placed") -> bool:
        return all(
            self.at[axis] < other.at[axis] + other.size[axis]
            and other.at[axis] < self.at[axis] + self.size[axis]
            for axis in range(3)
        )


def advise(*, goods: Sequence[Goods], rooms: Sequence[Room]) -> Room | None:
    """The smallest carton that takes all of it and may carry it; None when none does."""
    weight_g = sum(one.units * (one.weight_g or 0) for one in goods)
    for room in sorted(rooms, key=lambda one: (one.volume, one.key)):
        if weight_g + room.tare_g <= room.most_g and place(goods=goods, inside=room.inside) is not None:
            return room
    return None


def place(*, goods: Sequence[Goods], inside: Size) -> list[Placed] | None:
    """Where each unit lies in a carton of these inner measures; None when no place was found for one of them."""
    sizes = [one.size for one in goods for _unit in range(one.units)]
    room = sorted(inside)
    if not sizes or sum(map(_volume, sizes)) > _volume(inside):
        return None
    if any(side > most for size in sizes for side, most in zip(sorted(size), room, strict=True)):
        return None
    if len(set(sizes)) == 1 and (found := _grid(sizes[0], len(sizes), inside)):
        return found
    if len(sizes) > UNITS_AT_MOST:
        return None
    for turned, order in _tries(sizes, inside):
        found = _fill(order, tuple(inside[axis] for axis in turned))
        if found is not None:
            return [_turned_back(one, turned) for one in found]
    return None


def is_sound(*, placed: Sequence[Placed], inside: Size) -> bool:
    """Nothing sticks out and no two units share space."""
    is_in = all(
        one.at[axis] >= 0 and one.at[axis] + one.size[axis] <= inside[axis]
        for one in placed
        for axis in range(3)
    )
    return is_in and not any(
        one.overlaps(other) for number, one in enumerate(placed) for other in placed[:number]
    )


def _volume(size: Size) -> int:
    return size[0] * size[1] * size[2]


def _turns(size: Size) -> list[Size]:
    return sorted(set(permutations(size)))


def _grid(size: Size, units: int, inside: Size) -> list[Placed] | None:
    """Equal units in rows and layers: the usual case, and the only one that is quick for hundreds of them."""
    for turned in _turns(size):
        counts = [inside[axis] // turned[axis] for axis in range(3)]
        if counts[0] * counts[1] * counts[2] >= units:
            corners = (
                (x * turned[0], y * turned[1], z * turned[2])
                for z in range(counts[2])
                for y in range(counts[1])
                for x in range(counts[0])
            )
            return [Placed(corner, turned) for corner, _unit in zip(corners, range(units), strict=False)]
    return None


def _tries(sizes: list[Size], inside: Size) -> Iterator[tuple[tuple[int, int, int], list[Size]]]:
    """Big units first, by three meanings of big, with the carton stood on each of its sides."""
    orders = (
        sorted(sizes, key=lambda one: (-_volume(one), one)),
        sorted(sizes, key=lambda one: (-max(one), -_volume(one), one)),
        sorted(sizes, key=lambda one: (-sorted(one)[1], -max(one), one)),
    )
    seen = set()
    for turned in permutations(range(3)):
        for order in orders:
            kind = (tuple(inside[axis] for axis in turned), tuple(order))
            if kind not in seen:
                seen.add(kind)
                yield turned, order


def _turned_back(one: Placed, turned: tuple[int, int, int]) -> Placed:
    at, size = [0, 0, 0], [0, 0, 0]
    for place_, axis in enumerate(turned):
        at[axis], size[axis] = one.at[place_], one.size[place_]
    return Placed(tuple(at), tuple(size))


def _fill(sizes: Sequence[Size], inside: Size) -> list[Placed] | None:
    """Each unit to the lowest, then rearmost, then leftmost corner where one of its orientations fits."""
    placed: list[Placed] = []
    corners: set[Size] = {(0, 0, 0)}
    for size in sizes:
        best = min(_choices(size, corners, placed, inside), key=_preference, default=None)
        if best is None:
            return None
        placed.append(best)
        corners.discard(best.at)
        corners |= set(_new_corners(best, placed, inside))
    return placed


def _choices(size: Size, corners: set[Size], placed: Sequence[Placed], inside: Size) -> Iterator[Placed]:
    for corner in corners:
        for turned in _turns(size):
            if any(corner[axis] + turned[axis] > inside[axis] for axis in range(3)):
                continue
            one = Placed(corner, turned)
            if not any(one.overlaps(other) for other in placed):
                yield one


def _preference(one: Placed) -> tuple:
    tops = [one.at[axis] + one.size[axis] for axis in range(3)]
    return (tops[2], tops[1], tops[0], one.at, one.size)


def _new_corners(new: Placed, placed: Sequence[Placed], inside: Size) -> Iterator[Size]:
    """The far corner along each axis, let fall along each of the two other axes until something stops it."""
    for axis in range(3):
        start = list(new.at)
        start[axis] += new.size[axis]
        if start[axis] >= inside[axis]:
            continue
        for along in range(3):
            if along == axis:
                continue
            corner = list(start)
            corner[along] = max(
                (
                    top
                    for other in placed
                    if (top := other.at[along] + other.size[along]) <= start[along]
                    and all(
                        other.at[side] <= start[side] < other.at[side] + other.size[side]
                        for side in range(3)
                        if side != along
                    )
                ),
                default=0,
            )
            yield tuple(corner)
        yield tuple(start)
