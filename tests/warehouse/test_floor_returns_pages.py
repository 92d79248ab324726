"""The put-back list and the returns bench as pages: scans answer, refusals are 422, a list costs the same for any length."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from orders.models import Order, Package, ReturnCase
from tenancy import scoping
from tenancy.models import Role
from tests import make, make_warehouse
from tests.make_warehouse import make_site, make_stock
from warehouse.models import BinLevel, PutBackTask


def url(name: str, **kwargs) -> str:
    return reverse(f"warehouse:{name}", kwargs={"seller": "cedar", **kwargs})


@pytest.fixture
def packer(client, cedar):
    client.force_login(make.make_member(seller=cedar, role=Role.PACKER))
    return client


@pytest.fixture
def floor(cedar, cedar_shop):
    with scoping.scope(sellers=[cedar.pk]):
        site = make_site()
        make_stock("MUG", 90)
    return site


def stand(cedar, *, units: int = 3) -> PutBackTask:
    """Goods in a tote that belong on a shelf."""
    with scoping.scope(sellers=[cedar.pk]):
        tote = make_warehouse.Bin.objects.get_or_create(
            warehouse=make_warehouse.Warehouse.objects.get(), code="CART-07", kind="tote"
        )[0]
        sku = make_stock("MUG", units, at="CART-07", now=clock.now())
        return PutBackTask.objects.create(
            shop_id=scoping_shop(),
            sku=sku,
            source=tote,
            home=make_warehouse.bin_of("A-01-1"),
            quantity=units,
            why="cancelled",
            made_at=clock.now(),
        )


def scoping_shop() -> int:
    return make_warehouse.Shop.objects.get().pk


def away(cedar, cedar_shop, number: int = 1) -> Package:
    """A parcel on the road."""
    with scoping.scope(sellers=[cedar.pk]):
        package = make_warehouse.order_package(shop=cedar_shop, number=number, lines={"MUG": 2})
        Package.objects.filter(pk=package.pk).update(state="in_transit")
    return package


def test_an_item_then_its_bin(packer, cedar, floor):
    stand(cedar)
    first = packer.post(url("put_back_scan"), {"code": "BC-MUG"}, headers={"HX-Request": "true"})
    assert (first.status_code, b"A-01-1" in first.content) == (200, True)
    task = PutBackTask
    with scoping.scope(sellers=[cedar.pk]):
        task_id = task.objects.get().pk
    wrong = packer.post(url("put_back_scan"), {"code": "CART-07", "task": task_id})
    assert wrong.status_code == 422
    done = packer.post(url("put_back_scan"), {"code": "A-02-1", "task": task_id, "quantity": "3"})
    assert (done.status_code, b"lie in A-02-1" in done.content) == (200, True)
    with scoping.scope(sellers=[cedar.pk]):
        assert task.objects.get().done_by == "Mai"
        assert BinLevel.objects.get(bin__code="A-02-1").on_hand == 3


def test_goods_that_are_not_there(packer, cedar, floor):
    found = stand(cedar)
    assert packer.post(url("put_back_missing", task_id=found.pk)).status_code == 200
    assert packer.post(url("put_back_missing", task_id=found.pk)).status_code == 404


def test_an_unknown_code_is_named(packer, cedar, floor):
    answer = packer.post(url("put_back_scan"), {"code": "nothing"})
    assert (answer.status_code, "nothing" in answer.content.decode()) == (422, True)
    assert packer.get(url("put_back")).status_code == 200


def test_a_parcel_is_scanned_in_and_looked_at(packer, cedar, cedar_shop, floor):
    package = away(cedar, cedar_shop)
    assert packer.get(url("returns")).status_code == 200
    with scoping.scope(sellers=[cedar.pk]):
        number = Order.objects.get(pk=package.order_id).platform_order_id
    answer = packer.post(url("returns_scan"), {"code": number})
    assert answer.status_code == 200
    with scoping.scope(sellers=[cedar.pk]):
        case = ReturnCase.objects.get()
        row = case.lines.get()
    address = url("return_inspect", public_id=case.public_id, line_id=row.pk)
    assert packer.post(address, {"restocked": "9"}).status_code == 422
    done = packer.post(address, {"restocked": "1", "missing": "1"})
    assert (done.status_code, b"Everything was looked at" in done.content) == (200, True)
    assert packer.get(url("return", public_id=case.public_id)).status_code == 200


def test_a_code_without_a_return_is_refused(packer, floor):
    answer = packer.post(url("returns_scan"), {"code": "JT000"})
    assert (answer.status_code, "JT000" in answer.content.decode()) == (422, True)


def test_lists_do_not_ask_more_for_more_rows(packer, cedar, cedar_shop, floor):
    def queries(name: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert packer.get(url(name)).status_code == 200
        return len(caught)

    def add(number: int) -> None:
        stand(cedar, units=1)
        package = away(cedar, cedar_shop, number)
        with scoping.scope(sellers=[cedar.pk]):
            ReturnCase.objects.create(
                shop=cedar_shop,
                order_id=package.order_id,
                return_id=f"R{number}",
                kind="refund",
                stage="on_its_way",
                platform_status="buyer_shipped_item",
                asked_at=clock.now(),
            )

    add(1)
    add(2)
    few = {name: queries(name) for name in ("put_back", "returns")}
    for number in range(3, 8):
        add(number)
    assert {name: queries(name) for name in few} == few


def test_a_marketer_has_no_business_here(client, cedar, floor):
    client.force_login(make.make_member(seller=cedar, role=Role.MARKETER))
    assert client.get(url("put_back")).status_code == 403
    assert client.get(url("returns")).status_code == 403
