"""What was picked or packed for a package that goes no further gets a task for every line.

Until somebody carries it back (`put_back_scans`) the ledger knows it where it is: in the picker's tote, or at the dock
when its carton was closed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tenancy.actors import Actor
from warehouse import ledger, setup
from warehouse.models import (
    Bin,
    BinKind,
    MovementReason,
    PickList,
    PickMode,
    PickTask,
    PickTaskState,
    PutBackTask,
    PutBackWhy,
    SortSlot,
    Warehouse,
)


def drop_tasks(
    *,
    package_ids: Iterable[int],
    lists: Mapping[int, PickList],
    actor: Actor,
    now: datetime,
    reference: str = "",
    why: str = PutBackWhy.CANCELLED,
    is_brought: bool = False,
) -> int:
    """Drop the lines of these packages on the locked walks. Goods in a closed carton are not touched. Returns units.

    `is_brought`: the picker was told to bring them to receiving at once; else somebody finds them on the put-back list.
    """
    tasks = list(
        PickTask.objects.lock()
        .filter(package_id__in=list(package_ids), package__pack_record__isnull=True)
        .exclude(state=PickTaskState.DROPPED)
    )
    PickTask.objects.filter(pk__in=[task.pk for task in tasks]).update(
        state=PickTaskState.DROPPED, done_at=now
    )
    picked = [task for task in tasks if task.picked_quantity]
    if not picked:
        return 0
    standing = _standing(picked, lists)
    slots = SortSlot.objects.filter(package_id__in={task.package_id for task in picked})
    slots.filter(closed_at__isnull=True).update(closed_at=now)
    if is_brought:
        ledger.post(movements=_to_dock(standing, reference), actor=actor, now=now)
    else:
        _ask(standing, why=why, now=now)
    return sum(task.picked_quantity for task in picked)


@dataclass(frozen=True)
class Standing:
    """Units of a line where the ledger knows them: in the picker's tote, or on the put wall."""

    task: PickTask
    source: Bin
    units: int
    slot: int | None


def _standing(picked: Sequence[PickTask], lists: Mapping[int, PickList]) -> list[Standing]:
    totes = Bin.objects.in_bulk(tote_ids(lists.values()).values())
    homes = dict(
        Bin.objects.filter(pk__in={task.bin_id for task in picked}).values_list("pk", "warehouse_id")
    )
    by_code = {(tote.code, tote.warehouse_id): tote for tote in totes.values()}
    places = slots_of(package_ids={task.package_id for task in picked if task.sorted_quantity})
    found = []
    for task in picked:
        pick_list = lists[task.pick_list_id]
        in_tote = task.picked_quantity - task.sorted_quantity
        if in_tote:
            tote = by_code[pick_list.tote_code, homes[task.bin_id]]
            slot = None if pick_list.mode == PickMode.BATCH else task.slot
            found.append(Standing(task, tote, in_tote, slot))
        if task.sorted_quantity:
            found.append(Standing(task, places[task.package_id].bin, task.sorted_quantity, None))
    return found


def slots_of(*, package_ids: Iterable[int]) -> dict[int, SortSlot]:
    """Package id → its newest place on the put wall."""
    rows = SortSlot.objects.filter(package_id__in=list(package_ids)).select_related("bin").order_by("pk")
    return {row.package_id: row for row in rows}


def lock_lists(*, package_ids: Iterable[int]) -> dict[int, PickList]:
    """Lock the walks that these packages are on: work documents come first in the order of locks."""
    tasks = PickTask.objects.filter(package_id__in=list(package_ids)).exclude(state=PickTaskState.DROPPED)
    list_ids = set(tasks.values_list("pick_list_id", flat=True))
    return {row.pk: row for row in PickList.objects.lock().filter(pk__in=list_ids)} if list_ids else {}


def _to_dock(standing: Sequence[Standing], reference: str) -> list[ledger.Movement]:
    docks: dict[int, Bin] = {}
    movements: list[ledger.Movement] = []
    for one in standing:
        warehouse_id = one.source.warehouse_id
        if warehouse_id not in docks:
            docks[warehouse_id] = setup.receiving_bin(warehouse=Warehouse.objects.get(pk=warehouse_id))
        place = "wall:" if one.source.kind == BinKind.WALL else ""
        movements += ledger.between(
            source_id=one.source.pk,
            target_id=docks[warehouse_id].pk,
            sku_id=one.task.sku_id,
            quantity=one.units,
            reason=MovementReason.PUT_BACK,
            key=f"put_back:{place}{one.task.pk}",
            reference=reference,
        )
    return movements


def _ask(standing: Sequence[Standing], *, why: str, now: datetime) -> None:
    PutBackTask.objects.bulk_create(
        PutBackTask(
            shop_id=one.task.shop_id,
            package_id=one.task.package_id,
            sku_id=one.task.sku_id,
            source_id=one.source.pk,
            home_id=one.task.bin_id,
            slot=one.slot,
            quantity=one.units,
            why=why,
            made_at=now,
        )
        for one in standing
    )


def ask_from_dock(
    *, shop_id: int, package_id: int | None, lines: Iterable[tuple[int, int, int]], why: str, now: datetime
) -> None:
    """Goods that stand at the dock, out of a carton: `lines` are (dock bin id, SKU id, units)."""
    lines = list(lines)
    homes = _homes(package_id) if package_id else {}
    PutBackTask.objects.bulk_create(
        PutBackTask(
            shop_id=shop_id,
            package_id=package_id,
            sku_id=sku_id,
            source_id=bin_id,
            home_id=homes.get(sku_id),
            quantity=units,
            why=why,
            made_at=now,
        )
        for bin_id, sku_id, units in lines
    )


def _homes(package_id: int) -> dict[int, int]:
    """SKU id → the bin that it was picked from."""
    tasks = PickTask.objects.filter(package_id=package_id, bin__kind=BinKind.SHELF).order_by("pk")
    return dict(tasks.values_list("sku_id", "bin_id"))


def tote_ids(lists: Iterable[PickList]) -> dict[tuple[str, int], int]:
    """(code, warehouse id) → bin id of the totes that these walks use."""
    codes = {row.tote_code for row in lists if row.tote_code}
    found = Bin.objects.filter(code__in=codes).values_list("code", "warehouse_id", "pk")
    return {(code, warehouse_id): pk for code, warehouse_id, pk in found}
