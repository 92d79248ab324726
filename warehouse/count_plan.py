"""Which bins are counted today: so many a day, one half those counted longest ago, the other those that moved most since."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from core import clock
from tenancy import audit
from tenancy.actors import Actor
from warehouse import counting
from warehouse.models import Bin, BinKind, CountSource, CountTask, StockMovement, Warehouse

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Candidate:
    """A bin with something in it that nobody is asked to count yet."""

    bin_id: int
    counted_at: datetime  # the epoch when never
    moves: int  # since then


def choose(*, candidates: Iterable[Candidate], bins: int) -> list[tuple[int, str]]:
    """(bin, why) of a day."""
    rows = list(candidates)
    by_age = sorted(rows, key=lambda one: (one.counted_at, -one.moves, one.bin_id))
    chosen = {one.bin_id: CountSource.OLDEST for one in by_age[: -(-bins // 2)]}
    by_moves = sorted(rows, key=lambda one: (-one.moves, one.counted_at, one.bin_id))
    for one in by_moves:
        if len(chosen) >= bins:
            break
        chosen.setdefault(one.bin_id, CountSource.MOVED)
    return list(chosen.items())


@transaction.atomic
def plan_day(*, warehouse_id: int, now: datetime) -> int:
    """Ask for what is missing of today's bins. Safe to repeat: what was asked for today counts. Returns how many are new."""
    warehouse = Warehouse.objects.lock().get(pk=warehouse_id)
    today = clock.local(now, zone=warehouse.time_zone).replace(hour=0, minute=0, second=0, microsecond=0)
    planned = CountTask.objects.filter(
        bin__warehouse=warehouse,
        source__in=[CountSource.OLDEST, CountSource.MOVED],
        made_at__gte=today.astimezone(UTC),
    )
    left = warehouse.count_bins_a_day - planned.count()
    if left <= 0:
        return 0
    chosen = choose(candidates=_candidates(warehouse), bins=left)
    for bin_id, why in chosen:
        counting.ask_for_count(bin_id=bin_id, sku_id=None, why="", now=now, source=why)
    return len(chosen)


@transaction.atomic
def set_terms(
    *, warehouse_id: int, count_bins_a_day: int, count_limit_units: int, actor: Actor, now: datetime
) -> Warehouse:
    """How many bins are counted a day, and up to which difference one person's count is enough."""
    warehouse = Warehouse.objects.lock().get(pk=warehouse_id)
    warehouse.count_bins_a_day, warehouse.count_limit_units = count_bins_a_day, count_limit_units
    warehouse.save(update_fields=["count_bins_a_day", "count_limit_units"])
    audit.record(
        actor=actor,
        now=now,
        action="warehouse.count_terms_set",
        subject_type="warehouse",
        subject_id=warehouse.pk,
        bins_a_day=count_bins_a_day,
        limit_units=count_limit_units,
    )
    plan_day(warehouse_id=warehouse.pk, now=now)
    return warehouse


def _candidates(warehouse: Warehouse) -> list[Candidate]:
    asked = CountTask.objects.filter(done_at__isnull=True, sku__isnull=True).values("bin_id")
    places = Bin.objects.filter(warehouse=warehouse, kind=BinKind.SHELF, is_active=True).exclude(pk__in=asked)
    used = places.filter(Q(levels__on_hand__gt=0) | Q(levels__isnull=False)).distinct()
    counted = dict(used.values_list("pk", Coalesce("counted_at", _NEVER)))
    moves = (
        StockMovement.objects.filter(bin_id__in=counted, at__gt=Coalesce(F("bin__counted_at"), _NEVER))
        .values("bin_id")
        .order_by()
        .annotate(count=Count("pk"))
    )
    by_bin = {row["bin_id"]: row["count"] for row in moves}
    return [Candidate(bin_id, counted_at, by_bin.get(bin_id, 0)) for bin_id, counted_at in counted.items()]
