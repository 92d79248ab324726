"""Seller Center's files, both ways: every quirk of the export, and no order taken by half."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from integrations.tiktok_shop import seller_center, seller_center_export
from integrations.tiktok_shop.seller_center_export import FileKind, TrackingRow
from integrations.tiktok_shop.seller_center_sheet import UnusableFile

DATA = Path(__file__).parent.parent / "data"
ZONE = "Asia/Ho_Chi_Minh"
ROW = {
    "Order ID": "578000000000000001\t",
    "Order Status": "To ship",
    "Order Substatus": "Awaiting shipment",
    "SKU ID": "1730860974787378516\t",
    "Seller SKU": "KF-TOTE-L",
    "Product Name": "Cedar canvas tote",
    "Quantity": "1",
    "SKU Subtotal After Discount": "159000",
    "Order Amount": "175500",
    "Created Time": "20/11/2026 07:25:59",
    "Tracking ID": "",
    "Country": "Việt Nam",
}


def as_csv(*rows: dict, headings: list[str] | None = None, encoding: str = "utf-8-sig") -> bytes:
    headings = headings or list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, headings)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(*rows: dict) -> bytes:
    headings = list(dict.fromkeys(name for row in rows for name in row))
    book = Workbook()
    book.active.append(headings)
    for row in rows:
        book.active.append([row.get(name) for name in headings])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(content: bytes, **options) -> seller_center.Reading:
    return seller_center.read_orders(content=content, **{"time_zone": ZONE, "region": "VN", **options})


def sample(kind: str) -> seller_center.Reading:
    return read((DATA / f"seller-center-sample.{kind}").read_bytes())


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_sample_is_read_whole(kind):
    orders, problems = sample(kind)[:2]
    assert problems == []
    assert len(orders) == 29
    assert sum(line.quantity for order in orders for line in order.lines) == 51
    statuses = [order.status for order in orders]
    assert {status: statuses.count(status) for status in set(statuses)} == {
        "unpaid": 3,
        "on_hold": 2,
        "awaiting_shipment": 7,
        "awaiting_collection": 3,
        "in_transit": 5,
        "delivered": 6,
        "cancelled": 3,
    }


def test_both_kinds_of_the_sample_say_the_same():
    assert sample("csv") == sample("xlsx")


def test_historic_orders_keep_their_own_times():
    order = next(order for order in sample("xlsx").orders if order.platform_order_id == "578000004700929886")
    assert order.placed_at == datetime(2026, 11, 12, 12, 56, 46, tzinfo=UTC)
    assert order.ready_at == datetime(2026, 11, 13, 6, 48, 39, tzinfo=UTC)
    assert order.collected_at == datetime(2026, 11, 13, 23, 17, 57, tzinfo=UTC)
    assert order.delivered_at == order.updated_at == datetime(2026, 11, 17, 2, 4, 32, tzinfo=UTC)
    assert (order.tracking_number, order.shipping_provider_name) == ("840494355546", "J&T Express")
    assert (order.currency, order.total_amount, order.is_cod) == ("VND", Decimal("345500"), True)
    assert (order.address.region_code, order.address.district, order.address.is_masked) == (
        "VN",
        "Hải Châu",
        True,
    )


def test_rows_of_one_order_become_its_lines_and_a_repeated_row_is_dropped():
    order = next(order for order in sample("csv").orders if order.platform_order_id == "578000010498144918")
    assert [(line.seller_sku, line.quantity) for line in order.lines] == [
        ("KF-SERUM-30", 1),
        ("KF-MUG-SAND", 1),
    ]


def test_two_different_rows_of_one_sku_add_up():
    (order,) = read(as_csv(ROW, {**ROW, "Quantity": "2", "SKU Subtotal After Discount": "0"})).orders
    assert [(line.quantity, line.sale_price) for line in order.lines] == [(3, Decimal("53000.00"))]


def test_a_cancelled_row_of_a_living_order_is_a_cancelled_quantity():
    gone = {**ROW, "SKU ID": "99", "Order Status": "Canceled", "Order Substatus": "Canceled", "Quantity": "2"}
    (order,) = read(as_csv(ROW, gone)).orders
    assert order.status == "awaiting_shipment"
    assert [(line.quantity, line.cancelled_quantity) for line in order.lines] == [(1, 0), (2, 2)]


def test_rows_at_different_points_are_a_partly_shipped_order():
    other = {**ROW, "SKU ID": "99", "Order Status": "Shipped", "Order Substatus": "In transit"}
    assert read(as_csv(ROW, other)).orders[0].status == "partially_shipping"


@pytest.mark.parametrize(
    ("status", "substatus", "ours"),
    [
        ("待发货", "待揽收", "awaiting_collection"),
        ("已取消", "", "cancelled"),
        ("Completed", "Completed", "completed"),
        ("Completed", "Delivered", "delivered"),
        ("Shipped", "A new word", "in_transit"),
    ],
)
def test_both_languages_of_a_status(status, substatus, ours):
    row = {**ROW, "Order Status": status, "Order Substatus": substatus}
    assert read(as_csv(row)).orders[0].status == ours


@pytest.mark.parametrize(
    ("written", "region", "zone", "expected"),
    [
        ("20/11/2026 07:25:59", "VN", ZONE, datetime(2026, 11, 20, 0, 25, 59, tzinfo=UTC)),
        ("05/11/2026 07:25", "VN", ZONE, datetime(2026, 11, 5, 0, 25, tzinfo=UTC)),
        ("2026-11-20 07:25:59", "VN", ZONE, datetime(2026, 11, 20, 0, 25, 59, tzinfo=UTC)),
        ("2026-11-20T07:25:59+07:00", "VN", "UTC", datetime(2026, 11, 20, 0, 25, 59, tzinfo=UTC)),
        (
            "11/20/2026 07:25:59 PM",
            "US",
            "America/Los_Angeles",
            datetime(2026, 11, 21, 3, 25, 59, tzinfo=UTC),
        ),
        ("11/05/2026 12:00:00 AM", "US", "America/Los_Angeles", datetime(2026, 11, 5, 8, 0, tzinfo=UTC)),
        ("20/11/2026 07:25:59", "US", "America/Los_Angeles", datetime(2026, 11, 20, 15, 25, 59, tzinfo=UTC)),
        ("20/11/2026", "VN", ZONE, datetime(2026, 11, 19, 17, 0, tzinfo=UTC)),
    ],
)
def test_dates_as_people_get_them(written, region, zone, expected):
    content = as_csv({**ROW, "Created Time": written})
    assert read(content, region=region, time_zone=zone).orders[0].placed_at == expected


def test_one_telling_date_decides_for_its_whole_file():
    rows = [
        {**ROW, "Created Time": "11/05/2026 08:00:00"},
        {**ROW, "Order ID": "578000000000000002", "Created Time": "11/25/2026 08:00:00"},
    ]
    first, second = read(as_csv(*rows)).orders
    assert (first.placed_at.month, first.placed_at.day) == (11, 5)
    assert (second.placed_at.month, second.placed_at.day) == (11, 25)


def test_cells_that_are_real_dates_and_numbers():
    row = {**ROW, "Created Time": datetime(2026, 11, 20, 7, 25, 59), "Quantity": 2, "Order Amount": 175500.0}  # noqa: DTZ001
    (order,) = read(as_xlsx(row)).orders
    assert order.placed_at == datetime(2026, 11, 20, 0, 25, 59, tzinfo=UTC)
    assert (order.lines[0].quantity, order.total_amount) == (2, Decimal("175500.0"))


@pytest.mark.parametrize(
    ("written", "currency", "value"),
    [
        ("1,234,500", "VND", "1234500"),
        ("1.234.500 ₫", "VND", "1234500"),
        ("89.000", "VND", "89000"),
        ("89.000", "USD", "89.000"),
        ("$1,234.50", "USD", "1234.50"),
        ("1.234,50", "EUR", "1234.50"),
        ("12,5", "EUR", "12.5"),
        ("", "USD", "0"),
    ],
)
def test_amounts_with_separators(written, currency, value):
    (order,) = read(as_csv({**ROW, "Order Amount": written}), currency=currency).orders
    assert order.total_amount == Decimal(value)


@pytest.mark.parametrize("spoiled", ["5.78E+17", "5,78E+17"])
def test_a_rounded_id_is_refused_with_a_sentence(spoiled):
    orders, (problem,) = read(as_csv({**ROW, "Order ID": spoiled}))[:2]
    assert orders == []
    assert (problem.row_number, problem.column) == (2, "Order ID")
    assert "rounded" in str(problem.message)
    assert spoiled not in str(problem.message)


def test_an_id_that_became_a_number_is_refused_too():
    orders, problems = read(as_xlsx({**ROW, "SKU ID": 1730860974787378516.0}))[:2]
    assert orders == []
    assert [problem.column for problem in problems] == ["SKU ID"]


def test_an_order_with_one_bad_row_is_left_out_whole():
    good = {**ROW, "Order ID": "578000000000000002"}
    bad = {**ROW, "SKU ID": "99", "Quantity": "two", "Created Time": "yesterday"}
    orders, problems = read(as_csv(ROW, good, bad))[:2]
    assert [order.platform_order_id for order in orders] == ["578000000000000002"]
    assert [(p.row_number, p.column, p.order_id) for p in problems] == [
        (4, "Quantity", "578000000000000001"),
        (4, "Created Time", "578000000000000001"),
    ]


def test_what_is_missing_is_named():
    row = {
        **ROW,
        "Order Status": "Odd",
        "Order Substatus": "",
        "SKU ID": "",
        "Quantity": "0",
        "Created Time": "",
    }
    problems = read(as_csv(row)).problems
    assert [problem.column for problem in problems] == ["Order Status", "SKU ID", "Quantity", "Created Time"]
    (nameless,) = read(as_csv(ROW, {**ROW, "Order ID": ""})).problems
    assert (nameless.row_number, nameless.column, nameless.order_id) == (3, "Order ID", "")


def test_columns_may_stand_anywhere_and_strangers_are_ignored():
    headings = ["A Column Of Tomorrow", *reversed(ROW)]
    (order,) = read(as_csv({**ROW, "A Column Of Tomorrow": "x"}, headings=headings)).orders
    assert order.platform_order_id == "578000000000000001"


def test_the_address_columns_of_other_regions():
    row = {**ROW, "Country": "United States", "Province": "Texas", "City": "Austin", "Zipcode": "78701"}
    address = read(as_csv({**row, "Detail Address": "9 Elm Street"}), region="US").orders[0].address
    assert (address.region_code, address.city, address.postal_code) == ("US", "Austin", "78701")
    assert address.full_address == "9 Elm Street, Austin, Texas, 78701"
    assert not address.is_masked


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "gb18030"])
def test_every_encoding_that_excel_saves(encoding):
    row = {**ROW, "Product Name": "雪松帆布袋"}
    assert read(as_csv(row, encoding=encoding)).orders[0].lines[0].product_name == "雪松帆布袋"


def test_other_separators():
    content = as_csv(ROW).decode("utf-8-sig").replace(",", ";").encode()
    assert len(read(content).orders) == 1


def test_a_header_pasted_in_again_is_skipped():
    content = as_csv(ROW) + as_csv({**ROW, "Order ID": "578000000000000002"}, encoding="utf-8")
    assert len(read(content).orders) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"   \r\n", "empty"),
        (b"Hello,World\r\n1,2\r\n", "No header row"),
        (b"<html><body>Order ID</body></html>", "not a spreadsheet"),
        (b"PK\x03\x04 broken", "not a spreadsheet"),
        (b"Order ID,Quantity\r\n1,1\r\n", "no column"),
        (b"x" * (20 * 1024 * 1024 + 1), "larger than 20 MB"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + "EncryptedPackage".encode("utf-16-le"), "password"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + b"junk", "not a spreadsheet"),
        (as_csv(headings=list(ROW)), "no orders"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not a spreadsheet"),
    ],
    ids=[
        "nothing",
        "blanks",
        "other-table",
        "html",
        "damaged",
        "columns",
        "large",
        "locked",
        "old",
        "no-rows",
        "image",
    ],
)
def test_a_file_that_is_no_use_says_why(content, words):
    with pytest.raises(UnusableFile, match=words):
        read(content)


UPLOAD = [
    TrackingRow("578000004700929886", "840494355546", "J&T Express"),
    TrackingRow("578000013385452389", "SPX0175288656", "=SPX Express"),
]


def test_the_upload_file_as_csv():
    content = seller_center_export.tracking_file(rows=UPLOAD, kind=FileKind.CSV)
    assert content.decode("utf-8-sig").splitlines() == [
        "Order ID,Tracking ID,Shipping Provider Name",
        "578000004700929886,840494355546,J&T Express",
        "578000013385452389,SPX0175288656,SPX Express",
    ]


def test_the_upload_file_as_xlsx_keeps_ids_as_text():
    content = seller_center_export.tracking_file(rows=UPLOAD, kind=FileKind.XLSX)
    rows = list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    assert rows[1] == ("578000004700929886", "840494355546", "J&T Express")
    assert len(rows) == 3
