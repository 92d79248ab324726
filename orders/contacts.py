"""The buyer's contact data: sealed once when it comes in, opened only to check, print or send, erased on schedule."""

import json
from datetime import datetime, timedelta

from django.db.models import Q

from integrations.ports import PlatformAddress
from orders import review_digests
from orders.models import BuyerContact, Order, OrderState

KEEP_AFTER_END = timedelta(days=60)
ERASE_BATCH = 1000
COLUMNS = ["sealed", "region_code", "province", "city", "is_masked", "address_digest"]


def is_empty(address: PlatformAddress) -> bool:
    """The platform showed nothing of a person: unpaid, or in its first hour."""
    return not (address.name or address.phone or address.lines or address.full_address or address.postal_code)


def row(*, order: Order, address: PlatformAddress) -> BuyerContact:
    """An unsaved contact of an order."""
    sealed = {}
    if not is_empty(address):
        sealed = {
            "name": address.name,
            "phone": address.phone,
            "postal_code": address.postal_code,
            "district": address.district,
            "lines": list(address.lines),
            "full_address": address.full_address,
        }
    return BuyerContact(
        seller_id=order.seller_id,
        shop_id=order.shop_id,
        order_id=order.pk,
        sealed=sealed,
        region_code=address.region_code[:2].upper(),
        province=address.province[:80],
        city=address.city[:80],
        is_masked=address.is_masked,
        address_digest=review_digests.of_address(address, seller_id=order.seller_id),
    )


def opened(contact: BuyerContact | None) -> PlatformAddress:
    """The contact as the address that it was; empty when there is none or it was erased."""
    if contact is None:
        return PlatformAddress()
    kept = contact.sealed if isinstance(contact.sealed, dict) else json.loads(contact.sealed or "{}")
    return PlatformAddress(
        name=kept.get("name", ""),
        phone=kept.get("phone", ""),
        postal_code=kept.get("postal_code", ""),
        district=kept.get("district", ""),
        lines=tuple(kept.get("lines", ())),
        full_address=kept.get("full_address", ""),
        region_code=contact.region_code,
        province=contact.province,
        city=contact.city,
        is_masked=contact.is_masked,
    )


def is_better(*, address: PlatformAddress, known_masked: bool | None) -> bool:
    """Whether what came in may replace what is kept (`known_masked` None: nothing readable is kept).

    The platform masks addresses again after the end; a mask never overwrites what could be read.
    """
    if is_empty(address):
        return False
    return known_masked is not False or not address.is_masked


def erase(*, now: datetime) -> int:
    """Forget the buyers of orders that ended two months ago, at the seller in scope."""
    ended = [OrderState.COMPLETED, OrderState.CANCELLED]
    before = now - KEEP_AFTER_END
    old = Q(order__delivered_at__lt=before) | Q(order__cancelled_at__lt=before)
    old |= Q(order__delivered_at=None, order__cancelled_at=None, order__platform_updated_at__lt=before)
    due = BuyerContact.objects.filter(old, erased_at=None, order__state__in=ended)
    ids = list(due.order_by("pk").values_list("pk", flat=True)[:ERASE_BATCH])
    return BuyerContact.objects.filter(pk__in=ids).update(
        sealed={}, city="", address_digest="", erased_at=now
    )
