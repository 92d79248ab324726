"""Messages of alerts as outgoing writes: made once per channel and group, worded when they leave, sent with no lock held.

A chat or a mail server cannot be asked whether a message arrived. When an answer gets lost the message is sent again:
an alert told twice is better than one not told. A mail keeps its Message-ID, so mail programs show it once.
"""

import smtplib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import translation

from console import alert_channels, alert_people, alert_texts, deadline_watch
from console.alert_people import Person
from console.alert_texts import SHOWN, Section
from console.models import (
    Alert,
    AlertChannel,
    AlertedOrder,
    AlertMessage,
    MessagePart,
    MessageResult,
    ShowPart,
)
from console.quiet_hours import quiet_until
from core import clock, http
from integrations.group_bots import client
from integrations.group_bots.addresses import AddressRefused
from integrations.group_bots.notes import Note
from orders.sla_levels import RANKS, Level
from relay import effects
from relay.effects import Outcome
from tenancy import scoping
from tenancy.models import Seller
from warehouse import show_alerts
from warehouse.models import ShowAlert

Told = Alert | ShowAlert  # orders of a shop at a level, or a show whose goods are late
Part = MessagePart | ShowPart


@dataclass(frozen=True)
class Ready:
    """Everything that sending needs, as plain values."""

    kind: str
    channel_id: int
    note: Note
    url: str = ""
    secret: str = ""
    mail_to: str = ""
    key: str = ""

    def __repr__(self) -> str:
        return f"Ready({self.kind}, channel {self.channel_id})"


@transaction.atomic
def prepare_for(*, alerts: Sequence[Told], now: datetime) -> None:
    """A message for each alert and channel that takes it; in quiet hours one per shop, for when they end."""
    channels = [one for one in alert_channels.outgoing() if any(_takes(one, alert) for alert in alerts)]
    if not channels:
        return
    seller = Seller.objects.get(pk=scoping.current().only_seller)
    wanted: dict[str, tuple[AlertMessage, list[Told]]] = {}
    for channel in channels:
        readers = _readers(channel, seller=seller, now=now)
        for alert in alerts:
            for user_id in _recipients(channel, alert, readers=readers):
                message = _message(channel, alert, user_id=user_id, zone=seller.time_zone, now=now)
                wanted.setdefault(message.key, (message, []))[1].append(alert)
    AlertMessage.objects.bulk_create([message for message, _told in wanted.values()], ignore_conflicts=True)
    stored = {row.key: row for row in AlertMessage.objects.filter(key__in=list(wanted))}
    for part, kind in ((MessagePart, Alert), (ShowPart, ShowAlert)):
        part.objects.bulk_create(
            [
                part(message=stored[key], alert=alert, shop_id=alert.shop_id)
                for key, (_message_, told) in wanted.items()
                for alert in told
                if isinstance(alert, kind)
            ],
            ignore_conflicts=True,
        )
    if wanted:
        effects.wake_for(AlertMessage)


def _takes(channel: AlertChannel, alert: Told) -> bool:
    if isinstance(alert, ShowAlert):
        return channel.takes_shows_of(shop_id=alert.shop_id)
    return channel.takes(level=alert.level, shop_id=alert.shop_id)


def _readers(channel: AlertChannel, *, seller: Seller, now: datetime) -> dict[int, Person]:
    return alert_people.people(seller=seller, now=now, user_ids=channel.user_ids) if channel.is_mail else {}


def _recipients(channel: AlertChannel, alert: Told, *, readers: dict[int, Person]) -> list[int | None]:
    """A group is one recipient; by mail it is everybody who may see the shop."""
    if not _takes(channel, alert):
        return []
    if not channel.is_mail:
        return [None]
    return [user_id for user_id, person in readers.items() if person.sees(alert.shop_id)]


def _message(
    channel: AlertChannel, alert: Told, *, user_id: int | None, zone: str, now: datetime
) -> AlertMessage:
    """Quiet hours hold everything back but orders that are overdue."""
    is_show, end = isinstance(alert, ShowAlert), None
    if is_show or alert.level != Level.OVERDUE:
        end = quiet_until(now=now, since=channel.quiet_from, until=channel.quiet_until, zone=zone)
    what = (
        f"quiet:{alert.shop_id}:{end:%Y%m%dT%H%MZ}" if end else f"{'show' if is_show else 'alert'}:{alert.pk}"
    )
    return AlertMessage(
        key=f"{what}:channel:{channel.pk}" + (f":{user_id}" if user_id else ""),
        channel=channel,
        user_id=user_id,
        is_kept_back=end is not None,
        not_before=end or now,
        created_at=now,
    )


def prepare(messages: Sequence[AlertMessage]) -> None:
    """Word each message from what is true now. `None`: there is nothing left to say, or nobody to say it to."""
    now = clock.now()
    seller = Seller.objects.get(pk=scoping.current().only_seller)
    channels = AlertChannel.objects.in_bulk([message.channel_id for message in messages])
    told: dict[int, list[Part]] = defaultdict(list)
    for kind in (MessagePart, ShowPart):
        parts = kind.objects.filter(message__in=messages).select_related("alert", "shop").order_by("pk")
        for part in parts:
            told[part.message_id].append(part)
    for message in messages:
        channel = channels[message.channel_id]
        message.prepared = _ready(message, channel, told[message.pk], seller=seller, now=now)


