"""When a number goes to the platform: one pure decision, asked again by every sweep.

Never before its time. Near the deadline the guard uploads the number of a parcel that we gave to the carrier, unseen scan or not.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from logistics.models import UploadMoment


@dataclass(frozen=True)
class UploadFacts:
    """What the decision looks at."""

    moment: str
    guard_hours: int
    labelled_at: datetime | None
    docked_at: datetime | None
    picked_up_at: datetime | None
    due_at: datetime | None  # the platform's time for arranging the shipment


def why_now(facts: UploadFacts, *, now: datetime) -> str:
    """The reason for uploading at this moment; empty when it is not the time."""
    if facts.labelled_at is None:
        return ""
    if facts.moment == UploadMoment.AT_LABEL:
        return "at_label"
    if facts.moment == UploadMoment.AT_HANDOVER and facts.docked_at is not None:
        return "at_handover"
    if facts.picked_up_at is not None:
        return "after_pickup"
    if facts.docked_at is not None and facts.due_at is not None:
        return "guard" if facts.due_at - now <= timedelta(hours=facts.guard_hours) else ""
    return ""


def waits_for(facts: UploadFacts) -> str:
    """What has to happen first: `label`, `handover`, `pickup`, or nothing."""
    if facts.labelled_at is None:
        return "label"
    if facts.moment == UploadMoment.AT_LABEL or facts.picked_up_at is not None:
        return ""
    if facts.docked_at is None:
        return "handover" if facts.moment == UploadMoment.AT_HANDOVER else "pickup"
    return "" if facts.moment == UploadMoment.AT_HANDOVER else "pickup"
