"""One time line per order: what the platform told about its moments, and everything that was done or happened since."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from orders import history_texts, selectors
from orders.models import HistoryKind, Order, OrderHistory, OrderHold
from orders.review_kinds import NOT_WAIVABLE
from tenancy import actors

# A decision of the review, and the act that takes it back.
_DECISIONS = {"order.approved": "hold", "order.held": "release", "order.hold_changed": "release"}


@dataclass(frozen=True)
class Entry:
    """One line, in words."""

    at: datetime
    kind: str
    text: str
    by: str
    is_automatic: bool = False
    reason: str = ""
    raised: str = ""
    lifted: str = ""
    warning: str = ""
    action: str = ""
    undo: str = ""  # the act that takes it back, where that is still possible

    @property
    def kind_label(self) -> str:
        return str(HistoryKind(self.kind).label) if self.kind in HistoryKind.values else self.kind

    @property
    def icon(self) -> str:
        return history_texts.ICONS.get(self.kind, "dots")


def entries(*, order: Order, zone: str) -> list[Entry]:
    """The newest first."""
    lines = OrderHistory.objects.filter(order=order).order_by("at", "pk")
    told = [
        Entry(
            at=moment.at,
            kind=HistoryKind.PLATFORM,
            text=str(moment.text),
            by=actors.PLATFORM.label,
        )
        for moment in selectors.milestones(order)
    ]
    ours = [
        Entry(
            at=line.at,
            kind=line.kind,
            text=history_texts.sentence(line, zone=zone),
            by=str(history_texts.ACTORS.get(line.actor_kind, line.actor_label)),
            is_automatic=line.actor_kind == actors.AUTO.kind,
            reason=line.reason,
            raised=history_texts.reasons_raised(line),
            lifted=history_texts.reasons_lifted(line),
            warning=str(line.data.get("warning") or ""),
            action=line.action,
        )
        for line in lines
    ]
    found = sorted([*told, *ours], key=lambda entry: entry.at)  # stable: of one moment, the order of writing
    found.reverse()
    return found


def with_undo(found: list[Entry], *, can: Collection[str], holds: Iterable[OrderHold]) -> list[Entry]:
    """The newest decision, when it was automatic, with what takes it back: hold what was let go, release what was held."""
    at = next((place for place, entry in enumerate(found) if entry.action in _DECISIONS), None)
    if at is None or not found[at].is_automatic:
        return found
    undo = _DECISIONS[found[at].action]
    is_stuck = undo == "release" and any(hold.reason in NOT_WAIVABLE for hold in holds)
    if undo not in can or is_stuck:
        return found
    return [*found[:at], replace(found[at], undo=undo), *found[at + 1 :]]


def kinds(found: list[Entry]) -> list[tuple[str, str]]:
    """The kinds that occur, as a filter offers them."""
    known = {entry.kind for entry in found}
    return [(value, str(label)) for value, label in HistoryKind.choices if value in known]
