"""A seeded day of 3,000 orders on the floor, by our planner and by three plain ways, in one run.

Shops promise different things, so who came first is not who must leave first. What is picked together is sorted at the put
wall before it is packed, item by item; single items need no sorting.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from tests.bench import registry
from tests.bench.ground import Ground
from tests.bench.registry import Figure
from tests.bench.rig import floor_day
from tests.bench.rig.floor_day import Cart, DayOrder, Result
from tests.bench.rig.plain_walks import largest_gap, s_shape
from warehouse import wave_choice, wave_plan
from warehouse.planner import openings, planning
from warehouse.planner.arrays import arrays_of
from warehouse.planner.evaluate import walked
from warehouse.planner.problem import Problem
from warehouse.wave_plan import Floor, Need, Shelf
from warehouse.wave_walks import BATCH, Ways

SEED = 7
WAVE = floor_day.PICKERS * floor_day.SLOTS * 2
OPENED = datetime(2026, 11, 27, 8, tzinfo=UTC)
MEASURES = {
    "length": floor_day.LENGTH_MM,
    "between": floor_day.AISLE_MM,
    "entry": floor_day.ENTRY_MM,
    "step": floor_day.CELL_MM,
}
FLOOR = Floor(
    aisle_mm=floor_day.AISLE_MM,
    cell_mm=floor_day.CELL_MM,
    entry_mm=floor_day.ENTRY_MM,
    cells=floor_day.CELLS - 1,
    mm_per_s=floor_day.MM_PER_S,
    line_s=floor_day.LINE_S,
    pickers=floor_day.PICKERS,
    pack_s=floor_day.PACK_S,
    stations=floor_day.STATIONS,
)


def first_come(waiting: Sequence[DayOrder], _now: float, _packing: int) -> list[Cart]:
    return _filled(sorted(waiting, key=lambda order: order.at))


def earliest_deadline(waiting: Sequence[DayOrder], _now: float, _packing: int) -> list[Cart]:
    return _filled(sorted(waiting, key=lambda order: (order.due, order.at)))


def _filled(orders: Sequence[DayOrder]) -> list[Cart]:
    chosen = tuple(orders[: floor_day.SLOTS])
    return [Cart(chosen, s_shape({cell for order in chosen for cell in order.cells}, **MEASURES))]


def savings(waiting: Sequence[DayOrder], _now: float, _packing: int) -> list[Cart]:
    """The oldest of a wave, batched by savings, each aisle entered up to its largest gap."""
    chosen = sorted(waiting, key=lambda order: order.at)[:WAVE]
    block = FLOOR.block([Shelf(0, 0, 1, 0, floor_day.AISLES, floor_day.CELLS - 1)])
    problem = Problem(block, [order.cells for order in chosen], [[1]] * len(chosen), [floor_day.SLOTS])
    groups = np.zeros(len(chosen), np.int64)
    openings.savings(arrays_of(problem), groups)
    carts = []
    for group in dict.fromkeys(groups.tolist()):
        orders = tuple(order for order, mine in zip(chosen, groups, strict=True) if mine == group)
        carts.append(
            Cart(orders, largest_gap({cell for order in orders for cell in order.cells}, **MEASURES))
        )
    return carts


def ours(waiting: Sequence[DayOrder], now: float, packing: int) -> list[Cart]:
    """The floor's own planner: it knows the pickups, what waits for packing, and how fast both are."""
    return _planned(waiting, now, packing, ways=Ways(slots=floor_day.SLOTS))


def with_lanes(waiting: Sequence[DayOrder], now: float, packing: int) -> list[Cart]:
    """The same, and what needs no slot walks without: single units, the goods of the show."""
    return _planned(waiting, now, packing, ways=Ways(slots=floor_day.SLOTS, has_lanes=True))


def sorted_later(waiting: Sequence[DayOrder], now: float, packing: int) -> list[Cart]:
    """The same, everything picked together and sorted at the put wall."""
    return _planned(waiting, now, packing, ways=Ways(slots=floor_day.SLOTS, mode=BATCH))


def _planned(waiting: Sequence[DayOrder], now: float, packing: int, *, ways: Ways) -> list[Cart]:
    seen = sorted(waiting, key=lambda order: (order.due, order.at))[: WAVE * wave_choice.POOL]
    orders = {order.number: order for order in seen}
    start = OPENED + timedelta(seconds=now)
    sku = {cell: number for number, cell in enumerate(sorted({c for order in seen for c in order.cells}))}
    shelves = [Shelf(number, number, 10**6, 0, cell[0] + 1, cell[1]) for cell, number in sku.items()]
    shelves.append(Shelf(-1, -1, 0, 0, floor_day.AISLES, floor_day.CELLS - 1))
    needs = [
        Need(number, {sku[cell]: 1 for cell in order.cells}, OPENED + timedelta(seconds=order.due))
        for number, order in orders.items()
    ]
    pool = wave_choice.Pool(needs, shelves, replace(FLOOR, parcels_ahead=packing))
    taken = wave_choice.chosen(pool=pool, limit=WAVE, now=start)
    plan = wave_choice.plan(pool=pool, needs=taken, ways=ways, now=start)
    return [_checked(walk, orders, shelves) for walk in plan.walks]


def _checked(walk: wave_plan.Walk, chosen: dict[int, DayOrder], shelves: Sequence[Shelf]) -> Cart:
    """The cart, its length by walking its stops."""
    place = {shelf.bin_id: shelf.place for shelf in shelves}
    tour = list(dict.fromkeys(place[stop.bin_id] for stop in walk.stops))
    return Cart(
        tuple(chosen[number] for number in walk.package_ids),
        walked(block=FLOOR.block(shelves), tour=tour),
        is_sorted_later=walk.mode == BATCH,
    )


@registry.case
def floor(_ground: Ground) -> list[Figure]:
    planning.warm_up()
    orders = floor_day.orders_of(seed=SEED)
    ways = {
        "first come, S-shape": (first_come, False),
        "earliest deadline, S-shape": (earliest_deadline, True),
        "savings, largest gap": (savings, False),
    }
    best = floor_day.run(orders=orders, policy=ours, by_due_at_packing=True)
    figures = []
    for name, (policy, by_due) in ways.items():
        plain = floor_day.run(orders=orders, policy=policy, by_due_at_packing=by_due)
        figures += _compared(best, plain, name=name)
    others = {"ours without the fast lane (ours: with it)": with_lanes}
    others["ours, slots on the cart (ours: sorted at the put wall)"] = sorted_later
    for name, policy in others.items():
        figures += _compared(
            floor_day.run(orders=orders, policy=policy, by_due_at_packing=True), best, name=name
        )
    return figures


def _compared(best: Result, plain: Result, *, name: str) -> list[Figure]:
    whole = best.packed == plain.packed == floor_day.ORDERS
    measures = (
        ("late packages", "packages", best.late, plain.late),
        ("walked", "m", best.meters, plain.meters),
        ("packed", "parcels/h", best.an_hour, plain.an_hour),
        ("packed by an hour of a picker", "parcels/h", best.a_picking_hour, plain.a_picking_hour),
    )
    return [
        Figure(metric=f"{what}; reference: {name}", unit=unit, ours=ours, reference=other, correct=whole)
        for what, unit, ours, other in measures
    ]
