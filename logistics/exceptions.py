"""Cases: a shipment needs someone. One open case per shipment and kind; it resolves itself when the parcel moves on."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import RuleViolation
from logistics import buyer_messages
from logistics.events import CaseOpened
from logistics.models import CaseState, ExceptionCase, ExceptionKind, Shipment
from orders import history
from orders.models import BuyerContact, HistoryKind, Package
from relay import outbox
from tenancy.actors import AUTO, Actor

# What ends by itself as soon as the carrier moves the parcel again.
PASSING = (
    ExceptionKind.CUSTOMS_DELAY,
    ExceptionKind.ADDRESS_ISSUE,
    ExceptionKind.ATTEMPT_FAILED,
    ExceptionKind.DELAYED,
    ExceptionKind.HELD_PAYMENT,
    ExceptionKind.NO_SCAN,
    ExceptionKind.STALE,
)
# What a delivery ends as well.
ENDED_BY_DELIVERY = (*PASSING, ExceptionKind.LOST, ExceptionKind.RETURNING, ExceptionKind.REFUSED)


# How cases end without a person; stored as the word, shown as the sentence.
ENDED_BY_ITSELF = {
    "delivered": gettext_lazy("The parcel was delivered."),
    "moves_again": gettext_lazy("The parcel moves again."),
    "number_taken": gettext_lazy("The platform took the number."),
    "kept_back": gettext_lazy("The parcel was taken off the manifest and stays here."),
    "came_back": gettext_lazy("The parcel came back."),
}


class CaseClosed(RuleViolation):
    """Somebody resolved it already."""

    code = "case_closed"
    status = 409


@transaction.atomic
def open_case(
    *,
    shipment: Shipment,
    package: Package,
    kind: str,
    now: datetime,
    detail: str = "",
    actor: Actor = AUTO,
) -> ExceptionCase:
    """The open case of this kind; a new one is announced, and the buyer told where that helps."""
    detail = detail[:300]
    contact = BuyerContact.objects.filter(order_id=package.order_id).only("region_code", "province").first()
    case, is_new = ExceptionCase.objects.get_or_create(
        shipment=shipment,
        kind=kind,
        state=CaseState.OPEN,
        defaults={
            "shop_id": shipment.shop_id,
            "order_id": package.order_id,
            "detail": detail,
            "region_code": contact.region_code if contact else "",
            "province": contact.province if contact else "",
            "opened_at": now,
        },
    )
    if not is_new:
        if detail and case.detail != detail:
            case.detail = detail
            case.save(update_fields=["detail"])
        return case
    _announce(case, shipment, package, actor=actor, now=now)
    return case


def _announce(
    case: ExceptionCase, shipment: Shipment, package: Package, *, actor: Actor, now: datetime
) -> None:
    history.record(
        order=package,
        at=now,
        actor=actor,
        kind=HistoryKind.TRACKING,
        action="case.opened",
        reason=case.detail,
        case=str(case.kind),
        number=shipment.tracking_number,
    )
    outbox.publish(CaseOpened(case_id=case.pk, kind=str(case.kind)))
    if case.kind in buyer_messages.TOLD_AUTOMATICALLY:
        buyer_messages.tell_automatically(case=case, shipment=shipment, now=now)


def resolve_for(
    *, shipment: Shipment, kinds: Iterable[str], resolution: str, now: datetime, actor: Actor = AUTO
) -> int:
    """End the open cases of these kinds on a shipment."""
    cases = ExceptionCase.objects.filter(shipment=shipment, kind__in=list(kinds), state=CaseState.OPEN)
    ids = list(cases.order_by("pk").values_list("pk", flat=True))
    for case_id in ids:
        resolve(case_id=case_id, resolution=resolution, actor=actor, now=now)
    return len(ids)


@transaction.atomic
def resolve(*, case_id: int, resolution: str, actor: Actor, now: datetime) -> ExceptionCase:
    """End a case with a sentence of what was done. A message to the buyer that has not left yet stays here."""
    case = ExceptionCase.objects.lock().select_related("order").get(pk=case_id)
    if case.state == CaseState.RESOLVED:
        raise CaseClosed(_("This case was resolved by %(who)s already.") % {"who": case.resolved_by or "—"})
    case.state, case.resolved_at = CaseState.RESOLVED, now
    case.resolved_by, case.resolution = actor.label[:120], resolution.strip()[:300]
    case.save(update_fields=["state", "resolved_at", "resolved_by", "resolution"])
    buyer_messages.skip_waiting(case=case, now=now)
    history.record(
        order=case.order,
        at=now,
        actor=actor,
        kind=HistoryKind.TRACKING,
        action="case.resolved",
        reason=case.resolution,
        case=case.kind,
    )
    return case
