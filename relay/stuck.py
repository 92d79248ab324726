"""Work that the program cannot finish alone: events, messages and outgoing writes that wait for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from relay import effects, inbox, outbox
from relay.models import DeliveryState, EventDelivery, InboundMessage, InboundState
from tenancy import audit
from tenancy.actors import Actor

EVENTS, MESSAGES = "events", "messages"


@dataclass(frozen=True)
class StuckItem:
    """One piece: what it is, why it stopped, since when."""

    pk: int
    what: str
    detail: str
    why: str
    code: str
    since: datetime
    attempts: int
    is_refused: bool = False


@dataclass(frozen=True)
class Result:
    """What became of a bulk request."""

    done: int
    skipped: int


def kinds() -> list[str]:
    """Events and messages first, then every registered kind of outgoing write."""
    return [EVENTS, MESSAGES, *sorted(effects.runners())]


def rows(kind: str) -> QuerySet:
    """Stuck rows of one kind, longest waiting first. An unknown kind is a KeyError."""
    if kind == EVENTS:
        return EventDelivery.objects.filter(state=DeliveryState.DEAD).select_related("event").order_by("pk")
    if kind == MESSAGES:
        return InboundMessage.objects.filter(state=InboundState.DEAD).order_by("pk")
    model = effects.runners()[kind].model
    return model.objects.filter(effect_state__in=effects.STUCK_STATES).order_by("created_at", "pk")


def counts() -> dict[str, int]:
    """How much of each kind waits for a person."""
    return {kind: rows(kind).count() for kind in kinds()}


def item(kind: str, row) -> StuckItem:
    """A row in words of the page."""
    if kind == EVENTS:
        return StuckItem(
            row.pk, row.event.name, row.subscriber, row.last_error, "", row.event.published_at, row.attempts
        )
    if kind == MESSAGES:
        name = f"{row.source} {row.topic}".strip()
        return StuckItem(row.pk, name, row.source_id, row.last_error, "", row.received_at, row.attempts)
    return StuckItem(
        row.pk,
        row.key,
        "",
        row.last_error,
        row.last_error_code,
        row.created_at,
        row.attempts,
        is_refused=row.effect_state == effects.EffectState.FAILED,
    )


@transaction.atomic
def retry(*, kind: str, ids: Sequence[int], actor: Actor, now: datetime) -> Result:
    """Try again. What is no longer stuck is passed over."""
    found = list(rows(kind).filter(pk__in=ids).values_list("pk", flat=True))
    for pk in found:
        if kind == EVENTS:
            outbox.retry(delivery_id=pk, now=now)
        elif kind == MESSAGES:
            inbox.replay(message_id=pk, now=now)
        else:
            effects.retry(kind=kind, effect_id=pk, now=now)
    _note("stuck.retried", kind, found, actor=actor, now=now)
    return Result(done=len(found), skipped=len(set(ids)) - len(found))


@transaction.atomic
def give_up(*, kind: str, ids: Sequence[int], actor: Actor, now: datetime) -> Result:
    """Decide that it shall not happen. The row stays, marked as given up."""
    found = list(rows(kind).filter(pk__in=ids).values_list("pk", flat=True))
    for pk in found:
        if kind == EVENTS:
            outbox.give_up(delivery_id=pk, now=now)
        elif kind == MESSAGES:
            inbox.give_up(message_id=pk, now=now)
        else:
            effects.give_up(kind=kind, effect_id=pk, now=now)
    _note("stuck.given_up", kind, found, actor=actor, now=now)
    return Result(done=len(found), skipped=len(set(ids)) - len(found))


def _note(action: str, kind: str, ids: list[int], *, actor: Actor, now: datetime) -> None:
    if ids:
        audit.record(
            actor=actor,
            now=now,
            action=action,
            subject_type="work",
            subject_id=kind,
            count=len(ids),
            ids=ids[:50],
        )
