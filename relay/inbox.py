"""Messages that came in: stored first and answered at once, handled afterwards, kept for replay."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F

from core import clock
from relay import backoff, wake
from relay.models import InboundMessage, InboundState, UnroutedMessage
from tenancy import scoping

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 8
BATCH = 500
KEEP_MESSAGES = timedelta(days=30)

Handler = Callable[[list[InboundMessage]], None]
_handlers: dict[str, Handler] = {}


def handles(source: str) -> Callable[[Handler], Handler]:
    """Register who handles the messages of one source: `@handles("tiktok_shop")`. Gets many; database work only."""

    def register(function: Handler) -> Handler:
        _handlers[source] = function
        return function

    return register


def receive(
    *, seller_id: int, source: str, source_id: str, topic: str, shop_ref: str, body: bytes, now: datetime
) -> bool:
    """Store one message for a seller; False when it was here already (counted, not stored twice)."""
    row = InboundMessage(
        seller_id=seller_id,
        source=source,
        source_id=source_id,
        topic=topic,
        shop_ref=shop_ref,
        body=body.decode("utf-8", "replace"),
        received_at=now,
        not_before=now,
    )
    if not scoping.insert_alone(row):
        with scoping.scope(sellers=[seller_id]):
            known = InboundMessage.objects.filter(source=source, source_id=source_id)
            known.update(times_received=F("times_received") + 1)
        return False
    wake.on_commit("relay.tasks.handle_inbound", queue="intake", seller_id=seller_id)
    return True


def keep_unrouted(*, source: str, why: str, shop_ref: str, body: bytes, now: datetime) -> None:
    """Leave a trace of a message that was refused or that belongs to nobody here."""
    UnroutedMessage.objects.create(
        source=source,
        why=why[:120],
        shop_ref=shop_ref[:40],
        body_start=body[:300].decode("utf-8", "replace").replace("\x00", ""),
        body_size=len(body),
        received_at=now,
    )


def handle_due(*, seller_id: int, limit: int = 5000) -> int:
    """Handle what waits at one seller, oldest first. What comes meanwhile has its own alarm, and gathers until then."""
    done = 0
    while done < limit:
        with scoping.scope(sellers=[seller_id]):
            count = _handle_batch(now=clock.now())
        done += count
        if count < BATCH:
            break
    return done


def _handle_batch(*, now: datetime) -> int:
    waiting = InboundMessage.objects.filter(state=InboundState.WAITING, not_before__lte=now).order_by(
        "not_before", "pk"
    )
    messages = list(waiting.select_for_update(of=("self",), no_key=True, skip_locked=True)[:BATCH])
    by_source: dict[str, list[InboundMessage]] = {}
    for message in messages:
        by_source.setdefault(message.source, []).append(message)
    for source, group in by_source.items():
        if not _try(source, group, now=now):
            for message in group:
                if not _try(source, [message], now=now):
                    _put_off(message, now=now)
    return len(messages)


def _try(source: str, messages: list[InboundMessage], *, now: datetime) -> bool:
    handler = _handlers.get(source)
    try:
        with transaction.atomic():
            if handler is not None:
                handler(messages)
            state = InboundState.DONE if handler is not None else InboundState.IGNORED
            ids = [message.pk for message in messages]
            InboundMessage.objects.filter(pk__in=ids).update(state=state, done_at=now)
    except Exception as error:  # noqa: BLE001 - the relay is where any handler's failure becomes a stored fact
        log.warning("inbox.handler_failed", source=source, count=len(messages), error=repr(error)[:300])
        for message in messages:
            message.last_error = repr(error)[:400]
        return False
    return True


def _put_off(message: InboundMessage, *, now: datetime) -> None:
    message.attempts += 1
    if message.attempts >= MAX_ATTEMPTS:
        message.state = InboundState.DEAD
    message.not_before = now + backoff.delay(message.attempts)
    message.save(update_fields=["attempts", "state", "not_before", "last_error"])


def replay(*, message_id: int, now: datetime) -> bool:
    """Handle a kept message once more."""
    changed = InboundMessage.objects.filter(pk=message_id).update(
        state=InboundState.WAITING, attempts=0, not_before=now
    )
    wake.on_commit("relay.tasks.handle_inbound", queue="intake", seller_id=scoping.current().only_seller)
    return bool(changed)


def give_up(*, message_id: int, now: datetime) -> bool:
    """A person decides that a dead message shall not be handled."""
    return bool(
        InboundMessage.objects.filter(pk=message_id, state=InboundState.DEAD).update(
            state=InboundState.DROPPED, done_at=now
        )
    )
