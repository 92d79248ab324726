"""What people write down about an order, kept in its time line."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from orders import history
from orders.models import HistoryKind, Order, OrderHistory
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
def add_note(*, order: Order, text: str, actor: Actor, now: datetime) -> OrderHistory:
    """Keep a note in the order's time line."""
    text = checked(text)
    if not text:
        raise EmptyNote(_("Write something first."))
    return history.record(
        order=order, at=now, actor=actor, kind=HistoryKind.NOTE, action="note.added", reason=text
    )
