"""What a wave is planned from and what comes of it; and which bins the goods are taken from. No query in here."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from warehouse.planner.block import Block

STEP = 10  # between two stops of a walk, so that a replacement fits in between
UNPLACED_AISLE = 10_000  # of the walk order: how bins without a place are set beside each other


@dataclass(frozen=True)
class Need:
    """What one package wants, and until when it must be packed."""

    package_id: int
    units: Mapping[int, int]  # SKU id -> units
    due_at: datetime
    weight_g: int = 0
    volume_ml: int = 0

    @property
    def amount(self) -> int:
        return sum(self.units.values())


@dataclass(frozen=True)
class Shelf:
    """Free units of one SKU in one bin. The dock is used only when the shelves are empty."""

    bin_id: int
    sku_id: int
    free: int
    walk_order: int
    aisle: int = 0
    cell: int = 0
    block: int = 1
    level: int = 1
    rank: int = 0  # of goods kept by lot: the smaller is taken first
    prefer: int = 0  # of goods of a live show: -1 taken first, 1 taken last

    @property
    def order(self) -> tuple[int, int, int, int]:
        """Which of several bins of a SKU is emptied first: by lot, then by a show, then as one walks."""
        return self.rank, self.prefer, self.walk_order, self.bin_id

    @property
    def place(self) -> tuple[int, int]:
        """Aisle and cell as the router counts them; a bin without them stands where its walk order says."""
        if self.aisle:
            return self.aisle - 1, self.cell
        return self.walk_order // UNPLACED_AISLE, self.walk_order // 10 % 1000


@dataclass(frozen=True)
class Floor:
    """Measures of the building, how fast people walk, take and pack, what waits, and what a cart holds (0: no limit)."""

    aisle_mm: int = 3000
    cell_mm: int = 1000
    entry_mm: int = 1500
    cross_mm: int = 0
    cells: int = 0  # of the longest aisle; 0: as far as the goods lie
    blocks: int = 1
    is_one_way: bool = False
    entry_aisle: int = 1
    pack_aisle: int = 1
    mm_per_s: int = 1000
    line_s: float = 12.0
    level_s: float = 0.0  # for each level above the first
    is_measured: bool = False  # then `line_s` has the walking in it
    pickers: int = 1
    pack_s: float = 0.0  # for a parcel; 0: packing is not looked at
    stations: int = 1
    lines_ahead: int = 0  # on walks that were released before
    parcels_ahead: int = 0  # that will be packed before
    cart_units: int = 0
    cart_weight_g: int = 0
    cart_volume_ml: int = 0

    def block(self, shelves: Iterable[Shelf]) -> Block:
        places = [(shelf.place, shelf.block) for shelf in shelves]
        aisles = max(aisle for (aisle, _cell), _block in places) + 1
        reach = {
            block: max([self.cells, 1, *(place[1] for place, mine in places if mine == block)]) + 1
            for block in (1, 2)
        }
        has_two = self.blocks == 2 or any(block == 2 for _place, block in places)
        return Block(
            aisles=max(aisles, self.entry_aisle, self.pack_aisle),
            cells=reach[1],
            between_aisles=self.aisle_mm,
            between_cells=self.cell_mm,
            entry=self.entry_mm,
            depot=self.entry_aisle - 1,
            pack=self.pack_aisle - 1,
            cells_beyond=reach[2] if has_two else 0,
            cross=self.cross_mm if has_two else 0,
            is_one_way=self.is_one_way,
        )

    @property
    def cart(self) -> dict[str, int]:
        """What a cart is limited by, apart from its slots."""
        limits = {"units": self.cart_units, "weight_g": self.cart_weight_g, "volume_ml": self.cart_volume_ml}
        return {measure: limit for measure, limit in limits.items() if limit}


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
    mode: str = "sort_while_pick"
    lane: str = "mixed"
    lift_s: float = 0.0  # for reaching up to higher levels

    def slot_of(self, package_id: int) -> int:
        return self.package_ids.index(package_id) + 1


@dataclass(frozen=True)
class TooBig:
    """A package that no cart takes: what it needs and what a cart holds of that measure."""

    package_id: int
    measure: str  # units | weight_g | volume_ml
    needs: int
    takes: int


@dataclass(frozen=True)
class Plan:
    walks: tuple[Walk, ...]
    lacking: tuple[int, ...]  # packages whose goods do not lie on any shelf now
    finish_at: datetime | None = None  # when the last parcel is expected to be packed
    picked_at: datetime | None = None  # when the last walk is expected to end
    late: tuple[int, ...] = ()  # packages expected to be packed after their deadline
    is_split: bool = False  # the urgent ones walk apart, though that is a longer way
    too_big: tuple[TooBig, ...] = ()
    wall_room: int | None = None  # free slots of the put wall, when they kept packages out
    no_slot: int = 0  # how many
    meanwhile: Mapping[int, datetime] = field(
        default_factory=dict
    )  # package -> when it is expected to be packed

    @property
    def length_mm(self) -> int:
        return sum(walk.length_mm for walk in self.walks)

    @property
    def package_ids(self) -> list[int]:
        return [package_id for walk in self.walks for package_id in walk.package_ids]

    @property
    def units(self) -> int:
        return sum(stop.quantity for walk in self.walks for stop in walk.stops)

    @property
    def lines(self) -> int:
        return sum(len(walk.stops) for walk in self.walks)


def choose_bins(
    *, needs: Sequence[Need], shelves: Iterable[Shelf]
) -> tuple[dict[int, list[Stop]], list[int]]:
    """Stops per package, most urgent first; a package that lacks a unit takes nothing and is named."""
    by_sku: dict[int, list[Shelf]] = defaultdict(list)
    for shelf in sorted(shelves, key=lambda one: one.order):
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
    """Units of every SKU: from one bin that has them all if there is one, else bin after bin; by lot the oldest first."""
    stops = []
    for sku_id, wanted in need.units.items():
        rows = [shelf for shelf in by_sku.get(sku_id, ()) if left[shelf.bin_id, sku_id] > 0]
        whole = next(
            (
                one
                for one in rows
                if one.rank == rows[0].rank
                and one.prefer <= max(rows[0].prefer, 0)  # goods kept for a show are not touched for this
                and left[one.bin_id, sku_id] >= wanted
            ),
            None,
        )
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
