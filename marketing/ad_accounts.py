"""Ad accounts: connect an authorization, read its accounts and everything in them that can be switched."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock, http
from core.errors import RuleViolation
from integrations import registry
from integrations.models import Connection, ConnectionState, Provider
from integrations.ports import AdAccountInfo, AdGrant, AdObject, AdPlatform
from marketing import links, outcomes
from marketing.models import AdAccount, AdAction, AdVehicle
from relay.effects import OPEN_STATES
from tenancy import audit, scoping
from tenancy.actors import Actor
from tenancy.models import Seller, Shop

log = structlog.get_logger(__name__)

# Reads may show the state before our own write for this long; until then they are not taken for a person's change.
READ_LAG = timedelta(seconds=60)


class ConnectFailed(RuleViolation):
    """The ad platform did not accept the authorization."""

    code = "connect_failed"


def client(*, token: str, connection_id: int | str = "") -> AdPlatform:
    """A client for one grant."""
    return registry.ad_client(access_token=token, connection_key=str(connection_id))


def connect_ads(*, seller: Seller, auth_code: str, actor: Actor) -> list[AdAccount]:
    """Exchange the code, keep the grant and its accounts, and read them for the first time. Calls out: no scope open."""
    try:
        grant = client(token="").exchange_code(auth_code=auth_code)
        infos = client(token=grant.access_token).account_info(advertiser_ids=list(grant.advertiser_ids))
    except http.RemoteError as error:
        raise ConnectFailed(
            _(
                "TikTok Ads did not accept this authorization (%(why)s). Start again from the connections page."
            )
            % {"why": error.message}
        ) from error
    with scoping.scope(sellers=[seller.pk]):
        accounts = _keep(grant=grant, infos=infos, actor=actor, now=clock.now())
    for account in accounts:
        sync_account(seller_id=seller.pk, account_id=account.pk)
    return accounts


def _keep(*, grant: AdGrant, infos: Sequence[AdAccountInfo], actor: Actor, now: datetime) -> list[AdAccount]:
    connection, _new = Connection.objects.update_or_create(
        provider=Provider.TIKTOK_ADS,
        external_id=min(grant.advertiser_ids, default=""),
        defaults={
            "label": ", ".join(info.name for info in infos)[:120],
            "access_token": grant.access_token,
            "scopes": list(grant.scopes),
            "state": ConnectionState.OK,
            "last_error": "",
            "last_ok_at": now,
        },
        create_defaults={
            "label": ", ".join(info.name for info in infos)[:120],
            "access_token": grant.access_token,
            "scopes": list(grant.scopes),
            "state": ConnectionState.OK,
            "last_ok_at": now,
            "created_at": now,
        },
    )
    known = {info.advertiser_id: info for info in infos}
    accounts = []
    for advertiser_id in grant.advertiser_ids:
        info = known.get(advertiser_id) or AdAccountInfo(advertiser_id=advertiser_id, name=advertiser_id)
        account, _new = AdAccount.objects.update_or_create(
            advertiser_id=advertiser_id, defaults={"connection": connection, **_account_columns(info)}
        )
        accounts.append(account)
    audit.record(
        actor=actor,
        now=now,
        action="ads.connected",
        subject_type="connection",
        subject_id=connection.pk,
        accounts=len(accounts),
    )
    return accounts


def _account_columns(info: AdAccountInfo) -> dict[str, object]:
    return {
        "name": info.name[:120],
        "status": info.status,
        "currency": info.currency[:3],
        "time_zone": info.time_zone,
        "balance_amount": info.balance,
    }


def sync_account(*, seller_id: int, account_id: int) -> int:
    """Read one account and store what it has. Returns the number of vehicles. Calls out: no scope open."""
    with scoping.scope(sellers=[seller_id]):
        account = AdAccount.objects.select_related("connection").get(pk=account_id)
        token, advertiser_id, connection_id = (
            account.connection.access_token,
            account.advertiser_id,
            account.connection_id,
        )
    platform = client(token=token, connection_id=connection_id)
    try:
        infos = platform.account_info(advertiser_ids=[advertiser_id])
        objects = platform.list_objects(advertiser_id=advertiser_id)
    except http.RemoteError as error:
        with scoping.scope(sellers=[seller_id]):
            _note_failure(account_id=account_id, error=error, now=clock.now())
        return 0
    with scoping.scope(sellers=[seller_id]):
        now = clock.now()
        if infos:
            AdAccount.objects.filter(pk=account_id).update(**_account_columns(infos[0]))
        AdAccount.objects.filter(pk=account_id).update(synced_at=now, last_error="")
        Connection.objects.filter(pk=connection_id).update(
            state=ConnectionState.OK, last_ok_at=now, last_error=""
        )
        store_objects(account=account, objects=objects, now=now)
        links.link_by_products(account_id=account_id, now=now)
    return len(objects)


def _note_failure(*, account_id: int, error: http.RemoteError, now: datetime) -> None:
    account = AdAccount.objects.select_related("connection").get(pk=account_id)
    AdAccount.objects.filter(pk=account_id).update(last_error=error.message[:300])
    is_over = isinstance(error, http.NeedsReauthorization)
    Connection.objects.filter(pk=account.connection_id).update(
        state=ConnectionState.ENDED if is_over else ConnectionState.FAILING,
        last_error=error.message[:300],
        last_error_at=now,
    )
    log.warning("ads.sync_failed", account_id=account_id, code=error.code)


@transaction.atomic
def store_objects(*, account: AdAccount, objects: Sequence[AdObject], now: datetime) -> None:
    """Upsert vehicles as read. One with a write under way, or written a moment ago, keeps what we know of it."""
    known = {(row.kind, row.platform_id): row for row in AdVehicle.objects.lock().filter(account=account)}
    busy = set(AdAction.objects.filter(effect_state__in=OPEN_STATES).values_list("vehicle_id", flat=True))
    store_id = next((seen.store_id for seen in objects if seen.store_id), "")
    if store_id and account.shop_sold_id is None:
        shop = Shop.objects.filter(platform_shop_id=store_id).first()
        AdAccount.objects.filter(pk=account.pk).update(shop_sold=shop)
    fresh = []
    for seen in objects:
        row = known.pop((seen.kind, seen.platform_id), None)
        if row is None:
            fresh.append(_new_vehicle(account=account, seen=seen, now=now))
        elif row.pk not in busy and not (row.written_at and now - row.written_at < READ_LAG):
            outcomes.take_over(vehicle=row, seen=seen, now=now)
    AdVehicle.objects.bulk_create(fresh)
    AdVehicle.objects.filter(pk__in=[row.pk for row in known.values()]).update(is_gone=True, synced_at=now)


def _new_vehicle(*, account: AdAccount, seen: AdObject, now: datetime) -> AdVehicle:
    return AdVehicle(
        seller_id=account.seller_id,
        account=account,
        kind=seen.kind,
        platform_id=seen.platform_id,
        campaign_id=seen.campaign_id,
        parent_id=seen.parent_id,
        name=seen.name[:255],
        is_enabled=seen.is_enabled,
        operation_status=seen.operation_status,
        secondary_status=seen.secondary_status,
        budget_amount=seen.budget,
        budget_mode=seen.budget_mode,
        product_scope=seen.product_scope,
        platform_product_ids=sorted(seen.platform_product_ids),
        store_id=seen.store_id,
        is_gone=seen.operation_status == "DELETE",
        synced_at=now,
    )
