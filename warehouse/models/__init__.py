from warehouse.models.allocation import AllocationTerms
from warehouse.models.count import CountEntry, CountSource, CountState, CountTask
from warehouse.models.delivery import Delivery, DeliveryLine, DeliveryState
from warehouse.models.layout import Cart, SlottingMove, SlottingState
from warehouse.models.lot import BinLot, Lot
from warehouse.models.material import MaterialAlert
from warehouse.models.packing import (
    Carton,
    CartonUse,
    LearnedWeight,
    PackPhoto,
    PackRecord,
    QualityCheck,
    WeightSource,
)
from warehouse.models.paper import PaperKind, PaperPrint, PaperSize, SlipLanguage, SlipTerms
from warehouse.models.push import StockPush
from warehouse.models.put_back import PutBackTask, PutBackWhy
from warehouse.models.reservation import Reservation, ReservationState
from warehouse.models.show import (
    ForwardUse,
    Show,
    ShowAlert,
    ShowParcel,
    ShowProduct,
    ShowState,
    ShowTask,
    ShowTaskKind,
)
from warehouse.models.site import ON_THE_WAY, Bin, BinKind, CarrierPickup, Warehouse, WarehouseLink, Zone
from warehouse.models.station import SortSlot, Station, StationScan
from warehouse.models.stock import BinLevel, MovementReason, StockLevel, StockMovement
from warehouse.models.wave import (
    Lane,
    PickList,
    PickListState,
    PickMode,
    PickTask,
    PickTaskState,
    Replan,
    ReplanWhy,
    TakeOverWhy,
    Wave,
    WaveState,
)

__all__ = [
    "ON_THE_WAY",
    "AllocationTerms",
    "Bin",
    "BinKind",
    "BinLevel",
    "BinLot",
    "Cart",
    "Carton",
    "CartonUse",
    "CarrierPickup",
    "CountEntry",
    "CountSource",
    "CountState",
    "CountTask",
    "Delivery",
    "DeliveryLine",
    "DeliveryState",
    "ForwardUse",
    "Lot",
    "MaterialAlert",
    "MovementReason",
    "LearnedWeight",
    "PackPhoto",
    "PackRecord",
    "PaperKind",
    "PaperPrint",
    "PaperSize",
    "PickList",
    "PickMode",
    "Lane",
    "Replan",
    "ReplanWhy",
    "PickListState",
    "PickTask",
    "PickTaskState",
    "PutBackTask",
    "PutBackWhy",
    "QualityCheck",
    "Reservation",
    "ReservationState",
    "Show",
    "ShowAlert",
    "ShowParcel",
    "ShowProduct",
    "ShowState",
    "ShowTask",
    "ShowTaskKind",
    "SlipLanguage",
    "SlipTerms",
    "SlottingMove",
    "SlottingState",
    "SortSlot",
    "Station",
    "StationScan",
    "StockLevel",
    "StockMovement",
    "StockPush",
    "TakeOverWhy",
    "Warehouse",
    "WarehouseLink",
    "Wave",
    "WeightSource",
    "WaveState",
    "Zone",
]
