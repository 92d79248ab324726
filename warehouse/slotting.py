"""Advice on where goods should lie, worked out from the walks of the last 30 days. `slotting_moves` carries it out.

Metres are lengths of the planner's own shortest walks: each walk of the window (evenly chosen ones when there are many)
is laid out with the goods where they were picked and with the advised move done; the difference is scaled to a day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.errors import RuleViolation
from relay import jobs
from relay.models import Job, RowState
from tenancy.actors import Actor
from warehouse import floor_pace, pick_history, slotting_search
from warehouse.models import (
    Bin,
    BinKind,
    BinLevel,
    SlottingMove,
    SlottingState,
    Warehouse,
)
from warehouse.planner import planning
from warehouse.slotting_search import Ground, LengthOf, Move
from warehouse.wave_plan import Shelf
from warehouse.wave_walks import Site, Ways

JOB = "warehouse.slotting"
WALKS = 250  # that the advice is worked out from
MOVES = 12
SAVES_AT_LEAST_MM = 1000  # a day


class NothingWalked(RuleViolation):
    """There is nothing to learn from yet."""

    code = "nothing_walked"
    status = 409


@dataclass(frozen=True)
class Past:
    """Walks of the window: what each took, and how many a day they stand for."""

    walks: list[list[tuple[int, int]]]
    days: float
    share: float  # walks of the window per walk in here

    def a_day(self, length: float) -> int:
        return round(length * self.share / self.days)


def past_walks(*, warehouse_id: int, spots: Iterable[int], now: datetime) -> Past:
    """Walks that ended in the last 30 days, with the lines whose bins have a place in the building."""
    ended = pick_history.ended_lists(warehouse_id=warehouse_id, now=now)
    found = list(ended.order_by("finished_at", "pk").values_list("pk", "finished_at"))
    if not found:
        raise NothingWalked(_("Nothing was picked in the last 30 days: there is nothing to learn from yet."))
    step = max(len(found) / WALKS, 1)
    chosen = [found[int(number * step)][0] for number in range(int(len(found) / step))]
    known = set(spots)
    walked: dict[int, list[tuple[int, int]]] = {}
    for line in pick_history.lines_of(list_ids=chosen):
        if line.bin_id in known:
            walked.setdefault(line.pick_list_id, []).append((line.sku_id, line.bin_id))
    days = max((now - found[0][1]) / timedelta(days=1), 1.0)
    return Past(walks=list(walked.values()), days=days, share=len(found) / len(chosen))


def ground_of(*, warehouse: Warehouse, now: datetime) -> tuple[Ground, LengthOf]:
    """The shelves with a place in the building, what lies on them, which are empty; and the planner's length of a walk."""
    bins = Bin.objects.filter(warehouse=warehouse, kind=BinKind.SHELF, aisle__gt=0)
    shelves = [
        Shelf(bin_id, 0, 0, walk_order, aisle, cell, block)
        for bin_id, walk_order, aisle, cell, block in bins.values_list(
            "pk", "walk_order", "aisle", "cell", "block"
        )
    ]
    if not shelves:
        raise NothingWalked(_("No shelf of %(site)s has a place in the building.") % {"site": warehouse.name})
    floor = floor_pace.floor_of(warehouse=warehouse, now=now)
    site = Site(floor=floor, shelves=shelves, stops={}, ways=Ways())
    active = set(bins.filter(is_active=True).exclude(zone__is_forward=True).values_list("pk", flat=True))
    levels = BinLevel.objects.filter(bin_id__in=active, on_hand__gt=0).values_list("sku_id", "bin_id")
    piles = frozenset(levels)
    free = frozenset(active - {bin_id for _sku, bin_id in piles})

    def length_of(spots: frozenset) -> float:
        return planning.walk_length(block=site.block, stops=spots)

    return Ground(spots=site.places, piles=piles, free=free), length_of


@transaction.atomic
def advise(*, warehouse_id: int, now: datetime) -> list[SlottingMove]:
    """Work the advice out anew. What was moved or moved back before stays on record."""
    warehouse = Warehouse.objects.lock().get(pk=warehouse_id)
    ground, length_of = ground_of(warehouse=warehouse, now=now)
    past = past_walks(warehouse_id=warehouse_id, spots=ground.spots, now=now)
    found = slotting_search.best_moves(
        walks=past.walks,
        ground=ground,
        length_of=length_of,
        most=MOVES,
        at_least=SAVES_AT_LEAST_MM * past.days / past.share,
    )
    SlottingMove.objects.filter(warehouse=warehouse, state=SlottingState.ADVISED).delete()
    return SlottingMove.objects.insert_many(
        _row(warehouse, move, rank, past, now=now) for rank, move in enumerate(found, start=1)
    )


def _row(warehouse: Warehouse, move: Move, rank: int, past: Past, *, now: datetime) -> SlottingMove:
    return SlottingMove(
        warehouse=warehouse,
        sku_id=move.pile[0],
        source_id=move.pile[1],
        target_id=move.target,
        other_sku_id=move.other[0] if move.other else None,
        rank=rank,
        lines=round(move.lines * past.share),
        saves_mm=past.a_day(move.saves),
        made_at=now,
    )


def moves(*, warehouse_id: int, state: str = SlottingState.ADVISED) -> QuerySet[SlottingMove]:
    """Advice, the best first; or what became of earlier advice, the newest first."""
    found = SlottingMove.objects.filter(warehouse_id=warehouse_id, state=state)
    found = found.select_related("sku", "other_sku", "source__zone", "target__zone")
    return (
        found.order_by("rank", "pk") if state == SlottingState.ADVISED else found.order_by("-moved_at", "pk")
    )


def _step(*, job: Job, actor: Actor, now: datetime) -> jobs.Step:
    """The whole advice in one chunk: the search looks at a bounded number of walks."""
    found = advise(warehouse_id=job.params["warehouse_id"], now=now)
    meters = round(sum(move.saves_mm for move in found) / 1000)
    text = ngettext(
        "%(count)d move saves %(meters)d m a day.", "%(count)d moves save %(meters)d m a day.", len(found)
    ) % {"count": len(found), "meters": meters}
    row = jobs.RowResult(str(job.params["code"]), None, RowState.DONE, text)
    return jobs.Step(params=None, done=1, rows=[row], total=1)


jobs.register(
    jobs.JobKind(
        name=JOB,
        words=gettext_lazy("Advice on where goods should lie"),
        step=_step,
        permission="stock.adjust",
    )
)
