"""What a plan leads to: walks go to whoever is free first, parcels wait for a station, and some may be late. No query."""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from warehouse.wave_plan import Floor, Need, Plan, Walk

SWAPS_LOOKED_AT = 300


def walk_seconds(walk: Walk, *, floor: Floor) -> float:
    """How long a picker is expected to be on the way."""
    if floor.is_measured:
        return len(walk.stops) * floor.line_s
    return walk.length_mm / floor.mm_per_s + len(walk.stops) * floor.line_s + walk.lift_s


def expected(plan: Plan, *, wanted: Mapping[int, Need], floor: Floor, now: datetime) -> Plan:
    """The plan with its finish and its late packages."""
    picked, packed = _run(plan.walks, wanted, floor=floor)
    late = [
        number
        for number, seconds in packed.items()
        if now + timedelta(seconds=seconds) > wanted[number].due_at
    ]
    return replace(
        plan,
        picked_at=now + timedelta(seconds=max(picked, default=0.0)),
        finish_at=now + timedelta(seconds=max([*picked, *packed.values()], default=0.0)),
        late=tuple(late),
        meanwhile={number: now + timedelta(seconds=seconds) for number, seconds in packed.items()},
    )


def in_best_order(plan: Plan, *, wanted: Mapping[int, Need], floor: Floor, now: datetime) -> Plan:
    """The same walks, those first that keep most packages in time; what is late anyway steps back for them."""
    best = expected(plan, wanted=wanted, floor=floor, now=now)
    tries = 0
    while best.late and tries < SWAPS_LOOKED_AT:
        found = None
        for at in range(len(best.walks)):
            for to in range(len(best.walks)):
                if at == to or tries >= SWAPS_LOOKED_AT:
                    continue
                tries += 1
                walks = list(best.walks)
                walks.insert(to, walks.pop(at))
                other = expected(replace(best, walks=tuple(walks)), wanted=wanted, floor=floor, now=now)
                if len(other.late) < len((found or best).late):
                    found = other
        if found is None:
            break
        best = found
    return best


def _run(
    walks: Sequence[Walk], wanted: Mapping[int, Need], *, floor: Floor
) -> tuple[list[float], dict[int, float]]:
    """Seconds from now: the end of each walk, and when each package is packed."""
    pickers = [floor.lines_ahead * floor.line_s / max(floor.pickers, 1)] * max(floor.pickers, 1)
    ends, coming = [], []
    for walk in walks:
        end = heapq.heappop(pickers) + walk_seconds(walk, floor=floor)
        heapq.heappush(pickers, end)
        ends.append(end)
        coming += [(end, number) for number in walk.package_ids]
    if not floor.pack_s:
        return ends, {number: end for end, number in coming}
    return ends, _packed(sorted(coming), wanted, floor=floor)


def _packed(coming: list[tuple[float, int]], wanted: Mapping[int, Need], *, floor: Floor) -> dict[int, float]:
    """Stations take the most urgent of what stands there; what was picked before goes first."""
    count = max(floor.stations, 1)
    stations = [floor.parcels_ahead * floor.pack_s / count] * count
    queue: list[tuple[datetime, int]] = []
    done: dict[int, float] = {}
    at = 0
    while at < len(coming) or queue:
        now = heapq.heappop(stations)
        if not queue:
            now = max(now, coming[at][0])
        while at < len(coming) and coming[at][0] <= now:
            heapq.heappush(queue, (wanted[coming[at][1]].due_at, coming[at][1]))
            at += 1
        number = heapq.heappop(queue)[1]
        done[number] = now + floor.pack_s
        heapq.heappush(stations, done[number])
    return done
