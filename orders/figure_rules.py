"""How figures are counted. Pure: an outcome per deadline, shares of a cohort, how many more late ones a line leaves room for."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from orders.models import ClockKind, OrderState, Outcome, PlatformStatus
from orders.sla_clocks import ARRANGED, SCANNED

_DELIVERED = frozenset({PlatformStatus.DELIVERED, PlatformStatus.COMPLETED})


@dataclass(frozen=True)
class Facts:
    """What the outcomes of one order depend on."""

    platform_status: str
    state: str
    is_paid: bool = True
    ready_at: datetime | None = None
    collected_at: datetime | None = None
    delivered_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancel_initiator: str = ""


def outcome(*, kind: str, due_at: datetime, facts: Facts) -> str:
    """What this deadline came to, or will have come to if nothing happens until it passes."""
    if kind == ClockKind.CANCEL:
        return _auto_cancel(due_at=due_at, facts=facts)
    later = {
        ClockKind.DISPATCH: (facts.ready_at, facts.collected_at, facts.delivered_at),
        ClockKind.DELIVERY: (facts.delivered_at,),
    }.get(kind, (facts.collected_at, facts.delivered_at))
    done_at, *proofs = later
    if done_at is not None:
        return Outcome.ON_TIME if done_at <= due_at else Outcome.LATE
    # Whoever was delivered by then had been collected by then, although nobody wrote down when.
    if any(proof is not None and proof <= due_at for proof in proofs):
        return Outcome.ON_TIME
    if facts.cancelled_at is not None and facts.cancelled_at <= due_at:
        return Outcome.VOID
    is_said = facts.platform_status in {ClockKind.DISPATCH: ARRANGED, ClockKind.DELIVERY: _DELIVERED}.get(
        kind, SCANNED
    )
    if is_said or any(proof is not None for proof in proofs) or facts.state == OrderState.COMPLETED:
        return Outcome.UNKNOWN
    if facts.state == OrderState.CANCELLED and facts.cancelled_at is None:
        return Outcome.UNKNOWN
    return Outcome.LATE


def _auto_cancel(*, due_at: datetime, facts: Facts) -> str:
    """“Late” is: the platform cancelled it by itself. An unpaid order that it drops was nobody's to ship."""
    if facts.state != OrderState.CANCELLED:
        return Outcome.ON_TIME
    if facts.cancel_initiator == "system":
        return Outcome.LATE if facts.is_paid else Outcome.VOID
    if not facts.cancel_initiator:
        return Outcome.UNKNOWN
    return Outcome.VOID if facts.cancelled_at is None or facts.cancelled_at <= due_at else Outcome.ON_TIME


@dataclass(frozen=True)
class Cohort:
    """Orders whose deadline of one kind has passed. Those of unknown or no outcome are named, never counted as on time."""

    orders: int = 0
    late: int = 0
    unknown: int = 0
    void: int = 0

    def __add__(self, other: "Cohort") -> "Cohort":
        return Cohort(
            self.orders + other.orders,
            self.late + other.late,
            self.unknown + other.unknown,
            self.void + other.void,
        )

    @property
    def due(self) -> int:
        """The denominator."""
        return self.orders - self.unknown - self.void

    @property
    def on_time(self) -> int:
        return self.due - self.late

    @property
    def late_percent(self) -> Decimal | None:
        return percent(self.late, self.due)

    @property
    def on_time_percent(self) -> Decimal | None:
        return percent(self.on_time, self.due)


def percent(part: int, whole: int) -> Decimal | None:
    """With one decimal; None of nothing."""
    return None if not whole else (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"))


@dataclass(frozen=True)
class Budget:
    """How a cohort stands to its line: `room` more late orders keep it under, or `missing` orders on time bring it back."""

    room: int
    missing: int

    @property
    def is_over(self) -> bool:
        return self.missing > 0


def budget(*, due: int, late: int, limit_percent: Decimal) -> Budget:
    """A share that equals the line counts as over it: of two readings the stricter one.

    Each further late order is itself due, so room is the largest k with (late + k) / (due + k) < limit.
    """
    limit = Fraction(limit_percent) / 100
    slack = (limit * due - late) / (1 - limit)
    if slack > 0:
        return Budget(room=ceil(slack) - 1, missing=0)
    if not due:
        return Budget(room=0, missing=0)
    return Budget(room=0, missing=floor(late / limit - due) + 1)
