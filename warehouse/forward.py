"""The forward zone of a live show, planned: what to bring where, how much to pre-pack, which materials it takes. No query.

The product that is expected to sell most gets the bin nearest to the pack point. Nothing is brought that is promised to
somebody else, and no more is pre-packed than is brought.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

USUAL_SHARE = 0.6  # of units that are ordered alone, one each, while no past show says it better


@dataclass(frozen=True)
class Box:
    """What one unit is packed into: which carton, its outer room, and the materials that closing it uses up."""

    carton_id: int
    name: str
    volume_ml: int
    uses: Mapping[int, int] = field(default_factory=dict)  # material SKU -> how much


@dataclass(frozen=True)
class Wish:
    """What is expected of one product, and what a person has decided about it."""

    sku_id: int
    code: str
    expected: int
    free: int  # units on shelves that nobody was promised
    share: float = USUAL_SHARE  # of single units
    prepack: int | None = None
    bin_id: int | None = None
    unit_ml: int = 0  # 0: its size is not known
    box: Box | None = None


@dataclass(frozen=True)
class Place:
    """A forward bin: how far it is from the pack point, what fits in, and why it cannot be had."""

    bin_id: int
    code: str
    far_mm: int
    capacity_ml: int = 0  # 0: not limited
    is_filled: bool = False
    taken_by: str = ""  # the title of another show


@dataclass(frozen=True)
class Line:
    """One product in its bin. `why` holds the figures that decided."""

    sku_id: int
    bin_id: int | None
    bring: int
    prepack: int
    carton_id: int | None
    why: Mapping[str, object]


@dataclass(frozen=True)
class Problem:
    """What keeps the plan from being carried out: a code, and what its sentence needs."""

    code: str  # no_bin | bin_taken | bin_twice | bin_filled | too_many_prepacks | no_stock | no_carton | material_short
    facts: Mapping[str, object]


@dataclass(frozen=True)
class MaterialNeed:
    """A packing material: what pre-packing uses up and what is there; None where no stock of it is kept."""

    sku_id: int
    need: int
    have: int | None

    @property
    def missing(self) -> int:
        return max(self.need - self.have, 0) if self.have is not None else 0


@dataclass(frozen=True)
class ForwardPlan:
    """A dry run: nothing of it has happened."""

    lines: tuple[Line, ...]
    materials: tuple[MaterialNeed, ...]
    problems: tuple[Problem, ...]

    @property
    def bring(self) -> int:
        return sum(line.bring for line in self.lines)

    @property
    def prepack(self) -> int:
        return sum(line.prepack for line in self.lines)


def distance_mm(
    *,
    aisle: int,
    cell: int,
    block: int,
    pack_aisle: int,
    aisle_mm: int,
    cell_mm: int,
    entry_mm: int,
    beyond_mm: int = 0,
) -> int:
    """About how far a bin is from the pack point: along the front, then into its aisle; `beyond_mm` to the second block."""
    if not aisle:
        return 0
    into = entry_mm + cell * cell_mm + (beyond_mm if block == 2 else 0)
    return abs(aisle - pack_aisle) * aisle_mm + into


def plan(
    *, wishes: Sequence[Wish], places: Iterable[Place], materials: Mapping[int, int | None]
) -> ForwardPlan:
    """Bins, units and pre-packed parcels for each product. `materials`: what is there of each material SKU."""
    known = {place.bin_id: place for place in places}
    free = sorted(
        (place for place in known.values() if not place.taken_by and not place.is_filled),
        key=lambda place: (place.far_mm, place.code),
    )
    wished = {wish.bin_id for wish in wishes if wish.bin_id}
    left = [place for place in free if place.bin_id not in wished]
    lines: dict[int, Line] = {}
    problems: list[Problem] = []
    given: set[int] = set()
    for wish in sorted(wishes, key=lambda one: (-one.expected, one.code)):
        place = _chosen(wish, known, given, problems) if wish.bin_id else _nearest(wish, left)
        if place is None and not wish.bin_id:
            problems.append(Problem("no_bin", {"sku": wish.code}))
        if place in left:
            left.remove(place)
        if place is not None:
            given.add(place.bin_id)
        lines[wish.sku_id] = _line(wish, place, problems)
    ordered = tuple(lines[wish.sku_id] for wish in wishes)
    needs = _materials(wishes, ordered, materials)
    problems += [
        Problem("material_short", {"sku_id": one.sku_id, "need": one.need, "have": one.have})
        for one in needs
        if one.missing
    ]
    return ForwardPlan(ordered, needs, tuple(problems))


def _chosen(
    wish: Wish, known: Mapping[int, Place], given: Collection[int], problems: list[Problem]
) -> Place | None:
    """The bin that a person named, unless something stands against it."""
    place = known.get(wish.bin_id)
    if place is None:
        problems.append(Problem("no_bin", {"sku": wish.code}))
    elif place.taken_by:
        problems.append(Problem("bin_taken", {"sku": wish.code, "bin": place.code, "show": place.taken_by}))
    elif place.bin_id in given:
        problems.append(Problem("bin_twice", {"sku": wish.code, "bin": place.code}))
    elif place.is_filled:
        problems.append(Problem("bin_filled", {"sku": wish.code, "bin": place.code}))
    else:
        return place
    return None


def _nearest(wish: Wish, left: Sequence[Place]) -> Place | None:
    """The nearest bin that takes all of it; when none does, the one that takes most."""
    if not left:
        return None
    units = min(wish.expected, wish.free)
    fits = next((place for place in left if _room(wish, place, units, _share_of(wish, units)) >= units), None)
    return fits or max(left, key=lambda place: (place.capacity_ml, -place.far_mm))


def _share_of(wish: Wish, units: int) -> int:
    """How many of so many units would be pre-packed."""
    if wish.prepack is not None:
        return min(wish.prepack, units)
    return min(round(wish.expected * wish.share), units) if wish.box else 0


def _room(wish: Wish, place: Place, units: int, prepack: int) -> int:
    """Units that fit in: the pre-packed ones need the room of their carton."""
    if not place.capacity_ml or not wish.unit_ml:
        return units
    box_ml = max(wish.box.volume_ml if wish.box else 0, wish.unit_ml)
    packed = min(prepack, place.capacity_ml // box_ml)
    loose = (place.capacity_ml - packed * box_ml) // wish.unit_ml if packed == prepack else 0
    return min(units, packed + loose)


def _line(wish: Wish, place: Place | None, problems: list[Problem]) -> Line:
    units = min(wish.expected, wish.free)
    why: dict[str, object] = {"expected": wish.expected, "free": wish.free}
    if place is None:
        return Line(wish.sku_id, None, 0, 0, None, why)
    if not units:
        problems.append(Problem("no_stock", {"sku": wish.code}))
        return Line(wish.sku_id, place.bin_id, 0, 0, None, why)
    if (wish.prepack or 0) > wish.free:
        problems.append(
            Problem("too_many_prepacks", {"sku": wish.code, "wanted": wish.prepack, "free": wish.free})
        )
    if wish.prepack and wish.box is None:
        problems.append(Problem("no_carton", {"sku": wish.code}))
    units = max(units, min(wish.prepack or 0, wish.free))
    bring = _room(wish, place, units, _share_of(wish, units))
    prepack = _share_of(wish, bring) if wish.box else 0
    why |= {"meters": round(place.far_mm / 1000), "fits": bring, "share": wish.share}
    return Line(
        wish.sku_id, place.bin_id, bring, prepack, wish.box.carton_id if wish.box and prepack else None, why
    )


def _materials(
    wishes: Sequence[Wish], lines: Sequence[Line], there: Mapping[int, int | None]
) -> tuple[MaterialNeed, ...]:
    needs: Counter[int] = Counter()
    for wish, line in zip(wishes, lines, strict=True):
        for sku_id, quantity in (wish.box.uses if wish.box else {}).items():
            needs[sku_id] += quantity * line.prepack
    return tuple(MaterialNeed(sku_id, need, there.get(sku_id)) for sku_id, need in needs.items() if need)
