"""Counts of the queue that need no counting: triggers on the clocks note every change, a sweep adds the notes up.

A count is what was added up plus what came since, read in one statement: exact in every snapshot, whoever writes meanwhile.
Deadlines are counted by the hour, so a line at any moment costs one sum and a look into one hour.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum, Value

from orders.models import NO_HOUR, QueueChange, QueueCount, SlaClock

DUE, CANCEL, OPEN = "due", "cancel", "open"
FOLD_AT_ONCE = 20_000
_COLUMNS = {DUE: "due_at", CANCEL: "cancel_due_at"}


def by_name(*, shop_id: int | None) -> dict[str, int]:
    """Rows behind each tab, and behind `open`, at the sellers and shops in scope."""
    parts = [
        _of(rows, shop_id=shop_id)
        .filter(hour=NO_HOUR)
        .values_list("name")
        .annotate(total=Sum("rows"))
        .order_by()
        for rows in (QueueCount.objects.all(), QueueChange.objects.all())
    ]
    counts: Counter[str] = Counter()
    for name, total in parts[0].union(parts[1], all=True):
        counts[name] += total
    return dict(counts)


@dataclass(frozen=True)
class Line:
    """A line that open clocks may have passed: `due` or `cancel`, and the moment."""

    name: str
    moment: datetime


def passed(*, lines: Sequence[Line], shop_id: int | None) -> list[int]:
    """How many open clocks have their deadline (or automatic cancellation) at or before each line. Two queries."""
    reach = Q()
    for name in {line.name for line in lines}:
        reach |= Q(name=name, hour__lte=max(_hour_of(line.moment) for line in lines if line.name == name))
    parts = [
        _of(rows, shop_id=shop_id)
        .filter(reach)
        .values_list("name", "hour")
        .annotate(total=Sum("rows"))
        .order_by()
        for rows in (QueueCount.objects.all(), QueueChange.objects.all())
    ]
    kept: Counter[tuple[str, datetime]] = Counter()
    for name, hour, total in parts[0].union(parts[1], all=True):
        kept[name, hour] += total
    within = _within_hours(lines, shop_id=shop_id)
    return [
        within[place]
        + sum(
            total
            for (name, hour), total in kept.items()
            if name == line.name and hour < _hour_of(line.moment)
        )
        for place, line in enumerate(lines)
    ]


def _within_hours(lines: Sequence[Line], *, shop_id: int | None) -> Counter[int]:
    """For each line, from the full hour up to the moment itself: short pieces of an index, in one query."""
    pieces = []
    for place, line in enumerate(lines):
        column = _COLUMNS[line.name]
        piece = {f"{column}__gte": _hour_of(line.moment), f"{column}__lte": line.moment}
        clocks = _of(SlaClock.objects.filter(is_open=True, **piece), shop_id=shop_id)
        counted = clocks.order_by().annotate(place=Value(place)).values_list("place")
        pieces.append(counted.annotate(total=Count("pk")))
    return Counter(dict(pieces[0].union(*pieces[1:], all=True)))


def _of(rows: QuerySet, *, shop_id: int | None) -> QuerySet:
    return rows if shop_id is None else rows.filter(shop_id=shop_id)


def _hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


@transaction.atomic
def fold(*, limit: int = FOLD_AT_ONCE) -> int:
    """Add noted changes to the counts of the seller in scope. Returns how many notes went."""
    notes = list(QueueChange.objects.lock_free().values_list("pk", "shop_id", "name", "hour", "rows")[:limit])
    if not notes:
        return 0
    QueueChange.objects.filter(pk__in=[note[0] for note in notes]).delete()
    sums: Counter[tuple[int, str, datetime]] = Counter()
    for _pk, shop_id, name, hour, rows in notes:
        sums[shop_id, name, hour] += rows
    keys = sorted(key for key, rows in sums.items() if rows)
    QueueCount.objects.bulk_create(
        [QueueCount(shop_id=shop_id, name=name, hour=hour, rows=0) for shop_id, name, hour in keys],
        ignore_conflicts=True,
    )
    wanted = Q(shop_id__in={key[0] for key in keys}, hour__in={key[2] for key in keys})
    counts = [
        count
        for count in QueueCount.objects.lock().filter(wanted)
        if (count.shop_id, count.name, count.hour) in sums
    ]
    for count in counts:
        count.rows += sums[count.shop_id, count.name, count.hour]
    QueueCount.objects.update_many(counts, ["rows"])
    QueueCount.objects.filter(pk__in=[count.pk for count in counts], rows=0).exclude(hour=NO_HOUR).delete()
    return len(notes)


def wrong() -> dict[tuple[int, str, datetime], tuple[int, int]]:
    """(shop, name, hour) -> (kept, counted) where both differ, at the seller in scope. Reads every clock."""
    kept: Counter[tuple[int, str, datetime]] = Counter()
    for rows in (QueueCount.objects.all(), QueueChange.objects.all()):
        for shop_id, name, hour, total in rows.values_list("shop_id", "name", "hour", "rows"):
            kept[shop_id, name, hour] += total
    counted: Counter[tuple[int, str, datetime]] = Counter()
    clocks = SlaClock.objects.values_list("shop_id", "tab", "is_open", "due_at", "cancel_due_at")
    for shop_id, tab, is_open, due_at, cancel_due_at in clocks.iterator():
        counted[shop_id, tab, NO_HOUR] += 1
        if is_open:
            counted[shop_id, OPEN, NO_HOUR] += 1
            for name, moment in ((DUE, due_at), (CANCEL, cancel_due_at)):
                if moment is not None:
                    counted[shop_id, name, _hour_of(moment)] += 1
    return {
        key: (kept[key], counted[key]) for key in kept.keys() | counted.keys() if kept[key] != counted[key]
    }
