"""Seller Center's order export to PlatformOrders, for shops without API approval. Pure: no database, no clock.

One row is one SKU of an order. An order with any unreadable row is left out whole, and every such row is reported.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.measures import ZERO_DECIMAL_CURRENCIES
from integrations.ports import PlatformAddress, PlatformLine, PlatformOrder
from integrations.tiktok_shop import seller_center_cells as cells
from integrations.tiktok_shop import seller_center_words as wording
from integrations.tiktok_shop.seller_center_sheet import Sheet, open_sheet

TIME_COLUMNS = ("Created Time", "Paid Time", "RTS Time", "Shipped Time", "Delivered Time", "Cancelled Time")
TEXT_COLUMNS = (
    ("Cancelation/Return Type", "Normal or Pre-order", "Seller SKU", "Product Name", "Variation", "Cancel By")
    + (
        "Cancel Reason",
        "Fulfillment Type",
        "Warehouse Name",
        "Tracking ID",
        "Delivery Option",
        "Shipping Provider Name",
    )
    + (
        "Buyer Message",
        "Recipient",
        "Phone #",
        "Country",
        "Province",
        "District",
        "Commune",
        "Zipcode",
        "City",
    )
    + ("Detail Address", "Additional address information", "Payment Method", "Seller Note")
)
ONE_ORDER = timedelta(days=1)  # cells of one order differ by less, whatever lost its seconds or its zone
AMOUNT_COLUMNS = ("SKU Unit Original Price", "SKU Subtotal After Discount", "Order Amount")


@dataclass(frozen=True)
class RowProblem:
    """One cell that could not be read. The sentence never repeats its value: it may be a buyer's."""

    row_number: int
    column: str
    message: str | Promise
    order_id: str = ""


class Reading(NamedTuple):
    """What a file gave: whole orders, and the reasons for the rest. `first_rows`: order id -> the number of its first row."""

    orders: list[PlatformOrder]
    problems: list[RowProblem]
    row_count: int
    first_rows: dict[str, int]


@dataclass(frozen=True)
class _Shop:
    zone: ZoneInfo
    region: str
    currency: str
    day_first: bool


@dataclass(frozen=True)
class _Row:
    number: int
    status: str
    platform_sku_id: str
    package_id: str
    quantity: int
    times: Mapping[str, datetime | None]
    amounts: Mapping[str, Decimal]
    text: Mapping[str, str]


def read_orders(*, content: bytes, time_zone: str, region: str = "", currency: str = "") -> Reading:
    """Read an export (xlsx, xls or csv) of a shop that lives in this time zone. Raises UnusableFile for a file as a whole."""
    sheet = open_sheet(content=content)
    every_time = (sheet.cell(row, name) for _number, row in sheet.rows for name in TIME_COLUMNS)
    shop = _Shop(
        zone=ZoneInfo(time_zone),
        region=region.upper(),
        currency=currency or wording.CURRENCIES.get(region.upper(), ""),
        day_first=cells.is_day_first(every_time, region=region.upper()),
    )
    found: dict[str, list[_Row]] = {}
    problems: list[RowProblem] = []
    seen: set[tuple[str, ...]] = set()
    for number, row in sheet.rows:
        fingerprint = tuple(cells.words(cell) for cell in row)
        if fingerprint in seen:  # exports repeat whole rows now and then
            continue
        seen.add(fingerprint)
        order_id, reading, wrong = _read_row(sheet, number, row, shop)
        problems += wrong
        if reading is not None:
            found.setdefault(order_id, []).append(reading)
    for order_id, rows in found.items():
        problems += _disagreements(order_id, rows)
    spoiled = {problem.order_id for problem in problems}
    orders = [_order(order_id, rows, shop) for order_id, rows in found.items() if order_id not in spoiled]
    return Reading(
        orders=orders,
        problems=sorted(problems, key=lambda problem: problem.row_number),
        row_count=len(sheet.rows),
        first_rows={order_id: rows[0].number for order_id, rows in found.items()},
    )


def _disagreements(order_id: str, rows: list["_Row"]) -> list[RowProblem]:
    """Rows that cannot belong to one order: somebody sorted a single column, or pasted one over."""
    placed = [row.times["Created Time"] for row in rows]
    first = placed[0]
    return [
        RowProblem(
            row_number=row.number,
            column="Created Time",
            message=_("The rows of this order were placed on different days. Export the file again."),
            order_id=order_id,
        )
        for row, at in zip(rows, placed, strict=True)
        if first and at and abs(at - first) > ONE_ORDER
    ]


