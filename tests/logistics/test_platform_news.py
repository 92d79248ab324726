"""What the platform says of an order counts as a carrier's word; a cancelled order takes its paper with it."""

from datetime import timedelta

from logistics import handlers, labels, platform_news
from logistics.models import LabelRequest, Shipment, TrackedParcel, TrackingEvent, TrackingUpload
from orders.events import OrderCancelled, OrderChanged
from orders.models import Order, PackageState
from relay.models import OutboxEvent
from tests import make_orders
from tests.make_logistics import LAN, handed_over, hear, labelled, said, waiting
from tests.make_orders import NOW

HOUR = timedelta(hours=1)


def platform_says(order: Order, status: str, **times) -> None:
    Order.objects.filter(pk=order.pk).update(platform_status=status, platform_updated_at=NOW, **times)
    if status in platform_news.COLLECTED:
        platform_news.take_in(order_ids=[order.pk], now=NOW)


def package_state(order: Order) -> str:
    return order.packages.get().state


def test_collected_and_delivered_move_the_parcel(cedar_shop, in_cedar):
    shipment = handed_over(shop=cedar_shop)
    order = shipment.package.order
    platform_says(order, "in_transit", collected_at=NOW - HOUR)
    shipment.refresh_from_db()
    assert (shipment.state, shipment.picked_up_at) == ("in_transit", NOW - HOUR)
    platform_says(order, "delivered", collected_at=NOW - HOUR, delivered_at=NOW)
    platform_says(order, "completed", collected_at=NOW - HOUR, delivered_at=NOW)
    shipment.refresh_from_db()
    assert (shipment.state, shipment.delivered_at) == ("delivered", NOW)
    assert TrackingEvent.objects.filter(source="platform").count() == 2
    assert OutboxEvent.objects.filter(name="shipment.picked_up").count() == 1


def test_the_platform_repeats_what_the_carrier_said(cedar_shop, in_cedar):
    shipment = hear(handed_over(shop=cedar_shop), said("delivered"))
    platform_says(shipment.package.order, "in_transit", collected_at=NOW - HOUR)
    shipment.refresh_from_db()
    assert (shipment.state, package_state(shipment.package.order)) == ("delivered", "delivered")


def test_shipped_in_seller_center_behind_our_back(cedar_shop, in_cedar):
    order = make_orders.make_order(shop=cedar_shop)
    platform_says(order, "in_transit")
    assert package_state(order) == PackageState.IN_TRANSIT
    platform_says(order, "delivered", delivered_at=NOW)
    assert package_state(order) == PackageState.DELIVERED
    assert not Shipment.objects.exists()


def test_other_news_move_nothing(cedar_shop, in_cedar):
    shipment = handed_over(shop=cedar_shop)
    order = shipment.package.order
    platform_says(order, "awaiting_collection")
    handlers.on_order_changed([OrderChanged(order_id=order.pk, platform_status="awaiting_collection")])
    assert platform_news.take_in(order_ids=[shipment.package.order_id], now=NOW) == 0
    assert package_state(shipment.package.order) == PackageState.HANDED_OVER


def test_a_cancelled_order_takes_label_and_upload_with_it(cedar_shop, in_cedar, monkeypatch):
    monkeypatch.setattr("logistics.setup.connected_shops", lambda shop_ids: set(shop_ids))
    platform = waiting(shop=cedar_shop, number=1, shipping_type="platform")
    own = labelled(shop=cedar_shop, number=2)
    gone = handed_over(shop=cedar_shop, number=3)
    for row in (own, gone):
        TrackingUpload.objects.create(
            shop=cedar_shop,
            shipment=row,
            key=f"upload:{row.pk}",
            tracking_number=row.tracking_number,
            why_now="at_label",
            not_before=NOW,
            created_at=NOW,
        )
    assert LabelRequest.objects.get().shipment_id == platform.pk
    orders = [row.package.order_id for row in (platform, own, gone)]
    handlers.on_order_cancelled([OrderCancelled(order_id=order_id, reason="") for order_id in orders])
    states = dict(Shipment.objects.values_list("pk", "state"))
    assert states == {platform.pk: "cancelled", own.pk: "cancelled", gone.pk: "handed_over"}
    assert LabelRequest.objects.get().effect_state == "dropped"
    assert dict(TrackingUpload.objects.values_list("shipment_id", "effect_state")) == {
        own.pk: "dropped",
        gone.pk: "dropped",
    }


def test_an_unpacked_parcel_that_had_its_label_goes_on_when_packed_again(cedar_shop, in_cedar):
    shipment = labelled(shop=cedar_shop)
    package = shipment.package
    package.state = PackageState.PACKED
    package.save()
    assert labels.open_shipments(package_ids=[package.pk], now=NOW) == []
    package.refresh_from_db()
    assert package.state == PackageState.READY_TO_SHIP


def test_a_new_number_is_followed_anew(cedar_shop, in_cedar):
    shipment = handed_over(shop=cedar_shop)
    TrackedParcel.objects.create(
        shop=cedar_shop, shipment=shipment, provider="17track", registered_at=NOW, next_poll_at=NOW + HOUR
    )
    labels.give_number(
        shipment_id=shipment.pk,
        carrier=shipment.carrier,
        number="JT840172639588",
        source="typed",
        actor=LAN,
        now=NOW,
    )
    tracked = TrackedParcel.objects.get()
    assert (tracked.registered_at, tracked.next_poll_at) == (None, NOW)
