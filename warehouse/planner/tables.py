"""The shortest walk by a machine's tables, aisle by aisle: exact for two blocks, one-way aisles, another end than the start."""

import numpy as np

from warehouse.planner.block import Block
from warehouse.planner.compiled import compiled
from warehouse.planner.machine import machine_of

FAR = 1e18


def tables_of(block: Block) -> tuple:
    """What compiled code needs to know besides the shape; empty where the plain programme does."""
    gates = np.array([block.depot, block.end, block.one_way, block.blocks], np.int64)
    if block.is_plain:
        nothing = np.empty((0, 0), np.int64)
        return np.empty((0, 0, 0), np.int64), nothing, nothing, np.empty(0, np.bool_), gates
    machine = machine_of(block)
    return machine.act, machine.enter, machine.cross, machine.ends, gates


@compiled
def span(costs, gates):
    """First and last aisle that a walk may touch, and the last that it must. One way, the way back may lie beyond."""
    aisles = costs.shape[0] // gates[3]
    first, last = min(gates[0], gates[1]), max(gates[0], gates[1])
    for row in range(costs.shape[0]):
        if costs[row, 0] >= 0:
            first, last = min(first, row % aisles), max(last, row % aisles)
    if gates[2]:
        return max(first - 1, 0), min(last + 1, aisles - 1), last
    return first, last, last


@compiled
def by_tables(costs, shape, tables, trace):
    """Length of the shortest walk. A `trace` (steps × states) is filled with where each state came from."""
    act, enter, cross, ends, gates = tables
    start, end, is_one_way, blocks = gates[0], gates[1], gates[2], gates[3]
    states, aisles = enter.shape[1], costs.shape[0] // blocks
    low, high, must = span(costs, gates)
    value, moved, price = np.full(states, FAR), np.empty(states), np.empty(6)
    value[0], best, step = 0.0, FAR, 0
    for aisle in range(low, high + 1):
        if aisle in (start, end):
            which = 2 if start == end else 0 if aisle == start else 1
            moved[:] = FAR
            for state in range(states):
                after = enter[which, state]
                if after >= 0 and value[state] < moved[after]:
                    moved[after] = value[state]
                    if trace.size:
                        trace[step, after] = state
            value, moved = moved, value
        step += 1
        for block in range(blocks):
            row = block * aisles + aisle
            length = shape[4] if block else shape[0]
            is_wanted = costs[row, 0] >= 0
            price[0], price[1], price[2] = FAR if is_wanted else 0.0, length, 2 * length
            price[3:] = FAR
            if is_wanted and not is_one_way:
                price[3], price[4], price[5] = costs[row, 0], costs[row, 1], costs[row, 2]
            kind = block + blocks * (is_one_way * (aisle % 2))
            moved[:] = FAR
            for state in range(states):
                if value[state] < FAR:
                    for deed in range(6):
                        after, way = act[kind, state, deed], value[state] + price[deed]
                        if after >= 0 and way < moved[after]:
                            moved[after] = way
                            if trace.size:
                                trace[step, after] = state * 6 + deed
            value, moved = moved, value
            step += 1
        if aisle >= must:
            for state in range(states):
                if ends[state] and value[state] < best:
                    best = value[state]
                    if trace.size:
                        trace[-1, 0], trace[-1, 1] = aisle, state
        if aisle < high:
            moved[:] = FAR
            for number in range(cross.shape[0]):
                before, after = cross[number, 0], cross[number, 2]
                way = value[before] + cross[number, 1] * shape[1]
                if after >= 0 and way < moved[after]:
                    moved[after] = way
                    if trace.size:
                        trace[step, after] = number
            value, moved = moved, value
        step += 1
    return best
