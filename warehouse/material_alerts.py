"""Packing materials that run low: told to the staff once each, and settled by itself when they are restocked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from warehouse import selectors
from warehouse.models import MaterialAlert, StockLevel


@dataclass(frozen=True)
class Looked:
    """What one look raised and cleared."""

    raised: int
    cleared: int


@transaction.atomic
def look(*, sku_ids: Iterable[int], now: datetime) -> Looked:
    """Compare materials with their lines. Two looks at the same moment raise one alert; a repeat changes nothing."""
    wanted = selectors.materials().filter(pk__in=set(sku_ids)).order_by()
    open_ones = MaterialAlert.objects.filter(sku_id__in=set(sku_ids), cleared_at__isnull=True)
    standing = {(row.warehouse_id, row.sku_id): row for row in open_ones}
    low = StockLevel.objects.filter(selectors.LOW, sku__in=wanted, first_counted_at__isnull=False)
    levels = {(row.warehouse_id, row.sku_id): row for row in low}
    fresh = [
        MaterialAlert(
            warehouse_id=row.warehouse_id,
            sku_id=row.sku_id,
            on_hand=row.on_hand,
            line=row.safety_stock,
            raised_at=now,
        )
        for key, row in sorted(levels.items())
        if key not in standing
    ]
    raised = [row for row in fresh if MaterialAlert.objects.insert_new(row)]
    over = [row.pk for key, row in standing.items() if key not in levels]
    cleared = MaterialAlert.objects.filter(pk__in=over, cleared_at__isnull=True).update(cleared_at=now)
    return Looked(len(raised), cleared)
