"""The dock: a wrong scan changes nothing and says what to do; a right one is not the carrier's scan."""

import pytest

from logistics import handover
from logistics.models import Manifest, ManifestLine, Shipment, ShippingPolicy, TrackingUpload
from orders import packages
from orders.models import OrderHistory, PackageState, SlaClock
from relay.models import OutboxEvent
from tests.make_logistics import LAN, carrier, handed_over, hear, labelled, said, waiting
from tests.make_orders import NOW


def open_for(code: str = "jt") -> Manifest:
    return handover.open_manifest(carrier_id=carrier(code).pk, actor=LAN, now=NOW)


def scan(manifest: Manifest, code: str) -> handover.HandoverScan:
    return handover.scan(manifest_id=manifest.pk, code=code, actor=LAN, now=NOW)


def standing(shipment: Shipment) -> tuple[str, str, object]:
    shipment.refresh_from_db()
    shipment.package.refresh_from_db()
    return shipment.state, shipment.package.state, shipment.docked_at


def test_a_carrier_has_one_open_manifest(cedar_shop, in_cedar):
    first = open_for()
    assert open_for().pk == first.pk
    assert open_for("spx").pk != first.pk
    assert first.number.startswith("MAN-")


def test_a_scan_hands_the_parcel_over_and_the_deadline_runs_on(cedar_shop, in_cedar):
    shipment = labelled(shop=cedar_shop)
    answer = scan(open_for(), shipment.tracking_number.lower())
    assert answer.count == 1
    assert standing(shipment) == ("handed_over", "handed_over", NOW)
    event = OutboxEvent.objects.get(name="shipment.handed_over")
    assert event.payload["shipment_id"] == shipment.pk
    clock = SlaClock.objects.get(order=shipment.package.order)
    assert (clock.tab, clock.is_open, clock.stopped_at) == ("awaiting_scan", True, None)


@pytest.mark.parametrize(
    "code_of",
    [
        lambda row: row.tracking_number,
        lambda row: row.public_id,
        lambda row: row.package.public_id,
        lambda row: row.package.order.platform_order_id,
        lambda row: row.package.order.public_id,
    ],
)
def test_any_code_of_the_parcel_will_do(cedar_shop, in_cedar, code_of):
    shipment = labelled(shop=cedar_shop)
    assert scan(open_for(), f" {code_of(shipment)}\n").shipment.pk == shipment.pk


def refused(manifest: Manifest, code: str, words: str) -> None:
    before = ManifestLine.objects.count()
    with pytest.raises(handover.ScanRefused, match=words):
        scan(manifest, code)
    assert ManifestLine.objects.count() == before


def test_a_wrong_carrier_is_named_with_the_right_one(cedar_shop, in_cedar):
    shipment = labelled(shop=cedar_shop)
    refused(open_for("spx"), shipment.tracking_number, "goes with J&T Express, this manifest is for SPX")
    assert standing(shipment) == ("labelled", "ready_to_ship", None)


def test_an_unlabelled_parcel_is_sent_back(cedar_shop, in_cedar):
    shipment = waiting(shop=cedar_shop)
    refused(open_for(), shipment.package.public_id, "has no label yet")
    assert standing(shipment) == ("pending", "packed", None)


def test_a_stopped_parcel_is_put_aside(cedar_shop, in_cedar):
    shipment = labelled(shop=cedar_shop)
    packages.stop(reasons={shipment.package.order_id: "cancel_requested"})
    refused(open_for(), shipment.tracking_number, "Put it aside")
    assert standing(shipment) == ("labelled", "ready_to_ship", None)


def test_a_second_scan_is_refused_wherever_it_was_first(cedar_shop, in_cedar):
    shipment = handed_over(shop=cedar_shop)
    manifest = Manifest.objects.get()
    refused(manifest, shipment.tracking_number, "is on this manifest")
    handover.close(manifest_id=manifest.pk, actor=LAN, now=NOW)
    refused(open_for(), shipment.tracking_number, manifest.number)


