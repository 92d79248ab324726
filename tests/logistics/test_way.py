"""One order of the sandbox all the way: packed, numbered, handed over, scanned, uploaded, delivered, by handlers alone."""

from core import clock
from logistics import handover, labels, watching
from logistics.models import Shipment, TrackedParcel
from orders.models import PackageState, SlaClock
from relay import outbox
from sandbox.control import acts, dump
from tenancy import scoping
from tests.make_logistics import LAN, carrier, pack_orders, run_labels, run_uploads, sandbox_orders


def hear_all(seller) -> None:
    outbox.deliver_due(seller_id=seller.pk)


def ask_the_carrier(seller) -> None:
    with scoping.scope(sellers=[seller.pk]):
        TrackedParcel.objects.update(next_poll_at=clock.now())
    watching.run(seller_id=seller.pk)
    hear_all(seller)


def at_the_dock(seller, shipment: Shipment) -> None:
    with scoping.scope(sellers=[seller.pk]):
        shipment = Shipment.objects.get(pk=shipment.pk)
        manifest = handover.open_manifest(carrier_id=shipment.carrier_id, actor=LAN, now=clock.now())
        handover.scan(manifest_id=manifest.pk, code=shipment.tracking_number, actor=LAN, now=clock.now())
    hear_all(seller)


def standing(seller, shipment: Shipment) -> tuple[str, str, bool]:
    with scoping.scope(sellers=[seller.pk]):
        row = Shipment.objects.select_related("package").get(pk=shipment.pk)
        return row.state, row.package.state, row.uploaded_at is not None


def test_own_carrier(sandbox_world, vietnam, cedar):
    (order,) = sandbox_orders(sandbox_world, shop=vietnam, shipping_type="SELLER")
    with scoping.scope(sellers=[cedar.pk]):
        (shipment,) = pack_orders([order])
        labels.give_number(
            shipment_id=shipment.pk,
            carrier=carrier(),
            number="JT840172639501",
            source="typed",
            actor=LAN,
            now=clock.now(),
        )
    at_the_dock(cedar, shipment)
    ask_the_carrier(cedar)
    assert run_uploads(vietnam) == 0
    assert dump.uploads(sandbox_world) == {}  # the carrier has not scanned it: not yet
    acts.scan(sandbox_world, {"tracking_number": "JT840172639501", "kind": "pickup"})
    ask_the_carrier(cedar)
    assert standing(cedar, shipment) == ("in_transit", PackageState.IN_TRANSIT, False)
    with scoping.scope(sellers=[cedar.pk]):
        assert SlaClock.objects.get(order=order).is_open is False
    assert run_uploads(vietnam) == 1
    assert dump.uploads(sandbox_world)["JT840172639501"]["count"] == 1
    for kind in ("transit", "arrival", "out_for_delivery", "delivered"):
        acts.scan(sandbox_world, {"tracking_number": "JT840172639501", "kind": kind})
    ask_the_carrier(cedar)
    assert standing(cedar, shipment) == ("delivered", PackageState.DELIVERED, True)


def test_platform_label(sandbox_world, malaysia, cedar):
    (order,) = sandbox_orders(sandbox_world, shop=malaysia, shipping_type="TIKTOK")
    with scoping.scope(sellers=[cedar.pk]):
        (shipment,) = pack_orders([order])
    run_labels(malaysia)
    hear_all(cedar)
    at_the_dock(cedar, shipment)
    with scoping.scope(sellers=[cedar.pk]):
        number = Shipment.objects.get(pk=shipment.pk).tracking_number
    ask_the_carrier(cedar)
    acts.scan(sandbox_world, {"tracking_number": number, "kind": "pickup"})
    acts.scan(sandbox_world, {"tracking_number": number, "kind": "delivered"})
    ask_the_carrier(cedar)
    assert standing(cedar, shipment) == ("delivered", PackageState.DELIVERED, True)
    assert run_uploads(malaysia) == 0
