"""What people write down about an order, kept in its time line; the newest stands in the queue."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from orders import history
from orders.models import HistoryKind, Order, OrderMark
from orders.review import RowResult
from tenancy.actors import Actor

LONGEST = 400


class EmptyNote(RuleViolation):
    """Nothing was written."""

    code = "empty_note"


class NoteTooLong(RuleViolation):
    """More than a note holds; nothing is cut off silently."""

    code = "note_too_long"


def checked(text: str) -> str:
    """The note without its margins; raises NoteTooLong."""
    text = text.strip()
    if len(text) > LONGEST:
        raise NoteTooLong(_("A note has at most %(count)s characters.") % {"count": LONGEST})
    return text


@transaction.atomic
def note_many(*, order_ids: Collection[int], text: str, actor: Actor, now: datetime) -> list[RowResult]:
    """Keep the same note in the time lines of orders."""
    text = checked(text)
    if not text:
        raise EmptyNote(_("Write something first."))
    orders = list(Order.objects.lock().filter(pk__in=list(order_ids)))
    lines = [
        history.entry(
            order=order, at=now, actor=actor, kind=HistoryKind.NOTE, action="note.added", reason=text
        )
        for order in orders
    ]
    history.record_many(lines)
    _mark(orders=orders, text=text, now=now)
    return [RowResult(order.pk, order.platform_order_id, "done", "") for order in orders]


def _mark(*, orders: list[Order], text: str, now: datetime) -> None:
    """The orders are locked, so nobody else makes or counts their marks meanwhile."""
    OrderMark.objects.bulk_create(
        [OrderMark(shop_id=order.shop_id, order=order, changed_at=now) for order in orders],
        ignore_conflicts=True,
    )
    OrderMark.objects.filter(order_id__in=[order.pk for order in orders]).update(
        note=text, note_count=F("note_count") + 1, changed_at=now
    )
