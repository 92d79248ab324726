"""What each paper of the floor shows, as plain values for its template: walks, put-wall sheets, labels, count sheets.

Papers say where and what; a count sheet never says how many.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core import barcodes
from orders.models import Package, PackageLine
from warehouse import transfer_picks, walk_steps
from warehouse.models import (
    Bin,
    BinLevel,
    BinLot,
    CountTask,
    Delivery,
    PackRecord,
    PickList,
    PickTask,
    PickTaskState,
    SortSlot,
)

WIDE_MM, QR_MM = 88.0, 17.0


@dataclass(frozen=True)
class Stop:
    """One line of a walk."""

    number: int
    bin: str
    sku: str
    name: str
    lots: list[str]
    quantity: int
    slot: int
    is_done: bool


@dataclass(frozen=True)
class ListPage:
    """A walk with its stops in walking order."""

    pick_list: PickList
    barcode: str
    stops: list[Stop]
    units: int
    packages: int


@dataclass(frozen=True)
class TransferPage:
    """Goods for another warehouse, bin after bin."""

    transfer: Delivery
    barcode: str
    sheet: transfer_picks.Sheet


@dataclass(frozen=True)
class WallRow:
    """One package of a put-wall sheet; without a `slot` there is room to write one."""

    package: str
    order: str
    qr: str
    slot: str
    items: list[str]
    units: int


@dataclass(frozen=True)
class WallPage:
    pick_list: PickList
    barcode: str
    rows: list[WallRow]


@dataclass(frozen=True)
class ParcelLabel:
    package: str
    order: str
    shop: str
    barcode: str
    qr: str
    carton: str
    weight_g: int | None
    items: list[str]


@dataclass(frozen=True)
class BinLabel:
    """A bin's label; the barcode is what stations scan."""

    code: str
    zone: str
    warehouse: str
    barcode: str


@dataclass(frozen=True)
class CountPage:
    """A blind sheet: what may lie there, with empty boxes."""

    task: CountTask
    barcode: str
    skus: list[tuple[str, str]]
    has_lots: bool
    blank: range


def pick_lists(lists: Sequence[PickList]) -> list[ListPage]:
    """Walks in three queries."""
    tasks = _tasks(lists)
    lots = _lots([task for found in tasks.values() for task in found])
    pages = []
    for pick_list in lists:
        own = tasks.get(pick_list.pk, [])
        lines = walk_steps.lines_of(pick_list, own)
        stops = [_stop(pick_list, line, number, lots) for number, line in enumerate(lines, start=1)]
        pages.append(
            ListPage(
                pick_list=pick_list,
                barcode=barcodes.code128(pick_list.number, width_mm=70, height_mm=11),
                stops=stops,
                units=sum(stop.quantity for stop in stops),
                packages=len({task.package_id for task in own}),
            )
        )
    return pages


def _stop(
    pick_list: PickList, line: list[PickTask], number: int, lots: dict[tuple[int, int], list[str]]
) -> Stop:
    task = line[0]
    return Stop(
        number=number,
        bin=task.bin.code,
        sku=task.sku.seller_sku,
        name=" · ".join(filter(None, [task.sku.name, task.sku.variation])),
        lots=lots.get((task.bin_id, task.sku_id), []),
        quantity=sum(one.quantity for one in line),
        slot=walk_steps.slot_of(pick_list, task),
        is_done=all(one.state != PickTaskState.OPEN for one in line),
    )


def _tasks(lists: Sequence[PickList]) -> dict[int, list[PickTask]]:
    rows = PickTask.objects.filter(pick_list_id__in=[one.pk for one in lists])
    rows = rows.exclude(state=PickTaskState.DROPPED).select_related("sku", "bin", "package__order")
    found: dict[int, list[PickTask]] = {}
    for task in rows.order_by("sequence", "pk"):
        found.setdefault(task.pick_list_id, []).append(task)
    return found


def _lots(tasks: Sequence[PickTask]) -> dict[tuple[int, int], list[str]]:
    """(bin, SKU) → its lots that may be sold, first expired first."""
    bins, skus = {task.bin_id for task in tasks}, {task.sku_id for task in tasks}
    rows = BinLot.objects.filter(
        bin_id__in=bins, sku_id__in=skus, on_hand__gt=0, lot__withheld_at__isnull=True
    )
    found: dict[tuple[int, int], list[str]] = {}
    for row in rows.select_related("lot").order_by("lot__expires_on", "pk"):
        until = f" · {row.lot.expires_on:%Y-%m-%d}" if row.lot.expires_on else ""
        found.setdefault((row.bin_id, row.sku_id), []).append(f"{row.lot.code}{until}")
    return found


