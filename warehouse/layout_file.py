"""The layout of a warehouse as a csv file: every line is one bin. Wrong files are refused with line and column.

Nothing is half imported. Gaps between the cells of a shelf are named, and taken only when somebody says they are meant.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from core import text_files
from core.errors import RuleViolation
from tenancy.actors import Actor
from warehouse import layout
from warehouse.layout import AISLES_AT_MOST, BINS_AT_ONCE, CELLS_AT_MOST, LEVELS_AT_MOST, Draft, Entry, Place
from warehouse.models import Bin, BinKind, Warehouse

BYTES_AT_MOST = 1_500_000
PROBLEMS_SHOWN = 20
COLUMNS = ("code", "zone", "aisle", "block", "side", "cell", "level", "kind")
_NEEDED = ("code", "aisle", "cell")
_ALSO_CALLED = {
    "bin": "code", "库位": "code", "编码": "code", "库区": "zone", "巷道": "aisle", "区块": "block",
    "侧": "side", "格": "cell", "层": "level", "类型": "kind",
}  # fmt: skip
_SIDES = {
    "": 0, "0": 0, "L": 1, "LEFT": 1, "1": 1, "左": 1, "R": 2, "RIGHT": 2, "2": 2, "右": 2,
}  # fmt: skip
_KINDS = (BinKind.SHELF, BinKind.RECEIVING, BinKind.DAMAGE)


class BadLayoutFile(RuleViolation):
    """The file cannot be read as a layout; `problems` are sentences with line and column."""

    code = "bad_layout_file"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(problems[0])
        self.problems = list(problems)


class GapsInLayout(RuleViolation):
    """Cells are missing between others, and nobody said that this is meant."""

    code = "gaps_in_layout"


@dataclass(frozen=True)
class Outcome:
    """What a file would do, or did."""

    draft: Draft
    gaps: list[str]
    shared: int  # places in the building that more than one of its bins has


def text_of(content: bytes) -> str:
    """The file's text."""
    if len(content) > BYTES_AT_MOST:
        raise BadLayoutFile([_("The file is larger than 1.5 MB. Import the building in parts.")])
    text = text_files.decoded(content)
    if text is None:
        raise BadLayoutFile([_("The file is not a text file. Save it as csv in UTF-8.")])
    return text


@dataclass
class _Reader:
    """Reads line by line and collects what is wrong."""

    names: list[str]
    problems: list[str] = field(default_factory=list)
    line: int = 1
    values: dict[str, str] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)  # code -> line

    def wrong(self, column: str, text: str) -> None:
        where = _("Line %(line)d, column %(column)s: %(text)s")
        self.problems.append(where % {"line": self.line, "column": column, "text": text})

    def number(self, column: str, most: int, empty: int | None = None) -> int:
        typed = self.values.get(column, "")
        if typed == "" and empty is not None:
            return empty
        if typed.isdecimal() and 1 <= int(typed[:9]) <= most:
            return int(typed)
        text = _("“%(typed)s” is not a number from 1 to %(most)d.")
        self.wrong(column, text % {"typed": typed[:30], "most": most})
        return 1

    def aisle(self) -> int:
        """A number, or letters: A is 1, AA is 27."""
        typed = self.values.get("aisle", "").upper()
        if typed.isascii() and typed.isalpha() and len(typed) <= 2:
            number = 0
            for letter in typed:
                number = number * 26 + ord(letter) - 64
            if number <= AISLES_AT_MOST:
                return number
        return self.number("aisle", AISLES_AT_MOST)

    def entry(self, cells: Sequence[str]) -> Entry:
        if len(cells) > len(self.names):
            self.wrong(str(len(self.names) + 1), _("there is no heading for this column."))
        self.values = {name: cell.strip() for name, cell in zip(self.names, cells, strict=False)}
        code, kind = self.code(), self.values.get("kind", "").lower() or BinKind.SHELF
        if kind not in _KINDS:
            text = _("“%(typed)s” is not one of: %(kinds)s.")
            self.wrong("kind", text % {"typed": kind[:30], "kinds": ", ".join(_KINDS)})
        side = _SIDES.get(self.values.get("side", "").upper())
        if side is None:
            self.wrong("side", _("write L or R, or leave it empty."))
        zone = self.values.get("zone", "").upper()
        if zone and not layout.is_code(zone, layout.ZONE_LENGTH):
            text = _("a zone has 1 to %(most)d characters without spaces, the first one a letter or digit.")
            self.wrong("zone", text % {"most": layout.ZONE_LENGTH})
        return Entry(code, zone, self._place(kind, side or 0), kind)

    def _place(self, kind: str, side: int) -> Place | None:
        is_outside = not self.values.get("aisle") and not self.values.get("cell")
        if kind != BinKind.SHELF and is_outside:
            return None
        return Place(
            aisle=self.aisle(),
            cell=self.number("cell", CELLS_AT_MOST),
            level=self.number("level", LEVELS_AT_MOST, empty=1),
            block=self.number("block", layout.BLOCKS_AT_MOST, empty=1),
            side=side,
        )

    def code(self) -> str:
        code = self.values.get("code", "").upper()
        if not layout.is_code(code):
            text = _("a code has 1 to %(most)d characters without spaces, the first one a letter or digit.")
            self.wrong("code", text % {"most": layout.CODE_LENGTH})
        elif code in self.seen:
            text = _("%(code)s stands in line %(line)d already.")
            self.wrong("code", text % {"code": code, "line": self.seen[code]})
        self.seen.setdefault(code, self.line)
        return code


