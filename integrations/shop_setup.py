"""What an authorization leaves behind: connection, shops, links, routes. A shop of another seller here is refused."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from integrations.events import ShopsConnected
from integrations.models import Connection, ConnectionState, Provider, ShopLink
from integrations.ports import ShopGrant, TokenGrant
from relay import outbox
from tenancy import audit, regions
from tenancy.actors import Actor
from tenancy.models import Seller, Shop, ShopRoute
from tenancy.models.seller import ShopColor


class CannotAdopt(RuleViolation):
    """The shop that was fed by files is none of those that the authorization covers, or it is not plain which."""

    code = "cannot_adopt"
    status = 409


class ShopTaken(RuleViolation):
    """A shop's orders go to one seller only."""

    code = "shop_taken"
    status = 409


GRANT_ROUTE = "tiktok_shop.grant"  # seller-level notices name the authorization instead of a shop


def put_tokens(connection: Connection, grant: TokenGrant) -> None:
    """Both tokens change together."""
    connection.access_token = grant.access_token
    connection.access_expires_at = grant.access_expires_at
    connection.refresh_token = grant.refresh_token or connection.refresh_token
    connection.refresh_expires_at = grant.refresh_expires_at
    connection.refreshing_until = None
    if grant.scopes:
        connection.scopes = list(grant.scopes)


@transaction.atomic
def keep(
    *,
    seller: Seller,
    grant: TokenGrant,
    shops: Sequence[ShopGrant],
    actor: Actor,
    now: datetime,
    as_shop: str = "",
) -> list[Shop]:
    """Store an authorization and its shops; giving it anew renews what is there.

    A shop that was fed by files becomes the connected one when it has its name, or when `as_shop` (its slug) says so.
    """
    _refuse_taken(seller=seller, shops=shops)
    _adopt(grants=shops, chosen=as_shop, actor=actor, now=now)
    connection, _new = Connection.objects.get_or_create(
        provider=Provider.TIKTOK_SHOP,
        external_id=grant.open_id or shops[0].platform_shop_id,
        defaults={"seller": seller, "created_at": now},
    )
    put_tokens(connection, grant)
    connection.label = (grant.seller_name or shops[0].name)[:120]
    connection.region = grant.region[:4]
    connection.state, connection.last_ok_at, connection.last_error = ConnectionState.OK, now, ""
    connection.ended_at = connection.warned_at = None
    connection.save()
    kept = [_keep_shop(seller=seller, connection=connection, grant=shop) for shop in shops]
    _route(seller=seller, platform=GRANT_ROUTE, reference=connection.external_id, shop_id=kept[0].pk)
    audit.record(
        actor=actor,
        now=now,
        action="connection.connected",
        subject_type="connection",
        subject_id=connection.pk,
        shops=[shop.slug for shop in kept],
    )
    outbox.publish(ShopsConnected(connection_id=connection.pk, shop_ids=[shop.pk for shop in kept]))
    return kept


def _refuse_taken(*, seller: Seller, shops: Sequence[ShopGrant]) -> None:
    """Never says whose it is: a client does not learn another's name."""
    taken = ShopRoute.objects.filter(
        platform=Provider.TIKTOK_SHOP, platform_shop_id__in=[shop.platform_shop_id for shop in shops]
    ).exclude(seller=seller)
    ids = set(taken.values_list("platform_shop_id", flat=True))
    if ids:
        names = ", ".join(shop.name for shop in shops if shop.platform_shop_id in ids)
        raise ShopTaken(
            _("“%(shop)s” is connected to another seller here. Disconnect it there first.") % {"shop": names}
        )


def fed_by_files() -> QuerySet[Shop]:
    """Shops in scope that no platform shop stands behind yet."""
    linked = ShopLink.objects.values("shop_id")
    return Shop.objects.filter(platform_shop_id="", is_active=True).exclude(pk__in=linked).order_by("name")


