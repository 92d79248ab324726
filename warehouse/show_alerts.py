"""Shows whose goods are not in place half an hour before them: told once each, settled when everything lies there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q

from relay import outbox
from warehouse.events import ShowLate
from warehouse.models import Show, ShowAlert, ShowState, ShowTask
from warehouse.show_book import READY_BEFORE


@dataclass(frozen=True)
class LateShow:
    """A show that is late now, and what is left to do for it."""

    show: Show
    open_tasks: int

    @property
    def is_planned(self) -> bool:
        """Nothing of its plan was carried out."""
        return self.show.state == ShowState.PLANNED


def late(*, now: datetime) -> Q:
    """Shows that begin within half an hour, or have begun, and whose goods are not in place."""
    open_tasks = ShowTask.objects.filter(done_at__isnull=True).values("product__show_id")
    unready = Q(state__in=[ShowState.PREPARING, ShowState.LIVE], pk__in=open_tasks)
    unplanned = Q(state=ShowState.PLANNED, products__isnull=False)
    return Q(starts_at__lte=now + READY_BEFORE, ends_at__gt=now) & (unready | unplanned)


def late_now(*, now: datetime) -> list[LateShow]:
    """Every show that is late now."""
    ids = Show.objects.filter(late(now=now)).order_by().values_list("pk", flat=True)
    return late_shows(show_ids=set(ids), now=now)


def late_shows(*, show_ids: Iterable[int], now: datetime) -> list[LateShow]:
    """Which of these are late now, the first to begin first."""
    ids = Show.objects.filter(late(now=now), pk__in=list(show_ids)).order_by().values_list("pk", flat=True)
    found = list(Show.objects.filter(pk__in=set(ids)).select_related("shop").order_by("starts_at", "pk"))
    tasks = ShowTask.objects.filter(product__show__in=found, done_at__isnull=True).order_by()
    left = dict(tasks.values_list("product__show_id").annotate(Count("pk")))
    return [LateShow(show, left.get(show.pk, 0)) for show in found]


@transaction.atomic
def look(*, now: datetime) -> list[LateShow]:
    """Raise an alert for each late show that has none, and settle those that are late no more. Returns the newly told."""
    ids = set(Show.objects.filter(late(now=now)).order_by().values_list("pk", flat=True))
    open_ones = ShowAlert.objects.filter(cleared_at__isnull=True)
    open_ones.exclude(show_id__in=ids).update(cleared_at=now)
    fresh = []
    # A show is told once; moved to another time, it can be late anew.
    for show in Show.objects.lock().filter(pk__in=sorted(ids), late_at__isnull=True):
        show.late_at = now
        show.save(update_fields=["late_at"])
        alert = ShowAlert(shop_id=show.shop_id, show=show, raised_at=now)
        if ShowAlert.objects.insert_new(alert):
            outbox.publish(ShowLate(show_id=show.pk, raised_at=now))
            fresh.append(show.pk)
    return late_shows(show_ids=fresh, now=now) if fresh else []
