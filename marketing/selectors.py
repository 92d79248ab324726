"""Reads for the marketing pages."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from catalog.models import Listing
from marketing.models import (
    HOLDING_KINDS,
    AdAccount,
    AdDecision,
    AdLink,
    AdVehicle,
    DecisionKind,
    DecisionState,
)

_IN_FORCE = Q(kind__in=HOLDING_KINDS, state__in=[DecisionState.PENDING, DecisionState.IN_FORCE])


def vehicles(*, tab: str = "linked", shop_id: int | None = None, search: str = "") -> QuerySet[AdVehicle]:
    """Vehicles with their link count and what we hold of them, the held ones first."""
    holds = AdDecision.objects.filter(_IN_FORCE).order_by("decided_at")
    found = (
        AdVehicle.objects.filter(is_gone=False)
        .select_related("account", "account__shop_sold")
        .annotate(
            product_count=Count(
                "links__listing__platform_product_id", filter=Q(links__is_ignored=False), distinct=True
            ),
            is_held=Exists(AdDecision.objects.filter(_IN_FORCE, vehicle=OuterRef("pk"))),
        )
        .prefetch_related(Prefetch("decisions", queryset=holds, to_attr="holds"))
    )
    if tab == "held":
        found = found.filter(is_held=True)
    elif tab == "linked":
        found = found.filter(product_count__gt=0)
    elif tab == "unlinked":
        found = found.filter(product_count=0)
    if shop_id:
        found = found.filter(account__shop_sold_id=shop_id)
    if search:
        found = found.filter(
            Q(name__icontains=search) | Q(platform_id=search) | Q(platform_product_ids__contains=[search])
        )
    return found.order_by("-is_held", "account__name", "name", "pk")


def vehicle_counts() -> dict[str, int]:
    """Rows behind each tab."""
    return {tab: vehicles(tab=tab).order_by().count() for tab in ("linked", "held", "unlinked", "all")}


@dataclass(frozen=True)
class LinkedProduct:
    """One product on a vehicle, with its listings."""

    product_id: str
    title: str
    shop: object
    listings: list[Listing]
    is_by_hand: bool
    is_ignored: bool


def products_of(*, vehicle_id: int) -> list[LinkedProduct]:
    """The vehicle's linked products, by title."""
    links = (
        AdLink.objects.filter(vehicle_id=vehicle_id)
        .select_related("listing", "listing__sku", "shop")
        .order_by("listing__title", "listing__variation")
    )
    grouped: dict[str, list[AdLink]] = {}
    for link in links:
        grouped.setdefault(link.listing.platform_product_id, []).append(link)
    return [
        LinkedProduct(
            product_id=product_id,
            title=rows[0].listing.title,
            shop=rows[0].shop,
            listings=[row.listing for row in rows],
            is_by_hand=any(row.is_by_hand for row in rows),
            is_ignored=all(row.is_ignored for row in rows),
        )
        for product_id, rows in grouped.items()
    ]


def decisions(*, tab: str = "all", vehicle_id: int | None = None, search: str = "") -> QuerySet[AdDecision]:
    """Decisions, newest first."""
    found = AdDecision.objects.select_related("vehicle", "vehicle__account", "action")
    if tab == "in_force":
        found = found.filter(_IN_FORCE)
    elif tab == "advice":
        found = found.filter(state=DecisionState.ADVISED, ended_at__isnull=True)
    elif tab == "trouble":
        found = found.filter(
            state__in=[DecisionState.FAILED, DecisionState.SUPERSEDED], ended_at__isnull=True
        )
    if vehicle_id:
        found = found.filter(vehicle_id=vehicle_id)
    if search:
        found = found.filter(
            Q(product_title__icontains=search)
            | Q(vehicle__name__icontains=search)
            | Q(platform_product_id=search)
            | Q(facts__seller_sku__iexact=search)
        )
    return found.order_by("-decided_at", "-pk")


def decision_counts() -> dict[str, int]:
    """Rows behind each tab."""
    return {tab: decisions(tab=tab).order_by().count() for tab in ("in_force", "advice", "trouble", "all")}


def attention() -> dict[str, int]:
    """Figures for the home page."""
    return {
        "held": AdDecision.objects.filter(_IN_FORCE).count(),
        "advice": AdDecision.objects.filter(state=DecisionState.ADVISED, ended_at__isnull=True).count(),
        "failed": AdDecision.objects.filter(state=DecisionState.FAILED, ended_at__isnull=True).count(),
    }


def accounts() -> QuerySet[AdAccount]:
    return AdAccount.objects.select_related("connection", "shop_sold").order_by("name")


def products_to_link(*, search: str) -> list[dict[str, str]]:
    """Products that a person may link by hand: by title, product id or SKU."""
    found = Listing.objects.filter(
        Q(title__icontains=search) | Q(platform_product_id=search) | Q(sku__seller_sku__iexact=search)
    )
    rows = found.order_by("title").values("platform_product_id", "title", "shop__name").distinct()[:20]
    return [
        {"product_id": row["platform_product_id"], "title": row["title"], "shop": row["shop__name"]}
        for row in rows
    ]


CAN_UNDO = frozenset({DecisionKind.PAUSE, DecisionKind.REMOVE_PRODUCT, DecisionKind.CUT_BUDGET})