def _adopt(*, grants: Sequence[ShopGrant], chosen: str, actor: Actor, now: datetime) -> None:
    """Give a shop that was fed by files its platform id: its orders, listings and mappings stay where they are."""
    ids = [grant.platform_shop_id for grant in grants]
    known = set(Shop.objects.filter(platform_shop_id__in=ids).values_list("platform_shop_id", flat=True))
    new = [grant for grant in grants if grant.platform_shop_id not in known]
    free = list(fed_by_files())
    pairs = [(shop, grant) for shop in free for grant in new if _is_same(shop, grant)]
    wanted = next((shop for shop in free if shop.slug == chosen), None)
    if wanted is not None and wanted not in [shop for shop, _grant in pairs]:
        taken = {grant.platform_shop_id for _shop, grant in pairs}
        left = [grant for grant in new if grant.platform_shop_id not in taken]
        pairs.append((wanted, _only_in_region(wanted, left)))
    for shop, grant in pairs:
        shop.platform_shop_id = grant.platform_shop_id
        shop.save(update_fields=["platform_shop_id"])
        audit.record(
            actor=actor,
            now=now,
            action="shop.joined",
            subject_type="shop",
            subject_id=shop.slug,
            platform_shop_id=grant.platform_shop_id,
        )


def _is_same(shop: Shop, grant: ShopGrant) -> bool:
    """One market, and the name or the shop code of the platform."""
    names = {name.strip().casefold() for name in (grant.name, grant.code) if name.strip()}
    return shop.region == grant.region.upper()[:2] and shop.name.strip().casefold() in names


def _only_in_region(shop: Shop, grants: Sequence[ShopGrant]) -> ShopGrant:
    found = [grant for grant in grants if grant.region.upper()[:2] == shop.region]
    if not found:
        raise CannotAdopt(
            _(
                "This authorization covers no new shop in %(region)s, so “%(shop)s” stays fed by files. Nothing was connected."
            )
            % {"region": shop.region, "shop": shop.name}
        )
    if len(found) > 1:
        raise CannotAdopt(
            _(
                "This authorization covers several shops in %(region)s: %(names)s. Give “%(shop)s” the name of the right one under Settings, then connect again."
            )
            % {"region": shop.region, "names": ", ".join(one.name for one in found), "shop": shop.name}
        )
    return found[0]


def _keep_shop(*, seller: Seller, connection: Connection, grant: ShopGrant) -> Shop:
    shop = Shop.objects.filter(platform_shop_id=grant.platform_shop_id).first()
    if shop is None:
        region = grant.region.upper()[:2]
        market = regions.region(region, time_zone=seller.time_zone)
        shop = Shop.objects.create(
            seller=seller,
            slug=_free_slug(seller=seller, region=region),
            name=grant.name[:120] or f"{seller.name} {region}",
            region=region,
            time_zone=market.time_zone,
            currency=market.currency,
            platform_shop_id=grant.platform_shop_id,
            color=ShopColor.values[Shop.objects.count() % len(ShopColor.values)],
        )
    _route(
        seller=seller,
        platform=Provider.TIKTOK_SHOP,
        reference=grant.platform_shop_id,
        shop_id=shop.pk,
        name=grant.name,
    )
    ShopLink.objects.update_or_create(
        shop=shop,
        defaults={
            "seller": seller,
            "connection": connection,
            "platform_shop_id": grant.platform_shop_id,
            "cipher": grant.cipher,
            "is_cross_border": grant.is_cross_border,
        },
    )
    return shop


def _free_slug(*, seller: Seller, region: str) -> str:
    """`cedar-vn`, then `cedar-vn-2`."""
    base = slugify(f"{seller.slug}-{region}")[:54]
    taken = set(Shop.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number = 1
    while (slug := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return slug


def _route(*, seller: Seller, platform: str, reference: str, shop_id: int, name: str = "") -> None:
    try:
        with transaction.atomic():
            ShopRoute.objects.update_or_create(
                platform=platform,
                platform_shop_id=reference,
                seller=seller,
                defaults={"shop_id": shop_id},
            )
    except IntegrityError as error:  # taken between our look and our write
        raise ShopTaken(
            _("“%(shop)s” is connected to another seller here. Disconnect it there first.")
            % {"shop": name or reference}
        ) from error
