"""Alerts: orders that reached a level, gathered per shop, raised once, told where the seller wants it.

The first order of a shop at a level is told at once; those that follow within the level's pause are told together after
it, so that a busy shop gets one message with twenty orders and not twenty messages.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max, Q

from console import alert_messages, deadline_watch
from console.deadline_watch import Reached
from console.models import Alert, AlertedOrder, AlertMessage, AlertRead, AlertState
from orders import sla
from orders.sla_levels import RANKS, Level
from relay.effects import OPEN_STATES

PAUSE = {
    Level.H24: timedelta(minutes=60),
    Level.H12: timedelta(minutes=30),
    Level.H4: timedelta(minutes=15),
    Level.OVERDUE: timedelta(minutes=5),
}
KEEP_ALERTS = timedelta(days=30)
UNREAD_SINCE = timedelta(days=7)
TIDY_AT_ONCE = 5000


@transaction.atomic
def watch(*, now: datetime) -> bool:
    """One run at the seller in scope: find, gather, raise. True: a line holds more, run again."""
    look = deadline_watch.look(now=now)
    if look.reached:
        _gather(look.reached, now=now)
        sla.announce(order_ids=[one.order_id for one in look.reached], now=now)
    raise_due(now=now)
    return look.has_more


def _gather(reached: list[Reached], *, now: datetime) -> None:
    """Put each order on the list that its shop gathers at its level."""
    lists = _lists({(one.shop_id, one.level) for one in reached}, now=now)
    AlertedOrder.objects.bulk_create(
        [
            AlertedOrder(
                shop_id=one.shop_id,
                order_id=one.order_id,
                level=one.level,
                alert=lists[one.shop_id, one.level],
                due_at=one.due_at,
                told_at=now,
            )
            for one in reached
        ],
        update_conflicts=True,
        unique_fields=["seller", "order", "level"],
        update_fields=["alert", "due_at", "told_at"],
    )


def _lists(wanted: set[tuple[int, str]], *, now: datetime) -> dict[tuple[int, str], Alert]:
    """The gathering alert of each shop and level; a new one may be raised once the last one's pause is over."""
    found = {
        (alert.shop_id, alert.level): alert for alert in Alert.objects.filter(state=AlertState.GATHERING)
    }
    recent = Alert.objects.filter(state=AlertState.RAISED, raised_at__gt=now - max(PAUSE.values()))
    last = {
        (shop_id, level): at
        for shop_id, level, at in recent.order_by().values_list("shop_id", "level").annotate(Max("raised_at"))
    }
    for shop_id, level in sorted(wanted - found.keys(), key=lambda one: (one[0], RANKS[Level(one[1])])):
        earliest = last.get((shop_id, level), now - max(PAUSE.values())) + PAUSE[Level(level)]
        alert = Alert(shop_id=shop_id, level=level, raise_at=max(now, earliest))
        alert.save(force_insert=True)
        found[shop_id, level] = alert
    return found


@transaction.atomic
def raise_due(*, now: datetime) -> list[Alert]:
    """Raise what has gathered long enough. What is not true any more by then is dropped without a word."""
    due = list(Alert.objects.lock().filter(state=AlertState.GATHERING, raise_at__lte=now))
    counts = _counts(due, now=now)
    for alert in due:
        alert.order_count = counts[alert.pk]
        alert.state = AlertState.RAISED if alert.order_count else AlertState.DROPPED
        alert.raised_at = now if alert.order_count else None
    Alert.objects.bulk_update(due, ["order_count", "state", "raised_at"])
    raised = [alert for alert in due if alert.state == AlertState.RAISED]
    alert_messages.prepare_for(alerts=raised, now=now)
    return raised


def _counts(alerts: list[Alert], *, now: datetime) -> dict[int, int]:
    """Alert id -> how many of its orders still stand at its level."""
    counts: dict[int, int] = defaultdict(int)
    for level in {alert.level for alert in alerts}:
        ids = [alert.pk for alert in alerts if alert.level == level]
        true = AlertedOrder.objects.filter(deadline_watch.still_true(level=level, now=now), alert_id__in=ids)
        counts |= dict(true.order_by().values_list("alert_id").annotate(Count("pk")))
    return counts


# --- who has seen what ---


def unread(*, user_id: int, levels: Iterable[str], now: datetime):
    """Alerts of the last days that this person has not seen."""
    fresh = Alert.objects.filter(
        state=AlertState.RAISED, raised_at__gt=now - UNREAD_SINCE, level__in=list(levels)
    )
    return fresh.exclude(pk__in=AlertRead.objects.filter(user_id=user_id).order_by().values("alert_id"))


@transaction.atomic
def mark_read(*, user_id: int, alert_ids: Iterable[int], now: datetime) -> None:
    """This person has seen these; twice is once."""
    known = Alert.objects.filter(pk__in=list(alert_ids), state=AlertState.RAISED)
    AlertRead.objects.bulk_create(
        [AlertRead(alert_id=pk, user_id=user_id, read_at=now) for pk in known.values_list("pk", flat=True)],
        ignore_conflicts=True,
    )


@transaction.atomic
def tidy(*, now: datetime) -> None:
    """Forget alerts of a month ago and the marks of orders that are over; open orders keep theirs, or they would be told again."""
    before = now - KEEP_ALERTS
    over = AlertedOrder.objects.filter(told_at__lt=before).filter(
        Q(order__clock__is_open=False) | Q(order__clock__isnull=True)
    )
    AlertedOrder.objects.filter(pk__in=list(over.values_list("pk", flat=True)[:TIDY_AT_ONCE])).delete()
    old = AlertMessage.objects.filter(created_at__lt=before).exclude(effect_state__in=OPEN_STATES)
    AlertMessage.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:TIDY_AT_ONCE])).delete()
    empty = Alert.objects.filter(raise_at__lt=before, orders__isnull=True).exclude(state=AlertState.GATHERING)
    Alert.objects.filter(pk__in=list(empty.values_list("pk", flat=True)[:TIDY_AT_ONCE])).delete()
