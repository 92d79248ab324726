"""What must still be fetched, and how far the walk has come: pull marks and poll watermarks.

A webhook is a hint, the pull is the truth; the poll overlaps itself and finds what webhooks missed.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, Q

from core import clock
from core.http import RemoteError
from integrations import connections
from integrations.ports import OrderList, Page, PlatformOrder, ShopPlatform
from orders import broken_orders
from orders.intake import IntakeResult
from orders.models import Order, OrderPull, PlatformStatus, PollCursor
from relay import backoff, wake
from tenancy import scoping
from tenancy.models import Shop

log = structlog.get_logger(__name__)

ORDERS = "orders"
OVERLAP = timedelta(minutes=15)
FIRST_WINDOW = timedelta(days=30)
PULL_BATCH = 50  # what the platform answers at once
PULLS_TOGETHER = 200  # what is stored at once: a batch costs the same statements whatever its size
PULL_LEASE = timedelta(seconds=120)
POLL_LEASE = timedelta(seconds=240)
PAGE = 100
UNKNOWN_ATTEMPTS = 5  # then the platform really does not have the order
LONGEST_WALK = 200  # pages in one run; the next run goes on from there
_BEFORE_SHIPPING = (PlatformStatus.UNPAID, PlatformStatus.ON_HOLD, PlatformStatus.AWAITING_SHIPMENT)


# --- pulls: one order, because somebody hinted ------------------------------------------------


def mark_for_pull(*, shop_id: int, platform_order_ids: Collection[str], now: datetime) -> None:
    """Remember that these orders must be read again. However many hints, it stays one row per order."""
    ids = sorted({one[:40] for one in platform_order_ids if one})
    if not ids:
        return
    OrderPull.objects.bulk_create(
        (OrderPull(shop_id=shop_id, platform_order_id=one, asked_at=now, not_before=now) for one in ids),
        update_conflicts=True,
        unique_fields=["seller", "shop", "platform_order_id"],
        update_fields=["asked_at", "not_before"],
    )
    seller_id = scoping.current().only_seller
    wake.on_commit("orders.tasks.pull_marked", queue="intake", seller_id=seller_id, shop_id=shop_id)


def pull_marked(*, seller_id: int, shop_id: int) -> int:
    """Read and take in what is marked at one shop, batch by batch. Calls out: no scope may be open."""
    done = 0
    while True:
        now = clock.now()
        with scoping.scope(sellers=[seller_id]):
            pulls = _claim_pulls(shop_id=shop_id, now=now)
        if not pulls:
            return done
        try:
            client = connections.shop_client(seller_id=seller_id, shop_id=shop_id)
            orders = _read(client, [pull.platform_order_id for pull in pulls])
        except RemoteError as error:
            note_failure(seller_id=seller_id, shop_id=shop_id, error=error)
            with scoping.scope(sellers=[seller_id]):
                _put_off(pulls, error=error, now=clock.now())
            return done
        with scoping.scope(sellers=[seller_id]):
            _take(shop_id=shop_id, orders=orders)
            _settle_pulls(pulls, found=_answered(orders), claimed_at=now)
        done += len(pulls)
        if len(pulls) < PULLS_TOGETHER:
            return done


def _read(client: ShopPlatform, ids: Sequence[str]) -> OrderList:
    """In full, in as few calls as the platform allows."""
    orders = OrderList()
    for start in range(0, len(ids), PULL_BATCH):
        orders = orders.plus(client.get_orders(platform_order_ids=ids[start : start + PULL_BATCH]))
    return orders


def _take(*, shop_id: int, orders: OrderList) -> IntakeResult:
    shop = Shop.objects.get(pk=shop_id)
    return broken_orders.take_in(
        shop=shop, orders=orders, broken=orders.broken, source="api", now=clock.now()
    )


def _answered(orders: OrderList) -> set[str]:
    """What the platform told about, readable or not."""
    return {order.platform_order_id for order in orders} | {one.platform_order_id for one in orders.broken}


@transaction.atomic
def _claim_pulls(*, shop_id: int, now: datetime) -> list[OrderPull]:
    due = OrderPull.objects.filter(
        Q(claimed_until__isnull=True) | Q(claimed_until__lt=now), shop_id=shop_id, not_before__lte=now
    )
    pulls = list(due.lock_free()[:PULLS_TOGETHER])
    OrderPull.objects.filter(pk__in=[pull.pk for pull in pulls]).update(
        claimed_until=now + PULL_LEASE, attempts=F("attempts") + 1
    )
    return pulls


def _settle_pulls(pulls: list[OrderPull], *, found: set[str], claimed_at: datetime) -> None:
    """Done unless hinted at again meanwhile. What the platform does not know yet is asked for a few times more."""
    ids = [pull.pk for pull in pulls]
    done = [
        pull.pk for pull in pulls if pull.platform_order_id in found or pull.attempts + 1 >= UNKNOWN_ATTEMPTS
    ]
    OrderPull.objects.filter(pk__in=done, asked_at__lte=claimed_at).delete()
    now = clock.now()
    for pull in pulls:
        if pull.platform_order_id not in found:
            log.warning("pull.unknown_order", pull_id=pull.pk, attempts=pull.attempts + 1)
            OrderPull.objects.filter(pk=pull.pk, asked_at__lte=claimed_at).update(
                not_before=now + backoff.delay(pull.attempts + 1),
                last_error="the platform does not know this order",
            )
    OrderPull.objects.filter(pk__in=ids).update(claimed_until=None)


def go_on(*, shop_ids: Collection[int], now: datetime) -> None:
    """What waited for these shops need not wait any longer: they can be read again."""
    OrderPull.objects.filter(shop_id__in=list(shop_ids)).update(
        claimed_until=None, not_before=now, attempts=0, last_error=""
    )
    PollCursor.objects.filter(shop_id__in=list(shop_ids), kind=ORDERS).update(last_error="")


def _put_off(pulls: list[OrderPull], *, error: RemoteError, now: datetime) -> None:
    for pull in pulls:
        pull.claimed_until = None
        pull.not_before = now + backoff.delay(pull.attempts + 1, at_least_s=error.retry_after or 0.0)
        pull.last_error = str(error)[:300]
    OrderPull.objects.bulk_update(pulls, ["claimed_until", "not_before", "last_error"])


def note_failure(*, seller_id: int, shop_id: int, error: RemoteError) -> None:
    """Keep what a read of this shop ended with, on its connection."""
    connection_id = connections.connection_of(seller_id=seller_id, shop_id=shop_id)
    if connection_id is not None:
        connections.note_failure(seller_id=seller_id, connection_id=connection_id, error=error)


# --- polls: a walk over everything that changed ------------------------------------------------


@dataclass(frozen=True)
class PollResult:
    """What a run did; `is_busy`: another worker is at this shop."""

    pages: int = 0
    taken: IntakeResult = IntakeResult()
    is_busy: bool = False
    error: str = ""


def poll_shop(*, seller_id: int, shop_id: int) -> PollResult:
    """Walk the shop's orders by update time, from a little before the last one seen. A failing page leaves the mark before it."""
    started = clock.now()
    with scoping.scope(sellers=[seller_id]):
        cursor = _claim_cursor(shop_id=shop_id, now=started)
    if cursor is None:
        return PollResult(is_busy=True)
    since = cursor.watermark_at - OVERLAP if cursor.watermark_at else started - FIRST_WINDOW
    result, token = PollResult(), ""
    try:
        client = connections.shop_client(seller_id=seller_id, shop_id=shop_id)
        while result.pages < LONGEST_WALK:
            page = client.search_orders(updated_from=since, page_token=token, page_size=PAGE)
            result = _take_page(seller_id=seller_id, cursor=cursor, client=client, page=page, before=result)
            token = page.next_token
            if not token or not (page.items or page.broken):
                break
    except RemoteError as error:
        note_failure(seller_id=seller_id, shop_id=shop_id, error=error)
        with scoping.scope(sellers=[seller_id]):
            _release(cursor, error=str(error))
        return PollResult(result.pages, result.taken, error=str(error))
    with scoping.scope(sellers=[seller_id]):
        _release(cursor, error="")
    connection_id = connections.connection_of(seller_id=seller_id, shop_id=shop_id)
    if connection_id is not None:
        connections.note_ok(seller_id=seller_id, connection_id=connection_id)
    return result


