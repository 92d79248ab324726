"""The tracking upload file for Seller Center's bulk upload, xlsx or csv.

Only the columns without which no upload is possible are written: order, number and carrier. Ids go out as text so that no
spreadsheet program rounds them.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

COLUMNS = ("Order ID", "Tracking ID", "Shipping Provider Name")
_WIDTHS = (24, 28, 28)


class FileKind(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"

    @property
    def content_type(self) -> str:
        if self is FileKind.CSV:
            return "text/csv; charset=utf-8"
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class TrackingRow:
    """One order whose parcel has a number."""

    platform_order_id: str
    tracking_number: str
    shipping_provider_name: str

    def cells(self) -> tuple[str, str, str]:
        return (self.platform_order_id, self.tracking_number, self.shipping_provider_name.lstrip("=+@-\t "))


def tracking_file(*, rows: Iterable[TrackingRow], kind: FileKind) -> bytes:
    """The whole file as bytes."""
    return _csv(rows) if kind is FileKind.CSV else _xlsx(rows)


def _csv(rows: Iterable[TrackingRow]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(row.cells() for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _xlsx(rows: Iterable[TrackingRow]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Tracking")
    for letter, width in zip("ABC", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.append(COLUMNS)
    for row in rows:
        sheet.append([_text_cell(sheet, value) for value in row.cells()])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _text_cell(sheet, value: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    cell.number_format = "@"
    return cell
