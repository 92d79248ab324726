"""What was picked or packed for a package that goes no further gets a task for every line.

Until somebody carries it back (`put_back_scans`) the ledger knows it where it is: in the picker's tote, or at the dock
when its carton was closed.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from tenancy.actors import Actor
from warehouse import ledger, setup
from warehouse.models import (
    Bin,
    BinKind,
    MovementReason,
    PickList,
    PickTask,
    PickTaskState,
    PutBackTask,
    PutBackWhy,
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
    if is_brought:
        ledger.post(movements=_to_dock(picked, lists, reference), actor=actor, now=now)
    else:
        _ask(picked, lists, why=why, now=now)
    return sum(task.picked_quantity for task in picked)


def lock_lists(*, package_ids: Iterable[int]) -> dict[int, PickList]:
    """Lock the walks that these packages are on: work documents come first in the order of locks."""
    tasks = PickTask.objects.filter(package_id__in=list(package_ids)).exclude(state=PickTaskState.DROPPED)
    list_ids = set(tasks.values_list("pick_list_id", flat=True))
    return {row.pk: row for row in PickList.objects.lock().filter(pk__in=list_ids)} if list_ids else {}


def _to_dock(
    picked: Sequence[PickTask], lists: Mapping[int, PickList], reference: str
) -> list[ledger.Movement]:
    homes = Bin.objects.in_bulk({task.bin_id for task in picked})
    totes = tote_ids(lists.values())
    docks: dict[int, Bin] = {}
    movements: list[ledger.Movement] = []
    for task in picked:
        warehouse_id = homes[task.bin_id].warehouse_id
        if warehouse_id not in docks:
            docks[warehouse_id] = setup.receiving_bin(warehouse=Warehouse.objects.get(pk=warehouse_id))
        movements += ledger.between(
            source_id=totes[lists[task.pick_list_id].tote_code, warehouse_id],
            target_id=docks[warehouse_id].pk,
            sku_id=task.sku_id,
            quantity=task.picked_quantity,
            reason=MovementReason.PUT_BACK,
            key=f"put_back:{task.pk}",
            reference=reference,
        )
    return movements


def _ask(picked: Sequence[PickTask], lists: Mapping[int, PickList], *, why: str, now: datetime) -> None:
    homes = Bin.objects.in_bulk({task.bin_id for task in picked})
    totes = tote_ids(lists.values())
    PutBackTask.objects.bulk_create(
        PutBackTask(
            shop_id=task.shop_id,
            package_id=task.package_id,
            sku_id=task.sku_id,
            source_id=totes[lists[task.pick_list_id].tote_code, homes[task.bin_id].warehouse_id],
            home_id=task.bin_id,
            slot=task.slot,
            quantity=task.picked_quantity,
            why=why,
            made_at=now,
        )
        for task in picked
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
