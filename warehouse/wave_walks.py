"""Planning a wave: who shares a cart, in which lane, in which order to walk; late packages first, metres second. No query."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from warehouse import wave_forecast
from warehouse.planner import planning
from warehouse.planner.block import Block
from warehouse.planner.problem import Problem
from warehouse.wave_plan import Floor, Need, Plan, Shelf, Stop, TooBig, Walk, choose_bins

NO_LIMIT = 1 << 40
SECONDS_A_PACKAGE, SECONDS_AT_MOST = 0.005, 0.8  # of search; twice when the urgent ones are planned apart
BULK_AT_LEAST = 8  # packages with the same content: the goods of a show
SINGLES_AT_LEAST = 6
WITHOUT_SLOTS_AT_MOST = 60  # packages on a cart that are told apart later
BY_ORDER, SORT_WHILE_PICK, BATCH = "by_order", "sort_while_pick", "batch"
MIXED, SINGLE, BULK = "mixed", "single", "bulk"


@dataclass(frozen=True)
class Ways:
    """How the packages of a wave are to be picked."""

    slots: int = 12
    mode: str = SORT_WHILE_PICK
    has_lanes: bool = False  # single units and many of one product walk without slots


@dataclass(frozen=True)
class Site:
    """What a wave's carts are made of."""

    floor: Floor
    shelves: Sequence[Shelf]
    stops: Mapping[int, list[Stop]]
    ways: Ways
    seconds: float = SECONDS_AT_MOST

    @cached_property
    def block(self) -> Block:
        return self.floor.block(self.shelves)

    @cached_property
    def places(self) -> dict[int, tuple[int, int]]:
        """Row and cell of each bin, as the router counts them."""
        return {
            shelf.bin_id: (shelf.place[0] + (shelf.block == 2) * self.block.aisles, shelf.place[1])
            for shelf in self.shelves
        }

    @cached_property
    def levels(self) -> dict[int, int]:
        return {shelf.bin_id: shelf.level for shelf in self.shelves}


def plan_walks(
    *,
    needs: Sequence[Need],
    shelves: Iterable[Shelf],
    ways: Ways = Ways(),
    floor: Floor = Floor(),
    now: datetime | None = None,
    seconds: float = SECONDS_AT_MOST,
) -> Plan:
    """Carts by the shortest walks; where that would make packages late, the urgent ones walk first and apart."""
    shelves = list(shelves)
    too_big = [found for need in needs if (found := _too_big(need, floor))]
    beyond = {one.package_id for one in too_big}
    stops, lacking = choose_bins(
        needs=[one for one in needs if one.package_id not in beyond], shelves=shelves
    )
    rest = Plan(walks=(), lacking=tuple(lacking), too_big=tuple(too_big))
    if not stops:
        return rest
    wanted = {need.package_id: need for need in needs if need.package_id in stops}
    site = Site(floor=floor, shelves=shelves, stops=stops, ways=ways, seconds=seconds)
    plan = replace(rest, walks=tuple(_walks(site, list(wanted.values()))))
    if now is None:
        return plan
    return _kept_in_time(plan, site, wanted, now=now)


def _kept_in_time(plan: Plan, site: Site, wanted: Mapping[int, Need], *, now: datetime) -> Plan:
    """The plan in its best order, or one in which the packages that would be late or nearly so walk apart."""
    hints = {"wanted": wanted, "floor": site.floor, "now": now}
    plan = wave_forecast.in_best_order(plan, **hints)
    if not plan.late:
        return plan
    urgent = [need for need in wanted.values() if need.due_at <= plan.finish_at]
    others = [need for need in wanted.values() if need.due_at > plan.finish_at]
    possible = [need for need in urgent if need.due_at > now]
    groups = [(urgent, others)]
    if len(possible) < len(urgent):  # nobody can save some of them: they step back
        gone = [need for need in urgent if need.due_at <= now]
        groups = [(possible, [*gone, *others])]
    for first, second in groups:
        if not first or not second:
            continue
        apart = replace(plan, walks=(*_walks(site, first), *_walks(site, second)), is_split=True)
        apart = wave_forecast.in_best_order(apart, **hints)
        plan = min(plan, apart, key=lambda one: (len(one.late), one.length_mm))
    return plan


def _too_big(need: Need, floor: Floor) -> TooBig | None:
    amounts = {"units": need.amount, "weight_g": need.weight_g, "volume_ml": need.volume_ml}
    for measure, takes in floor.cart.items():
        if amounts[measure] > takes:
            return TooBig(need.package_id, measure, amounts[measure], takes)
    return None


