"""Clients for connected shops, and the life of their authorization: given, refreshed, failing, ended.

No call is made inside a transaction: each step binds the scope for itself.
"""

from datetime import datetime, timedelta
from functools import partial

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.errors import RuleViolation
from core.http import NeedsReauthorization, NotYet, RemoteError, Terminal
from integrations import registry, shop_setup
from integrations.models import Connection, ConnectionState, Provider, ShopLink
from integrations.ports import ShopPlatform
from integrations.shop_setup import GRANT_ROUTE, put_tokens
from tenancy import audit, routes, scoping
from tenancy.actors import Actor
from tenancy.models import Seller, Shop, ShopRoute

log = structlog.get_logger(__name__)

REFRESH_BEFORE = timedelta(days=1)
REFRESH_LEASE = timedelta(seconds=60)
WARN_BEFORE = timedelta(days=30)
USABLE = (ConnectionState.OK, ConnectionState.FAILING)


class NotConnected(Terminal):
    """The shop works by files, or its authorization was taken back here."""


class ConnectFailed(RuleViolation):
    """The platform did not accept the authorization."""

    code = "connect_failed"


def connect_shops(*, seller: Seller, auth_code: str, actor: Actor, now: datetime) -> list[Shop]:
    """Exchange the code, list the shops that it covers, keep them. Calls out: no scope may be open."""
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
        return shop_setup.keep(seller=seller, grant=grant, shops=shops, actor=actor, now=now)


def shop_client(*, seller_id: int, shop_id: int) -> ShopPlatform:
    """The platform for one shop, with a token that holds. Needs no scope; may call out to refresh the token."""
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
    now = clock.now()
    with scoping.scope(sellers=[seller_id]):
        connection = Connection.objects.lock().get(pk=connection_id)
        if connection.access_token != stale:
            return connection.access_token
        if connection.state not in USABLE:
            raise NeedsReauthorization("the authorization has ended; connect the shop again", code="ended")
        if connection.refreshing_until and connection.refreshing_until > now:
            raise NotYet("the token is being refreshed", code="refreshing", retry_after=3)
        connection.refreshing_until = now + REFRESH_LEASE
        connection.save(update_fields=["refreshing_until"])
    client = registry.shop_client(connection_key=str(connection_id))
    try:
        grant = client.refresh_token(refresh_token=connection.refresh_token)
    except RemoteError as error:
        # They understood the refresh token and said no: only a person can bring the grant back.
        is_end = isinstance(error, Terminal | NeedsReauthorization)
        note_failure(seller_id=seller_id, connection_id=connection_id, error=error, is_end=is_end)
        raise
    with scoping.scope(sellers=[seller_id]):
        connection = Connection.objects.lock().get(pk=connection_id)
        put_tokens(connection, grant)
        connection.state = ConnectionState.OK
        connection.save()
    log.info("connection.refreshed", connection_id=connection_id)
    return grant.access_token


def note_failure(
    *, seller_id: int, connection_id: int, error: RemoteError, is_end: bool | None = None
) -> None:
    """Keep what went wrong, for the connections page. A grant that is gone is not tried again by itself."""
    if is_end is None:
        is_end = isinstance(error, NeedsReauthorization)
    with scoping.scope(sellers=[seller_id]):
        Connection.objects.filter(pk=connection_id, state__in=USABLE).update(
            state=ConnectionState.ENDED if is_end else ConnectionState.FAILING,
            last_error=str(error)[:300],
            last_error_at=clock.now(),
            refreshing_until=None,
        )
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
    ids = set(ShopLink.objects.filter(shop_id__in=shop_ids).values_list("connection_id", flat=True))
    grants = Connection.objects.filter(provider=Provider.TIKTOK_SHOP, external_id__in=open_ids)
    ids |= set(grants.values_list("pk", flat=True))
    return Connection.objects.filter(pk__in=ids, state__in=USABLE).update(
        state=ConnectionState.ENDED, last_error=why[:300], last_error_at=now
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
    audit.record(
        actor=actor,
        now=now,
        action="connection.disconnected",
        subject_type="connection",
        subject_id=connection.pk,
        label=connection.label,
    )
    return connection


def expiry_warning(connection: Connection, *, now: datetime) -> str:
    """A sentence when a person should renew the authorization soon, else an empty one."""
    ends_at = connection.refresh_expires_at
    if connection.state not in USABLE or ends_at is None or ends_at - now > WARN_BEFORE:
        return ""
    return _("The authorization ends on %(date)s. Connect the shop again before that day.") % {
        "date": f"{ends_at:%Y-%m-%d}"
    }
