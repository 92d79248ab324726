"""What the connections page shows: each authorization, what it covers, and how healthy it is."""

from dataclasses import dataclass, field
from datetime import datetime

from integrations import connections
from integrations.models import Connection, ConnectionState, Provider, ShopLink
from marketing.models import AdAccount
from orders.models import PollCursor
from tenancy.models import Shop


@dataclass
class Covered:
    """One shop or ad account behind an authorization, and when it was read last."""

    name: str
    detail: str = ""
    read_at: datetime | None = None
    pushed_at: datetime | None = None
    error: str = ""
    shop: Shop | None = None


@dataclass
class Row:
    connection: Connection
    warning: str = ""
    covered: list[Covered] = field(default_factory=list)

    @property
    def is_ads(self) -> bool:
        return self.connection.provider == Provider.TIKTOK_ADS

    @property
    def needs_person(self) -> bool:
        return bool(self.warning) or self.connection.state == ConnectionState.ENDED


def rows(*, now: datetime) -> list[Row]:
    """Every authorization in scope; live ones first. Constant number of queries."""
    found = {
        connection.pk: Row(connection, connections.expiry_warning(connection, now=now))
        for connection in Connection.objects.order_by("provider", "pk")
    }
    cursors = {cursor.shop_id: cursor for cursor in PollCursor.objects.filter(kind="orders")}
    for link in ShopLink.objects.select_related("shop").order_by("shop__name"):
        cursor = cursors.get(link.shop_id)
        found[link.connection_id].covered.append(
            Covered(
                name=link.shop.name,
                detail=link.platform_shop_id,
                read_at=cursor.last_finished_at if cursor else None,
                pushed_at=link.last_webhook_at,
                error=cursor.last_error if cursor else "",
                shop=link.shop,
            )
        )
    for account in AdAccount.objects.order_by("name"):
        found[account.connection_id].covered.append(
            Covered(
                name=account.name,
                detail=account.advertiser_id,
                read_at=account.synced_at,
                error=account.last_error,
            )
        )
    return sorted(found.values(), key=lambda row: row.connection.state == ConnectionState.DISCONNECTED)


def problems() -> int:
    """Authorizations that fail or have ended: for the home page."""
    return Connection.objects.filter(state__in=[ConnectionState.ENDED, ConnectionState.FAILING]).count()
