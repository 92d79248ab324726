"""An order is cancelled at every stage of the floor: the ledger stays clean, nothing is told, whoever stands there hears it."""

from collections.abc import Callable

import pytest

from logistics import handover, labels
from logistics.models import (
    ExceptionCase,
    LabelRequest,
    Manifest,
    Shipment,
    TrackingUpload,
)
from orders.models import Order, OrderHold, Package, SlaClock
from orders.packages import PackageStopped
from tests import make_logistics, make_orders, make_warehouse
from tests.make_logistics import LAN
from tests.make_orders import NOW, platform_order, take_in
from tests.make_warehouse import MAI, deliver, in_bin, level, make_site, make_stock
from warehouse import ledger_check, packing, picking, put_back_scans
from warehouse.models import PickList, PutBackTask, Reservation

NUMBER = "JT840172639501"


@pytest.fixture
def site(in_cedar):
    make_logistics.carrier("jt")
    return make_site()


def ordered(shop) -> Package:
    return make_warehouse.order_package(shop=shop, lines={"MUG": 2})


def reserved(shop) -> Package:
    package = ordered(shop)
    deliver()
    return package


def planned(shop, site) -> Package:
    package = reserved(shop)
    make_warehouse.planned_wave(site)
    return package


def half_picked(shop, site) -> Package:
    package = reserved(shop)
    pick_list = make_warehouse.released_list(site)
    picking.scan(pick_list_id=pick_list.pk, code="A-01-1", actor=MAI, now=NOW)
    picking.scan(pick_list_id=pick_list.pk, code="BC-MUG", actor=MAI, now=NOW)
    return package


def picked(shop, site) -> Package:
    return make_warehouse.picked(shop=shop, warehouse=site, lines={"MUG": 2})


def packed(shop, site) -> Package:
    package = make_warehouse.packed(shop=shop, warehouse=site, lines={"MUG": 2})
    deliver()
    return package


def labelled(shop, site) -> Package:
    package = packed(shop, site)
    shipment = Shipment.objects.get(package=package)
    labels.give_number(
        shipment_id=shipment.pk,
        carrier=make_logistics.carrier("jt"),
        number=NUMBER,
        source="typed",
        actor=LAN,
        now=NOW,
    )
    return package


def on_manifest(shop, site) -> Package:
    package = labelled(shop, site)
    make_logistics.hand_over(Shipment.objects.get(package=package))
    return package


def handed_over(shop, site) -> Package:
    package = on_manifest(shop, site)
    handover.close(manifest_id=Manifest.objects.get().pk, actor=LAN, now=NOW)
    return package


def cancel(package: Package) -> Package:
    """The platform says that the order is over, in whatever words it has."""
    order = Order.objects.get(pk=package.order_id)
    take_in(
        package.shop,
        platform_order(
            order.platform_order_id,
            status="cancelled",
            updated_at=NOW,
            cancelled_at=NOW,
            cancel_initiator="buyer",
            lines=(make_orders.line("MUG", quantity=2),),
        ),
    )
    deliver()
    package.refresh_from_db()
    return package


def assert_clean(package: Package, sku, *, tote: int = 0, dock: int = 0) -> None:
    assert (package.state, Order.objects.get().state) == ("cancelled", "cancelled")
    assert SlaClock.objects.get().tab == "cancelled"
    assert not OrderHold.objects.filter(lifted_at__isnull=True).exists()
    assert not Reservation.objects.filter(state="active").exists()
    assert (level(sku), ledger_check.check_ledger()) == ((5, 0), [])
    assert (in_bin("CART-01", sku), in_bin("RECEIVING", sku)) == (tote, dock)
    assert sum(task.quantity for task in PutBackTask.objects.all()) == tote + dock
    for effect in (LabelRequest, TrackingUpload):
        assert not effect.objects.exclude(effect_state="dropped").exists()
    assert not Shipment.objects.exclude(state="cancelled").exists()


