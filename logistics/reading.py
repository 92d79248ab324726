"""What a page says about a parcel: where its number is on the way to the platform, what it waits for, what may be done."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from logistics import labels, setup, tracking_upload, upload_policy
from logistics.models import (
    Carrier,
    CaseState,
    ExceptionCase,
    Shipment,
    ShipmentState,
    TrackingUpload,
)
from orders.models import SlaClock
from relay.effects import OPEN_STATES, STUCK_STATES
from tenancy.actors import Actor

WHY_WORDS = {
    "after_pickup": gettext_lazy("after the carrier's pickup scan"),
    "at_handover": gettext_lazy("at handover"),
    "at_label": gettext_lazy("when the label was made"),
    "guard": gettext_lazy("because the deadline was near"),
    "person": gettext_lazy("because somebody asked"),
    "correction": gettext_lazy("as a correction"),
    "file": gettext_lazy("in a tracking file"),
}
WAITS_WORDS = {
    "label": gettext_lazy("waits for its label"),
    "handover": gettext_lazy("waits for the handover"),
    "pickup": gettext_lazy("waits for the carrier's scan"),
}
SOURCE_WORDS = {
    "platform": gettext_lazy("given by the platform"),
    "block": gettext_lazy("from the carrier's block"),
    "typed": gettext_lazy("typed or scanned"),
    "api": gettext_lazy("sent by a partner"),
    "file": gettext_lazy("from a file"),
}


@dataclass(frozen=True)
class UploadWords:
    """Where a number stands on its way to the platform."""

    tone: str
    label: str
    detail: str = ""


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    shipment: Shipment
    upload: UploadWords
    clock: SlaClock | None
    open_cases: int


@dataclass(frozen=True)
class Parcel:
    """What the page of one parcel adds to its row."""

    source: str
    tracked: str
    tracked_tone: str
    may_number: bool
    may_correct: bool
    may_upload: bool
    uploads: list[TrackingUpload]
    cases: list[ExceptionCase]
    next_question_at: datetime | None


def with_uploads(shipments: Iterable[Shipment]) -> list[Shipment]:
    """The shipments with their uploads, cases and policies loaded, whatever their number."""
    rows = list(shipments)
    prefetch_related_objects(rows, "uploads", "cases")
    policies = setup.policies_for({row.shop_id for row in rows}) if rows else {}
    connected = setup.connected_shops({row.shop_id for row in rows}) if rows else set()
    for row in rows:
        row.policy, row.is_connected = policies[row.shop_id], row.shop_id in connected
    return rows


def row_of(shipment: Shipment) -> Row:
    """A list line; give shipments of `selectors.shipments()`."""
    order = shipment.package.order
    clock = order.clock if hasattr(order, "clock") else None
    cases = [case for case in shipment.cases.all() if case.state == CaseState.OPEN]
    return Row(shipment=shipment, upload=upload_words(shipment), clock=clock, open_cases=len(cases))


def upload_words(shipment: Shipment) -> UploadWords:
    """One chip and one sentence."""
    if shipment.is_platform_label:
        return UploadWords("", _("platform's own number") if shipment.tracking_number else "—")
    uploads = sorted(shipment.uploads.all(), key=lambda upload: upload.pk)
    last = uploads[-1] if uploads else None
    if last is not None and last.effect_state in STUCK_STATES:
        return UploadWords("red", _("refused"), last.last_error)
    if last is not None and last.effect_state in OPEN_STATES:
        return UploadWords("blue", _("being uploaded"), last.last_error)
    if shipment.uploaded_at:
        return UploadWords(
            "green", _("platform has it"), str(WHY_WORDS.get(last.why_now, "")) if last else ""
        )
    if not shipment.tracking_number:
        return UploadWords("", "—")
    if not getattr(shipment, "is_connected", True):
        return UploadWords("yellow", _("not uploaded"), _("leaves in the tracking file"))
    policy = getattr(shipment, "policy", None) or setup.policy_for(shipment.shop)
    facts = tracking_upload.facts_of(shipment, policy=policy, clock=None)
    waits = upload_policy.waits_for(facts)
    return UploadWords("yellow", _("not uploaded"), str(WAITS_WORDS.get(waits, "")))


def parcel_of(shipment: Shipment) -> Parcel:
    """Everything beside the row; the shipment comes with `tracked`, `uploads` and `cases`."""
    tracked = getattr(shipment, "tracked", None)
    words, tone = _tracked_words(tracked)
    is_connected = bool(setup.connected_shops([shipment.shop_id]))
    uploads = sorted(shipment.uploads.all(), key=lambda upload: upload.pk)
    is_told = shipment.uploaded_at is not None and not shipment.is_platform_label
    has_failed = bool(uploads) and uploads[-1].effect_state in STUCK_STATES
    is_over = shipment.state in (ShipmentState.CANCELLED, ShipmentState.DELIVERED, ShipmentState.RETURNED)
    by_platform = shipment.is_platform_label and (is_connected or shipment.uploaded_at is not None)
    return Parcel(
        source=str(SOURCE_WORDS.get(shipment.number_source, "")),
        tracked=words,
        tracked_tone=tone,
        may_number=not is_told and not is_over and not by_platform,
        may_correct=is_told and not is_over and is_connected,
        may_upload=is_connected
        and not shipment.is_platform_label
        and shipment.uploaded_at is None
        and bool(shipment.docked_at or shipment.picked_up_at)
        and (not uploads or has_failed),
        uploads=uploads,
        cases=sorted(shipment.cases.all(), key=lambda case: case.pk),
        next_question_at=tracked.next_poll_at if tracked and not tracked.is_finished else None,
    )


def _tracked_words(tracked) -> tuple[str, str]:
    if tracked is None:
        return _("not followed yet: that begins at the handover"), ""
    if tracked.refused_why:
        return _("the provider refuses it: %(why)s") % {"why": tracked.refused_why}, "red"
    if tracked.is_finished:
        return _("followed to its end"), ""
    if tracked.registered_at is None:
        return _("being registered"), "yellow"
    return tracked.get_status_display(), "blue"


def number_rule_of(shipment: Shipment) -> Callable[..., str]:
    """The rule that a new number of this parcel goes through; it returns the sentence for the person."""
    is_told = shipment.uploaded_at is not None and not shipment.is_platform_label
    return _correct if is_told else _give


def _give(*, shipment_id: int, carrier: Carrier, number: str, actor: Actor, now: datetime) -> str:
    labelled = labels.give_number(
        shipment_id=shipment_id, carrier=carrier, number=number, source="typed", actor=actor, now=now
    )
    text = _("The parcel has the number %(number)s.") % {"number": labelled.shipment.tracking_number}
    return f"{text} {labelled.warning}".strip()


def _correct(*, shipment_id: int, carrier: Carrier, number: str, actor: Actor, now: datetime) -> str:
    upload = tracking_upload.correct(
        shipment_id=shipment_id, carrier=carrier, number=number, actor=actor, now=now
    )
    return _("The platform is asked to take %(number)s instead.") % {"number": upload.tracking_number}
