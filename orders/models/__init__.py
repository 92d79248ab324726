from orders.models.contact import BuyerContact
from orders.models.cursor import OrderImport, OrderPull, PollCursor
from orders.models.history import HistoryKind, OrderHistory
from orders.models.hold import HoldReason, OrderHold
from orders.models.order import Order, OrderLine, OrderState, PlatformStatus, ShippingType
from orders.models.package import Package, PackageLine, PackageState
from orders.models.sla import ClockKind, ClockSource, SlaClock

__all__ = [
    "BuyerContact",
    "ClockKind",
    "ClockSource",
    "HistoryKind",
    "HoldReason",
    "Order",
    "OrderHistory",
    "OrderHold",
    "OrderImport",
    "OrderLine",
    "OrderPull",
    "OrderState",
    "Package",
    "PackageLine",
    "PackageState",
    "PlatformStatus",
    "PollCursor",
    "ShippingType",
    "SlaClock",
]
