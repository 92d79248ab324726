"""How many packages are late when walks go out in a given order: pickers first, then pack stations, the most urgent first.

The same reckoning as `wave_forecast`, compiled: whole orders of walks are tried by the hundred.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from warehouse.planner.compiled import compiled, inner


@dataclass(frozen=True)
class Crew:
    """Who picks and packs: when the first of them is free, in seconds from now."""

    pickers: int
    picker_at: float
    stations: int
    station_at: float
    pack_s: float


@inner
def _push(heap, size, rank):
    at = size
    while at > 0 and heap[(at - 1) // 2] > rank:
        heap[at] = heap[(at - 1) // 2]
        at = (at - 1) // 2
    heap[at] = rank


@inner
def _pop(heap, size):
    """The smallest; `size` is what the heap holds before."""
    least, last = heap[0], heap[size - 1]
    at, end = 0, size - 1
    while 2 * at + 1 < end:
        child = 2 * at + 1
        if child + 1 < end and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= last:
            break
        heap[at] = heap[child]
        at = child
    heap[at] = last
    return least


@inner
def _moved(order, at, to):
    """The same order, with the walk of place `at` taken out and put in at place `to`."""
    moved = np.empty_like(order)
    step = 1 if to > at else -1
    for place in range(order.size):
        moved[place] = order[place]
    for place in range(at, to, step):
        moved[place] = order[place + step]
    moved[to] = order[at]
    return moved


@compiled
def late_of(order, seconds, starts, members, due, rank, by_rank, free, tables, pack_s):
    """`free` and `tables` hold when each picker and station is free; both are used up."""
    ends, walks = np.empty(order.size), np.empty(order.size, np.int64)  # the walks in the order of their ends
    late = back = 0
    for trip in order:
        first = free.argmin()
        free[first] += seconds[trip]
        if pack_s <= 0:
            for at in range(starts[trip], starts[trip + 1]):
                late += free[first] > due[members[at]]
        elif starts[trip] < starts[trip + 1]:
            place = back
            while place > 0 and ends[place - 1] > free[first]:
                ends[place], walks[place] = ends[place - 1], walks[place - 1]
                place -= 1
            ends[place], walks[place] = free[first], trip
            back += 1
    heap = np.empty(due.size, np.int64)
    over = size = 0
    while over < back or size > 0:
        station = tables.argmin()
        now = tables[station]
        if size == 0:
            now = max(now, ends[over])
        while over < back and ends[over] <= now:
            for at in range(starts[walks[over]], starts[walks[over] + 1]):
                _push(heap, size, rank[members[at]])
                size += 1
            over += 1
        one = by_rank[_pop(heap, size)]
        size -= 1
        tables[station] = now + pack_s
        late += tables[station] > due[one]
    return late


@compiled
def improve(order, fewest, tries, seconds, starts, members, due, rank, by_rank, free, tables, pack_s):
    """Walks moved to other places as long as that makes fewer packages late; the best move of a round is done."""
    best, many = order.copy(), order.size
    while fewest > 0 and tries > 0:
        found = False
        for at in range(many):
            for to in range(many):
                if at == to or tries == 0:
                    continue
                tries -= 1
                other = _moved(order, at, to)
                late = late_of(
                    other, seconds, starts, members, due, rank, by_rank, free.copy(), tables.copy(), pack_s
                )
                if late < fewest:
                    fewest, found = late, True
                    best = other
        if not found:
            break
        order = best.copy()
    return best


def facts_of(*, trips: Sequence[tuple[float, Sequence[int]]], due: dict[int, float]) -> tuple:
    """The trips as arrays. Of packages that are as urgent, the smaller number comes first."""
    numbers = sorted(number for _seconds, package_ids in trips for number in package_ids)
    places = {number: place for place, number in enumerate(numbers)}
    times = np.array([due[number] for number in numbers], float)
    by_rank = np.argsort(times, kind="mergesort")
    rank = np.empty_like(by_rank)
    rank[by_rank] = np.arange(by_rank.size)
    starts = np.cumsum([0, *(len(package_ids) for _seconds, package_ids in trips)])
    members = np.array([places[number] for _seconds, ids in trips for number in ids], np.int64)
    seconds = np.array([seconds for seconds, _package_ids in trips], float)
    return seconds, starts, members, times, rank, by_rank


def best_order(
    *, trips: Sequence[tuple[float, Sequence[int]]], due: dict[int, float], crew: Crew, tries: int
) -> list[int]:
    """Numbers of the trips (seconds, packages) in the order that makes fewest packages late."""
    facts, order = facts_of(trips=trips, due=due), np.arange(len(trips))
    free, tables = np.full(crew.pickers, crew.picker_at), np.full(crew.stations, crew.station_at)
    fewest = late_of(order, *facts, free.copy(), tables.copy(), crew.pack_s)
    return improve(order, fewest, tries, *facts, free, tables, crew.pack_s).tolist()


def warm_up() -> None:
    """Load or make the compiled code."""
    crew = Crew(pickers=1, picker_at=0.0, stations=1, station_at=0.0, pack_s=1.0)
    best_order(trips=[(2.0, (1,)), (1.0, (2, 3))], due={1: 9.0, 2: 2.0, 3: 2.0}, crew=crew, tries=2)
