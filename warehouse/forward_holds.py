"""What a show's goods in forward bins are to everybody else's walks: last before it, first during it, never once pre-packed."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from warehouse.models import ForwardUse, Lane, PickTask, PickTaskState, ShowProduct

LAST, FIRST = 1, -1


@dataclass(frozen=True)
class Hold:
    """`packed` units stand there in closed parcels; `prefer` says when the loose ones are taken."""

    prefer: int = 0
    packed: int = 0


def holds(*, warehouse_id: int, sku_ids: Iterable[int]) -> dict[tuple[int, int], Hold]:
    """(bin id, SKU id) → what stands against taking it. Parcels that a package waits for are its task's, not counted here."""
    rows = ShowProduct.objects.filter(sku_id__in=list(sku_ids), bin__warehouse_id=warehouse_id).exclude(
        use=ForwardUse.NONE
    )
    products = list(rows.only("bin", "sku", "use", "packed_units", "sent_units", "opened_units", "seller"))
    if not products:
        return {}
    waiting = waiting_units(bin_ids=[one.bin_id for one in products])
    return {
        (one.bin_id, one.sku_id): Hold(
            FIRST if one.use == ForwardUse.FIRST else LAST,
            max(one.ready_units - waiting.get((one.bin_id, one.sku_id), 0), 0),
        )
        for one in products
    }


def waiting_units(*, bin_ids: Iterable[int]) -> dict[tuple[int, int], int]:
    """(bin id, SKU id) → pre-packed parcels that a package has been given and nobody has scanned yet."""
    tasks = PickTask.objects.filter(
        bin_id__in=list(bin_ids), state=PickTaskState.OPEN, pick_list__lane=Lane.SHOW
    )
    rows = tasks.order_by().values_list("bin_id", "sku_id").annotate(Count("pk"))
    return {(bin_id, sku_id): units for bin_id, sku_id, units in rows}