def transfers(found: Sequence[Delivery]) -> list[TransferPage]:
    """What is left to pick of each, in walking order."""
    return [
        TransferPage(
            transfer=one,
            barcode=barcodes.code128(one.number, width_mm=70, height_mm=11),
            sheet=transfer_picks.sheet(transfer=one),
        )
        for one in found
    ]


def wall_sheets(lists: Sequence[PickList]) -> list[WallPage]:
    """The packages of lists that were picked together, each with its slot or room for one."""
    tasks = _tasks(lists)
    ids = {task.package_id for found in tasks.values() for task in found}
    open_slots = SortSlot.objects.filter(package_id__in=ids, closed_at__isnull=True)
    slots = dict(open_slots.values_list("package_id", "bin__code"))
    pages = []
    for pick_list in lists:
        by_package: dict[int, list[PickTask]] = {}
        for task in tasks.get(pick_list.pk, []):
            by_package.setdefault(task.package_id, []).append(task)
        rows = [_wall_row(own, slots) for own in by_package.values()]
        rows.sort(key=lambda row: (not row.slot, row.slot, row.order))
        code = barcodes.code128(pick_list.number, width_mm=70, height_mm=11)
        pages.append(WallPage(pick_list, code, rows))
    return pages


def _wall_row(tasks: list[PickTask], slots: dict[int, str]) -> WallRow:
    package = tasks[0].package
    return WallRow(
        package=package.public_id,
        order=package.order.platform_order_id,
        qr=barcodes.qr(package.public_id, side_mm=QR_MM),
        slot=slots.get(package.pk, ""),
        items=[f"{task.quantity} × {task.sku.seller_sku}" for task in tasks],
        units=sum(task.quantity for task in tasks),
    )


def parcel_labels(packages: Sequence[Package]) -> list[ParcelLabel]:
    """The package's own id as a barcode and a QR code: what the pack station and the dock scan."""
    ids = [package.pk for package in packages]
    cartons = dict(
        PackRecord.objects.filter(package_id__in=ids).values_list("package_id", "carton__name").order_by("pk")
    )
    items: dict[int, list[str]] = {}
    for line in PackageLine.objects.filter(package_id__in=ids).select_related("sku").order_by("pk"):
        items.setdefault(line.package_id, []).append(f"{line.quantity} × {line.sku.seller_sku}")
    return [
        ParcelLabel(
            package=package.public_id,
            order=package.order.platform_order_id,
            shop=package.shop.name,
            barcode=barcodes.code128(package.public_id, width_mm=WIDE_MM, height_mm=22),
            qr=barcodes.qr(package.public_id, side_mm=32),
            carton=cartons.get(package.pk) or "",
            weight_g=package.weight_g,
            items=items.get(package.pk, []),
        )
        for package in packages
    ]


def bin_labels(bins: Sequence[Bin]) -> list[BinLabel]:
    return [
        BinLabel(
            code=one.code,
            zone=one.zone.code if one.zone else "",
            warehouse=one.warehouse.name,
            barcode=barcodes.code128(one.code, width_mm=62, height_mm=13),
        )
        for one in bins
    ]


def count_sheets(tasks: Sequence[CountTask]) -> list[CountPage]:
    """What the books know to lie in each bin, without a figure, and empty lines for what they do not know."""
    wholes = [task.bin_id for task in tasks if task.sku_id is None]
    lying: dict[int, list] = {}
    rows = BinLevel.objects.filter(bin_id__in=wholes, on_hand__gt=0).select_related("sku")
    for row in rows.order_by("sku__seller_sku"):
        lying.setdefault(row.bin_id, []).append(row.sku)
    pages = []
    for task in tasks:
        skus = [task.sku] if task.sku else lying.get(task.bin_id, [])
        pages.append(
            CountPage(
                task=task,
                barcode=barcodes.code128(task.bin.code, width_mm=62, height_mm=11),
                skus=[(sku.seller_sku, sku.name) for sku in skus],
                has_lots=any(sku.is_by_lot for sku in skus),
                blank=range(0 if task.sku else 4),
            )
        )
    return pages
