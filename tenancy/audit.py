"""Writes audit entries."""

from datetime import datetime

from tenancy.actors import Actor
from tenancy.models import AuditEntry


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
    """Keep who did what to which thing. Details are plain values without buyers' data or secrets."""
    return AuditEntry.objects.create(
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
