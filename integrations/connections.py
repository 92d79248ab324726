"""Clients for connected shops, and the life of their authorization: given, refreshed, failing, ended.

No call is made inside a transaction: each step binds the scope for itself.
"""

import time
from datetime import datetime, timedelta
from functools import partial

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from core import clock
from core.errors import RuleViolation
from core.http import NeedsReauthorization, NotYet, RemoteError, Terminal
from integrations import registry, shop_setup
from integrations.models import Connection, ConnectionState, Provider, ShopLink
from integrations.ports import ShopPlatform
from integrations.shop_setup import GRANT_ROUTE, put_tokens
from tenancy import audit, routes, scoping
from tenancy.actors import AUTO, PLATFORM, Actor
from tenancy.models import Seller, Shop, ShopRoute

log = structlog.get_logger(__name__)

REFRESH_BEFORE = timedelta(days=1)
REFRESH_LEASE = timedelta(seconds=60)
REFRESH_PATIENCE = timedelta(seconds=5)  # how long others wait for the one that refreshes
REFRESH_LOOK_S = 0.1
WARN_BEFORE = timedelta(days=30)
USABLE = (ConnectionState.OK, ConnectionState.FAILING)


class NotConnected(Terminal):
    """The shop works by files, or its authorization was taken back here."""


class ConnectFailed(RuleViolation):
    """The platform did not accept the authorization."""

    code = "connect_failed"


def connect_shops(
    *, seller: Seller, auth_code: str, actor: Actor, now: datetime, as_shop: str = ""
) -> list[Shop]:
    """Exchange the code, list the shops that it covers, keep them. Calls out: no scope may be open.

    `as_shop`: the slug of a shop that was fed by files until now and is one of them.
    """
    client = registry.shop_client(connection_key=f"new:{seller.pk}")
    try:
        grant = client.exchange_code(auth_code=auth_code)
        shops = client.authorized_shops()
    except RemoteError as error:
        raise ConnectFailed(
            _(
                "TikTok Shop did not accept this authorization (%(why)s). Start again from the connections page."
            )
            % {"why": error.message or error.code}
        ) from error
    if not shops:
        raise ConnectFailed(_("This authorization covers no shop."))
    with scoping.scope(sellers=[seller.pk]):
        return shop_setup.keep(seller=seller, grant=grant, shops=shops, actor=actor, now=now, as_shop=as_shop)


def shop_client(*, seller_id: int, shop_id: int, share: float = 1.0) -> ShopPlatform:
    """The platform for one shop, with a token that holds. Needs no scope; may call out to refresh the token.

    `share` below 1 is for work that can wait: it leaves the rest of the rate to live orders.
    """
    with scoping.scope(sellers=[seller_id]):
        link = ShopLink.objects.select_related("connection", "shop").filter(shop_id=shop_id).first()
    if link is None or link.connection.state == ConnectionState.DISCONNECTED:
        raise NotConnected("the shop is not connected", code="not_connected")
    connection = link.connection
    if connection.state == ConnectionState.ENDED:
        raise NeedsReauthorization("the authorization has ended; connect the shop again", code="ended")
    return registry.shop_client(
        access_token=_fresh_token(connection),
        cipher=link.cipher,
        region=link.shop.region,
        connection_key=str(connection.pk),
        share=share,
        renew=partial(
            _renew, seller_id=seller_id, connection_id=connection.pk, stale=connection.access_token
        ),
    )


def _fresh_token(connection: Connection) -> str:
    """The stored token, refreshed a day before it runs out; while it still works a failing refresh does no harm."""
    now = clock.now()
    expires_at = connection.access_expires_at
    if expires_at is None or expires_at - now > REFRESH_BEFORE:
        return connection.access_token
    try:
        return _renew(
            seller_id=connection.seller_id, connection_id=connection.pk, stale=connection.access_token
        )
    except RemoteError:
        if expires_at <= now:
            raise
        return connection.access_token


def _renew(*, seller_id: int, connection_id: int, stale: str) -> str:
    """A token newer than `stale`: somebody else's refresh, or our own. One refresh at a time per authorization."""
    patience_ends = clock.now() + REFRESH_PATIENCE
    while True:
        connection, is_ours = _claim_refresh(seller_id=seller_id, connection_id=connection_id, stale=stale)
        if is_ours:
            return _refresh(seller_id=seller_id, connection=connection)
        if connection.access_token != stale:
            return connection.access_token
        if clock.now() >= patience_ends:
            raise NotYet("the token is being refreshed", code="refreshing", retry_after=3)
        time.sleep(REFRESH_LOOK_S)


