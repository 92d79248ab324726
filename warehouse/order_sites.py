"""Which warehouse ships an order: what of the platform's sites we do not know, and a move to the one that was chosen."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from orders import packages, review_sites
from orders.models import Package, PackageState
from orders.review_sites import Site
from orders.states import PackageAction
from tenancy.actors import AUTO
from warehouse import put_back, reservations, walks
from warehouse.models import WarehouseLink


@review_sites.answers
def unknown_sites(sites: set[Site]) -> set[Site]:
    """Sites that none of our open warehouses stands for, in shops of which at least one site is known."""
    links = WarehouseLink.objects.filter(shop_id__in={shop_id for shop_id, _site in sites})
    known = {
        (shop_id, site): is_active
        for shop_id, site, is_active in links.values_list(
            "shop_id", "platform_warehouse_id", "warehouse__is_active"
        )
    }
    shops = {shop_id for shop_id, _site in known}
    return {site for site in sites if site[0] in shops and not known.get(site)}


@transaction.atomic
def move(*, order_ids: Iterable[int], now: datetime) -> list[int]:
    """Reserve these orders anew where they are to ship from. What the floor has in hand stays where it is."""
    wanted = list(order_ids)
    waiting = [PackageState.PLANNED, PackageState.ALLOCATED]
    rows = Package.objects.filter(order_id__in=wanted, state__in=waiting)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    put_back.lock_lists(package_ids=ids)
    reservations.lock_orders(wanted)
    promised = [one for one in packages.lock_many(ids=ids) if one.state == PackageState.ALLOCATED]
    moved = [package.pk for package in promised]
    if moved:
        walks.take_off_floor(package_ids=moved, actor=AUTO, now=now)
        reservations.release(package_ids=moved, now=now)
        packages.advance_many(
            packages=promised,
            action=PackageAction.DEALLOCATE,
            actor=AUTO,
            now=now,
            reason="warehouse_chosen",
        )
    reservations.reserve_packages(package_ids=ids, now=now)
    return ids
