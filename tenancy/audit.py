"""Writes audit entries."""

from collections.abc import Iterable
from datetime import datetime

from tenancy.actors import Actor
from tenancy.models import AuditEntry


def entry(
    *,
    actor: Actor,
    now: datetime,
    action: str,
    subject_type: str,
    subject_id: object,
    reason: str = "",
    **detail: object,
) -> AuditEntry:
    """Who did what to which thing, not written yet. Details are plain values without buyers' data or secrets."""
    return AuditEntry(
        at=now,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        action=action,
        subject_type=subject_type,
        subject_id=str(subject_id),
        reason=reason[:400],
        detail=detail,
    )


def record(
    *,
    actor: Actor,
    now: datetime,
    action: str,
    subject_type: str,
    subject_id: object,
    reason: str = "",
    **detail: object,
) -> AuditEntry:
    """Keep one entry."""
    found = entry(
        actor=actor,
        now=now,
        action=action,
        subject_type=subject_type,
        subject_id=subject_id,
        reason=reason,
        **detail,
    )
    found.save(force_insert=True)
    return found


def record_many(entries: Iterable[AuditEntry]) -> None:
    """Keep what one act did to many things."""
    AuditEntry.objects.bulk_create(entries)
