"""Pure planning of a wave: which bins to take from, who shares a cart, in which order to walk. No query in here."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

STEP = 10  # between two stops of a walk, so that a replacement fits in between


@dataclass(frozen=True)
class Need:
    """What one package wants, and how urgent it is."""

    package_id: int
    units: Mapping[int, int]  # SKU id -> units
    due_at: datetime


@dataclass(frozen=True)
class Shelf:
    """Free units of one SKU in one bin. The dock is used only when the shelves are empty."""

    bin_id: int
    sku_id: int
    free: int
    walk_order: int


@dataclass(frozen=True)
class Stop:
    """Take `quantity` of a SKU from a bin for a package."""

    package_id: int
    sku_id: int
    bin_id: int
    quantity: int
    walk_order: int


@dataclass(frozen=True)
class Walk:
    """One cart: its packages in slot order and its stops in walk order."""

    package_ids: tuple[int, ...]
    stops: tuple[Stop, ...]

    def slot_of(self, package_id: int) -> int:
        return self.package_ids.index(package_id) + 1


@dataclass(frozen=True)
class Plan:
    walks: tuple[Walk, ...]
    lacking: tuple[int, ...]  # packages whose goods do not lie on any shelf now

    @property
    def package_ids(self) -> list[int]:
        return [package_id for walk in self.walks for package_id in walk.package_ids]

    @property
    def units(self) -> int:
        return sum(stop.quantity for walk in self.walks for stop in walk.stops)


def choose_bins(
    *, needs: Sequence[Need], shelves: Iterable[Shelf]
) -> tuple[dict[int, list[Stop]], list[int]]:
    """Stops per package, most urgent first; a package that lacks a unit takes nothing and is named."""
    by_sku: dict[int, list[Shelf]] = defaultdict(list)
    for shelf in sorted(shelves, key=lambda one: (one.walk_order, one.bin_id)):
        by_sku[shelf.sku_id].append(shelf)
    left = {(shelf.bin_id, shelf.sku_id): shelf.free for rows in by_sku.values() for shelf in rows}
    stops: dict[int, list[Stop]] = {}
    lacking = []
    for need in sorted(needs, key=lambda one: (one.due_at, one.package_id)):
        taken = _take(need, by_sku, left)
        if taken is None:
            lacking.append(need.package_id)
            continue
        for stop in taken:
            left[stop.bin_id, stop.sku_id] -= stop.quantity
        stops[need.package_id] = taken
    return stops, lacking


def _take(
    need: Need, by_sku: Mapping[int, list[Shelf]], left: Mapping[tuple[int, int], int]
) -> list[Stop] | None:
    """Units of every SKU: from one bin that has them all if there is one, else bin after bin."""
    stops = []
    for sku_id, wanted in need.units.items():
        rows = [shelf for shelf in by_sku.get(sku_id, ()) if left[shelf.bin_id, sku_id] > 0]
        whole = next((shelf for shelf in rows if left[shelf.bin_id, sku_id] >= wanted), None)
        missing = wanted
        for shelf in [whole] if whole else rows:
            units = min(missing, left[shelf.bin_id, sku_id])
            stops.append(Stop(need.package_id, sku_id, shelf.bin_id, units, shelf.walk_order))
            missing -= units
            if missing == 0:
                break
        if missing:
            return None
    return stops


def plan_walks(*, needs: Sequence[Need], shelves: Iterable[Shelf], slots: int) -> Plan:
    """Packages whose goods lie near each other share a cart; the cart with the most urgent package goes first."""
    stops, lacking = choose_bins(needs=needs, shelves=shelves)
    due = {need.package_id: need.due_at for need in needs}
    near = sorted(stops, key=lambda package_id: (_middle(stops[package_id]), due[package_id], package_id))
    carts = [near[start : start + slots] for start in range(0, len(near), slots)]
    carts.sort(key=lambda cart: (min(due[package_id] for package_id in cart), cart[0]))
    walks = tuple(
        Walk(
            package_ids=tuple(cart),
            stops=tuple(
                sorted(
                    (stop for package_id in cart for stop in stops[package_id]),
                    key=lambda stop: (stop.walk_order, stop.sku_id, cart.index(stop.package_id)),
                )
            ),
        )
        for cart in carts
    )
    return Plan(walks=walks, lacking=tuple(lacking))


def _middle(stops: Sequence[Stop]) -> float:
    return sum(stop.walk_order for stop in stops) / len(stops)
