"""Where bins stand: their codes, the order in which a picker passes them, and drafts that make or change many at once.

A draft says what would be made, changed and left before anything is written; making is all of it or nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from tenancy import audit
from tenancy.actors import Actor
from warehouse import setup
from warehouse.models import Bin, BinKind, BinLevel, Warehouse, Zone

AISLES_AT_MOST = 390
CELLS_AT_MOST = 999
LEVELS_AT_MOST = 9
BLOCKS_AT_MOST = 2
BINS_AT_ONCE = 20_000
BLOCK_STEP = 4_000_000  # of the walk order: the second block comes after all of the first, before the dock
SIDES = {0: "", 1: "L", 2: "R"}
CODE_LENGTH, ZONE_LENGTH = 30, 20
_WRITTEN = ["zone", "kind", "block", "side", "aisle", "cell", "level", "walk_order", "is_active"]


class BadLayout(RuleViolation):
    """These bins cannot be made."""

    code = "bad_layout"


@dataclass(frozen=True, order=True)
class Place:
    """A bin's place in the building. Cells count from the front of their block; block 1 is the one at the entry."""

    aisle: int
    cell: int
    level: int
    block: int = 1
    side: int = 0

    @property
    def code(self) -> str:
        block = str(self.block) if self.block > 1 else ""
        return f"{aisle_letters(self.aisle)}{block}-{self.cell:02d}{SIDES[self.side]}-{self.level}"

    @property
    def walk_order(self) -> int:
        """Up the odd aisles and down the even ones: the picker never walks an aisle back."""
        along = self.cell if self.aisle % 2 else CELLS_AT_MOST - self.cell
        return (self.block - 1) * BLOCK_STEP + (self.aisle * 1000 + along) * 10 + self.level


@dataclass(frozen=True)
class Entry:
    """A bin as it should be. Without a place it stands outside of the aisles, such as a dock."""

    code: str
    zone: str
    place: Place | None
    kind: str = BinKind.SHELF

    @property
    def walk_order(self) -> int:
        if self.kind == BinKind.RECEIVING or self.place is None:
            return setup.RECEIVING_WALK_ORDER
        return self.place.walk_order


@dataclass(frozen=True)
class Draft:
    """What making these bins would do. `changed` pairs a stored bin with what it becomes."""

    fresh: tuple[Entry, ...]
    changed: tuple[tuple[Bin, Entry], ...]
    same: int
    others: int  # bins of the warehouse that are not named: they stay as they are
    zones: tuple[str, ...]  # new ones
    adds_block: bool

    @property
    def is_empty(self) -> bool:
        return not (self.fresh or self.changed)


def is_code(text: str, most: int = CODE_LENGTH) -> bool:
    """Fit to be printed on a label, scanned, and opened in a spreadsheet without being taken for a formula."""
    return 1 <= len(text) <= most and text.isprintable() and " " not in text and text[0].isalnum()


