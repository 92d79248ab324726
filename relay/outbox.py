"""Facts leave a transaction as rows; each subscriber handles each fact once, in a transaction with its receipt."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction

from core import clock
from relay import backoff, wake
from relay.events import Event, Subscriber, subscriber, subscribers_of
from relay.models import DeliveryState, EventDelivery, OutboxEvent
from tenancy import scoping

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 8
BATCH = 500


@dataclass(frozen=True)
class Receipt:
    """A claimed delivery: plain values, there are several of them for every fact."""

    pk: int
    subscriber: str
    attempts: int
    payload: dict[str, Any]


def publish(event: Event) -> None:
    """Announce one fact in the present transaction."""
    publish_many([event])


def publish_many(events: Iterable[Event]) -> None:
    """Announce facts in the present transaction, and wake the delivery when it commits."""
    events = list(events)
    if not events:
        return
    now = clock.now()
    seller_id = scoping.current().only_seller
    ids = OutboxEvent.objects.insert_values(
        [
            {
                "seller_id": seller_id,
                "name": event.name,
                "version": event.version,
                "payload": event.payload(),
                "published_at": now,
            }
            for event in events
        ]
    )
    receipts = [
        {
            "seller_id": seller_id,
            "event_id": event_id,
            "subscriber": listener.key,
            "not_before": now,
        }
        for event_id, event in zip(ids, events, strict=True)
        for listener in subscribers_of(event.name)
    ]
    if receipts:
        EventDelivery.objects.insert_values(receipts)
        wake.on_commit("relay.tasks.deliver_events", queue="floor", seller_id=seller_id)


def deliver_due(*, seller_id: int, limit: int = 2000) -> int:
    """Run handlers for what is due at one seller, oldest first, until nothing is left or `limit` is reached."""
    done = 0
    while done < limit:
        count = _deliver_batch(seller_id=seller_id, now=clock.now())
        if count == 0:
            break
        done += count
    return done


def _deliver_batch(*, seller_id: int, now: datetime) -> int:
    """One subscriber's share of the oldest due receipts, in one transaction. A failing batch is retried one by one."""
    with scoping.scope(sellers=[seller_id]):
        receipts = _claim(now=now)
        if not receipts:
            return 0
        listener = subscriber(receipts[0].subscriber)
        if listener is None:
            _bury(receipts, f"no subscriber {receipts[0].subscriber}", now=now)
            return len(receipts)
        if listener.takes_many and not _try(listener, receipts, now=now):
            return len(receipts)
        for receipt in receipts:
            if error := _try(listener, [receipt], now=now):
                _put_off(receipt, error=error, now=now)
        return len(receipts)


def _claim(*, now: datetime) -> list[Receipt]:
    """Lock the oldest due receipts of one subscriber."""
    waiting = EventDelivery.objects.filter(state=DeliveryState.WAITING, not_before__lte=now)
    oldest = waiting.order_by("not_before", "pk").select_for_update(no_key=True, skip_locked=True)
    first = oldest.values_list("subscriber", flat=True).first()
    if first is None:
        return []
    rows = list(oldest.filter(subscriber=first).values_list("pk", "attempts", "event_id")[:BATCH])
    events = OutboxEvent.objects.filter(pk__in=[event_id for _pk, _attempts, event_id in rows])
    payloads = dict(events.values_list("pk", "payload"))
    return [Receipt(pk, first, attempts, payloads[event_id]) for pk, attempts, event_id in rows]


def _try(listener: Subscriber, receipts: Sequence[Receipt], *, now: datetime) -> str:
    """Run the handler and write the receipts in one savepoint; what went wrong, or nothing."""
    events = [listener.event.from_payload(receipt.payload) for receipt in receipts]
    try:
        with transaction.atomic():
            if listener.takes_many:
                listener.handle(events)
            else:
                for event in events:
                    listener.handle(event)
            ids = [receipt.pk for receipt in receipts]
            EventDelivery.objects.filter(pk__in=ids).update(state=DeliveryState.DONE, done_at=now)
    except Exception as error:  # noqa: BLE001 - the relay is where any handler's failure becomes a stored fact
        log.warning(
            "event.handler_failed", subscriber=listener.key, count=len(receipts), error=repr(error)[:300]
        )
        return repr(error)[:400]
    return ""


def _put_off(receipt: Receipt, *, error: str, now: datetime) -> None:
    attempts = receipt.attempts + 1
    is_dead = attempts >= MAX_ATTEMPTS
    if is_dead:
        log.error("event.dead", subscriber=receipt.subscriber, delivery_id=receipt.pk)
    EventDelivery.objects.filter(pk=receipt.pk).update(
        attempts=attempts,
        state=DeliveryState.DEAD if is_dead else DeliveryState.WAITING,
        not_before=now + backoff.delay(attempts),
        last_error=error,
    )


def _bury(receipts: Sequence[Receipt], why: str, *, now: datetime) -> None:
    ids = [receipt.pk for receipt in receipts]
    EventDelivery.objects.filter(pk__in=ids).update(state=DeliveryState.DEAD, last_error=why, done_at=now)


def retry(*, delivery_id: int, now: datetime) -> None:
    """A person asks for another try."""
    EventDelivery.objects.filter(pk=delivery_id, state=DeliveryState.DEAD).update(
        state=DeliveryState.WAITING, attempts=0, not_before=now
    )
    wake.on_commit("relay.tasks.deliver_events", queue="floor", seller_id=scoping.current().only_seller)


def give_up(*, delivery_id: int, now: datetime) -> None:
    """A person decides that it shall not happen."""
    EventDelivery.objects.filter(pk=delivery_id, state=DeliveryState.DEAD).update(
        state=DeliveryState.DROPPED, done_at=now
    )


def tidy(*, older_than: datetime, limit: int = 10_000) -> int:
    """Delete events whose every receipt is settled and that are older than a moment."""
    open_states = [DeliveryState.WAITING, DeliveryState.DEAD]
    old = OutboxEvent.objects.filter(published_at__lt=older_than).exclude(deliveries__state__in=open_states)
    ids = list(old.order_by("pk").values_list("pk", flat=True)[:limit])
    OutboxEvent.objects.filter(pk__in=ids).delete()
    return len(ids)


KEEP_EVENTS = timedelta(days=7)
