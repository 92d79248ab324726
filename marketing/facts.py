"""Loads what the stock rules need: vehicles with what we hold of them, and the stock behind their products."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Count, F, Q, Sum

from catalog.models import BundleItem, Listing, ListingState
from marketing.models import HOLDING_KINDS, AdDecision, AdLink, AdVehicle, DecisionState
from marketing.stock_rules import Hold, ProductStock, SkuStock, Vehicle
from warehouse.models import StockLevel


def vehicles_selling(*, sku_ids: Iterable[int]) -> list[int]:
    """Ids of the vehicles that sell a product with one of these SKUs, bundles included."""
    wanted = set(sku_ids)
    wanted |= set(BundleItem.objects.filter(component_id__in=wanted).values_list("bundle_id", flat=True))
    products = Listing.objects.filter(sku_id__in=wanted).values("platform_product_id")
    links = AdLink.objects.filter(
        listing__platform_product_id__in=products, is_ignored=False, vehicle__is_gone=False
    )
    return sorted(set(links.values_list("vehicle_id", flat=True)))


def linked_vehicles() -> list[int]:
    """Ids of every vehicle of the seller that is linked to a listing."""
    links = AdLink.objects.filter(is_ignored=False, vehicle__is_gone=False)
    return sorted(set(links.values_list("vehicle_id", flat=True)))


def load_vehicles(*, rows: Iterable[AdVehicle]) -> list[Vehicle]:
    """Locked rows with their links, holds and mutes, in three queries."""
    rows = list(rows)
    ids = [row.pk for row in rows]
    linked: dict[int, set[str]] = defaultdict(set)
    links = AdLink.objects.filter(vehicle_id__in=ids, is_ignored=False)
    for vehicle_id, product_id in links.values_list("vehicle_id", "listing__platform_product_id"):
        linked[vehicle_id].add(product_id)
    holds: dict[int, list[Hold]] = defaultdict(list)
    muted: dict[int, set[str]] = defaultdict(set)
    open_rows = AdDecision.objects.filter(
        Q(kind__in=HOLDING_KINDS, state__in=[DecisionState.PENDING, DecisionState.IN_FORCE])
        | Q(
            state__in=[DecisionState.UNDONE, DecisionState.SUPERSEDED, DecisionState.FAILED],
            ended_at__isnull=True,
        ),
        vehicle_id__in=ids,
    )
    for decision in open_rows:
        if decision.state in (DecisionState.PENDING, DecisionState.IN_FORCE):
            holds[decision.vehicle_id].append(_hold(decision))
        else:
            muted[decision.vehicle_id].add(decision.platform_product_id)
    return [
        Vehicle(
            vehicle_id=row.pk,
            kind=row.kind,
            is_enabled=row.is_enabled,
            product_scope=row.product_scope,
            product_ids=frozenset(row.platform_product_ids),
            linked_product_ids=frozenset(linked[row.pk]),
            budget=row.budget_amount,
            holds=tuple(holds[row.pk]),
            muted_product_ids=frozenset(muted[row.pk]),
        )
        for row in rows
    ]


def _hold(decision: AdDecision) -> Hold:
    saved = decision.saved.get("budget")
    return Hold(
        decision_id=decision.pk,
        product_id=decision.platform_product_id,
        kind=decision.kind,
        saved_budget=Decimal(saved) if saved else None,
        is_pending=decision.state == DecisionState.PENDING,
    )


def products_stock(*, product_ids: Iterable[str]) -> dict[str, ProductStock]:
    """The stock of each product's mapped, living listings. Products without a mapped listing are absent."""
    listings = list(
        Listing.objects.filter(platform_product_id__in=list(product_ids), sku__isnull=False)
        .exclude(state=ListingState.DELETED)
        .order_by("platform_product_id", "sku__seller_sku")
        .values_list("platform_product_id", "title", "sku_id", "sku__seller_sku", "sku__is_bundle")
    )
    stock = sku_stock(sku_ids={row[2] for row in listings})
    grouped: dict[str, dict[int, SkuStock]] = defaultdict(dict)
    titles: dict[str, str] = {}
    for product_id, title, sku_id, seller_sku, _is_bundle in listings:
        titles.setdefault(product_id, title)
        grouped[product_id][sku_id] = stock.get(sku_id) or SkuStock(seller_sku, 0, 0, is_counted=False)
    return {
        product_id: ProductStock(product_id=product_id, title=titles[product_id], skus=tuple(skus.values()))
        for product_id, skus in grouped.items()
    }


def sku_stock(*, sku_ids: Iterable[int]) -> dict[int, SkuStock]:
    """Available and safety stock per SKU over all warehouses; a bundle has what its scarcest component allows."""
    wanted = set(sku_ids)
    items = list(
        BundleItem.objects.filter(bundle_id__in=wanted).values_list("bundle_id", "component_id", "quantity")
    )
    level_ids = wanted | {component for _bundle, component, _quantity in items}
    rows = (
        StockLevel.objects.filter(sku_id__in=level_ids)
        .values("sku_id", "sku__seller_sku")
        .annotate(
            available=Sum(F("on_hand") - F("reserved") - F("withheld")),
            safety=Sum("safety_stock"),
            counted=Count("id", filter=Q(first_counted_at__isnull=False)),
        )
    )
    found = {
        row["sku_id"]: SkuStock(
            row["sku__seller_sku"], row["available"], row["safety"], is_counted=row["counted"] > 0
        )
        for row in rows
    }
    parts: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for bundle, component, quantity in items:
        parts[bundle].append((component, quantity))
    for bundle, components in parts.items():
        levels = [(found.get(component), quantity) for component, quantity in components]
        own = found.get(bundle)
        found[bundle] = SkuStock(
            seller_sku=own.seller_sku if own else "",
            available=min((level.available // quantity if level else 0) for level, quantity in levels),
            safety_stock=own.safety_stock
            if own
            else min((level.safety_stock if level else 0) for level, _q in levels),
            is_counted=all(level is not None and level.is_counted for level, _q in levels),
        )
    return {sku_id: stock for sku_id, stock in found.items() if sku_id in wanted}
