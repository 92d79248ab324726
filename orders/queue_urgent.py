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
    each = FIRST_STEP
    while True:
        rows = sorted(_walk(each=min(each, size)))
        if each >= size or _is_enough(rows, size=size, each=each):
            return rows[:size]
        each *= 4


def _is_enough(rows: Sequence[Pressing], *, size: int, each: int) -> bool:
    """Whether no shop, of which only the first `each` were read, can have more that belongs before the last."""
    seen: Counter[int] = Counter()
    for _due_at, _clock_id, shop_id in rows[:size]:
        seen[shop_id] += 1
        if seen[shop_id] == each:
            return False
    return len(rows) >= size or each > max(Counter(row[2] for row in rows).values(), default=0)


def _walk(*, each: int) -> list[Pressing]:
    """The first of each shop: two arrays per shop, unfolded side by side; one plan, however many shops there are."""
    of_shop = scoping.beside_outer(SlaClock, shop="pk")
    first = of_shop.filter(is_open=True, due_at__isnull=False).order_by("due_at", "id")
    rows = Shop.objects.order_by().annotate(
        due=_unfolded(first.values("due_at")[:each], DateTimeField()),
        clock=_unfolded(first.values("pk")[:each], BigIntegerField()),
    )
    return list(rows.values_list("due", "clock", "pk"))


def _unfolded(values: QuerySet, field: Field) -> Func:
    return Func(ArraySubquery(values), function="unnest", output_field=field, set_returning=True)