def _take_page(
    *,
    seller_id: int,
    cursor: PollCursor,
    client: ShopPlatform,
    page: Page,
    before: PollResult,
) -> PollResult:
    """Orders that the list shows as news are read in full: a list may leave out what a bundle is made of."""
    with scoping.scope(sellers=[seller_id]):
        wanted = _news(shop_id=cursor.shop_id, items=page.items)
    # What is broken in the list may be whole in full; without an id there is nothing to ask for.
    wanted += [one.platform_order_id for one in page.broken if one.platform_order_id]
    nameless = OrderList(broken=[one for one in page.broken if not one.platform_order_id])
    orders = nameless.plus(_read(client, wanted))
    with scoping.scope(sellers=[seller_id]):
        taken = _take(shop_id=cursor.shop_id, orders=orders) if orders or orders.broken else IntakeResult()
        seen = max((item.updated_at for item in page.items), default=cursor.watermark_at)
        cursor.watermark_at = max(filter(None, (cursor.watermark_at, seen)), default=None)
        PollCursor.objects.filter(pk=cursor.pk).update(
            watermark_at=cursor.watermark_at, locked_until=clock.now() + POLL_LEASE
        )
    return PollResult(before.pages + 1, before.taken + taken)


def _news(*, shop_id: int, items: Sequence[PlatformOrder]) -> list[str]:
    """Ids of orders that are new, newer, or differ in what does not move the platform's update time."""
    rows = Order.objects.filter(
        shop_id=shop_id, platform_order_id__in=[item.platform_order_id for item in items]
    )
    stored = {
        key: (updated_at, asked)
        for key, updated_at, asked in rows.values_list(
            "platform_order_id", "platform_updated_at", "is_buyer_cancel_requested"
        )
    }
    wanted = []
    for item in items:
        known = stored.get(item.platform_order_id)
        may_differ = item.has_updated_address and item.status in _BEFORE_SHIPPING
        if (
            known is None
            or item.updated_at > known[0]
            or may_differ
            or item.updated_at == known[0]
            and item.is_buyer_cancel_requested != known[1]
        ):
            wanted.append(item.platform_order_id)
    return list(dict.fromkeys(wanted))


@transaction.atomic
def _claim_cursor(*, shop_id: int, now: datetime) -> PollCursor | None:
    """The shop's cursor, or None while another worker walks. A walk that died is taken over after its lease."""
    cursor, _new = PollCursor.objects.get_or_create(shop_id=shop_id, kind=ORDERS)
    free = PollCursor.objects.filter(Q(locked_until__isnull=True) | Q(locked_until__lt=now), pk=cursor.pk)
    if not free.update(locked_until=now + POLL_LEASE, last_started_at=now):
        return None
    return PollCursor.objects.get(pk=cursor.pk)


def _release(cursor: PollCursor, *, error: str) -> None:
    changes: dict[str, object] = {"locked_until": None, "last_error": error[:300]}
    if not error:
        changes["last_finished_at"] = clock.now()
    PollCursor.objects.filter(pk=cursor.pk).update(**changes)
