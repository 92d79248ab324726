"""The buyer's contact data: sealed once when it comes in, opened only to check, print or send, erased on schedule."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import blake2b

from django.conf import settings
from django.db.models import Q

from integrations.ports import PlatformAddress, PlatformOrder
from orders import history, review_digests
from orders.events import AddressChanged
from orders.models import BuyerContact, HistoryKind, HoldReason, Order, OrderHold, OrderState
from relay import outbox
from tenancy.actors import PLATFORM

KEEP_AFTER_END = timedelta(days=60)
ERASE_BATCH = 1000
COLUMNS = ["sealed", "region_code", "province", "city", "is_masked", "address_digest", "digest"]


_ADDRESS_HOLDS = (HoldReason.ADDRESS_MISSING, HoldReason.ADDRESS_INVALID, HoldReason.ADDRESS_MASKED)


def is_empty(address: PlatformAddress) -> bool:
    """The platform showed nothing of a person: unpaid, or in its first hour."""
    return not (address.name or address.phone or address.lines or address.full_address or address.postal_code)


def values(*, order: Order, address: PlatformAddress) -> dict[str, object]:
    """The contact of an order, by its columns."""
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
    return {
        "seller_id": order.seller_id,
        "shop_id": order.shop_id,
        "order_id": order.pk,
        "sealed": sealed,
        "region_code": address.region_code[:2].upper(),
        "province": address.province[:80],
        "city": address.city[:80],
        "is_masked": address.is_masked,
        "digest": digest(address),
        "address_digest": review_digests.of_address(address, seller_id=order.seller_id),
    }


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


def digest(address: PlatformAddress) -> str:
    """Tells another name, phone or address from the same one without opening either; empty for nothing."""
    if is_empty(address):
        return ""
    words = (
        address.name,
        address.phone,
        address.postal_code,
        address.district,
        *address.lines,
        address.full_address,
        address.region_code,
        address.province,
        address.city,
    )
    text = "\x1f".join(" ".join(word.split()) for word in words)
    return blake2b(text.encode(), digest_size=16, key=settings.SECRET_KEY.encode()[:64]).hexdigest()


def readdressed(
    *, orders: Iterable[Order], pictures: Mapping[str, PlatformOrder], kept: Mapping[int, tuple[bool, str]]
) -> list[Order]:
    """Orders whose buyer is somewhere else than we know. `kept`: order id -> (is masked, digest)."""
    return [
        order
        for order in orders
        if order.pk in kept and _is_other(pictures[order.platform_order_id], *kept[order.pk])
    ]


def _is_other(picture: PlatformOrder, known_masked: bool, known_digest: str) -> bool:
    """A mask that comes, goes or grows is no move; of two masked pictures only the platform's own word tells."""
    address = picture.address
    if not known_digest or is_empty(address) or digest(address) == known_digest:
        return False
    if known_masked or address.is_masked:
        return known_masked and address.is_masked and picture.has_updated_address
    return True


def forget_waivers(*, order_ids: Collection[int]) -> None:
    """What a person let pass about the old address is not said about the new one."""
    if order_ids:
        waived = OrderHold.objects.filter(
            order_id__in=list(order_ids), reason__in=_ADDRESS_HOLDS, is_waived=True
        )
        waived.update(is_waived=False)


def announce(*, orders: Collection[Order], now: datetime) -> None:
    """Later stages hear that the address is another one."""
    if not orders:
        return
    BuyerContact.objects.filter(order_id__in=[order.pk for order in orders]).update(changed_at=now)
    history.record_many(
        history.entry(
            order=order, at=now, actor=PLATFORM, kind=HistoryKind.PLATFORM, action="order.address_changed"
        )
        for order in orders
    )
    outbox.publish_many(AddressChanged(order_id=order.pk) for order in orders)


def erase(*, now: datetime) -> int:
    """Forget the buyers of orders that ended two months ago, at the seller in scope."""
    ended = [OrderState.COMPLETED, OrderState.CANCELLED]
    before = now - KEEP_AFTER_END
    old = Q(order__delivered_at__lt=before) | Q(order__cancelled_at__lt=before)
    old |= Q(order__delivered_at=None, order__cancelled_at=None, order__platform_updated_at__lt=before)
    due = BuyerContact.objects.filter(old, erased_at=None, order__state__in=ended)
    ids = list(due.order_by("pk").values_list("pk", flat=True)[:ERASE_BATCH])
    return BuyerContact.objects.filter(pk__in=ids).update(
        sealed={}, city="", address_digest="", digest="", erased_at=now
    )
