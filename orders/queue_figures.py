"""How many orders stand behind each tab, tile and reason of the queue.

Counts and rows come from the same filter, so a number is always the number of rows behind it. Without a search they are
read from the maintained counts, whatever the number of orders.
"""

from datetime import datetime, timedelta

from django.db.models import Count

from orders import queue, queue_counts
from orders.models import HoldReason, OrderHold
from orders.queue import QueueFilter
from orders.queue_counts import Line
from orders.sla_clocks import TABS

MOST_COUNTED = 10_000
KEPT_TILES = ("overdue", *queue.HOURS, "auto_cancel")


def tile_counts(*, chosen: QueueFilter, now: datetime) -> dict[str, int]:
    """How much open work each tile stands for."""
    if chosen.needs_a_look:
        counts = {tile: Count("pk", filter=queue.tile_condition(tile, now=now)) for tile in queue.TILES}
        return queue.narrowed(chosen).filter(is_open=True).aggregate(**counts)
    counts = _kept_tile_counts(shop_id=chosen.shop_id, now=now)
    marked = {tile: queue.tile_condition(tile, now=now) for tile in ("cancel_requested", "label_failed")}
    clocks = queue.narrowed(chosen).filter(marked["cancel_requested"] | marked["label_failed"], is_open=True)
    return counts | clocks.aggregate(**{tile: Count("pk", filter=mark) for tile, mark in marked.items()})


def _kept_tile_counts(*, shop_id: int | None, now: datetime) -> dict[str, int]:
    """From the maintained counts, less the few clocks that stand still."""
    passed = queue_counts.passed(lines=[_line(tile, now=now) for tile in KEPT_TILES], shop_id=shop_id)
    counts = {tile: found.total() for tile, found in zip(KEPT_TILES, passed, strict=True)}
    counts |= {tile: counts[tile] - counts["overdue"] for tile in queue.HOURS}
    still = queue.narrowed(QueueFilter(shop_id=shop_id)).filter(
        is_open=True, order_id__in=queue.paused_orders()
    )
    standing = still.aggregate(**{tile: Count("pk", filter=queue.reached(tile, now=now)) for tile in counts})
    return {tile: count - standing[tile] for tile, count in counts.items()}


def _line(tile: str, *, now: datetime) -> Line:
    """What a clock has passed that is on the tile (or, with hours, on the tile or overdue)."""
    if tile == "auto_cancel":
        return Line(queue_counts.CANCEL, now + queue.AUTO_CANCEL_WITHIN)
    return Line(queue_counts.DUE, now + timedelta(hours=queue.HOURS.get(tile, 0)))


def _kept_tabs_in_tile(*, tile: str, shop_id: int | None, now: datetime) -> dict[str, int]:
    """Rows behind each tab of a tile of deadlines, from the maintained counts, less the clocks that stand still."""
    lines = [_line(tile, now=now)]
    if tile in queue.HOURS:
        lines.append(_line("overdue", now=now))
    found, *overdue = queue_counts.passed(lines=lines, shop_id=shop_id)
    for past in overdue:
        found.subtract(past)
    still = queue.narrowed(QueueFilter(shop_id=shop_id)).filter(
        queue.reached(tile, now=now), is_open=True, order_id__in=queue.paused_orders()
    )
    found.subtract(dict(still.order_by().values_list("tab").annotate(rows=Count("pk"))))
    return {tab: found[tab] for tab in TABS} | {queue.OPEN: found.total(), queue.ANY: found.total()}


def tab_counts(*, chosen: QueueFilter, now: datetime) -> dict[str, int | None]:
    """Rows behind each tab under the present shop, carrier, search and tile. None: more than anybody counts.

    Without a search or a tile they are kept. Otherwise what is over is counted up to a limit only.
    """
    if not (chosen.needs_a_look or chosen.tile):
        kept = queue_counts.by_name(shop_id=chosen.shop_id)
        counts = {tab: kept.get(tab, 0) for tab in queue.TAB_WORDS}
        return counts | {queue.ANY: sum(counts[tab] for tab in TABS)}
    if chosen.tile in KEPT_TILES and not chosen.needs_a_look:
        return _kept_tabs_in_tile(tile=chosen.tile, shop_id=chosen.shop_id, now=now)
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
