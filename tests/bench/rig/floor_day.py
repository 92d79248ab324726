"""A day on the floor, seeded: orders as they come, pickers with carts, a put wall, pack stations, two carrier pickups.

Three shops ship from it, and each promises something else; so who came first is not who has to leave first.
"""

import heapq
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

AISLES, CELLS = 12, 40
AISLE_MM, CELL_MM, ENTRY_MM = 4000, 1000, 1500
LENGTH_MM = 2 * ENTRY_MM + (CELLS - 1) * CELL_MM
SLOTS, PICKERS, STATIONS = 12, 6, 3
MM_PER_S, LINE_S, CART_S, PACK_S = 1100, 11.0, 90.0, 20.0
HOUR = 3600.0
SORT_S = 5.0  # an item of a larger package that was picked together goes into its slot of the put wall
DAY = 24 * HOUR
PICKUPS = (6.5 * HOUR, 12 * HOUR)  # seconds after the doors open, each day
NOTICE = 2 * HOUR  # an express order leaves with the first pickup that is at least so far away
EXPRESS, HOURS_36, HOURS_48 = "express", "36 h", "48 h"
SHARES = {EXPRESS: 0.25, HOURS_36: 0.35, HOURS_48: 0.40}
WITHIN = {HOURS_36: 36 * HOUR, HOURS_48: 48 * HOUR}
CLOSES, SPIKE_FROM, SPIKE_TO, SPIKE_ORDERS, ORDERS = 10 * HOUR, 3.8 * HOUR, 4.3 * HOUR, 1200, 3000
NIGHT_FROM, NIGHT_ORDERS = -24 * HOUR, 1200  # after a day without work: they wait when the doors open


@dataclass(frozen=True)
class DayOrder:
    number: int
    at: float
    due: float  # when it must be packed; for the last ones that is tomorrow
    cells: tuple[tuple[int, int], ...]
    promise: str = HOURS_48


@dataclass(frozen=True)
class Cart:
    orders: tuple[DayOrder, ...]
    length_mm: float
    is_sorted_later: bool = False  # picked together, without slots

    @property
    def seconds(self) -> float:
        """On the way, and at the put wall: a single item needs no sorting."""
        walked = CART_S + self.length_mm / MM_PER_S + LINE_S * sum(len(one.cells) for one in self.orders)
        mixed = sum(len(one.cells) for one in self.orders if len(one.cells) > 1)
        return walked + SORT_S * mixed * self.is_sorted_later


@dataclass(frozen=True)
class Result:
    late: int
    meters: float
    hours: float
    packed: int
    picking_hours: float = 0.0  # of all pickers, on the way and sorting

    @property
    def an_hour(self) -> float:
        return self.packed / self.hours

    @property
    def a_picking_hour(self) -> float:
        """The day ends when its last orders are packed; how much work it was shows here."""
        return self.packed / self.picking_hours


# (orders that wait, seconds after opening, parcels that wait for packing) -> carts, the first to go first
Policy = Callable[[Sequence[DayOrder], float, int], list[Cart]]


def orders_of(*, seed: int) -> list[DayOrder]:
    """Small orders over a dozen hours, and a live show whose few goods everybody wants."""
    random_ = random.Random(seed)
    hot = [(random_.randrange(AISLES), random_.randrange(CELLS)) for _ in range(5)]
    times = [(random_.uniform(NIGHT_FROM, 0), False) for _ in range(NIGHT_ORDERS)]
    times += [(random_.uniform(0, CLOSES), False) for _ in range(ORDERS - SPIKE_ORDERS - NIGHT_ORDERS)]
    times += [(random_.uniform(SPIKE_FROM, SPIKE_TO), True) for _ in range(SPIKE_ORDERS)]
    made = []
    for number, (at, is_show) in enumerate(sorted(times)):
        lines = min(1 + int(random_.expovariate(0.8)), 8)
        cells = {(random_.randrange(AISLES), random_.randrange(CELLS)) for _ in range(lines)}
        if is_show:
            cells = {random_.choice(hot)} | set(sorted(cells)[: random_.choice((0, 0, 1))])
        promise = EXPRESS if is_show else random_.choices([*SHARES], [*SHARES.values()])[0]
        made.append(DayOrder(number, at, due_of(at=at, promise=promise), tuple(sorted(cells)), promise))
    return made


def due_of(*, at: float, promise: str) -> float:
    """The pickup that it has to leave with: the next one for express, else the last one that keeps the promise."""
    pickups = [day * DAY + pickup for day in range(-1, 4) for pickup in PICKUPS]
    if promise == EXPRESS:
        return min(pickup for pickup in pickups if pickup >= max(at, 0.0) + NOTICE)
    return max(pickup for pickup in pickups if pickup <= at + WITHIN[promise])


def run(*, orders: Sequence[DayOrder], policy: Policy, by_due_at_packing: bool) -> Result:
    """Whoever is free takes the next cart; when there is none, a wave is planned from what waits."""
    free = [(0.0, picker) for picker in range(PICKERS)]
    waiting: list[DayOrder] = []
    carts: list[Cart] = []
    picked: list[tuple[float, DayOrder]] = []
    coming, meters, seconds = 0, 0.0, 0.0
    while coming < len(orders) or waiting or carts:
        now, picker = heapq.heappop(free)
        while coming < len(orders) and orders[coming].at <= now:
            waiting.append(orders[coming])
            coming += 1
        if not carts and waiting:
            done = int(sum(1 for at, _order in picked if at <= now))
            carts = policy(waiting, now, max(0, done - int(now / PACK_S * STATIONS)))
            taken = {order.number for cart in carts for order in cart.orders}
            waiting = [order for order in waiting if order.number not in taken]
        if not carts:
            heapq.heappush(
                free, (max(now + 60.0, orders[coming].at if coming < len(orders) else 0.0), picker)
            )
            continue
        cart = carts.pop(0)
        end = now + cart.seconds
        meters += cart.length_mm / 1000
        seconds += cart.seconds
        picked += [(end, order) for order in cart.orders]
        heapq.heappush(free, (end, picker))
    found = _packed(sorted(picked, key=lambda one: (one[0], one[1].number)), meters, by_due_at_packing)
    return replace(found, picking_hours=seconds / HOUR)


def _packed(picked: list[tuple[float, DayOrder]], meters: float, by_due: bool) -> Result:
    stations = [0.0] * STATIONS
    queue: list[tuple[float, float, int, DayOrder]] = []
    late, at, end = 0, 0, 0.0
    while at < len(picked) or queue:
        now = heapq.heappop(stations)
        if not queue:
            now = max(now, picked[at][0])
        while at < len(picked) and picked[at][0] <= now:
            end_of_pick, order = picked[at]
            heapq.heappush(queue, (order.due if by_due else 0.0, end_of_pick, order.number, order))
            at += 1
        order = heapq.heappop(queue)[3]
        end = now + PACK_S
        late += end > order.due
        heapq.heappush(stations, end)
    return Result(late=late, meters=meters, hours=end / HOUR, packed=len(picked))
