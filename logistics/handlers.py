"""Reactions: a packed package gets its shipment, a handed-over one is watched, a picked-up one may be uploaded."""

from django.db.models import Q

from core import clock
from integrations import registry
from integrations.events import ShopsConnected
from integrations.tracking import numbers
from logistics import (
    buyer_messages,
    labels,
    platform_labels,
    platform_news,
    setup,
    tracking,
    tracking_upload,
    voiding,
    watching,
)
from logistics.events import ShipmentHandedOver, ShipmentPickedUp
from logistics.models import LabelRequest, Shipment, ShipmentState, TrackingUpload
from orders.events import (
    AddressChanged,
    BuyerAsked,
    OrderApproved,
    OrderCancelled,
    OrderChanged,
    OrderFileImported,
    PackageCameBack,
    PackagePacked,
    PackagesRegrouped,
    PackageUnpacked,
)
from orders.models import Package, PackageState
from relay import effects, inbox, wake
from relay.effects import EffectState
from relay.events import subscribe
from relay.models import InboundMessage
from tenancy import scoping
from tenancy.models import Seller

# The carton stands closed, whatever became of it since.
_CLOSED = (PackageState.PACKED, PackageState.READY_TO_SHIP, PackageState.HANDED_OVER, PackageState.IN_TRANSIT)


@subscribe(ShopsConnected)
def on_shops_connected(event: ShopsConnected) -> None:
    setup.prepare_seller(Seller.objects.get(pk=scoping.current().only_seller))


@subscribe(PackagePacked, takes_many=True)
def on_package_packed(events: list[PackagePacked]) -> None:
    _label(package_ids=[event.package_id for event in events])


@subscribe(OrderApproved, takes_many=True)
def on_order_approved(events: list[OrderApproved]) -> None:
    """A hold was lifted: what stood packed goes on, and what the platform refused meanwhile is asked for again."""
    now = clock.now()
    order_ids = [event.order_id for event in events]
    packed = Package.objects.filter(order_id__in=order_ids, state=PackageState.PACKED)
    _label(package_ids=list(packed.values_list("pk", flat=True)))
    for effect in (LabelRequest, TrackingUpload):
        revived = effect.objects.filter(
            Q(effect_state__in=effects.STUCK_STATES)
            | Q(effect_state=EffectState.WAITING, last_error_code=platform_labels.STOPPED.code),
            shipment__package__order_id__in=order_ids,
        ).exclude(shipment__state=ShipmentState.CANCELLED)
        if revived.update(effect_state=EffectState.WAITING, attempts=0, not_before=now):
            effects.wake_for(effect)


def _label(*, package_ids: list[int]) -> None:
    if not package_ids:
        return
    now = clock.now()
    waiting = labels.open_shipments(package_ids=package_ids, now=now)
    platform_labels.ask(shipments_to_label=waiting, now=now)


@subscribe(BuyerAsked, takes_many=True)
def on_buyer_asked(events: list[BuyerAsked]) -> None:
    now = clock.now()
    for event in events:
        buyer_messages.ask(order_id=event.order_id, text=event.text, key=event.key, now=now)


@subscribe(OrderCancelled, takes_many=True)
def on_order_cancelled(events: list[OrderCancelled]) -> None:
    voiding.of_orders(order_ids=[event.order_id for event in events], now=clock.now())


@subscribe(PackageUnpacked, takes_many=True)
def on_package_unpacked(events: list[PackageUnpacked]) -> None:
    """Packed again since? Then its label was asked for anew, or will be, by that event."""
    ids = [event.package_id for event in events]
    open_again = Package.objects.filter(pk__in=ids).exclude(state__in=_CLOSED)
    voiding.of_packages(
        package_ids=list(open_again.values_list("pk", flat=True)), reason="unpacked", now=clock.now()
    )


@subscribe(PackagesRegrouped, takes_many=True)
def on_packages_regrouped(events: list[PackagesRegrouped]) -> None:
    gone = [package_id for event in events for package_id in event.gone]
    voiding.of_packages(package_ids=gone, reason="regrouped", now=clock.now())


@subscribe(AddressChanged, takes_many=True)
def on_address_changed(events: list[AddressChanged]) -> None:
    voiding.of_changed_addresses(order_ids=[event.order_id for event in events], now=clock.now())


@subscribe(PackageCameBack, takes_many=True)
def on_package_came_back(events: list[PackageCameBack]) -> None:
    voiding.came_back(package_ids=[event.package_id for event in events], now=clock.now())


@subscribe(OrderChanged, takes_many=True)
def on_order_changed(events: list[OrderChanged]) -> None:
    moved = [event.order_id for event in events if event.platform_status in platform_news.COLLECTED]
    if moved:
        platform_news.take_in(order_ids=moved, now=clock.now())


@subscribe(ShipmentHandedOver, takes_many=True)
def on_shipment_handed_over(events: list[ShipmentHandedOver]) -> None:
    now = clock.now()
    ids = [event.shipment_id for event in events]
    watching.start(shipment_ids=ids, now=now)
    tracking_upload.consider(shipment_ids=ids, now=now)


@subscribe(ShipmentPickedUp, takes_many=True)
def on_shipment_picked_up(events: list[ShipmentPickedUp]) -> None:
    tracking_upload.consider(shipment_ids=[event.shipment_id for event in events], now=clock.now())


@inbox.handles("tracking")
def on_tracking_pushes(messages: list[InboundMessage]) -> None:
    """Pushes of the tracking provider; the tag was checked to be this seller's when the push was taken in."""
    now = clock.now()
    seller_id = scoping.current().only_seller
    for message in messages:
        client = registry.tracking_client(provider=message.topic)
        for snapshot in client.parse_push(body=message.body.encode()):
            owner, _dot, public_id = snapshot.tag.partition(".")
            if owner != str(seller_id):
                continue
            found = Shipment.objects.filter(
                public_id=public_id, tracking_number=numbers.normalize(snapshot.number)
            ).first()
            if found is not None:
                tracking.apply_snapshot(
                    shipment_id=found.pk, snapshot=snapshot, source=message.topic, now=now
                )


@subscribe(OrderFileImported, takes_many=True)
def on_order_file_imported(events: list[OrderFileImported]) -> None:
    """Their figures are wanted at once, not at the next sweep."""
    seller_id = scoping.current().only_seller
    wake.on_commit("logistics.tasks.sum_figures", queue="housekeeping", seller_id=seller_id)
