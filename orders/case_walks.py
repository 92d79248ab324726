"""One walk over what a shop's platform lists by time of change: cancellations, returns. One worker a shop, with an overlap."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q

from core import clock
from core.http import RemoteError
from integrations import connections
from integrations.ports import ShopPlatform
from integrations.values import Page
from orders import cursors
from orders.models import PollCursor
from tenancy import scoping

log = structlog.get_logger(__name__)

FIRST_WINDOW = timedelta(days=7)
LEASE = timedelta(seconds=120)
LONGEST_WALK = 100

Search = Callable[[ShopPlatform, datetime, str], Page]
Take = Callable[[tuple, datetime], int]


def walk(*, kind: str, seller_id: int, shop_id: int, search: Search, take: Take) -> int:
    """Read what changed since the last run; `take` stores a page inside the scope. Calls out: no scope may be open."""
    started = clock.now()
    with scoping.scope(sellers=[seller_id]):
        cursor = _claim(kind=kind, shop_id=shop_id, now=started)
    if cursor is None:
        return 0
    since = cursor.watermark_at - cursors.OVERLAP if cursor.watermark_at else started - FIRST_WINDOW
    count, token, error = 0, "", ""
    try:
        client = connections.shop_client(seller_id=seller_id, shop_id=shop_id)
        for _page in range(LONGEST_WALK):
            page = search(client, since, token)
            with scoping.scope(sellers=[seller_id]):
                count += take(page.items, clock.now())
            token = page.next_token
            if not token or not page.items:
                break
    except RemoteError as failure:
        error = str(failure)[:300]
        log.warning("walk.failed", kind=kind, shop_id=shop_id, code=failure.code)
    with scoping.scope(sellers=[seller_id]):
        changes: dict[str, object] = {"locked_until": None, "last_error": error}
        if not error:
            changes |= {"watermark_at": started, "last_finished_at": clock.now()}
        PollCursor.objects.filter(pk=cursor.pk).update(**changes)
    return count


@transaction.atomic
def _claim(*, kind: str, shop_id: int, now: datetime) -> PollCursor | None:
    cursor, _new = PollCursor.objects.get_or_create(shop_id=shop_id, kind=kind)
    free = PollCursor.objects.filter(Q(locked_until__isnull=True) | Q(locked_until__lt=now), pk=cursor.pk)
    return cursor if free.update(locked_until=now + LEASE, last_started_at=now) else None
