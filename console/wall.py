"""The wall display's numbers: deadlines by shop, what left today, what comes next. Only what is in the books."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from core.clock import local
from logistics.models import Manifest, ManifestLine, ManifestState
from orders import queue_by_shop
from orders.models import OrderHold, SlaClock
from orders.queue import PAUSING
from orders.queue_by_shop import HOURS
from tenancy.models import Seller, Shop

SOON = timedelta(hours=1)
MOST_TRUCKS = 4


@dataclass(frozen=True)
class WallShop:
    """One shop's line."""

    shop: Shop
    tiles: Mapping[str, int]
    handed_over: int


@dataclass(frozen=True)
class Next:
    """The deadline that comes next, and how many orders it and the hour after it press."""

    due_at: datetime
    shop: Shop
    count: int


@dataclass(frozen=True)
class Wall:
    """Everything that the display shows."""

    at: datetime
    shops: list[WallShop]
    totals: dict[str, int]
    handed_over: int
    next: Next | None
    trucks: list[Manifest]

    @property
    def is_calm(self) -> bool:
        return not any(self.totals.values())


def wall(*, seller: Seller, shop_id: int | None, now: datetime) -> Wall:
    """Inside the seller's scope; a handful of queries, whatever is open and however many shops there are."""
    tiles = queue_by_shop.tiles_by_shop(now=now)
    gone = handed_over(zone=seller.time_zone, now=now)
    shown = Shop.objects.filter(Q(is_active=True) | Q(pk__in=[*tiles, *gone])).order_by("name")
    if shop_id is not None:
        shown = shown.filter(pk=shop_id)
    none = dict.fromkeys(HOURS, 0)
    shops = [WallShop(shop, tiles.get(shop.pk, none), gone.get(shop.pk, 0)) for shop in shown]
    trucks = Manifest.objects.filter(state=ManifestState.OPEN).annotate(parcels=Count("lines"))
    return Wall(
        at=now,
        shops=sorted(shops, key=lambda one: [-count for count in one.tiles.values()]),
        totals={tile: sum(one.tiles[tile] for one in shops) for tile in HOURS},
        handed_over=sum(one.handed_over for one in shops),
        next=_next(shop_id=shop_id, now=now),
        trucks=list(trucks.order_by("opened_at")[:MOST_TRUCKS]),
    )


def handed_over(*, zone: str, now: datetime) -> dict[int, int]:
    """Shop id -> dock scans since midnight on the seller's clock."""
    today = local(now, zone=zone).date()
    midnight = datetime.combine(today, time.min, tzinfo=ZoneInfo(zone))
    # Only lists that are open or were closed today can have a scan of today.
    scans = ManifestLine.objects.filter(
        Q(manifest__state=ManifestState.OPEN) | Q(manifest__closed_at__gte=midnight), scanned_at__gte=midnight
    )
    return dict(scans.order_by().values_list("shop_id").annotate(Count("pk")))


def _next(*, shop_id: int | None, now: datetime) -> Next | None:
    """The earliest deadline still ahead of an order that runs."""
    held = OrderHold.objects.filter(reason__in=PAUSING, lifted_at__isnull=True).order_by()
    running = SlaClock.objects.filter(is_open=True, due_at__gt=now).exclude(
        order_id__in=held.values("order_id")
    )
    if shop_id is not None:
        running = running.filter(shop_id=shop_id)
    first = running.order_by("due_at", "id").select_related("shop").first()
    if first is None:
        return None
    return Next(first.due_at, first.shop, running.filter(due_at__lte=first.due_at + SOON).count())