def _ready(
    message: AlertMessage, channel: AlertChannel, parts: list[Part], *, seller: Seller, now: datetime
) -> Ready | None:
    if channel.removed_at or not (channel.is_active or message.is_test):
        return None
    language, mail_to = channel.language, ""
    if channel.is_mail:
        found = alert_people.people(seller=seller, now=now, user_ids=[message.user_id or 0])
        person = found.get(message.user_id or 0)
        if person is None or not all(person.sees(part.shop_id) for part in parts):
            return None
        language, mail_to = person.user.language or seller.language, person.user.email
    with translation.override(language):
        note = _worded(message, channel, parts, seller=seller, now=now)
    if note is None:
        return None
    host = urlsplit(settings.PUBLIC_URL).hostname
    return Ready(
        kind=channel.kind,
        channel_id=channel.pk,
        note=note,
        url=channel.url,
        secret=channel.secret,
        mail_to=mail_to,
        key=f"<alert-{message.seller_id}-{message.pk}@{host}>",
    )


def _worded(
    message: AlertMessage, channel: AlertChannel, parts: list[Part], *, seller: Seller, now: datetime
) -> Note | None:
    if message.is_test:
        return alert_texts.trial_note(
            channel_name=str(channel), seller_name=seller.name, seller_slug=seller.slug
        )
    orders = [part.alert for part in parts if isinstance(part, MessagePart)]
    sections = sections_of(orders, levels=channel.levels, now=now)
    shows = [part.alert.show_id for part in parts if isinstance(part, ShowPart)]
    late = show_alerts.late_shows(show_ids=shows, now=now) if shows and channel.takes_shows else []
    if not sections and not late:
        return None
    return alert_texts.note(
        shop=parts[0].shop,
        seller_slug=seller.slug,
        sections=sections,
        late_shows=late,
        is_kept_back=message.is_kept_back,
        now=now,
    )


def sections_of(alerts: Sequence[Alert], *, levels: Sequence[str], now: datetime) -> list[Section]:
    """What is still true of these alerts. An order that reached a nearer level meanwhile is told of there."""
    found = []
    for level in sorted({alert.level for alert in alerts}, key=RANKS.__getitem__):
        nearer = [one for one in levels if RANKS[Level(one)] > RANKS[Level(level)]]
        ids = [alert.pk for alert in alerts if alert.level == level]
        rows = AlertedOrder.objects.filter(deadline_watch.still_true(level=level, now=now), alert_id__in=ids)
        for one in nearer:
            rows = rows.exclude(order__clock__due_at__lte=now + deadline_watch.LEFT[Level(one)])
        first = rows.order_by("order__clock__due_at", "order_id")
        shown = first.values_list("order__platform_order_id", "order__clock__due_at")[:SHOWN]
        if count := rows.count():
            found.append(Section(level, count, list(shown)))
    return found


def call(messages: Sequence[AlertMessage]) -> list[Outcome]:
    """Each on its own: a group that is gone must not keep another from its alert."""
    return [_call_one(message) for message in messages]


def _call_one(message: AlertMessage) -> Outcome:
    ready: Ready | None = message.prepared
    if ready is None:
        return Outcome(message.pk, data={"result": MessageResult.NOTHING_LEFT})
    try:
        if ready.mail_to:
            _mail(ready)
            result = MessageResult.SENT if alert_channels.is_mail_set_up() else MessageResult.LOGGED
            return Outcome(message.pk, data={"result": result})
        client.post(
            kind=ready.kind,
            url=ready.url,
            secret=ready.secret,
            note=ready.note,
            key=str(ready.channel_id),
            now=clock.now(),
        )
    except (AddressRefused, http.Terminal, smtplib.SMTPRecipientsRefused) as error:
        text = getattr(error, "message", "") or "the mail server refused the address"
        return Outcome.refused(message.pk, code=str(getattr(error, "code", "refused")), message=text)
    except (http.RemoteError, smtplib.SMTPException, OSError) as error:
        text = getattr(error, "message", "") or type(error).__name__
        wait = getattr(error, "retry_after", None)
        return Outcome(
            message.pk,
            is_done=False,
            retry_after_s=wait,
            code=str(getattr(error, "code", "") or "mail"),
            message=str(text),
        )
    return Outcome(message.pk, data={"result": MessageResult.SENT})


def _mail(ready: Ready) -> None:
    EmailMessage(
        subject=ready.note.title,
        body=ready.note.as_text,
        to=[ready.mail_to],
        headers={"Message-ID": ready.key},
    ).send()


def record(message: AlertMessage, outcome: Outcome, now: datetime) -> None:
    """What became of it stands at the message and, in short, at its channel."""
    channel = AlertChannel.objects.filter(pk=message.channel_id)
    if outcome.is_done:
        AlertMessage.objects.filter(pk=message.pk).update(result=outcome.data["result"])
        if outcome.data["result"] != MessageResult.NOTHING_LEFT:
            channel.update(last_ok_at=now, last_error="")
    else:
        channel.update(last_error=f"{outcome.code} {outcome.message}".strip()[:300], last_error_at=now)


RUNNER = effects.register(
    effects.Runner(
        model=AlertMessage,
        prepare=prepare,
        call=call,
        record=record,
        batch=5,
        lease=timedelta(seconds=150),
        queue="platform",
    )
)
