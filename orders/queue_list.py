"""The rows of one page of the queue with the columns that the list shows and no more: half of a page's reading is columns."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import QuerySet

from orders import queue_marks
from orders.models import OrderHold, OrderLine, SlaClock
from orders.queue import QueueRow
from tenancy.models import Shop

_OF_CLOCK = (
    "seller_id",
    "shop_id",
    "tab",
    "is_open",
    "due_at",
    "due_kind",
    "paused_until",
    "stopped_at",
    "is_cancel_requested",
    "is_label_failed",
)
_OF_ORDER = (
    "seller_id",
    "shop_id",
    "public_id",
    "platform_order_id",
    "state",
    "platform_status",
    "shipping_type",
    "total_amount",
    "currency",
    "item_count",
    "is_cod",
    "is_sample",
    "placed_at",
    "warnings",
)
_OF_LINE = (
    "seller_id",
    "shop_id",
    "order_id",
    "product_name",
    "seller_sku",
    "quantity",
    "cancelled_quantity",
)
_OF_HOLD = ("seller_id", "shop_id", "order_id", "reason", "detail")


def clocks() -> QuerySet[SlaClock]:
    """How a page of clocks is read, each with its order."""
    columns = [*_OF_CLOCK, *(f"order__{name}" for name in _OF_ORDER)]
    return SlaClock.objects.select_related("order").only(*columns)


def rows_of(
    *, clocks: Iterable[SlaClock], shops: Mapping[int, Shop], has_tags: bool, now: datetime
) -> list[QueueRow]:
    """The rows of these clocks. `shops` are all in scope; without `has_tags` the seller has none."""
    rows = {clock.order_id: QueueRow(clock=clock, now=now) for clock in clocks}
    for row in rows.values():
        row.clock.shop = shops[row.clock.shop_id]
    ids = list(rows)
    for order_id, mark in queue_marks.marks_of(order_ids=ids).items():
        rows[order_id].mark = mark
    if has_tags:
        for order_id, names in queue_marks.tags_of(order_ids=ids).items():
            rows[order_id].tags = names
    for line in OrderLine.objects.filter(order_id__in=ids).only(*_OF_LINE).order_by("pk"):
        rows[line.order_id].lines.append(line)
    held = OrderHold.objects.filter(order_id__in=ids, lifted_at__isnull=True)
    for hold in held.only(*_OF_HOLD).order_by("pk"):
        rows[hold.order_id].holds.append(hold)
    return list(rows.values())
