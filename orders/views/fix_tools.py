"""What a page needs to put holds right in place: listings to map, SKUs to bring back, warehouses, the question to the buyer.

A constant number of queries for a page of orders, and none for what nobody on it needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from catalog import selectors as catalog
from catalog.models import Listing, Sku
from catalog.suggestions import Matcher, Wanted
from integrations.models import ConnectionState, ShopLink
from logistics import selectors as logistics
from orders import review_questions
from orders.models import HoldReason, OrderHold
from orders.queue import QueueRow
from warehouse import selectors as warehouse

_BY_WAREHOUSE = (HoldReason.WRONG_WAREHOUSE, HoldReason.OUT_OF_STOCK)


@dataclass(frozen=True)
class ToMap:
    """A listing that means nothing yet, and what it probably means."""

    listing: Listing
    suggestion: str


@dataclass
class Tool:
    """What can be done about one hold without leaving the page."""

    listings: list[ToMap] = field(default_factory=list)
    skus: list[Sku] = field(default_factory=list)
    warehouses: Sequence[object] = ()
    question: str = ""
    messages: Sequence[object] = ()


def tools_of(*, rows: Sequence[QueueRow]) -> dict[int, Tool]:
    """Hold id -> its tool."""
    found = {hold.pk: Tool() for row in rows for hold in row.holds}
    _listings(rows, found)
    _skus(rows, found)
    _warehouses(rows, found)
    _questions(rows, found)
    return found


def _with(rows: Sequence[QueueRow], reasons: Sequence[str]) -> list[tuple[QueueRow, OrderHold]]:
    return [(row, hold) for row in rows for hold in row.holds if hold.reason in reasons]


def _listings(rows: Sequence[QueueRow], found: dict[int, Tool]) -> None:
    """Of lines without a SKU; of the platform's bundles, the parts."""
    wanted: dict[tuple[int, str], list[int]] = {}
    for row, hold in _with(rows, (HoldReason.UNMAPPED_SKU,)):
        for line in row.lines:
            if line.sku_id is None and line.open_quantity:
                names = [part[0] for part in line.components] or [line.platform_sku_id]
                for name in names:
                    wanted.setdefault((row.order.shop_id, name), []).append(hold.pk)
    if not wanted:
        return
    listings = Listing.objects.filter(
        shop_id__in={shop_id for shop_id, _name in wanted},
        platform_sku_id__in={name for _shop, name in wanted},
        sku__isnull=True,
    )
    matcher = Matcher(catalog.candidates())
    for listing in listings.order_by("pk"):
        best = matcher.best(Wanted(listing.seller_sku, listing.title, listing.variation))
        one = ToMap(listing, best.candidate.seller_sku if best else "")
        for hold_id in wanted.get((listing.shop_id, listing.platform_sku_id), ()):
            found[hold_id].listings.append(one)


def _skus(rows: Sequence[QueueRow], found: dict[int, Tool]) -> None:
    wanted = {hold.pk: hold.detail.split(", ") for _row, hold in _with(rows, (HoldReason.SKU_INACTIVE,))}
    if not wanted:
        return
    codes = {code for some in wanted.values() for code in some}
    skus = {sku.seller_sku: sku for sku in Sku.objects.filter(seller_sku__in=codes, is_active=False)}
    for hold_id, some in wanted.items():
        found[hold_id].skus = [skus[code] for code in some if code in skus]


def _warehouses(rows: Sequence[QueueRow], found: dict[int, Tool]) -> None:
    asked = _with(rows, _BY_WAREHOUSE)
    choices = list(warehouse.warehouses()) if asked else []
    for row, hold in asked:
        # With a single building there is nothing to choose, unless the platform's means none of ours.
        if len(choices) > 1 or hold.reason == HoldReason.WRONG_WAREHOUSE:
            found[hold.pk].warehouses = [one for one in choices if one.code != row.order.warehouse_code]


def _questions(rows: Sequence[QueueRow], found: dict[int, Tool]) -> None:
    asked = [
        (row, hold) for row, hold in _with(rows, list(review_questions.TOPICS)) if row.order.buyer_user_id
    ]
    if not asked:
        return
    links = ShopLink.objects.filter(shop_id__in={row.order.shop_id for row, _hold in asked})
    reached = set(
        links.exclude(connection__state=ConnectionState.DISCONNECTED).values_list("shop_id", flat=True)
    )
    messages = logistics.messages_of_orders(order_ids=[row.order.pk for row, _hold in asked])
    for row, hold in asked:
        found[hold.pk].messages = messages.get(row.order.pk, ())[:2]
        if row.order.shop_id in reached:
            found[hold.pk].question = review_questions.text(
                reason=hold.reason, region=row.clock.shop.region, order=row.order.platform_order_id
            )
