"""Our answer to a buyer's request to cancel, and our own cancellations: one effect each, never sent twice.

Answers carry a key, so that a repeat gets the same answer; an own cancellation has none, so the order is read first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import http
from core.errors import RuleViolation
from integrations import connections
from integrations.ports import ShopPlatform
from integrations.values import ItemResult
from orders import cursors, history, review
from orders.models import (
    CancelAct,
    CancelAnswer,
    CancelRequest,
    CancelRequestState,
    HistoryKind,
    HoldReason,
    Order,
    OrderState,
    PlatformStatus,
)
from relay import effects, wake
from relay.effects import EffectState, Outcome, Runner
from tenancy import scoping
from tenancy.actors import PLATFORM, Actor
from tenancy.models import Shop

LIVE = (EffectState.WAITING, EffectState.CLAIMED, EffectState.DONE)
# There, shipping the parcel rejects the request; sellers are told not to reject it by a call.
REJECTED_BY_SHIPPING = frozenset({"US"})


class CannotAnswer(RuleViolation):
    """The request is answered, over, or not ours to answer."""

    code = "cannot_answer"
    status = 409


class ReasonMissing(RuleViolation):
    """The platform wants one of its reasons."""

    code = "reason_missing"


@transaction.atomic
def approve(*, request_id: int, actor: Actor, now: datetime) -> CancelAnswer:
    """Let the buyer go."""
    request = _lock_open(request_id, now=now)
    return _tell(request.order, CancelAct.APPROVE, request=request, reason="", actor=actor, now=now)


@transaction.atomic
def reject(*, request_id: int, reason: str, actor: Actor, now: datetime) -> CancelAnswer | None:
    """Keep the order; None where the parcel itself is the answer and nothing is sent."""
    request = _lock_open(request_id, now=now)
    if Shop.objects.only("region").get(pk=request.shop_id).region in REJECTED_BY_SHIPPING:
        note = _("Shipping the parcel rejects the request.")
        release = HoldReason.CANCEL_REQUESTED
        review.release(order_id=request.order_id, reason=release, note=note, actor=actor, now=now)
        return None
    if not reason.strip():
        raise ReasonMissing(_("Choose why the order is kept: the buyer reads it."))
    return _tell(request.order, CancelAct.REJECT, request=request, reason=reason, actor=actor, now=now)


@transaction.atomic
def cancel_order(*, order_id: int, reason: str, actor: Actor, now: datetime) -> CancelAnswer:
    """Cancel as the seller. The floor stops at once; the order ends when the platform says so."""
    order = Order.objects.lock().get(pk=order_id)
    if order.state in (OrderState.CANCELLED, OrderState.COMPLETED):
        raise CannotAnswer(_("This order is over."))
    if not reason.strip():
        raise ReasonMissing(_("Choose one of the platform's reasons."))
    if CancelAnswer.objects.filter(order=order, act=CancelAct.CANCEL, effect_state__in=LIVE).exists():
        raise CannotAnswer(_("The platform has been asked to cancel this order already."))
    review.hold(order_id=order.pk, note=_("being cancelled"), actor=actor, now=now)
    return _tell(order, CancelAct.CANCEL, request=None, reason=reason, actor=actor, now=now)


def _lock_open(request_id: int, *, now: datetime) -> CancelRequest:
    """The order first, then its request: both stay as they are until the answer is written."""
    order_id = CancelRequest.objects.values_list("order_id", flat=True).get(pk=request_id)
    order = Order.objects.lock().get(pk=order_id)
    request = CancelRequest.objects.lock().get(pk=request_id)
    request.order = order
    if not request.is_buyer_request or request.state != CancelRequestState.PENDING:
        raise CannotAnswer(
            _("This request is “%(state)s”: there is nothing to answer.")
            % {"state": request.get_state_display()}
        )
    if request.respond_by and request.respond_by <= now:
        raise CannotAnswer(_("The time to answer is over: the platform decides now."))
    if CancelAnswer.objects.filter(request=request, effect_state__in=LIVE).exists():
        raise CannotAnswer(_("This request was answered already; the answer is on its way."))
    return request


def _tell(
    order: Order, act: str, *, request: CancelRequest | None, reason: str, actor: Actor, now: datetime
) -> CancelAnswer:
    subject = f"cancel:{request.cancel_id}" if request else f"cancel-order:{order.platform_order_id}"
    earlier = CancelAnswer.objects.filter(order=order).count()
    row = CancelAnswer.objects.create(
        shop_id=order.shop_id,
        order=order,
        request=request,
        act=act,
        reason=reason.strip()[:120],
        by_label=actor.label[:120],
        key=f"{subject}:{earlier + 1}",
        not_before=now,
        created_at=now,
    )
    history.record(
        order=order,
        at=now,
        actor=actor,
        kind=HistoryKind.CANCELLATION,
        action=f"cancel.{act}",
        why=row.reason,
    )
    effects.wake_for(CancelAnswer)
    return row


@dataclass(frozen=True)
class Job:
    """What the call needs to know, read while the scope was open."""

    seller_id: int
    shop_id: int
    platform_order_id: str
    cancel_id: str


def prepare(answers: Sequence[CancelAnswer]) -> None:
    """Attach a Job to each answer."""
    orders = Order.objects.in_bulk([one.order_id for one in answers])
    requests = CancelRequest.objects.in_bulk([one.request_id for one in answers if one.request_id])
    for one in answers:
        one.prepared = Job(
            seller_id=one.seller_id,
            shop_id=one.shop_id,
            platform_order_id=orders[one.order_id].platform_order_id,
            cancel_id=requests[one.request_id].cancel_id if one.request_id else "",
        )


def call(answers: Sequence[CancelAnswer]) -> list[Outcome]:
    """Tell the platform, one by one, with no transaction open."""
    return [_say(one) for one in answers]


def _say(answer: CancelAnswer) -> Outcome:
    job: Job = answer.prepared
    try:
        client = connections.shop_client(seller_id=job.seller_id, shop_id=job.shop_id)
        result = _send(client, answer, job)
    except http.RemoteError as error:
        return Outcome.of_error(answer.pk, error)
    if result.is_ok:
        return Outcome(answer.pk)
    return Outcome.refused(answer.pk, code=result.code, message=result.message)


def _send(client: ShopPlatform, answer: CancelAnswer, job: Job) -> ItemResult:
    if answer.act == CancelAct.APPROVE:
        return client.approve_cancellation(cancel_id=job.cancel_id, idempotency_key=answer.key)
    if answer.act == CancelAct.REJECT:
        return client.reject_cancellation(
            cancel_id=job.cancel_id, reason=answer.reason, idempotency_key=answer.key
        )
    found = client.get_orders(platform_order_ids=[job.platform_order_id])
    if found and found[0].status == PlatformStatus.CANCELLED:
        return ItemResult(item_id=job.platform_order_id, is_ok=True)
    return client.cancel_order(platform_order_id=job.platform_order_id, reason=answer.reason)


def record(answer: CancelAnswer, outcome: Outcome, now: datetime) -> None:
    """The platform's picture is read again: only that moves the order. A refusal stays where staff see it."""
    order = Order.objects.get(pk=answer.order_id)
    if outcome.is_done or answer.effect_state in effects.STUCK_STATES:
        history.record(
            order=order,
            at=now,
            actor=PLATFORM,
            kind=HistoryKind.CANCELLATION,
            action="cancel.answer_taken" if outcome.is_done else "cancel.answer_refused",
            reason="" if outcome.is_done else outcome.message,
            code=outcome.code,
        )
        cursors.mark_for_pull(shop_id=order.shop_id, platform_order_ids=[order.platform_order_id], now=now)
        wake.on_commit(
            "orders.tasks.poll_cancellations",
            queue="intake",
            seller_id=scoping.current().only_seller,
            shop_id=order.shop_id,
        )


RUNNER = effects.register(
    Runner(model=CancelAnswer, prepare=prepare, call=call, record=record, batch=10, queue="platform")
)
