"""Our answer to a return or refund, told to the platform once: the key makes a repeat get the same answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import http
from core.errors import RuleViolation
from integrations import connections
from orders import history
from orders.models import HistoryKind, Order, ReturnAct, ReturnAnswer, ReturnCase
from relay import effects, wake
from relay.effects import EffectState, Outcome, Runner
from tenancy import scoping
from tenancy.actors import PLATFORM, Actor

LIVE = (EffectState.WAITING, EffectState.CLAIMED, EffectState.DONE)


class CannotDecideReturn(RuleViolation):
    """The platform asks for nothing right now, or it was answered."""

    code = "cannot_decide_return"
    status = 409


class RejectReasonMissing(RuleViolation):
    """A rejection needs one of the platform's reasons."""

    code = "reject_reason_missing"


@transaction.atomic
def answer(
    *, case_id: int, is_approved: bool, reason: str, comment: str, actor: Actor, now: datetime
) -> ReturnAnswer:
    """Decide what the platform asks about at this moment."""
    case = ReturnCase.objects.lock().select_related("order").get(pk=case_id)
    _refuse(case, is_approved=is_approved, reason=reason, now=now)
    earlier = ReturnAnswer.objects.filter(case=case).count()
    row = ReturnAnswer.objects.create(
        shop_id=case.shop_id,
        case=case,
        act=ReturnAct.APPROVE if is_approved else ReturnAct.REJECT,
        wanted_answer=case.wanted_answer,
        reason="" if is_approved else reason.strip()[:120],
        comment=comment.strip()[:300],
        by_label=actor.label[:120],
        key=f"return:{case.return_id}:{case.wanted_answer}:{earlier + 1}",
        not_before=now,
        created_at=now,
    )
    history.record(
        order=case.order,
        at=now,
        actor=actor,
        kind=HistoryKind.RETURN,
        action=f"return.{row.act}",
        reason=row.comment,
        why=row.reason,
        **{"return": case.return_id},
    )
    effects.wake_for(ReturnAnswer)
    return row


def _refuse(case: ReturnCase, *, is_approved: bool, reason: str, now: datetime) -> None:
    if not case.wanted_answer:
        raise CannotDecideReturn(_("The platform asks for no decision about this return right now."))
    if case.respond_by and case.respond_by <= now:
        raise CannotDecideReturn(_("The time to answer is over: the platform decides now."))
    if ReturnAnswer.objects.filter(
        case=case, wanted_answer=case.wanted_answer, effect_state__in=LIVE
    ).exists():
        raise CannotDecideReturn(_("This was answered already; the answer is on its way."))
    if is_approved:
        return
    if case.wanted_answer == "receive" and case.inspected_at is None:
        raise CannotDecideReturn(_("Look at the goods first: what came back is the reason to refuse it."))
    if not reason.strip():
        raise RejectReasonMissing(_("Choose one of the platform's reasons."))


@dataclass(frozen=True)
class Job:
    """What the call needs to know, read while the scope was open."""

    seller_id: int
    shop_id: int
    return_id: str


def prepare(answers: Sequence[ReturnAnswer]) -> None:
    """Attach a Job to each answer."""
    cases = ReturnCase.objects.in_bulk([one.case_id for one in answers])
    for one in answers:
        one.prepared = Job(
            seller_id=one.seller_id, shop_id=one.shop_id, return_id=cases[one.case_id].return_id
        )


def call(answers: Sequence[ReturnAnswer]) -> list[Outcome]:
    """Tell the platform, one by one, with no transaction open."""
    return [_say(one) for one in answers]


def _say(row: ReturnAnswer) -> Outcome:
    job: Job = row.prepared
    try:
        client = connections.shop_client(seller_id=job.seller_id, shop_id=job.shop_id)
        result = client.answer_return(
            return_id=job.return_id,
            is_approved=row.act == ReturnAct.APPROVE,
            wanted_answer=row.wanted_answer,
            reason=row.reason,
            comment=row.comment,
            idempotency_key=row.key,
        )
    except http.RemoteError as error:
        return Outcome.of_error(row.pk, error)
    if result.is_ok:
        return Outcome(row.pk)
    return Outcome.refused(row.pk, code=result.code, message=result.message)


def record(row: ReturnAnswer, outcome: Outcome, now: datetime) -> None:
    """The platform's list is read again: only that moves the return. A refusal stays where staff see it."""
    case = ReturnCase.objects.get(pk=row.case_id)
    if outcome.is_done or row.effect_state in effects.STUCK_STATES:
        history.record(
            order=Order.objects.get(pk=case.order_id),
            at=now,
            actor=PLATFORM,
            kind=HistoryKind.RETURN,
            action="return.answer_taken" if outcome.is_done else "return.answer_refused",
            reason="" if outcome.is_done else outcome.message,
            code=outcome.code,
            **{"return": case.return_id},
        )
        wake.on_commit(
            "orders.tasks.poll_returns",
            queue="intake",
            seller_id=scoping.current().only_seller,
            shop_id=case.shop_id,
        )


RUNNER = effects.register(
    Runner(model=ReturnAnswer, prepare=prepare, call=call, record=record, batch=10, queue="platform")
)
