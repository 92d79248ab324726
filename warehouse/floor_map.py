"""What the map of a warehouse shows: its cells with what lies there, picks, empty bins, what was searched, and walks.

Reads only, in a fixed number of queries whatever the size of the building. `floor_svg` draws it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, Sum

from warehouse import floor_path, pick_history, selectors
from warehouse.floor_path import Corner, Grid, Stop
from warehouse.models import (
    ON_THE_WAY,
    Bin,
    BinLevel,
    PickList,
    PickTask,
    PickTaskState,
    Warehouse,
    Wave,
    WaveState,
    Zone,
)

Spot = tuple[int, int, int, int]  # block, aisle, side, cell
WAVES_OFFERED = 20
ZONE_TONES, WALK_TONES = 8, 6


@dataclass(frozen=True)
class Slot:
    """One bin of a cell."""

    bin_id: int
    code: str
    zone_id: int | None
    level: int
    units: int
    picks: int = 0
    is_marked: bool = False


@dataclass(frozen=True)
class Cell:
    """All bins at one spot of the building, lowest level first."""

    spot: Spot
    slots: tuple[Slot, ...]

    @property
    def units(self) -> int:
        return sum(slot.units for slot in self.slots)

    @property
    def picks(self) -> int:
        return sum(slot.picks for slot in self.slots)

    @property
    def empty(self) -> int:
        return sum(slot.units == 0 for slot in self.slots)

    @property
    def is_marked(self) -> bool:
        return any(slot.is_marked for slot in self.slots)


@dataclass(frozen=True)
class Walk:
    """A pick list drawn: its corners, and the stops in walking order."""

    list_id: str
    number: str
    tone: int
    corners: tuple[Corner, ...]
    stops: tuple[tuple[Stop, str], ...]  # and the bins taken from there
    length_mm: float
    elsewhere: tuple[str, ...] = ()  # bins without a place in the building

    @property
    def meters(self) -> int:
        return round(self.length_mm / 1000)


@dataclass(frozen=True)
class FloorMap:
    """Everything that one drawing needs."""

    warehouse: Warehouse
    grid: Grid
    cells: tuple[Cell, ...]
    outside: tuple[tuple[Bin, Slot], ...]  # docks and whatever has no place in the building
    zones: tuple[Zone, ...]
    walks: tuple[Walk, ...] = ()
    marked: tuple[Slot, ...] = ()

    @property
    def slots(self) -> list[Slot]:
        return [slot for cell in self.cells for slot in cell.slots]

    @property
    def toned_zones(self) -> list[tuple[Zone, int]]:
        return [(zone, number % ZONE_TONES) for number, zone in enumerate(self.zones)]

    @property
    def drawn_zones(self) -> list[tuple[Zone | None, int | str]]:
        """For the legend: the zones whose tone is on the drawing; None stands for cells of no zone."""
        drawn = {cell.slots[0].zone_id for cell in self.cells}
        found: list[tuple[Zone | None, int | str]] = [one for one in self.toned_zones if one[0].pk in drawn]
        return [*found, (None, "x")] if drawn - {zone.pk for zone in self.zones} else found

    def cell_at(self, text: str) -> Cell | None:
        """The cell of an address such as `1.3.2.7`: block, aisle, side, cell."""
        return next((cell for cell in self.cells if ".".join(map(str, cell.spot)) == text), None)


def grid_of(warehouse: Warehouse, spots: Iterable[Spot]) -> Grid:
    """Measures of the building as far as its bins reach."""
    spots = list(spots)
    blocks = max([warehouse.blocks, *(spot[0] for spot in spots)])
    cells = [max([1, *(spot[3] for spot in spots if spot[0] == block)]) for block in range(1, blocks + 1)]
    aisles = [warehouse.entry_aisle, warehouse.pack_aisle, *(spot[1] for spot in spots)]
    return Grid(
        aisles=max(aisles),
        cells=tuple(cells),
        aisle_mm=warehouse.aisle_mm,
        cell_mm=warehouse.cell_mm,
        entry_mm=warehouse.entry_mm,
        cross_mm=warehouse.cross_mm,
        is_one_way=warehouse.is_one_way,
    )


def load(
    *,
    warehouse: Warehouse,
    now: datetime,
    words: str = "",
    with_picks: bool = False,
    lists: Sequence[PickList] = (),
) -> FloorMap:
    """The building with what lies in it now; `words` mark a bin, or the bins of a SKU."""
    bins = list(
        Bin.objects.filter(warehouse=warehouse, is_active=True)
        .exclude(kind__in=ON_THE_WAY)
        .annotate(units=Sum("levels__on_hand", default=0))
        .order_by("walk_order", "code", "pk")
    )
    picks = pick_history.picks_by_bin(warehouse_id=warehouse.pk, now=now) if with_picks else {}
    marked = found_bins(warehouse_id=warehouse.pk, words=words)
    slots = {
        row.pk: Slot(
            row.pk, row.code, row.zone_id, row.level, row.units, picks.get(row.pk, 0), row.pk in marked
        )
        for row in bins
    }
    at: dict[Spot, list[Slot]] = defaultdict(list)
    for row in bins:
        if row.aisle:
            at[_spot(row)].append(slots[row.pk])
    cells = [
        Cell(spot, tuple(sorted(found, key=lambda slot: (slot.level, slot.code))))
        for spot, found in sorted(at.items())
    ]
    tasks = _tasks(lists)
    passed = {_spot(task.bin) for found in tasks.values() for task in found if task.bin.aisle}
    grid = grid_of(warehouse, {*at, *passed})  # a walk of before may have passed bins that are retired now
    return FloorMap(
        warehouse=warehouse,
        grid=grid,
        cells=tuple(cells),
        outside=tuple((row, slots[row.pk]) for row in bins if not row.aisle),
        zones=tuple(Zone.objects.filter(warehouse=warehouse).order_by("code")),
        walks=tuple(
            _walk(warehouse, grid, row, tasks[row.pk], tone=number % WALK_TONES)
            for number, row in enumerate(lists)
        ),
        marked=tuple(slot for slot in slots.values() if slot.is_marked),
    )


def found_bins(*, warehouse_id: int, words: str) -> set[int]:
    """Bins whose code has these words in it, and bins that hold the SKU of this code or barcode."""
    if not words:
        return set()
    sku = selectors.find_sku(code=words)
    holding = BinLevel.objects.filter(sku=sku, on_hand__gt=0) if sku else BinLevel.objects.none()
    wanted = Q(code__icontains=words) | Q(pk__in=holding.values("bin_id"))
    return set(
        Bin.objects.filter(wanted, warehouse_id=warehouse_id, is_active=True).values_list("pk", flat=True)
    )


def lists_to_draw(*, warehouse_id: int, wave_id: str, list_id: str = "") -> list[PickList]:
    """The walks of a wave, or the one that was chosen of them."""
    if not wave_id:
        return []
    found = PickList.objects.filter(wave__public_id=wave_id, wave__warehouse_id=warehouse_id)
    if list_id:
        found = found.filter(public_id=list_id)
    return list(found.order_by("number"))


def waves_to_choose(*, warehouse_id: int) -> list[Wave]:
    """The newest waves that have walks."""
    found = Wave.objects.filter(warehouse_id=warehouse_id).exclude(state=WaveState.CANCELLED)
    return list(found.order_by("-planned_at", "-pk")[:WAVES_OFFERED])


def _spot(place: Bin) -> Spot:
    return place.block, place.aisle, place.side, place.cell


def _tasks(lists: Sequence[PickList]) -> Mapping[int, list[PickTask]]:
    """Lines of these walks in walking order."""
    found: Mapping[int, list[PickTask]] = defaultdict(list)
    rows = PickTask.objects.filter(pick_list__in=lists).exclude(state=PickTaskState.DROPPED)
    for task in rows.select_related("bin").order_by("sequence", "pk") if lists else ():
        found[task.pick_list_id].append(task)
    return found


def _walk(
    warehouse: Warehouse, grid: Grid, pick_list: PickList, tasks: Sequence[PickTask], *, tone: int
) -> Walk:
    """Neighboring lines at one cell are one stop."""
    stops: list[tuple[Stop, list[str]]] = []
    elsewhere: list[str] = []
    for task in tasks:
        place = task.bin
        if not place.aisle:
            elsewhere.append(place.code)
            continue
        stop = Stop(place.block, place.aisle, place.cell)
        if not stops or stops[-1][0] != stop:
            stops.append((stop, []))
        if place.code not in stops[-1][1]:
            stops[-1][1].append(place.code)
    corners, length = floor_path.way(
        grid=grid,
        stops=[stop for stop, _codes in stops],
        entry_aisle=warehouse.entry_aisle,
        pack_aisle=warehouse.pack_aisle,
    )
    return Walk(
        list_id=pick_list.public_id,
        number=pick_list.number,
        tone=tone,
        corners=tuple(corners),
        stops=tuple((stop, ", ".join(codes)) for stop, codes in stops),
        length_mm=length,
        elsewhere=tuple(dict.fromkeys(elsewhere)),
    )
