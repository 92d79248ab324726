"""The most pressing open orders over many shops, also of several sellers: a short index walk per shop.

A plain filter over many shops would sort everything that is open before it takes the first few. And the first fifty of
twenty shops rarely need fifty of each: the walk is short at first and goes further only where it was too short.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, DateTimeField, Field, Func, QuerySet

from orders.models import SlaClock
from orders.queue import QueueRow
from tenancy import scoping
from tenancy.models import Shop

FIRST_STEP = 6  # of each shop

Pressing = tuple[datetime, int, int]  # deadline, clock id, shop id


def most_urgent(*, size: int, now: datetime) -> list[QueueRow]:
    """The first `size` open orders by deadline, of all shops in scope."""
    ids = [clock_id for _due_at, clock_id, _shop_id in nearest(size=size)]
    found = SlaClock.objects.select_related("order", "shop").in_bulk(ids)
    return [QueueRow(clock=found[pk], now=now) for pk in ids]


def nearest(*, size: int) -> list[Pressing]:
    """The same as plain values."""
    each = min(FIRST_STEP, size)
    rows = sorted(_walk(Shop.objects.all(), each=each))
    while each < size and (more := _not_read_to_the_end(rows, size=size, each=each)):
        each = min(each * 4, size)
        rows = sorted(
            [row for row in rows if row[2] not in more] + _walk(Shop.objects.filter(pk__in=more), each=each)
        )
    return rows[:size]


def _not_read_to_the_end(rows: Sequence[Pressing], *, size: int, each: int) -> set[int]:
    """Shops of which only the first `each` were read, and which may have more that belongs among the first `size`."""
    read = Counter(row[2] for row in rows)
    needed = Counter(row[2] for row in rows[:size])
    is_short = len(rows) < size
    return {
        shop_id for shop_id, count in read.items() if count == each and (is_short or needed[shop_id] == each)
    }


def _walk(shops: QuerySet[Shop], *, each: int) -> list[Pressing]:
    """The first of each shop: two arrays per shop, unfolded side by side; one plan, however many shops there are."""
    of_shop = scoping.beside_outer(SlaClock, shop="pk")
    first = of_shop.filter(is_open=True, due_at__isnull=False).order_by("due_at", "id")
    rows = shops.order_by().annotate(
        due=_unfolded(first.values("due_at")[:each], DateTimeField()),
        clock=_unfolded(first.values("pk")[:each], BigIntegerField()),
    )
    return list(rows.values_list("due", "clock", "pk"))


def _unfolded(values: QuerySet, field: Field) -> Func:
    return Func(ArraySubquery(values), function="unnest", output_field=field, set_returning=True)
