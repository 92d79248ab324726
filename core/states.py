"""A state machine as one table: state x action -> state. Printable, testable, and the whole truth."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.errors import RuleViolation


class IllegalTransition(RuleViolation):
    """The action does not exist in this state."""

    code = "illegal_transition"
    status = 409


@dataclass(frozen=True)
class StateMachine:
    """`table[(state, action)]` is the next state. Any pair that is not in it is refused."""

    name: str
    table: Mapping[tuple[str, str], str]

    def next(self, state: str, action: str) -> str:
        """The state after `action`; raises IllegalTransition."""
        target = self.table.get((state, action))
        if target is None:
            raise IllegalTransition(
                _("“%(action)s” is not possible while the %(thing)s is “%(state)s”.")
                % {"action": action, "thing": self.name, "state": state},
                state=state,
                action=action,
            )
        return target

    def allows(self, state: str, action: str) -> bool:
        """Whether `action` exists in `state`."""
        return (state, action) in self.table

    def states_allowing(self, action: str) -> list[str]:
        """Every state in which `action` exists; lets a bulk rule ask the database once."""
        return [state for (state, act) in self.table if act == action]
