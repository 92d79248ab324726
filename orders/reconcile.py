"""Our books beside the platform's: how many orders of each status, and when the newest of them changed.

Where they differ the orders are found, read and taken in; what was found stays on the connections page.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet

from core import clock
from core.http import RateLimited, RemoteError
from integrations import connections
from integrations.models import ShopLink
from integrations.ports import OrderList, Page, PlatformOrder, ShopPlatform
from orders import broken_orders, cursors
from orders.intake import IntakeResult
from orders.models import Order, PlatformStatus, PollCursor, StatusCheck
from tenancy import scoping
from tenancy.models import Shop

log = structlog.get_logger(__name__)

KIND = "reconcile"
WINDOW = timedelta(days=60)
SETTLING = timedelta(seconds=90)  # what was placed just now is still on its way to us
LEASE = timedelta(minutes=5)
SHARE = 0.25
PAGE = 100
WALK = 1000  # a window with no more orders than this is compared one by one
SMALLEST = timedelta(minutes=1)
MOST_CALLS = 150  # per status and run; the next run goes on
STATUSES = [status for status in PlatformStatus.values if status != PlatformStatus.OTHER]


@dataclass
class Finding:
    """One status: both sides' figures, and the orders that must be read."""

    status: str
    ours: int = 0
    theirs: int = 0
    our_newest_at: datetime | None = None
    their_newest_at: datetime | None = None

    @property
    def differs(self) -> bool:
        return self.ours != self.theirs or self.our_newest_at != self.their_newest_at


@dataclass(frozen=True)
class Outcome:
    """What a run did. `is_busy`: another worker is at this shop."""

    checked: int = 0
    fetched: int = 0
    is_busy: bool = False
    error: str = ""


def reconcile_shop(*, seller_id: int, shop_id: int) -> Outcome:
    """Compare, fetch what differs, and keep what was found. Calls out: no scope may be open."""
    now = clock.now()
    with scoping.scope(sellers=[seller_id]):
        cursor = _claim(shop_id=shop_id, now=now)
    if cursor is None:
        return Outcome(is_busy=True)
    try:
        client = connections.shop_client(seller_id=seller_id, shop_id=shop_id, share=SHARE)
        run = _Run(seller_id=seller_id, shop_id=shop_id, client=client, now=now)
        fetched = sum(run.check(status) for status in STATUSES)
        run.read_broken_again()
    except RemoteError as error:
        if not isinstance(error, RateLimited):  # that is our own patience, or theirs: the next run goes on
            cursors.note_failure(seller_id=seller_id, shop_id=shop_id, error=error)
        with scoping.scope(sellers=[seller_id]):
            _release(cursor, error=str(error))
        return Outcome(error=str(error))
    with scoping.scope(sellers=[seller_id]):
        _release(cursor, error="")
    if fetched:
        log.warning("reconcile.fetched", shop_id=shop_id, orders=fetched)
    return Outcome(checked=len(STATUSES), fetched=fetched)