def aisle_letters(aisle: int) -> str:
    """1 → A, 26 → Z, 27 → AA."""
    letters = ""
    while aisle > 0:
        aisle, rest = divmod(aisle - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def places(
    *, first_aisle: int, aisles: int, cells: int, levels: int, sides: int = 1, blocks: Sequence[int] = (1,)
) -> list[Place]:
    """Every place of such shelves. With one side nothing is said about left and right."""
    return [
        Place(aisle, cell, level, block, side)
        for block in blocks
        for aisle in range(first_aisle, first_aisle + aisles)
        for cell in range(1, cells + 1)
        for side in ((1, 2) if sides == 2 else (0,))
        for level in range(1, levels + 1)
    ]


def shelves(
    *,
    zone_code: str,
    first_aisle: int,
    aisles: int,
    cells: int,
    levels: int,
    sides: int = 1,
    blocks: Sequence[int] = (1,),
) -> list[Entry]:
    """Entries of shelves by their measures; refuses what no building has."""
    numbers = (first_aisle, aisles, cells, levels, sides)
    if min(numbers) < 1 or cells > CELLS_AT_MOST or levels > LEVELS_AT_MOST:
        raise BadLayout(
            _("Give at least one aisle, cell and level; at most %(cells)d cells and %(levels)d levels.")
            % {"cells": CELLS_AT_MOST, "levels": LEVELS_AT_MOST}
        )
    if first_aisle + aisles - 1 > AISLES_AT_MOST:
        raise BadLayout(_("Aisles are counted up to %(most)d.") % {"most": AISLES_AT_MOST})
    if aisles * cells * levels * sides * len(blocks) > BINS_AT_ONCE:
        raise BadLayout(_("That would be more than %(most)d bins at once.") % {"most": BINS_AT_ONCE})
    zone = zone_code.strip().upper() or "A"
    if not is_code(zone, ZONE_LENGTH):
        raise BadLayout(
            _("A zone has 1 to %(most)d characters without spaces, the first one a letter or digit.")
            % {"most": ZONE_LENGTH}
        )
    wanted = places(
        first_aisle=first_aisle, aisles=aisles, cells=cells, levels=levels, sides=sides, blocks=blocks
    )
    return [Entry(place.code, zone, place) for place in wanted]


def draft(*, warehouse: Warehouse, entries: Sequence[Entry], is_changing: bool) -> Draft:
    """Compare with what stands there. Unless it `is_changing`, bins that exist stay as they are."""
    stored = {row.code.upper(): row for row in Bin.objects.filter(warehouse=warehouse).select_related("zone")}
    fresh, changed = [], []
    for entry in entries:
        found = stored.get(entry.code)
        if found is None:
            fresh.append(entry)
        elif is_changing and differs(found, entry):
            changed.append((found, entry))
    codes = {entry.code for entry in entries}
    written = [*fresh, *(entry for _bin, entry in changed)]
    known = set(Zone.objects.filter(warehouse=warehouse).values_list("code", flat=True))
    return Draft(
        fresh=tuple(fresh),
        changed=tuple(changed),
        same=len(entries) - len(written),
        others=len(stored.keys() - codes),
        zones=tuple(sorted({entry.zone for entry in written if entry.zone} - known)),
        adds_block=any(entry.place and entry.place.block > warehouse.blocks for entry in written),
    )


def differs(found: Bin, entry: Entry) -> bool:
    """Whether the stored bin is not yet what the entry says; a retired one never is."""
    zone = found.zone.code if found.zone else ""
    now = (found.is_active, zone, found.kind, place_of(found))
    is_elsewhere = entry.place is not None and found.walk_order != entry.walk_order
    return now != (True, entry.zone, entry.kind, entry.place) or is_elsewhere


def place_of(found: Bin) -> Place | None:
    return Place(found.aisle, found.cell, found.level, found.block, found.side) if found.aisle else None


@transaction.atomic
def make(
    *,
    warehouse_id: int,
    entries: Sequence[Entry],
    actor: Actor,
    now: datetime,
    is_changing: bool = False,
) -> Draft:
    """Write all of it in one step. Returns what was done."""
    warehouse = Warehouse.objects.lock().get(pk=warehouse_id)
    found = draft(warehouse=warehouse, entries=entries, is_changing=is_changing)
    _refuse_kinds(found)
    zones = _zones(warehouse, found.zones)
    rows = [(Bin(warehouse=warehouse, code=entry.code), entry) for entry in found.fresh]
    for row, entry in (*rows, *found.changed):
        _write(row, entry, zones)
    Bin.objects.insert_many(row for row, _entry in rows)
    Bin.objects.update_many([row for row, _entry in found.changed], _WRITTEN)
    if found.adds_block:
        warehouse.blocks = BLOCKS_AT_MOST
        warehouse.save(update_fields=["blocks"])
    audit.record(
        actor=actor,
        now=now,
        action="bins.made",
        subject_type="warehouse",
        subject_id=warehouse.pk,
        count=len(found.fresh),
        changed=len(found.changed),
        zones=sorted({entry.zone for entry in found.fresh}),
    )
    return found


def _refuse_kinds(found: Draft) -> None:
    """A shelf with goods does not become a dock under them."""
    turned = [row.pk for row, entry in found.changed if row.kind != entry.kind]
    full = BinLevel.objects.filter(bin_id__in=turned, on_hand__gt=0).select_related("bin").first()
    if full is not None:
        raise BadLayout(
            _("%(bin)s holds goods: empty it before it becomes another kind of bin.") % {"bin": full.bin.code}
        )


def _zones(warehouse: Warehouse, missing: Iterable[str]) -> dict[str, Zone]:
    Zone.objects.insert_many(Zone(warehouse=warehouse, code=code) for code in missing)
    return {zone.code: zone for zone in Zone.objects.filter(warehouse=warehouse)}


def _write(row: Bin, entry: Entry, zones: Mapping[str, Zone]) -> None:
    place = entry.place
    row.zone = zones[entry.zone] if entry.zone else None
    row.kind, row.walk_order, row.is_active = entry.kind, entry.walk_order, True
    row.block, row.side = (place.block, place.side) if place else (1, 0)
    row.aisle, row.cell, row.level = (place.aisle, place.cell, place.level) if place else (0, 0, 0)


def make_bins(
    *,
    warehouse_id: int,
    zone_code: str,
    first_aisle: int,
    aisles: int,
    cells: int,
    levels: int,
    actor: Actor,
    now: datetime,
    sides: int = 1,
    blocks: Sequence[int] = (1,),
) -> int:
    """Make the bins of such shelves; those that exist already stay as they are. Returns how many are new."""
    entries = shelves(
        zone_code=zone_code,
        first_aisle=first_aisle,
        aisles=aisles,
        cells=cells,
        levels=levels,
        sides=sides,
        blocks=blocks,
    )
    return len(make(warehouse_id=warehouse_id, entries=entries, actor=actor, now=now).fresh)


def gaps(wanted: Iterable[Place]) -> list[str]:
    """Cells and aisles that are missing between others, in words; one entry for each side of an aisle."""
    rows: dict[tuple[int, int, int], set[int]] = {}
    for place in wanted:
        rows.setdefault((place.block, place.aisle, place.side), set()).add(place.cell)
    found = []
    for block in sorted({key[0] for key in rows}):
        aisles = {key[1] for key in rows if key[0] == block}
        for span in _spans(set(range(min(aisles), max(aisles))) - aisles, aisle_letters):
            found.append(_("block %(block)d: no aisle %(aisles)s") % {"block": block, "aisles": span})
    for (block, aisle, side), cells in sorted(rows.items()):
        spans = _spans(set(range(min(cells), max(cells))) - cells, str)
        if spans:
            where = f"{aisle_letters(aisle)}{block if block > 1 else ''} {SIDES[side]}".rstrip()
            found.append(
                _("aisle %(aisle)s: no cell %(cells)s") % {"aisle": where, "cells": ", ".join(spans)}
            )
    return found


def _spans(numbers: set[int], name: Callable[[int], str]) -> list[str]:
    """3, 4, 5, 9 → `3–5`, `9`."""
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return [name(low) if low == high else f"{name(low)}–{name(high)}" for low, high in spans]


def bins_in(
    *,
    warehouse_id: int | None = None,
    zone_id: int | None = None,
    first_aisle: int | None = None,
    last_aisle: int | None = None,
    is_retired: bool = False,
    is_empty: bool | None = None,
) -> QuerySet[Bin]:
    """Bins of a part of the building in walk order: for the list of bins and whatever is done with many of them."""
    found = Bin.objects.filter(is_active=not is_retired)
    wanted = {
        "warehouse_id": warehouse_id,
        "zone_id": zone_id,
        "aisle__gte": first_aisle,
        "aisle__lte": last_aisle,
    }
    found = found.filter(**{name: value for name, value in wanted.items() if value is not None})
    if last_aisle is not None:
        found = found.filter(aisle__gt=0)
    if is_empty is not None:
        holding = Exists(BinLevel.objects.filter(bin=OuterRef("pk"), on_hand__gt=0))
        found = found.filter(~holding if is_empty else holding)
    return found.order_by("walk_order", "code", "pk")
