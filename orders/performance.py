"""Reads of the figures for pages: sums of a period, per shop, carrier, warehouse or day, and the orders behind each.

Sums come from the daily rows alone; the orders behind them are cut at the moment up to which those were summed, so that
a figure is always the number of rows that its link shows.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet, Sum

from orders import figure_rules
from orders.figure_rules import Budget, Cohort
from orders.figure_targets import Target
from orders.models import ClockKind, DailyFigure, FigureCursor, Outcome, Segment, Stage, StageTimes
from orders.models.stages import DUE_KINDS, WHOLE
from orders.stage_times import COLLECTED, DELIVERED, ON
from tenancy.models import Shop

DIMENSIONS = {"shop": "shop_id", "carrier": "carrier", "warehouse": "warehouse", "day": "on"}
IN_COHORT = "due"  # on time and late together: the denominator
OUTCOMES = (IN_COHORT, *Outcome.values)
FIGURES = (
    *(f"due.{kind}" for kind in DUE_KINDS),
    *(f"segment.{one}" for one in Segment.values),
    *(f"stage.{one}" for one in Stage.values),
)


@dataclass(frozen=True)
class Window:
    """What a page asks for. None is no filter; an empty carrier or warehouse is one that is not known."""

    since: date
    until: date
    shop_id: int | None = None
    carrier: str | None = None
    warehouse: str | None = None

    @property
    def days(self) -> list[date]:
        return [self.since + timedelta(days=n) for n in range((self.until - self.since).days + 1)]

    def sums(self, *, is_fine: bool = True) -> QuerySet[DailyFigure]:
        """The stored sums of this window: per carrier and warehouse, or, when nobody asks for these, of whole shops."""
        rows = DailyFigure.objects.filter(on__gte=self.since, on__lte=self.until)
        if is_fine or self.carrier is not None or self.warehouse is not None:
            return self.narrow(rows.exclude(carrier=WHOLE, warehouse=WHOLE)).order_by()
        return self.narrow(rows.filter(carrier=WHOLE, warehouse=WHOLE)).order_by()

    def narrow(self, rows: QuerySet) -> QuerySet:
        """The same filter on sums and on orders."""
        wanted = {"shop_id": self.shop_id, "carrier": self.carrier, "warehouse": self.warehouse}
        return rows.filter(**{name: value for name, value in wanted.items() if value is not None})


@dataclass(frozen=True)
class Total:
    """One kind of figure, summed."""

    orders: int = 0
    late: int = 0
    unknown: int = 0
    void: int = 0
    seconds: int = 0

    @property
    def mean_hours(self) -> Decimal | None:
        return hours(self.seconds, self.orders)


@dataclass(frozen=True)
class Figures:
    """All kinds of one group; never added up with one another."""

    totals: dict[str, Total] = field(default_factory=dict)

    def total(self, kind: str) -> Total:
        return self.totals.get(kind, Total())

    def cohort(self, kind: str) -> Cohort:
        found = self.total(f"due.{kind}")
        return Cohort(orders=found.orders, late=found.late, unknown=found.unknown, void=found.void)

    def stage(self, stage: str) -> Total:
        return self.total(f"stage.{stage}")

    @property
    def lives(self) -> int:
        """Orders that the carrier scanned in the period."""
        return self.stage(Stage.COLLECTED).orders

    @property
    def life_seconds(self) -> int:
        return sum(self.total(f"segment.{one}").seconds for one in Segment.values)


def hours(seconds: int, orders: int) -> Decimal | None:
    """Hours per order, with one decimal; None of nobody."""
    return None if not orders else (Decimal(seconds) / 3600 / orders).quantize(Decimal("0.1"))


def figures(window: Window, *, by: str = "", kinds: Collection[str] = ()) -> dict[object, Figures]:
    """Group -> its figures, in one query. `by` is one of DIMENSIONS; without it the one group is None.

    `kinds` are those that are wanted; without them all are.
    """
    rows = window.sums(is_fine=by in ("carrier", "warehouse"))
    rows = rows.filter(kind__in=sorted(kinds)) if kinds else rows
    group = {"group": F(DIMENSIONS[by])} if by else {}
    sums = {name: Sum(name) for name in ("orders", "late", "unknown", "void", "seconds")}
    found: dict[object, dict[str, Total]] = {} if by else {None: {}}
    for row in rows.values("kind", **group).annotate(**{f"sum_{name}": sum_ for name, sum_ in sums.items()}):
        total = Total(**{name: row[f"sum_{name}"] for name in sums})
        found.setdefault(row.get("group"), {})[row["kind"]] = total
    return {key: Figures(totals) for key, totals in found.items()}


def detail(window: Window) -> QuerySet[DailyFigure]:
    """The stored sums themselves, for a file."""
    return window.sums().select_related("shop").order_by("on", "shop_id", "kind", "carrier", "warehouse")


def summed_at() -> datetime | None:
    """Up to when deadlines are counted; None before the first time."""
    return FigureCursor.objects.values_list("summed_at", flat=True).first()


def places(window: Window) -> tuple[list[str], list[str]]:
    """Carriers and warehouses that occur in the figures of a period."""
    period = Window(since=window.since, until=window.until)
    told = period.sums().filter(kind__in=(f"due.{ClockKind.PROMISE}", f"stage.{Stage.COLLECTED}"))
    pairs = set(told.values_list("carrier", "warehouse").distinct())
    return sorted({carrier for carrier, _other in pairs}), sorted({warehouse for _other, warehouse in pairs})


def orders_behind(window: Window, *, figure: str, outcome: str = "") -> QuerySet[StageTimes]:
    """The orders that a figure counts: the most recent day first."""
    family, _dot, name = figure.partition(".")
    rows = window.narrow(StageTimes.objects.all())
    if family == "due":
        passed = {f"{name}_due_at__lte": summed_at() or datetime.min.replace(tzinfo=ZoneInfo("UTC"))}
        rows = _on(rows, ON[name], window).filter(**passed)
        wanted = [Outcome.ON_TIME, Outcome.LATE] if outcome == IN_COHORT else [outcome]
        rows = rows.filter(**{f"{name}_outcome__in": wanted}) if outcome else rows
        return rows.order_by(f"-{name}_due_at", "-pk")
    rows = _on(rows, ON[DELIVERED if name == Stage.DELIVERED else COLLECTED], window)
    if family == "segment":
        return rows.filter(**{f"{name}_s__gt": 0}).order_by(f"-{name}_s", "-pk")
    is_missing = outcome == Outcome.UNKNOWN
    return rows.filter(**{f"{name}_at__isnull": is_missing}).order_by("-collected_on", "-pk")


def _on(rows: QuerySet[StageTimes], column: str, window: Window) -> QuerySet[StageTimes]:
    return rows.filter(**{f"{column}__gte": window.since, f"{column}__lte": window.until})


@dataclass(frozen=True)
class BudgetRow:
    """One line of one shop: what came due in its window, and the room that is left."""

    shop: Shop
    target: Target
    window: Window
    cohort: Cohort
    budget: Budget


def budgets(
    *, shops: Iterable[Shop], targets: dict[tuple[str, str], Target], as_of: datetime
) -> list[BudgetRow]:
    """Every line that is on, per shop, over its own window, in one query. Platforms count whole shops, so do we."""
    wanted = []
    for shop in shops:
        today = as_of.astimezone(ZoneInfo(shop.time_zone)).date()
        for (region, _kind), target in targets.items():
            if region == shop.region and target.is_on:
                since = today - timedelta(days=target.window_days - 1)
                wanted.append((shop, target, Window(since=since, until=today, shop_id=shop.pk)))
    cohorts, found = _in_windows(wanted), []
    for shop, target, window in wanted:
        cohort = cohorts.get((shop.pk, target.kind), Cohort())
        room = figure_rules.budget(due=cohort.due, late=cohort.late, limit_percent=target.limit_percent)
        found.append(BudgetRow(shop=shop, target=target, window=window, cohort=cohort, budget=room))
    return found


def _in_windows(wanted: list[tuple[Shop, Target, Window]]) -> dict[tuple[int, str], Cohort]:
    """What came due of each line of each shop. Lines of one window are asked for together; a shop has one per kind."""
    shops: dict[tuple[date, date, str], set[int]] = defaultdict(set)
    for shop, target, window in wanted:
        shops[window.since, window.until, target.kind].add(shop.pk)
    if not shops:
        return {}
    pieces = [
        Q(on__gte=since, on__lte=until, kind=f"due.{kind}", shop_id__in=sorted(ids))
        for (since, until, kind), ids in shops.items()
    ]
    rows = DailyFigure.objects.filter(
        reduce(or_, pieces),
        on__gte=min(since for since, _until, _kind in shops),
        on__lte=max(until for _since, until, _kind in shops),
        kind__in=sorted({f"due.{kind}" for _since, _until, kind in shops}),
        carrier=WHOLE,
        warehouse=WHOLE,
    )
    sums = {f"sum_{name}": Sum(name) for name in ("orders", "late", "unknown", "void")}
    return {
        (shop_id, kind.removeprefix("due.")): Cohort(*counts)
        for shop_id, kind, *counts in rows.order_by().values_list("shop_id", "kind").annotate(**sums)
    }
