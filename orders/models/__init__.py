from orders.models.cancel import CancelAct, CancelAnswer, CancelRequest, CancelRequestState
from orders.models.contact import BuyerContact
from orders.models.cursor import OrderImport, OrderPull, PollCursor
from orders.models.history import HistoryKind, OrderHistory
from orders.models.hold import HoldReason, OrderHold
from orders.models.order import Order, OrderLine, OrderState, PlatformStatus, ShippingType
from orders.models.package import Package, PackageLine, PackageState
from orders.models.rulebook import (
    CalendarNotice,
    ChangeKind,
    DriftAlarm,
    NoticeEffect,
    RuleChange,
    RuleVersion,
    ShopTerms,
)
from orders.models.regroup import RegroupKind, RegroupRequest
from orders.models.returning import (
    RefundState,
    ReturnAct,
    ReturnAnswer,
    ReturnCase,
    ReturnKind,
    ReturnLine,
    ReturnStage,
)
from orders.models.sla import ClockKind, ClockSource, SlaClock

__all__ = [
    "BuyerContact",
    "CalendarNotice",
    "CancelAct",
    "CancelAnswer",
    "CancelRequest",
    "CancelRequestState",
    "ChangeKind",
    "ClockKind",
    "ClockSource",
    "DriftAlarm",
    "HistoryKind",
    "HoldReason",
    "NoticeEffect",
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
    "RefundState",
    "RegroupKind",
    "RegroupRequest",
    "ReturnAct",
    "ReturnAnswer",
    "ReturnCase",
    "ReturnKind",
    "ReturnLine",
    "ReturnStage",
    "RuleChange",
    "RuleVersion",
    "ShippingType",
    "ShopTerms",
    "SlaClock",
]
