"""How a show goes and how it went: expected and sold, which way the packages went, seconds per parcel. Reads, and keeps the result."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from warehouse import show_lane, show_plan, show_sales
from warehouse.floor_pace import BREAK
from warehouse.models import (
    PackRecord,
    PutBackTask,
    PutBackWhy,
    Show,
    ShowParcel,
    ShowProduct,
    ShowState,
    ShowTask,
    ShowTaskKind,
)
from warehouse.show_words import NO_PREPACKED

RECORDS_AT_MOST = 20_000


@dataclass(frozen=True)
class Count:
    """One product now: what was expected and sold, what stands in its bin."""

    product: ShowProduct
    sold: int
    in_bin: int
    brought: int

    @property
    def loose(self) -> int:
        return max(self.in_bin - self.product.ready_units, 0)

    @property
    def difference(self) -> int:
        return self.sold - self.product.expected_units


@dataclass(frozen=True)
class Counts:
    """A show in figures."""

    products: list[Count]
    waiting: int  # on the lane
    on_lane: int
    normal: int  # for want of a pre-packed parcel
    packed: int  # of those on the lane
    lane_seconds: float | None
    other_seconds: float | None
    left: int = 0  # units that are to be carried back

    @property
    def sold(self) -> int:
        return sum(one.sold for one in self.products)

    @property
    def expected(self) -> int:
        return sum(one.product.expected_units for one in self.products)


def counts(*, show: Show, now: datetime) -> Counts:
    """A fixed number of queries, however many packages there are."""
    products = show_plan.products_of(show=show)
    since, until = show_sales.window_of(show)
    sold = (
        show_sales.sold_between(shop_id=show.shop_id, since=since, until=until)
        if show.state in (ShowState.LIVE, ShowState.OVER)
        else {}
    )
    there = show_plan.units_in_bins(bin_ids=[one.bin_id for one in products if one.bin_id])
    brought = _brought(show)
    ways = Counter(ShowParcel.objects.filter(show=show).values_list("on_lane", "why"))
    lane_s, other_s, packed = _pace(show, until=now)
    back = PutBackTask.objects.filter(
        why=PutBackWhy.SHOW, done_at__isnull=True, source_id__in=[one.bin_id for one in products]
    )
    return Counts(
        products=[
            Count(
                one,
                sold[one.sku_id].units if one.sku_id in sold else one.sold_units or 0,
                there.get((one.bin_id, one.sku_id), 0),
                brought.get(one.pk, 0),
            )
            for one in products
        ],
        waiting=show_lane.waiting_count(show=show),
        on_lane=sum(units for (on_lane, _why), units in ways.items() if on_lane),
        normal=ways[False, NO_PREPACKED],
        packed=packed,
        lane_seconds=lane_s,
        other_seconds=other_s,
        left=back.aggregate(units=Sum("quantity") - Sum("done_quantity"))["units"] or 0,
    )


def _brought(show: Show) -> dict[int, int]:
    rows = ShowTask.objects.filter(product__show=show, kind=ShowTaskKind.BRING).order_by()
    return dict(rows.values_list("product_id").annotate(Sum("done_quantity")))


def _pace(show: Show, *, until: datetime) -> tuple[float | None, float | None, int]:
    """Mean seconds from parcel to parcel of the same packer, on the lane and beside it; and parcels of the lane packed."""
    if show.started_at is None:
        return None, None, 0
    lane = set(
        ShowParcel.objects.filter(show=show, on_lane=True, taken_at__isnull=False).values_list(
            "package_id", flat=True
        )
    )
    rows = PackRecord.objects.filter(packed_at__gte=show.started_at, packed_at__lte=show.closed_at or until)
    last: dict[str, datetime] = {}
    gaps: dict[bool, list[float]] = {True: [], False: []}
    packed = 0
    for package_id, by_label, at in rows.order_by("packed_at", "pk").values_list(
        "package_id", "by_label", "packed_at"
    )[:RECORDS_AT_MOST]:
        packed += package_id in lane
        if by_label in last and (gap := at - last[by_label]) < BREAK:
            gaps[package_id in lane].append(gap.total_seconds())
        last[by_label] = at
    means = {key: sum(found) / len(found) if found else None for key, found in gaps.items()}
    return means[True], means[False], packed


def keep(*, show: Show, now: datetime) -> dict[str, object]:
    """The result as it is stored with a show that is over; what each product sold is kept with the product."""
    found = counts(show=show, now=now)
    for one in found.products:
        one.product.sold_units = one.sold
    ShowProduct.objects.bulk_update([one.product for one in found.products], ["sold_units"])
    return {
        "expected": found.expected,
        "sold": found.sold,
        "on_lane": found.on_lane,
        "packed": found.packed,
        "normal": found.normal,
        "lane_seconds": found.lane_seconds,
        "other_seconds": found.other_seconds,
    }
