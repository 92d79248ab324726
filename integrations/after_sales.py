"""What may be asked of a shop platform after the sale: cancellations, returns and refunds, parcels split and combined."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from integrations.values import ItemResult, Page, Value


class PlatformCancellation(Value):
    cancel_id: str
    platform_order_id: str
    status: str  # pending | accepted | completed | closed
    is_buyer_request: bool
    reason: str = ""
    respond_by: datetime | None = None
    should_restock: bool = False
    updated_at: datetime | None = None


class PlatformReturnLine(Value):
    """One unit that is to come back."""

    platform_line_id: str
    platform_sku_id: str = ""


class PlatformReturn(Value):
    """A return or refund as the platform tells it. `wanted_answer` is what it asks the seller for right now."""

    return_id: str
    platform_order_id: str
    kind: str  # refund | return_and_refund | replacement | exchange | other
    status: str  # their word in lower snake
    wanted_answer: str = ""  # refund | return | receive | replacement
    respond_by: datetime | None = None
    arbitration: str = ""
    reason: str = ""
    tracking_number: str = ""
    carrier_name: str = ""
    refund_amount: Decimal = Decimal(0)
    currency: str = ""
    lines: tuple[PlatformReturnLine, ...] = ()
    asked_at: datetime | None = None
    updated_at: datetime | None = None


class ReasonChoice(Value):
    """A reason that the platform offers: its name goes over the wire, its text is shown."""

    name: str
    text: str


class AnswerChoice(Value):
    """Whether an answer may be given right now, and with which reasons."""

    is_open: bool = False
    why_not: str = ""
    reasons: tuple[ReasonChoice, ...] = ()


class SplitAdvice(Value):
    """Whether an order may, or must, leave in several parcels."""

    is_possible: bool = False
    is_wanted: bool = False
    why: str = ""


class CombineDraft(Value):
    """Orders of one buyer that the platform would put into one parcel."""

    draft_id: str
    platform_order_ids: tuple[str, ...]


class AfterSales(Protocol):
    """The part of a shop platform that answers buyers and changes parcels."""

    def search_cancellations(
        self, *, updated_from: datetime, page_token: str = "", page_size: int = 50
    ) -> Page: ...
    def approve_cancellation(self, *, cancel_id: str, idempotency_key: str) -> ItemResult: ...
    def reject_cancellation(self, *, cancel_id: str, reason: str, idempotency_key: str) -> ItemResult: ...
    def cancel_reasons(self, *, platform_order_id: str) -> list[str]: ...
    def cancel_order(self, *, platform_order_id: str, reason: str) -> ItemResult: ...
    def reject_choices(self, *, case_id: str, wanted_answer: str) -> AnswerChoice: ...
    def search_returns(
        self,
        *,
        updated_from: datetime | None = None,
        return_ids: Sequence[str] = (),
        page_token: str = "",
        page_size: int = 50,
    ) -> Page: ...
    def answer_return(
        self,
        *,
        return_id: str,
        is_approved: bool,
        wanted_answer: str,
        idempotency_key: str,
        reason: str = "",
        comment: str = "",
    ) -> ItemResult: ...
    def split_advice(self, *, platform_order_id: str) -> SplitAdvice: ...
    def split_order(
        self, *, platform_order_id: str, groups: Mapping[str, Sequence[str]]
    ) -> Mapping[str, str]: ...
    def combinable(self, *, page_token: str = "", page_size: int = 50) -> Page: ...
    def combine(self, *, draft_id: str, platform_order_ids: Sequence[str]) -> ItemResult: ...
