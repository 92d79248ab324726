"""What the buyer is told, through the platform and once: the row is there before the message leaves.

The platform has no guard against doubles, so a second try first looks whether the text arrived.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from core import http
from core.errors import RuleViolation
from integrations import connections
from logistics import buyer_texts, setup
from logistics.models import BuyerMessage, ExceptionCase, ExceptionKind, Shipment
from orders import history
from orders.models import HistoryKind, Order
from relay import effects
from relay.effects import EffectState, Outcome, Runner
from tenancy.actors import PLATFORM, Actor
from tenancy.models import Shop

TOLD_AUTOMATICALLY = frozenset(
    {
        ExceptionKind.CUSTOMS_DELAY,
        ExceptionKind.ATTEMPT_FAILED,
        ExceptionKind.DELAYED,
        ExceptionKind.LOST,
        ExceptionKind.DAMAGED,
    }
)
TIME_TO_SKIP = timedelta(seconds=60)  # staff who see the case at once may still keep the message back
LONGEST = 2000


class CannotTellBuyer(RuleViolation):
    """The buyer cannot be reached through the platform."""

    code = "cannot_tell_buyer"


@dataclass(frozen=True)
class Letter:
    """One message as the call needs it."""

    seller_id: int
    shop_id: int
    buyer_user_id: str
    text: str
    conversation_id: str


def text_for(*, kind: str, order: Order, number: str, region: str) -> str:
    """The prepared words for this kind of case, in the language of the shop's region."""
    return buyer_texts.text(kind=kind, region=region, order=order.platform_order_id, number=number)


def tell_automatically(*, case: ExceptionCase, shipment: Shipment, now: datetime) -> None:
    """Queue the prepared message of a new case; a shop without a connection tells nobody."""
    order = Order.objects.get(pk=case.order_id)
    if not order.buyer_user_id or not setup.connected_shops([order.shop_id]):
        return
    region = Shop.objects.only("region").get(pk=order.shop_id).region
    text = text_for(kind=case.kind, order=order, number=shipment.tracking_number, region=region)
    if text:
        _queue(
            order=order,
            case=case,
            text=text,
            key=f"case:{case.pk}",
            is_automatic=True,
            not_before=now + TIME_TO_SKIP,
            now=now,
        )


@transaction.atomic
def tell(*, case_id: int, text: str, actor: Actor, now: datetime) -> BuyerMessage:
    """Staff write to the buyer about a case. The same words are not sent twice for one case."""
    case = ExceptionCase.objects.lock().select_related("order").get(pk=case_id)
    words = text.strip()
    if not words or len(words) > LONGEST:
        raise CannotTellBuyer(_("Write between 1 and %(most)s characters.") % {"most": LONGEST})
    if not case.order.buyer_user_id or not setup.connected_shops([case.shop_id]):
        raise CannotTellBuyer(
            _("This buyer can only be reached in Seller Center: the shop is not connected here.")
        )
    earlier = BuyerMessage.objects.filter(case=case)
    if earlier.filter(text=words).exclude(effect_state=EffectState.DROPPED).exists():
        raise CannotTellBuyer(_("The buyer was told exactly this already."))
    message = _queue(
        order=case.order,
        case=case,
        text=words,
        key=f"case:{case.pk}:{earlier.count() + 1}",
        is_automatic=False,
        not_before=now,
        now=now,
    )
    history.record(
        order=case.order,
        at=now,
        actor=actor,
        kind=HistoryKind.MESSAGE,
        action="buyer.message_written",
        case=case.kind,
    )
    effects.wake_for(BuyerMessage)
    return message


@transaction.atomic
def ask(*, order_id: int, text: str, key: str, now: datetime) -> BuyerMessage:
    """A question of staff about an order that has not shipped yet. The same key is sent once."""
    order = Order.objects.lock().get(pk=order_id)
    known = BuyerMessage.objects.filter(key=key).first()
    if known is not None:
        return known
    message = _queue(order=order, case=None, text=text, key=key, is_automatic=False, not_before=now, now=now)
    effects.wake_for(BuyerMessage)
    return message


def _queue(
    *,
    order: Order,
    case: ExceptionCase | None,
    text: str,
    key: str,
    is_automatic: bool,
    not_before: datetime,
    now: datetime,
) -> BuyerMessage:
    return BuyerMessage.objects.create(
        shop_id=order.shop_id,
        order=order,
        case=case,
        text=text,
        key=key,
        is_automatic=is_automatic,
        not_before=not_before,
        created_at=now,
    )


@transaction.atomic
def send_now(*, message_id: int, now: datetime) -> bool:
    """Send a waiting message without its pause; False when it has left."""
    changed = BuyerMessage.objects.filter(pk=message_id, effect_state=EffectState.WAITING).update(
        not_before=now
    )
    effects.wake_for(BuyerMessage)
    return bool(changed)


def skip_waiting(*, case: ExceptionCase, now: datetime) -> int:
    """Keep back what has not left yet."""
    return BuyerMessage.objects.filter(case=case, effect_state=EffectState.WAITING).update(
        effect_state=EffectState.DROPPED, done_at=now
    )


def prepare(messages: Sequence[BuyerMessage]) -> None:
    """Attach a Letter to each message."""
    orders = Order.objects.in_bulk([message.order_id for message in messages])
    for message in messages:
        message.prepared = Letter(
            seller_id=message.seller_id,
            shop_id=message.shop_id,
            buyer_user_id=orders[message.order_id].buyer_user_id,
            text=message.text,
            conversation_id=message.conversation_id,
        )


def call(messages: Sequence[BuyerMessage]) -> list[Outcome]:
    """Send them one by one, with no transaction open."""
    return [_send(message) for message in messages]


def _send(message: BuyerMessage) -> Outcome:
    letter: Letter = message.prepared
    conversation_id = letter.conversation_id
    try:
        client = connections.shop_client(seller_id=letter.seller_id, shop_id=letter.shop_id)
        if not conversation_id:
            conversation_id = client.open_conversation(buyer_user_id=letter.buyer_user_id)
        is_there = message.attempts > 1 and letter.text in client.recent_messages(
            conversation_id=conversation_id
        )
        message_id = (
            "" if is_there else client.send_message(conversation_id=conversation_id, text=letter.text)
        )
    except http.RemoteError as error:
        return Outcome.of_error(message.pk, error, data={"conversation_id": conversation_id})
    return Outcome(message.pk, data={"conversation_id": conversation_id, "message_id": message_id})


def record(message: BuyerMessage, outcome: Outcome, now: datetime) -> None:
    """Keep the conversation and the receipt; the order's history says that the buyer was told."""
    message.conversation_id = outcome.data.get("conversation_id") or message.conversation_id
    message.platform_message_id = outcome.data.get("message_id", "")
    message.save(update_fields=["conversation_id", "platform_message_id"])
    if not outcome.is_done and message.effect_state not in effects.STUCK_STATES:
        return
    history.record(
        order=Order.objects.get(pk=message.order_id),
        at=now,
        actor=PLATFORM,
        kind=HistoryKind.MESSAGE,
        action="buyer.told" if outcome.is_done else "buyer.not_told",
        reason="" if outcome.is_done else outcome.message,
    )


RUNNER = effects.register(
    Runner(model=BuyerMessage, prepare=prepare, call=call, record=record, batch=10, queue="platform")
)
