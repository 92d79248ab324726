"""Sums of a day, made from the orders' stages and only from them. A deadline counts once it has passed."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, QuerySet, Sum

from orders.models import DailyFigure, FigureCursor, Outcome, Segment, Stage, StageTimes
from orders.models.stages import DUE_KINDS, WHOLE
from orders.stage_times import COLLECTED, DELIVERED, ON, Days
from tenancy import scoping
from tenancy.models import Shop

GROUPS = (*DUE_KINDS, COLLECTED, DELIVERED)
_BY = ("shop_id", "carrier", "warehouse")
_STAGES = tuple(stage for stage in Stage.values if stage != Stage.DELIVERED)
# Kinds of stored rows, by the group of days that they are made with.
KINDS = {
    **{kind: (f"due.{kind}",) for kind in DUE_KINDS},
    COLLECTED: tuple(f"segment.{one}" for one in Segment.values) + tuple(f"stage.{one}" for one in _STAGES),
    DELIVERED: (f"stage.{Stage.DELIVERED}",),
}


def lock_cursor() -> FigureCursor:
    """The seller's cursor, held until the transaction ends: one at a time sums."""
    FigureCursor.objects.bulk_create(
        [FigureCursor(seller_id=scoping.current().only_seller)], ignore_conflicts=True
    )
    return FigureCursor.objects.lock().get()


def passing(*, since: datetime | None, until: datetime) -> set[date]:
    """Days, on any of the seller's wall clocks, on which deadlines passed between two moments."""
    if since is None:
        return set()
    zones = {ZoneInfo(name) for name in Shop.objects.values_list("time_zone", flat=True).distinct()}
    zones = zones or {ZoneInfo("UTC")}
    first = min(since.astimezone(zone).date() for zone in zones)
    last = max(until.astimezone(zone).date() for zone in zones)
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


def sum_up(*, days: Days, as_of: datetime, shops: Collection[int] | None = None) -> int:
    """Make the rows of these days anew, per group; of some shops or of all. Days that have not begun hold nothing yet."""
    horizon, written = as_of.astimezone(UTC).date() + timedelta(days=1), 0
    for group in GROUPS:
        wanted = sorted(day for day in days.get(group, ()) if day <= horizon)
        if wanted:
            kept = _of(DailyFigure.objects.filter(on__in=wanted, kind__in=KINDS[group]), shops)
            kept.delete()
            made = _made(group, wanted, as_of=as_of, shops=shops)
            written += len(DailyFigure.objects.insert_many(made))
    return written


def _of(rows: QuerySet, shops: Collection[int] | None) -> QuerySet:
    return rows if shops is None else rows.filter(shop_id__in=sorted(shops))


def differences(*, as_of: datetime) -> list[str]:
    """Where the stored sums are not what the orders come to."""
    found = []
    for group, days in every_day().items():
        made = {_key(row): _values(row) for row in _made(group, days, as_of=as_of)}
        kept = {_key(row): _values(row) for row in DailyFigure.objects.filter(kind__in=KINDS[group])}
        for key in sorted(made.keys() | kept.keys(), key=str):
            if made.get(key) != kept.get(key):
                found.append(f"{key}: kept {kept.get(key)}, counted {made.get(key)}")
    return found


def every_day() -> dict[str, set[date]]:
    """All days on which any order counts, per group."""
    return {
        group: set(
            StageTimes.objects.filter(**{f"{column}__isnull": False})
            .order_by()
            .values_list(column, flat=True)
            .distinct()
        )
        for group, column in ON.items()
    }


def _made(
    group: str, days: Iterable[date], *, as_of: datetime, shops: Collection[int] | None = None
) -> list[DailyFigure]:
    rows = _of(StageTimes.objects.filter(**{f"{ON[group]}__in": list(days)}).order_by(), shops)
    if group in DUE_KINDS:
        return _with_whole(_due(rows.filter(**{f"{group}_due_at__lte": as_of}), group))
    return _with_whole(_collected(rows) if group == COLLECTED else _delivered(rows))


def _with_whole(rows: Iterable[DailyFigure]) -> list[DailyFigure]:
    """The same, and beside it each shop as a whole: most pages ask for nothing finer."""
    found = list(rows)
    wholes: dict[tuple[object, ...], DailyFigure] = {}
    for row in found:
        whole = wholes.setdefault(
            (row.on, row.kind, row.shop_id),
            DailyFigure(
                seller_id=row.seller_id,
                shop_id=row.shop_id,
                on=row.on,
                kind=row.kind,
                carrier=WHOLE,
                warehouse=WHOLE,
            ),
        )
        for name in ("orders", "late", "unknown", "void", "seconds"):
            setattr(whole, name, getattr(whole, name) + getattr(row, name))
    return [*found, *wholes.values()]


def _due(rows, kind: str) -> Iterator[DailyFigure]:
    column = f"{kind}_outcome"
    counts = {
        name: Count("pk", filter=Q(**{column: name}))
        for name in (Outcome.LATE, Outcome.UNKNOWN, Outcome.VOID)
    }
    for found in rows.values(*_BY, on=F(ON[kind])).annotate(orders=Count("pk"), **counts):
        yield _figure(found, f"due.{kind}", **{name: found[name] for name in ("orders", *counts)})


def _collected(rows) -> Iterator[DailyFigure]:
    sums: dict[str, object] = {"orders": Count("pk")}
    for segment in Segment.values:
        sums[f"{segment}_n"] = Count("pk", filter=Q(**{f"{segment}_s__gt": 0}))
        sums[f"{segment}_sum"] = Sum(f"{segment}_s")
    for stage in _STAGES:
        sums[f"{stage}_n"] = Count(f"{stage}_at")
        sums[f"{stage}_took"] = Sum(_since_order(stage))
    for found in rows.values(*_BY, on=F(ON[COLLECTED])).annotate(**sums):
        for segment in Segment.values:
            yield _figure(
                found,
                f"segment.{segment}",
                orders=found[f"{segment}_n"],
                seconds=found[f"{segment}_sum"],
            )
        for stage in _STAGES:
            yield _stage(found, stage)


def _delivered(rows) -> Iterator[DailyFigure]:
    stage = Stage.DELIVERED
    sums = {f"{stage}_n": Count("pk"), f"{stage}_took": Sum(_since_order(stage))}
    for found in rows.values(*_BY, on=F(ON[DELIVERED])).annotate(orders=Count("pk"), **sums):
        yield _stage(found, stage)


def _since_order(stage: str) -> ExpressionWrapper:
    return ExpressionWrapper(F(f"{stage}_at") - F("placed_at"), output_field=DurationField())


def _stage(found: Mapping[str, object], stage: str) -> DailyFigure:
    """`orders` are those whose moment is known, `unknown` the others of the day."""
    known, took = found[f"{stage}_n"], found[f"{stage}_took"] or timedelta()
    return _figure(
        found,
        f"stage.{stage}",
        orders=known,
        unknown=found["orders"] - known,
        seconds=round(took.total_seconds()),
    )


def _figure(found: Mapping[str, object], kind: str, **values: int) -> DailyFigure:
    place = {name: found[name] for name in _BY}
    return DailyFigure(seller_id=scoping.current().only_seller, on=found["on"], kind=kind, **place, **values)


def _key(row: DailyFigure) -> tuple[object, ...]:
    return (row.on, row.kind, row.shop_id, row.carrier, row.warehouse)


def _values(row: DailyFigure) -> tuple[int, ...]:
    return (row.orders, row.late, row.unknown, row.void, row.seconds)
