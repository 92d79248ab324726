"""Platform labels through the sandbox: arranged once, fetched as a PDF, refused in the platform's words."""

import pytest
import zxingcpp
from pypdfium2 import PdfDocument

from core import clock
from logistics import handlers, label_files
from logistics.models import LabelRequest, Shipment
from orders import packages
from orders.events import OrderApproved
from orders.models import OrderHistory, PackageState, SlaClock
from sandbox.control import acts, dump
from tenancy import scoping
from tests.make_logistics import hurry, pack_orders, run_labels, sandbox_orders, waiting
from warehouse.models import Carton, PackRecord


def ordered(world, shop, *, count: int = 1) -> list[Shipment]:
    """Packed parcels that wait for the platform's label."""
    orders = sandbox_orders(world, shop=shop, count=count, shipping_type="TIKTOK")
    with scoping.scope(sellers=[shop.seller_id]):
        return pack_orders(orders)


def reload(shop, row) -> Shipment:
    with scoping.scope(sellers=[shop.seller_id]):
        row = Shipment.objects.select_related("package__order", "carrier").get(pk=row.pk)
        row.request = LabelRequest.objects.get(shipment=row)
    return row


@pytest.mark.parametrize("region", ["malaysia", "america"])
def test_the_label_comes_with_number_and_carrier(sandbox_world, request, region):
    shop = request.getfixturevalue(region)
    rows = ordered(sandbox_world, shop, count=2)
    assert run_labels(shop) == 2
    row = reload(shop, rows[0])
    assert (row.request.effect_state, row.state, row.package.state) == (
        "done",
        "labelled",
        PackageState.READY_TO_SHIP,
    )
    assert (row.number_source, row.is_number_proven) == ("platform", True)
    assert row.carrier.name == row.carrier_name or row.carrier.code
    assert row.uploaded_at == row.labelled_at  # the platform chose it: nothing is left to tell
    assert row.package.platform_package_id != ""
    content = label_files.read(path=row.label_file)
    picture = PdfDocument(content)[0].render(scale=3).to_pil()
    assert row.tracking_number in {code.text for code in zxingcpp.read_barcodes(picture)}
    assert run_labels(shop) == 0


def test_weight_and_size_of_the_carton_go_with_the_label(sandbox_world, america):
    """Where a parcel is made by buying its label, the platform chooses the service by them."""
    (row,) = ordered(sandbox_world, america)
    with scoping.scope(sellers=[america.seller_id]):
        box = Carton.objects.create(code="B", name="Box", length_mm=205, width_mm=150, height_mm=100)
        PackRecord.objects.create(
            shop_id=america.pk,
            package_id=row.package_id,
            carton=box,
            weight_g=640,
            packed_at=clock.now(),
            by_label="Mai",
        )
        Shipment.objects.filter(pk=row.pk).update(weight_g=640)
    assert run_labels(america) == 1
    bought = sandbox_world.shop.packages[reload(america, row).package.platform_package_id]
    assert bought.weight == {"value": "640", "unit": "GRAM"}
    assert bought.dimension == {"length": "20.5", "width": "15", "height": "10", "unit": "CM"}


def test_a_lost_answer_arranges_once(sandbox_world, malaysia):
    (row,) = ordered(sandbox_world, malaysia)
    acts.set_faults(sandbox_world, {"shop": {"share_timeout_after": 1.0}})
    run_labels(malaysia)
    acts.set_faults(sandbox_world, {"shop": {"share_timeout_after": 0.0}})
    assert reload(malaysia, row).request.effect_state == "waiting"
    with scoping.scope(sellers=[malaysia.seller_id]):
        hurry(LabelRequest)
    run_labels(malaysia)
    row = reload(malaysia, row)
    uploads = dump.uploads(sandbox_world)
    assert {number: found["count"] for number, found in uploads.items()} == {row.tracking_number: 1}


def test_a_cancelled_order_is_refused_and_shown(sandbox_world, malaysia):
    (row,) = ordered(sandbox_world, malaysia)
    order_id = reload(malaysia, row).package.order.platform_order_id
    acts.cancel(sandbox_world, {"order_id": order_id})
    run_labels(malaysia)
    row = reload(malaysia, row)
    assert (row.request.effect_state, row.request.last_error_code) == ("failed", "order_cancelled")
    assert (row.tracking_number, row.package.state) == ("", PackageState.PACKED)
    with scoping.scope(sellers=[malaysia.seller_id]):
        assert SlaClock.objects.get(order=row.package.order).is_label_failed is True
        assert "cancelled" in OrderHistory.objects.get(action="label.refused").reason


def test_a_buyers_wish_to_cancel_waits_and_a_release_asks_again(sandbox_world, malaysia):
    (row,) = ordered(sandbox_world, malaysia)
    order = reload(malaysia, row).package.order
    cancelled = acts.buyer_cancel(sandbox_world, {"order_id": order.platform_order_id})
    assert cancelled["cancel_status"]
    run_labels(malaysia)
    assert reload(malaysia, row).request.last_error_code == "cancel_requested"
    with scoping.scope(sellers=[malaysia.seller_id]):
        LabelRequest.objects.update(effect_state="needs_human")
        handlers.on_order_approved([OrderApproved(order_id=order.pk)])
        assert LabelRequest.objects.get().effect_state == "waiting"


def test_the_label_of_a_stopped_parcel_waits(sandbox_world, malaysia):
    (row,) = ordered(sandbox_world, malaysia)
    with scoping.scope(sellers=[malaysia.seller_id]):
        order_id = Shipment.objects.get(pk=row.pk).package.order_id
        packages.stop(reasons={order_id: "manual"})
    run_labels(malaysia)
    row = reload(malaysia, row)
    assert (row.package.state, row.tracking_number) == (PackageState.PACKED, "")
    assert (row.request.effect_state, row.request.last_error_code) == ("waiting", "stopped")
    with scoping.scope(sellers=[malaysia.seller_id]):
        packages.unstop(order_ids=[order_id])
        handlers.on_order_approved([OrderApproved(order_id=order_id)])
    run_labels(malaysia)
    row = reload(malaysia, row)
    assert (row.package.state, row.state) == (PackageState.READY_TO_SHIP, "labelled")


def test_a_shop_that_lives_on_files_asks_for_no_label(cedar_shop, in_cedar):
    waiting(shop=cedar_shop, shipping_type="platform", now=clock.now())
    assert not LabelRequest.objects.exists()
