"""What a drill is: functions that break something on a running program and return what they found.

@registry.case
def worker_killed(stage: Stage) -> list[Check]:
    stage.kill("worker")
    return [Check(check="orders lost", expected=0, got=...)]
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.drills.stage import Stage


@dataclass(frozen=True, kw_only=True)
class Check:
    check: str
    expected: object
    got: object

    def row(self, *, case: str) -> dict:
        return {
            "case": case,
            "check": self.check,
            "expected": self.expected,
            "got": self.got,
            "ok": self.expected == self.got,
        }


Case = Callable[[Stage], list[Check]]
CASES: list[Case] = []


def case(function: Case) -> Case:
    CASES.append(function)
    return function
