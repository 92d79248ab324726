"""Reactions to what other apps announce: stock is promised, given back, offered to those who wait, and pushed out."""

from catalog.events import ListingMapped, ListingTermsChanged
from core import clock
from integrations.events import ShopsConnected
from orders.events import (
    OrderApproved,
    OrderCancelled,
    OrderHeld,
    PackagePacked,
    PackagesRegrouped,
    WarehouseChosen,
)
from orders.models import Package, PackageState
from relay import wake
from relay.events import subscribe
from tenancy import scoping
from warehouse import (
    material_alerts,
    order_sites,
    put_walls,
    reservations,
    shortages,
    stock_push,
    walks,
    weight_book,
)
from warehouse.events import StockChanged
from warehouse.models import PutBackWhy, Show, ShowState


@subscribe(OrderApproved, takes_many=True)
def on_order_approved(events: list[OrderApproved]) -> None:
    """Promise stock to everything that became approved, in one step."""
    order_ids = {event.order_id for event in events}
    planned = Package.objects.filter(order_id__in=order_ids, state=PackageState.PLANNED)
    decision = reservations.reserve_packages(
        package_ids=planned.values_list("pk", flat=True), now=clock.now()
    )
    # In a transaction of its own: a lane is locked before packages and stock.
    if decision.granted and Show.objects.filter(state=ShowState.LIVE, is_lane_open=True).exists():
        wake.on_commit("warehouse.tasks.run_shows", queue="floor", seller_id=scoping.current().only_seller)


@subscribe(OrderCancelled, takes_many=True)
def on_order_cancelled(events: list[OrderCancelled]) -> None:
    """What was promised, picked or packed for a cancelled order goes back."""
    order_ids = {event.order_id for event in events}
    now = clock.now()
    reservations.give_back_cancelled(order_ids=order_ids, now=now)
    gone = Package.objects.filter(order_id__in=order_ids, state=PackageState.CANCELLED)
    walks.settle_waves_of(package_ids=gone.values_list("pk", flat=True), now=now)


@subscribe(PackagesRegrouped)
def on_packages_regrouped(event: PackagesRegrouped) -> None:
    """What was promised and picked for the old packages is given up and promised to the new ones in the same breath."""
    now = clock.now()
    reservations.give_back(package_ids=event.gone, now=now, why=PutBackWhy.REGROUPED)
    walks.settle_waves_of(package_ids=event.gone, now=now)
    reservations.reserve_packages(package_ids=event.made, now=now)


@subscribe(OrderHeld, takes_many=True)
def on_order_held(events: list[OrderHeld]) -> None:
    """Its stock stays promised; a walk on which only held packages are left is over."""
    walks.end_stopped(order_ids=[event.order_id for event in events], now=clock.now())


@subscribe(WarehouseChosen, takes_many=True)
def on_warehouse_chosen(events: list[WarehouseChosen]) -> None:
    """What another warehouse had promised goes back; the chosen one is asked."""
    order_sites.move(order_ids=[event.order_id for event in events], now=clock.now())


@subscribe(PackagePacked, takes_many=True)
def on_package_packed(events: list[PackagePacked]) -> None:
    """Its place on the put wall is free; a wave whose last package is packed is done."""
    package_ids, now = [event.package_id for event in events], clock.now()
    put_walls.close_slots(package_ids=package_ids, now=now)
    walks.settle_waves_of(package_ids=package_ids, now=now)


@subscribe(PackagePacked, takes_many=True)
def on_package_packed_weigh(events: list[PackagePacked]) -> None:
    """What it weighed teaches what the next one should weigh."""
    weight_book.learn(package_ids=[event.package_id for event in events], now=clock.now())


@subscribe(StockChanged, takes_many=True)
def on_stock_changed(events: list[StockChanged]) -> None:
    """Orders that waited for these goods get another chance."""
    came = {event.sku_id for event in events if event.available > 0}
    if came:
        shortages.retry_short(sku_ids=came, now=clock.now())


@subscribe(StockChanged, takes_many=True)
def on_stock_changed_push(events: list[StockChanged]) -> None:
    """The listings that sell these goods learn how many are left."""
    stock_push.ask_for_skus(sku_ids={event.sku_id for event in events}, now=clock.now())


@subscribe(StockChanged, takes_many=True)
def on_stock_changed_materials(events: list[StockChanged]) -> None:
    """A packing material that fell below its line is told to the staff; one that was restocked is settled."""
    material_alerts.look(sku_ids={event.sku_id for event in events}, now=clock.now())


@subscribe(ListingMapped, takes_many=True)
def on_listing_mapped(events: list[ListingMapped]) -> None:
    """A listing that means a SKU now is told that SKU's stock; one that means none any more is told nothing."""
    now = clock.now()
    mapped = [event.listing_id for event in events if event.sku_id]
    stock_push.ask_for_listings(listing_ids=mapped, now=now)
    stock_push.end_unmapped(listing_ids=[one.listing_id for one in events if not one.sku_id], now=now)


@subscribe(ListingTermsChanged, takes_many=True)
def on_listing_terms_changed(events: list[ListingTermsChanged]) -> None:
    """Another buffer or another bundle is another figure."""
    stock_push.ask_for_listings(listing_ids=[event.listing_id for event in events], now=clock.now())


@subscribe(ShopsConnected)
def on_shops_connected(event: ShopsConnected) -> None:
    """Their warehouses are asked for at once; the sweep does it again should the wake-up get lost."""
    wake.on_commit("warehouse.tasks.sync_sites", queue="platform", seller_id=scoping.current().only_seller)
