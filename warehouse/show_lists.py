"""Reads for the pages of shows: lists, what is left to do, names of what a plan chose, forward zones."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum

from catalog.models import Sku
from orders.models import PackageState
from warehouse import selectors, show_alerts, show_result, show_sales, wave_choice
from warehouse.forward import ForwardPlan
from warehouse.models import (
    Bin,
    Carton,
    PickTask,
    PickTaskState,
    Reservation,
    ReservationState,
    Show,
    ShowProduct,
    ShowState,
    ShowTask,
    ShowTaskKind,
    Zone,
)

OVER = (ShowState.CLOSED, ShowState.CANCELLED)
GO_ON_AT_MOST = 12 * 60
FOUND_AT_MOST = 12


def shows(*, is_over: bool = False, shop_id: int | None = None) -> QuerySet[Show]:
    """To come and under way, the next one first; or over, the newest first."""
    found = Show.objects.select_related("shop", "warehouse").annotate(
        product_count=Count("products"), expected_sum=Sum("products__expected_units")
    )
    if shop_id is not None:
        found = found.filter(shop_id=shop_id)
    if is_over:
        return found.filter(state__in=OVER).order_by("-starts_at", "-pk")
    return found.exclude(state__in=OVER).order_by("starts_at", "pk")


def with_products() -> QuerySet[Show]:
    """For REST: shows with their products, in three queries a page."""
    return Show.objects.select_related("shop", "warehouse").prefetch_related("products__sku", "products__bin")


def late_ids(*, now: datetime) -> set[int]:
    """Shows whose goods are not in place half an hour before they begin."""
    return set(Show.objects.filter(show_alerts.late(now=now)).order_by().values_list("pk", flat=True))


def has_forward_bins() -> bool:
    return Bin.objects.filter(zone__is_forward=True, is_active=True).exists()


@dataclass(frozen=True)
class Todo:
    """Units to bring and to pre-pack, and how many of them are done."""

    bring: int = 0
    brought: int = 0
    pack: int = 0
    packed: int = 0
    open_tasks: int = 0
    due_at: datetime | None = None


def todo(*, show: Show) -> Todo:
    kinds = {"bring": Q(kind=ShowTaskKind.BRING), "pack": Q(kind=ShowTaskKind.PACK)}
    found = ShowTask.objects.filter(product__show=show).aggregate(
        bring=Sum("quantity", filter=kinds["bring"], default=0),
        brought=Sum("done_quantity", filter=kinds["bring"], default=0),
        pack=Sum("quantity", filter=kinds["pack"], default=0),
        packed=Sum("done_quantity", filter=kinds["pack"], default=0),
        open_tasks=Count("pk", filter=Q(done_at__isnull=True)),
    )
    first = ShowTask.objects.filter(product__show=show).order_by("due_at").values_list("due_at", flat=True)
    return Todo(**found, due_at=first.first())


def waiting_for_opening(*, show: Show, counts: show_result.Counts) -> int:
    """Packages that nobody can pick, because what they want stands pre-packed and the lane is not for them."""
    packed = [one.product.sku_id for one in counts.products if one.product.ready_units]
    if show.state not in (ShowState.LIVE, ShowState.OVER) or not packed:
        return 0
    loose: Counter[int] = Counter()
    for shelf in wave_choice.free_shelves(warehouse_id=show.warehouse_id, sku_ids=packed):
        loose[shelf.sku_id] += max(shelf.free, 0)
    planned = PickTask.objects.filter(state=PickTaskState.OPEN).values("package_id")
    waiting = Reservation.objects.filter(
        state=ReservationState.ACTIVE,
        warehouse_id=show.warehouse_id,
        sku_id__in=[sku_id for sku_id in packed if not loose[sku_id]],
        package__state=PackageState.ALLOCATED,
        package__is_stopped=False,
    )
    return waiting.exclude(package_id__in=planned).values("package_id").distinct().count()


def found_skus(*, show: Show, words: str) -> list[tuple[Sku, int | None]]:
    """Products that match a part of their code, name or barcode and are not on the show yet, with what past shows sold."""
    if not words.strip():
        return []
    rows = Sku.objects.filter(is_active=True, is_bundle=False, material="").exclude(
        pk__in=ShowProduct.objects.filter(show=show).values("sku_id")
    )
    rows = list(rows.filter(selectors.sku_matches(words.strip()[:80])).order_by("seller_sku")[:FOUND_AT_MOST])
    past = show_sales.expectations(
        shop_id=show.shop_id, sku_ids=[row.pk for row in rows], before=show.starts_at
    )
    return [(row, past[row.pk].units) for row in rows]


def names(*, plan: ForwardPlan) -> Mapping[str, dict[int, str]]:
    """Codes of the bins, cartons and materials that a plan names."""
    return {
        "bins": dict(
            Bin.objects.filter(pk__in=[line.bin_id for line in plan.lines if line.bin_id]).values_list(
                "pk", "code"
            )
        ),
        "cartons": dict(Carton.objects.values_list("pk", "name")),
        "skus": dict(
            Sku.objects.filter(pk__in=[one.sku_id for one in plan.materials]).values_list("pk", "seller_sku")
        ),
    }


def forward_zones() -> list[tuple[Zone, list[Bin]]]:
    """Zones beside the pack point with their bins."""
    found: dict[int, tuple[Zone, list[Bin]]] = {
        zone.pk: (zone, [])
        for zone in Zone.objects.filter(is_forward=True)
        .select_related("warehouse")
        .order_by("warehouse__name", "code")
    }
    bins = Bin.objects.filter(zone_id__in=found, is_active=True).annotate(units=Sum("levels__on_hand"))
    for place in bins.order_by("walk_order", "code"):
        found[place.zone_id][1].append(place)
    return list(found.values())


def other_zones() -> QuerySet[Zone]:
    return (
        Zone.objects.filter(is_forward=False).select_related("warehouse").order_by("warehouse__name", "code")
    )


def minutes(count: int) -> timedelta:
    return timedelta(minutes=min(max(count, 0), GO_ON_AT_MOST))
