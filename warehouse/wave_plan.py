"""Pure planning of a wave: which bins to take from, who shares a cart, in which order to walk. No query in here."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from warehouse.planner import planning
from warehouse.planner.block import Block
from warehouse.planner.problem import Problem

STEP = 10  # between two stops of a walk, so that a replacement fits in between
NO_LIMIT = 1 << 40
SECONDS_A_PACKAGE, SECONDS_AT_MOST = 0.005, 0.9  # of search; twice when the urgent ones are planned apart


@dataclass(frozen=True)
class Need:
    """What one package wants, and how urgent it is."""

    package_id: int
    units: Mapping[int, int]  # SKU id -> units
    due_at: datetime
    weight_g: int = 0


@dataclass(frozen=True)
class Shelf:
    """Free units of one SKU in one bin. The dock is used only when the shelves are empty."""

    bin_id: int
    sku_id: int
    free: int
    walk_order: int
    aisle: int = 0
    cell: int = 0
    rank: int = 0  # of lots: what expires first has the smallest, see lots.order_of_bins

    @property
    def place(self) -> tuple[int, int]:
        """Aisle and cell as the router counts them; a bin without them stands where its walk order says."""
        if self.aisle:
            return self.aisle - 1, self.cell
        return self.walk_order // 10_000, self.walk_order // 10 % 1000


@dataclass(frozen=True)
class Floor:
    """Measures of the building, how fast people walk and take, and what a cart holds (0: no limit)."""

    aisle_mm: int = 3000
    cell_mm: int = 1000
    entry_mm: int = 1500
    cells: int = 0  # of the longest aisle; 0: as far as the goods lie
    mm_per_s: int = 1000
    line_s: float = 12.0
    is_measured: bool = False  # then `line_s` has the walking in it
    pickers: int = 1
    cart_units: int = 0
    cart_weight_g: int = 0

    def block(self, shelves: Iterable[Shelf]) -> Block:
        places = [shelf.place for shelf in shelves]
        return Block(
            aisles=max(aisle for aisle, _cell in places) + 1,
            cells=max(self.cells, *(cell for _aisle, cell in places), 1) + 1,
            between_aisles=self.aisle_mm,
            between_cells=self.cell_mm,
            entry=self.entry_mm,
        )


@dataclass(frozen=True)
class Stop:
    """Take `quantity` of a SKU from a bin for a package."""

    package_id: int
    sku_id: int
    bin_id: int
    quantity: int
    walk_order: int


@dataclass(frozen=True)
class Walk:
    """One cart: its packages in slot order and its stops in walk order."""

    package_ids: tuple[int, ...]
    stops: tuple[Stop, ...]
    length_mm: int = 0

    def slot_of(self, package_id: int) -> int:
        return self.package_ids.index(package_id) + 1


def walk_seconds(walk: Walk, *, floor: Floor) -> float:
    """How long a picker is expected to be on the way."""
    walking = 0.0 if floor.is_measured else walk.length_mm / floor.mm_per_s
    return walking + len(walk.stops) * floor.line_s


@dataclass(frozen=True)
class Plan:
    walks: tuple[Walk, ...]
    lacking: tuple[int, ...]  # packages whose goods do not lie on any shelf now
    finish_at: datetime | None = None  # when the last walk is expected to end
    late: tuple[int, ...] = ()  # packages expected to be picked after their deadline
    is_split: bool = False  # the urgent ones walk apart, though that is a longer way

    @property
    def length_mm(self) -> int:
        return sum(walk.length_mm for walk in self.walks)

    @property
    def package_ids(self) -> list[int]:
        return [package_id for walk in self.walks for package_id in walk.package_ids]

    @property
    def units(self) -> int:
        return sum(stop.quantity for walk in self.walks for stop in walk.stops)


def choose_bins(
    *, needs: Sequence[Need], shelves: Iterable[Shelf]
) -> tuple[dict[int, list[Stop]], list[int]]:
    """Stops per package, most urgent first; a package that lacks a unit takes nothing and is named."""
    by_sku: dict[int, list[Shelf]] = defaultdict(list)
    for shelf in sorted(shelves, key=lambda one: (one.rank, one.walk_order, one.bin_id)):
        by_sku[shelf.sku_id].append(shelf)
    left = {(shelf.bin_id, shelf.sku_id): shelf.free for rows in by_sku.values() for shelf in rows}
    stops: dict[int, list[Stop]] = {}
    lacking = []
    for need in sorted(needs, key=lambda one: (one.due_at, one.package_id)):
        taken = _take(need, by_sku, left)
        if taken is None:
            lacking.append(need.package_id)
            continue
        for stop in taken:
            left[stop.bin_id, stop.sku_id] -= stop.quantity
        stops[need.package_id] = taken
    return stops, lacking


def _take(
    need: Need, by_sku: Mapping[int, list[Shelf]], left: Mapping[tuple[int, int], int]
) -> list[Stop] | None:
    """Units of every SKU: from one bin that has them all if one of those that come first does, else bin after bin."""
    stops = []
    for sku_id, wanted in need.units.items():
        rows = [shelf for shelf in by_sku.get(sku_id, ()) if left[shelf.bin_id, sku_id] > 0]
        first = [shelf for shelf in rows if shelf.rank == rows[0].rank]
        whole = next((shelf for shelf in first if left[shelf.bin_id, sku_id] >= wanted), None)
        missing = wanted
        for shelf in [whole] if whole else rows:
            units = min(missing, left[shelf.bin_id, sku_id])
            stops.append(Stop(need.package_id, sku_id, shelf.bin_id, units, shelf.walk_order))
            missing -= units
            if missing == 0:
                break
        if missing:
            return None
    return stops


def plan_walks(
    *,
    needs: Sequence[Need],
    shelves: Iterable[Shelf],
    slots: int,
    floor: Floor = Floor(),
    now: datetime | None = None,
) -> Plan:
    """Carts by the shortest walks; where that would make packages late, the urgent ones walk first and apart."""
    shelves = list(shelves)
    stops, lacking = choose_bins(needs=needs, shelves=shelves)
    if not stops:
        return Plan(walks=(), lacking=tuple(lacking))
    wanted = {need.package_id: need for need in needs if need.package_id in stops}
    site = Site(floor=floor, shelves=shelves, stops=stops, slots=slots)
    plan = _expected(_walks(site, list(wanted.values())), wanted, lacking, floor=floor, now=now)
    if not plan.late:
        return plan
    urgent = [need for need in wanted.values() if need.due_at <= plan.finish_at]
    rest = [need for need in wanted.values() if need.due_at > plan.finish_at]
    if not rest:
        return plan
    walks = [*_walks(site, urgent), *_walks(site, rest)]
    apart = _expected(walks, wanted, lacking, floor=floor, now=now, is_split=True)
    return min(plan, apart, key=lambda one: (len(one.late), one.length_mm))


@dataclass(frozen=True)
class Site:
    """What a wave's carts are made of."""

    floor: Floor
    shelves: Sequence[Shelf]
    stops: Mapping[int, list[Stop]]
    slots: int


