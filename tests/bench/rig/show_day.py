"""The seeded day with its live show once more, work counted: with a forward zone or without.

With one, its goods are brought and pre-packed before the show, its single units go straight to packing, and what is left
goes back. All of that is walked and worked here too: nothing is free because it happens at another hour.
"""

import heapq
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.bench.rig import floor_day
from tests.bench.rig.floor_day import Cart, DayOrder, Policy

HOT = 5
PREPARE_FROM, IN_PLACE = floor_day.SPIKE_FROM - 2 * floor_day.HOUR, floor_day.SPIKE_FROM - 1800.0
LOAD, UNIT_S = 80, 1.5  # units that a cart brings or takes back at once; lifting one out and laying it down
PREPACK_S, SEND_S = (
    14.0,
    8.0,
)  # of packing: what can be done before anybody ordered it, and scan, scale, label

Cell = tuple[int, int]


@dataclass(frozen=True)
class Prepared:
    """What stands in the forward zone when the show begins. Cells are those of the shelves."""

    bring: dict[Cell, int] = field(default_factory=dict)
    prepack: dict[Cell, int] = field(default_factory=dict)
    forward: dict[Cell, Cell] = field(default_factory=dict)  # shelf -> forward bin


@dataclass(frozen=True)
class Worked:
    """The day in figures."""

    packed: int
    late: int
    meters: float
    hours: float
    show_parcels: int
    show_work_s: float  # of pickers and packers, for the orders of the show alone
    show_meters: float
    show_minutes: float  # from order to packed, over the show's orders
    lane: int  # parcels that skipped the aisle
    from_forward: int  # loose units that were picked there
    left: int  # units that went back

    @property
    def seconds_a_parcel(self) -> float:
        return self.show_work_s / self.show_parcels

    @property
    def meters_a_parcel(self) -> float:
        return self.show_meters / self.show_parcels

    @property
    def an_hour(self) -> float:
        return self.packed / self.hours


@dataclass(order=True, frozen=True)
class _Parcel:
    """Something to be done at a station."""

    due: float
    ready: float
    number: int
    seconds: float = field(compare=False)
    order: DayOrder | None = field(compare=False, default=None)


def hot_cells(*, seed: int) -> list[Cell]:
    """Where the show's goods lie on that day."""
    random_ = random.Random(seed)
    return [(random_.randrange(floor_day.AISLES), random_.randrange(floor_day.CELLS)) for _ in range(HOT)]


def is_of_show(order: DayOrder, hot: Sequence[Cell]) -> bool:
    """Came during the show, for one of its goods."""
    return floor_day.SPIKE_FROM <= order.at <= floor_day.SPIKE_TO and bool(set(order.cells) & set(hot))


def sold_of(*, seed: int) -> tuple[list[int], int, int]:
    """Units of each of the show's goods on a day; its orders of one unit alone, and all of them."""
    hot = hot_cells(seed=seed)
    of_show = [order for order in floor_day.orders_of(seed=seed) if is_of_show(order, hot)]
    units = Counter(cell for order in of_show for cell in order.cells)
    return [units[cell] for cell in hot], sum(len(order.cells) == 1 for order in of_show), len(of_show)


def run(
    *, orders: Sequence[DayOrder], hot: Sequence[Cell], policy: Policy, prepared: Prepared, length_of
) -> Worked:
    """Whoever is free brings, then picks; stations pre-pack before the show and pack by deadline. `length_of`: a walk past cells."""
    day = _Day(orders, hot, policy, prepared, length_of)
    day.pick()
    return day.result()


