"""The ways out for alerts: what each takes, when it keeps still, where it leads. Changed by people who see every shop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from console import alert_people
from console.models import AlertChannel, AlertMessage, ChannelKind
from core import ids
from core.errors import RuleViolation
from integrations.group_bots import addresses
from integrations.group_bots.client import CHATS
from orders.sla_levels import Level
from relay import effects
from tenancy import audit, scoping
from tenancy.actors import Actor
from tenancy.models import Seller, Shop

BOTS = tuple(CHATS)
MOST_CHANNELS = 40
_LOGGING_BACKENDS = ("console", "filebased", "dummy")


class ChannelRefused(RuleViolation):
    """The channel cannot be kept like this."""

    code = "channel_refused"


@dataclass(frozen=True)
class ChannelTerms:
    """What a person sets. An empty address or secret of a known bot keeps the one it has."""

    name: str
    levels: Sequence[str]
    shop_ids: Sequence[int] | None = None
    takes_shows: bool = True
    user_ids: Sequence[int] = ()
    language: str = "en"
    url: str = ""
    secret: str = ""
    quiet_from: time | None = None
    quiet_until: time | None = None
    is_active: bool = True

    def __repr__(self) -> str:
        return f"ChannelTerms({self.name!r})"


def outgoing() -> list[AlertChannel]:
    """Channels that something is sent to; the app's own list needs no sending."""
    living = AlertChannel.objects.filter(is_active=True, removed_at__isnull=True)
    return list(living.exclude(kind=ChannelKind.APP).order_by("pk"))


def shown() -> list[AlertChannel]:
    """All that were not removed, for the settings page."""
    return list(
        AlertChannel.objects.filter(removed_at__isnull=True).exclude(kind=ChannelKind.APP).order_by("pk")
    )


def app_levels() -> list[str]:
    """Levels that people see in the app: all of them until somebody says otherwise."""
    found = AlertChannel.objects.filter(kind=ChannelKind.APP).values_list("levels", flat=True).first()
    return list(Level.values) if found is None else found


def is_mail_set_up() -> bool:
    """Without a mail server Django's stand-ins write mails to the log."""
    return not any(f".{name}." in settings.EMAIL_BACKEND for name in _LOGGING_BACKENDS)


@transaction.atomic
def set_app_levels(*, levels: Sequence[str], actor: Actor, now: datetime) -> None:
    """Which levels appear in the app's list and in its badge."""
    AlertChannel.objects.update_or_create(
        kind=ChannelKind.APP, defaults={"levels": _levels(levels), "created_at": now}
    )
    _note("alerts.app_changed", "app", actor=actor, now=now, levels=list(levels))


@transaction.atomic
def add(*, kind: str, terms: ChannelTerms, actor: Actor, now: datetime) -> AlertChannel:
    """A new way out."""
    if kind not in (ChannelKind.MAIL, *BOTS):
        raise ChannelRefused(_("There is no such channel."))
    if len(shown()) >= MOST_CHANNELS:
        raise ChannelRefused(_("There are %(n)s channels already. Remove one first.") % {"n": MOST_CHANNELS})
    if kind in BOTS and not terms.url:
        raise ChannelRefused(_("The webhook address of the group's bot is missing."))
    channel = AlertChannel(kind=kind, created_at=now)
    _set(channel, terms, now=now)
    channel.save(force_insert=True)
    _note("alerts.channel_added", channel.pk, actor=actor, now=now, kind=kind, name=channel.name)
    return channel


@transaction.atomic
def change(*, channel_id: int, terms: ChannelTerms, actor: Actor, now: datetime) -> AlertChannel:
    """Other terms; what waits for it is sent by the new ones."""
    channel = _living(channel_id)
    _set(channel, terms, now=now)
    channel.save()
    _note("alerts.channel_changed", channel.pk, actor=actor, now=now, kind=channel.kind, name=channel.name)
    return channel


