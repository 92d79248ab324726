"""Seller Center's file in: whole orders, a reason per bad row, nothing half-imported, a trace of everything."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from core import clock
from integrations.tiktok_shop import seller_center_cells
from orders import file_import
from orders.models import Order, OrderImport, OrderLine, Package
from tenancy import scoping
from tenancy.actors import Actor
from tests import make, seller_center_file
from tests.make_orders import NOW, make_sku

DATA = Path(__file__).parent.parent / "data"
MAI = Actor(kind="user", label="Mai", id=1)
HEADER = "Order ID,Order Status,Order Substatus,SKU ID,Seller SKU,Product Name,Quantity,Created Time\n"


def take(shop, content: bytes, name: str = "orders.csv") -> OrderImport:
    return file_import.import_file(shop=shop, filename=name, content=content, actor=MAI, now=NOW)


def rows(*lines: str) -> bytes:
    return (HEADER + "\n".join(lines)).encode()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_sample_comes_in_and_comes_in_once(cedar_shop, in_cedar, kind):
    content = (DATA / f"seller-center-sample.{kind}").read_bytes()
    first = take(cedar_shop, content, f"export.{kind}")
    assert (first.state, first.new_count, first.problem_count) == ("done", 29, 0)
    assert Order.objects.count() == 29
    assert set(Order.objects.values_list("source", flat=True)) == {"file"}
    assert Order.objects.filter(platform_status="delivered", delivered_at__isnull=False).count() == 6
    again = take(cedar_shop, content, f"export.{kind}")
    assert (again.new_count, again.changed_count, again.unchanged_count) == (0, 0, 29)
    assert sum(OrderLine.objects.values_list("quantity", flat=True)) == 51
    assert OrderImport.objects.count() == 2


def test_orders_of_a_file_are_reviewed_like_all_others(cedar_shop, in_cedar):
    for code in ("KF-TOTE-L", "KF-MUG-SEA"):
        make_sku(code)
    take(cedar_shop, (DATA / "seller-center-sample.csv").read_bytes())
    states = dict.fromkeys(Order.objects.values_list("state", flat=True))
    assert set(states) == {"approved", "on_hold", "completed", "cancelled"}
    assert Package.objects.exists() or Order.objects.filter(holds__reason="unmapped_sku").exists()


def test_an_order_with_a_bad_row_is_left_out_whole(cedar_shop, in_cedar):
    content = rows(
        "578000000000000001,To ship,Awaiting shipment,1,KF-MUG-SEA,Mug,1,20/11/2026 07:25:59",
        "578000000000000001,To ship,Awaiting shipment,2,KF-TOTE-L,Tote,many,20/11/2026 07:25:59",
        "578000000000000002,To ship,Awaiting shipment,1,KF-MUG-SEA,Mug,2,20/11/2026 07:26:59",
    )
    record = take(cedar_shop, content)
    assert (record.state, record.row_count, record.new_count, record.problem_count) == ("partial", 3, 1, 1)
    assert Order.objects.get().platform_order_id == "578000000000000002"
    (problem,) = record.problems
    assert (problem["row"], problem["column"], problem["order_id"]) == (3, "Quantity", "578000000000000001")
    assert problem["message"]


@pytest.mark.parametrize("content", [b"", b"hello", b"\x89PNG\r\n", b"PK\x03\x04broken"])
def test_a_file_that_cannot_be_read_imports_nothing_and_leaves_a_trace(cedar_shop, in_cedar, content):
    record = take(cedar_shop, content)
    assert record.state == "refused"
    assert record.message
    assert not Order.objects.exists()
    assert OrderImport.objects.get().by_label == "Mai"


def test_the_command_reports_rows_and_sums(cedar, cedar_shop, tmp_path, capsys):
    path = tmp_path / "orders.csv"
    path.write_bytes(
        rows(
            "578000000000000001,To ship,Awaiting shipment,1,KF-MUG-SEA,Mug,x,20/11/2026 07:25:59",
            "578000000000000002,To ship,Awaiting shipment,1,KF-MUG-SEA,Mug,2,20/11/2026 07:26:59",
        )
    )
    call_command("import_orders", str(path), shop="cedar-vn")
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("row 2, Quantity: ")
    assert said[-1] == "2 rows, 1 orders taken: 1 new, 0 changed, 0 unchanged; 1 problems"
    with scoping.scope(sellers=[cedar.pk]):
        assert OrderImport.objects.get().filename == "orders.csv"


def test_the_command_refuses_in_a_sentence(cedar, north, cedar_shop, tmp_path):
    path = tmp_path / "nonsense.xlsx"
    path.write_bytes(b"nonsense")
    with pytest.raises(CommandError, match="Order ID"):
        call_command("import_orders", str(path), shop="cedar/cedar-vn")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_orders", str(tmp_path / "absent.csv"), shop="cedar-vn")
    with pytest.raises(CommandError, match="no shop"):
        call_command("import_orders", str(path), shop="cedar/nowhere")
    make.make_shop(seller=north, slug="cedar-vn", platform_shop_id="2")
    with pytest.raises(CommandError, match="cedar/cedar-vn, north/cedar-vn"):
        call_command("import_orders", str(path), shop="cedar-vn")


def test_an_older_file_does_not_undo_what_the_platform_told(cedar_shop, in_cedar):
    content = rows("578000000000000002,To ship,Awaiting shipment,1,KF-MUG-SEA,Mug,2,20/11/2026 07:26:59")
    take(cedar_shop, content)
    Order.objects.update(source="api", platform_status="in_transit", platform_updated_at=clock.now())
    record = take(cedar_shop, content)
    assert (record.changed_count, record.unchanged_count) == (0, 1)
    assert Order.objects.get().platform_status == "in_transit"


@pytest.mark.parametrize("damage", seller_center_file.DAMAGES)
def test_each_damage_has_its_sentence_with_row_and_column(cedar_shop, in_cedar, damage):
    file, row, column, sentence = seller_center_file.DAMAGES[damage]
    record = take(cedar_shop, file())
    assert (record.state, record.row_count) == ("partial", 4 if damage == "rows of one order disagree" else 3)
    told = {(one["row"], one["column"]): one["message"] for one in record.problems}
    assert told[(row, column)].startswith(sentence)
    assert Order.objects.count() == 2  # its neighbors are taken


def test_there_are_twenty_five_kinds_of_damage_at_least():
    assert len(seller_center_file.DAMAGES) >= 25


def test_an_order_that_cannot_be_stored_is_a_problem_of_its_row(cedar_shop, in_cedar, monkeypatch):
    monkeypatch.setattr(seller_center_cells, "LARGEST_AMOUNT", 10**30)
    orders = [seller_center_file.row(1), seller_center_file.row(2, **{"Order Amount": "9" * 20})]
    record = take(cedar_shop, seller_center_file.as_csv(orders))
    assert (record.state, record.new_count, record.problem_count) == ("partial", 1, 1)
    (problem,) = record.problems
    assert (problem["row"], problem["message"]) == (4, "The order holds a value that cannot be stored.")
