"""The platform's picture of an order as rows of ours. No query: everything it needs is given."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b

import msgspec
from django.conf import settings

from catalog.listings import Known
from integrations.ports import PlatformLine, PlatformOrder
from orders.models import Order, OrderLine, OrderState, PlatformStatus, ShippingType
from orders.sla_clocks import OrderFacts
from tenancy.models import Shop

WRITTEN = [
    "state",
    "platform_status",
    "platform_updated_at",
    "source",
    "order_type",
    "handling_days",
    "released_at",
    "fulfillment_type",
    "shipping_type",
    "delivery_option_id",
    "delivery_option_name",
    "platform_warehouse_id",
    "buyer_user_id",
    "combine_group_id",
    "buyer_message",
    "seller_note",
    "currency",
    "total_amount",
    "item_count",
    "is_cod",
    "is_sample",
    "is_buyer_cancel_requested",
    "cancel_requested_at",
    "cancel_reason",
    "cancel_initiator",
    "paid_at",
    "ready_at",
    "collected_at",
    "delivered_at",
    "cancelled_at",
    "approved_at",
    "warnings",
    "intake_digest",
]
LINE_WRITTEN = [
    "platform_product_id",
    "platform_line_ids",
    "listing",
    "sku",
    "seller_sku",
    "product_name",
    "variation",
    "image_url",
    "quantity",
    "cancelled_quantity",
    "price_amount",
    "components",
]
_STATUSES = frozenset(PlatformStatus.values)
_SHIPPING = frozenset(ShippingType.values)
_ENDED = {
    PlatformStatus.CANCELLED: OrderState.CANCELLED,
    PlatformStatus.COMPLETED: OrderState.COMPLETED,
    PlatformStatus.DELIVERED: OrderState.COMPLETED,
}
_encode = msgspec.json.Encoder(order="deterministic").encode


def digest(platform: PlatformOrder) -> str:
    """A keyed digest of the whole picture: it may hold a buyer's data, so it must not be guessable."""
    return blake2b(_encode(platform), digest_size=16, key=settings.SECRET_KEY.encode()[:64]).hexdigest()


def _text(value: str, limit: int) -> str:
    """Their free text fits our columns; PostgreSQL takes no NUL."""
    return value[:limit] if "\x00" not in value else value.replace("\x00", "")[:limit]


def status_of(platform: PlatformOrder) -> str:
    return platform.status if platform.status in _STATUSES else PlatformStatus.OTHER


def new_order(*, shop: Shop, platform: PlatformOrder, source: str, now: datetime) -> Order:
    """An unsaved order. One that was over before it came here goes straight to its end."""
    order = Order(
        seller_id=shop.seller_id,
        shop_id=shop.pk,
        platform_order_id=platform.platform_order_id,
        placed_at=platform.placed_at,
        first_seen_at=now,
    )
    fill(order, platform, source=source)
    order.state = _ENDED.get(order.platform_status, OrderState.PENDING_REVIEW)
    return order


def fill(order: Order, platform: PlatformOrder, *, source: str) -> None:
    """Copy the platform's picture. What it no longer tells (it forgets, too) does not erase what we know."""
    order.platform_status = status_of(platform)
    order.platform_updated_at = platform.updated_at
    order.source = source
    order.order_type = platform.order_type[:20] or "normal"
    order.fulfillment_type = platform.fulfillment_type[:10]
    order.shipping_type = platform.shipping_type if platform.shipping_type in _SHIPPING else ShippingType.NONE
    order.delivery_option_id = platform.delivery_option_id[:40]
    order.delivery_option_name = _text(platform.delivery_option_name, 80)
    order.platform_warehouse_id = platform.platform_warehouse_id[:40]
    order.buyer_user_id = platform.buyer_user_id[:40]
    order.combine_group_id = platform.auto_combine_group_id[:40]
    order.buyer_message = _text(platform.buyer_message, 1000)
    order.seller_note = _text(platform.seller_note, 1000)
    order.currency = platform.currency[:3]
    order.total_amount = platform.total_amount
    order.item_count = sum(line.quantity - line.cancelled_quantity for line in platform.lines)
    order.is_cod = platform.is_cod
    order.is_sample = platform.is_sample
    order.is_buyer_cancel_requested = platform.is_buyer_cancel_requested
    order.cancel_requested_at = platform.cancel_requested_at
    order.cancel_reason = _text(platform.cancel_reason, 200)
    order.cancel_initiator = platform.cancel_initiator[:10]
    order.handling_days = platform.handling_days
    order.released_at = platform.released_at or order.released_at
    order.paid_at = platform.paid_at or order.paid_at
    order.ready_at = platform.ready_at or order.ready_at
    order.collected_at = platform.collected_at or order.collected_at
    order.delivered_at = platform.delivered_at or order.delivered_at
    order.cancelled_at = platform.cancelled_at or order.cancelled_at
    if order.platform_status == PlatformStatus.CANCELLED and order.cancelled_at is None:
        order.cancelled_at = platform.updated_at


def facts(order: Order, platform: PlatformOrder) -> OrderFacts:
    """What the deadlines depend on."""
    return OrderFacts(
        placed_at=order.placed_at,
        platform_status=order.platform_status,
        paid_at=order.paid_at,
        ready_at=order.ready_at,
        order_type=order.order_type,
        is_ours_to_ship=order.is_ours_to_ship,
        deadlines=platform.deadlines,
        shipping_type=order.shipping_type,
        handling_days=order.handling_days,
        released_at=order.released_at,
    )


def lines(order: Order, platform: PlatformOrder, known: Mapping[str, Known]) -> list[OrderLine]:
    """Unsaved lines of an order that is new here."""
    return [_line(order, line, known) for line in platform.lines]


def _line(order: Order, line: PlatformLine, known: Mapping[str, Known]) -> OrderLine:
    meaning = known.get(line.platform_sku_id, Known(None, None))
    return OrderLine(
        seller_id=order.seller_id,
        shop_id=order.shop_id,
        order_id=order.pk,
        platform_sku_id=line.platform_sku_id[:40],
        platform_product_id=line.platform_product_id[:40],
        platform_line_ids=list(line.platform_line_ids),
        listing_id=meaning.listing_id,
        sku_id=meaning.sku_id,
        seller_sku=_text(line.seller_sku, 80),
        product_name=_text(line.product_name, 255),
        variation=_text(line.variation, 120),
        image_url=_text(line.image_url, 500),
        quantity=line.quantity,
        cancelled_quantity=min(line.cancelled_quantity, line.quantity),
        price_amount=line.sale_price,
        is_gift=line.is_gift,
        components=[list(component) for component in line.components],
    )


def merged_lines(
    order: Order, platform: PlatformOrder, known: Mapping[str, Known], stored: list[OrderLine]
) -> tuple[list[OrderLine], bool]:
    """The lines as they are now, and whether what there is to ship changed. A vanished line counts as cancelled."""
    before = {(line.platform_sku_id, line.is_gift): line for line in stored}
    merged, has_changed = [], False
    for line in lines(order, platform, known):
        old = before.pop((line.platform_sku_id, line.is_gift), None)
        if old is not None:
            line.pk = old.pk
            # What the floor works by stays: a later change of the mapping is for later orders.
            line.sku_id = old.sku_id or line.sku_id
            line.platform_line_ids = line.platform_line_ids or old.platform_line_ids
            line.components = line.components or old.components
        has_changed |= line.open_quantity != (old.open_quantity if old else 0)
        merged.append(line)
    for gone in before.values():
        has_changed |= gone.open_quantity > 0
        gone.cancelled_quantity = gone.quantity
        merged.append(gone)
    return merged, has_changed
