"""A shop's platform warehouses, each tied to one of ours."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Listing
from core.errors import RuleViolation
from integrations import connections
from integrations.ports import PlatformWarehouse
from orders import review_again
from orders.models import HoldReason
from tenancy import audit, scoping
from tenancy.actors import Actor
from tenancy.models import Seller
from warehouse import setup, stock_push
from warehouse.models import Warehouse, WarehouseLink

log = structlog.get_logger(__name__)


def sync_warehouses(*, seller_id: int, shop_id: int, now: datetime) -> int:
    """Ask the platform for the shop's sites and tie the new ones. Returns how many are new. Calls out: no scope, no transaction."""
    sites = connections.shop_client(seller_id=seller_id, shop_id=shop_id).warehouses()
    with scoping.scope(sellers=[seller_id]):
        return link_sites(shop_id=shop_id, sites=sites, now=now)


@transaction.atomic
def link_sites(*, shop_id: int, sites: Sequence[PlatformWarehouse], now: datetime) -> int:
    """Tie sites that goods leave from to our default warehouse; a person may tie them elsewhere later."""
    ours = setup.default_warehouse()
    if ours is None:
        ours = setup.prepare_seller(Seller.objects.get(pk=scoping.current().only_seller))
    new = 0
    for site in sites:
        if site.is_return or not site.is_enabled:
            continue
        link, is_new = WarehouseLink.objects.get_or_create(
            shop_id=shop_id,
            platform_warehouse_id=site.platform_warehouse_id,
            defaults={"warehouse": ours, "name": site.name[:120], "is_default": site.is_default},
        )
        if not is_new and (link.name, link.is_default) != (site.name[:120], site.is_default):
            link.name, link.is_default = site.name[:120], site.is_default
            link.save(update_fields=["name", "is_default"])
        new += is_new
    if new:
        _look_again()
    log.info("sites.linked", shop_id=shop_id, new=new)
    return new


def _look_again() -> None:
    """Orders from warehouses that meant none of ours may go on."""
    review_again.ask(order_ids=review_again.held_by(reason=HoldReason.WRONG_WAREHOUSE))


class NoSuchWarehouse(RuleViolation):
    """The warehouse does not exist here, or cannot be made."""

    code = "no_such_warehouse"


@transaction.atomic
def add_warehouse(*, seller: Seller, code: str, name: str, actor: Actor, now: datetime) -> Warehouse:
    """One more building, with a dock to receive goods at."""
    if Warehouse.objects.filter(code__iexact=code).exists():
        raise NoSuchWarehouse(_("There is a warehouse with the code %(code)s already.") % {"code": code})
    made = Warehouse.objects.create(
        code=code.upper(),
        name=name,
        time_zone=seller.time_zone,
        is_default=not Warehouse.objects.filter(is_default=True).exists(),
    )
    setup.receiving_bin(warehouse=made)
    audit.record(
        actor=actor,
        now=now,
        action="warehouse.added",
        subject_type="warehouse",
        subject_id=made.pk,
        code=made.code,
    )
    return made


@transaction.atomic
def tie(*, link_id: int, warehouse_id: int, actor: Actor, now: datetime) -> WarehouseLink:
    """From now on a platform warehouse means this building; what the shop sells from there is told anew."""
    link = WarehouseLink.objects.lock().get(pk=link_id)
    if link.warehouse_id == warehouse_id:
        return link
    before, link.warehouse_id = link.warehouse_id, warehouse_id
    link.save(update_fields=["warehouse"])
    audit.record(
        actor=actor,
        now=now,
        action="warehouse.tied",
        subject_type="warehouse_link",
        subject_id=link.pk,
        before=before,
        after=warehouse_id,
    )
    _look_again()
    mapped = Listing.objects.filter(shop_id=link.shop_id, sku__isnull=False)
    stock_push.ask_for_listings(listing_ids=mapped.values_list("pk", flat=True), now=now)
    return link
