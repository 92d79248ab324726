"""What a plan leads to: walks go to whoever is free first, parcels wait for a station, and some may be late. No query."""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from warehouse.planner import planning
from warehouse.wave_plan import Floor, Need, Plan, Walk

SWAPS_LOOKED_AT = 1000

Trip = tuple[float, tuple[int, ...]]  # seconds on the way, packages in the cart


def walk_seconds(walk: Walk, *, floor: Floor) -> float:
    """How long a picker is expected to be on the way."""
    if floor.is_measured:
        return len(walk.stops) * floor.line_s
    return walk.length_mm / floor.mm_per_s + len(walk.stops) * floor.line_s + walk.lift_s


def expected(plan: Plan, *, wanted: Mapping[int, Need], floor: Floor, now: datetime) -> Plan:
    """The plan with its finish and its late packages."""
    due = _seconds_left(plan, wanted, now=now)
    picked, packed = _run(_trips(plan, floor=floor), due, floor=floor)
    return replace(
        plan,
        picked_at=now + timedelta(seconds=max(picked, default=0.0)),
        finish_at=now + timedelta(seconds=max([*picked, *packed.values()], default=0.0)),
        late=tuple(number for number, seconds in packed.items() if seconds > due[number]),
        meanwhile={number: now + timedelta(seconds=seconds) for number, seconds in packed.items()},
    )


def in_best_order(plan: Plan, *, wanted: Mapping[int, Need], floor: Floor, now: datetime) -> Plan:
    """The same walks, those first that keep most packages in time; what is late anyway steps back for them."""
    found = expected(plan, wanted=wanted, floor=floor, now=now)
    if not found.late:
        return found
    order = planning.best_order(
        trips=_trips(plan, floor=floor),
        due=_seconds_left(plan, wanted, now=now),
        crew=_crew(floor),
        tries=SWAPS_LOOKED_AT,
    )
    best = replace(plan, walks=tuple(plan.walks[number] for number in order))
    return expected(best, wanted=wanted, floor=floor, now=now)


def _crew(floor: Floor) -> dict[str, float]:
    pickers, stations = max(floor.pickers, 1), max(floor.stations, 1)
    return {
        "pickers": pickers,
        "picker_at": floor.lines_ahead * floor.line_s / pickers,
        "stations": stations,
        "station_at": floor.parcels_ahead * floor.pack_s / stations,
        "pack_s": float(floor.pack_s),
    }


def _trips(plan: Plan, *, floor: Floor) -> list[Trip]:
    return [(walk_seconds(walk, floor=floor), walk.package_ids) for walk in plan.walks]


def _seconds_left(plan: Plan, wanted: Mapping[int, Need], *, now: datetime) -> dict[int, float]:
    """Until when each package must be packed. Whole orders of walks are tried: they are reckoned in seconds."""
    return {number: (wanted[number].due_at - now).total_seconds() for number in plan.package_ids}


def _run(
    trips: Sequence[Trip], due: Mapping[int, float], *, floor: Floor
) -> tuple[list[float], dict[int, float]]:
    """Seconds from now: the end of each walk, and when each package is packed."""
    crew = _crew(floor)
    pickers = [crew["picker_at"]] * crew["pickers"]
    ends, coming = [], []
    for seconds, package_ids in trips:
        end = pickers[0] + seconds
        heapq.heapreplace(pickers, end)
        ends.append(end)
        coming += [(end, number) for number in package_ids]
    if not floor.pack_s:
        return ends, {number: end for end, number in coming}
    stations = [crew["station_at"]] * crew["stations"]
    return ends, _packed(sorted(coming), due, stations=stations, pack_s=floor.pack_s)


def _packed(
    coming: list[tuple[float, int]], due: Mapping[int, float], *, stations: list[float], pack_s: float
) -> dict[int, float]:
    """Stations take the most urgent of what stands there; what was picked before goes first."""
    queue: list[tuple[float, int]] = []
    done: dict[int, float] = {}
    at, many = 0, len(coming)
    while at < many or queue:
        now = stations[0]
        if not queue:
            now = max(now, coming[at][0])
        while at < many and coming[at][0] <= now:
            number = coming[at][1]
            heapq.heappush(queue, (due[number], number))
            at += 1
        number = heapq.heappop(queue)[1]
        done[number] = now + pack_s
        heapq.heapreplace(stations, done[number])
    return done
