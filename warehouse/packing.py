"""The pack station: open a package by scan, verify its items, choose the carton, weigh, close.

Closing consumes the stock and announces `package.packed`. Everything that keeps a carton from closing is one sentence,
the same on the page (beside the locked button) and in the rule.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from orders import packages
from orders.models import Package
from orders.states import PackageAction
from tenancy.actors import Actor
from warehouse import ledger, quality, reservations, station
from warehouse.models import (
    Carton,
    MovementReason,
    PackRecord,
    QualityCheck,
    Reservation,
    ReservationState,
)
from warehouse.quality import Item, ItemAnswer

BAND_G, BAND_SHARE = 20, 0.10  # how far off a weight may be: the larger of the two
HEAVIEST_G = 100_000
AIR = 1.15  # goods never fill a carton to the last corner


class CannotClose(RuleViolation):
    """The carton may not be closed yet; the sentence says what is missing."""

    code = "cannot_close"


class WeightOutOfBand(CannotClose):
    """The scale and the goods disagree; a person with the right to do so may confirm with a reason."""

    code = "weight_out_of_band"


@dataclass(frozen=True)
class Parcel:
    """A package on the table."""

    package: Package
    items: tuple[Item, ...]
    tote: str
    slot: int | None

    @property
    def is_verified(self) -> bool:
        return quality.is_verified(self.items)

    @property
    def goods_weight_g(self) -> int | None:
        """What the goods should weigh; None when a weight is unknown."""
        if any(item.sku.weight_g is None for item in self.items):
            return None
        return sum(item.needed * item.sku.weight_g for item in self.items)


def open(*, code: str) -> Parcel:
    """The package that a scan at the station means: tote slot, tote, package, order, or the item of a one-SKU package."""
    return load(package_id=station.find(code=code).pk)


def load(*, package_id: int) -> Parcel:
    """A package that stands at the station, with what was scanned so far."""
    package = Package.objects.select_related("order", "shop").filter(pk=package_id).first()
    if package is None:
        raise quality.NotAtStation(_("This package does not exist."))
    quality.refuse_elsewhere(package)
    tote, slot = station.place_of(package=package)
    return Parcel(package=package, items=quality.items_of(package=package), tote=tote, slot=slot)


def scan_item(*, package_id: int, code: str, actor: Actor, now: datetime, quantity: int = 1) -> ItemAnswer:
    """Verify one item of the open package."""
    return quality.scan(package_id=package_id, code=code, actor=actor, now=now, quantity=quantity)


def expected_weight_g(*, parcel: Parcel, carton: Carton) -> int | None:
    goods = parcel.goods_weight_g
    return None if goods is None else goods + carton.tare_g


def band(expected_g: int) -> int:
    """How many grams a weight may be off."""
    return max(BAND_G, round(expected_g * BAND_SHARE))


def is_in_band(*, weight_g: int, expected_g: int | None) -> bool:
    return expected_g is None or abs(weight_g - expected_g) <= band(expected_g)


def why_not(*, parcel: Parcel, carton: Carton | None, weight_g: int | None) -> CannotClose | None:
    """What keeps the carton open, the first thing first; None when it may be closed."""
    left = sum(item.left for item in parcel.items)
    if left:
        return CannotClose(_("Scan every item first: %(left)d still missing.") % {"left": left}, code="items")
    if carton is None:
        return CannotClose(_("Choose the carton."), code="carton")
    if not weight_g or weight_g > HEAVIEST_G:
        return CannotClose(_("Weigh the parcel: grams, more than 0."), code="weight")
    if weight_g > carton.max_weight_g:
        return CannotClose(
            _("%(weight)d g is too heavy for %(carton)s (%(most)d g at most).")
            % {"weight": weight_g, "carton": carton.name, "most": carton.max_weight_g},
            code="too_heavy",
        )
    expected = expected_weight_g(parcel=parcel, carton=carton)
    if not is_in_band(weight_g=weight_g, expected_g=expected):
        return WeightOutOfBand(
            _("%(weight)d g does not fit: expected %(expected)d g ± %(band)d g. Look into the carton again.")
            % {"weight": weight_g, "expected": expected, "band": band(expected)}
        )
    return None


def carton_by_code(*, code: str) -> Carton | None:
    return Carton.objects.filter(code=code.strip(), is_active=True).first()


def cartons() -> list[Carton]:
    """What parcels may go into, by the digit that chooses it."""
    return list(Carton.objects.filter(is_active=True).order_by("code"))


def suggest_carton(*, parcel: Parcel, choice: Sequence[Carton]) -> Carton | None:
    """The smallest carton that the goods fit into with some air; None when a size is unknown."""
    sizes = [
        (item.needed, item.sku.length_mm, item.sku.width_mm, item.sku.height_mm) for item in parcel.items
    ]
    if not sizes or any(None in size for size in sizes):
        return None
    volume = sum(units * length * width * height for units, length, width, height in sizes) * AIR
    longest = max(max(size[1:]) for size in sizes)
    fitting = [
        (carton.length_mm * carton.width_mm * carton.height_mm, carton.code, carton)
        for carton in choice
        if max(carton.length_mm, carton.width_mm, carton.height_mm) >= longest
    ]
    return next((carton for space, _code, carton in sorted(fitting) if space >= volume), None)


@transaction.atomic
def finish(
    *,
    package_id: int,
    carton_code: str,
    weight_g: int | None,
    actor: Actor,
    now: datetime,
    override_reason: str = "",
) -> PackRecord:
    """Close the carton. `override_reason` confirms a weight out of the band; callers give it only to people who may."""
    quality.lock_picked(package_id=package_id)
    parcel = load(package_id=package_id)
    carton = carton_by_code(code=carton_code)
    reason = why_not(parcel=parcel, carton=carton, weight_g=weight_g)
    is_override = isinstance(reason, WeightOutOfBand) and bool(override_reason.strip())
    if reason is not None and not is_override:
        raise reason
    package = parcel.package
    _consume(parcel, actor=actor, now=now)
    record = PackRecord.objects.create(
        shop_id=package.shop_id,
        package=package,
        carton=carton,
        weight_g=weight_g,
        expected_weight_g=expected_weight_g(parcel=parcel, carton=carton),
        is_weight_override=is_override,
        packed_at=now,
        by_label=actor.label,
    )
    package.weight_g = weight_g
    packages.advance(
        package=package,
        action=PackageAction.PACK,
        actor=actor,
        now=now,
        reason=override_reason.strip() if is_override else "",
        carton=carton.name,
        weight_g=weight_g,
    )
    return record


def _consume(parcel: Parcel, *, actor: Actor, now: datetime) -> None:
    """The goods leave the tote and the books; what was promised is kept."""
    package = parcel.package
    tote_id = station.tote_bin_id(package=package)
    promised: Counter = Counter()
    movements = []
    for row in reservations.consume(package_id=package.pk, now=now):
        promised[row.warehouse_id, row.sku_id] -= row.quantity
        movements.append(
            ledger.Movement(
                bin_id=tote_id,
                sku_id=row.sku_id,
                quantity=-row.quantity,
                reason=MovementReason.SHIPPED,
                key=f"pack:{row.pk}:{_moment(now)}",
                reference=package.public_id,
            )
        )
    ledger.post(movements=movements, actor=actor, now=now, promised=promised)


def _moment(now: datetime) -> int:
    # A package may be unpacked and packed again; its state under lock is what keeps a repeat out.
    return int(now.timestamp() * 1000)


@transaction.atomic
def unpack(*, package_id: int, reason: str, actor: Actor, now: datetime) -> Package:
    """Open the carton again before it has a label: the goods lie in the tote and are promised as before."""
    package = packages.lock_many(ids=[package_id])[0]
    packages.advance(package=package, action=PackageAction.UNPACK, actor=actor, now=now, reason=reason)
    consumed = Reservation.objects.filter(package=package, state=ReservationState.CONSUMED)
    rows = list(consumed.order_by("sku_id"))
    consumed.update(state=ReservationState.ACTIVE, ended_at=None)
    tote_id = station.tote_bin_id(package=package)
    promised: Counter = Counter()
    movements = []
    for row in rows:
        promised[row.warehouse_id, row.sku_id] += row.quantity
        movements.append(
            ledger.Movement(
                bin_id=tote_id,
                sku_id=row.sku_id,
                quantity=row.quantity,
                reason=MovementReason.PUT_BACK,
                key=f"unpack:{row.pk}:{_moment(now)}",
                reference=package.public_id,
            )
        )
    ledger.post(movements=movements, actor=actor, now=now, promised=promised)
    PackRecord.objects.filter(package=package).delete()
    QualityCheck.objects.filter(package=package).delete()
    return package
