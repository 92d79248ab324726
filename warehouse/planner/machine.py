"""The states of a walk between two aisles, worked out once: for two blocks, one-way aisles, or another end than the start.

As Ratliff and Rosenthal (1983) and Roodbergen and de Koster (2001) do it: from aisle to aisle it is enough to know, for
each end of the rows, whether the part walked so far still needs an edge there, and which ends hang together. Both ways: the
parity of the edges. One way: how often more the walk arrives than leaves. The tables are made from that definition.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np

from warehouse.planner.block import Block

NONE, PASS, TWICE, FRONT, BACK, GAP = range(6)
ABSENT = -1
FLOW_AT_MOST = (
    2  # more often one cross aisle is not walked the same way; held against an exact search by tests
)

# For each cross aisle: (needs, group). `needs` is 0 when nothing is due there; a group of ABSENT is an end not touched.
State = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Machine:
    """`act[kind, state, deed]`, `enter[which, state]` give the next state or -1; `cross` rows are (state, edges, next)."""

    act: np.ndarray
    enter: np.ndarray
    cross: np.ndarray
    ends: np.ndarray
    along: tuple[
        tuple[tuple[int, int], ...], ...
    ]  # per row of `cross`: edges to the right and to the left, per cross aisle


def _named(state: list[tuple[int, int]]) -> State:
    """Groups numbered as they come, so that equal states look equal."""
    names: dict[int, int] = {}
    return tuple(
        (needs, ABSENT if group == ABSENT else names.setdefault(group, len(names))) for needs, group in state
    )


def _touched(state: State, at: int, needs: int) -> State:
    """The end `at` is part of the walk, and needs this now."""
    group = state[at][1]
    fresh = group if group != ABSENT else len(state)
    return _named([(needs, fresh) if one == at else old for one, old in enumerate(state)])


def _joined(state: State, low: int, high: int) -> State:
    keep, gone = state[low][1], state[high][1]
    return _named([(needs, keep if group == gone else group) for needs, group in state])


class _BothWays:
    """Edges have no direction; what counts is whether their number at an end is odd."""

    KINDS = 1

    @staticmethod
    def enter(state: State, which: int) -> State | None:
        return _touched(state, 0, state[0][0] ^ (which < 2))

    @staticmethod
    def act(state: State, low: int, deed: int, _kind: int) -> State | None:
        high = low + 1
        if deed == NONE:
            return state
        if deed in (PASS, TWICE):
            for at in (low, high):
                state = _touched(state, at, state[at][0] ^ (deed == PASS))
            return _joined(state, low, high)
        for at, deeds in ((low, (FRONT, GAP)), (high, (BACK, GAP))):
            if deed in deeds:
                state = _touched(state, at, state[at][0])
        return state

    @staticmethod
    def choices(needs: int, is_there: bool) -> list[tuple[int, int]]:
        """Edges (to the right, to the left) that may leave an end."""
        if not is_there:
            return [(0, 0)]
        return [(1, 0)] if needs else [(0, 0), (1, 1)]

    @staticmethod
    def after(edges: tuple[int, int]) -> int:
        return sum(edges) % 2


class _OneWay:
    """What counts is how often more the walk has come to an end than left it."""

    KINDS = 2  # away from the front, towards it

    @staticmethod
    def enter(state: State, which: int) -> State | None:
        return _touched(state, 0, state[0][0] + (1, -1, 0)[which])

    @staticmethod
    def act(state: State, low: int, deed: int, kind: int) -> State | None:
        if deed == NONE:
            return state
        if deed > TWICE:
            return None
        times = deed if kind == 0 else -deed
        state = _touched(state, low, state[low][0] - times)
        return _joined(_touched(state, low + 1, state[low + 1][0] + times), low, low + 1)

    @staticmethod
    def choices(needs: int, is_there: bool) -> list[tuple[int, int]]:
        if needs:
            return [(max(needs, 0), max(-needs, 0))]
        return [(0, 0), (1, 1)] if is_there else [(0, 0)]

    @staticmethod
    def after(edges: tuple[int, int]) -> int:
        return edges[0] - edges[1]


def _crossings(rules, state: State) -> Iterator[tuple[tuple[tuple[int, int], ...], State]]:
    """Ways over to the next aisle: nothing may be left behind unconnected."""
    groups = {group for _needs, group in state} - {ABSENT}
    for edges in product(*(rules.choices(needs, group != ABSENT) for needs, group in state)):
        carried = {group for (_needs, group), pair in zip(state, edges, strict=True) if any(pair)}
        if carried == groups:
            yield (
                edges,
                _named(
                    [
                        (rules.after(pair), group if any(pair) else ABSENT)
                        for (_needs, group), pair in zip(state, edges, strict=True)
                    ]
                ),
            )


def machine_of(block: Block) -> Machine:
    return _machine(block.blocks, block.one_way)


@cache
def _machine(blocks: int, is_one_way: bool) -> Machine:
    rules = _OneWay if is_one_way else _BothWays
    numbers: dict[State, int] = {((0, ABSENT),) * (blocks + 1): 0}
    states = list(numbers)

    def number(state: State | None) -> int:
        if state is None or any(abs(needs) > FLOW_AT_MOST for needs, _group in state):
            return -1
        if state not in numbers:
            numbers[state] = len(states)
            states.append(state)
        return numbers[state]

    kinds = [(kind, low) for kind in range(rules.KINDS) for low in range(blocks)]
    act, enter, cross, along = [], [], [], []
    for state in states:  # grows while it is walked through
        act.append([[number(rules.act(state, low, deed, kind)) for deed in range(6)] for kind, low in kinds])
        enter.append([number(rules.enter(state, which)) for which in range(3)])
        for edges, after in _crossings(rules, state):
            cross.append((numbers[state], sum(map(sum, edges)), number(after)))
            along.append(edges)
    ends = [
        all(needs == 0 for needs, _group in state) and {group for _needs, group in state} - {ABSENT} == {0}
        for state in states
    ]
    return Machine(
        act=np.array(act, np.int64).transpose(1, 0, 2).copy(),
        enter=np.array(enter, np.int64).T.copy(),
        cross=np.array(cross, np.int64),
        ends=np.array(ends, np.bool_),
        along=tuple(along),
    )
