"""After sales at TikTok Shop: returns and refunds, the seller's own cancellation, and what may be answered right now."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from core import clock
from integrations.after_sales import AnswerChoice, PlatformReturn, PlatformReturnLine, ReasonChoice
from integrations.tiktok_shop import parse, return_structs
from integrations.tiktok_shop.errors import ALREADY_DECIDED, Refused
from integrations.tiktok_shop.wire import Nothing, Wire
from integrations.values import ItemResult, Page

_KINDS = frozenset(("refund", "return_and_refund", "replacement", "exchange"))
_WANTED = {
    "SELLER_RESPOND_REFUND": "refund",
    "SELLER_RESPOND_RETURN": "return",
    "SELLER_RESPOND_RECEIVE_PACKAGE": "receive",
    "SELLER_RESPOND_REPLACEMENT": "replacement",
}
_APPROVE = {
    "refund": "APPROVE_REFUND",
    "return": "APPROVE_RETURN",
    "receive": "APPROVE_RECEIVED_PACKAGE",
    "replacement": "APPROVE_REPLACEMENT",
}
_REJECT = {
    "refund": "REJECT_REFUND",
    "return": "REJECT_RETURN",
    "receive": "REJECT_RECEIVED_PACKAGE",
    "replacement": "REJECT_REPLACEMENT",
    "cancel": "REJECT_REQUEST_CANCEL",
}


class ReturnCalls(Wire):
    """Reads and answers about what buyers send back or want money for."""

    def search_returns(
        self,
        *,
        updated_from: datetime | None = None,
        return_ids: Sequence[str] = (),
        page_token: str = "",
        page_size: int = 50,
    ) -> Page:
        """Returns that changed since then, oldest first; or these ones."""
        params = {"page_size": str(min(max(page_size, 10), 50)), "sort_field": "update_time"}
        params["sort_order"] = "ASC"
        if page_token:
            params["page_token"] = page_token
        body: dict[str, object] = {}
        if updated_from:
            body["update_time_ge"] = clock.to_epoch(updated_from)
        if return_ids:
            body["return_ids"] = list(return_ids)
        found = self.find(
            "/return_refund/202602/returns/search",
            name="returns_search",
            kind=return_structs.Returns,
            params=params,
            body=body,
        )
        return Page(
            items=tuple(_return(wire) for wire in found.return_orders or ()),
            next_token=found.next_page_token or "",
            total=found.total_count,
        )

    def answer_return(
        self,
        *,
        return_id: str,
        is_approved: bool,
        wanted_answer: str,
        idempotency_key: str,
        reason: str = "",
        comment: str = "",
    ) -> ItemResult:
        """Approve or reject what the platform asks about. The same key gets the same answer."""
        decisions = _APPROVE if is_approved else _REJECT
        body: dict[str, object] = {"decision": decisions[wanted_answer]}
        path = f"/return_refund/202309/returns/{return_id}/approve"
        if not is_approved:
            path = f"/return_refund/202606/returns/{return_id}/reject"
            body |= {"reject_reason": reason} | ({"comment": comment} if comment else {})
        try:
            self.post(
                path,
                name="return_answer",
                kind=Nothing,
                params={"idempotency_key": idempotency_key[:255]},
                body=body,
            )
        except Refused as error:
            return ItemResult(item_id=return_id, is_ok=False, code=error.code, message=error.message)
        return ItemResult(item_id=return_id, is_ok=True)

    def reject_choices(self, *, case_id: str, wanted_answer: str) -> AnswerChoice:
        """Whether a request may be rejected right now, and with which reasons; they change with its state."""
        decision = _REJECT[wanted_answer]
        found = self.get(
            "/return_refund/202601/decision_eligibility",
            name="decision_eligibility",
            kind=return_structs.Decisions,
            params={"return_or_cancel_id": case_id, "check_decisions": decision},
        )
        for one in found.decisions or ():
            if one.decision == decision:
                reasons = tuple(
                    ReasonChoice(name=reason.name, text=reason.text or reason.name)
                    for reason in one.available_reject_reasons or ()
                    if reason.name
                )
                return AnswerChoice(
                    is_open=one.eligible is True, why_not=one.ineligible_reason or "", reasons=reasons
                )
        return AnswerChoice()

    def cancel_reasons(self, *, platform_order_id: str) -> list[str]:
        """The reasons with which the seller may cancel this order now; none: it cannot be cancelled any more."""
        found = self.get(
            f"/return_refund/202602/orders/{platform_order_id}/aftersale_eligibility",
            name="aftersale_eligibility",
            kind=return_structs.Eligibilities,
            params={"initiate_aftersale_user": "SELLER", "request_types": "CANCEL"},
        )
        lists = [
            set(one.available_reason_names or ())
            for sku in found.sku_eligibility or ()
            for one in sku.eligibility_list or ()
            if one.request_type == "CANCEL" and one.eligible
        ]
        return sorted(set.intersection(*lists)) if lists else []

    def cancel_order(self, *, platform_order_id: str, reason: str) -> ItemResult:
        """The seller cancels the whole order. There is no key against doubles: read the order before a second try."""
        body: Mapping[str, str] = {"order_id": platform_order_id, "cancel_reason": reason}
        try:
            made = self.post(
                "/return_refund/202602/cancellations",
                name="cancel_order",
                kind=return_structs.Cancelled,
                body=body,
            )
        except Refused as error:
            is_done = error.code in ALREADY_DECIDED
            return ItemResult(
                item_id=platform_order_id, is_ok=is_done, code=error.code, message=error.message
            )
        return ItemResult(item_id=made.cancel_id or "", is_ok=True)


def _return(wire: return_structs.Return) -> PlatformReturn:
    kind = (wire.return_type or "").lower()
    actions = wire.seller_next_action_response or ()
    asked = next((action for action in actions if action.action in _WANTED), None)
    refund = wire.refund_amount or return_structs.Refund()
    return PlatformReturn(
        return_id=wire.return_id or "",
        platform_order_id=wire.order_id or "",
        kind=kind if kind in _KINDS else "other",
        status=(wire.return_status or "").lower(),
        wanted_answer=_WANTED.get(asked.action or "", "") if asked else "",
        respond_by=parse.moment(asked.deadline) if asked else None,
        arbitration=(wire.arbitration_status or "").lower(),
        reason=wire.return_reason_text or wire.return_reason or "",
        tracking_number=wire.return_tracking_number or "",
        carrier_name=wire.return_provider_name or "",
        refund_amount=parse.amount(refund.refund_total),
        currency=refund.currency or "",
        lines=tuple(
            PlatformReturnLine(
                platform_line_id=item.order_line_item_id or "", platform_sku_id=item.sku_id or ""
            )
            for item in wire.return_line_items or ()
        ),
        asked_at=parse.moment(wire.create_time),
        updated_at=parse.moment(wire.update_time),
    )
