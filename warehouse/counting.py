"""Counts: what a person found in a bin becomes the truth, and the difference becomes a movement."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from tenancy.actors import Actor
from warehouse import ledger, shortages
from warehouse.models import Bin, BinLevel, CountTask, MovementReason, StockMovement

UNITS_AT_MOST = 100_000


class BadCount(RuleViolation):
    """Not a number of units."""

    code = "bad_count"


@transaction.atomic
def count(*, bin_id: int, sku_id: int, counted: int, actor: Actor, now: datetime) -> StockMovement | None:
    """Set the bin to what was counted and settle its count task. None when the figure was right."""
    if not 0 <= counted <= UNITS_AT_MOST:
        raise BadCount(_("A count is a number of units from 0 to %(most)d.") % {"most": UNITS_AT_MOST})
    place = Bin.objects.get(pk=bin_id)
    key = (place.warehouse_id, sku_id)
    lost = -_difference(bin_id, sku_id, counted)
    if lost > 0:
        shortages.make_room(losses={key: lost}, actor=actor, now=now)
    ledger.lock_levels(keys=[key], now=now)
    difference = _difference(bin_id, sku_id, counted)  # again, now that nobody else can change it
    CountTask.objects.filter(bin_id=bin_id, sku_id=sku_id, done_at__isnull=True).update(
        counted_quantity=counted, done_at=now, done_by=actor.label
    )
    if difference == 0:
        ledger.mark_counted(warehouse_id=place.warehouse_id, sku_id=sku_id, now=now)
        return None
    movement = ledger.Movement(
        bin_id=bin_id,
        sku_id=sku_id,
        quantity=difference,
        reason=MovementReason.COUNTED,
        key=f"count:{bin_id}:{sku_id}:{int(now.timestamp() * 1_000_000)}",
        note=f"{counted}",
    )
    return ledger.post(movements=[movement], actor=actor, now=now)[0]


def _difference(bin_id: int, sku_id: int, counted: int) -> int:
    stored = BinLevel.objects.filter(bin_id=bin_id, sku_id=sku_id).first()
    return counted - (stored.on_hand if stored else 0)


def ask_for_count(*, bin_id: int, sku_id: int, why: str, now: datetime) -> CountTask:
    """Somebody should look; one open task per bin and SKU."""
    task, _is_new = CountTask.objects.get_or_create(
        bin_id=bin_id, sku_id=sku_id, done_at=None, defaults={"why": why[:200], "made_at": now}
    )
    return task
