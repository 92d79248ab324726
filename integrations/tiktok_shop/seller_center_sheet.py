"""A Seller Center export as rows under their headings: opens xlsx, xls and csv in whatever encoding, and says plainly why a file is no use."""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import python_calamine
from django.utils.translation import gettext_lazy as _

from core import text_files
from core.errors import RuleViolation

LARGEST_BYTES = 20 * 1024 * 1024
LARGEST_UNPACKED = 400 * 1024 * 1024
MOST_ROWS = 200_000
HEADER_WITHIN_ROWS = 10
REQUIRED = ("Order ID", "Order Status", "SKU ID", "Quantity", "Created Time")
_OLD_OFFICE = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class UnusableFile(RuleViolation):
    """Nothing of the file can be taken."""

    code = "unusable_file"


@dataclass(frozen=True)
class Sheet:
    """`columns` has the place of every heading; rows come with the number that a spreadsheet program shows."""

    columns: Mapping[str, int]
    rows: Sequence[tuple[int, Sequence[object]]]

    def cell(self, row: Sequence[object], heading: str) -> object:
        """The cell under a heading; None where the file has no such column or the row is short."""
        place = self.columns.get(_heading(heading))
        return row[place] if place is not None and place < len(row) else None


def open_sheet(*, content: bytes) -> Sheet:
    """Find the header by its names (not by its place) and the rows below it."""
    if not content.strip(b"\x00\r\n\t "):
        raise UnusableFile(_("The file is empty."))
    if len(content) > LARGEST_BYTES:
        raise UnusableFile(
            _("The file is larger than 20 MB. Export a shorter period and upload it in parts.")
        )
    rows = _workbook_rows(content) if _is_workbook(content) else list(_text_rows(content))
    for place, row in enumerate(rows[:HEADER_WITHIN_ROWS]):
        columns = {_plain(cell): at for at, cell in reversed(list(enumerate(row))) if _plain(cell)}
        if _plain("Order ID") in columns and len(columns) > 1:
            return _sheet(rows, place, columns)
    raise UnusableFile(
        _("No header row with “Order ID” was found. Upload the order export of Seller Center, in English.")
    )


def _sheet(rows: list[Sequence[object]], header: int, columns: dict[str, int]) -> Sheet:
    missing = [name for name in REQUIRED if _plain(name) not in columns]
    if missing:
        raise UnusableFile(_("The file has no column “%(names)s”.") % {"names": "”, “".join(missing)})
    if len(rows) > MOST_ROWS:
        raise UnusableFile(
            _("The file has more than 200,000 rows. Export a shorter period and upload it in parts.")
        )
    id_place = columns[_plain("Order ID")]
    body = [
        (number, row)
        for number, row in enumerate(rows[header + 1 :], start=header + 2)
        if any(str(cell).strip() for cell in row if cell is not None) and not _is_header_again(row, id_place)
    ]
    if body and body[0][0] == header + 2 and _is_description(body[0][1], id_place):
        body = body[1:]
    if not body:
        raise UnusableFile(_("The file has a header but no orders."))
    return Sheet(columns=columns, rows=body)


def _is_description(row: Sequence[object], id_place: int) -> bool:
    """Seller Center explains each column in words right under the header."""
    cell = str(row[id_place]) if id_place < len(row) else ""
    return bool(cell.strip()) and not any(character.isdigit() for character in cell)


@lru_cache(maxsize=256)
def _heading(name: str) -> str:
    return _plain(name)


def _is_header_again(row: Sequence[object], id_place: int) -> bool:
    """Two exports pasted together."""
    return id_place < len(row) and _plain(row[id_place]) == _plain("Order ID")


def _plain(cell: object) -> str:
    return " ".join(str(cell).replace("\ufeff", "").split()).casefold() if cell is not None else ""


def _is_workbook(content: bytes) -> bool:
    return content.startswith((b"PK\x03\x04", _OLD_OFFICE))


def _workbook_rows(content: bytes) -> list[Sequence[object]]:
    if content.startswith(_OLD_OFFICE) and _ENCRYPTED in content:
        raise UnusableFile(_("The file is protected by a password. Save it without one and upload it again."))
    try:
        if content.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
                    raise UnusableFile(_("The file unpacks to something far too large."))
        workbook = python_calamine.load_workbook(io.BytesIO(content))
        # The sheet's own claim about its size is often stale; the cells are what counts.
        return [*workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)]
    except (python_calamine.CalamineError, zipfile.BadZipFile, IndexError, OSError) as error:
        raise UnusableFile(
            _("The file is not a spreadsheet that can be opened. It may be damaged.")
        ) from error


def _text_rows(content: bytes) -> Iterator[Sequence[object]]:
    text = _decoded(content)
    if "\x00" in text or text.lstrip()[:1] == "<":
        raise UnusableFile(
            _("The file is not a spreadsheet. Upload the .xlsx or .csv export of Seller Center.")
        )
    first_line = text.lstrip("\ufeff").split("\n", 1)[0]
    delimiter = max(",;\t", key=first_line.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise UnusableFile(
            _("The file is not a spreadsheet that can be opened. It may be damaged.")
        ) from error


def _decoded(content: bytes) -> str:
    """Excel saves csv as UTF-8, as UTF-16 or in the local encoding, depending on the machine."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if content[1:2] == b"\x00" and content[3:4] == b"\x00":
        return content.decode("utf-16-le", errors="replace")
    text = text_files.decoded(content)
    return content.decode("latin-1") if text is None else text