@pytest.mark.parametrize("stage", [ordered, reserved])
def test_before_the_floor(site, cedar_shop, stage: Callable):
    sku = make_stock("MUG", 5)
    assert_clean(cancel(stage(cedar_shop)), sku)


def test_on_hold(site, cedar_shop):
    sku = make_stock("MUG", 5)
    package = reserved(cedar_shop)
    take_in(
        cedar_shop,
        platform_order(
            package.order.platform_order_id,
            is_buyer_cancel_requested=True,
            cancel_requested_at=NOW,
            lines=(make_orders.line("MUG", quantity=2),),
            seller_note="asks",
        ),
    )
    deliver()
    assert_clean(cancel(package), sku)


def test_in_a_planned_wave(site, cedar_shop):
    sku = make_stock("MUG", 5)
    assert_clean(cancel(planned(cedar_shop, site)), sku)


def test_half_picked(site, cedar_shop):
    sku = make_stock("MUG", 5)
    package = cancel(half_picked(cedar_shop, site))
    assert_clean(package, sku, tote=1)
    pick_list = PickList.objects.get()
    with pytest.raises(picking.WalkIsOver):
        picking.scan(pick_list_id=pick_list.pk, code="BC-MUG", actor=MAI, now=NOW)


def test_picked(site, cedar_shop):
    sku = make_stock("MUG", 5)
    package = cancel(picked(cedar_shop, site))
    assert_clean(package, sku, tote=2)
    with pytest.raises(PackageStopped):
        packing.load(package_id=package.pk)


def test_packed_with_its_label_not_made_yet(site, cedar_shop):
    sku = make_stock("MUG", 5)
    assert_clean(cancel(packed(cedar_shop, site)), sku, dock=2)


def test_labelled(site, cedar_shop):
    sku = make_stock("MUG", 5)
    package = cancel(labelled(cedar_shop, site))
    assert_clean(package, sku, dock=2)
    assert Shipment.objects.get().void_reason == "cancelled"
    manifest = handover.open_manifest(carrier_id=make_logistics.carrier("jt").pk, actor=LAN, now=NOW)
    with pytest.raises(handover.ScanRefused, match="was cancelled"):
        handover.scan(manifest_id=manifest.pk, code=NUMBER, actor=LAN, now=NOW)


def test_in_a_manifest_that_the_driver_has_not_signed(site, cedar_shop):
    sku = make_stock("MUG", 5)
    package = cancel(on_manifest(cedar_shop, site))
    manifest = Manifest.objects.get()
    assert (package.state, package.is_stopped, ExceptionCase.objects.get().kind) == (
        "handed_over",
        True,
        "intercept",
    )
    with pytest.raises(handover.ScanRefused, match=NUMBER):
        handover.close(manifest_id=manifest.pk, actor=LAN, now=NOW)

    handover.undo(manifest_id=manifest.pk, line_id=manifest.lines.get().pk, actor=LAN, now=NOW)

    package.refresh_from_db()
    assert_clean(package, sku, dock=2)
    assert ExceptionCase.objects.get().state == "resolved"


def test_after_the_handover_it_is_called_back_and_taken_in(site, cedar_shop):
    sku = make_stock("MUG", 5)
    package = cancel(handed_over(cedar_shop, site))
    assert (package.state, package.is_stopped, level(sku)) == ("handed_over", True, (3, 0))
    case = ExceptionCase.objects.get()
    assert (case.kind, case.state) == ("intercept", "open")
    assert not TrackingUpload.objects.exclude(effect_state="dropped").exists()
    assert ledger_check.check_ledger() == []


def test_what_was_picked_is_for_sale_again_after_the_put_back(site, cedar_shop):
    sku = make_stock("MUG", 5)
    cancel(picked(cedar_shop, site))
    found = put_back_scans.recognize(code="BC-MUG")
    put_back_scans.place(task_id=found.task.pk, bin_code="A-01-1", quantity=None, actor=MAI, now=NOW)
    assert (in_bin("A-01-1", sku), level(sku), ledger_check.check_ledger()) == (5, (5, 0), [])