def test_an_unknown_code_is_repeated(cedar_shop, in_cedar):
    refused(open_for(), "JT-NOT-OURS", "JT-NOT-OURS")
    refused(open_for(), "  ", "Nothing was scanned")


def test_a_cancelled_parcel_is_said_to_be_cancelled(cedar_shop, in_cedar):
    shipment = labelled(shop=cedar_shop)
    Shipment.objects.filter(pk=shipment.pk).update(state="cancelled")
    refused(open_for(), shipment.tracking_number, "was cancelled")


def test_a_parcel_that_the_carrier_took_first_still_gets_its_line(cedar_shop, in_cedar):
    shipment = hear(labelled(shop=cedar_shop), said("picked_up"))
    scan(open_for(), shipment.tracking_number)
    assert standing(shipment) == ("in_transit", "in_transit", NOW)


def test_a_scan_is_undone_while_the_manifest_is_open(cedar_shop, in_cedar):
    shipment = handed_over(shop=cedar_shop)
    manifest, line = Manifest.objects.get(), ManifestLine.objects.get()
    handover.undo(manifest_id=manifest.pk, line_id=line.pk, actor=LAN, now=NOW)
    assert standing(shipment) == ("labelled", "ready_to_ship", None)
    assert not ManifestLine.objects.exists()
    assert OrderHistory.objects.filter(action="package.take_back").count() == 1
    scan(manifest, shipment.tracking_number)
    assert standing(shipment) == ("handed_over", "handed_over", NOW)


def test_a_scan_that_the_platform_was_told_of_stays(cedar_shop, in_cedar):
    shipment = handed_over(shop=cedar_shop)
    ShippingPolicy.objects.update(upload_moment="at_handover")
    TrackingUpload.objects.create(
        shop=cedar_shop,
        shipment=shipment,
        key=f"upload:{shipment.pk}",
        tracking_number=shipment.tracking_number,
        why_now="at_handover",
        effect_state="claimed",
        not_before=NOW,
        created_at=NOW,
    )
    line = ManifestLine.objects.get()
    with pytest.raises(handover.ScanRefused, match="told already"):
        handover.undo(manifest_id=line.manifest_id, line_id=line.pk, actor=LAN, now=NOW)
    assert standing(shipment) == ("handed_over", "handed_over", NOW)


def test_a_closed_manifest_does_not_change(cedar_shop, in_cedar):
    handed_over(shop=cedar_shop)
    other = labelled(shop=cedar_shop, number=2)
    manifest, line = Manifest.objects.get(), ManifestLine.objects.get()
    handover.close(manifest_id=manifest.pk, actor=LAN, now=NOW)
    for act in (
        lambda: scan(manifest, other.tracking_number),
        lambda: handover.undo(manifest_id=manifest.pk, line_id=line.pk, actor=LAN, now=NOW),
        lambda: handover.close(manifest_id=manifest.pk, actor=LAN, now=NOW),
    ):
        with pytest.raises(handover.ManifestClosed):
            act()
    assert standing(other) == ("labelled", "ready_to_ship", None)


def test_an_empty_manifest_is_not_closed(in_cedar):
    manifest = open_for()
    with pytest.raises(handover.ScanRefused, match="Nothing was scanned"):
        handover.close(manifest_id=manifest.pk, actor=LAN, now=NOW)


def test_a_label_without_a_carrier_goes_on_the_list_of_any_carrier(cedar_shop, in_cedar):
    shipment = labelled(shop=cedar_shop)
    Shipment.objects.filter(pk=shipment.pk).update(carrier=None, carrier_name="")
    manifest = handover.open_manifest(carrier_id=None, actor=LAN, now=NOW)
    assert scan(manifest, shipment.tracking_number).shipment.pk == shipment.pk
    assert standing(shipment)[1] == PackageState.HANDED_OVER
