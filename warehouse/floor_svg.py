"""Draws a warehouse seen from above: front and entry at the bottom, aisles side by side, shelves left and right of each.

The drawing is plain SVG with classes; colors stand in `static/app/floor_map.css`. It works without script.
"""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from warehouse import layout
from warehouse.floor_map import Cell, FloorMap, Slot, Walk

SHELF, ROW, LANE, GAP = (
    18,
    12,
    18,
    6,
)  # width of a shelf, depth of a cell, width of an aisle, between two shelves
PITCH = 2 * SHELF + LANE + GAP
CROSS, EDGE, FOOT = 24, 34, 40
HEAT_TONES = 5
WIDE, ZOOM_AT_MOST = 900, 1.8  # small buildings are drawn larger


@dataclass(frozen=True)
class Look:
    """What the colors mean (zones | picks | empty) and where a click on a cell leads."""

    show: str
    bin_address: Callable[[int], str]
    cell_address: Callable[[str], str]


@dataclass(frozen=True)
class _Sheet:
    """Where things are on the drawing."""

    floor: FloorMap

    @property
    def width(self) -> int:
        return EDGE + self.floor.grid.aisles * PITCH + EDGE

    @property
    def height(self) -> int:
        return CROSS + sum(cells * ROW + CROSS for cells in self.floor.grid.cells) + FOOT

    def middle(self, aisle: float) -> float:
        """The line along which people walk in an aisle."""
        return EDGE + (aisle - 1) * PITCH + GAP / 2 + SHELF + LANE / 2

    def lane(self, number: int) -> float:
        """The middle of a cross aisle; 0 is the front."""
        below = sum(cells * ROW + CROSS for cells in self.floor.grid.cells[:number])
        return self.height - FOOT - CROSS / 2 - below

    def row(self, block: int, cell: float) -> float:
        """The upper edge of a cell."""
        return self.lane(block - 1) - CROSS / 2 - cell * ROW

    def point(self, corner: tuple[int, float], shift: float) -> str:
        """A corner of a walk; walks beside each other are shifted a little."""
        aisle, height = corner
        grid = self.floor.grid
        crosses = {grid.cross(number): self.lane(number) for number in range(len(grid.cells) + 1)}
        y = crosses.get(height)
        if y is None:
            block = next(one for one in range(len(grid.cells), 0, -1) if height >= grid.floor_of(one))
            y = self.row(block, (height - grid.floor_of(block) - grid.entry_mm) / grid.cell_mm) + ROW / 2
        return f"{self.middle(aisle) + shift:g},{y + shift:g}"


def draw(floor: FloorMap, look: Look) -> SafeString:
    """The whole map as one `<svg>`."""
    sheet = _Sheet(floor)
    zoom = min(max(WIDE / sheet.width, 1), ZOOM_AT_MOST)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="floor-map" role="img" aria-label="{_label(floor)}" '
        f'width="{sheet.width * zoom:.0f}" height="{sheet.height * zoom:.0f}" '
        f'viewBox="0 0 {sheet.width} {sheet.height}">',
        *_ground(sheet),
        *_cells(sheet, look),
        *(part for walk in floor.walks for part in _walk(sheet, walk)),
        *_letters(sheet),
        *_gates(sheet),
        "</svg>",
    ]
    return mark_safe("".join(parts))  # noqa: S308 - every text in it is escaped where it is put in


def _label(floor: FloorMap) -> str:
    return escape(_("Map of %(site)s") % {"site": floor.warehouse.name})


def _ground(sheet: _Sheet) -> list[str]:
    """Cross aisles, aisles, numbers of the cells."""
    grid = sheet.floor.grid
    left, right = EDGE / 2, sheet.width - EDGE / 2
    parts = []
    for number in range(len(grid.cells) + 1):
        y = sheet.lane(number)
        parts.append(f'<rect class="lane" x="{left:g}" y="{y - 9:g}" width="{right - left:g}" height="18"/>')
    for aisle in sorted({cell.spot[1] for cell in sheet.floor.cells}):
        x = sheet.middle(aisle)
        for block, cells in enumerate(grid.cells, start=1):
            top, depth = sheet.row(block, cells), cells * ROW
            parts.append(
                f'<rect class="lane" x="{x - LANE / 2 + 2:g}" y="{top:g}" width="{LANE - 4}" height="{depth}"/>'
            )
    for block, cells in enumerate(grid.cells, start=1):
        for cell in sorted({1, *range(5, cells + 1, 5)}):
            y = sheet.row(block, cell) + ROW - 3
            for x in (EDGE / 2 - 2, sheet.width - EDGE / 2 + 2):
                parts.append(f'<text class="cell-number" x="{x:g}" y="{y:g}">{cell}</text>')
    return parts


def _letters(sheet: _Sheet) -> list[str]:
    """The letters of the aisles, over the walks that pass there, and which way one-way aisles go."""
    grid = sheet.floor.grid
    parts = []
    for aisle in sorted({cell.spot[1] for cell in sheet.floor.cells}):
        arrow = ("↑" if aisle % 2 else "↓") if grid.is_one_way else ""
        text = f"{layout.aisle_letters(aisle)}{arrow}"
        parts += [
            f'<text class="aisle" x="{sheet.middle(aisle):g}" y="{sheet.lane(block) + 4:g}">{text}</text>'
            for block in range(len(grid.cells))
        ]
    return parts


