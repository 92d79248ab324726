"""The most pressing open orders over many shops, also of several sellers: one short index walk per shop, merged.

A plain filter over many shops would sort everything that is open before it takes the first few.
"""

from collections.abc import Sequence
from datetime import datetime

from orders.models import SlaClock
from orders.queue import QueueRow
from tenancy.models import Shop


def most_urgent(*, size: int, now: datetime) -> list[QueueRow]:
    """The first `size` open orders by deadline, of all shops in scope."""
    shops = list(Shop.objects.order_by("pk").values_list("seller_id", "pk"))
    found = SlaClock.objects.select_related("order", "shop").in_bulk(urgent_ids(shops=shops, size=size))
    clocks = sorted(found.values(), key=lambda clock: (clock.due_at, clock.pk))
    return [QueueRow(clock=clock, now=now) for clock in clocks]


def urgent_ids(*, shops: Sequence[tuple[int, int]], size: int) -> list[int]:
    """Ids of those clocks; `shops` are (seller, shop)."""
    query = walk(shops=shops, size=size)
    return [] if query is None else [pk for pk, _due_at in query]


def walk(*, shops: Sequence[tuple[int, int]], size: int):
    """The query itself; None without a shop."""
    walks = [
        SlaClock.objects.filter(seller_id=seller_id, shop_id=shop_id, is_open=True, due_at__isnull=False)
        .order_by("due_at", "id")
        .values_list("pk", "due_at")[:size]
        for seller_id, shop_id in shops
    ]
    if not walks:
        return None
    if len(walks) == 1:
        return walks[0]
    return walks[0].union(*walks[1:], all=True).order_by("due_at", "pk")[:size]