def _read_row(
    sheet: Sheet, number: int, row: Sequence[object], shop: _Shop
) -> tuple[str, _Row | None, list[RowProblem]]:
    wrong: list[tuple[str, str | Promise]] = []

    def take(reader, heading, empty, **options):
        try:
            return reader(sheet.cell(row, heading), **options)
        except cells.BadCell as error:
            wrong.append((heading, error.sentence))
            return empty

    order_id = take(cells.identifier, "Order ID", "")
    if not order_id and not wrong:
        wrong.append(("Order ID", _("The row has no order id.")))
    has_decimals = shop.currency not in ZERO_DECIMAL_CURRENCIES
    reading = _Row(
        number=number,
        status=_status(sheet, row),
        platform_sku_id=take(cells.identifier, "SKU ID", ""),
        package_id=take(cells.identifier, "Package ID", ""),
        quantity=take(cells.count, "Quantity", 0),
        times={
            name: take(cells.moment, name, None, zone=shop.zone, day_first=shop.day_first)
            for name in TIME_COLUMNS
        },
        amounts={
            name: take(cells.amount, name, Decimal(0), has_decimals=has_decimals) for name in AMOUNT_COLUMNS
        },
        text={name: cells.words(sheet.cell(row, name)) for name in TEXT_COLUMNS},
    )
    already = {heading for heading, _sentence in wrong}
    told = any(cells.words(sheet.cell(row, name)) for name in ("Order Status", "Order Substatus"))
    wrong += _missing(reading, already, has_status=told)
    wrong += _too_early(reading, already)
    problems = [
        RowProblem(row_number=number, column=heading, message=sentence, order_id=order_id)
        for heading, sentence in wrong
    ]
    return order_id, reading if order_id else None, problems


def _too_early(row: _Row, already: set[str]) -> list[tuple[str, str | Promise]]:
    """A day and a month that were swapped in one column show by this."""
    placed = row.times["Created Time"]
    sentence = _("This lies before the order was placed. Day and month may have changed places.")
    return [
        (name, sentence)
        for name, at in row.times.items()
        if placed and at and placed - at > ONE_ORDER and name not in already
    ]


def _missing(row: _Row, already: set[str], *, has_status: bool) -> list[tuple[str, str | Promise]]:
    status = _("This order status is not known.") if has_status else _("The row has no order status.")
    needed = {
        "Order Status": (row.status, status),
        "SKU ID": (row.platform_sku_id, _("The row has no SKU id.")),
        "Quantity": (row.quantity, _("The quantity must be at least 1.")),
        "Created Time": (row.times["Created Time"], _("The row does not say when the order was placed.")),
    }
    return [
        (name, sentence) for name, (value, sentence) in needed.items() if not value and name not in already
    ]


def _status(sheet: Sheet, row: Sequence[object]) -> str:
    for heading in ("Order Substatus", "Order Status"):
        known = wording.STATUSES.get(" ".join(cells.words(sheet.cell(row, heading)).casefold().split()))
        if known:
            return known
    return ""


