"""Our packages follow the platform's parcels: a new id, an order in several parcels, parcels put together again.

Where the same goods lie in the same parcel only the name changes. Else the old packages end and new ones stand in their
place; what was picked for the old ones goes back. A label that was made stays: the platform changes nothing after that.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from integrations.ports import PlatformOrder
from orders import history, packages, parts
from orders.events import PackagesRegrouped
from orders.models import (
    HistoryKind,
    Order,
    OrderLine,
    OrderState,
    Package,
    PackageLine,
    PackageState,
)
from orders.parts import Part
from orders.states import PackageAction
from relay import outbox
from tenancy.actors import PLATFORM, Actor

Content = Counter[tuple[int, int]]  # (order line id, SKU id) -> units
NOT_LABELLED = (
    PackageState.PLANNED,
    PackageState.ALLOCATED,
    PackageState.PICKING,
    PackageState.PICKED,
    PackageState.PACKED,
)
_OVER = (OrderState.CANCELLED, OrderState.COMPLETED)


def follow(*, orders: Iterable[Order], pictures: Mapping[str, PlatformOrder], now: datetime) -> None:
    """Bring the packages of locked orders in line with what the platform tells. Plain cases cost two queries for all."""
    told = {
        order.pk: order
        for order in orders
        if order.state not in _OVER and pictures[order.platform_order_id].platform_package_ids
    }
    if not told:
        return
    mine: dict[int, list[Package]] = {}
    for package in Package.objects.lock().filter(order_id__in=list(told)).exclude(state="cancelled"):
        mine.setdefault(package.order_id, []).append(package)
    names: list[tuple[Package, str]] = []
    for order_id, own in mine.items():
        picture = pictures[told[order_id].platform_order_id]
        if len(own) == len(picture.platform_package_ids) == 1:
            names.append((own[0], picture.platform_package_ids[0]))
        else:
            names += _follow_several(told[order_id], picture, own, now=now)
    _rename(names, now=now)


def _rename(names: Sequence[tuple[Package, str]], *, now: datetime) -> None:
    renamed, lines = [], []
    for package, platform_id in names:
        before, package.platform_package_id = package.platform_package_id, platform_id[:40]
        if before == package.platform_package_id:
            continue
        renamed.append(package)
        if before:
            lines.append(
                history.entry(
                    order=package,
                    at=now,
                    actor=PLATFORM,
                    kind=HistoryKind.PLATFORM,
                    action="package.renamed",
                    before=before,
                    to=package.platform_package_id,
                )
            )
    if renamed:
        Package.objects.bulk_update(renamed, ["platform_package_id"])
        history.record_many(lines)


def _follow_several(
    order: Order, picture: PlatformOrder, own: Sequence[Package], *, now: datetime
) -> list[tuple[Package, str]]:
    """Packages that keep their goods and get a name; the others are made anew where that is still possible."""
    lines = list(OrderLine.objects.filter(order=order).order_by("pk"))
    wanted = _wanted(
        picture, lines, dict(zip([line.pk for line in lines], parts.parts_of(lines=lines), strict=True))
    )
    if wanted is None:
        return []
    content = contents(own)
    names, left = [], list(own)
    for platform_id in sorted(wanted, key=lambda one: all(one != row.platform_package_id for row in own)):
        match = next(
            (
                package
                for package in sorted(left, key=lambda row: row.platform_package_id != platform_id)
                if content[package.pk] == wanted[platform_id]
            ),
            None,
        )
        if match is not None:
            left.remove(match)
            names.append((match, platform_id))
    missing = {key: units for key, units in wanted.items() if key not in {name for _row, name in names}}
    if missing and left and all(package.state in NOT_LABELLED for package in left):
        replace(order=order, gone=left, made=missing, actor=PLATFORM, now=now)
    return names


def _wanted(
    picture: PlatformOrder, lines: Sequence[OrderLine], shelf: Mapping[int, Sequence[Part]]
) -> dict[str, Content] | None:
    """Parcel id -> its goods; None while some unit has no parcel, as where parcels only come into being by shipping."""
    by_key = {(line.platform_sku_id, line.is_gift): line for line in lines}
    found: dict[str, Content] = {}
    for told in picture.lines:
        line = by_key.get((told.platform_sku_id[:40], told.is_gift))
        units = told.quantity - told.cancelled_quantity
        if line is None or not units:
            continue
        shares = told.package_units or tuple((one, units) for one in told.platform_package_ids)
        if sum(count for _id, count in shares) != units:
            return None
        for platform_id, count in shares:
            goods = found.setdefault(platform_id[:40], Counter())
            for sku_id, each in shelf[line.pk]:
                goods[line.pk, sku_id] += count * each
    return found or None


def contents(of: Sequence[Package]) -> dict[int, Content]:
    """Package id -> its goods."""
    found: dict[int, Content] = {package.pk: Counter() for package in of}
    rows = PackageLine.objects.filter(package_id__in=list(found))
    for package_id, line_id, sku_id, units in rows.values_list(
        "package_id", "order_line_id", "sku_id", "quantity"
    ):
        found[package_id][line_id, sku_id] += units
    return found


def replace(
    *, order: Order, gone: Sequence[Package], made: Mapping[str, Content], actor: Actor, now: datetime
) -> list[Package]:
    """End locked packages and plan others in their place; the warehouse promises stock to those anew."""
    is_stopped, reason = gone[0].is_stopped, gone[0].stop_reason
    packages.advance_many(
        packages=gone, action=PackageAction.CANCEL, actor=actor, now=now, reason="regrouped"
    )
    rows = [
        Package(
            seller_id=order.seller_id,
            shop_id=order.shop_id,
            order_id=order.pk,
            platform_package_id="" if key.startswith("#") else key,
            is_stopped=is_stopped,
            stop_reason=reason,
            created_at=now,
        )
        for key in made
    ]
    Package.objects.insert_many(rows)
    PackageLine.objects.insert_many(
        PackageLine(
            seller_id=order.seller_id,
            shop_id=order.shop_id,
            package_id=package.pk,
            order_line_id=line_id,
            sku_id=sku_id,
            quantity=units,
        )
        for package, goods in zip(rows, made.values(), strict=True)
        for (line_id, sku_id), units in goods.items()
    )
    history.record(
        order=order,
        at=now,
        actor=actor,
        kind=HistoryKind.PLATFORM,
        action="package.regrouped",
        gone=[package.public_id for package in gone],
        made=[package.public_id for package in rows],
    )
    outbox.publish(
        PackagesRegrouped(
            order_id=order.pk,
            gone=[package.pk for package in gone],
            made=[package.pk for package in rows],
        )
    )
    return rows
