from orders.models.cancel import CancelAct, CancelAnswer, CancelRequest, CancelRequestState
from orders.models.contact import BuyerContact
from orders.models.cursor import OrderImport, OrderPull, PollCursor
from orders.models.history import HistoryKind, OrderHistory
from orders.models.hold import HoldReason, OrderHold
from orders.models.order import Order, OrderLine, OrderState, PlatformStatus, ShippingType
from orders.models.package import Package, PackageLine, PackageState
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
from orders.models.review_rule import (
    BlockEntry,
    BlockKind,
    ReviewRule,
    ReviewStamp,
    RuleMode,
    UsualQuantity,
)
from orders.models.rulebook import (
    CalendarNotice,
    ChangeKind,
    DriftAlarm,
    NoticeEffect,
    RuleChange,
    RuleVersion,
    ShopTerms,
)
from orders.models.sla import ClockKind, ClockSource, SlaClock
from orders.models.stages import DailyFigure, FigureCursor, FigureTarget, Outcome, Segment, Stage, StageTimes

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
    "DailyFigure",
    "DriftAlarm",
    "FigureCursor",
    "FigureTarget",
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
    "Outcome",
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
    "Segment",
    "ShippingType",
    "ShopTerms",
    "BlockEntry",
    "BlockKind",
    "ReviewRule",
    "ReviewStamp",
    "RuleMode",
    "UsualQuantity",
    "SlaClock",
    "Stage",
    "StageTimes",
]
