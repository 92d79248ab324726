"""Buyers' requests to cancel, found without a push.

A request does not move the order's update time, so the walk over orders passes it by; the platform's list of
cancellations names it. Whatever differs from what is stored here is marked for a pull.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q

from core import clock
from core.http import RemoteError
from integrations import connections
from integrations.after_sales import PlatformCancellation
from orders import cursors
from orders.models import Order, OrderState, PollCursor
from tenancy import scoping

log = structlog.get_logger(__name__)

KIND = "cancellations"
FIRST_WINDOW = timedelta(days=7)
LEASE = timedelta(seconds=120)
LONGEST_WALK = 100


def poll(*, seller_id: int, shop_id: int) -> int:
    """Walk what changed since the last run, with an overlap. Returns how many orders were marked. Calls out: no scope open."""
    started = clock.now()
    with scoping.scope(sellers=[seller_id]):
        cursor = _claim(shop_id=shop_id, now=started)
    if cursor is None:
        return 0
    since = cursor.watermark_at - cursors.OVERLAP if cursor.watermark_at else started - FIRST_WINDOW
    marked, token, error = 0, "", ""
    try:
        client = connections.shop_client(seller_id=seller_id, shop_id=shop_id)
        for _page in range(LONGEST_WALK):
            page = client.search_cancellations(updated_from=since, page_token=token)
            with scoping.scope(sellers=[seller_id]):
                marked += _mark(shop_id=shop_id, found=page.items, now=clock.now())
            token = page.next_token
            if not token or not page.items:
                break
    except RemoteError as failure:
        error = str(failure)[:300]
        log.warning("cancellations.poll_failed", shop_id=shop_id, code=failure.code)
    with scoping.scope(sellers=[seller_id]):
        changes: dict[str, object] = {"locked_until": None, "last_error": error}
        if not error:
            changes |= {"watermark_at": started, "last_finished_at": clock.now()}
        PollCursor.objects.filter(pk=cursor.pk).update(**changes)
    return marked


@transaction.atomic
def _claim(*, shop_id: int, now: datetime) -> PollCursor | None:
    cursor, _new = PollCursor.objects.get_or_create(shop_id=shop_id, kind=KIND)
    free = PollCursor.objects.filter(Q(locked_until__isnull=True) | Q(locked_until__lt=now), pk=cursor.pk)
    return cursor if free.update(locked_until=now + LEASE, last_started_at=now) else None


def _mark(*, shop_id: int, found: Iterable[PlatformCancellation], now: datetime) -> int:
    """Mark the orders whose stored picture does not say what the newest word about their cancellation says."""
    newest: dict[str, PlatformCancellation] = {}
    for one in found:
        newest[one.platform_order_id] = one  # oldest first
    stored = Order.objects.filter(shop_id=shop_id, platform_order_id__in=list(newest)).values_list(
        "platform_order_id", "state", "is_buyer_cancel_requested"
    )
    known = {key: (state, is_asked) for key, state, is_asked in stored}
    wanted = [key for key, one in newest.items() if key not in known or _differs(one, *known[key])]
    cursors.mark_for_pull(shop_id=shop_id, platform_order_ids=wanted, now=now)
    return len(wanted)


def _differs(one: PlatformCancellation, state: str, is_asked: bool) -> bool:
    if state in (OrderState.CANCELLED, OrderState.COMPLETED):
        return False
    if one.status in ("accepted", "completed"):
        return True
    is_open = one.status == "pending" and one.is_buyer_request
    return is_open != is_asked
