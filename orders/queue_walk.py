"""A filter of the queue as plain values, and a walk over its rows that can stop anywhere and go on later."""

from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet

from orders import queue, queue_slots
from orders.models import SlaClock
from orders.queue import Cursor, QueueFilter
from orders.queue_search import Found


def keep(*, chosen: QueueFilter, carrier: str) -> dict[str, Any]:
    """Plain values of a filter as it is now: orders that come later are not part of it."""
    found = chosen.found
    return {
        "tab": chosen.tab,
        "reason": chosen.reason,
        "tile": chosen.tile,
        "shop_id": chosen.shop_id,
        "carrier": carrier,
        "found": found and [sorted(found.order_ids), sorted(found.sku_ids)],
        "flags": list(chosen.flags),
        "tags": list(chosen.tags),
        "is_noted": chosen.is_noted,
        "is_warned": chosen.is_warned,
        "newest_id": SlaClock.objects.aggregate(newest=Max("pk"))["newest"] or 0,
    }


def restore(values: dict[str, Any]) -> QueueFilter:
    """The filter again."""
    found = values["found"]
    return QueueFilter(
        tab=values["tab"],
        reason=values["reason"],
        tile=values["tile"],
        shop_id=values["shop_id"],
        carrier_orders=queue_slots.orders_of_carrier(code=values["carrier"]) if values["carrier"] else None,
        found=Found(frozenset(found[0]), frozenset(found[1])) if found else None,
        flags=tuple(values["flags"]),
        tags=tuple(values["tags"]),
        is_noted=values["is_noted"],
        is_warned=values.get("is_warned", False),
        newest_id=values["newest_id"],
    )


def count(*, values: dict[str, Any], now: datetime) -> int:
    """How many rows the walk will meet."""
    return queue.matching(chosen=restore(values), now=now).count()


def chunk(
    *,
    values: dict[str, Any],
    place: list | None,
    size: int,
    now: datetime,
    loaded: QuerySet[SlaClock],
) -> tuple[list[SlaClock], list | None]:
    """The next rows after `place`, with the columns of `loaded`, and the place after them; None when there are no more."""
    cursor = None
    if place:
        cursor = Cursor(due_at=datetime.fromisoformat(place[0]) if place[0] else None, clock_id=place[1])
    page = queue.page_of(chosen=restore(values), cursor=cursor, size=size, now=now, loaded=loaded)
    if not page.has_next:
        return page.clocks, None
    last = page.clocks[-1]
    return page.clocks, [last.due_at.isoformat() if last.due_at else "", last.pk]