def _claim_refresh(*, seller_id: int, connection_id: int, stale: str) -> tuple[Connection, bool]:
    """The authorization as it is, and whether its refresh is ours to do now."""
    now = clock.now()
    with scoping.scope(sellers=[seller_id]):
        connection = Connection.objects.lock().get(pk=connection_id)
        if connection.access_token != stale:
            return connection, False
        if connection.state not in USABLE:
            raise NeedsReauthorization("the authorization has ended; connect the shop again", code="ended")
        if connection.refreshing_until and connection.refreshing_until > now:
            return connection, False
        connection.refreshing_until = now + REFRESH_LEASE
        connection.save(update_fields=["refreshing_until"])
        return connection, True


def _refresh(*, seller_id: int, connection: Connection) -> str:
    client = registry.shop_client(connection_key=str(connection.pk))
    try:
        grant = client.refresh_token(refresh_token=connection.refresh_token)
    except RemoteError as error:
        # They understood the refresh token and said no: only a person can bring the grant back.
        is_end = isinstance(error, Terminal | NeedsReauthorization)
        note_failure(seller_id=seller_id, connection_id=connection.pk, error=error, is_end=is_end)
        raise
    with scoping.scope(sellers=[seller_id]):
        stored = Connection.objects.lock().get(pk=connection.pk)
        if stored.access_token != connection.access_token:
            return stored.access_token  # connected anew meanwhile: that is newer than ours
        if stored.state not in USABLE:
            raise NeedsReauthorization("the authorization has ended; connect the shop again", code="ended")
        put_tokens(stored, grant)
        stored.state = ConnectionState.OK
        stored.save()
    log.info("connection.refreshed", connection_id=connection.pk)
    return grant.access_token


def note_failure(
    *, seller_id: int, connection_id: int, error: RemoteError, is_end: bool | None = None
) -> None:
    """Keep what went wrong, for the connections page. A grant that is gone is not tried again by itself."""
    if is_end is None:
        is_end = isinstance(error, NeedsReauthorization)
    with scoping.scope(sellers=[seller_id]):
        found = Connection.objects.filter(pk=connection_id, state__in=USABLE)
        found.update(last_error=str(error)[:300], last_error_at=clock.now(), refreshing_until=None)
        if is_end:
            _end(found, actor=PLATFORM, why=str(error), now=clock.now())
        else:
            found.update(state=ConnectionState.FAILING)
    log.warning("connection.failing", connection_id=connection_id, code=error.code, is_end=is_end)


def note_ok(*, seller_id: int, connection_id: int) -> None:
    """A read went through."""
    with scoping.scope(sellers=[seller_id]):
        Connection.objects.filter(pk=connection_id, state__in=USABLE).update(
            state=ConnectionState.OK, last_ok_at=clock.now()
        )


def connection_of(*, seller_id: int, shop_id: int) -> int | None:
    """The connection that a shop's calls go through."""
    with scoping.scope(sellers=[seller_id]):
        return ShopLink.objects.filter(shop_id=shop_id).values_list("connection_id", flat=True).first()


def pollable_shops(*, seller_id: int) -> list[int]:
    """Shops of the seller that can be read now."""
    with scoping.scope(sellers=[seller_id]):
        links = ShopLink.objects.filter(connection__state__in=USABLE, shop__is_active=True)
        return list(links.order_by("shop_id").values_list("shop_id", flat=True))


def refresh_soon(*, now: datetime) -> list[tuple[int, int, str]]:
    """(seller, connection, token) of grants in scope whose access token runs out within a day."""
    due = Connection.objects.filter(
        provider=Provider.TIKTOK_SHOP, state__in=USABLE, access_expires_at__lt=now + REFRESH_BEFORE
    )
    return [(row.seller_id, row.pk, row.access_token) for row in due]


def refresh(*, seller_id: int, connection_id: int, stale: str) -> bool:
    """Refresh one grant; False when it did not work (the reason is kept on the connection)."""
    try:
        _renew(seller_id=seller_id, connection_id=connection_id, stale=stale)
    except RemoteError as error:
        log.warning("connection.refresh_failed", connection_id=connection_id, code=error.code)
        return False
    return True


@transaction.atomic
def end(*, shop_ids: list[int], open_ids: list[str], why: str, now: datetime) -> int:
    """The platform says that the seller took the authorization back."""
    found = _named(shop_ids=shop_ids, open_ids=open_ids)
    return _end(found, actor=PLATFORM, why=why, now=now)


