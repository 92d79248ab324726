"""An agency's clients side by side. Each is counted in its own scope, one after the other: no query ever spans two."""

from dataclasses import dataclass
from datetime import datetime

from console import attention
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
    def pressing(self) -> tuple[int, int]:
        return (self.tiles["overdue"], self.tiles["h4"])


def clients(*, user: User, now: datetime) -> list[Client]:
    """Sellers whose grant holds now, the most pressing first."""
    granted = {grant.seller_id for grant in access.live_grants(user=user, now=now)}
    found = [item for item in access.sellers_of(user=user, now=now) if item.seller.pk in granted]
    return sorted((_client(item, now=now) for item in found), key=lambda one: one.pressing, reverse=True)


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
