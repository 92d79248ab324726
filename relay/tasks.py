"""Wake-ups and sweeps of the relay."""

from celery import shared_task

from core import clock
from relay import effects, inbox, outbox
from relay.models import DeliveryState, EventDelivery, InboundMessage, InboundState
from tenancy import scoping
from tenancy.tasks import SellerTask, each_seller


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
    """Forget settled events after a week and handled messages after a month."""
    now = clock.now()
    for seller_id in each_seller():
        with scoping.scope(sellers=[seller_id]):
            outbox.tidy(older_than=now - outbox.KEEP_EVENTS)
            settled = InboundMessage.objects.exclude(state__in=[InboundState.WAITING, InboundState.DEAD])
            settled.filter(received_at__lt=now - inbox.KEEP_MESSAGES).delete()