@transaction.atomic
def remove(*, channel_id: int, actor: Actor, now: datetime) -> None:
    """Nothing is sent there any more, and its address is forgotten."""
    channel = _living(channel_id)
    channel.removed_at, channel.is_active = now, False
    channel.url = channel.secret = ""
    channel.save()
    _note("alerts.channel_removed", channel.pk, actor=actor, now=now, kind=channel.kind, name=channel.name)


@transaction.atomic
def send_test(*, channel_id: int, actor: Actor, now: datetime) -> int:
    """A message to see that it works, also at night and while the channel is off. Returns how many were made."""
    channel = _living(channel_id)
    users: list[int | None] = [None]
    if channel.is_mail:
        seller = Seller.objects.get(pk=scoping.current().only_seller)
        users = list(alert_people.people(seller=seller, now=now, user_ids=channel.user_ids))
        if not users:
            raise ChannelRefused(_("Nobody who may see the orders is ticked for this mail."))
    messages = [
        AlertMessage(
            key=f"test:{ids.public_id('try')}", channel=channel, user_id=user_id, is_test=True, **_due(now)
        )
        for user_id in users
    ]
    AlertMessage.objects.bulk_create(messages)
    effects.wake_for(AlertMessage)
    _note("alerts.tested", channel.pk, actor=actor, now=now, kind=channel.kind, name=channel.name)
    return len(messages)


def _due(now: datetime) -> dict[str, datetime]:
    return {"not_before": now, "created_at": now}


def _living(channel_id: int) -> AlertChannel:
    found = (
        AlertChannel.objects.lock()
        .filter(pk=channel_id, removed_at__isnull=True)
        .exclude(kind=ChannelKind.APP)
        .first()
    )
    if found is None:
        raise ChannelRefused(_("This channel was removed meanwhile."))
    return found


def _set(channel: AlertChannel, terms: ChannelTerms, *, now: datetime) -> None:
    channel.name = terms.name.strip()[:80]
    channel.levels = _levels(terms.levels)
    channel.takes_shows = terms.takes_shows
    channel.language = terms.language
    channel.is_active = terms.is_active
    channel.quiet_from, channel.quiet_until = _quiet(terms)
    channel.shop_ids = _shops(terms.shop_ids)
    if channel.is_mail:
        channel.user_ids = _users(terms.user_ids, now=now)
        return
    if terms.url:
        addresses.check(kind=channel.kind, url=terms.url)
        channel.url, channel.url_hint = terms.url, addresses.hint(terms.url)[:80]
        channel.secret = ""  # a secret belongs to one bot
    if terms.secret:
        if not CHATS[channel.kind].can_sign:
            raise ChannelRefused(_("This chat knows no signing secret."))
        channel.secret = terms.secret


def _levels(levels: Sequence[str]) -> list[str]:
    if unknown := set(levels) - set(Level.values):
        raise ChannelRefused(_("There is no level “%(name)s”.") % {"name": min(unknown)})
    return [level for level in Level.values if level in levels]


def _quiet(terms: ChannelTerms) -> tuple[time | None, time | None]:
    if (terms.quiet_from is None) != (terms.quiet_until is None):
        raise ChannelRefused(_("Quiet hours need a beginning and an end."))
    return terms.quiet_from, terms.quiet_until


def _shops(shop_ids: Sequence[int] | None) -> list[int] | None:
    if not shop_ids:
        return None
    known = set(Shop.objects.filter(pk__in=list(shop_ids)).values_list("pk", flat=True))
    if set(shop_ids) - known:
        raise ChannelRefused(_("One of the shops is not there any more."))
    return sorted(known)


def _users(user_ids: Sequence[int], *, now: datetime) -> list[int]:
    seller = Seller.objects.get(pk=scoping.current().only_seller)
    known = alert_people.people(seller=seller, now=now, user_ids=user_ids)
    if not known:
        raise ChannelRefused(_("Tick at least one person who shall get the mail."))
    return sorted(known)


def _note(action: str, subject_id: object, *, actor: Actor, now: datetime, **detail: object) -> None:
    """Addresses and secrets are in no entry."""
    audit.record(
        actor=actor, now=now, action=action, subject_type="alert_channel", subject_id=subject_id, **detail
    )
