"""Reactions of the rulebook: to times of the platform that our rules do not come to."""

from core import clock
from orders import sla_drift
from orders.events import DeadlinesDrifted
from relay.events import subscribe


@subscribe(DeadlinesDrifted, takes_many=True)
def on_deadlines_drifted(events: list[DeadlinesDrifted]) -> None:
    """One row per rule and order type, however many orders."""
    sla_drift.raise_alarms(events, now=clock.now())
