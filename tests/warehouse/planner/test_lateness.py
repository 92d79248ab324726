"""The compiled reckoning of who is late says what the plain forecast says, and its order of walks is never worse."""

import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from warehouse import wave_forecast
from warehouse.planner import lateness
from warehouse.planner.lateness import Crew
from warehouse.wave_plan import Floor, Need, Plan, Stop, Walk

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def some_floor(random_: random.Random) -> Floor:
    return Floor(
        pickers=random_.randint(1, 4),
        stations=random_.randint(1, 3),
        pack_s=random_.choice([0.0, 20.0, 300.0]),
        line_s=10.0,
        lines_ahead=random_.choice([0, 30]),
        parcels_ahead=random_.choice([0, 5]),
    )


def some_plan(random_: random.Random) -> tuple[Plan, dict[int, Need]]:
    """Walks of up to five packages; many deadlines are the same, as pickups make them."""
    numbers = list(range(1, random_.randint(6, 40)))
    random_.shuffle(numbers)
    walks, at = [], 0
    while at < len(numbers):
        mine = tuple(numbers[at : at + random_.randint(1, 5)])
        stops = tuple(Stop(number, 1, 1, 1, 0) for number in mine)
        walks.append(Walk(mine, stops, length_mm=random_.choice([50_000, 100_000])))
        at += len(mine)
    wanted = {
        number: Need(number, {1: 1}, NOW + timedelta(seconds=random_.choice([200, 600, 600, 1500, 9000])))
        for number in numbers
    }
    return Plan(walks=tuple(walks), lacking=()), wanted


def late(plan: Plan, wanted: dict[int, Need], floor: Floor) -> int:
    return len(wave_forecast.expected(plan, wanted=wanted, floor=floor, now=NOW).late)


@pytest.mark.parametrize("seed", range(60))
def test_the_best_order_is_never_worse_and_holds_the_same_walks(seed):
    random_ = random.Random(seed)
    floor, (plan, wanted) = some_floor(random_), some_plan(random_)
    found = wave_forecast.in_best_order(plan, wanted=wanted, floor=floor, now=NOW)
    assert sorted(walk.package_ids for walk in found.walks) == sorted(walk.package_ids for walk in plan.walks)
    assert len(found.late) == late(found, wanted, floor) <= late(plan, wanted, floor)


@pytest.mark.parametrize("seed", range(60))
def test_both_count_the_same_packages_late(seed):
    random_ = random.Random(100 + seed)
    floor, (plan, wanted) = some_floor(random_), some_plan(random_)
    crew = wave_forecast._crew(floor)
    due = {number: (need.due_at - NOW).total_seconds() for number, need in wanted.items()}
    trips = [(wave_forecast.walk_seconds(walk, floor=floor), walk.package_ids) for walk in plan.walks]
    order = lateness.best_order(trips=trips, due=due, crew=Crew(**crew), tries=0)
    assert order == list(range(len(trips)))
    facts = lateness.facts_of(trips=trips, due=due)
    free = np.full(crew["pickers"], crew["picker_at"])
    tables = np.full(crew["stations"], crew["station_at"])
    assert lateness.late_of(np.arange(len(trips)), *facts, free, tables, floor.pack_s) == late(
        plan, wanted, floor
    )


def test_who_can_still_be_in_time_goes_before_who_cannot():
    crew = Crew(pickers=1, picker_at=0.0, stations=1, station_at=0.0, pack_s=10.0)
    trips = [(100.0, (1,)), (100.0, (2,)), (50.0, (3,))]
    order = lateness.best_order(trips=trips, due={1: 5.0, 2: 300.0, 3: 60.0}, crew=crew, tries=1000)
    assert order[0] == 2
