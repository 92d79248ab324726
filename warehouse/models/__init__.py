from warehouse.models.packing import Carton, PackRecord, QualityCheck
from warehouse.models.push import StockPush
from warehouse.models.put_back import PutBackTask, PutBackWhy
from warehouse.models.reservation import Reservation, ReservationState
from warehouse.models.site import Bin, BinKind, Warehouse, WarehouseLink, Zone
from warehouse.models.stock import BinLevel, MovementReason, StockLevel, StockMovement
from warehouse.models.wave import CountTask, PickList, PickListState, PickTask, PickTaskState, Wave, WaveState

__all__ = [
    "Bin",
    "BinKind",
    "BinLevel",
    "Carton",
    "CountTask",
    "MovementReason",
    "PackRecord",
    "PickList",
    "PickListState",
    "PickTask",
    "PickTaskState",
    "PutBackTask",
    "PutBackWhy",
    "QualityCheck",
    "Reservation",
    "ReservationState",
    "StockLevel",
    "StockMovement",
    "StockPush",
    "Warehouse",
    "WarehouseLink",
    "Wave",
    "WaveState",
    "Zone",
]
