"""Makes lots, second warehouses, expected deliveries and counts, through the rules."""

from collections.abc import Iterable
from datetime import date, datetime

from catalog.models import Sku
from tenancy.actors import AUTO
from tests import make_orders
from tests.make_orders import NOW
from tests.make_warehouse import MAI, bin_of
from warehouse import counting, deliveries, ledger, receiving, setup
from warehouse.models import Bin, BinLot, CountSource, CountTask, Delivery, MovementReason, Warehouse


def lot_sku(code: str = "CREAM", *, sell_by_days: int = 0) -> Sku:
    return make_orders.make_sku(code, name="Hand cream", is_by_lot=True, sell_by_days=sell_by_days)


def put_lot(
    sku: Sku, lot: str, units: int, *, expires: date, at: str = "A-01-1", now: datetime = NOW
) -> None:
    """Units of a lot received into a bin."""
    wanted = receiving.Adjustment(
        sku_id=sku.pk,
        quantity=units,
        reason="received",
        key=f"lot:{sku.pk}:{lot}:{at}:{units}",
        bin_id=bin_of(at).pk,
        lot=lot,
        expires_on=expires,
    )
    receiving.adjust(wanted=wanted, actor=MAI, now=now)


def lots_in(code: str) -> dict[str, int]:
    """Lot → units in a bin."""
    rows = BinLot.objects.filter(bin__code=code, on_hand__gt=0)
    return dict(rows.values_list("lot__code", "on_hand"))


def second_site() -> Warehouse:
    """Another building with a shelf `S-01`."""
    warehouse = Warehouse.objects.create(code="SOUTH", name="South")
    Bin.objects.create(warehouse=warehouse, code="S-01", walk_order=1)
    return warehouse


def announced(warehouse: Warehouse, **units: int) -> Delivery:
    """A delivery of seller SKUs."""
    lines = {make_orders.make_sku(code).pk: count for code, count in units.items()}
    return deliveries.announce(
        warehouse_id=warehouse.pk, lines=lines, supplier="Potter", reference="PO-7", actor=MAI, now=NOW
    )


def count_of(code: str, sku: Sku | None = None) -> CountTask:
    return counting.ask_for_count(
        bin_id=bin_of(code).pk, sku_id=sku.pk if sku else None, why="", now=NOW, source=CountSource.ASKED
    )


def receive_at_dock(
    *, lines: Iterable[tuple[int, int]], warehouse: Warehouse, reference: str, now: datetime
) -> None:
    """A delivery of several SKUs to the dock in one step; `lines` are (SKU id, units)."""
    dock = setup.receiving_bin(warehouse=warehouse)
    movements = [
        ledger.Movement(
            bin_id=dock.pk,
            sku_id=sku_id,
            quantity=units,
            reason=MovementReason.RECEIVED,
            key=f"received:{reference}:{sku_id}",
            reference=reference,
        )
        for sku_id, units in lines
    ]
    ledger.post(movements=movements, actor=AUTO, now=now)
