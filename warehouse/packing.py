"""The pack station: open a package by scan, verify its items, choose the carton, weigh, close.

Closing consumes the stock and announces `package.packed`. Everything that keeps a carton from closing is one sentence,
the same on the page (beside the locked button) and in the rule.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from orders import packages
from orders.models import Package
from orders.states import PackageAction
from tenancy.actors import Actor
from warehouse import cartons as fitting
from warehouse import (
    ledger,
    materials,
    quality,
    reservations,
    scales,
    show_lane,
    station,
    weight_book,
    weights,
)
from warehouse.cartons import Goods, Room
from warehouse.models import (
    Carton,
    MovementReason,
    PackRecord,
    QualityCheck,
    Reservation,
    ReservationState,
)
from warehouse.quality import Item, ItemAnswer
from warehouse.scales import BadWeight, Weighing
from warehouse.weights import Expectation, Suspect

HEAVIEST_G = 100_000


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
    warehouse_id: int | None = None
    prepacked_in: Carton | None = None  # it was checked and closed before anybody ordered it

    @property
    def is_verified(self) -> bool:
        return quality.is_verified(self.items)


@dataclass(frozen=True)
class Advice:
    """The carton that the goods fit into, or why none is advised."""

    carton: Carton | None
    text: str = ""


def open(*, code: str, actor: Actor, now: datetime, tote: str = "") -> tuple[Parcel, ItemAnswer | None]:
    """The package that a scan at the station means: tote slot, tote, package, order.

    The fast lane: an item opens the most urgent package that holds it alone, and is its first scan. What is in the packer's
    hands decides: an item of the tote that is open at the station is that tote's, else it is a parcel of a live show's lane
    while one waits for this product, else it is of any tote.
    """
    found = station.find(code=code)
    if found is not None:
        return load(package_id=found.pk), None
    sku = station.item(code=code)
    for package_id in station.singles_at_hand(sku=sku, tote=tote, by_label=actor.label, now=now):
        if parcel := _take_single(package_id, code=code, actor=actor, now=now):
            return parcel
    if package_id := show_lane.take(sku=sku, actor=actor, now=now):
        return load(package_id=package_id), prepacked_answer(package_id=package_id)
    for package_id in station.singles(sku=sku, by_label=actor.label, now=now):
        if parcel := _take_single(package_id, code=code, actor=actor, now=now):
            return parcel
    raise station.NothingFound(
        _("Every package of %(sku)s alone is on somebody's table. Scan its tote slot.") % {"sku": sku}
    )


@transaction.atomic
def _take_single(
    package_id: int, *, code: str, actor: Actor, now: datetime
) -> tuple[Parcel, ItemAnswer] | None:
    """None when somebody else was a moment quicker."""
    package = quality.lock_picked(package_id=package_id)
    if station.is_on_other_table(package=package, by_label=actor.label, now=now):
        return None
    if quality.is_verified(
        quality.items_of(package=package)
    ):  # scanned before and put aside: the item is in it
        return load(package_id=package_id), quality.verified(package=package)
    answer = quality.scan(package_id=package_id, code=code, actor=actor, now=now)
    return load(package_id=package_id), answer


def prepacked_answer(*, package_id: int) -> ItemAnswer:
    """What to say about a pre-packed parcel: its check was made when it was packed."""
    items = quality.items_of(package=Package.objects.get(pk=package_id))
    return ItemAnswer("verified", True, _("Pre-packed for the live show: weigh it and close."), items)


def load(*, package_id: int) -> Parcel:
    """A package that stands at the station, with what was scanned so far."""
    package = Package.objects.select_related("order", "shop").filter(pk=package_id).first()
    if package is None:
        raise quality.NotAtStation(_("This package does not exist."))
    quality.refuse_elsewhere(package)
    tote, slot = station.place_of(package=package)
    return Parcel(
        package=package,
        items=quality.items_of(package=package),
        tote=tote,
        slot=slot,
        warehouse_id=station.warehouse_id_of(package=package),
        prepacked_in=_prepacked_in(package),
    )


def _prepacked_in(package: Package) -> Carton | None:
    check = QualityCheck.objects.select_related("prepacked_in").filter(package=package).first()
    return check.prepacked_in if check else None


def scan_item(*, package_id: int, code: str, actor: Actor, now: datetime, quantity: int = 1) -> ItemAnswer:
    """Verify one item of the open package."""
    return quality.scan(package_id=package_id, code=code, actor=actor, now=now, quantity=quantity)


def _parts(parcel: Parcel, carton: Carton) -> list[weights.Part]:
    return weight_book.parts_of(units={item.sku: item.needed for item in parcel.items}, carton=carton)


def expectation(*, parcel: Parcel, carton: Carton) -> Expectation | None:
    """What the parcel should weigh in this carton; None when the weight of an item is not known at all."""
    return weights.expect(_parts(parcel, carton))


def expected_weight_g(*, parcel: Parcel, carton: Carton) -> int | None:
    found = expectation(parcel=parcel, carton=carton)
    return found.weight_g if found else None


def why_not(*, parcel: Parcel, carton: Carton | None, weighing: Weighing) -> CannotClose | BadWeight | None:
    """What keeps the carton open, the first thing first; None when it may be closed."""
    left = sum(item.left for item in parcel.items)
    if left:
        return CannotClose(_("Scan every item first: %(left)d still missing.") % {"left": left}, code="items")
    if carton is None:
        return CannotClose(_("Choose the carton."), code="carton")
    grams = weighing.grams
    if grams is None or grams > HEAVIEST_G:
        return CannotClose(_("Weigh the parcel: grams, more than 0."), code="weight")
    try:
        scales.check(weighing)
    except BadWeight as refusal:
        return refusal
    if grams > carton.max_weight_g:
        return CannotClose(
            _("%(weight)d g is too heavy for %(carton)s (%(most)d g at most).")
            % {"weight": grams, "carton": carton.name, "most": carton.max_weight_g},
            code="too_heavy",
        )
    return _out_of_band(parcel, carton, grams)


def _out_of_band(parcel: Parcel, carton: Carton, grams: int) -> WeightOutOfBand | None:
    parts = _parts(parcel, carton)
    expected = weights.expect(parts)
    if expected is None or expected.holds(grams):
        return None
    others = [one for one in cartons() if one.pk != carton.pk]
    beliefs = weight_book.beliefs_of_cartons(cartons=others)
    suspect = weights.explain(parts, weight_g=grams, other_cartons=beliefs)
    text = _(
        "%(weight)d g does not fit: expected %(expected)d g ± %(band)d g. Look into the carton again."
    ) % {
        "weight": grams,
        "expected": expected.weight_g,
        "band": expected.band_g,
    }
    return WeightOutOfBand(f"{text} {_suspicion(parcel, suspect, others)}".strip())


def _suspicion(parcel: Parcel, suspect: Suspect | None, others: Sequence[Carton]) -> str:
    if suspect is None:
        return ""
    kind, pk = suspect.key
    if kind == "carton":
        name = next(one.name for one in others if one.pk == pk)
        return _("It weighs as if packed in %(carton)s.") % {"carton": name}
    sku = next(item.sku for item in parcel.items if item.sku.pk == pk)
    text = (
        _("%(units)d × %(sku)s may be missing.")
        if suspect.units < 0
        else _("%(units)d × %(sku)s may be too many.")
    )
    return text % {"units": abs(suspect.units), "sku": sku.seller_sku}


def carton_by_code(*, code: str) -> Carton | None:
    """By its key, or by the code on the empty carton itself."""
    code = code.strip()
    if found := Carton.objects.filter(code=code, is_active=True).first():
        return found
    choice = cartons()
    carton_id = materials.codes_of(choice).get(code.lower())
    return next((one for one in choice if one.pk == carton_id), None)


def cartons() -> list[Carton]:
    """What parcels may go into, by the digit that chooses it."""
    return list(Carton.objects.filter(is_active=True).order_by("code"))


def advise(*, parcel: Parcel, choice: Sequence[Carton], left: dict[int, int]) -> Advice:
    """The smallest carton that the goods fit into and that may carry them; one that ran out only when no other does."""
    unknown = [item.sku.seller_sku for item in parcel.items if not _size(item)]
    if unknown:
        return Advice(
            None, _("No carton is advised: the size of %(skus)s is not known.") % {"skus": ", ".join(unknown)}
        )
    goods = [Goods(_size(item), item.needed, item.sku.weight_g) for item in parcel.items]
    by_key = {one.pk: one for one in choice}
    rooms = [
        Room(one.pk, (one.length_mm, one.width_mm, one.height_mm), one.tare_g, one.max_weight_g)
        for one in choice
    ]
    there = [room for room in rooms if left.get(room.key, 1) > 0]
    room = fitting.advise(goods=goods, rooms=there) or fitting.advise(goods=goods, rooms=rooms)
    if room is None:
        return Advice(None, _("No carton is advised: the goods were not fitted into any of them."))
    return Advice(by_key[room.key])


def _size(item: Item) -> fitting.Size | None:
    size = (item.sku.length_mm, item.sku.width_mm, item.sku.height_mm)
    return size if all(size) else None


@transaction.atomic
def finish(
    *,
    package_id: int,
    carton_code: str,
    weight_g: int | None,
    actor: Actor,
    now: datetime,
    override_reason: str = "",
    weighing: Weighing | None = None,
) -> PackRecord:
    """Close the carton. `override_reason` confirms a weight out of the band; callers give it only to people who may.

    `weighing` says how the weight came about when a scale gave it; without it the weight was typed.
    """
    quality.lock_picked(package_id=package_id)
    parcel = load(package_id=package_id)
    carton = carton_by_code(code=carton_code)
    weighing = replace(weighing, grams=weight_g) if weighing else Weighing(weight_g)
    reason = why_not(parcel=parcel, carton=carton, weighing=weighing)
    is_override = isinstance(reason, WeightOutOfBand) and bool(override_reason.strip())
    if reason is not None and not is_override:
        raise reason
    package = parcel.package
    _consume(parcel, carton, actor=actor, now=now)
    record = PackRecord.objects.create(
        shop_id=package.shop_id,
        package=package,
        carton=carton,
        weight_g=weight_g,
        expected_weight_g=expected_weight_g(parcel=parcel, carton=carton),
        is_weight_override=is_override,
        weight_source=weighing.source,
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


def _consume(parcel: Parcel, carton: Carton, *, actor: Actor, now: datetime) -> None:
    """The goods leave the tote and the books, and so do carton, filler and tape; what was promised is kept."""
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
    uses = {} if carton == parcel.prepacked_in else materials.uses_of(carton_id=carton.pk)
    if uses and parcel.warehouse_id:
        # All levels at once, in their order; only then what is left of the materials is asked.
        used = {(parcel.warehouse_id, sku_id) for sku_id in uses}
        ledger.lock_levels(keys={*promised, *used}, now=now)
        movements += materials.movements(
            uses=uses,
            warehouse_id=parcel.warehouse_id,
            key=f"use:{package.pk}:{_moment(now)}",
            reference=package.public_id,
        )
    ledger.post(movements=movements, actor=actor, now=now, promised=promised)


def _moment(now: datetime) -> int:
    # A package may be unpacked and packed again; its state under lock is what keeps a repeat out.
    return int(now.timestamp() * 1000)


@transaction.atomic
def unpack(*, package_id: int, reason: str, actor: Actor, now: datetime) -> Package:
    """Open the carton again before it has a label: the goods lie in the tote and are promised as before.

    The carton and its tape stay used up: packing again takes new ones.
    """
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
