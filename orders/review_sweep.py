"""Lifts what nobody announced: reviews that never came, waits that are over, goods and sites that are known by now."""

from datetime import UTC, datetime

from orders import parts, review, review_again, review_rules, review_sites
from orders.models import HoldReason, Order, OrderHold, OrderLine, OrderState, RuleMode
from orders.review_checks import MOMENT

BATCH = 200
LOOKED_THROUGH = 2000  # held lines whose parts are looked up at once
_WAITING = (OrderState.PENDING_REVIEW, OrderState.ON_HOLD)


def catch_up(*, now: datetime) -> int:
    """One round for the seller in scope. Returns how many orders were looked at again."""
    ids = _mapped_since() | _never_reviewed() | _waited_long_enough(now) | _parts_known() | _sites_known()
    if ids:
        review.review_orders(order_ids=ids, now=now)
    return len(ids)


def _mapped_since() -> set[int]:
    """Held lines whose listing means a SKU by now."""
    mapped = OrderLine.objects.filter(sku__isnull=True, listing__sku__isnull=False, order__state__in=_WAITING)
    lines = list(mapped.select_related("listing")[:BATCH])
    for line in lines:
        line.sku_id = line.listing.sku_id
    OrderLine.objects.bulk_update(lines, ["sku"])
    return {line.order_id for line in lines}


def _never_reviewed() -> set[int]:
    waiting = Order.objects.filter(state=OrderState.PENDING_REVIEW).order_by("pk")
    return set(waiting.values_list("pk", flat=True)[:BATCH])


def _waited_long_enough(now: datetime) -> set[int]:
    """Our own first hour is over."""
    reason, moment = HoldReason.FIRST_HOUR, now.astimezone(UTC).strftime(MOMENT)
    held = OrderHold.objects.filter(reason=reason, lifted_at__isnull=True, detail__lte=moment)
    found = set(held.order_by("detail", "pk").values_list("order_id", flat=True)[:BATCH])
    rules = review_rules.current()
    if any(one[reason].mode == RuleMode.WARN for one in (rules.seller, *rules.shops.values())):
        warned = Order.objects.filter(
            state__in=review_again.LIVING, warnings__has_key=str(reason), warnings__first_hour__lte=moment
        ).exclude(warnings={})
        found |= set(warned.order_by("pk").values_list("pk", flat=True)[:BATCH])
    return found


def _parts_known() -> set[int]:
    """Virtual bundles of the platform of which every part means a SKU by now."""
    held = OrderLine.objects.filter(sku__isnull=True, order__state=OrderState.ON_HOLD).exclude(components=[])
    lines = list(held.order_by("pk")[:LOOKED_THROUGH])
    if not lines:
        return set()
    found = parts.parts_of(lines=lines)
    known = [line.order_id for line, shelf in zip(lines, found, strict=True) if shelf]
    unmapped = OrderHold.objects.filter(
        order_id__in=known, reason=HoldReason.UNMAPPED_SKU, lifted_at__isnull=True
    )
    return set(unmapped.order_by("pk").values_list("order_id", flat=True)[:BATCH])


def _sites_known() -> set[int]:
    """Held ones whose warehouse was tied to one of ours."""
    held = OrderHold.objects.filter(reason=HoldReason.WRONG_WAREHOUSE, lifted_at__isnull=True).order_by("pk")
    columns = ("order_id", "order__shop_id", "order__platform_warehouse_id")
    sites = {pk: (shop_id, site) for pk, shop_id, site in held.values_list(*columns)[:LOOKED_THROUGH]}
    unknown = review_sites.unknown(set(sites.values()))
    return set([pk for pk, site in sites.items() if site not in unknown][:BATCH])
