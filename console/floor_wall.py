"""The floor's display: what waits at each station, how fast it goes, the waves, and when carriers come. No names of buyers."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from console.wall import MOST_TRUCKS, handed_over
from logistics.models import Manifest, ManifestState
from orders.models import Package, PackageState
from tenancy.models import Seller
from warehouse import crew, pickups, put_walls, selectors
from warehouse.crew import CrewNow, WaveNow
from warehouse.pickups import Pickup

MOST_WAVES, MOST_PICKUPS = 5, 4


@dataclass(frozen=True)
class FloorWall:
    """Everything that the display shows."""

    at: datetime
    to_pick: int
    to_sort: int
    to_pack: int
    to_hand_over: int
    handed_over: int
    crew: CrewNow
    waves: list[WaveNow]
    pickups: list[Pickup]
    trucks: list[Manifest]


def wall(*, seller: Seller, now: datetime) -> FloorWall:
    """Inside the seller's scope; a fixed number of queries."""
    states = {
        "picking": PackageState.PICKING,
        "to_pack": PackageState.PICKED,
        "packed": PackageState.PACKED,
        "ready": PackageState.READY_TO_SHIP,
    }
    counts = Package.objects.filter(is_stopped=False, state__in=states.values()).aggregate(
        **{name: Count("pk", filter=Q(state=state)) for name, state in states.items()}
    )
    to_sort = put_walls.unsorted_tasks().values("package_id").distinct().count()
    now_on = crew.crew_now(seller=seller, now=now)
    trucks = Manifest.objects.filter(state=ManifestState.OPEN).annotate(parcels=Count("lines"))
    return FloorWall(
        at=now,
        to_pick=counts["picking"] - to_sort,
        to_sort=to_sort,
        to_pack=counts["to_pack"],
        to_hand_over=counts["packed"] + counts["ready"],
        handed_over=sum(handed_over(zone=seller.time_zone, now=now).values()),
        crew=now_on,
        waves=now_on.waves[:MOST_WAVES],
        pickups=pickups.next_pickups(warehouses=selectors.warehouses(), now=now)[:MOST_PICKUPS],
        trucks=list(trucks.order_by("opened_at")[:MOST_TRUCKS]),
    )
