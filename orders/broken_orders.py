"""Orders that cannot be taken in as they are: each is kept as stuck work with its reason, and its neighbors are taken.

What is kept names the order and the field, never the buyer's data. Trying again reads the order anew.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import msgspec
import structlog
from django.db import DataError

from integrations.ports import BrokenOrder, PlatformOrder
from orders import intake
from orders.intake import IntakeResult
from relay.models import InboundMessage, InboundState
from tenancy.models import Shop

log = structlog.get_logger(__name__)

SOURCE = "tiktok_shop.order"
TOPIC = "order cannot be read"


def take_in(
    *,
    shop: Shop,
    orders: Sequence[PlatformOrder],
    broken: Iterable[BrokenOrder] = (),
    source: str,
    now: datetime,
) -> IntakeResult:
    """Take the sound orders of an answer; keep the others as stuck work."""
    result, refused = take_each(shop=shop, orders=orders, source=source, now=now)
    wrong = [*broken, *refused]
    if wrong:
        note(shop=shop, broken=wrong, now=now)
    return result


def take_each(
    *, shop: Shop, orders: Sequence[PlatformOrder], source: str, now: datetime
) -> tuple[IntakeResult, list[BrokenOrder]]:
    """Take them together; when the database refuses a value, one by one, and name those that cannot be stored."""
    try:
        return intake.import_orders(shop=shop, orders=orders, source=source, now=now), []
    except (DataError, ValueError):
        return _one_by_one(shop=shop, orders=orders, source=source, now=now)


def _one_by_one(
    *, shop: Shop, orders: Sequence[PlatformOrder], source: str, now: datetime
) -> tuple[IntakeResult, list[BrokenOrder]]:
    """One of them holds what the database does not take: find out which."""
    result, refused = IntakeResult(), []
    for order in orders:
        try:
            result += intake.import_orders(shop=shop, orders=[order], source=source, now=now)
        except (DataError, ValueError) as error:
            log.warning("order.refused_by_database", shop_id=shop.pk, kind=type(error).__name__)
            refused.append(
                BrokenOrder(
                    platform_order_id=order.platform_order_id,
                    field="order",
                    why="holds a value that cannot be stored",
                )
            )
    return result, refused


def note(*, shop: Shop, broken: Iterable[BrokenOrder], now: datetime) -> None:
    """One row of stuck work per order, however often it comes. What a person gave up on stays so until its reason changes."""
    wanted = {_key(shop, one): one for one in broken}
    known = {
        row.source_id: row for row in InboundMessage.objects.filter(source=SOURCE, source_id__in=list(wanted))
    }
    rows = []
    for key, one in wanted.items():
        sentence, old = explain(one), known.get(key)
        if old and old.last_error == sentence and old.state in (InboundState.DEAD, InboundState.DROPPED):
            continue
        rows.append(
            InboundMessage(
                seller_id=shop.seller_id,
                source=SOURCE,
                source_id=key,
                topic=TOPIC,
                shop_ref=shop.platform_shop_id,
                body=msgspec.json.encode(one).decode(),
                received_at=now,
                not_before=now,
                state=InboundState.DEAD,
                last_error=sentence,
            )
        )
        log.warning("order.unreadable", shop_id=shop.pk, order=one.platform_order_id, field=one.field)
    if rows:
        InboundMessage.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["seller", "source", "source_id"],
            update_fields=["state", "last_error", "body", "received_at", "done_at", "shop_ref"],
        )


def explain(one: BrokenOrder) -> str:
    """The reason as a sentence of the stuck-work page."""
    name = f"Order {one.platform_order_id}" if one.platform_order_id else "An order without a readable id"
    return f"{name}: the field {one.field} {one.why}. It was left out; the other orders were taken."[:400]


def _key(shop: Shop, one: BrokenOrder) -> str:
    if one.platform_order_id:
        return f"{shop.pk}:{one.platform_order_id}"[:80]
    fact = f"{shop.pk}|{one.field}|{one.why}".encode()
    return f"{shop.pk}:?{hashlib.sha256(fact).hexdigest()[:24]}"


def ids_of(messages: Iterable[InboundMessage]) -> dict[str, set[str]]:
    """The orders behind rows of stuck work, by the platform's shop id."""
    found: dict[str, set[str]] = {}
    for message in messages:
        one = msgspec.json.decode(message.body, type=BrokenOrder)
        if one.platform_order_id:
            found.setdefault(message.shop_ref, set()).add(one.platform_order_id)
    return found


def waiting(*, shop: Shop) -> list[str]:
    """Orders of the shop that could not be read and that nobody has given up on."""
    rows = InboundMessage.objects.filter(
        source=SOURCE, state=InboundState.DEAD, shop_ref=shop.platform_shop_id
    )
    return sorted(ids_of(rows).get(shop.platform_shop_id, ()))


def settle(*, shop: Shop, platform_order_ids: Collection[str], now: datetime) -> int:
    """These could be read after all."""
    keys = [f"{shop.pk}:{one}"[:80] for one in platform_order_ids]
    rows = InboundMessage.objects.filter(source=SOURCE, source_id__in=keys, state=InboundState.DEAD)
    return rows.update(state=InboundState.DONE, done_at=now)