def _walks(site: Site, needs: Sequence[Need]) -> list[Walk]:
    """Carts of these packages, the one with the most urgent package first."""
    due = {need.package_id: (need.due_at, need.package_id) for need in needs}
    walks = []
    for mode, lane, group in _lanes(needs, site.ways):
        walks += _carts(site, group, mode=mode, lane=lane, share=len(group) / len(needs))
    return sorted(walks, key=lambda walk: min(due[package_id] for package_id in walk.package_ids))


def _lanes(needs: Sequence[Need], ways: Ways) -> list[tuple[str, str, list[Need]]]:
    """Packages with the same content together, single units together, all others as the wave is picked."""
    left = list(needs)
    found = []
    if ways.has_lanes and ways.mode != BY_ORDER:
        alike: dict[tuple, list[Need]] = defaultdict(list)
        for need in left:
            alike[tuple(sorted(need.units.items()))].append(need)
        for content, group in alike.items():
            if len(content) == 1 and len(group) >= BULK_AT_LEAST:
                found.append((BATCH, BULK, group))
        taken = {need.package_id for _mode, _lane, group in found for need in group}
        left = [need for need in left if need.package_id not in taken]
        singles = [need for need in left if need.amount == 1]
        if len(singles) >= SINGLES_AT_LEAST:
            found.append((BATCH, SINGLE, singles))
            left = [need for need in left if need.amount != 1]
    if left:
        found.append((ways.mode, MIXED, left))
    return found


def within_wall(*, needs: Sequence[Need], ways: Ways, room: int) -> tuple[list[Need], list[Need]]:
    """Those that the put wall has slots for, and the least urgent ones that it has not. Lanes of their own need no slot."""
    sorted_later = {
        need.package_id: need
        for mode, lane, group in _lanes(needs, ways)
        if (mode, lane) == (BATCH, MIXED)
        for need in group
    }
    by_due = sorted(sorted_later.values(), key=lambda need: (need.due_at, need.package_id))
    beyond = {need.package_id for need in by_due[room:]}
    kept = [need for need in needs if need.package_id not in beyond]
    return kept, [need for need in needs if need.package_id in beyond]


def _carts(site: Site, needs: Sequence[Need], *, mode: str, lane: str, share: float) -> list[Walk]:
    """Carts of one lane, within every limit of a cart."""
    needs = sorted(needs, key=lambda need: (need.due_at, need.package_id))
    slots = {BY_ORDER: 1, SORT_WHILE_PICK: site.ways.slots, BATCH: WITHOUT_SLOTS_AT_MOST}[mode]
    floor = site.floor
    limits = [
        slots,
        floor.cart_units or NO_LIMIT,
        floor.cart_weight_g or NO_LIMIT,
        floor.cart_volume_ml or NO_LIMIT,
    ]
    sizes = [[1, need.amount, need.weight_g, need.volume_ml] for need in needs]
    visits = [[site.places[stop.bin_id] for stop in site.stops[need.package_id]] for need in needs]
    problem = Problem(site.block, visits, sizes, limits)
    seconds = min(site.seconds * share, SECONDS_A_PACKAGE * len(needs))
    planned = planning.plan(problem=problem, seconds=seconds)
    carts = sorted(
        zip(planned.batches, planned.tours, planned.lengths, strict=True), key=lambda cart: min(cart[0])
    )
    return [
        _walk(site, [needs[index].package_id for index in sorted(batch)], tour, length, mode=mode, lane=lane)
        for batch, tour, length in carts
    ]


def _walk(
    site: Site,
    package_ids: list[int],
    tour: list[tuple[int, int]],
    length: float,
    *,
    mode: str,
    lane: str,
) -> Walk:
    floor, places = site.floor, site.places
    if tour[0] > tour[-1] and floor.entry_aisle == floor.pack_aisle and not floor.is_one_way:
        tour = tour[::-1]  # both ways round are as long: the near aisle first
    at = {place: number for number, place in enumerate(tour)}
    slot = {package_id: number for number, package_id in enumerate(package_ids)}
    stops = [stop for package_id in package_ids for stop in site.stops[package_id]]
    stops.sort(
        key=lambda stop: (
            at[places[stop.bin_id]],
            stop.walk_order,
            stop.bin_id,
            stop.sku_id,
            slot[stop.package_id],
        )
    )
    lifts = sum(max(site.levels[bin_id] - 1, 0) for bin_id in {stop.bin_id for stop in stops})
    return Walk(
        package_ids=tuple(package_ids),
        stops=tuple(stops),
        length_mm=round(length),
        mode=mode,
        lane=lane,
        lift_s=lifts * floor.level_s,
    )