class _Run:
    """One comparison of one shop."""

    def __init__(self, *, seller_id: int, shop_id: int, client: ShopPlatform, now: datetime) -> None:
        self.seller_id, self.shop_id, self.client, self.now = seller_id, shop_id, client, now
        self.until = now - SETTLING
        with scoping.scope(sellers=[seller_id]):
            self.since = max(_known_since(shop_id=shop_id), now - WINDOW)
            self.ours = _figures(shop_id=shop_id, since=self.since, until=self.until)

    def check(self, status: str) -> int:
        """Compare one status; returns how many orders were new or different."""
        self.calls = 0
        ours, our_newest_at = self.ours.get(status, (0, None))
        page = self._ask(status, self.since, self.until, page_size=1, by_change=True)
        found = Finding(
            status=status,
            ours=ours,
            theirs=page.total or 0,
            our_newest_at=our_newest_at,
            their_newest_at=max((item.updated_at for item in page.items), default=None),
        )
        taken, unreadable = IntakeResult(), 0
        if found.differs:
            taken, unreadable = self._fetch(self._search(found))
        fetched = taken.new + taken.changed
        with scoping.scope(sellers=[self.seller_id]):
            _keep(found, shop_id=self.shop_id, fetched=fetched, unreadable=unreadable, now=self.now)
        return fetched

    def read_broken_again(self) -> None:
        """Orders that could not be read before: the platform may have mended them."""
        with scoping.scope(sellers=[self.seller_id]):
            shop = Shop.objects.get(pk=self.shop_id)
            ids = broken_orders.waiting(shop=shop)
        if not ids:
            return
        orders = self.client.get_orders(platform_order_ids=ids)
        with scoping.scope(sellers=[self.seller_id]):
            self._take(shop, orders)
            sound = [order.platform_order_id for order in orders]
            broken_orders.settle(shop=shop, platform_order_ids=sound, now=self.now)

    def _ask(
        self,
        status: str,
        since: datetime,
        until: datetime,
        *,
        page_size: int = PAGE,
        by_change: bool = False,
        page_token: str = "",
    ) -> Page:
        self.calls += 1
        return self.client.orders_placed(
            placed_from=since,
            placed_to=until,
            status=status,
            by_change=by_change,
            page_token=page_token,
            page_size=page_size,
        )

    def _search(self, found: Finding) -> list[str]:
        """Ids to read: the newest changes, then window by window where the counts differ."""
        page = self._ask(found.status, self.since, self.until, by_change=True)
        wanted = self._missing(page.items) | _named(page)
        if found.ours != found.theirs:
            for since, until in self._windows(found.status):
                wanted |= self._compare(found.status, since, until)
        return sorted(wanted)

    def _windows(self, status: str) -> Iterator[tuple[datetime, datetime]]:
        """Halve until a window is small enough to walk; a half whose counts agree is left out."""
        waiting = [(self.since, self.until)]
        while waiting and self.calls < MOST_CALLS:
            since, until = waiting.pop()
            theirs = self._ask(status, since, until, page_size=1).total or 0
            with scoping.scope(sellers=[self.seller_id]):
                ours = _placed(shop_id=self.shop_id, since=since, until=until, status=status).count()
            if ours == theirs:
                continue
            if max(ours, theirs) <= WALK or until - since <= SMALLEST:
                yield since, until
            else:
                middle = since + (until - since) / 2
                middle = middle.replace(microsecond=0)
                waiting += [(since, middle), (middle, until)]

    def _compare(self, status: str, since: datetime, until: datetime) -> set[str]:
        """Walk their list of a window: what we lack or have older, and what they no longer count to this status."""
        wanted, seen, token = set(), set(), ""
        while self.calls < MOST_CALLS:
            page = self._ask(status, since, until, page_token=token)
            wanted |= self._missing(page.items) | _named(page)
            seen |= {item.platform_order_id for item in page.items}
            token = page.next_token
            if not token:
                with scoping.scope(sellers=[self.seller_id]):
                    ours = _placed(shop_id=self.shop_id, since=since, until=until, status=status)
                    wanted |= set(ours.values_list("platform_order_id", flat=True)) - seen
                break
        return wanted

    def _missing(self, items: Sequence[PlatformOrder]) -> set[str]:
        with scoping.scope(sellers=[self.seller_id]):
            rows = Order.objects.filter(
                shop_id=self.shop_id, platform_order_id__in=[item.platform_order_id for item in items]
            )
            stored = {
                key: (at, status)
                for key, at, status in rows.values_list(
                    "platform_order_id", "platform_updated_at", "platform_status"
                )
            }
        return {
            item.platform_order_id
            for item in items
            if (known := stored.get(item.platform_order_id)) is None
            or item.updated_at > known[0]
            or (item.updated_at == known[0] and item.status != known[1])
        }

    def _fetch(self, wanted: Sequence[str]) -> tuple[IntakeResult, int]:
        """Read them in full and take them in, page by page."""
        result, unreadable = IntakeResult(), 0
        for start in range(0, len(wanted), cursors.PULL_BATCH):
            orders = self.client.get_orders(platform_order_ids=wanted[start : start + cursors.PULL_BATCH])
            with scoping.scope(sellers=[self.seller_id]):
                shop = Shop.objects.get(pk=self.shop_id)
                result += self._take(shop, orders)
            unreadable += len(orders.broken)
        return result, unreadable

    def _take(self, shop: Shop, orders: OrderList) -> IntakeResult:
        return broken_orders.take_in(
            shop=shop, orders=orders, broken=orders.broken, source="api", now=self.now
        )


def _named(page: Page) -> set[str]:
    return {one.platform_order_id for one in page.broken if one.platform_order_id}


def _placed(*, shop_id: int, since: datetime, until: datetime, status: str = "") -> QuerySet[Order]:
    """Our orders of a window, cut at whole seconds as the platform counts."""
    found = Order.objects.filter(
        shop_id=shop_id,
        placed_at__gte=since.replace(microsecond=0),
        placed_at__lt=until.replace(microsecond=0),
    )
    return found.filter(platform_status=status) if status else found


def _figures(*, shop_id: int, since: datetime, until: datetime) -> dict[str, tuple[int, datetime | None]]:
    rows = _placed(shop_id=shop_id, since=since, until=until).order_by().values("platform_status")
    counted = rows.annotate(count=Count("pk"), newest=Max("platform_updated_at"))
    return {row["platform_status"]: (row["count"], row["newest"]) for row in counted}


def _known_since(*, shop_id: int) -> datetime:
    """From when on everything ought to be here: the first walk's reach before the shop was connected."""
    link = ShopLink.objects.select_related("connection").get(shop_id=shop_id)
    return link.connection.created_at - cursors.FIRST_WINDOW


def _keep(found: Finding, *, shop_id: int, fetched: int, unreadable: int, now: datetime) -> None:
    changes: dict[str, object] = {
        "ours": found.ours,
        "theirs": found.theirs,
        "our_newest_at": found.our_newest_at,
        "their_newest_at": found.their_newest_at,
        "unreadable": unreadable,
        "checked_at": now,
    }
    if fetched:
        changes |= {"fetched": fetched, "fetched_at": now}
    StatusCheck.objects.update_or_create(shop_id=shop_id, status=found.status, defaults=changes)


@transaction.atomic
def _claim(*, shop_id: int, now: datetime) -> PollCursor | None:
    cursor, _new = PollCursor.objects.get_or_create(shop_id=shop_id, kind=KIND)
    free = PollCursor.objects.filter(Q(locked_until__isnull=True) | Q(locked_until__lt=now), pk=cursor.pk)
    return cursor if free.update(locked_until=now + LEASE, last_started_at=now) else None


def _release(cursor: PollCursor, *, error: str) -> None:
    changes: dict[str, object] = {"locked_until": None, "last_error": error[:300]}
    if not error:
        changes["last_finished_at"] = clock.now()
    PollCursor.objects.filter(pk=cursor.pk).update(**changes)
