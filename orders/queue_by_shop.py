"""The urgency tiles of every shop at once, from the maintained counts: the same numbers as the queue's, in three queries."""

from collections import defaultdict
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Count, Q, Sum

from orders.models import OrderHold, QueueChange, QueueCount, SlaClock
from orders.queue import PAUSING
from orders.queue_counts import DUE, names_of

HOURS = {"overdue": 0, "h4": 4, "h12": 12, "h24": 24}


def tiles_by_shop(*, now: datetime) -> dict[int, dict[str, int]]:
    """Shop id -> overdue, and due within 4, 12 and 24 hours, of the shops in scope that have open work."""
    lines = {tile: now + timedelta(hours=hours) for tile, hours in HOURS.items()}
    passed = _whole_hours(lines)
    for found, sign in ((_rest_of_hours(lines), 1), (_standing_still(lines), -1)):
        for shop_id, counts in found.items():
            for tile, count in counts.items():
                passed[shop_id][tile] += sign * count
    return {
        shop_id: {
            tile: count if tile == "overdue" else count - counts["overdue"] for tile, count in counts.items()
        }
        for shop_id, counts in passed.items()
    }


def _whole_hours(lines: dict[str, datetime]) -> dict[int, dict[str, int]]:
    """What is due before the hour that each line lies in."""
    sums = {tile: Sum("rows", filter=Q(hour__lt=_hour_of(line)), default=0) for tile, line in lines.items()}
    parts = [
        rows.filter(name__in=names_of(DUE), hour__lt=_hour_of(max(lines.values())))
        .order_by()
        .values_list("shop_id")
        .annotate(**sums)
        for rows in (QueueCount.objects.all(), QueueChange.objects.all())
    ]
    passed: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(HOURS, 0))
    for shop_id, *totals in parts[0].union(parts[1], all=True):
        for tile, total in zip(lines, totals, strict=True):
            passed[shop_id][tile] += total
    return passed


def _rest_of_hours(lines: dict[str, datetime]) -> dict[int, dict[str, int]]:
    """From the full hour up to each line itself: four short pieces of the index by deadline."""
    pieces = {tile: Q(due_at__gte=_hour_of(line), due_at__lte=line) for tile, line in lines.items()}
    near = SlaClock.objects.filter(reduce(or_, pieces.values()), is_open=True)
    return _counted(near, pieces)


def _standing_still(lines: dict[str, datetime]) -> dict[int, dict[str, int]]:
    """Paused clocks are near, but not pressing."""
    held = OrderHold.objects.filter(reason__in=PAUSING, lifted_at__isnull=True).order_by()
    paused = SlaClock.objects.filter(is_open=True, order_id__in=held.values("order_id"))
    return _counted(paused, {tile: Q(due_at__lte=line) for tile, line in lines.items()})


def _counted(clocks, pieces: dict[str, Q]) -> dict[int, dict[str, int]]:
    counts = {tile: Count("pk", filter=piece) for tile, piece in pieces.items()}
    return {row.pop("shop_id"): row for row in clocks.order_by().values("shop_id").annotate(**counts)}


def _hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
