"""Which warehouse serves an order, and why: choices over plain values, and the facts they are made of.

Before all a person's choice, then the warehouse that the platform names. Another one serves only where the seller allows
it and the named one lacks something: of those that have every line the one in the buyer's region, then the one whose next
carrier comes first. Several parcels from several warehouses come last, with as few warehouses as possible.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations

from django.db import transaction
from django.utils.translation import gettext as _

from orders.models import Order
from tenancy import audit
from tenancy.actors import Actor
from tenancy.models import Shop
from warehouse import pickups
from warehouse.ledger import LevelKey
from warehouse.models import AllocationTerms, CarrierPickup, StockLevel, Warehouse, WarehouseLink

NEVER = datetime.max.replace(tzinfo=UTC)
WAREHOUSES_IN_A_SPLIT = 3


@dataclass(frozen=True)
class Site:
    """A warehouse of ours as the choice sees it."""

    warehouse_id: int
    code: str
    region: str = ""
    is_default: bool = False
    leaves_at: datetime = NEVER  # when its next carrier takes parcels away


@dataclass(frozen=True)
class Options:
    """Warehouses that may serve an order, the best first, and why the first one is."""

    sites: tuple[Site, ...]
    why: str = "default"  # person | platform | default | only
    region: str = ""

    @property
    def first_id(self) -> int | None:
        return self.sites[0].warehouse_id if self.sites else None

    @property
    def other_ids(self) -> tuple[int, ...]:
        return tuple(site.warehouse_id for site in self.sites[1:])

    def reason(self, warehouse_id: int) -> str:
        """The facts of a choice as stored; `reason_text` makes the sentence."""
        chosen = next(site for site in self.sites if site.warehouse_id == warehouse_id)
        facts: dict[str, str] = {"code": self.why}
        if chosen != self.sites[0]:
            facts = {"code": "elsewhere", "lacking": self.sites[0].code, "by": "default"}
            rivals = [site for site in self.sites[1:] if site != chosen]
            if chosen.region and chosen.region == self.region:
                facts["by"] = "region"
            elif rivals and chosen.leaves_at < min(site.leaves_at for site in rivals):
                facts["by"] = "cut_off"
            elif not rivals:
                facts["by"] = "only"
        return json.dumps(facts)


def ranked(*, sites: Iterable[Site], first: Site, region: str) -> tuple[Site, ...]:
    """The first one, then the others: of the buyer's region, whose carrier comes soonest, the default one."""
    others = [site for site in sites if site != first]
    others.sort(key=lambda one: (one.region != region, one.leaves_at, not one.is_default, one.code))
    return (first, *others)


def split(
    *,
    lines: Mapping[int, Mapping[int, int]],
    sites: Sequence[Site],
    free: Mapping[LevelKey, int],
) -> list[list[int]] | None:
    """Order lines (id → SKU id → units) in groups, one warehouse each, as few as possible. None: no way."""
    for count in range(2, min(len(sites), WAREHOUSES_IN_A_SPLIT, len(lines)) + 1):
        for chosen in combinations(sites, count):
            if groups := _shared(lines, chosen, free):
                return groups
    return None


def _shared(
    lines: Mapping[int, Mapping[int, int]], chosen: Sequence[Site], free: Mapping[LevelKey, int]
) -> list[list[int]] | None:
    left = dict(free)
    groups: dict[int, list[int]] = {site.warehouse_id: [] for site in chosen}
    for line_id, units in lines.items():
        for place, own in groups.items():
            if all(left.get((place, sku_id), 0) >= count for sku_id, count in units.items()):
                own.append(line_id)
                for sku_id, count in units.items():
                    left[place, sku_id] -= count
                break
        else:
            return None
    return list(groups.values()) if all(groups.values()) else None


