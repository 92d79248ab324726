"""What a person does about a hold without leaving the page: map, bring back, ask the buyer, choose a warehouse."""

from datetime import datetime
from hashlib import blake2b

from django.db import transaction
from django.utils.translation import gettext as _

from catalog import listings, skus
from catalog import selectors as catalog
from catalog.models import Listing, Sku
from core.errors import RuleViolation
from integrations.models import ConnectionState, ShopLink
from orders import history, packages, review
from orders.events import BuyerAsked, WarehouseChosen
from orders.models import HistoryKind, HoldReason, Order, OrderLine, OrderState, Package, PackageState
from orders.review_cases import Case, drop
from relay import outbox
from tenancy.actors import Actor

LONGEST = 2000
MOVABLE = frozenset({PackageState.PLANNED, PackageState.ALLOCATED, PackageState.CANCELLED})


class CannotFix(RuleViolation):
    """It cannot be put right like this."""

    code = "cannot_fix"


@transaction.atomic
def map_listing(*, order_id: int, listing_id: int, code: str, actor: Actor, now: datetime) -> Sku:
    """Say which SKU a listing means; this order goes on at once, others that wait for it follow by themselves."""
    sku = catalog.skus_of_code(code=code).first() if code.strip() else None
    if sku is None:
        raise CannotFix(_("There is no SKU “%(code)s”. Make it first.") % {"code": code.strip()}, field="sku")
    order = Order.objects.lock().get(pk=order_id)
    listing = Listing.objects.get(pk=listing_id, shop_id=order.shop_id)
    listings.map_listing(listing_id=listing.pk, sku_id=sku.pk, actor=actor, now=now)
    OrderLine.objects.filter(order=order, listing=listing, sku__isnull=True).update(sku=sku)
    review.review_orders(order_ids=[order_id], now=now)
    return sku


@transaction.atomic
def bring_back(*, order_id: int, sku_id: int, actor: Actor, now: datetime) -> Sku:
    """A SKU that was taken out of use is sold after all."""
    Order.objects.lock().get(pk=order_id)
    sku = skus.bring_back(sku_id=sku_id, actor=actor, now=now)
    review.review_orders(order_ids=[order_id], now=now)
    return sku


@transaction.atomic
def ask_buyer(*, order_id: int, reason: str, text: str, actor: Actor, now: datetime) -> None:
    """Write to the buyer through the platform. The same words go out once for an order."""
    order = Order.objects.lock().get(pk=order_id)
    words = text.strip()
    if not words or len(words) > LONGEST:
        raise CannotFix(_("Write between 1 and %(most)s characters.") % {"most": LONGEST}, field="text")
    if not order.buyer_user_id or not _is_connected(order.shop_id):
        raise CannotFix(_("This buyer can only be reached in Seller Center: the shop is not connected here."))
    history.record(
        order=order,
        at=now,
        actor=actor,
        kind=HistoryKind.MESSAGE,
        action="buyer.asked",
        raised=[reason] if reason in HoldReason.values else [],
    )
    words_digest = blake2b(words.encode(), digest_size=12).hexdigest()
    outbox.publish(BuyerAsked(order_id=order.pk, text=words, key=f"review:{order.pk}:{words_digest}"))


def _is_connected(shop_id: int) -> bool:
    links = ShopLink.objects.filter(shop_id=shop_id)
    return links.exclude(connection__state=ConnectionState.DISCONNECTED).exists()


@transaction.atomic
def choose_warehouse(*, order_id: int, code: str, actor: Actor, now: datetime) -> None:
    """Ship it from this warehouse of ours, whatever the platform names. Not once the floor has it in hand."""
    order = Order.objects.lock().get(pk=order_id)
    if order.state not in review.REVIEWABLE:
        raise CannotFix(_("The order is over: nothing can be decided about it any more."))
    found = packages.lock_many(ids=Package.objects.filter(order=order).values_list("pk", flat=True))
    if any(package.state not in MOVABLE for package in found):
        raise CannotFix(_("The floor has it in hand already: it cannot move to another warehouse."))
    if order.warehouse_code == code:
        return
    Order.objects.filter(pk=order_id).update(warehouse_code=code)
    history.record(
        order=order,
        at=now,
        actor=actor,
        kind=HistoryKind.STOCK,
        action="order.warehouse_chosen",
        warehouse=code,
    )

    def change(case: Case) -> None:
        drop(case, reasons={HoldReason.WRONG_WAREHOUSE, HoldReason.OUT_OF_STOCK})
        case.unknown_site = ""

    was_approved = order.state == OrderState.APPROVED
    review.run(order_ids=[order_id], actor=actor, now=now, change=change)
    if was_approved or any(package.state == PackageState.ALLOCATED for package in found):
        outbox.publish(WarehouseChosen(order_id=order_id))
