"""What was picked for a package that goes no further returns to the receiving bin."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from tenancy.actors import Actor
from warehouse import ledger, setup
from warehouse.models import Bin, MovementReason, PickList, PickTask, PickTaskState, Warehouse


def drop_tasks(
    *,
    package_ids: Iterable[int],
    lists: Mapping[int, PickList],
    actor: Actor,
    now: datetime,
    reference: str = "",
) -> int:
    """Drop the lines of these packages on the locked walks. Goods in a closed carton are not touched. Returns units."""
    tasks = list(
        PickTask.objects.lock()
        .filter(package_id__in=list(package_ids), package__pack_record__isnull=True)
        .exclude(state=PickTaskState.DROPPED)
    )
    movements = _movements(tasks, lists, reference)
    PickTask.objects.filter(pk__in=[task.pk for task in tasks]).update(
        state=PickTaskState.DROPPED, done_at=now
    )
    ledger.post(movements=movements, actor=actor, now=now)
    return sum(one.quantity for one in movements if one.quantity > 0)


def lock_lists(*, package_ids: Iterable[int]) -> dict[int, PickList]:
    """Lock the walks that these packages are on: work documents come first in the order of locks."""
    tasks = PickTask.objects.filter(package_id__in=list(package_ids)).exclude(state=PickTaskState.DROPPED)
    list_ids = set(tasks.values_list("pick_list_id", flat=True))
    return {row.pk: row for row in PickList.objects.lock().filter(pk__in=list_ids)} if list_ids else {}


def _movements(tasks: list[PickTask], lists: Mapping[int, PickList], reference: str) -> list[ledger.Movement]:
    picked = [task for task in tasks if task.picked_quantity]
    if not picked:
        return []
    homes = {row.pk: row for row in Bin.objects.filter(pk__in={task.bin_id for task in picked})}
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


def tote_ids(lists: Iterable[PickList]) -> dict[tuple[str, int], int]:
    """(code, warehouse id) → bin id of the totes that these walks use."""
    codes = {row.tote_code for row in lists if row.tote_code}
    found = Bin.objects.filter(code__in=codes).values_list("code", "warehouse_id", "pk")
    return {(code, warehouse_id): pk for code, warehouse_id, pk in found}