def options_of(*, orders: Iterable[Order], now: datetime | None = None) -> dict[int, Options]:
    """Order id → where it may be served from. Three queries more where a seller lets several warehouses serve."""
    orders = list(orders)
    rows = list(Warehouse.objects.order_by("-is_default", "pk"))
    active = [row for row in rows if row.is_active]
    named = {order.platform_warehouse_id for order in orders} - {""}
    links = WarehouseLink.objects.filter(platform_warehouse_id__in=named) if named else ()
    by_link = {(link.shop_id, link.platform_warehouse_id): link.warehouse_id for link in links}
    is_free = len(active) > 1 and AllocationTerms.objects.filter(is_other_allowed=True).exists()
    leaves = _next_pickups(active, now) if is_free and now else {}
    sites = {row.pk: _site(row, leaves) for row in rows}
    by_code = {row.code: sites[row.pk] for row in rows}
    regions = dict(Shop.objects.values_list("pk", "region")) if is_free else {}
    default = sites[active[0].pk] if active else None
    found = {}
    for order in orders:
        linked = by_link.get((order.shop_id, order.platform_warehouse_id))
        if order.warehouse_code in by_code:
            found[order.pk] = Options((by_code[order.warehouse_code],), "person")
            continue
        first = sites.get(linked, default)
        why = "platform" if linked in sites else "only" if len(active) == 1 else "default"
        region = regions.get(order.shop_id, "")
        allowed = (first,) if first else ()
        if is_free and first:
            allowed = ranked(sites=[sites[row.pk] for row in active], first=first, region=region)
        found[order.pk] = Options(allowed, why, region)
    return found


@transaction.atomic
def set_terms(
    *, is_other_allowed: bool, is_split_allowed: bool, actor: Actor, now: datetime
) -> AllocationTerms:
    """How free the choice is from now on. What is reserved stays where it is."""
    terms, _is_new = AllocationTerms.objects.update_or_create(
        defaults={
            "is_other_allowed": is_other_allowed,
            "is_split_allowed": is_other_allowed and is_split_allowed,
        }
    )
    audit.record(
        actor=actor,
        now=now,
        action="allocation.set",
        subject_type="allocation_terms",
        subject_id=terms.pk,
        is_other_allowed=terms.is_other_allowed,
        is_split_allowed=terms.is_split_allowed,
    )
    return terms


def _site(row: Warehouse, leaves: Mapping[int, datetime]) -> Site:
    return Site(row.pk, row.code, row.region, row.is_default, leaves.get(row.pk, NEVER))


def _next_pickups(warehouses: Iterable[Warehouse], now: datetime) -> dict[int, datetime]:
    """Warehouse id → the next time that a carrier comes for whom a parcel begun now can be ready."""
    zones = {row.pk: row.time_zone for row in warehouses}
    found: dict[int, datetime] = {}
    for pickup in CarrierPickup.objects.filter(warehouse_id__in=zones):
        ready = now + timedelta(minutes=pickup.lead_minutes)
        at = pickups.next_at(row=pickup, zone=zones[pickup.warehouse_id], now=ready)
        if at is not None:
            found[pickup.warehouse_id] = min(found.get(pickup.warehouse_id, NEVER), at)
    return found


def with_stock(*, options: Mapping[int, Options], sku_ids: Iterable[int]) -> dict[int, set[int]]:
    """SKU id → warehouses besides the first ones that hold any of it: only their levels need a lock."""
    others = {place for one in options.values() for place in one.other_ids}
    found: dict[int, set[int]] = {}
    if others:
        rows = StockLevel.objects.filter(warehouse_id__in=others, sku_id__in=list(sku_ids), on_hand__gt=0)
        for sku_id, warehouse_id in rows.values_list("sku_id", "warehouse_id"):
            found.setdefault(sku_id, set()).add(warehouse_id)
    return found


def reason_text(why: str) -> str:
    """Why this warehouse, as a person reads it; nothing for what was reserved before reasons were kept."""
    if not why:
        return ""
    facts = json.loads(why)
    words = {
        "person": _("chosen by a person"),
        "platform": _("the warehouse that the platform names"),
        "default": _("the default warehouse: the platform names none"),
        "only": _("the only warehouse"),
    }
    if facts["code"] in words:
        return words[facts["code"]]
    more = {
        "region": _("this one is in the buyer's region"),
        "cut_off": _("its carrier comes first"),
        "only": _("no other one is left"),
        "default": _("this one comes first among the others"),
    }
    return _("%(warehouse)s lacked something; %(reason)s") % {
        "warehouse": facts["lacking"],
        "reason": more[facts["by"]],
    }