class _Day:
    def __init__(self, orders, hot, policy, prepared, length_of) -> None:
        self.orders, self.policy = orders, policy
        self.of_show = {order.number for order in orders if is_of_show(order, hot)}
        self.prepared, self.length_of = prepared, length_of
        self.ready = dict(prepared.prepack)
        self.loose = {cell: units - self.ready.get(cell, 0) for cell, units in prepared.bring.items()}
        self.parcels: list[_Parcel] = []
        self.waiting: list[DayOrder] = []
        self.coming = self.lane = self.from_forward = 0
        self.meters = self.show_meters = self.show_work_s = 0.0
        self.loads = self._loads(prepared.bring)
        for units in prepared.prepack.values():
            self.parcels += [_Parcel(IN_PLACE, PREPARE_FROM + 600.0, -1, PREPACK_S) for _ in range(units)]

    def _loads(self, units: dict[Cell, int]) -> list[tuple[Cell, int]]:
        return [
            (cell, min(LOAD, count - first))
            for cell, count in units.items()
            for first in range(0, count, LOAD)
        ]

    def pick(self) -> None:
        free = [(0.0, picker) for picker in range(floor_day.PICKERS)]
        carts: list[Cart] = []
        while self.coming < len(self.orders) or self.waiting or carts:
            now, picker = heapq.heappop(free)
            self._arrive(now)
            if self.loads and now >= PREPARE_FROM:
                heapq.heappush(free, (now + self._carry(*self.loads.pop(0)), picker))
                continue
            if not carts and self.waiting:
                carts = self.policy(self.waiting, now, self._ahead(now))
                taken = {order.number for cart in carts for order in cart.orders}
                self.waiting = [order for order in self.waiting if order.number not in taken]
            if not carts:
                is_more = self.coming < len(self.orders)
                soonest = self.orders[self.coming].at if is_more else 0.0
                heapq.heappush(free, (max(now + 60.0, soonest), picker))
                continue
            heapq.heappush(free, (now + self._walk(carts.pop(0), now), picker))
        self.back = {cell: self.ready.get(cell, 0) + units for cell, units in self.loose.items()}
        for cell, units in self._loads({cell: units for cell, units in self.back.items() if units}):
            self._carry(cell, units)

    def _arrive(self, now: float) -> None:
        while self.coming < len(self.orders) and self.orders[self.coming].at <= now:
            self._take_in(self.orders[self.coming])
            self.coming += 1

    def _take_in(self, order: DayOrder) -> None:
        """On the lane, to the forward bin, or as ever."""
        mine = [cell for cell in order.cells if cell in self.prepared.forward]
        if floor_day.SPIKE_FROM <= order.at <= floor_day.SPIKE_TO and mine:
            (cell, *_more) = mine
            if len(order.cells) == 1 and self.ready.get(cell, 0):
                self.ready[cell] -= 1
                self.lane += 1
                self.parcels.append(_Parcel(order.due, order.at, order.number, SEND_S, order))
                return
            if self.loose.get(cell, 0):
                self.loose[cell] -= 1
                self.from_forward += 1
                cells = tuple(sorted({self.prepared.forward[cell], *(set(order.cells) - {cell})}))
                order = DayOrder(order.number, order.at, order.due, cells)
        self.waiting.append(order)

    def _ahead(self, now: float) -> int:
        done = sum(1 for one in self.parcels if one.order is not None and one.ready <= now)
        return max(0, done - int(now / floor_day.PACK_S * floor_day.STATIONS))

    def _carry(self, cell: Cell, units: int) -> float:
        length = self.length_of([cell])
        seconds = floor_day.CART_S + length / floor_day.MM_PER_S + UNIT_S * units
        self.meters += length / 1000
        self.show_meters += length / 1000
        self.show_work_s += seconds
        return seconds

    def _walk(self, cart: Cart, now: float) -> float:
        """A cart is shared by its lines: each bears the same part of the way."""
        lines = sum(len(order.cells) for order in cart.orders)
        seconds = floor_day.CART_S + cart.length_mm / floor_day.MM_PER_S + floor_day.LINE_S * lines
        mine = sum(len(order.cells) for order in cart.orders if order.number in self.of_show) / lines
        self.meters += cart.length_mm / 1000
        self.show_meters += mine * cart.length_mm / 1000
        self.show_work_s += mine * seconds
        self.parcels += [
            _Parcel(order.due, now + seconds, order.number, floor_day.PACK_S, order) for order in cart.orders
        ]
        return seconds

    def result(self) -> Worked:
        stations, queue = [0.0] * floor_day.STATIONS, []
        coming = sorted(self.parcels, key=lambda one: (one.ready, one.number))
        late = at = packed = 0
        end, waited = 0.0, defaultdict(float)
        while at < len(coming) or queue:
            now = heapq.heappop(stations)
            if not queue:
                now = max(now, coming[at].ready)
            while at < len(coming) and coming[at].ready <= now:
                heapq.heappush(queue, coming[at])
                at += 1
            one = heapq.heappop(queue)
            done = now + one.seconds
            heapq.heappush(stations, done)
            if one.order is not None:
                packed, late, end = packed + 1, late + (done > one.order.due), max(end, done)
                waited[one.order.number] = done - one.order.at
        stations_s = sum(
            one.seconds for one in self.parcels if one.order is None or one.order.number in self.of_show
        )
        return Worked(
            packed=packed,
            late=late,
            meters=self.meters,
            hours=end / floor_day.HOUR,
            show_parcels=len(self.of_show),
            show_work_s=self.show_work_s + stations_s,
            show_meters=self.show_meters,
            show_minutes=sum(waited[number] for number in self.of_show) / 60 / len(self.of_show),
            lane=self.lane,
            from_forward=self.from_forward,
            left=sum(self.back.values()),
        )
