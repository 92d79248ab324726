"""A shop's platform warehouses, each tied to one of ours."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import transaction

from integrations import connections
from integrations.ports import PlatformWarehouse
from tenancy import scoping
from tenancy.models import Seller
from warehouse import setup
from warehouse.models import WarehouseLink

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
    log.info("sites.linked", shop_id=shop_id, new=new)
    return new
