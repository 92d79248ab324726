"""Wake-ups and sweeps of logistics."""

from celery import shared_task

from core import clock
from logistics import figures, silent, tracking_upload, watching
from tenancy import scoping
from tenancy.tasks import SellerTask, each_seller


class TrackingTask(SellerTask):
    """Calls the tracking provider, so it binds the scope around each of its steps."""

    outside_scope = True


@shared_task(base=TrackingTask, queue="tracking")
def track_seller(*, seller_id: int, **_: object) -> None:
    """Register and ask about the due parcels of one seller."""
    watching.run(seller_id=seller_id)


@shared_task(queue="tracking")
def sweep_tracking(**_: object) -> None:
    """Find sellers with parcels that are due to be asked about."""
    now = clock.now()
    for seller_id in each_seller():
        with scoping.scope(sellers=[seller_id]):
            is_due = watching.has_work(now=now)
        if is_due:
            track_seller.apply_async(kwargs={"seller_id": seller_id}, expires=60)


@shared_task(queue="platform")
def sweep_uploads(**_: object) -> None:
    """Queue the numbers whose time has come; the deadline guard lives here."""
    now = clock.now()
    for seller_id in each_seller():
        with scoping.scope(sellers=[seller_id]):
            tracking_upload.sweep(now=now)


@shared_task(queue="tracking")
def sweep_silent_parcels(**_: object) -> None:
    """Open cases for parcels that nobody hears of."""
    now = clock.now()
    for seller_id in each_seller():
        with scoping.scope(sellers=[seller_id]):
            silent.sweep(now=now)


class FiguresTask(SellerTask):
    """Works in steps, each a transaction of its own."""

    abstract = True
    outside_scope = True


@shared_task(base=FiguresTask, queue="housekeeping")
def sum_figures(*, seller_id: int, **_: object) -> None:
    """Bring the figures of one seller up to this moment."""
    figures.catch_up(seller_id=seller_id, now=clock.now())


@shared_task(queue="housekeeping")
def sweep_figures(**_: object) -> None:
    """Every seller's figures follow what happened within a minute or two."""
    for seller_id in each_seller():
        sum_figures.apply_async(kwargs={"seller_id": seller_id}, expires=60)
