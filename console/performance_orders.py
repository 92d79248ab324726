"""The list of orders behind a figure, and the sums as rows of a file."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.paginator import Page
from django.utils.translation import gettext as _

from console.performance_asked import Asked
from console.performance_words import figure_words
from logistics.models import Carrier
from orders.models import ClockKind, DailyFigure, Outcome, Segment, Stage, StageTimes
from orders.performance import hours
from warehouse.models import Warehouse

_DONE = {
    ClockKind.DISPATCH: "ready_at",
    ClockKind.COLLECTION: "collected_at",
    ClockKind.PROMISE: "collected_at",
    ClockKind.DELIVERY: "delivered_at",
    ClockKind.CANCEL: "cancelled_at",
}


@dataclass(frozen=True)
class Row:
    """One order of the list."""

    stages: StageTimes
    carrier: str
    warehouse: str
    due_at: datetime | None
    done_at: datetime | None
    outcome: str
    outcome_words: str
    missing_words: str
    took: Decimal | None
    parts: list[dict[str, object]]  # whose hours they were, the longest first


def context(asked: Asked, *, page: Page, figure: str, outcome: str) -> dict[str, object]:
    """What the list shows."""
    carriers = dict(Carrier.objects.values_list("code", "name"))
    warehouses = dict(Warehouse.objects.values_list("code", "name"))
    family, _dot, name = figure.partition(".")
    return {
        "asked": asked,
        "page": page,
        "rows": [_row(one, family, name, carriers, warehouses) for one in page.object_list],
        "title": figure_words(figure, outcome),
        "is_due": family == "due",
        "chips": _chips(asked, carriers=carriers, warehouses=warehouses, figure=figure, outcome=outcome),
        "back_href": asked.href(),
        "table_id": "behind",
    }


def _row(
    stages: StageTimes, family: str, name: str, carriers: dict[str, str], warehouses: dict[str, str]
) -> Row:
    column = _DONE[name] if family == "due" else f"{name}_at" if family == "stage" else "collected_at"
    done_at = getattr(stages, column)
    outcome = getattr(stages, f"{name}_outcome") if family == "due" else Outcome.UNKNOWN
    seconds = getattr(stages, f"{name}_s") if family == "segment" else stages.life_s
    if family != "segment" and done_at is not None:
        seconds = (done_at - stages.placed_at).total_seconds()
    return Row(
        stages=stages,
        carrier=carriers.get(stages.carrier, stages.carrier),
        warehouse=warehouses.get(stages.warehouse, stages.warehouse),
        due_at=getattr(stages, f"{name}_due_at") if family == "due" else None,
        done_at=done_at,
        outcome=outcome,
        outcome_words=getattr(stages, f"get_{name}_outcome_display")() if family == "due" else "",
        missing_words=_missing_words(stages, outcome),
        took=hours(int(seconds), 1) if seconds else None,
        parts=parts_of(stages),
    )


def _missing_words(stages: StageTimes, outcome: str) -> str:
    """Why there is no moment."""
    if outcome == Outcome.VOID or (stages.cancelled_at and outcome == Outcome.LATE):
        return _("cancelled")
    return _("not known") if outcome == Outcome.UNKNOWN or stages.is_settled else _("not yet")


def parts_of(stages: StageTimes) -> list[dict[str, object]]:
    """Whose hours an order's life was, longest first; empty while it is not over."""
    found = [
        {
            "segment": segment.value,
            "label": str(segment.label),
            "seconds": seconds,
            "hours": hours(seconds, 1),
            "percent": round(100 * seconds / stages.life_s, 2),
        }
        for segment in Segment
        if (seconds := getattr(stages, f"{segment.value}_s"))
    ]
    return sorted(found, key=lambda part: -part["seconds"])


def _chips(
    asked: Asked, *, carriers: dict[str, str], warehouses: dict[str, str], figure: str, outcome: str
) -> list[dict[str, str]]:
    """What narrows the list, each with the address without it."""
    found = []
    if asked.shop:
        found.append(
            {
                "label": _("Shop: %(name)s") % {"name": asked.shop.name},
                "href": asked.orders_href(figure, outcome, shop=None),
            }
        )
    for name, words, names in (
        ("carrier", _("Carrier: %(name)s"), carriers),
        ("warehouse", _("Warehouse: %(name)s"), warehouses),
    ):
        value = getattr(asked.window, name)
        if value is not None:
            label = words % {"name": names.get(value) or value or _("not known")}
            found.append({"label": label, "href": asked.orders_href(figure, outcome, **{name: None})})
    return found


def file_head() -> list[str]:
    return [
        _("Day"),
        _("Shop"),
        _("Carrier"),
        _("Warehouse"),
        _("Figure"),
        _("Orders"),
        _("Late"),
        _("Unknown"),
        _("Cancelled before"),
        _("Due"),
        _("Late %"),
        _("Seconds"),
    ]


def file_row(row: DailyFigure) -> list[object]:
    """Seconds stay seconds: hours would be rounded. A share is of those due, never of all."""
    is_due = row.kind.startswith("due.")
    due = row.orders - row.unknown - row.void
    return [
        row.on.isoformat(),
        row.shop.name,
        row.carrier,
        row.warehouse,
        _figure_name(row.kind),
        row.orders,
        row.late if is_due else "",
        "" if row.kind.startswith("segment.") else row.unknown,
        row.void if is_due else "",
        due if is_due else "",
        f"{100 * row.late / due:.1f}" if is_due and due else "",
        "" if is_due else row.seconds,
    ]


def _figure_name(kind: str) -> str:
    family, _dot, name = kind.partition(".")
    if family == "segment":
        return f"{_('hours')}: {Segment(name).label}"
    return f"{_('until')}: {Stage(name).label}" if family == "stage" else figure_words(kind, "")
