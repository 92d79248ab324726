"""Goods come in, are put away, and are corrected by hand: every change with its reason."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Sku
from core.errors import RuleViolation
from tenancy.actors import Actor
from warehouse import ledger, lots, setup, shortages
from warehouse.models import (
    ON_THE_WAY,
    Bin,
    BinKind,
    BinLevel,
    BinLot,
    MovementReason,
    StockMovement,
    Warehouse,
)

UNITS_AT_MOST = 100_000
REASONS = (
    MovementReason.RECEIVED,
    MovementReason.COUNTED,
    MovementReason.DAMAGED,
    MovementReason.CORRECTION,
)


class BadAdjustment(RuleViolation):
    """This change of stock makes no sense."""

    code = "bad_adjustment"


@dataclass(frozen=True)
class Adjustment:
    """One wanted change: `quantity` is signed; without a bin, goods come to the dock and leave from where they lie."""

    sku_id: int
    quantity: int
    reason: str
    key: str
    reference: str = ""
    note: str = ""
    warehouse_id: int | None = None
    bin_id: int | None = None
    lot: str = ""  # needed when goods of a SKU that is kept by lot come in
    expires_on: date | None = None  # of a new lot


@transaction.atomic
def adjust(*, wanted: Adjustment, actor: Actor, now: datetime) -> list[StockMovement]:
    """Carry out one change. A repeated key changes nothing and answers with what was written then."""
    sku = Sku.objects.get(pk=wanted.sku_id)
    _refuse_nonsense(wanted, sku)
    earlier = StockMovement.objects.filter(key__in=_keys(wanted.key)).order_by("pk")
    if earlier:
        return list(earlier)
    warehouse = _warehouse(wanted)
    lot_id = _lot(wanted, sku, now=now)
    if wanted.quantity > 0:
        target = wanted.bin_id or setup.receiving_bin(warehouse=warehouse).pk
        parts = [(target, wanted.quantity)]
    elif wanted.bin_id:
        parts = [(wanted.bin_id, wanted.quantity)]
    else:
        parts = spread(sku, warehouse, -wanted.quantity, lot_id=lot_id)
    movements = [
        ledger.Movement(
            bin_id=bin_id,
            sku_id=sku.pk,
            quantity=quantity,
            reason=wanted.reason,
            key=key,
            reference=wanted.reference,
            note=wanted.note,
            lot_id=lot_id,
        )
        for key, (bin_id, quantity) in zip(_keys(wanted.key), parts, strict=False)
    ]
    if wanted.quantity < 0:
        lost = lots.for_sale(sku=sku, parts=[(bin_id, -units) for bin_id, units in parts], lot_id=lot_id)
        shortages.make_room(losses={(warehouse.pk, sku.pk): lost}, actor=actor, now=now)
    return ledger.post(movements=movements, actor=actor, now=now)


def _lot(wanted: Adjustment, sku: Sku, *, now: datetime) -> int | None:
    """The lot that comes in, or that goes out when one is named."""
    if wanted.quantity > 0:
        lot = lots.of(sku=sku, code=wanted.lot, expires_on=wanted.expires_on, now=now)
        return lot.pk if lot else None
    return lots.find(sku_id=sku.pk, code=wanted.lot).pk if wanted.lot.strip() else None


def _keys(key: str, parts: int = 50) -> list[str]:
    """One change may touch several bins: its key, then the key with a number."""
    return [key, *(f"{key}#{number}" for number in range(2, parts + 1))]


def _refuse_nonsense(wanted: Adjustment, sku: Sku) -> None:
    if wanted.reason not in REASONS:
        raise BadAdjustment(
            _("The reason is one of: %(reasons)s.") % {"reasons": ", ".join(REASONS)}, field="reason"
        )
    if wanted.quantity == 0 or abs(wanted.quantity) > UNITS_AT_MOST:
        raise BadAdjustment(
            _("The quantity is a number of units other than 0, at most %(most)d.") % {"most": UNITS_AT_MOST},
            field="quantity",
        )
    if wanted.quantity < 0 and wanted.reason == MovementReason.RECEIVED:
        raise BadAdjustment(
            _("Received goods are a positive number. To take goods out, choose another reason."),
            field="quantity",
        )
    if wanted.quantity > 0 and wanted.reason == MovementReason.DAMAGED:
        raise BadAdjustment(_("Damaged goods leave the stock: give a negative number."), field="quantity")
    if sku.is_bundle:
        raise BadAdjustment(
            _("%(sku)s is a bundle: it has no stock of its own. Receive its components.")
            % {"sku": sku.seller_sku},
            field="sku",
        )


def _warehouse(wanted: Adjustment) -> Warehouse:
    if wanted.bin_id:
        return Bin.objects.select_related("warehouse").get(pk=wanted.bin_id).warehouse
    if wanted.warehouse_id:
        return Warehouse.objects.get(pk=wanted.warehouse_id)
    found = setup.default_warehouse()
    if found is None:
        raise BadAdjustment(_("There is no warehouse yet. Make one first."), field="warehouse")
    return found


def spread(sku: Sku, warehouse: Warehouse, units: int, *, lot_id: int | None = None) -> list[tuple[int, int]]:
    """Take units (of a lot) from the dock first, then from the fullest shelves; never out of a tote or a put wall."""
    found = BinLot.objects.filter(lot_id=lot_id) if lot_id else BinLevel.objects.all()
    rows = (
        found.filter(sku=sku, bin__warehouse=warehouse, on_hand__gt=0)
        .exclude(bin__kind__in=ON_THE_WAY)
        .select_related("bin")
    )
    ordered = sorted(rows, key=lambda row: (row.bin.kind != BinKind.RECEIVING, -row.on_hand, row.pk))
    parts: list[tuple[int, int]] = []
    left = units
    for row in ordered:
        if left == 0:
            break
        take = min(left, row.on_hand)
        parts.append((row.bin_id, -take))
        left -= take
    if left:
        raise ledger.NotEnoughStock(
            _("Only %(have)d of %(sku)s lie in %(warehouse)s; %(wanted)d cannot be taken out.")
            % {
                "have": units - left,
                "sku": sku.seller_sku,
                "warehouse": warehouse.name,
                "wanted": units,
            }
        )
    return parts


@transaction.atomic
def put_away(
    *,
    sku_id: int,
    source_id: int,
    target_id: int,
    quantity: int,
    key: str,
    actor: Actor,
    now: datetime,
    lot: str = "",
) -> list[StockMovement]:
    """Carry goods from one bin to another of the same warehouse; without a lot, those that expire first."""
    bins = Bin.objects.in_bulk([source_id, target_id])
    source, target = bins[source_id], bins[target_id]
    if source == target or quantity < 1:
        raise BadAdjustment(_("Choose two different bins and at least one unit."))
    if source.warehouse_id != target.warehouse_id:
        raise BadAdjustment(_("Both bins must be in the same warehouse."))
    if source.kind in ON_THE_WAY or target.kind in ON_THE_WAY:
        raise BadAdjustment(_("Totes and put walls belong to pickers and packers. Choose a shelf."))
    movements = ledger.between(
        source_id=source_id,
        target_id=target_id,
        sku_id=sku_id,
        quantity=quantity,
        reason=MovementReason.MOVED,
        key=key,
        lot_id=lots.find(sku_id=sku_id, code=lot).pk if lot.strip() else None,
    )
    return ledger.post(movements=movements, actor=actor, now=now)
