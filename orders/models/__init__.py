from orders.models.cancel import CancelAct, CancelAnswer, CancelRequest, CancelRequestState
from orders.models.check import StatusCheck
from orders.models.contact import BuyerContact
from orders.models.cursor import OrderImport, OrderPull, PollCursor
from orders.models.history import HistoryKind, OrderHistory
from orders.models.hold import HoldReason, OrderHold
from orders.models.mark import Flag, OrderMark, OrderTag, Tag
from orders.models.order import Order, OrderLine, OrderState, PlatformStatus, ShippingType
from orders.models.package import Package, PackageLine, PackageState
from orders.models.queue_count import NO_HOUR, QueueChange, QueueCount, SellerCount
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
from orders.models.view import QueueLayout, SavedView

__all__ = [
    "BlockEntry",
    "BlockKind",
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
    "Flag",
    "HistoryKind",
    "HoldReason",
    "NO_HOUR",
    "NoticeEffect",
    "Order",
    "OrderHistory",
    "OrderHold",
    "OrderImport",
    "OrderLine",
    "OrderMark",
    "OrderPull",
    "OrderState",
    "OrderTag",
    "Outcome",
    "Package",
    "PackageLine",
    "PackageState",
    "PlatformStatus",
    "PollCursor",
    "QueueChange",
    "QueueCount",
    "SellerCount",
    "QueueLayout",
    "RefundState",
    "RegroupKind",
    "RegroupRequest",
    "ReturnAct",
    "ReturnAnswer",
    "ReturnCase",
    "ReturnKind",
    "ReturnLine",
    "ReturnStage",
    "ReviewRule",
    "ReviewStamp",
    "RuleChange",
    "RuleMode",
    "RuleVersion",
    "SavedView",
    "Segment",
    "ShippingType",
    "ShopTerms",
    "SlaClock",
    "Stage",
    "StageTimes",
    "StatusCheck",
    "Tag",
    "UsualQuantity",
]
