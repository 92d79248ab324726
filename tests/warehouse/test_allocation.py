"""Which warehouse serves an order: a person's choice, the platform's, else what the seller allows; the reason is kept."""

import json
from datetime import time, timedelta

import pytest

from orders import regrouping
from orders.models import Order, OrderState, Package, PackageState, RegroupRequest
from tests.make_orders import NOW
from tests.make_stock import second_site
from tests.make_warehouse import MAI, allocated, bin_of, deliver, level, make_stock, order_package
from warehouse import allocation, counting, ledger_check, reservations, shortages
from warehouse.allocation import Options, Site
from warehouse.models import Bin, CarrierPickup, Reservation, StockLevel, Warehouse

A, B, C = Site(1, "A", is_default=True), Site(2, "B", region="VN"), Site(3, "C", leaves_at=NOW)


def allow(*, split=False):
    allocation.set_terms(is_other_allowed=True, is_split_allowed=split, actor=MAI, now=NOW)


def served():
    """Warehouse code → units promised there."""
    rows = Reservation.objects.filter(state="active").values_list("warehouse__code", "quantity")
    return dict(rows)


def test_the_buyers_region_comes_before_the_next_carrier():
    assert allocation.ranked(sites=[A, B, C], first=A, region="VN") == (A, B, C)
    assert allocation.ranked(sites=[A, B, C], first=A, region="TH") == (A, C, B)


def test_the_reason_names_what_decided():
    options = Options((A, B, C), "platform", "VN")
    reasons = [json.loads(options.reason(site.warehouse_id)) for site in (A, B, C)]
    assert reasons == [
        {"code": "platform"},
        {"code": "elsewhere", "lacking": "A", "by": "region"},
        {"code": "elsewhere", "lacking": "A", "by": "cut_off"},
    ]
    assert (
        allocation.reason_text(options.reason(2)) == "A lacked something; this one is in the buyer's region"
    )


def test_a_split_takes_as_few_warehouses_as_possible():
    lines = {11: {7: 1}, 12: {8: 2}, 13: {9: 1}}
    free = {(1, 7): 1, (2, 8): 2, (3, 9): 1, (3, 8): 2}
    assert allocation.split(lines=lines, sites=[A, C], free=free) == [[11], [12, 13]]
    assert allocation.split(lines=lines, sites=[A, B], free=free) is None


def test_without_leave_only_the_named_warehouse_serves(site, cedar_shop):
    second_site()
    make_stock("MUG", 5, at="S-01")
    package = allocated(shop=cedar_shop)
    assert (package.state, Order.objects.get().state) == (PackageState.PLANNED, OrderState.ON_HOLD)


def test_another_warehouse_serves_what_the_first_one_lacks(site, cedar_shop):
    second_site()
    allow()
    mug = make_stock("MUG", 1)
    make_stock("MUG", 5, at="S-01")
    allocated(shop=cedar_shop, lines={"MUG": 3})
    assert (served(), level(mug)) == ({"SOUTH": 3}, (6, 3))
    why = json.loads(Reservation.objects.get().why)
    assert why == {"code": "elsewhere", "lacking": "MAIN", "by": "only"}
    assert ledger_check.check_ledger() == []


def test_the_first_one_serves_what_it_has(site, cedar_shop):
    second_site()
    allow()
    make_stock("MUG", 3)
    make_stock("MUG", 5, at="S-01")
    allocated(shop=cedar_shop, lines={"MUG": 3})
    assert (served(), json.loads(Reservation.objects.get().why)) == ({"MAIN": 3}, {"code": "default"})


def test_a_level_that_was_never_there_is_not_made(site, cedar_shop):
    second_site()
    allow()
    make_stock("MUG", 3)
    allocated(shop=cedar_shop)
    assert StockLevel.objects.count() == 1


def test_a_persons_choice_is_not_overruled(site, cedar_shop):
    second_site()
    allow()
    make_stock("MUG", 5)
    package = order_package(shop=cedar_shop)
    Order.objects.update(warehouse_code="SOUTH")
    deliver()
    package.refresh_from_db()
    assert package.state == PackageState.PLANNED


def test_the_carrier_that_comes_first_decides(site, cedar_shop):
    south = second_site()
    third = Warehouse.objects.create(code="WEST", name="West")
    Bin.objects.create(warehouse=third, code="W-01")
    soon = NOW + timedelta(hours=1)
    CarrierPickup.objects.create(warehouse=third, at=time(soon.hour, soon.minute))
    CarrierPickup.objects.create(warehouse=south, at=time(soon.hour + 1, soon.minute))
    allow()
    make_stock("MUG", 1, at="S-01")
    make_stock("MUG", 1, at="W-01")
    allocated(shop=cedar_shop)
    assert served() == {"WEST": 1}
    assert json.loads(Reservation.objects.get().why)["by"] == "cut_off"


def test_what_no_warehouse_has_whole_is_split_where_that_is_allowed(site, cedar_shop):
    second_site()
    allow(split=True)
    make_stock("MUG", 1)
    make_stock("CUP", 1, at="S-01")
    package = allocated(shop=cedar_shop, lines={"MUG": 1, "CUP": 1})
    request = RegroupRequest.objects.get()
    lines = dict(package.lines.values_list("sku__seller_sku", "order_line_id"))
    assert sorted(request.groups) == sorted([[lines["MUG"]], [lines["CUP"]]])
    assert Order.objects.get().state == OrderState.APPROVED
    reservations.reserve_packages(package_ids=[package.pk], now=NOW)
    assert (RegroupRequest.objects.count(), Order.objects.get().state) == (1, OrderState.APPROVED)


def test_a_market_without_parcels_before_shipping_splits_at_once(site, cedar_shop):
    second_site()
    allow(split=True)
    cedar_shop.region = next(iter(regrouping.MARKING_REGIONS))
    cedar_shop.save()
    make_stock("MUG", 1)
    make_stock("CUP", 1, at="S-01")
    allocated(shop=cedar_shop, lines={"MUG": 1, "CUP": 1})
    deliver()
    assert served() == {"MAIN": 1, "SOUTH": 1}
    live = Package.objects.exclude(state=PackageState.CANCELLED)
    assert [package.state for package in live] == [PackageState.ALLOCATED] * 2
    assert ledger_check.check_ledger() == []


def test_a_refused_split_holds_the_order(site, cedar_shop):
    second_site()
    allow(split=True)
    make_stock("MUG", 1)
    make_stock("CUP", 1, at="S-01")
    allocated(shop=cedar_shop, lines={"MUG": 1, "CUP": 1})
    RegroupRequest.objects.update(effect_state="failed")
    assert shortages.retry_unsplit(now=NOW) == 1
    assert Order.objects.get().state == OrderState.ON_HOLD
    assert shortages.retry_unsplit(now=NOW) == 0


def test_a_loss_elsewhere_takes_the_promise_there(site, cedar_shop):
    second_site()
    allow()
    mug = make_stock("MUG", 3, at="S-01")
    package = allocated(shop=cedar_shop, lines={"MUG": 3})
    counting.count(bin_id=bin_of("S-01").pk, sku_id=mug.pk, counted=1, actor=MAI, now=NOW)
    package.refresh_from_db()
    assert (package.state, level(mug)) == (PackageState.PLANNED, (1, 0))


@pytest.mark.parametrize("code", ["person", "platform", "default", "only"])
def test_every_reason_has_words(code):
    assert allocation.reason_text(json.dumps({"code": code}))
    assert allocation.reason_text("") == ""
