"""Labels that count for nothing any more, parcels of several orders under one number, addresses that change on the way."""

from datetime import timedelta

import msgspec
import pytest

from logistics import handover, labels, number_check
from logistics.models import ExceptionCase, LabelRequest, ManifestLine, Shipment, TrackingUpload
from orders import contacts, packages
from orders.models import BuyerContact, Order, OrderHistory, Package
from orders.states import PackageAction
from tests import make_logistics
from tests.make_logistics import LAN, carrier, handed_over, labelled, waiting
from tests.make_orders import ADDRESS_VN, NOW, platform_order, take_in
from tests.make_warehouse import deliver

NUMBER = "JT840172639501"
ELSEWHERE = msgspec.structs.replace(ADDRESS_VN, lines=("7 Lê Lợi",), full_address="7 Lê Lợi, Quận 1")


@pytest.fixture
def files_too(monkeypatch):
    monkeypatch.setattr("logistics.setup.connected_shops", lambda shop_ids: set(shop_ids))


def move(shipment: Shipment, *, minutes: int = 1) -> None:
    """The buyer lives elsewhere, says the platform."""
    order = Order.objects.get(pk=shipment.package.order_id)
    picture = platform_order(
        order.platform_order_id,
        address=ELSEWHERE,
        shipping_type=order.shipping_type,
        updated_at=NOW + timedelta(minutes=minutes),
    )
    take_in(order.shop, picture)
    deliver()
    shipment.refresh_from_db()


def state(shipment: Shipment) -> str:
    return Package.objects.get(pk=shipment.package_id).state


def unpack(shipment: Shipment) -> None:
    (package,) = packages.lock_many(ids=[shipment.package_id])
    packages.advance(package=package, action=PackageAction.UNPACK, actor=LAN, now=NOW)
    deliver()


# --- the carton is opened again ---


def test_opening_the_carton_drops_the_label_that_is_waited_for(cedar_shop, in_cedar, files_too):
    shipment = waiting(shop=cedar_shop, shipping_type="platform")
    assert LabelRequest.objects.get().effect_state == "waiting"
    unpack(shipment)
    shipment.refresh_from_db()
    assert (shipment.state, shipment.void_reason) == ("cancelled", "unpacked")
    assert LabelRequest.objects.get().effect_state == "dropped"
    assert OrderHistory.objects.get(action="label.voided").data["void"] == "unpacked"


def test_packed_again_it_gets_a_new_shipment(cedar_shop, in_cedar, files_too):
    shipment = waiting(shop=cedar_shop, shipping_type="platform")
    unpack(shipment)
    (package,) = packages.lock_many(ids=[shipment.package_id])
    packages.advance(package=package, action=PackageAction.PACK, actor=LAN, now=NOW)
    deliver()
    live = Shipment.objects.exclude(state="cancelled").get()
    assert live.pk != shipment.pk
    assert LabelRequest.objects.get(shipment=live).effect_state == "waiting"


def test_hearing_late_that_it_was_open_voids_nothing(cedar_shop, in_cedar):
    shipment = waiting(shop=cedar_shop)
    (package,) = packages.lock_many(ids=[shipment.package_id])
    for action in (PackageAction.UNPACK, PackageAction.PACK):
        packages.advance(package=package, action=action, actor=LAN, now=NOW)
    deliver()
    shipment.refresh_from_db()
    assert shipment.state == "pending"


# --- the address changes ---


def test_a_label_that_only_waits_goes_on_waiting(cedar_shop, in_cedar, files_too):
    shipment = waiting(shop=cedar_shop, shipping_type="platform")
    move(shipment)
    assert (shipment.state, LabelRequest.objects.get().effect_state) == ("pending", "waiting")


def test_a_label_for_the_old_address_is_void_and_made_anew(cedar_shop, in_cedar):
    shipment = labelled(shop=cedar_shop)
    assert state(shipment) == "ready_to_ship"
    move(shipment)
    assert (shipment.state, shipment.void_reason, state(shipment)) == (
        "cancelled",
        "address_changed",
        "packed",
    )
    fresh = Shipment.objects.exclude(state="cancelled").get()
    assert (fresh.state, fresh.tracking_number) == ("pending", "")
    manifest = handover.open_manifest(carrier_id=carrier().pk, actor=LAN, now=NOW)
    with pytest.raises(handover.ScanRefused, match="was cancelled"):
        handover.scan(manifest_id=manifest.pk, code=NUMBER, actor=LAN, now=NOW)


def test_a_bad_new_address_stops_it_before_it_is_labelled_again(cedar_shop, in_cedar):
    shipment = labelled(shop=cedar_shop)
    order = Order.objects.get()
    bad = msgspec.structs.replace(ELSEWHERE, lines=(), full_address="", name="Trần Minh Anh")
    take_in(cedar_shop, platform_order(order.platform_order_id, address=bad, updated_at=NOW))
    deliver()
    shipment.refresh_from_db()
    order.refresh_from_db()
    assert (order.state, shipment.state, state(shipment)) == ("on_hold", "cancelled", "packed")
    assert not Shipment.objects.exclude(state="cancelled").exists()
    good = platform_order(
        order.platform_order_id, address=ELSEWHERE, updated_at=NOW + timedelta(minutes=5), seller_note="fixed"
    )
    take_in(cedar_shop, good)
    deliver()
    assert Shipment.objects.exclude(state="cancelled").get().state == "pending"


def test_a_parcel_that_has_left_gets_a_case(cedar_shop, in_cedar):
    shipment = handed_over(shop=cedar_shop)
    move(shipment)
    assert (shipment.state, state(shipment)) == ("handed_over", "handed_over")
    assert ExceptionCase.objects.get().kind == "address_issue"


