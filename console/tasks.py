"""Runs the watch over deadlines, and forgets old alerts."""

from celery import shared_task

from console import alerts
from core import clock
from tenancy import scoping
from tenancy.tasks import each_seller
from warehouse import staff_alerts
from warehouse.models import MaterialAlert, ShowAlert

MOST_RUNS = 20


@shared_task(queue="floor")
def raise_alerts(**_: object) -> None:
    """Once a minute: what crossed a line since the last time, seller by seller. Each run is a transaction of its own."""
    for seller_id in each_seller():
        for _run in range(MOST_RUNS):
            with scoping.scope(sellers=[seller_id]):
                has_more = alerts.watch(now=clock.now())
            if not has_more:
                break


@shared_task(queue="housekeeping")
def tidy_alerts(**_: object) -> None:
    """Forget what is a month old."""
    now = clock.now()
    for seller_id in each_seller():
        with scoping.scope(sellers=[seller_id]):
            alerts.tidy(now=now)
            for kind in (MaterialAlert, ShowAlert):
                staff_alerts.tidy(kind=kind, now=now)
