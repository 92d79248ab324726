"""What the performance page shows, worked out from sums alone: a handful of queries, however many orders there are."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from html import escape

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from console import performance_budget
from console.performance_asked import GROUPS, NOT_KNOWN, PERIODS, Asked
from console.performance_words import (
    GOOD_WORDS,
    GROUP_WORDS,
    KINDS,
    LATE_WORDS,
    MEANS,
    late_words,
)
from core.templatetags.ui import in_words
from logistics.models import Carrier
from orders import figure_rules, performance
from orders.figure_rules import Cohort
from orders.models import Outcome, Segment, Stage
from orders.performance import Figures, Total, hours
from warehouse.models import Warehouse

_NOTHING = mark_safe("—")
PLOTTED_STAGES = (Stage.RESERVED, Stage.PACKED, Stage.DOCKED, Stage.COLLECTED)
LISTED_STAGES = (
    *PLOTTED_STAGES,
    Stage.DELIVERED,
)  # delivery takes days: beside it hours would be a flat line


@dataclass(frozen=True)
class Card:
    """One family of deadlines over the period."""

    label: str | Promise
    means: str | Promise
    late_words: str
    percent: Decimal | None
    cohort: Cohort
    late_href: str
    due_href: str
    unknown_href: str
    void_href: str


@dataclass(frozen=True)
class Share:
    """Whose hours: one segment of all lives that ended in the period."""

    segment: str
    label: str
    seconds: int
    per_order: Decimal | None
    percent: Decimal | None
    orders: int
    href: str

    @property
    def total_hours(self) -> Decimal:
        return (Decimal(self.seconds) / 3600).quantize(Decimal("0.1"))


@dataclass(frozen=True)
class Cell:
    """One family in one row of a table: the share, and how many of how many. A page has hundreds of them."""

    cohort: Cohort
    late_href: str
    due_href: str

    @property
    def html(self) -> SafeString:
        due, late = self.cohort.due, self.cohort.late
        if not due:
            return _NOTHING
        return mark_safe(  # noqa: S308 - addresses are escaped, the rest are numbers
            f'<b>{self.cohort.late_percent} %</b> <small><a href="{escape(self.late_href)}">{late:,}</a>'
            f'/<a href="{escape(self.due_href)}">{due:,}</a></small>'
        )


@dataclass(frozen=True)
class Line:
    """One row of the table by shop, carrier or warehouse."""

    label: str
    href: str
    cells: list[Cell]
    lives: int
    lives_href: str
    to_scan: Decimal | None


def context(asked: Asked, *, zone: str) -> dict[str, object]:
    """Everything for the templates."""
    by_day = performance.figures(asked.window, by="day")
    whole = _whole(by_day)
    as_of = performance.summed_at()
    carriers, warehouses = _names()
    return {
        "asked": asked,
        "as_of": as_of,
        "as_of_words": in_words(as_of, zone=zone, with_zone=True) if as_of else "",
        "export_href": asked.href("performance_export", by=None),
        "has_figures": bool(by_day),
        "kinds": [LATE_WORDS[kind] for kind in KINDS],
        "cards": [_card(asked, kind, whole.cohort(kind)) for kind in KINDS],
        "budgets": performance_budget.lines(asked, as_of=as_of) if as_of else [],
        "late_plot": _late_plot(asked, by_day),
        "late_days": _late_days(asked, by_day),
        "shares": _shares(asked, whole),
        "lives": whole.lives,
        "life_hours": hours(whole.life_seconds, whole.lives),
        "stages": _stages(asked, whole),
        "hours_plot": _hours_plot(asked, by_day),
        "hours_days": _hours_days(asked, by_day),
        "listed_stages": [stage.label for stage in LISTED_STAGES],
        "lines": _lines(asked, carriers=carriers, warehouses=warehouses),
        "tabs": _tabs(asked),
        **_choices(asked, carriers=carriers, warehouses=warehouses),
    }


def _whole(by_day: dict[object, Figures]) -> Figures:
    """The days of a period, added up kind by kind."""
    sums: dict[str, Total] = {}
    for figures in by_day.values():
        for kind, one in figures.totals.items():
            so_far = sums.get(kind, Total())
            sums[kind] = Total(
                **{name: getattr(so_far, name) + getattr(one, name) for name in Total.__dataclass_fields__}
            )
    return Figures(sums)


def _card(asked: Asked, kind: str, cohort: Cohort) -> Card:
    figure = f"due.{kind}"
    is_good = kind in GOOD_WORDS
    return Card(
        label=GOOD_WORDS.get(kind, LATE_WORDS[kind]),
        means=MEANS[kind],
        late_words=late_words(kind, cohort.late),
        percent=cohort.on_time_percent if is_good else cohort.late_percent,
        cohort=cohort,
        late_href=asked.orders_href(figure, Outcome.LATE),
        due_href=asked.orders_href(figure, performance.IN_COHORT),
        unknown_href=asked.orders_href(figure, Outcome.UNKNOWN),
        void_href=asked.orders_href(figure, Outcome.VOID),
    )


def _late_plot(asked: Asked, by_day: dict[object, Figures]) -> dict[str, object]:
    values = {
        kind: [_of(by_day, day).cohort(kind).late_percent for day in asked.window.days] for kind in KINDS
    }
    return _plot(asked, [(LATE_WORDS[kind], values[kind]) for kind in KINDS], unit="%")


def _hours_plot(asked: Asked, by_day: dict[object, Figures]) -> dict[str, object]:
    series = [
        (stage.label, [_of(by_day, day).stage(stage).mean_hours for day in asked.window.days])
        for stage in PLOTTED_STAGES
    ]
    return _plot(asked, series, unit="h")


def _plot(asked: Asked, series: list[tuple[object, list[Decimal | None]]], *, unit: str) -> dict[str, object]:
    """What the drawing needs; families without a value in the whole period are left out."""
    return {
        "days": [int(datetime.combine(day, time(), UTC).timestamp()) for day in asked.window.days],
        "unit": unit,
        "day": _("Day"),
        "series": [
            {"label": str(label), "values": [None if value is None else float(value) for value in values]}
            for label, values in series
            if any(value is not None for value in values)
        ],
    }


def _of(by_day: dict[object, Figures], day: date) -> Figures:
    return by_day.get(day, Figures())


def _late_days(asked: Asked, by_day: dict[object, Figures]) -> list[dict[str, object]]:
    return [
        {
            "day": day,
            "cells": _cells(asked, _of(by_day, day), since=f"{day}", until=f"{day}"),
        }
        for day in reversed(asked.window.days)
        if any(_of(by_day, day).cohort(kind).orders for kind in KINDS)
    ]


def _hours_days(asked: Asked, by_day: dict[object, Figures]) -> list[dict[str, object]]:
    return [
        {"day": day, "hours": [_of(by_day, day).stage(stage).mean_hours for stage in LISTED_STAGES]}
        for day in reversed(asked.window.days)
        if any(_of(by_day, day).stage(stage).orders for stage in LISTED_STAGES)
    ]


def _cells(asked: Asked, figures: Figures, **changes: str | None) -> list[Cell]:
    """A row's families. `changes` narrow its addresses to the row."""
    href = asked.orders_hrefs(**changes)
    return [
        Cell(
            cohort=figures.cohort(kind),
            late_href=href(f"due.{kind}", Outcome.LATE),
            due_href=href(f"due.{kind}", performance.IN_COHORT),
        )
        for kind in KINDS
    ]


