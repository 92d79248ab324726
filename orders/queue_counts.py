"""Counts of the queue that need no counting: triggers on the clocks note every change, a sweep adds the notes up.

A count is what was added up plus what came since, read in one statement: exact in every snapshot, whoever writes meanwhile.
Deadlines are counted by tab and hour, so a line at any moment costs one sum and a look into half an hour at most. Who sees
all shops of a seller reads sums over them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum, Value
from django.db.models.functions import Greatest

from orders.models import NO_HOUR, QueueChange, QueueCount, SellerCount, SlaClock
from orders.sla_clocks import TABS
from tenancy import scoping

DUE, CANCEL, OPEN = "due", "cancel", "open"
FOLD_AT_ONCE = 20_000
HALF_AN_HOUR = timedelta(minutes=30)
_ALL = 0
_COLUMNS = {DUE: "due_at", CANCEL: "cancel_due_at"}


@dataclass(frozen=True)
class Line:
    """A line that open clocks may have passed: `due` or `cancel`, and the moment."""

    name: str
    moment: datetime

    @property
    def hour(self) -> datetime:
        """The full hour that is nearest to the moment: up to there the counts are kept."""
        return _hour_of(self.moment + HALF_AN_HOUR)


def names_of(kind: str) -> list[str]:
    """What the counts of `due` or `cancel` are called: one per tab."""
    return [f"{kind}:{tab}" for tab in TABS]


def by_name(*, shop_id: int | None) -> dict[str, int]:
    """Rows behind each tab, and behind `open`, at the sellers and shops in scope."""
    counts, _passed = figures(lines=(), shop_id=shop_id)
    return counts


def passed(*, lines: Sequence[Line], shop_id: int | None) -> list[Counter[str]]:
    """How many open clocks of each tab have their deadline (or automatic cancellation) at or before each line."""
    _counts, found = figures(lines=lines, shop_id=shop_id)
    return found


def figures(*, lines: Sequence[Line], shop_id: int | None) -> tuple[dict[str, int], list[Counter[str]]]:
    """What `by_name` and `passed` say, together: two queries, one without lines."""
    counts: Counter[str] = Counter()
    found = _beside_hours(lines, shop_id=shop_id) if lines else []
    reached = [(line.name, line.hour, tabs) for line, tabs in zip(lines, found, strict=True)]
    for name, hour, rows in _sums(lines, shop_id=shop_id):
        kind, colon, tab = name.partition(":")
        if not colon:
            counts[name] += rows
            continue
        for line_kind, line_hour, tabs in reached:
            if line_kind == kind and hour < line_hour:
                tabs[tab] += rows
    return dict(counts), found


def _sums(lines: Sequence[Line], *, shop_id: int | None) -> QuerySet:
    """(name, hour, rows) up to the last line of each kind; what every line has passed stands under one hour."""
    reach = Q(hour=NO_HOUR)
    for kind in {line.name for line in lines}:
        last = max(line.hour for line in lines if line.name == kind)
        reach |= Q(name__in=names_of(kind), hour__lt=last)
    early = min((line.hour for line in lines), default=NO_HOUR) - timedelta(hours=1)
    added, since = (
        rows.filter(reach)
        .order_by()
        .values_list("name", Greatest("hour", Value(early)))
        .annotate(Sum("rows"))
        for rows in _kept(shop_id=shop_id)
    )
    return added.union(since, all=True)


def _beside_hours(lines: Sequence[Line], *, shop_id: int | None) -> list[Counter[str]]:
    """For each line, what lies between its hour and the moment: short pieces of an index, in one query.

    Where the hour comes first the piece was not counted yet, otherwise it was counted and has not been passed.
    """
    clocks = _of(SlaClock.objects.filter(is_open=True), shop_id=shop_id).order_by()
    pieces = []
    for place, line in enumerate(lines):
        ends = ("gte", line.hour), ("lte", line.moment)
        if line.hour > line.moment:
            ends = ("gt", line.moment), ("lt", line.hour)
        piece = {f"{_COLUMNS[line.name]}__{end}": moment for end, moment in ends}
        pieces.append(
            clocks.filter(**piece).values_list("tab").annotate(place=Value(place), total=Count("pk"))
        )
    found: list[Counter[str]] = [Counter() for _line in lines]
    for tab, place, total in pieces[0].union(*pieces[1:], all=True):
        found[place][tab] += total if lines[place].hour <= lines[place].moment else -total
    return found


def _kept(*, shop_id: int | None) -> tuple[QuerySet, QuerySet]:
    """What was added up, and what came since."""
    is_whole = shop_id is None and scoping.current().shops is None
    added = SellerCount.objects.all() if is_whole else _of(QueueCount.objects.all(), shop_id=shop_id)
    return added, _of(QueueChange.objects.all(), shop_id=shop_id)


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
    by_shop: Counter[tuple[int, str, datetime]] = Counter()
    of_all: Counter[tuple[str, datetime]] = Counter()
    for _pk, shop_id, name, hour, rows in notes:
        by_shop[shop_id, name, hour] += rows
        of_all[name, hour] += rows
    _add(QueueCount, ("shop_id", "name", "hour"), by_shop)
    _add(SellerCount, ("name", "hour"), of_all)
    return len(notes)


def _add(model: type[QueueCount] | type[SellerCount], columns: Sequence[str], sums: Counter) -> None:
    """Add to the stored rows; an hour that has nothing left leaves no row."""
    seller_id = scoping.current().only_seller
    keys = sorted(key for key, rows in sums.items() if rows)
    values = [
        {"seller_id": seller_id, **dict(zip(columns, key, strict=True)), "rows": sums[key]} for key in keys
    ]
    stored = model.objects.add_values(values, key=("seller_id", *columns), column="rows")
    empty = [pk for (pk, rows), key in zip(stored, keys, strict=True) if rows == 0 and key[-1] != NO_HOUR]
    if empty:
        model.objects.filter(pk__in=empty, rows=0).delete()


def wrong() -> dict[tuple[int, str, datetime], tuple[int, int]]:
    """(shop, name, hour) -> (kept, counted) where both differ, at the seller in scope. Reads every clock.

    Shop 0 stands for all of them: the sums that are kept beside.
    """
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
            for kind, moment in ((DUE, due_at), (CANCEL, cancel_due_at)):
                if moment is not None:
                    counted[shop_id, f"{kind}:{tab}", _hour_of(moment)] += 1
    for name, hour, total in SellerCount.objects.values_list("name", "hour", "rows"):
        kept[_ALL, name, hour] += total
    for name, hour, total in QueueChange.objects.values_list("name", "hour", "rows"):
        kept[_ALL, name, hour] += total
    for (_shop_id, name, hour), total in list(counted.items()):
        counted[_ALL, name, hour] += total
    return {
        key: (kept[key], counted[key]) for key in kept.keys() | counted.keys() if kept[key] != counted[key]
    }