def test_a_number_that_the_platform_has_is_kept_for_a_person_to_decide(cedar_shop, in_cedar):
    shipment = labelled(shop=cedar_shop)
    Shipment.objects.update(uploaded_at=NOW)
    move(shipment)
    assert (shipment.state, state(shipment)) == ("labelled", "ready_to_ship")
    assert ExceptionCase.objects.get().kind == "address_issue"


# --- one parcel, several orders ---


def pair(shop, *, package: str = "PK9", **second):
    """Two orders of one buyer that the platform has put into one parcel."""
    both = [waiting(shop=shop, number=1), waiting(shop=shop, number=2, **second)]
    Package.objects.update(platform_package_id=package)
    return both


def number_both(shipments) -> None:
    for shipment in shipments:
        labels.give_number(
            shipment_id=shipment.pk, carrier=carrier(), number=NUMBER, source="typed", actor=LAN, now=NOW
        )
        shipment.refresh_from_db()


def test_one_number_stands_for_the_orders_of_one_parcel(cedar_shop, in_cedar):
    both = pair(cedar_shop)
    number_both(both)
    assert [one.is_follower for one in both] == [False, True]
    assert {state(one) for one in both} == {"ready_to_ship"}


def test_one_dock_scan_gives_the_whole_parcel_away(cedar_shop, in_cedar):
    both = pair(cedar_shop)
    number_both(both)
    manifest = handover.open_manifest(carrier_id=carrier().pk, actor=LAN, now=NOW)
    done = handover.scan(manifest_id=manifest.pk, code=NUMBER, actor=LAN, now=NOW)
    assert (done.count, {state(one) for one in both}) == (1, {"handed_over"})
    handover.undo(manifest_id=manifest.pk, line_id=done.line.pk, actor=LAN, now=NOW)
    assert (ManifestLine.objects.count(), {state(one) for one in both}) == (0, {"ready_to_ship"})


def test_a_parcel_is_given_away_whole_or_not_at_all(cedar_shop, in_cedar):
    both = pair(cedar_shop)
    number_both(both)
    packages.stop(reasons={both[1].package.order_id: "manual"})
    manifest = handover.open_manifest(carrier_id=carrier().pk, actor=LAN, now=NOW)
    with pytest.raises(handover.ScanRefused, match="stopped"):
        handover.scan(manifest_id=manifest.pk, code=NUMBER, actor=LAN, now=NOW)
    assert {state(one) for one in both} == {"ready_to_ship"}


def test_when_one_order_ends_the_other_carries_the_number(cedar_shop, in_cedar):
    both = pair(cedar_shop)
    number_both(both)
    order = Order.objects.get(pk=both[0].package.order_id)
    take_in(
        cedar_shop,
        platform_order(order.platform_order_id, status="cancelled", updated_at=NOW, cancelled_at=NOW),
    )
    deliver()
    for one in both:
        one.refresh_from_db()
    assert [(one.state, one.is_follower) for one in both] == [("cancelled", False), ("labelled", False)]


@pytest.mark.parametrize("group", ["", "LIVE1"])
def test_a_live_shows_group_shares_a_number_only_at_one_door(cedar_shop, in_cedar, group):
    both = pair(cedar_shop, package="")
    Order.objects.update(combine_group_id=group)
    if group:
        number_both(both)
        assert [one.is_follower for one in both] == [False, True]
        return
    with pytest.raises(number_check.NumberUsed):
        number_both(both)


def test_another_door_is_another_parcel(cedar_shop, in_cedar):
    both = pair(cedar_shop, package="", address=ELSEWHERE)
    Order.objects.update(combine_group_id="LIVE1")
    assert len(set(BuyerContact.objects.values_list("digest", flat=True))) == 2
    assert contacts.digest(ELSEWHERE) != contacts.digest(ADDRESS_VN)
    with pytest.raises(number_check.NumberUsed):
        number_both(both)


def test_a_strangers_parcel_never_shares(cedar_shop, in_cedar):
    first, second = waiting(shop=cedar_shop, number=1), waiting(shop=cedar_shop, number=2)
    with pytest.raises(number_check.NumberUsed):
        number_both([first, second])
    assert not TrackingUpload.objects.exists()


def test_the_platforms_label_of_a_combined_parcel_is_fetched_for_both(cedar, sandbox_world):
    shop = make_logistics.connect(sandbox_world, seller=cedar, open_id="sb-lumi", region="MY")
    orders = make_logistics.sandbox_orders(sandbox_world, shop=shop, count=2)
    there = [sandbox_world.shop.orders[one.platform_order_id] for one in orders]
    there[1].buyer = there[0].buyer
    client = make_logistics.connections.shop_client(seller_id=shop.seller_id, shop_id=shop.pk)
    ids = [one.platform_order_id for one in orders]
    draft = next(one for one in client.combinable().items if set(ids) <= set(one.platform_order_ids))
    assert client.combine(draft_id=draft.draft_id, platform_order_ids=ids).is_ok
    with make_logistics.scoping.scope(sellers=[shop.seller_id]):
        take_in(shop, *client.get_orders(platform_order_ids=ids), now=make_logistics.clock.now())
        both = make_logistics.pack_orders(orders)
    for _round in range(3):
        make_logistics.run_labels(shop)
        with make_logistics.scoping.scope(sellers=[shop.seller_id]):
            make_logistics.hurry(LabelRequest)
    with make_logistics.scoping.scope(sellers=[shop.seller_id]):
        for one in both:
            one.refresh_from_db()
        assert len({one.tracking_number for one in both}) == 1
        assert both[0].tracking_number
        assert sorted(one.is_follower for one in both) == [False, True]
