"""A step of the search is weighed as if it were done: the walk that follows, what a cart then holds too much, who is where."""

import numpy as np
import pytest

from warehouse.planner import anneal, planning
from warehouse.planner.arrays import arrays_of, state_of, work_of
from warehouse.planner.block import Block
from warehouse.planner.problem import Problem

NOBODY = anneal.NOBODY
# Two words of bits an aisle.
MEASURES = {"aisles": 5, "cells": 70, "between_aisles": 5, "between_cells": 1, "entry": 1.5}
BUILDINGS = {
    "one block": Block(**MEASURES, depot=2),
    "two blocks": Block(**MEASURES, cells_beyond=9, cross=2.0),
    "one-way aisles": Block(**MEASURES, is_one_way=True),
}
# out, out too, into, into too: of batch 0 with the orders 0 to 3, and the orders 4 to 7 outside of it
STEPS = [
    (0, NOBODY, NOBODY, NOBODY),
    (NOBODY, NOBODY, 4, NOBODY),
    (1, NOBODY, 5, NOBODY),
    (2, NOBODY, 6, 7),
    (3, 1, 4, NOBODY),
    (0, 2, 5, 7),
]


@pytest.fixture(scope="module", autouse=True)
def compiled():
    planning.warm_up()


def problem_of(block: Block) -> Problem:
    """Eight orders, some of which share cells."""
    draw = np.random.default_rng(5)
    stops = [
        [(int(draw.integers(block.rows)), int(draw.integers(9))) for _line in range(4)]
        + [(order % 2, 3), (1, 60 if block.blocks == 1 else 8)]
        for order in range(8)
    ]
    return Problem(block, stops, [[order + 1] for order in range(8)], [10])


def searched(problem: Problem) -> tuple:
    """The orders 0 to 3 in batch 0, the others in batch 1."""
    arrays, state = arrays_of(problem), state_of(problem)
    for order in range(8):
        anneal.shift(arrays, state, order, order // 4)
    for batch in range(2):
        anneal.refresh(arrays, state, batch)
    return arrays, state


def members(state: tuple, batch: int) -> list[int]:
    return sorted(state[2][batch, : state[3][batch]].tolist())


@pytest.mark.parametrize("block", BUILDINGS.values(), ids=BUILDINGS)
@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_measured_as_the_walk_after_it(block, step):
    problem = problem_of(block)
    arrays, state = searched(problem)
    after = {*range(4), step[2], step[3]} - {step[0], step[1], NOBODY}
    shortest = planning.walk_length(
        block=block, stops=[stop for order in after for stop in problem.stops[order]]
    )
    found = anneal.measure(work_of(problem), arrays, state, 0, *step)
    assert found == pytest.approx(shortest, abs=1e-9)


@pytest.mark.parametrize(("step", "load"), zip(STEPS, (9, 15, 14, 22, 9, 20), strict=True))
def test_what_is_too_much_is_counted_in_thousandths_of_a_cart(step, load):
    arrays, state = searched(problem_of(BUILDINGS["one block"]))
    assert anneal.excess(arrays, state, 0, *step) == pytest.approx(max(load - 10, 0) * 100)


def test_a_step_that_is_taken_leaves_what_a_fresh_start_has():
    problem = problem_of(BUILDINGS["one block"])
    arrays, state = searched(problem)
    work = work_of(problem)
    step = work[3]
    step[0] = 0, 3, 1, 4, NOBODY
    step[1] = 1, 4, NOBODY, 3, 1
    anneal.take(work, arrays, state, step, 2)
    assert [members(state, batch) for batch in range(2)] == [[0, 2, 4], [1, 3, 5, 6, 7]]
    assert state[4][:2, 0].tolist() == [1 + 3 + 5, 2 + 4 + 6 + 7 + 8]
    for batch in range(2):
        stops = [stop for order in members(state, batch) for stop in problem.stops[order]]
        length = planning.walk_length(block=problem.block, stops=stops)
        assert state[5][batch] == pytest.approx(length, abs=1e-9)
    assert int(np.bitwise_xor.reduce(state[10][:2])) == int(np.bitwise_xor.reduce(arrays[6]))
