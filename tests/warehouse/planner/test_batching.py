"""Batches keep to the cart, hold every order once, take the time they were given, and save the walking they should."""

import gzip
import json
import time
from pathlib import Path

import pytest

from tests.bench.rig.plain_walks import s_shape_first_come
from warehouse.planner import planning
from warehouse.planner.block import Block
from warehouse.planner.evaluate import checked_length
from warehouse.planner.instances import read
from warehouse.planner.planning import plan
from warehouse.planner.problem import Problem

SMALL_ORDERS = Path(__file__).parent / "data" / "TK.jsonl.gz"
BLOCK = Block(aisles=4, cells=10, between_aisles=5, between_cells=1, entry=1)


@pytest.fixture(scope="module", autouse=True)
def compiled():
    planning.warm_up()


def check(problem: Problem, planned: planning.Planned) -> float:
    return checked_length(
        block=problem.block,
        stops=problem.stops,
        sizes=problem.sizes,
        caps=problem.caps,
        batches=planned.batches,
        tours=planned.tours,
    )


def test_orders_of_one_aisle_share_a_cart():
    stops = [[(0, 3)], [(3, 3)], [(0, 9)], [(3, 9)]]
    planned = plan(problem=Problem(BLOCK, stops, [[1]] * 4, [2]), seconds=0.1)
    assert sorted(map(sorted, planned.batches)) == [[0, 2], [1, 3]]


def test_every_limit_of_the_cart_holds():
    stops = [[(order % 4, order % 10)] for order in range(20)]
    sizes = [[1, 300 + 10 * order, 1] for order in range(20)]
    problem = Problem(BLOCK, stops, sizes, [100, 2000, 5])
    assert check(problem, planned := plan(problem=problem, seconds=0.2)) == pytest.approx(planned.length)


def test_one_order_and_none():
    assert plan(problem=Problem(BLOCK, [], [], [5]), seconds=0.1).batches == []
    one = plan(problem=Problem(BLOCK, [[(2, 2)]], [[5]], [5]), seconds=0.1)
    assert (one.batches, one.tours) == ([[0]], [[(2, 2)]])


def test_small_orders_walk_little_more_than_half():
    with gzip.open(SMALL_ORDERS) as lines:
        raws = [json.loads(line) for line in lines]
    instances = [one for one in read(SMALL_ORDERS) if len(one.problem.stops) == 100][:4]
    ours = sum(check(one.problem, plan(problem=one.problem, seconds=0.4)) for one in instances)
    names = {one.name for one in instances}
    assert ours <= 0.6 * sum(s_shape_first_come(raw) for raw in raws if raw["name"] in names)


def test_the_clock_is_kept():
    problem = next(one.problem for one in read(SMALL_ORDERS) if len(one.problem.stops) == 400)
    begin = time.process_time()
    plan(problem=problem, seconds=0.5)
    assert time.process_time() - begin < 0.9
