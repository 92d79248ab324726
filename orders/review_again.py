"""Which orders are looked at again when something that held them changed. They go through review in durable portions."""

from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from orders.events import ReviewDue
from orders.models import HoldReason, Order, OrderHold, OrderState, ReviewRule, RuleMode
from relay import outbox

PORTION = 200
LIVING = (OrderState.PENDING_REVIEW, OrderState.ON_HOLD, OrderState.APPROVED)


def ask(*, order_ids: Iterable[int]) -> int:
    """Have these orders reviewed soon. Returns how many."""
    ids = sorted(set(order_ids))
    outbox.publish_many(
        ReviewDue(order_ids=ids[start : start + PORTION]) for start in range(0, len(ids), PORTION)
    )
    return len(ids)


def of_reason(*, reason: str, shop_id: int | None = None) -> int:
    """Orders that this reason holds or warns of, and those that wait for any other reason: it may hold them as well."""
    holds = OrderHold.objects.filter(lifted_at__isnull=True)
    if shop_id is not None:
        holds = holds.filter(shop_id=shop_id)
    ids = set(holds.order_by().values_list("order_id", flat=True))
    return ask(order_ids=ids | set(warned_of(reason=reason, shop_id=shop_id)))


def held_by(*, reason: str) -> set[int]:
    """Orders with this reason open, as a hold or as a badge."""
    holds = OrderHold.objects.filter(reason=reason, lifted_at__isnull=True).order_by()
    return set(holds.values_list("order_id", flat=True)) | set(warned_of(reason=reason))


def warned_of(*, reason: str, shop_id: int | None = None) -> list[int]:
    """Living orders with a badge for this reason."""
    found = Order.objects.filter(state__in=LIVING, warnings__has_key=str(reason)).exclude(warnings={})
    if shop_id is not None:
        found = found.filter(shop_id=shop_id)
    return list(found.order_by().values_list("pk", flat=True))


def short_of_stock(*, sku_ids: Collection[int] | None = None, limit: int) -> list[int]:
    """Orders that lack goods, held or let go on with a badge; those that wait for these SKUs alone when given."""
    holds, warned = _short()
    if sku_ids is not None:
        wanted = list(sku_ids)
        holds = holds.filter(order__packages__lines__sku_id__in=wanted)
        warned = warned.filter(packages__lines__sku_id__in=wanted)
    held = holds.order_by("pk").values_list("order_id", flat=True).distinct()[:limit]
    let_go = warned.order_by("pk").values_list("pk", flat=True).distinct()[:limit]
    return list(dict.fromkeys([*held, *let_go]))[:limit]


def sellers_short_of_stock() -> list[int]:
    """Who has such orders, among the sellers in scope."""
    return sorted(
        {pk for rows in _short() for pk in rows.order_by().values_list("seller_id", flat=True).distinct()}
    )


def _short() -> tuple[QuerySet[OrderHold], QuerySet[Order]]:
    """Badges for missing goods are looked for only where a rule says that they do not stop an order."""
    reason = HoldReason.OUT_OF_STOCK
    warned = Order.objects.none()
    if ReviewRule.objects.filter(reason=reason, mode=RuleMode.WARN).exists():
        warned = Order.objects.filter(state=OrderState.APPROVED, warnings__has_key=str(reason))
        warned = warned.exclude(warnings={})
    return OrderHold.objects.filter(reason=reason, lifted_at__isnull=True), warned
