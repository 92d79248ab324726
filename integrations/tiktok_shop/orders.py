"""Orders and cancellations at TikTok Shop: walk what changed, read in full, answer the buyer's wish to cancel."""

from collections.abc import Sequence
from datetime import datetime

from core import clock
from integrations.after_sales import PlatformCancellation
from integrations.ports import (
    BrokenOrder,
    ItemResult,
    OrderList,
    Page,
    PlatformOrder,
)
from integrations.tiktok_shop import parse, parse_orders, structs
from integrations.tiktok_shop.errors import ALREADY_DECIDED, Refused
from integrations.tiktok_shop.wire import Nothing, Wire

ORDERS_PER_DETAIL = 50

_CANCELLATION_STATES = {
    "CANCELLATION_REQUEST_PENDING": "pending",
    "CANCELLATION_REQUEST_SUCCESS": "accepted",
    "CANCELLATION_REQUEST_COMPLETE": "completed",
    "CANCELLATION_REQUEST_CANCEL": "closed",
    "CANCELLATION_REQUEST_CANCELLED": "closed",  # the webhook's spelling
}


class OrderCalls(Wire):
    """Reads and answers about orders."""

    def search_orders(
        self,
        *,
        updated_from: datetime,
        updated_to: datetime | None = None,
        page_token: str = "",
        page_size: int = 100,
    ) -> Page:
        """Orders whose status changed since then, oldest first. Rows move while one walks: overlap the windows."""
        body: dict[str, object] = {"update_time_ge": clock.to_epoch(updated_from)}
        if updated_to:
            body["update_time_lt"] = clock.to_epoch(updated_to)
        return self._order_page(body, _walk(page_size=min(page_size, 100), page_token=page_token))

    def orders_placed(
        self,
        *,
        placed_from: datetime,
        placed_to: datetime,
        status: str = "",
        by_change: bool = False,
        page_token: str = "",
        page_size: int = 100,
    ) -> Page:
        """Orders by when they were placed, newest first: that never changes, so no row moves under the walk.

        `by_change` puts those first whose status changed last.
        """
        body: dict[str, object] = {
            "create_time_ge": clock.to_epoch(placed_from),
            "create_time_lt": clock.to_epoch(placed_to),
        }
        if status:
            body["order_status"] = status.upper()
        params = _walk(page_size=min(page_size, 100), page_token=page_token)
        params |= {"sort_field": "update_time" if by_change else "create_time", "sort_order": "DESC"}
        return self._order_page(body, params)

    def _order_page(self, body: dict[str, object], params: dict[str, str]) -> Page:
        found = self.find(
            "/order/202309/orders/search",
            name="orders_search",
            kind=structs.Orders,
            params=params,
            body=body,
            read=parse_orders.read,
        )
        return Page(
            items=tuple([parse.order(order) for order in found.orders or ()]),
            next_token=found.next_page_token or "",
            total=found.total_count,
            broken=_broken(found),
        )

    def get_orders(self, *, platform_order_ids: Sequence[str]) -> OrderList:
        """Orders in full. Ids that the platform does not know are simply not among them."""
        orders: list[PlatformOrder] = []
        broken: list[BrokenOrder] = []
        for start in range(0, len(platform_order_ids), ORDERS_PER_DETAIL):
            found = self.get(
                "/order/202507/orders",
                name="orders_detail",
                kind=structs.Orders,
                params={"ids": ",".join(platform_order_ids[start : start + ORDERS_PER_DETAIL])},
                read=parse_orders.read,
            )
            orders += [parse.order(order) for order in found.orders or ()]
            broken += _broken(found)
        return OrderList(orders, broken=broken)

    def search_cancellations(
        self, *, updated_from: datetime, page_token: str = "", page_size: int = 50
    ) -> Page:
        """Cancellations that changed since then, oldest first."""
        found = self.find(
            "/return_refund/202602/cancellations/search",
            name="cancellations_search",
            kind=structs.Cancellations,
            params=_walk(page_size=min(page_size, 50), page_token=page_token),
            body={"update_time_ge": clock.to_epoch(updated_from)},
        )
        return Page(
            items=tuple(_cancellation(wire) for wire in found.cancellations or ()),
            next_token=found.next_page_token or "",
            total=found.total_count,
        )

    def approve_cancellation(self, *, cancel_id: str, idempotency_key: str) -> ItemResult:
        """Let the buyer go. Asking again with the same key gets the same answer."""
        return self._decide(cancel_id, "approve", {}, idempotency_key)

    def reject_cancellation(self, *, cancel_id: str, reason: str, idempotency_key: str) -> ItemResult:
        """Keep the order. The reason must be one that the platform offers for this request."""
        return self._decide(cancel_id, "reject", {"reject_reason": reason}, idempotency_key)

    def _decide(self, cancel_id: str, verb: str, body: dict[str, str], idempotency_key: str) -> ItemResult:
        try:
            self.post(
                f"/return_refund/202309/cancellations/{cancel_id}/{verb}",
                name=f"cancellation_{verb}",
                kind=Nothing,
                params={"idempotency_key": idempotency_key[:255]},
                body=body,
            )
        except Refused as error:
            is_done = verb == "approve" and error.code in ALREADY_DECIDED
            return ItemResult(item_id=cancel_id, is_ok=is_done, code=error.code, message=error.message)
        return ItemResult(item_id=cancel_id, is_ok=True)


def _broken(found: structs.Orders) -> tuple[BrokenOrder, ...]:
    return tuple(
        BrokenOrder(platform_order_id=one.id, field=one.field[:80], why=one.why[:200]) for one in found.unread
    )


def _walk(*, page_size: int, page_token: str) -> dict[str, str]:
    """Their default order is newest first, which would skip rows of a moving list."""
    params = {"page_size": str(page_size), "sort_field": "update_time", "sort_order": "ASC"}
    if page_token:
        params["page_token"] = page_token
    return params


def _cancellation(wire: structs.Cancellation) -> PlatformCancellation:
    actions = wire.seller_next_action_response or ()
    deadlines = [moment for action in actions if (moment := parse.moment(action.deadline))]
    state = wire.cancel_status or ""
    return PlatformCancellation(
        cancel_id=wire.cancel_id or "",
        platform_order_id=wire.order_id or "",
        status=_CANCELLATION_STATES.get(state, state.lower()),
        is_buyer_request=wire.cancel_type == "BUYER_CANCEL",
        reason=wire.cancel_reason_text or wire.cancel_reason or "",
        respond_by=min(deadlines, default=None),
        should_restock=bool(wire.should_replenish_stock),
        updated_at=parse.moment(wire.update_time),
    )
