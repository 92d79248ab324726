"""Wake-ups and sweeps of logistics."""

from celery import shared_task

from core import clock
from logistics import silent, tracking_upload, watching
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
