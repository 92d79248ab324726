"""Seller Center exports of any size, made from the sample's own header and rows; and the ways in which such a file comes damaged."""

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from openpyxl import Workbook

SAMPLE = Path(__file__).parent / "data" / "seller-center-sample.csv"
BEGIN = datetime(2026, 11, 1, 8, 0)  # noqa: DTZ001 - the file knows the shop's wall clock only
Row = dict[str, str]


@lru_cache(maxsize=1)
def _sample() -> tuple[list[str], list[str], list[str]]:
    """Header, the words under it, and a row of an order that waits to be shipped."""
    with SAMPLE.open(encoding="utf-8-sig", newline="") as file:
        header, words, *rows = list(csv.reader(file))
    place = header.index("Order Substatus")
    return header, words, next(row for row in rows if row[place].strip() == "Awaiting shipment")


def header() -> list[str]:
    return _sample()[0]


def row(number: int, **cells: str) -> Row:
    """One row of an order of its own; `cells` by heading."""
    names, _words, values = _sample()
    placed = BEGIN + timedelta(minutes=3 * number)
    own = {
        "Order ID": f"5786000000{number:08d}",
        "SKU ID": f"17290000000000{number % 40:04d}",
        "Seller SKU": f"KF-{number % 40:03d}",
        "Quantity": "1",
        "Created Time": f"{placed:%d/%m/%Y %H:%M:%S}",
        "Paid Time": f"{placed + timedelta(minutes=1):%d/%m/%Y %H:%M:%S}",
        "RTS Time": "",
        "Shipped Time": "",
        "Delivered Time": "",
        "Cancelled Time": "",
        "Package ID": f"1152000000{number:08d}",
        "Tracking ID": "",
        "Recipient": f"Buyer {number}",
        "Phone #": f"(+84)90{number:07d}",
        "Detail Address": f"{number + 1} Hoa Sứ",
    }
    return dict(zip(names, values, strict=True)) | own | cells


