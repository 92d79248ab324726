"""Buyers' requests to cancel, found without a push and kept with their deadlines.

A request does not move the order's update time, so the walk over orders passes it by; the platform's list of
cancellations names it. Whatever differs from what is stored here is marked for a pull.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from integrations.after_sales import PlatformCancellation
from orders import case_walks, cursors, history
from orders.models import CancelRequest, CancelRequestState, HistoryKind, Order, OrderState
from tenancy.actors import PLATFORM

KIND = "cancellations"


def poll(*, seller_id: int, shop_id: int) -> int:
    """Walk what changed since the last run, with an overlap. Returns how many orders were marked. Calls out: no scope open."""
    return case_walks.walk(
        kind=KIND,
        seller_id=seller_id,
        shop_id=shop_id,
        search=lambda client, since, token: client.search_cancellations(updated_from=since, page_token=token),
        take=lambda items, now: _mark(shop_id=shop_id, found=items, now=now),
    )


@transaction.atomic
def _mark(*, shop_id: int, found: Iterable[PlatformCancellation], now: datetime) -> int:
    """Keep what the platform tells, and mark the orders whose stored picture does not say the same."""
    newest: dict[str, PlatformCancellation] = {}
    cases = list(found)
    for one in cases:
        newest[one.platform_order_id] = one  # oldest first
    stored = {
        order.platform_order_id: order
        for order in Order.objects.filter(shop_id=shop_id, platform_order_id__in=list(newest))
    }
    _keep(
        shop_id=shop_id,
        cases=[one for one in cases if one.platform_order_id in stored],
        orders=stored,
        now=now,
    )
    wanted = [
        key
        for key, one in newest.items()
        if key not in stored or _differs(one, stored[key].state, stored[key].is_buyer_cancel_requested)
    ]
    cursors.mark_for_pull(shop_id=shop_id, platform_order_ids=wanted, now=now)
    return len(wanted)


def _keep(
    *, shop_id: int, cases: Sequence[PlatformCancellation], orders: Mapping[str, Order], now: datetime
) -> None:
    """One row per cancellation, in the platform's newest words; a buyer's new wish is in the order's history."""
    last = {one.cancel_id: one for one in cases if one.status in CancelRequestState.values}
    known = set(
        CancelRequest.objects.filter(shop_id=shop_id, cancel_id__in=list(last)).values_list(
            "cancel_id", flat=True
        )
    )
    CancelRequest.objects.bulk_create(
        (
            CancelRequest(
                shop_id=shop_id,
                order_id=orders[one.platform_order_id].pk,
                cancel_id=one.cancel_id[:40],
                state=one.status,
                is_buyer_request=one.is_buyer_request,
                reason=one.reason[:300],
                respond_by=one.respond_by,
                should_restock=one.should_restock,
                first_seen_at=now,
                told_at=one.updated_at,
            )
            for one in last.values()
        ),
        update_conflicts=True,
        unique_fields=["seller", "shop", "cancel_id"],
        update_fields=["state", "reason", "respond_by", "should_restock", "told_at"],
    )
    history.record_many(
        history.entry(
            order=orders[one.platform_order_id],
            at=now,
            actor=PLATFORM,
            kind=HistoryKind.CANCELLATION,
            action="cancel.requested",
            reason=one.reason,
        )
        for one in last.values()
        if one.is_buyer_request and one.status == CancelRequestState.PENDING and one.cancel_id not in known
    )


def _differs(one: PlatformCancellation, state: str, is_asked: bool) -> bool:
    if state in (OrderState.CANCELLED, OrderState.COMPLETED):
        return False
    if one.status in ("accepted", "completed"):
        return True
    is_open = one.status == "pending" and one.is_buyer_request
    return is_open != is_asked
