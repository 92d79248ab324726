"""How many orders stand behind each tab, tile and reason of the queue.

Counts and rows come from the same filter, so a number is always the number of rows behind it. Without a search they are
read from the maintained counts, whatever the number of orders.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Count, Q

from orders import queue, queue_counts
from orders.models import HoldReason, OrderHold
from orders.queue import QueueFilter
from orders.queue_counts import Line
from orders.sla_clocks import TABS

MOST_COUNTED = 10_000
KEPT_TILES = ("overdue", *queue.HOURS, "auto_cancel")
MARKED_TILES = ("cancel_requested", "label_failed")


@dataclass(frozen=True)
class Counted:
    """Rows behind every tab and tile of one filter. A tab of None: more than anybody counts."""

    tabs: dict[str, int | None]
    tiles: dict[str, int]


def counted(*, chosen: QueueFilter, now: datetime) -> Counted:
    """Both in one go: what a page shows. Without a search they come from the same few maintained sums."""
    if chosen.needs_a_look:
        return Counted(_looked_tabs(chosen=chosen, now=now), _looked_tiles(chosen=chosen, now=now))
    lines = [_line(tile, now=now) for tile in KEPT_TILES]
    kept, passed = queue_counts.figures(lines=lines, shop_id=chosen.shop_id)
    reached = dict(zip(KEPT_TILES, passed, strict=True))
    for tile in queue.HOURS:
        reached[tile].subtract(reached["overdue"])
    for tile, standing in _standing_still(shop_id=chosen.shop_id, now=now).items():
        reached[tile].subtract(standing)
    tiles = {tile: tabs.total() for tile, tabs in reached.items()} | _marked(chosen)
    if not chosen.tile:
        return Counted(_kept_tabs(kept), tiles)
    if chosen.tile not in reached:
        return Counted(_looked_tabs(chosen=chosen, now=now), tiles)
    inside, total = reached[chosen.tile], tiles[chosen.tile]
    return Counted({tab: inside[tab] for tab in TABS} | {queue.OPEN: total, queue.ANY: total}, tiles)


def tile_counts(*, chosen: QueueFilter, now: datetime) -> dict[str, int]:
    """How much open work each tile stands for."""
    return counted(chosen=chosen, now=now).tiles


def tab_counts(*, chosen: QueueFilter, now: datetime) -> dict[str, int | None]:
    """Rows behind each tab under the present shop, carrier, search and tile."""
    if chosen.needs_a_look or chosen.tile:
        return counted(chosen=chosen, now=now).tabs
    return _kept_tabs(queue_counts.by_name(shop_id=chosen.shop_id))


def _kept_tabs(kept: dict[str, int]) -> dict[str, int | None]:
    tabs = {tab: kept.get(tab, 0) for tab in queue.TAB_WORDS}
    return tabs | {queue.ANY: sum(tabs[tab] for tab in TABS)}


def _standing_still(*, shop_id: int | None, now: datetime) -> dict[str, Counter[str]]:
    """Tile -> tab -> clocks that passed its line and yet are not late: they stand still. Few."""
    still = queue.narrowed(QueueFilter(shop_id=shop_id)).filter(
        is_open=True, order_id__in=queue.paused_orders()
    )
    counts = {tile: Count("pk", filter=queue.reached(tile, now=now)) for tile in KEPT_TILES}
    found: dict[str, Counter[str]] = {tile: Counter() for tile in KEPT_TILES}
    for tab, *rows in still.order_by().values_list("tab").annotate(**counts):
        for tile, count in zip(KEPT_TILES, rows, strict=True):
            found[tile][tab] += count
    return found


def _marked(chosen: QueueFilter) -> dict[str, int]:
    """The tiles of open work that carries a mark, from an index of its own each."""
    marks = {tile: Q(**{f"is_{tile}": True}) for tile in MARKED_TILES}
    clocks = queue.narrowed(chosen).filter(reduce(or_, marks.values()), is_open=True)
    return clocks.aggregate(**{tile: Count("pk", filter=mark) for tile, mark in marks.items()})


def _looked_tiles(*, chosen: QueueFilter, now: datetime) -> dict[str, int]:
    counts = {tile: Count("pk", filter=queue.tile_condition(tile, now=now)) for tile in queue.TILES}
    return queue.narrowed(chosen).filter(is_open=True).aggregate(**counts)


def _line(tile: str, *, now: datetime) -> Line:
    """What a clock has passed that is on the tile (or, with hours, on the tile or overdue)."""
    if tile == "auto_cancel":
        return Line(queue_counts.CANCEL, now + queue.AUTO_CANCEL_WITHIN)
    return Line(queue_counts.DUE, now + timedelta(hours=queue.HOURS.get(tile, 0)))


def _looked_tabs(*, chosen: QueueFilter, now: datetime) -> dict[str, int | None]:
    """Counted row by row; what is over up to a limit only. None: more than anybody counts."""
    clocks = queue.in_tile(queue.narrowed(chosen), tile=chosen.tile, now=now)
    counts: dict[str, int | None] = dict.fromkeys(queue.TAB_WORDS, 0)
    living = clocks.filter(tab__in=[tab for tab in TABS if tab not in queue.ARCHIVES]).order_by()
    counts |= dict(living.values_list("tab").annotate(rows=Count("pk")))
    counts[queue.OPEN] = clocks.filter(is_open=True).count()
    for tab in queue.ARCHIVES:
        rows = clocks.filter(tab=tab).order_by()[: MOST_COUNTED + 1].count()
        counts[tab] = rows if rows <= MOST_COUNTED else None
    single = [counts[tab] for tab in TABS]
    counts[queue.ANY] = None if None in single else sum(single)
    return counts


def reason_counts(*, chosen: QueueFilter, now: datetime) -> dict[str, int]:
    """Held orders by open reason; an order with two reasons is counted under both."""
    clocks = queue.in_tile(queue.narrowed(chosen), tile=chosen.tile, now=now).filter(tab="hold")
    holds = OrderHold.objects.filter(
        lifted_at__isnull=True, order_id__in=clocks.order_by().values("order_id")
    )
    found = dict(holds.order_by().values_list("reason").annotate(rows=Count("pk")))
    return {reason: found.get(reason, 0) for reason in HoldReason.values}
