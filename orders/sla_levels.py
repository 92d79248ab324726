"""The four lines that a deadline crosses on its way: 24, 12 and 4 hours left, then overdue."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models import Order
from orders.sla_clocks import PAUSED


class Level(models.TextChoices):
    """Named as the tiles of the queue are, from far to near."""

    H24 = "h24", _("24 hours left")
    H12 = "h12", _("12 hours left")
    H4 = "h4", _("4 hours left")
    OVERDUE = "overdue", _("Overdue")


LEFT = {
    Level.H24: timedelta(hours=24),
    Level.H12: timedelta(hours=12),
    Level.H4: timedelta(hours=4),
    Level.OVERDUE: timedelta(0),
}
RANKS = {level: rank for rank, level in enumerate(LEFT)}


def level_at(*, due_at: datetime, now: datetime) -> Level | None:
    """The nearest line that this deadline has crossed."""
    return next((level for level in reversed(LEFT) if due_at <= now + LEFT[level]), None)


def paused(*, order_ids: Iterable[int]) -> set[int]:
    """Orders among these that the platform lets nobody ship yet: their clocks stand still."""
    found = Order.objects.filter(pk__in=list(order_ids), platform_status__in=PAUSED)
    return set(found.values_list("pk", flat=True))
