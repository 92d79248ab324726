"""What is picked goes back by a task: the item, then the bin; the ledger follows the goods."""

import pytest

from orders import cancellation, packages
from orders.models import Order, Package
from relay import outbox
from tenancy.actors import PLATFORM
from tests.make_orders import NOW
from tests.make_warehouse import (
    MAI,
    allocated,
    deliver,
    in_bin,
    level,
    make_site,
    make_stock,
    packed,
    picked,
    released_list,
)
from warehouse import ledger_check, packing, picking, put_back_scans
from warehouse.models import CountTask, PutBackTask


@pytest.fixture
def site(in_cedar):
    return make_site()


def cancel(package: Package) -> None:
    """The platform says that the order is over."""
    order = Order.objects.lock().get(pk=package.order_id)
    assert cancellation.cancel(order)
    order.save(update_fields=["state"])
    cancellation.follow(orders=[order], actor=PLATFORM, now=NOW)
    deliver()


def put_back(code: str, bin_code: str, **options) -> put_back_scans.Scan:
    found = put_back_scans.recognize(code=code)
    return put_back_scans.place(
        task_id=found.task.pk, bin_code=bin_code, quantity=options.get("quantity"), actor=MAI, now=NOW
    )


def test_half_picked_goods_go_from_tote_to_shelf(site, cedar_shop):
    sku = make_stock("MUG", 5)
    package = allocated(shop=cedar_shop, lines={"MUG": 3})
    pick_list = released_list(site)
    picking.scan(pick_list_id=pick_list.pk, code="A-01-1", actor=MAI, now=NOW)
    picking.scan(pick_list_id=pick_list.pk, code="BC-MUG", quantity=2, actor=MAI, now=NOW)
    cancel(package)
    task = PutBackTask.objects.get()
    assert (task.source.code, task.home.code, task.quantity, task.why) == (
        "CART-01",
        "A-01-1",
        2,
        "cancelled",
    )
    assert (in_bin("CART-01", sku), level(sku)) == (2, (5, 0))

    put_back("BC-MUG", "A-01-1", quantity=1)
    done = put_back("BC-MUG", "A-02-1")

    assert done.task.done_at == NOW
    assert (in_bin("CART-01", sku), in_bin("A-01-1", sku), in_bin("A-02-1", sku)) == (0, 4, 1)
    assert (level(sku), ledger_check.check_ledger()) == ((5, 0), [])


def test_a_closed_carton_is_unpacked_at_the_dock(site, cedar_shop):
    sku = make_stock("MUG", 5)
    package = packed(shop=cedar_shop, warehouse=site, lines={"MUG": 3})
    cancel(package)
    task = PutBackTask.objects.get()
    assert (task.source.code, task.home.code, task.quantity) == ("RECEIVING", "A-01-1", 3)
    put_back("BC-MUG", "A-01-1")
    assert (in_bin("RECEIVING", sku), in_bin("A-01-1", sku), level(sku)) == (0, 5, (5, 0))
    assert ledger_check.check_ledger() == []


def test_hearing_of_the_end_twice_asks_once(site, cedar_shop):
    make_stock("MUG", 5)
    package = picked(shop=cedar_shop, warehouse=site, lines={"MUG": 3})
    cancel(package)
    outbox.publish_many([])
    deliver()
    assert PutBackTask.objects.count() == 1


@pytest.mark.parametrize("code", ["RECEIVING", "CART-01", "Z-99-9"])
def test_goods_for_sale_go_to_a_shelf(site, cedar_shop, code):
    sku = make_stock("MUG", 5)
    cancel(picked(shop=cedar_shop, warehouse=site, lines={"MUG": 3}))
    with pytest.raises(put_back_scans.WrongPlace):
        put_back("BC-MUG", code)
    assert (in_bin("CART-01", sku), PutBackTask.objects.get().done_quantity) == (3, 0)


def test_an_item_that_is_on_no_list_is_named(site, cedar_shop):
    make_stock("MUG", 5)
    with pytest.raises(put_back_scans.NothingToPutBack):
        put_back_scans.recognize(code="BC-MUG")


def test_goods_that_are_not_there_ask_for_a_count(site, cedar_shop):
    sku = make_stock("MUG", 5)
    cancel(picked(shop=cedar_shop, warehouse=site, lines={"MUG": 3}))
    task = put_back_scans.not_there(task_id=PutBackTask.objects.get().pk, actor=MAI, now=NOW)
    assert task.done_at == NOW
    assert (CountTask.objects.get().bin.code, CountTask.objects.get().sku_id) == ("CART-01", sku.pk)


def test_the_packer_hears_that_the_order_is_over(site, cedar_shop):
    make_stock("MUG", 5)
    package = picked(shop=cedar_shop, warehouse=site, lines={"MUG": 3})
    cancel(package)
    with pytest.raises(packages.PackageStopped):
        packing.load(package_id=package.pk)


def test_the_picker_hears_that_the_order_is_over(site, cedar_shop):
    make_stock("MUG", 5)
    make_stock("CUP", 5, at="A-02-1")
    gone = allocated(shop=cedar_shop, number=1, lines={"MUG": 2})
    allocated(shop=cedar_shop, number=2, lines={"CUP": 1})
    pick_list = released_list(site)
    picking.scan(pick_list_id=pick_list.pk, code="A-01-1", actor=MAI, now=NOW)
    picking.scan(pick_list_id=pick_list.pk, code="BC-MUG", actor=MAI, now=NOW)
    cancel(gone)
    answer = picking.scan(pick_list_id=pick_list.pk, code="BC-MUG", actor=MAI, now=NOW)
    assert (answer.ok, answer.kind) == (False, "package_stopped")
    assert "slot 1" in answer.text