def _cells(sheet: _Sheet, look: Look) -> list[str]:
    floor = sheet.floor
    tones = {zone.pk: tone for zone, tone in floor.toned_zones}
    codes = {zone.pk: zone.code for zone in floor.zones}
    most = max((cell.picks for cell in floor.cells), default=0)
    is_searched = bool(floor.marked)
    parts = []
    for cell in floor.cells:
        css, text = _coat(cell, look.show, tones, most)
        if is_searched:
            css += " is-found" if cell.is_marked else " is-dim"
        only = cell.slots[0].bin_id if len(cell.slots) == 1 else None
        address = ".".join(map(str, cell.spot))
        href = look.bin_address(only) if only else look.cell_address(address)
        parts.append(f'<a href="{escape(href)}" tabindex="-1"><title>{_title(cell, look, codes)}</title>')
        for x, width in _columns(sheet, cell):
            y = sheet.row(cell.spot[0], cell.spot[3])
            parts.append(f'<path class="c {css}" d="M{x:g} {y + 0.5:g}h{width:g}v{ROW - 1}h-{width:g}z"/>')
            if text:
                parts.append(f'<text class="n" x="{x + width / 2:g}" y="{y + 9:g}">{text}</text>')
        parts.append("</a>")
    return parts


def _columns(sheet: _Sheet, cell: Cell) -> list[tuple[float, float]]:
    """A cell whose side nobody told is drawn on both sides of its aisle."""
    middle = sheet.middle(cell.spot[1])
    left, right = (middle - LANE / 2 - SHELF + 1, SHELF - 1), (middle + LANE / 2, SHELF - 1)
    return {1: [left], 2: [right]}.get(cell.spot[2], [left, right])


def _coat(cell: Cell, show: str, tones: dict[int, int], most: int) -> tuple[str, str]:
    """Color and text of a cell. Color is never alone: picks have their number, empty cells a sign."""
    if show == "picks":
        if not cell.picks:
            return "heat0", ""
        tone = 1 + min(HEAT_TONES - 1, int(HEAT_TONES * (cell.picks / most) ** 0.5 - 1e-9))
        return f"heat{tone}", str(cell.picks) if cell.picks < 1000 else f"{cell.picks // 1000}k"
    if show == "empty":
        if cell.empty == len(cell.slots):
            return "e2", "○"
        return ("e1", str(cell.empty)) if cell.empty else ("e0", "")
    return f"z{tones.get(cell.slots[0].zone_id, 'x')}", ""


def _title(cell: Cell, look: Look, codes: dict[int, str]) -> str:
    """What hovering says: the sum, then level by level."""

    def amount(slot: Slot) -> str:
        if look.show == "picks":
            return ngettext("%(n)d pick", "%(n)d picks", slot.picks) % {"n": slot.picks}
        return ngettext("%(n)d unit", "%(n)d units", slot.units) % {"n": slot.units}

    lines = [f"{slot.code}: {amount(slot)}" for slot in cell.slots]
    zone = codes.get(cell.slots[0].zone_id)
    if len(cell.slots) > 1:
        total = cell.picks if look.show == "picks" else cell.units
        lines.insert(0, _("together: %(n)d") % {"n": total})
    if zone:
        lines.append(_("zone %(zone)s") % {"zone": zone})
    return escape("\n".join(lines))


def _walk(sheet: _Sheet, walk: Walk) -> list[str]:
    """The line of a walk and its stops, numbered in walking order."""
    shift = (walk.tone - 1) * 2
    points = " ".join(sheet.point(corner, shift) for corner in walk.corners)
    parts = [
        f'<g class="walk w{walk.tone}"><title>{escape(walk.number)}</title><polyline points="{points}"/>'
    ]
    for at, (stop, codes) in enumerate(walk.stops, start=1):
        x, y = sheet.point((stop.aisle, sheet.floor.grid.height(stop.block, stop.cell)), shift).split(",")
        parts.append(
            f'<g class="stop"><title>{escape(f"{walk.number} · {at} · {codes}")}</title>'
            f'<circle cx="{x}" cy="{y}" r="7"/><text x="{x}" y="{float(y) + 3:g}">{at}</text></g>'
        )
    return [*parts, "</g>"]


def _gates(sheet: _Sheet) -> list[str]:
    """Where walks begin and where they end."""
    site = sheet.floor.warehouse
    y = sheet.height - FOOT + 4
    gates = [(site.entry_aisle, _("Way in"), "is-entry", 0), (site.pack_aisle, _("Packing"), "is-pack", 17)]
    parts = []
    for aisle, words, css, down in gates:
        x = sheet.middle(aisle)
        parts.append(
            f'<g class="gate {css}"><path d="M{x:g} {y + down - 2:g}l5 7h-10z"/>'
            f'<text x="{x + 9:g}" y="{y + down + 6:g}">{escape(words)}</text></g>'
        )
    return parts