def read(text: str) -> list[Entry]:
    """The bins of a file; raises BadLayoutFile with everything that is wrong in it."""
    head = text.lstrip("\ufeff").partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    rows = csv.reader(io.StringIO(text.lstrip("\ufeff").replace("\0", ""), newline=""), delimiter=delimiter)
    reader = _Reader(names=_names(next(rows, [])))
    entries: list[Entry] = []
    try:
        for cells in rows:
            reader.line = rows.line_num
            if any(cell.strip() for cell in cells):
                entries.append(reader.entry(cells))
            if len(reader.problems) >= PROBLEMS_SHOWN:
                break
    except csv.Error as error:
        reader.line = rows.line_num
        reader.wrong("1", str(error))
    if reader.problems:
        raise BadLayoutFile(reader.problems[:PROBLEMS_SHOWN])
    if not entries:
        raise BadLayoutFile([_("The file holds no bin: write one line for each below the headings.")])
    if len(entries) > BINS_AT_ONCE:
        raise BadLayoutFile([_("That would be more than %(most)d bins at once.") % {"most": BINS_AT_ONCE}])
    return entries


def _names(head: Sequence[str]) -> list[str]:
    names = [_ALSO_CALLED.get(cell.strip().lower(), cell.strip().lower()) for cell in head]
    for number, name in enumerate(names, start=1):
        if name not in COLUMNS or name in names[: number - 1]:
            text = _(
                "Line 1, column %(number)d: “%(name)s” is no heading, or stands there twice. Use: %(names)s."
            )
            raise BadLayoutFile([text % {"number": number, "name": name[:30], "names": ", ".join(COLUMNS)}])
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        text = _("Line 1: the heading %(name)s is missing. Use: %(names)s.")
        raise BadLayoutFile([text % {"name": missing[0], "names": ", ".join(COLUMNS)}])
    return names


def look(*, warehouse: Warehouse, text: str) -> Outcome:
    """The dry run: what importing this would make, change and leave; and the gaps it would have."""
    entries = read(text)
    return Outcome(
        draft=layout.draft(warehouse=warehouse, entries=entries, is_changing=True),
        gaps=_gaps(warehouse, entries),
        shared=_shared(entries),
    )


def bring_in(*, warehouse_id: int, text: str, are_gaps_meant: bool, actor: Actor, now: datetime) -> Draft:
    """Make and change the bins of the file, all of them or none."""
    entries = read(text)
    found = _gaps(Warehouse.objects.get(pk=warehouse_id), entries)
    if found and not are_gaps_meant:
        raise GapsInLayout(
            _("The layout has gaps: %(gaps)s. Add the missing bins, or say that the gaps are meant.")
            % {"gaps": "; ".join(found[:PROBLEMS_SHOWN])}
        )
    return layout.make(warehouse_id=warehouse_id, entries=entries, actor=actor, now=now, is_changing=True)


def _gaps(warehouse: Warehouse, entries: Sequence[Entry]) -> list[str]:
    """In the blocks that the file names, with the bins that stand there already."""
    codes = {entry.code for entry in entries}
    named = [entry.place for entry in entries if entry.place]
    blocks = {place.block for place in named}
    stored = Bin.objects.filter(warehouse=warehouse, is_active=True, aisle__gt=0, block__in=blocks)
    standing = [layout.place_of(row) for row in stored if row.code.upper() not in codes]
    return layout.gaps([*named, *standing])


def _shared(entries: Sequence[Entry]) -> int:
    taken = [entry.place for entry in entries if entry.place]
    return len(taken) - len(set(taken))


def write(bins: Iterable[Bin]) -> str:
    """The file of these bins, as `read` takes it; fetch their zones with them."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(COLUMNS)
    for row in bins:
        place = (
            (row.aisle, row.block, layout.SIDES[row.side], row.cell, row.level) if row.aisle else ("",) * 5
        )
        lines.writerow([row.code, row.zone.code if row.zone else "", *place, row.kind])
    return out.getvalue()