def _order(order_id: str, rows: list[_Row], shop: _Shop) -> PlatformOrder:
    first = rows[0].text
    times = {name: _latest(rows, name) for name in TIME_COLUMNS}
    told = [moment for moment in times.values() if moment]
    status = _order_status(rows)
    shipped = next((row for row in rows if row.text["Tracking ID"]), rows[0])
    cancel_by = first["Cancel By"].casefold()
    return PlatformOrder(
        platform_order_id=order_id,
        status=status,
        placed_at=times["Created Time"] or min(told),
        updated_at=max(told),
        paid_at=times["Paid Time"],
        order_type="pre_order" if "pre" in first["Normal or Pre-order"].casefold() else "normal",
        fulfillment_type="platform" if _has(first["Fulfillment Type"], wording.BY_PLATFORM) else "seller",
        # The file does not say whose label it is; a shop that works by file brings its own numbers.
        shipping_type="platform" if _has(first["Delivery Option"], wording.PLATFORM_LABEL) else "seller",
        delivery_option_name=first["Delivery Option"],
        warehouse_name=first["Warehouse Name"],
        buyer_message=first["Buyer Message"],
        seller_note=first["Seller Note"],
        currency=shop.currency,
        total_amount=rows[0].amounts["Order Amount"],
        is_cod=_has(first["Payment Method"], wording.CASH_ON_DELIVERY),
        is_on_hold=status == "on_hold",
        is_buyer_cancel_requested=status != "cancelled" and _asks_to_cancel(rows),
        cancel_reason=next((row.text["Cancel Reason"] for row in rows if row.text["Cancel Reason"]), ""),
        cancel_initiator=wording.CANCEL_BY.get(cancel_by, cancel_by),
        cancelled_at=times["Cancelled Time"] if status == "cancelled" else None,
        ready_at=times["RTS Time"],
        collected_at=times["Shipped Time"],
        delivered_at=times["Delivered Time"],
        address=_address(first, shop),
        platform_package_ids=tuple(dict.fromkeys(row.package_id for row in rows if row.package_id)),
        tracking_number=shipped.text["Tracking ID"],
        shipping_provider_name=shipped.text["Shipping Provider Name"],
        lines=_lines(rows),
    )


def _latest(rows: list[_Row], column: str) -> datetime | None:
    """Rows of one order may differ by a cell that lost its seconds."""
    return max((moment for row in rows if (moment := row.times[column])), default=None)


def _order_status(rows: list[_Row]) -> str:
    """The order is as far as its slowest living row; cancelled only when all rows are."""
    living = [wording.STAGES.index(row.status) for row in rows if row.status != "cancelled"]
    if not living:
        return "cancelled"
    is_split = min(living) == wording.STAGES.index("awaiting_shipment") < max(living)
    return "partially_shipping" if is_split else wording.STAGES[min(living)]


def _asks_to_cancel(rows: list[_Row]) -> bool:
    """A living row that already carries a cancellation of the buyer waits for the seller's answer."""
    return any(
        row.status != "cancelled"
        and row.text["Cancelation/Return Type"].casefold().startswith("cancel")
        and wording.CANCEL_BY.get(row.text["Cancel By"].casefold(), "buyer") == "buyer"
        for row in rows
    )


def _lines(rows: list[_Row]) -> tuple[PlatformLine, ...]:
    by_sku: dict[str, list[_Row]] = {}
    for row in rows:
        by_sku.setdefault(row.platform_sku_id, []).append(row)
    lines = []
    for sku_id, same in by_sku.items():
        quantity = sum(row.quantity for row in same)
        paid = sum((row.amounts["SKU Subtotal After Discount"] for row in same), Decimal(0))
        price = (
            (paid / quantity).quantize(Decimal("0.01"))
            if paid
            else same[0].amounts["SKU Unit Original Price"]
        )
        lines.append(
            PlatformLine(
                platform_sku_id=sku_id,
                platform_product_id="",
                platform_line_ids=(),
                seller_sku=same[0].text["Seller SKU"],
                product_name=same[0].text["Product Name"],
                variation=same[0].text["Variation"],
                quantity=quantity,
                cancelled_quantity=sum(row.quantity for row in same if row.status == "cancelled"),
                sale_price=price,
                platform_package_ids=tuple(dict.fromkeys(row.package_id for row in same if row.package_id)),
            )
        )
    return tuple(lines)


def _address(text: Mapping[str, str], shop: _Shop) -> PlatformAddress:
    lines = tuple(
        text[name] for name in ("Detail Address", "Additional address information", "Commune") if text[name]
    )
    places = [text[name] for name in ("District", "City", "Province", "Zipcode") if text[name]]
    country = text["Country"].casefold()
    seen = " ".join((text["Recipient"], text["Phone #"], *lines))
    return PlatformAddress(
        name=text["Recipient"],
        phone=text["Phone #"],
        region_code=wording.COUNTRIES.get(country, country.upper() if len(country) == 2 else shop.region),
        postal_code=text["Zipcode"],
        province=text["Province"],
        city=text["City"],
        district=text["District"],
        lines=lines,
        full_address=", ".join((*lines, *places)),
        is_masked="*" in seen,
    )


def _has(text: str, signs: Sequence[str]) -> bool:
    folded = text.casefold()
    return any(sign in folded for sign in signs)
