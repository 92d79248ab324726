"""Wake-ups and sweeps of the relay."""

from datetime import datetime, timedelta

from celery import shared_task

from core import clock
from relay import effects, inbox, job_files, jobs, outbox
from relay.models import OPEN_JOBS, DeliveryState, EventDelivery, InboundMessage, InboundState, Job
from tenancy import scoping
from tenancy.tasks import SellerTask, each_seller

KEEP_JOBS = timedelta(days=30)


class RelayTask(SellerTask):
    """Relay work binds the scope around each of its steps."""

    outside_scope = True


@shared_task(base=RelayTask, queue="floor")
def deliver_events(*, seller_id: int, **_: object) -> None:
    outbox.deliver_due(seller_id=seller_id)


@shared_task(base=RelayTask, queue="intake")
def handle_inbound(*, seller_id: int, **_: object) -> None:
    inbox.handle_due(seller_id=seller_id)


@shared_task(base=RelayTask, queue="platform")
def run_effects(*, seller_id: int, kind: str, **_: object) -> None:
    effects.run_due(kind=kind, seller_id=seller_id)
    effects.wake_for_next(kind=kind, seller_id=seller_id, now=clock.now())


@shared_task(base=RelayTask, queue="housekeeping")
def run_job(*, seller_id: int, job_id: int, **_: object) -> None:
    jobs.run(seller_id=seller_id, job_id=job_id)


@shared_task(queue="housekeeping")
def sweep_jobs(**_: object) -> None:
    """Find long jobs that nobody carries on: their wake-up was lost, their worker died, or their wait is over."""
    with scoping.unscoped("sweep: which long jobs nobody carries on"):
        waiting = list(jobs.lost(now=clock.now()).order_by("pk").values_list("seller_id", "pk", "kind"))
    for seller_id, job_id, kind in waiting:
        jobs.wake_again(seller_id=seller_id, job_id=job_id, kind=kind)


@shared_task(queue="floor")
def sweep_deliveries(**_: object) -> None:
    """Find waiting events and messages whose wake-up was lost."""
    now = clock.now()
    with scoping.unscoped("sweep: which sellers have waiting events"):
        due = EventDelivery.objects.filter(state=DeliveryState.WAITING, not_before__lte=now)
        with_events = list(due.values_list("seller_id", flat=True).distinct())
        waiting = InboundMessage.objects.filter(state=InboundState.WAITING, not_before__lte=now)
        with_messages = list(waiting.values_list("seller_id", flat=True).distinct())
    for seller_id in with_messages:
        inbox.handle_due(seller_id=seller_id)
    for seller_id in with_events:
        outbox.deliver_due(seller_id=seller_id)


@shared_task(queue="platform")
def sweep_effects(**_: object) -> None:
    """Find effects that are due or whose claim ran out, and run each kind in its own queue."""
    now = clock.now()
    for kind, runner in effects.runners().items():
        with scoping.unscoped("sweep: which sellers have effects due"):
            due = runner.model.objects.filter(effect_state__in=effects.OPEN_STATES, not_before__lte=now)
            sellers = list(due.order_by().values_list("seller_id", flat=True).distinct())
        for seller_id in sellers:
            run_effects.apply_async(
                kwargs={"seller_id": seller_id, "kind": kind}, queue=runner.queue, expires=30
            )


@shared_task(queue="housekeeping")
def tidy(**_: object) -> None:
    """Forget settled events and the files of jobs after a week, handled messages and jobs after a month."""
    now = clock.now()
    for seller_id in each_seller():
        with scoping.scope(sellers=[seller_id]):
            outbox.tidy(older_than=now - outbox.KEEP_EVENTS)
            settled = InboundMessage.objects.exclude(state__in=[InboundState.WAITING, InboundState.DEAD])
            settled.filter(received_at__lt=now - inbox.KEEP_MESSAGES).delete()
            _forget_jobs(now=now)


def _forget_jobs(*, now: datetime) -> None:
    ended = Job.objects.exclude(state__in=OPEN_JOBS)
    for job in ended.filter(finished_at__lt=now - job_files.KEEP_FILES).exclude(file=""):
        job_files.forget(path=job.file)
        Job.objects.filter(pk=job.pk).update(file="")
    ended.filter(finished_at__lt=now - KEEP_JOBS, file="").delete()