def _named(*, shop_ids: list[int], open_ids: list[str]) -> QuerySet[Connection]:
    """The usable authorizations that a notice is about."""
    ids = set(ShopLink.objects.filter(shop_id__in=shop_ids).values_list("connection_id", flat=True))
    grants = Connection.objects.filter(provider=Provider.TIKTOK_SHOP, external_id__in=open_ids)
    ids |= set(grants.values_list("pk", flat=True))
    return Connection.objects.filter(pk__in=ids, state__in=USABLE)


def _end(found: QuerySet[Connection], *, actor: Actor, why: str, now: datetime) -> int:
    """What was read stays, and the marks say from where to go on once it is given anew."""
    ended = list(found.lock())
    for connection in ended:
        connection.state, connection.ended_at = ConnectionState.ENDED, now
        connection.last_error, connection.last_error_at = why[:300], now
        connection.refreshing_until = None
        connection.save()
        _audit(connection, action="connection.ended", actor=actor, reason=why, now=now)
    return len(ended)


@transaction.atomic
def warn(*, shop_ids: list[int], open_ids: list[str], now: datetime) -> None:
    """The platform says that these will end soon, whatever their tokens told."""
    _named(shop_ids=shop_ids, open_ids=open_ids).update(warned_at=now)
    note_endings(now=now)


@transaction.atomic
def note_endings(*, now: datetime) -> int:
    """Leave one word per authorization in scope that ends within 30 days, and end what has run out."""
    shops = Connection.objects.filter(provider=Provider.TIKTOK_SHOP, state__in=USABLE)
    over = shops.filter(refresh_expires_at__lte=now, access_expires_at__lte=now)
    _end(over, actor=AUTO, why="its time ran out", now=now)
    near = shops.filter(ending_soon(now=now)).exclude(end_noted_for=F("refresh_expires_at"))
    noted = list(near.filter(refresh_expires_at__isnull=False).lock())
    for connection in noted:
        connection.end_noted_for = connection.refresh_expires_at
        connection.save(update_fields=["end_noted_for"])
        day = f"{connection.refresh_expires_at:%Y-%m-%d}"
        _audit(connection, action="connection.ending", actor=AUTO, now=now, ends_on=day)
    return len(noted)


def ending_soon(*, now: datetime) -> Q:
    """Authorizations that somebody must give anew before long."""
    return Q(refresh_expires_at__lte=now + WARN_BEFORE) | Q(warned_at__isnull=False)


def _audit(
    connection: Connection, *, action: str, actor: Actor, now: datetime, reason: str = "", **detail: str
) -> None:
    audit.record(
        actor=actor,
        now=now,
        action=action,
        subject_type="connection",
        subject_id=connection.pk,
        reason=reason,
        label=connection.label,
        **detail,
    )


@transaction.atomic
def disconnect(*, connection_id: int, actor: Actor, now: datetime) -> Connection:
    """Forget the tokens and stop listening. Orders and stock stay; connecting again goes on where this ended."""
    connection = Connection.objects.lock().get(pk=connection_id)
    connection.state = ConnectionState.DISCONNECTED
    connection.access_token = connection.refresh_token = ""
    connection.access_expires_at = connection.refresh_expires_at = None
    connection.save()
    shops = list(connection.shop_links.values_list("platform_shop_id", flat=True))
    ShopRoute.objects.filter(
        seller_id=connection.seller_id, platform=Provider.TIKTOK_SHOP, platform_shop_id__in=shops
    ).delete()
    ShopRoute.objects.filter(
        seller_id=connection.seller_id, platform=GRANT_ROUTE, platform_shop_id=connection.external_id
    ).delete()
    routes.forget()
    _audit(connection, action="connection.disconnected", actor=actor, now=now)
    return connection


def expiry_warning(connection: Connection, *, now: datetime) -> str:
    """A sentence when a person should renew the authorization soon, else an empty one."""
    ends_at = connection.refresh_expires_at
    if connection.state not in USABLE:
        return ""
    if ends_at is not None and ends_at - now <= WARN_BEFORE:
        return _("The authorization ends on %(date)s. Connect the shop again before that day.") % {
            "date": f"{ends_at:%Y-%m-%d}"
        }
    if connection.warned_at is not None:
        return _("The platform says that this authorization ends soon. Connect the shop again.")
    return ""