def as_csv(rows: list[Row] | list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    names, words, _values = _sample()
    writer.writerow(names)
    writer.writerow(words)
    for one in rows:
        writer.writerow(one if isinstance(one, list) else [one[name] for name in names])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(rows: list[dict[str, object]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("OrderSKUList")
    names, words, _values = _sample()
    sheet.append(names)
    sheet.append(words)
    for one in rows:
        sheet.append([one[name] for name in names])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def big(count: int) -> list[Row]:
    """Rows of whole orders; every fourth order has two of them."""
    rows = []
    number = 0
    while len(rows) < count:
        rows.append(row(number))
        if number % 4 == 0 and len(rows) < count:
            second = {
                "SKU ID": f"17290000000000{(number + 7) % 40:04d}",
                "Seller SKU": f"KF-{(number + 7) % 40:03d}",
            }
            rows.append(row(number, **second))
        number += 1
    return rows


def _cell(heading: str, value: str) -> Callable[[], bytes]:
    return lambda: as_csv([row(1), row(2, **{heading: value}), row(3)])


def _cut_short() -> bytes:
    short = [row(2)[name] for name in header()][:5]
    return as_csv([[row(1)[name] for name in header()], short, [row(3)[name] for name in header()]])


def _shifted() -> bytes:
    """A product's name with a comma that nobody quoted."""
    moved = [row(2)[name] for name in header()]
    place = header().index("Product Name")
    moved[place : place + 1] = ["Mug", " blue"]
    return as_csv([[row(1)[name] for name in header()], moved, [row(3)[name] for name in header()]])


def _numbers() -> bytes:
    """Excel has made numbers of the ids and was saved over."""
    return as_xlsx([row(1), row(2) | {"Order ID": 5.786e17}, row(3)])


def _two_days() -> bytes:
    first, second = row(2), row(2, **{"SKU ID": "17290000000000999", "Created Time": "25/10/2026 08:00:00"})
    return as_csv([row(1), first, second, row(3)])


# What is wrong -> (the file, the row and the column that the page names, the start of its sentence).
DAMAGES: dict[str, tuple[Callable[[], bytes], int, str, str]] = {
    "order id empty": (_cell("Order ID", ""), 4, "Order ID", "The row has no order id."),
    "order id rounded": (
        _cell("Order ID", "5.786E+17"),
        4,
        "Order ID",
        "A spreadsheet program has rounded this id.",
    ),
    "order id made a number": (_numbers, 4, "Order ID", "A spreadsheet program has rounded this id."),
    "order id with letters": (
        _cell("Order ID", "57860000O0000002"),
        4,
        "Order ID",
        "This id should have digits only.",
    ),
    "order id too long": (_cell("Order ID", "5" * 41), 4, "Order ID", "This id is too long."),
    "status empty": (
        lambda: as_csv([row(1), row(2, **{"Order Status": "", "Order Substatus": ""}), row(3)]),
        4,
        "Order Status",
        "The row has no order status.",
    ),
    "status unknown": (
        lambda: as_csv([row(1), row(2, **{"Order Status": "Gone", "Order Substatus": "Lost"}), row(3)]),
        4,
        "Order Status",
        "This order status is not known.",
    ),
    "SKU id empty": (_cell("SKU ID", ""), 4, "SKU ID", "The row has no SKU id."),
    "SKU id rounded": (
        _cell("SKU ID", "1.729E+18"),
        4,
        "SKU ID",
        "A spreadsheet program has rounded this id.",
    ),
    "SKU id with letters": (_cell("SKU ID", "KF-MUG"), 4, "SKU ID", "This id should have digits only."),
    "quantity empty": (_cell("Quantity", ""), 4, "Quantity", "The quantity must be at least 1."),
    "quantity in words": (_cell("Quantity", "two"), 4, "Quantity", "This should be a number."),
    "quantity nothing": (_cell("Quantity", "0"), 4, "Quantity", "The quantity must be at least 1."),
    "quantity below nothing": (
        _cell("Quantity", "-2"),
        4,
        "Quantity",
        "This should be a whole number of units.",
    ),
    "quantity a part of one": (
        _cell("Quantity", "1.5"),
        4,
        "Quantity",
        "This should be a whole number of units.",
    ),
    "quantity beyond reason": (
        _cell("Quantity", "900000"),
        4,
        "Quantity",
        "This should be a whole number of units.",
    ),
    "a broken formula": (
        _cell("Quantity", "#REF!"),
        4,
        "Quantity",
        "A formula of the spreadsheet is broken here.",
    ),
    "placed at no time": (
        _cell("Created Time", ""),
        4,
        "Created Time",
        "The row does not say when the order was placed.",
    ),
    "placed in words": (_cell("Created Time", "last week"), 4, "Created Time", "This is not a date and time"),
    "placed on a day that is none": (
        _cell("Created Time", "31/02/2026 10:00:00"),
        4,
        "Created Time",
        "This is not a date and time",
    ),
    "placed in another century": (
        _cell("Created Time", "05/11/1926 10:00:00"),
        4,
        "Created Time",
        "This date lies outside any possible year.",
    ),
    "paid at a time that is none": (
        _cell("Paid Time", "25:61"),
        4,
        "Paid Time",
        "This is not a date and time",
    ),
    "shipped before it was placed": (
        _cell("Shipped Time", "11/01/2026 10:00:00"),
        4,
        "Shipped Time",
        "This lies before the order was placed.",
    ),
    "amount in words": (_cell("Order Amount", "free"), 4, "Order Amount", "This should be a number."),
    "amount below nothing": (
        _cell("Order Amount", "-89000"),
        4,
        "Order Amount",
        "An amount is not below zero.",
    ),
    "amount beyond reason": (
        _cell("SKU Unit Original Price", "9" * 14),
        4,
        "SKU Unit Original Price",
        "This amount is too large to be one.",
    ),
    "package id rounded": (
        _cell("Package ID", "1.152E+18"),
        4,
        "Package ID",
        "A spreadsheet program has rounded this id.",
    ),
    "row cut short": (_cut_short, 4, "SKU ID", "The row has no SKU id."),
    "cells moved by a comma": (_shifted, 4, "Quantity", "This should be a whole number of units."),
    "rows of one order disagree": (
        _two_days,
        5,
        "Created Time",
        "The rows of this order were placed on different days.",
    ),
}
