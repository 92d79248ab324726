"""What the staff is told until it is settled: who has read it, what the inbox shows of it, when it is forgotten."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from warehouse.models import MaterialAlert, ShowAlert

KEEP = timedelta(days=30)
SETTLED_SHOWN = timedelta(days=1)

Kind = type[MaterialAlert] | type[ShowAlert]


def unseen(*, kind: Kind, user_id: int) -> QuerySet:
    """What stands now and this person has not read about."""
    return kind.objects.filter(cleared_at__isnull=True).exclude(seen_by__contains=[user_id])


def shown(*, kind: Kind, user_id: int, only_unread: bool, now: datetime) -> QuerySet:
    """For the inbox: what stands, and what was settled within the last day."""
    if only_unread:
        found = unseen(kind=kind, user_id=user_id)
    else:
        found = kind.objects.filter(Q(cleared_at__isnull=True) | Q(cleared_at__gt=now - SETTLED_SHOWN))
    return found.order_by("cleared_at", "-raised_at", "pk")


@transaction.atomic
def mark_seen(*, kind: Kind, user_id: int, alert_ids: Iterable[int] | None = None) -> int:
    """This person has read these, or all that are open; twice is once. Returns how many were new to them."""
    rows = kind.objects.lock().exclude(seen_by__contains=[user_id])
    rows = rows.filter(cleared_at__isnull=True) if alert_ids is None else rows.filter(pk__in=list(alert_ids))
    found = list(rows)
    for row in found:
        row.seen_by = [*row.seen_by, user_id]
    kind.objects.update_many(found, ["seen_by"])
    return len(found)


@transaction.atomic
def tidy(*, kind: Kind, now: datetime) -> None:
    """Forget what was settled a month ago."""
    kind.objects.filter(cleared_at__lt=now - KEEP).delete()
