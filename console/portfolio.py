"""An agency's clients side by side. Each is counted in its own scope, one after the other; only the list of the most
pressing orders is read over all of them at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from console import attention, wall
from console.attention import Need
from console.context import color_of
from orders import queue_figures, queue_urgent
from orders.queue import QueueFilter, QueueRow
from tenancy import access, scoping
from tenancy.access import Access
from tenancy.models import Shop, User

PRESSING = 50


@dataclass(frozen=True)
class Client:
    """One seller's state for the overview."""

    access: Access
    tiles: dict[str, int]
    tabs: dict[str, int]
    handed_over: int
    open_cases: int
    stuck: int

    @property
    def color(self) -> str:
        return color_of(self.access.seller)

    @property
    def pressing(self) -> tuple[int, int]:
        return (self.tiles["overdue"], self.tiles["h4"])


def clients(*, user: User, now: datetime) -> list[Client]:
    """Sellers whose grant holds now, the most pressing first."""
    granted = {grant.seller_id for grant in access.live_grants(user=user, now=now)}
    found = [item for item in access.sellers_of(user=user, now=now) if item.seller.pk in granted]
    return sorted((_client(item, now=now) for item in found), key=lambda one: one.pressing, reverse=True)


def totals(of: list[Client]) -> list[Need]:
    """The clients' counts added up, for the tiles above the list."""

    def add(words: str | Promise, icon: str, tone: str, counts: Iterable[int]) -> Need:
        return Need(words, sum(counts), "#clients", icon, tone)

    return [
        add(_("Overdue"), "flame", "red", (one.tiles["overdue"] for one in of)),
        add(_("Due within 4 h"), "alert-triangle", "red", (one.tiles["h4"] for one in of)),
        add(_("Due within 12 h"), "clock", "orange", (one.tiles["h12"] for one in of)),
        add(_("Due within 24 h"), "clock", "yellow", (one.tiles["h24"] for one in of)),
        add(_("On hold"), "hand-stop", "orange", (one.tabs["hold"] for one in of)),
        add(_("Handed over today"), "truck-delivery", "green", (one.handed_over for one in of)),
        add(_("Open exceptions"), "alert-triangle", "red", (one.open_cases for one in of)),
        add(_("Stuck work"), "refresh-alert", "red", (one.stuck for one in of)),
    ]


def pressing_orders(of: list[Client], *, now: datetime) -> list[tuple[Client, QueueRow]]:
    """The orders of all clients whose deadlines come first, from the shops that the agency may see."""
    by_seller = {client.access.seller.pk: client for client in of if client.access.can("orders.view")}
    if not by_seller:
        return []
    shops: set[int] = set()
    for seller_id, client in by_seller.items():
        with scoping.scope(sellers=[seller_id], shops=client.access.shop_ids):
            shops.update(Shop.objects.values_list("pk", flat=True))
    with scoping.scope(sellers=by_seller, shops=shops):
        rows = queue_urgent.most_urgent(size=PRESSING, now=now)
    return [(by_seller[row.order.seller_id], row) for row in rows]


def _client(item: Access, *, now: datetime) -> Client:
    with scoping.scope(sellers=[item.seller.pk], shops=item.shop_ids):
        counted = queue_figures.counted(chosen=QueueFilter(), now=now)
        return Client(
            access=item,
            tiles=counted.tiles,
            tabs=counted.tabs,
            handed_over=sum(wall.handed_over(zone=item.seller.time_zone, now=now).values()),
            open_cases=attention.open_cases(),
            stuck=attention.stuck_work(),
        )