def _walks(site: Site, needs: Sequence[Need]) -> list[Walk]:
    """Carts of these packages, the one with the most urgent package first."""
    places = {shelf.bin_id: shelf.place for shelf in site.shelves}
    needs = sorted(needs, key=lambda need: (need.due_at, need.package_id))
    limits = [site.slots, site.floor.cart_units or NO_LIMIT, site.floor.cart_weight_g or NO_LIMIT]
    sizes = []
    for need in needs:  # one that is too much for a cart has a cart to itself
        amounts = (1, sum(need.units.values()), need.weight_g)
        sizes.append([min(amount, limit) for amount, limit in zip(amounts, limits, strict=True)])
    visits = [[places[stop.bin_id] for stop in site.stops[need.package_id]] for need in needs]
    problem = Problem(site.floor.block(site.shelves), visits, sizes, limits)
    seconds = min(SECONDS_AT_MOST, SECONDS_A_PACKAGE * len(needs))
    planned = planning.plan(problem=problem, seconds=seconds)
    carts = sorted(
        zip(planned.batches, planned.tours, planned.lengths, strict=True), key=lambda cart: min(cart[0])
    )
    return [
        _walk(site, [needs[index].package_id for index in sorted(batch)], tour, length, places)
        for batch, tour, length in carts
    ]


def _walk(
    site: Site,
    package_ids: list[int],
    tour: list[tuple[int, int]],
    length: float,
    places: Mapping[int, tuple[int, int]],
) -> Walk:
    if tour[0] > tour[-1]:  # both ways round are as long: the near aisle first
        tour = tour[::-1]
    at = {place: number for number, place in enumerate(tour)}
    slot = {package_id: number for number, package_id in enumerate(package_ids)}
    stops = [stop for package_id in package_ids for stop in site.stops[package_id]]
    stops.sort(
        key=lambda stop: (at[places[stop.bin_id]], stop.walk_order, stop.sku_id, slot[stop.package_id])
    )
    return Walk(package_ids=tuple(package_ids), stops=tuple(stops), length_mm=round(length))


def _expected(
    walks: Sequence[Walk],
    wanted: Mapping[int, Need],
    lacking: Sequence[int],
    *,
    floor: Floor,
    now: datetime | None,
    is_split: bool = False,
) -> Plan:
    """The plan with what it leads to: each walk goes to the picker who is free first."""
    if now is None:
        return Plan(walks=tuple(walks), lacking=tuple(lacking))
    free = [now] * max(floor.pickers, 1)
    late: list[int] = []
    for walk in walks:
        free.sort()
        free[0] += timedelta(seconds=walk_seconds(walk, floor=floor))
        late += [package_id for package_id in walk.package_ids if wanted[package_id].due_at < free[0]]
    return Plan(tuple(walks), tuple(lacking), finish_at=max(free), late=tuple(late), is_split=is_split)
