"""Whose hour was it. Pure: an order's life is cut into segments that add up to it exactly, to the second.

The history is replayed in the order in which it was written. A carrier tells its scan hours later, at the scan's own
time: whatever we had written in between is then pulled back to that time, never the scan forward.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from orders.models import HoldReason, OrderState, PackageState, Segment, Stage

_P = PackageState
# How far a parcel is, in the words of the figures. Everything that a carrier has is one rank.
_RANK = {
    _P.PLANNED: 0,
    _P.ALLOCATED: 1,
    _P.PICKING: 2,
    _P.PICKED: 3,
    _P.PACKED: 4,
    _P.READY_TO_SHIP: 5,
    _P.HANDED_OVER: 6,
    _P.IN_TRANSIT: 7,
    _P.ARRIVED: 7,
    _P.DELIVERED: 7,
    _P.RETURNED: 7,
    _P.LOST: 7,
}
WITH_CARRIER = 7
_WAITS_FOR = (
    Segment.STOCK,
    Segment.QUEUE,
    Segment.PICK,
    Segment.PACK,
    Segment.PACK,
    Segment.DOCK,
    Segment.SCAN,
    Segment.SCAN,
)
_STAGE_OF_RANK = {1: Stage.RESERVED, 3: Stage.PICKED, 4: Stage.PACKED, 6: Stage.DOCKED}


@dataclass(frozen=True)
class Step:
    """One line of the history, as far as it moves the order (`package_id` None) or one of its parcels."""

    at: datetime
    state: str
    package_id: int | None = None
    raised: frozenset[str] = frozenset()
    lifted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Life:
    """What is known of one order. `steps` in the order of writing; what lies before `seen_at` is the platform's word."""

    placed_at: datetime
    seen_at: datetime
    paid_at: datetime | None = None
    ready_at: datetime | None = None
    steps: tuple[Step, ...] = ()


@dataclass
class _Picture:
    """Where the order stands at one moment of the replay."""

    is_seen: bool = False
    is_unpaid: bool = False
    is_arranged: bool = False
    state: str = OrderState.PENDING_REVIEW
    reasons: set[str] = field(default_factory=set)
    packages: dict[int, str] = field(default_factory=dict)

    @property
    def rank(self) -> int | None:
        """As far as the slowest living parcel; None without any."""
        ranks = [_RANK[state] for state in self.packages.values() if state in _RANK]
        return min(ranks, default=None)

    @property
    def segment(self) -> str:
        if not self.is_seen:
            return self._told()
        if self.rank == WITH_CARRIER:
            return Segment.SCAN
        if self.state == OrderState.ON_HOLD:
            # One cause among several is not the cause: only goods that alone are missing are the stock's hours.
            return Segment.STOCK if self.reasons == {HoldReason.OUT_OF_STOCK} else Segment.HOLD
        if self.state == OrderState.PENDING_REVIEW:
            return Segment.REVIEW
        return self._told() if self.rank is None else _WAITS_FOR[self.rank]

    def _told(self) -> str:
        """No floor of ours: the platform's own moments are all there is."""
        if self.is_arranged:
            return Segment.DOCK
        return Segment.HOLD if self.is_unpaid else Segment.ELSEWHERE


def clamped(steps: Sequence[Step]) -> list[tuple[datetime, Step]]:
    """Steps with moments that never go back: a later line told at an earlier time pulls those before it along."""
    found: list[tuple[datetime, Step]] = []
    latest: datetime | None = None
    for step in reversed(steps):
        latest = step.at if latest is None else min(latest, step.at)
        found.append((latest, step))
    found.reverse()
    return found


def segments(*, life: Life, until: datetime) -> dict[str, int]:
    """Seconds of each segment from the order to `until`; together they are exactly that time in whole seconds."""
    picture = _Picture(is_unpaid=life.paid_at is not None)
    spent = dict.fromkeys(Segment.values, 0)
    here, end = _second(life.placed_at), max(_second(until), _second(life.placed_at))
    for at, change in _moments(life):
        moment = min(max(_second(at), here), end)
        spent[picture.segment] += moment - here
        here = moment
        _apply(picture, change)
    spent[picture.segment] += end - here
    return spent


def reached(*, life: Life) -> dict[str, datetime]:
    """When the whole order passed the stages of our floor. A stage that was skipped has no moment."""
    packages: dict[int, str] = {}
    found: dict[str, datetime] = {}
    for at, step in clamped(life.steps):
        if step.package_id is None:
            continue
        packages[step.package_id] = step.state
        rank = min((_RANK[state] for state in packages.values() if state in _RANK), default=0)
        stage = _STAGE_OF_RANK.get(rank)
        if stage:
            found.setdefault(stage, at)
        for passed, name in _STAGE_OF_RANK.items():
            if passed > rank:
                found.pop(name, None)
    return found


def _second(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp())


def _moments(life: Life) -> Iterable[tuple[datetime, Step | str]]:
    """Everything that changes the picture, by time; of one moment, the platform's word first."""
    found: list[tuple[datetime, Step | str]] = [(life.seen_at, "seen")]
    if life.paid_at is not None:
        found.append((life.paid_at, "paid"))
    if life.ready_at is not None:
        found.append((life.ready_at, "arranged"))
    # Nothing of ours can be older than our knowing of the order, except what a carrier says about it.
    found += clamped(life.steps)
    return sorted(found, key=lambda one: one[0])


def _apply(picture: _Picture, change: Step | str) -> None:
    if change == "seen":
        picture.is_seen = True
    elif change == "paid":
        picture.is_unpaid = False
    elif change == "arranged":
        picture.is_arranged = True
    elif change.package_id is not None:
        picture.packages[change.package_id] = change.state
    else:
        picture.state = change.state or picture.state
        picture.reasons = (picture.reasons | change.raised) - change.lifted
