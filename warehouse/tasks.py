"""Wake-ups and sweeps of the warehouse."""

from celery import shared_task
from django.db.models import Q

from core import clock
from integrations import connections
from integrations.models import ShopLink
from orders import review_again
from tenancy import scoping
from tenancy.models import Seller
from tenancy.tasks import SellerTask, each_seller
from warehouse import count_plan, departed, expiry, replans, shortages, shows, sites, splits, station_scans
from warehouse.models import (
    ForwardUse,
    Lot,
    PickList,
    PickListState,
    Show,
    ShowAlert,
    ShowState,
    Warehouse,
    WarehouseLink,
    WaveState,
)


class PlatformTask(SellerTask):
    """Calls a platform: binds the scope around each of its steps."""

    outside_scope = True


@shared_task(base=PlatformTask, queue="platform")
def sync_sites(*, seller_id: int, **_: object) -> None:
    """Ask for the warehouses of connected shops that have none yet."""
    with scoping.scope(sellers=[seller_id]):
        known = WarehouseLink.objects.values("shop_id")
        links = ShopLink.objects.filter(connection__state__in=connections.USABLE).exclude(shop_id__in=known)
        shops = list(links.order_by("pk").values_list("shop_id", flat=True))
    for shop_id in shops:
        sites.sync_warehouses(seller_id=seller_id, shop_id=shop_id, now=clock.now())


@shared_task(queue="platform")
def sweep_sites(**_: object) -> None:
    """Shops that were connected but whose warehouses nobody has asked for yet."""
    with scoping.unscoped("sweep: which connected shops have no warehouses yet"):
        links = ShopLink.objects.exclude(shop_id__in=WarehouseLink.objects.values("shop_id"))
        sellers = list(links.order_by().values_list("seller_id", flat=True).distinct())
    for seller_id in sellers:
        sync_sites.apply_async(kwargs={"seller_id": seller_id}, queue="platform", expires=60)


@shared_task(queue="floor")
def sweep_short_orders(**_: object) -> None:
    """Orders out of stock whose goods are there after all."""
    with scoping.unscoped("sweep: which sellers have orders out of stock"):
        sellers = set(review_again.sellers_short_of_stock())
        sellers.update(splits.refused().order_by().values_list("seller_id", flat=True))
    for seller_id in sorted(sellers):
        with scoping.scope(sellers=[seller_id]):
            shortages.retry_short(now=clock.now())
            shortages.retry_unsplit(now=clock.now())


@shared_task(queue="floor")
def sweep_departed(**_: object) -> None:
    """Parcels that left without our pack station."""
    with scoping.unscoped("sweep: which sellers have parcels that left unpacked"):
        sellers = list(departed.unsettled().order_by().values_list("seller_id", flat=True).distinct())
    for seller_id in sellers:
        with scoping.scope(sellers=[seller_id]):
            departed.settle(now=clock.now())


@shared_task(queue="housekeeping")
def sweep_lots(**_: object) -> None:
    """Lots whose last day is over where their seller is."""
    with scoping.unscoped("sweep: which sellers keep goods by lot"):
        sellers = set(Lot.objects.order_by().values_list("seller_id", flat=True))
    zones = dict(Seller.objects.filter(pk__in=sellers).values_list("pk", "time_zone"))
    for seller_id, zone in sorted(zones.items()):
        now = clock.now()
        with scoping.scope(sellers=[seller_id]):
            expiry.withhold_due(today=clock.local(now, zone=zone).date(), now=now)


@shared_task(queue="housekeeping")
def plan_counts(**_: object) -> None:
    """The bins that are counted today."""
    with scoping.unscoped("sweep: which warehouses count bins every day"):
        wanted = Warehouse.objects.filter(count_bins_a_day__gt=0, is_active=True)
        sites_by_seller = list(wanted.order_by("pk").values_list("seller_id", "pk"))
    for seller_id, warehouse_id in sites_by_seller:
        with scoping.scope(sellers=[seller_id]):
            count_plan.plan_day(warehouse_id=warehouse_id, now=clock.now())


@shared_task(queue="housekeeping")
def forget_scans(**_: object) -> None:
    """Keys of scans that no phone sends again."""
    for seller_id in each_seller():
        with scoping.scope(sellers=[seller_id]):
            station_scans.forget(now=clock.now())


@shared_task(queue="floor")
def watch_spikes(**_: object) -> None:
    """Floors with walks that nobody has started, when many orders come at once."""
    with scoping.unscoped("sweep: which warehouses have walks that nobody has started"):
        found = PickList.objects.filter(state=PickListState.OPEN, wave__state=WaveState.RELEASED)
        sites_by_seller = set(found.order_by().values_list("seller_id", "wave__warehouse_id"))
    for seller_id, warehouse_id in sorted(sites_by_seller):
        with scoping.scope(sellers=[seller_id]):
            replans.watch_spike(warehouse_id=warehouse_id, now=clock.now())


@shared_task(base=SellerTask, queue="floor")
def run_shows(*, seller_id: int, **_: object) -> None:
    """Orders came while a show is live: its pre-packed parcels find their packages."""
    shows.run(now=clock.now())


@shared_task(queue="floor")
def sweep_shows(**_: object) -> None:
    """Shows that begin, are live, end, or are being cleared; and those that were told of as late until that is settled."""
    with scoping.unscoped("sweep: which sellers have shows that are not over"):
        clearing = Q(state=ShowState.CANCELLED, products__use=ForwardUse.LEAVING)
        over = [ShowState.CLOSED, ShowState.CANCELLED]
        told = Q(pk__in=ShowAlert.objects.filter(cleared_at__isnull=True).values("show_id"))
        found = Show.objects.filter(clearing | told | ~Q(state__in=over)).order_by()
        sellers = sorted(set(found.values_list("seller_id", flat=True)))
    for seller_id in sellers:
        with scoping.scope(sellers=[seller_id]):
            shows.run(now=clock.now())
