"""A transfer is picked by scanner, bin after bin in walking order: what is scanned is out of the stock of its origin.

The goods first to expire go first, and nothing that a walk or a buyer waits for. What was picked is what leaves.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from catalog.models import Sku
from core import ids
from core.errors import RuleViolation
from tenancy.actors import Actor
from warehouse import counting, deliveries, ledger, lots, picking, setup, wave_choice
from warehouse.models import (
    Bin,
    Delivery,
    DeliveryLine,
    DeliveryState,
    MovementReason,
    StockLevel,
    StockMovement,
)

KEY_LENGTH = 40


class WrongScan(RuleViolation):
    """The scan is not what this step wants; `code` says in which way."""

    code = "wrong_scan"


class NothingPicked(RuleViolation):
    """There is nothing to take back."""

    code = "nothing_picked"
    status = 409


@dataclass(frozen=True)
class Stop:
    """Take units of a SKU from a bin."""

    bin: Bin
    sku: Sku
    units: int
    lot: str = ""  # which one, in words


@dataclass(frozen=True)
class Sheet:
    """What is left of a transfer, in walking order, and what no bin has for it."""

    stops: tuple[Stop, ...]
    lacking: tuple[tuple[Sku, int], ...]
    units: int
    picked: int

    @property
    def left(self) -> int:
        return self.units - self.picked


@dataclass(frozen=True)
class Answer:
    """What a scan did, and at which bin the picker stands."""

    kind: str  # bin_ok | unit | line_done
    text: str
    at: int | None


def picked(*, transfer: Delivery) -> dict[int, int]:
    """SKU id → units that were picked for a transfer that has not left yet."""
    rows = _moved(transfer).values("sku_id").order_by().annotate(total=Sum("quantity"))
    return {row["sku_id"]: -row["total"] for row in rows if row["total"]}


def _moved(transfer: Delivery):
    return StockMovement.objects.filter(
        reference=transfer.number, reason=MovementReason.TRANSFERRED, warehouse_id=transfer.origin_id
    )


def sheet(*, transfer: Delivery, without: Iterable[int] = ()) -> Sheet:
    """The rest of the walk. `without`: bins in which the picker found nothing."""
    wanted = dict(DeliveryLine.objects.filter(delivery=transfer).values_list("sku_id", "expected"))
    done = picked(transfer=transfer)
    left = {sku_id: units - done.get(sku_id, 0) for sku_id, units in wanted.items()}
    left = {sku_id: units for sku_id, units in left.items() if units > 0}
    taken, lacking = _choose(transfer, left, set(without))
    skus = Sku.objects.in_bulk(left)
    bins = Bin.objects.in_bulk({bin_id for bin_id, _sku in taken})
    by_lot = [pair for pair in taken if skus[pair[1]].is_by_lot]
    known = lots.next_in_bins(pairs=by_lot) if by_lot else {}
    stops = [
        Stop(bins[bin_id], skus[sku_id], units, _lot_words(known.get((bin_id, sku_id))))
        for (bin_id, sku_id), units in taken.items()
    ]
    stops.sort(key=lambda stop: (stop.bin.walk_order, stop.bin.code, stop.sku.seller_sku))
    return Sheet(
        stops=tuple(stops),
        lacking=tuple((skus[sku_id], units) for sku_id, units in sorted(lacking.items())),
        units=sum(wanted.values()),
        picked=sum(done.values()),
    )


def _choose(
    transfer: Delivery, left: dict[int, int], without: set[int]
) -> tuple[dict[tuple[int, int], int], dict[int, int]]:
    """(bin, SKU) → units to take there, the first to expire first; and what is not free anywhere."""
    taken: dict[tuple[int, int], int] = {}
    levels = StockLevel.objects.filter(warehouse_id=transfer.origin_id, sku_id__in=list(left))
    available = {level.sku_id: max(level.available, 0) for level in levels}
    open_ones = {sku_id: min(units, available.get(sku_id, 0)) for sku_id, units in left.items()}
    shelves = wave_choice.free_shelves(warehouse_id=transfer.origin_id, sku_ids=list(left))
    for shelf in sorted(shelves, key=lambda one: (one.rank, one.walk_order, one.bin_id)):
        units = min(open_ones[shelf.sku_id], shelf.free)
        if units > 0 and shelf.bin_id not in without:
            taken[shelf.bin_id, shelf.sku_id] = units
            open_ones[shelf.sku_id] -= units
    found = Counter(dict.fromkeys(left, 0))
    for (_bin, sku_id), units in taken.items():
        found[sku_id] += units
    return taken, {sku_id: units - found[sku_id] for sku_id, units in left.items() if units > found[sku_id]}


def _lot_words(lot) -> str:
    if lot is None:
        return ""
    return _("Lot %(lot)s, expires %(day)s") % {"lot": lot.code, "day": lot.expires_on or "—"}


@transaction.atomic
def scan(
    *,
    transfer_id: int,
    code: str,
    at: int | None,
    quantity: int,
    key: str,
    actor: Actor,
    now: datetime,
    without: Sequence[int] = (),
) -> Answer:
    """The bin first, then its item: `quantity` units leave the bin. A repeated key counts once."""
    transfer = lock_draft(transfer_id=transfer_id)
    name = f"transfer:{transfer.pk}:pick:{key.strip()[:KEY_LENGTH] or ids.public_id('trp')}"
    if earlier := StockMovement.objects.filter(key=name).select_related("sku", "bin").first():
        return Answer("unit", _("%(sku)s was taken already.") % {"sku": earlier.sku.seller_sku}, at)
    stop = _first(transfer, without)
    code = code.strip()[:80]
    if at != stop.bin.pk:
        return _at_bin(stop, code, transfer)
    if code.upper() == stop.bin.code.upper():
        return Answer("bin_ok", _("You are at the right bin. Now scan the item."), at)
    _refuse_other(stop, code, transfer)
    ledger.lock_levels(keys=[(transfer.origin_id, stop.sku.pk)], now=now)
    stop = _same(stop, _first(transfer, without))
    if not 1 <= quantity <= stop.units:
        raise WrongScan(
            _("Too many: %(scanned)d units, expected %(expected)d at most.")
            % {"scanned": quantity, "expected": stop.units},
            code="too_many",
        )
    _take(transfer, stop, quantity, name=name, actor=actor, now=now)
    return _taken(stop, quantity)


def lock_draft(*, transfer_id: int) -> Delivery:
    """A transfer that is being put together."""
    transfer = Delivery.objects.lock().select_related("origin").filter(pk=transfer_id).first()
    if transfer is None or transfer.origin_id is None:
        raise deliveries.DeliveryIsOver(_("This is no transfer between warehouses."))
    if transfer.state != DeliveryState.DRAFT:
        raise deliveries.DeliveryIsOver(
            _("%(number)s is %(state)s: nothing can be picked for it.")
            % {"number": transfer.number, "state": transfer.get_state_display()}
        )
    return transfer


def _first(transfer: Delivery, without: Sequence[int]) -> Stop:
    found = sheet(transfer=transfer, without=without)
    if found.stops:
        return found.stops[0]
    if found.left:
        raise WrongScan(
            _("No bin has more for %(number)s.") % {"number": transfer.number}, code="nothing_left"
        )
    text = _("Everything for %(number)s is picked. Let the goods leave.")
    raise WrongScan(text % {"number": transfer.number}, code="nothing_left")


def _same(before: Stop, now: Stop) -> Stop:
    if (before.bin, before.sku) != (now.bin, now.sku):
        raise WrongScan(_("Somebody moved these goods at the same moment. Look again."), code="changed")
    return now


def _at_bin(stop: Stop, code: str, transfer: Delivery) -> Answer:
    if code.upper() == stop.bin.code.upper():
        values = {"bin": stop.bin.code, "left": stop.units, "sku": stop.sku.seller_sku}
        return Answer("bin_ok", _("Bin %(bin)s. Take %(left)d × %(sku)s.") % values, stop.bin.pk)
    text = _("Wrong bin: %(scanned)s, expected %(expected)s. Go there and scan the bin.")
    is_bin = Bin.objects.filter(code__iexact=code, warehouse_id=transfer.origin_id).exists()
    if not is_bin and picking.sku_by_code(code=code) is not None:
        text = _("Scan the bin first: expected bin %(expected)s, scanned item %(scanned)s.")
    raise WrongScan(text % {"scanned": code or "—", "expected": stop.bin.code}, code="wrong_bin")


def _refuse_other(stop: Stop, code: str, transfer: Delivery) -> None:
    found = picking.sku_by_code(code=code)
    if found is not None and found.pk == stop.sku.pk:
        return
    values = {"scanned": found.seller_sku if found else code or "—", "expected": stop.sku.seller_sku}
    if found is not None:
        text = _("Wrong item: %(scanned)s, expected %(expected)s. Put it back and scan the right one.")
        raise WrongScan(text % values, code="wrong_item")
    if Bin.objects.filter(code__iexact=code, warehouse_id=transfer.origin_id).exists():
        text = _("%(scanned)s is a bin: first scan the item, expected %(expected)s.")
        raise WrongScan(text % values, code="wrong_bin")
    text = _("Unknown barcode: %(scanned)s, expected %(expected)s. Scan the code of the item itself.")
    raise WrongScan(text % values, code="unknown_code")


def _take(transfer: Delivery, stop: Stop, units: int, *, name: str, actor: Actor, now: datetime) -> None:
    movement = ledger.Movement(
        bin_id=stop.bin.pk,
        sku_id=stop.sku.pk,
        quantity=-units,
        reason=MovementReason.TRANSFERRED,
        key=name,
        reference=transfer.number,
    )
    ledger.post(movements=[movement], actor=actor, now=now)


def _taken(stop: Stop, units: int) -> Answer:
    values = {"units": units, "sku": stop.sku.seller_sku, "left": stop.units - units, "bin": stop.bin.code}
    if stop.units > units:
        return Answer("unit", _("%(units)d × %(sku)s taken, %(left)d more in %(bin)s.") % values, stop.bin.pk)
    return Answer("line_done", _("%(units)d × %(sku)s taken: complete in %(bin)s.") % values, stop.bin.pk)


@transaction.atomic
def not_there(*, transfer_id: int, without: Sequence[int], actor: Actor, now: datetime) -> Stop:
    """The bin of this step does not hold what it should: a count of it is asked for, the picker goes on without it."""
    transfer = lock_draft(transfer_id=transfer_id)
    stop = _first(transfer, without)
    counting.ask_for_count(bin_id=stop.bin.pk, sku_id=stop.sku.pk, why=transfer.number, now=now)
    return stop


@transaction.atomic
def take_back(*, transfer_id: int, actor: Actor, now: datetime) -> str:
    """What was picked last goes back into its bin, of the lots that were taken."""
    transfer = lock_draft(transfer_id=transfer_id)
    row = last(transfer=transfer)
    if row is None:
        raise NothingPicked(_("Nothing was picked for %(number)s.") % {"number": transfer.number})
    parts = [one for one in _moved(transfer) if one.key == row.key or one.key.startswith(f"{row.key}~")]
    _give_back(parts, bin_id=row.bin_id, actor=actor, now=now)
    values = {"units": -sum(one.quantity for one in parts), "sku": row.sku.seller_sku, "bin": row.bin.code}
    return _("Taken back: %(units)d × %(sku)s lie in %(bin)s again.") % values


def last(*, transfer: Delivery) -> StockMovement | None:
    """The newest pick that was not taken back."""
    rows = list(_moved(transfer).select_related("sku", "bin").order_by("-at", "-pk"))
    back = {row.key for row in rows if row.quantity > 0}
    fresh = [row for row in rows if row.quantity < 0 and f"{row.key}:back" not in back]
    return next((row for row in fresh if "~" not in row.key), None)


@transaction.atomic
def give_back_all(*, transfer: Delivery, actor: Actor, now: datetime) -> int:
    """A transfer that is cancelled: what was picked stands at the dock of its origin. Returns units."""
    rows = list(_moved(transfer).order_by("pk"))
    back = {row.key for row in rows if row.quantity > 0}
    parts = [row for row in rows if row.quantity < 0 and f"{row.key}:back" not in back]
    dock = setup.receiving_bin(warehouse=transfer.origin) if parts else None
    _give_back(parts, bin_id=dock.pk if dock else 0, actor=actor, now=now)
    return -sum(row.quantity for row in parts)


def _give_back(parts: Sequence[StockMovement], *, bin_id: int, actor: Actor, now: datetime) -> None:
    by_lot = lots.by_lot(sku_ids={row.sku_id for row in parts})
    movements = [
        ledger.Movement(
            bin_id=bin_id,
            sku_id=row.sku_id,
            quantity=-row.quantity,
            reason=MovementReason.TRANSFERRED,
            key=f"{row.key}:back",
            reference=row.reference,
            lot_id=row.lot_id,
            is_lot_said=row.sku_id in by_lot,
        )
        for row in parts
    ]
    ledger.post(movements=movements, actor=actor, now=now)
