"""What the connections page shows: each authorization, what it covers, and how healthy it is."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q

from core import clock
from integrations import connections
from integrations.models import Connection, ConnectionState, Provider, ShopLink
from marketing.models import AdAccount
from orders import backfill, reconcile
from orders.models import PollCursor, StatusCheck
from relay.models import Job
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
    checks: list[StatusCheck] = field(default_factory=list)
    compared_at: datetime | None = None
    compare_error: str = ""
    past: Job | None = None  # the last run that fetched this shop's past

    @property
    def telling_checks(self) -> list[StatusCheck]:
        """Statuses in which there is something at all."""
        return [check for check in self.checks if check.ours or check.theirs or check.fetched]

    @property
    def is_in_step(self) -> bool:
        return all(check.agrees for check in self.checks)

    @property
    def past_percent(self) -> int | None:
        return min(self.past.handled * 100 // self.past.total, 100) if self.past and self.past.total else None

    @property
    def past_from(self) -> datetime | None:
        return clock.from_epoch(self.past.asked["from"]) if self.past else None

    @property
    def past_waits(self) -> str:
        """Why the run stands still, as a key of the template."""
        return self.past.params.get("why", "") if self.past and self.past.is_open else ""


@dataclass
class Row:
    connection: Connection
    warning: str = ""
    covered: list[Covered] = field(default_factory=list)

    @property
    def is_ads(self) -> bool:
        return self.connection.provider == Provider.TIKTOK_ADS

    @property
    def is_at_work(self) -> bool:
        return any(item.past and item.past.is_open for item in self.covered)


def rows(*, now: datetime) -> list[Row]:
    """Every authorization in scope; live ones first. Constant number of queries."""
    found = {
        connection.pk: Row(connection, connections.expiry_warning(connection, now=now))
        for connection in Connection.objects.order_by("provider", "pk")
    }
    cursors = {(cursor.shop_id, cursor.kind): cursor for cursor in PollCursor.objects.all()}
    checks: dict[int, list[StatusCheck]] = defaultdict(list)
    for check in StatusCheck.objects.all():
        checks[check.shop_id].append(check)
    past = {job.asked["shop_id"]: job for job in Job.objects.filter(kind=backfill.KIND).order_by("pk")}
    for link in ShopLink.objects.select_related("shop").order_by("shop__name"):
        cursor = cursors.get((link.shop_id, "orders"))
        compared = cursors.get((link.shop_id, reconcile.KIND))
        found[link.connection_id].covered.append(
            Covered(
                name=link.shop.name,
                detail=link.platform_shop_id,
                read_at=cursor.last_finished_at if cursor else None,
                pushed_at=link.last_webhook_at,
                error=cursor.last_error if cursor else "",
                shop=link.shop,
                checks=sorted(checks[link.shop_id], key=lambda check: reconcile.STATUSES.index(check.status)),
                compared_at=compared.last_finished_at if compared else None,
                compare_error=compared.last_error if compared else "",
                past=past.get(link.shop_id),
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


def problems() -> dict[str, int]:
    """Authorizations that have ended, end within 30 days, or fail: for the home page."""
    usable = Q(state__in=connections.USABLE)
    soon = usable & connections.ending_soon(now=clock.now())
    return Connection.objects.aggregate(
        ended=Count("pk", filter=Q(state=ConnectionState.ENDED)),
        ending=Count("pk", filter=soon),
        failing=Count("pk", filter=Q(state=ConnectionState.FAILING)),
    )
