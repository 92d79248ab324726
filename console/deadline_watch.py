"""Finds orders whose deadline has crossed a line, once per order and level. Bounded by what moved, not by what is open.

A run looks at three things, each a short range of an index: clocks whose line passed since the last run; clocks that are
new here; and, a piece at a time, a slow round over everything within 24 hours, which finds what came near without
crossing (a deadline moved earlier, a pause that ended).

An order is told again at a level only if its deadline was moved later and the line is crossed anew afterwards; what was
moved while it stayed inside a level, or to an earlier time, is not.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q, QuerySet

from console.models import AlertedOrder, AlertWatch
from orders import sla_levels
from orders.models import SlaClock
from orders.sla_levels import LEFT, RANKS, Level
from tenancy import scoping

# What is told is written in the same transaction, and its clocks are locked for that long.
MOST_AT_ONCE = 1000
ROUND_AT_ONCE = 5000
# New rows of slow transactions appear behind later ones: the last few are looked at again.
OVERLAP = 2000
LAST = 2**62
_COLUMNS = ("pk", "order_id", "shop_id", "due_at")


@dataclass(frozen=True)
class Reached:
    """An order at a level that nobody was told of yet."""

    order_id: int
    shop_id: int
    level: Level
    due_at: datetime


@dataclass(frozen=True)
class Look:
    """What one run found, and whether there is more than one run takes."""

    reached: list[Reached]
    has_more: bool


@dataclass(frozen=True)
class _Seen:
    """A clock that was looked at, and whether it is known to have crossed its line just now."""

    clock_id: int
    order_id: int
    shop_id: int
    due_at: datetime
    has_crossed: bool


def look(*, now: datetime) -> Look:
    """What is to be told now, at the seller in scope. The caller writes it down in the same transaction."""
    watch = _watch(now=now)
    if watch is None:
        return Look([], has_more=False)
    around = _round(watch, now=now)
    rows = [*around, *_new(watch, now=now), *_crossing(watch, now=now)]
    seen = {row.order_id: row for row in rows}  # of two looks at a clock the crossing counts
    told = _told(order_ids=seen)
    found = {pk: one for pk, row in seen.items() if (one := judge(row, told=told[pk], now=now))}
    has_more = any(clock_id != LAST for _due_at, clock_id in watch.edges.values())
    slow = [row for row in around if row.order_id in found and not seen[row.order_id].has_crossed]
    late = slow[MOST_AT_ONCE:]
    if late:
        # The round goes on from here in the next run.
        watch.round_at, has_more = [late[0].due_at.isoformat(), late[0].clock_id - 1], True
        for row in late:
            found.pop(row.order_id)
    watch.ran_at = now
    watch.save()
    paused = sla_levels.paused(order_ids=found) if found else set()
    return Look([one for pk, one in found.items() if pk not in paused], has_more)


def judge(row: _Seen, *, told: list[tuple[str, datetime]], now: datetime) -> Reached | None:
    """Whether this clock is to be told of, given what was told before: (level, the deadline then)."""
    level = sla_levels.level_at(due_at=row.due_at, now=now)
    if level is None:
        return None
    nearer = [due_at for one, due_at in told if RANKS[one] >= RANKS[level]]
    if any(due_at >= row.due_at or not row.has_crossed for due_at in nearer):
        return None
    return Reached(row.order_id, row.shop_id, level, row.due_at)


def _watch(*, now: datetime) -> AlertWatch | None:
    """The seller's own row, locked; None while another run is at it. The first run starts at the lines as they are now."""
    if not AlertWatch.objects.exists():
        AlertWatch.objects.insert_new(
            AlertWatch(
                seller_id=scoping.current().only_seller,
                edges={level: [(now + left).isoformat(), LAST] for level, left in LEFT.items()},
                seen_clock_id=SlaClock.objects.aggregate(last=Max("pk"))["last"] or 0,
            )
        )
    return AlertWatch.objects.lock_free().first()


def _crossing(watch: AlertWatch, *, now: datetime) -> list[_Seen]:
    """Clocks whose line lies between the last run and now, for each of the four lines."""
    found = []
    for level, left in LEFT.items():
        start_at, start_id = watch.edges[level]
        rows = _from(_open(), due_at=datetime.fromisoformat(start_at), clock_id=start_id)
        rows = _rows(rows.filter(due_at__lte=now + left), has_crossed=True, most=MOST_AT_ONCE)
        found += rows
        last = rows[-1] if len(rows) == MOST_AT_ONCE else None
        watch.edges[level] = (
            [last.due_at.isoformat(), last.clock_id] if last else [(now + left).isoformat(), LAST]
        )
    return found


def _new(watch: AlertWatch, *, now: datetime) -> list[_Seen]:
    """Clocks that came after the last run and are near already."""
    fresh = SlaClock.objects.filter(pk__gt=watch.seen_clock_id - OVERLAP).order_by("pk")
    rows = list(fresh.values_list(*_COLUMNS, "is_open")[: MOST_AT_ONCE + OVERLAP])
    if rows:
        watch.seen_clock_id = max(rows[-1][0], watch.seen_clock_id)
    line = now + LEFT[Level.H24]
    return [_Seen(*row, has_crossed=False) for *row, is_open in rows if is_open and row[3] and row[3] <= line]


def _round(watch: AlertWatch, *, now: datetime) -> list[_Seen]:
    """The next piece of everything that is near; after the last piece from the beginning again."""
    near = _open().filter(due_at__lte=now + LEFT[Level.H24])
    if watch.round_at:
        near = _from(near, due_at=datetime.fromisoformat(watch.round_at[0]), clock_id=watch.round_at[1])
    rows = _rows(near, has_crossed=False, most=ROUND_AT_ONCE)
    last = rows[-1] if len(rows) == ROUND_AT_ONCE else None
    watch.round_at = [last.due_at.isoformat(), last.clock_id] if last else []
    return rows


def _open() -> QuerySet[SlaClock]:
    return SlaClock.objects.filter(is_open=True).order_by("due_at", "id")


def _from(clocks: QuerySet[SlaClock], *, due_at: datetime, clock_id: int) -> QuerySet[SlaClock]:
    """Those after an edge, as one range of the index by deadline."""
    return clocks.filter(Q(due_at__gt=due_at) | Q(id__gt=clock_id), due_at__gte=due_at)


def _rows(clocks: QuerySet[SlaClock], *, has_crossed: bool, most: int) -> list[_Seen]:
    return [_Seen(*row, has_crossed=has_crossed) for row in clocks.values_list(*_COLUMNS)[:most]]


def _told(*, order_ids: Iterable[int]) -> dict[int, list[tuple[str, datetime]]]:
    """Order id -> (level, deadline then) of what was told before."""
    found: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    marks = AlertedOrder.objects.filter(order_id__in=list(order_ids))
    for order_id, level, due_at in marks.values_list("order_id", "level", "due_at"):
        found[order_id].append((level, due_at))
    return found


def still_true(*, level: str, now: datetime) -> Q:
    """Of `AlertedOrder`: its clock still runs, and its deadline has not moved away over the line."""
    return Q(order__clock__is_open=True, order__clock__due_at__lte=now + LEFT[Level(level)])
