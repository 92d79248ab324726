"""What a package will weigh and measure, before it is picked: its units by what is held of their weight, in the advised carton."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from catalog.models import Sku
from warehouse import cartons as fitting
from warehouse import weight_book, weights
from warehouse.cartons import Goods, Room
from warehouse.models import Carton, Reservation, ReservationState
from warehouse.weights import Belief, Part


@dataclass(frozen=True)
class Expected:
    """The size is that of the carton; empty when none is advised."""

    weight_g: int
    size_mm: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Known:
    """What the parcels of one look are made of."""

    skus: Mapping[int, Sku]
    sku_beliefs: Mapping[int, Belief]
    cartons: Mapping[int, Carton]
    carton_beliefs: Mapping[int, Belief]
    rooms: tuple[Room, ...]


def expected_parcels(*, package_ids: Iterable[int]) -> dict[int, Expected]:
    """Package → what is expected of it, in five queries; packages of goods whose weight nobody knows are left out."""
    units: dict[int, dict[int, int]] = defaultdict(dict)
    active = Reservation.objects.filter(package_id__in=list(package_ids), state=ReservationState.ACTIVE)
    for package_id, sku_id, quantity in active.order_by().values_list("package_id", "sku_id", "quantity"):
        units[package_id][sku_id] = units[package_id].get(sku_id, 0) + quantity
    known = _known({sku_id for one in units.values() for sku_id in one})
    # Many packages hold the same: each content is looked at once.
    seen: dict[frozenset, Expected | None] = {}
    found = {}
    for package_id, content in units.items():
        key = frozenset(content.items())
        if key not in seen:
            seen[key] = _expected(content, known)
        if expected := seen[key]:
            found[package_id] = expected
    return found


def _known(sku_ids: set[int]) -> _Known:
    skus = Sku.objects.in_bulk(sku_ids)
    cartons = {one.pk: one for one in Carton.objects.filter(is_active=True)} if skus else {}
    rooms = (
        Room(one.pk, (one.length_mm, one.width_mm, one.height_mm), one.tare_g, one.max_weight_g)
        for one in cartons.values()
    )
    return _Known(
        skus,
        weight_book.beliefs_of_skus(skus=list(skus.values())),
        cartons,
        weight_book.beliefs_of_cartons(cartons=list(cartons.values())),
        tuple(rooms),
    )


def _expected(content: Mapping[int, int], known: _Known) -> Expected | None:
    parts = [Part(("sku", pk), count, known.sku_beliefs[pk]) for pk, count in content.items()]
    carton = _carton(content, known)
    if carton is not None:
        parts.append(Part(("carton", carton.pk), 1, known.carton_beliefs[carton.pk]))
    weight = weights.expect(parts)
    if weight is None:
        return None
    size = (carton.length_mm, carton.width_mm, carton.height_mm) if carton else ()
    return Expected(weight.weight_g, size)


def _carton(content: Mapping[int, int], known: _Known) -> Carton | None:
    """The one that the pack station would advise."""
    goods = []
    for pk, count in content.items():
        sku = known.skus[pk]
        size = (sku.length_mm, sku.width_mm, sku.height_mm)
        if not all(size):
            return None
        goods.append(Goods(size, count, sku.weight_g))
    room = fitting.advise(goods=goods, rooms=known.rooms)
    return known.cartons[room.key] if room else None
