"""What a measurement is: functions that return figures, each with the check that makes it count.

@registry.case
def intake(ground: Ground) -> list[Figure]:
    ours, reference = registry.in_turn(ours=..., reference=...)
    return [Figure(metric="signed webhook to reserved", unit="orders/s", ours=ours, reference=reference,
                   goal=0.4, correct=...)]
"""

import statistics
from collections.abc import Callable
from dataclasses import dataclass

from tests.bench.ground import Ground

ROUNDS = 5


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One line of the table. `goal` is what the ratio should reach, or `ours` where there is no reference."""

    metric: str
    unit: str
    ours: float
    correct: bool
    reference: float | None = None
    goal: float | None = None

    def row(self, *, case: str) -> dict:
        ratio = self.ours / self.reference if self.reference else None
        return {
            "case": case,
            "metric": self.metric,
            "unit": self.unit,
            "ours": self.ours,
            "reference": self.reference,
            "ratio": ratio,
            "goal": self.goal,
            "correct": self.correct,
        }


Case = Callable[[Ground], list[Figure]]
CASES: list[Case] = []


def case(function: Case) -> Case:
    CASES.append(function)
    return function


def in_turn(
    *, ours: Callable[[], float], reference: Callable[[], float], rounds: int = ROUNDS
) -> tuple[float, float]:
    """Medians of both sides, measured alternately, so that a busy moment of the machine hits both."""
    pairs = [(ours(), reference()) for _ in range(max(rounds, ROUNDS))]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)
