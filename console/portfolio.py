"""An agency's clients side by side. Each is counted in its own scope, one after the other: no query ever spans two."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from console import attention
from console.attention import Need
from console.context import color_of
from orders import queue
from orders.queue import QueueFilter
from tenancy import access, scoping
from tenancy.access import Access
from tenancy.models import User


@dataclass(frozen=True)
class Client:
    """One seller's state for the overview."""

    access: Access
    tiles: dict[str, int]
    tabs: dict[str, int]
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
        add(_("On hold"), "hand-stop", "orange", (one.tabs["hold"] for one in of)),
        add(_("Open exceptions"), "alert-triangle", "red", (one.open_cases for one in of)),
        add(_("Stuck work"), "refresh-alert", "red", (one.stuck for one in of)),
    ]


def _client(item: Access, *, now: datetime) -> Client:
    with scoping.scope(sellers=[item.seller.pk], shops=item.shop_ids):
        chosen = QueueFilter()
        return Client(
            access=item,
            tiles=queue.tile_counts(chosen=chosen, now=now),
            tabs=queue.tab_counts(chosen=chosen, now=now),
            open_cases=attention.open_cases(),
            stuck=attention.stuck_work(),
        )