def _shares(asked: Asked, whole: Figures) -> list[Share]:
    everything = whole.life_seconds
    return [
        Share(
            segment=segment.value,
            label=str(segment.label),
            seconds=found.seconds,
            per_order=hours(found.seconds, whole.lives),
            percent=figure_rules.percent(found.seconds, everything),
            orders=found.orders,
            href=asked.orders_href(f"segment.{segment.value}"),
        )
        for segment in Segment
        if (found := whole.total(f"segment.{segment.value}")).seconds
    ]


def _stages(asked: Asked, whole: Figures) -> list[dict[str, object]]:
    return [
        {
            "label": stage.label,
            "total": whole.stage(stage),
            "href": asked.orders_href(f"stage.{stage.value}"),
            "unknown_href": asked.orders_href(f"stage.{stage.value}", Outcome.UNKNOWN),
        }
        for stage in Stage
    ]


def _lines(asked: Asked, *, carriers: dict[str, str], warehouses: dict[str, str]) -> list[Line]:
    names: dict[object, str] = {
        "shop": {shop.pk: shop.name for shop in asked.shops},
        "carrier": carriers,
        "warehouse": warehouses,
    }[asked.by]
    found = []
    # Whoever has any figure has one of these.
    wanted = (f"stage.{Stage.COLLECTED}", f"stage.{Stage.DELIVERED}", *(f"due.{kind}" for kind in KINDS))
    groups = performance.figures(asked.window, by=asked.by, kinds=wanted)
    for key, figures in sorted(groups.items()):  # shops of one name stay in one order
        narrowed = asked.named(asked.by, key)
        scanned = figures.stage(Stage.COLLECTED)
        found.append(
            Line(
                label=str(names.get(key) or key or _("not known")),
                href=asked.href(**narrowed),
                cells=_cells(asked, figures, **narrowed),
                lives=scanned.orders,
                lives_href=asked.orders_href(f"stage.{Stage.COLLECTED}", **narrowed),
                to_scan=scanned.mean_hours,
            )
        )
    return sorted(found, key=lambda line: line.label.lower())


def _names() -> tuple[dict[str, str], dict[str, str]]:
    return (
        dict(Carrier.objects.values_list("code", "name")),
        dict(Warehouse.objects.values_list("code", "name")),
    )


def _tabs(asked: Asked) -> list[dict[str, object]]:
    return [
        {"label": GROUP_WORDS[group], "href": asked.href(by=group) + "#by", "current": asked.by == group}
        for group in GROUPS
    ]


def _choices(asked: Asked, *, carriers: dict[str, str], warehouses: dict[str, str]) -> dict[str, object]:
    """What the selects of the filter offer, and the chips of what is chosen."""
    seen_carriers, seen_warehouses = performance.places(asked.window)
    return {
        "carrier_choices": _options(seen_carriers, carriers, asked.window.carrier),
        "warehouse_choices": _options(seen_warehouses, warehouses, asked.window.warehouse),
        "periods": [
            {"days": days, "href": asked.href(days=str(days), since=None, until=None)} for days in PERIODS
        ],
    }


def _options(seen: list[str], names: dict[str, str], chosen: str | None) -> list[tuple[str, str, bool]]:
    keys = sorted({*seen, *([] if chosen is None else [chosen])})
    return [(key or NOT_KNOWN, names.get(key) or key or _("not known"), key == chosen) for key in keys]
