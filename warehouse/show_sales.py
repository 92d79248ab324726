"""What past shows of a shop sold of a SKU: the source of expectations, and of the share that is ordered one at a time. Reads only."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from core import clock
from orders.models import PackageLine, PackageState
from warehouse.models import Show, ShowProduct, ShowState

LOOKED_AT = 5  # shows, the newest ones
PARCELS_AT_LEAST = 20  # fewer say little about how many are ordered alone
OVER = (ShowState.OVER, ShowState.CLOSED)


@dataclass
class Sold:
    """One SKU in one show: units, the parcels that they went into, and how many of these held nothing else."""

    units: int = 0
    parcels: int = 0
    alone: int = 0


@dataclass(frozen=True)
class Expectation:
    """`units` is None when no past show says anything; `share` when too few parcels do. `shows`: [title, day, units]."""

    units: int | None = None
    share: float | None = None
    parcels: int = 0
    shows: Sequence[tuple[str, str, int]] = field(default_factory=tuple)


def sold_between(*, shop_id: int, since: datetime, until: datetime) -> dict[int, Sold]:
    """SKU id → what the shop's orders of this time bought. Cancelled parcels do not count."""
    rows = PackageLine.objects.filter(
        package__order__shop_id=shop_id,
        package__order__placed_at__gte=since,
        package__order__placed_at__lt=until,
    ).exclude(package__state=PackageState.CANCELLED)
    content: dict[int, Counter[int]] = defaultdict(Counter)
    for package_id, sku_id, units in rows.order_by().values_list("package_id", "sku_id", "quantity"):
        content[package_id][sku_id] += units
    found: dict[int, Sold] = defaultdict(Sold)
    for units in content.values():
        is_alone = sum(units.values()) == 1
        for sku_id, count in units.items():
            one = found[sku_id]
            one.units, one.parcels, one.alone = one.units + count, one.parcels + 1, one.alone + is_alone
    return dict(found)


def window_of(show: Show) -> tuple[datetime, datetime]:
    """When its orders come: as it really began and ended, where that is known."""
    return show.started_at or show.starts_at, show.ended_at or show.ends_at


def expectations(*, shop_id: int, sku_ids: Iterable[int], before: datetime) -> dict[int, Expectation]:
    """For each SKU the median of the newest shows that offered or sold it."""
    wanted = set(sku_ids)
    past = list(
        Show.objects.filter(shop_id=shop_id, state__in=OVER, starts_at__lt=before)
        .select_related("shop")
        .order_by("-starts_at", "-pk")[:LOOKED_AT]
    )
    offered: dict[int, set[int]] = defaultdict(set)
    rows = ShowProduct.objects.filter(show_id__in=[show.pk for show in past], sku_id__in=wanted)
    for show_id, sku_id in rows.values_list("show_id", "sku_id"):
        offered[show_id].add(sku_id)
    seen: dict[int, list[tuple[str, str, int]]] = defaultdict(list)
    total: dict[int, Sold] = defaultdict(Sold)
    for show in past:
        since, until = window_of(show)
        sold = sold_between(shop_id=shop_id, since=since, until=until)
        day = clock.local(since, zone=show.shop.time_zone).date().isoformat()
        for sku_id in wanted & (offered[show.pk] | sold.keys()):
            one, whole = sold.get(sku_id, Sold()), total[sku_id]
            seen[sku_id].append((show.title, day, one.units))
            whole.parcels, whole.alone = whole.parcels + one.parcels, whole.alone + one.alone
    return {sku_id: _expectation(seen.get(sku_id, []), total[sku_id]) for sku_id in wanted}


def _expectation(shows: Sequence[tuple[str, str, int]], total: Sold) -> Expectation:
    if not shows:
        return Expectation()
    share = total.alone / total.parcels if total.parcels >= PARCELS_AT_LEAST else None
    units = int(median(units for _title, _day, units in shows) + 0.5)
    return Expectation(units, share, total.parcels, tuple(shows))
