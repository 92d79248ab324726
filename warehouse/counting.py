"""Counts at the desk: what somebody who may correct stock found in a bin becomes the truth at once.

Who counts without that right fills in a blind sheet (`blind_counts`).
"""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Sku
from core.errors import RuleViolation
from tenancy.actors import Actor
from warehouse import ledger, lots, shortages
from warehouse.models import (
    Bin,
    BinLevel,
    BinLot,
    CountSource,
    CountState,
    CountTask,
    MovementReason,
    StockMovement,
)

UNITS_AT_MOST = 100_000


class BadCount(RuleViolation):
    """Not a number of units."""

    code = "bad_count"


@transaction.atomic
def count(
    *,
    bin_id: int,
    sku_id: int,
    counted: int,
    actor: Actor,
    now: datetime,
    lot: str = "",
    expires_on: date | None = None,
) -> StockMovement | None:
    """Set the bin to what was counted and settle its count task. None when the figure was right."""
    refuse_units(counted)
    place, sku = Bin.objects.get(pk=bin_id), Sku.objects.get(pk=sku_id)
    found = lots.of(sku=sku, code=lot, expires_on=expires_on, now=now) if lot or sku.is_by_lot else None
    lot_id = found.pk if found else None
    key = (place.warehouse_id, sku_id)
    if (lost := -difference(bin_id=bin_id, sku_id=sku_id, lot_id=lot_id, counted=counted)) > 0:
        lost = lots.for_sale(sku=sku, parts=[(bin_id, lost)], lot_id=lot_id)
        shortages.make_room(losses={key: lost}, actor=actor, now=now)
    ledger.lock_levels(keys=[key], now=now)
    # Again, now that nobody else can change it.
    units = difference(bin_id=bin_id, sku_id=sku_id, lot_id=lot_id, counted=counted)
    CountTask.objects.filter(bin_id=bin_id, sku_id=sku_id, done_at__isnull=True).update(
        counted_quantity=counted, done_at=now, done_by=actor.label[:120], state=CountState.DONE
    )
    if units == 0:
        ledger.mark_counted(warehouse_id=place.warehouse_id, sku_id=sku_id, now=now)
        return None
    movement = ledger.Movement(
        bin_id=bin_id,
        sku_id=sku_id,
        quantity=units,
        reason=MovementReason.COUNTED,
        key=f"count:{bin_id}:{sku_id}:{int(now.timestamp() * 1_000_000)}",
        note=f"{counted}",
        lot_id=lot_id,
    )
    return ledger.post(movements=[movement], actor=actor, now=now)[0]


def refuse_units(counted: int) -> None:
    if not 0 <= counted <= UNITS_AT_MOST:
        raise BadCount(
            _("A count is a number of units from 0 to %(most)d.") % {"most": UNITS_AT_MOST}, field="counted"
        )


def difference(*, bin_id: int, sku_id: int, lot_id: int | None, counted: int) -> int:
    """Counted less what the books say, of a SKU or of one lot of it."""
    rows = BinLot.objects.filter(lot_id=lot_id) if lot_id else BinLevel.objects.all()
    stored = rows.filter(bin_id=bin_id, sku_id=sku_id).first()
    return counted - (stored.on_hand if stored else 0)


def ask_for_count(
    *, bin_id: int, sku_id: int | None, why: str, now: datetime, source: str = CountSource.SHORT_PICK
) -> CountTask:
    """Somebody should look, at one SKU or (None) at the whole bin; one open task for each."""
    task, _is_new = CountTask.objects.get_or_create(
        bin_id=bin_id,
        sku_id=sku_id,
        done_at=None,
        defaults={"why": why[:200], "made_at": now, "source": source},
    )
    return task
