"""Packing materials that run low: told to the staff once each, and settled by itself when they are restocked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from warehouse import selectors
from warehouse.models import MaterialAlert, StockLevel

KEEP = timedelta(days=30)
SETTLED_SHOWN = timedelta(days=1)


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


def unseen(*, user_id: int) -> QuerySet[MaterialAlert]:
    """Materials that are low now and that this person has not read about."""
    return MaterialAlert.objects.filter(cleared_at__isnull=True).exclude(seen_by__contains=[user_id])


def shown(*, user_id: int, only_unread: bool, now: datetime) -> QuerySet[MaterialAlert]:
    """For the inbox: what is low, and what was restocked within the last day."""
    if only_unread:
        found = unseen(user_id=user_id)
    else:
        recent = Q(cleared_at__isnull=True) | Q(cleared_at__gt=now - SETTLED_SHOWN)
        found = MaterialAlert.objects.filter(recent)
    return found.select_related("sku", "warehouse").order_by("cleared_at", "-raised_at", "pk")


@transaction.atomic
def mark_seen(*, user_id: int, alert_ids: Iterable[int] | None = None) -> int:
    """This person has read these, or all that are open; twice is once. Returns how many were new to them."""
    rows = MaterialAlert.objects.lock().exclude(seen_by__contains=[user_id])
    rows = rows.filter(cleared_at__isnull=True) if alert_ids is None else rows.filter(pk__in=list(alert_ids))
    found = list(rows)
    for row in found:
        row.seen_by = [*row.seen_by, user_id]
    MaterialAlert.objects.update_many(found, ["seen_by"])
    return len(found)


@transaction.atomic
def tidy(*, now: datetime) -> None:
    """Forget what was restocked a month ago."""
    MaterialAlert.objects.filter(cleared_at__lt=now - KEEP).delete()
