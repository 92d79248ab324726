"""Reads of orders for pages and other apps. The SLA queue's own reads are in `orders.queue`."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders.models import (
    CancelAnswer,
    CancelRequest,
    CancelRequestState,
    Order,
    OrderLine,
    OrderState,
    Package,
    PackageState,
    ReturnCase,
    ReturnStage,
)
from orders.sla_clocks import tab_for
from tenancy.models import Shop


@dataclass(frozen=True)
class Progress:
    """How far an order is: worked out from its packages, stored nowhere."""

    tab: str
    packages: Counter[str]

    @property
    def living(self) -> int:
        return sum(count for state, count in self.packages.items() if state != PackageState.CANCELLED)


@dataclass(frozen=True)
class Milestone:
    """A moment that the platform told about an order; historic orders bring theirs along."""

    at: datetime
    key: str
    text: str | Promise


_MILESTONES = (
    ("placed_at", _("Order placed.")),
    ("paid_at", _("Paid.")),
    ("ready_at", _("Shipping arranged.")),
    ("collected_at", _("Collected by the carrier, says the platform.")),
    ("delivered_at", _("Delivered, says the platform.")),
    ("cancelled_at", _("Cancelled on the platform.")),
)


def progress(*, orders: Iterable[Order]) -> dict[int, Progress]:
    """Order id -> how far it is, in one query for all of them."""
    orders = list(orders)
    states: dict[int, list[str]] = {order.pk: [] for order in orders}
    rows = Package.objects.filter(order_id__in=list(states))
    for order_id, state in rows.values_list("order_id", "state"):
        states[order_id].append(state)
    return {
        order.pk: Progress(
            tab=tab_for(
                state=order.state, platform_status=order.platform_status, package_states=states[order.pk]
            ),
            packages=Counter(states[order.pk]),
        )
        for order in orders
    }


def milestones(order: Order) -> list[Milestone]:
    """The platform's own moments of an order, oldest first: the part of the time line that needs no stored line."""
    found = [
        Milestone(at=at, key=column.removesuffix("_at"), text=text)
        for column, text in _MILESTONES
        if (at := getattr(order, column)) is not None
    ]
    return sorted(found, key=lambda milestone: milestone.at)


def orders_waiting_for_listings() -> dict[int, int]:
    """Listing id -> how many orders wait until somebody says which SKU it means."""
    lines = OrderLine.objects.filter(
        sku__isnull=True,
        listing__isnull=False,
        order__state__in=(OrderState.PENDING_REVIEW, OrderState.ON_HOLD),
    )
    counts = lines.order_by().values_list("listing_id").annotate(orders=Count("order_id", distinct=True))
    return dict(counts)


def cancel_requests(*, tab: str = "open", shop: Shop | None = None) -> QuerySet[CancelRequest]:
    """Buyers' wishes to cancel: open ones by their deadline, settled ones newest first."""
    found = CancelRequest.objects.filter(is_buyer_request=True).select_related("order", "shop")
    if shop is not None:
        found = found.filter(shop=shop)
    newest_first = Prefetch("answers", CancelAnswer.objects.order_by("-pk"))
    found = found.prefetch_related(newest_first, "order__packages", "order__lines")
    if tab == "open":
        wanted = found.filter(state=CancelRequestState.PENDING)
        return wanted.order_by(F("respond_by").asc(nulls_last=True), "pk")
    return found.exclude(state=CancelRequestState.PENDING).order_by("-told_at", "-pk")


def cancel_counts(*, shop: Shop | None = None) -> tuple[int, int]:
    """How many wait for an answer, how many are settled."""
    found = CancelRequest.objects.filter(is_buyer_request=True, **({"shop": shop} if shop else {}))
    counts = found.aggregate(open=Count("pk", filter=Q(state=CancelRequestState.PENDING)), every=Count("pk"))
    return counts["open"], counts["every"] - counts["open"]


def returns(*, stage: str, shop: Shop | None = None) -> QuerySet[ReturnCase]:
    """Returns at one stage: what must be answered first comes first, what is done newest first."""
    found = ReturnCase.objects.filter(stage=stage, **({"shop": shop} if shop else {}))
    found = found.select_related("order", "shop").prefetch_related("lines__sku", "lines__order_line")
    if stage == ReturnStage.DONE:
        return found.order_by("-told_at", "-pk")
    return found.order_by(F("respond_by").asc(nulls_last=True), "pk")


def return_counts(*, shop: Shop | None = None) -> dict[str, int]:
    """Stage -> how many returns."""
    found = ReturnCase.objects.filter(**({"shop": shop} if shop else {})).order_by()
    return dict(found.values_list("stage").annotate(count=Count("pk")))
