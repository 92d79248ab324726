"""TikTok Shop's orders and parcels to ours: units are gathered into lines, times to UTC, their words to ours.

An order takes some 15 µs: this runs for every order of every pull.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from integrations.ports import (
    ItemResult,
    PlatformAddress,
    PlatformDeadlines,
    PlatformLine,
    PlatformOrder,
    PlatformPackage,
)
from integrations.tiktok_shop import structs

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_from_timestamp = datetime.fromtimestamp
_ZERO = Decimal(0)

_SHIPPING_TYPES = {"TIKTOK": "platform", "SELLER": "seller", "": "platform"}
# District levels by the platform's own word for them; without a known word the level's number decides.
_LEVEL_NAMES = {
    "state": "province",
    "province": "province",
    "region": "province",
    "prefecture": "province",
    "city": "city",
    "municipality": "city",
    "town": "city",
    "county": "district",
    "district": "district",
}
_LEVELS = {"L1": "province", "L2": "city", "L3": "district"}


def text(value: structs.Text) -> str:
    """Ids and words are strings for us, whatever they were on the wire."""
    if value.__class__ is str:
        return value  # type: ignore[return-value]
    return "" if value is None else str(value)


def amount(value: structs.Amount) -> Decimal:
    """A decimal string; an empty or unreadable one counts as nothing."""
    if not value:
        return _ZERO
    try:
        return Decimal(value if value.__class__ is str else str(value))
    except InvalidOperation:
        return _ZERO


def moment(seconds: structs.Seconds) -> datetime | None:
    """Epoch seconds; absent and 0 both mean "not known"."""
    return _from_timestamp(seconds, UTC) if seconds else None


def status(value: structs.Text) -> str:
    """Order statuses in lower snake; the webhook and the API spell the last one differently."""
    word = text(value).lower()
    return "cancelled" if word in ("cancel", "canceled") else word


def order(wire: structs.Order) -> PlatformOrder:
    """One order as our own value."""
    payment = wire.payment
    items = wire.line_items or ()
    lines = _lines(items)
    first_parcel = next((item for item in items if item.tracking_number), None)
    return PlatformOrder(
        platform_order_id=text(wire.id),
        status=status(wire.status),
        updated_at=moment(wire.update_time) or moment(wire.create_time) or _EPOCH,
        placed_at=moment(wire.create_time) or _EPOCH,
        paid_at=moment(wire.paid_time),
        order_type=text(wire.order_type).lower() or "normal",
        fulfillment_type="seller"
        if text(wire.fulfillment_type) in ("FULFILLMENT_BY_SELLER", "")
        else "platform",
        shipping_type=_SHIPPING_TYPES.get(text(wire.shipping_type), "none"),
        delivery_option_id=text(wire.delivery_option_id),
        delivery_option_name=text(wire.delivery_option_name),
        platform_warehouse_id=text(wire.warehouse_id),
        buyer_user_id=text(wire.user_id),
        buyer_message=text(wire.buyer_message),
        seller_note=text(wire.seller_note),
        currency=text(payment.currency) if payment else text(items[0].currency) if items else "",
        total_amount=amount(payment.total_amount) if payment else _ZERO,
        is_cod=bool(wire.is_cod),
        is_sample=bool(wire.is_sample_order or wire.is_refundable_sample),
        is_on_hold=status(wire.status) == "on_hold",
        is_buyer_cancel_requested=bool(wire.is_buyer_request_cancel),
        cancel_requested_at=moment(wire.request_cancel_time),
        cancel_reason=text(wire.cancel_reason),
        cancel_initiator=text(wire.cancellation_initiator).lower(),
        cancelled_at=moment(wire.cancel_time),
        ready_at=moment(wire.rts_time),
        collected_at=moment(wire.collection_time),
        delivered_at=moment(wire.delivery_time),
        deadlines=PlatformDeadlines(
            ship_by=moment(wire.rts_sla_time),
            collect_by=moment(wire.tts_sla_time),
            cancel_ship_at=moment(wire.shipping_due_time),
            cancel_collect_at=moment(wire.collection_due_time),
            deliver_by=moment(wire.delivery_sla_time),
            cancel_deliver_at=moment(wire.delivery_due_time),
        ),
        address=_address(wire.recipient_address),
        platform_package_ids=_package_ids(wire, items),
        tracking_number=text(wire.tracking_number)
        or (text(first_parcel.tracking_number) if first_parcel else ""),
        shipping_provider_id=text(wire.shipping_provider_id)
        or (text(first_parcel.shipping_provider_id) if first_parcel else ""),
        shipping_provider_name=text(wire.shipping_provider)
        or (text(first_parcel.shipping_provider_name) if first_parcel else ""),
        lines=lines,
        has_updated_address=bool(wire.has_updated_recipient_address),
        auto_combine_group_id=text(wire.auto_combine_group_id),
    )


def _package_ids(wire: structs.Order, items: Iterable[structs.LineItem]) -> tuple[str, ...]:
    named = [text(package.id) for package in wire.packages or () if package.id]
    # Some markets name parcels on the lines only.
    return tuple(dict.fromkeys([*named, *(text(item.package_id) for item in items if item.package_id)]))


def _lines(items: Iterable[structs.LineItem]) -> tuple[PlatformLine, ...]:
    """One line per platform SKU; `platform_line_ids` has the living units first, then the cancelled ones."""
    by_sku: dict[str, list[structs.LineItem]] = {}
    for item in items:
        by_sku.setdefault(text(item.sku_id), []).append(item)
    return tuple(_line(sku_id, units) for sku_id, units in by_sku.items())


def _line(sku_id: str, units: list[structs.LineItem]) -> PlatformLine:
    living = [unit for unit in units if unit.display_status not in ("CANCELLED", "CANCEL")]
    cancelled = len(units) - len(living)
    # The bought unit speaks for the price when the same SKU also comes as a gift.
    first = next((unit for unit in units if not unit.is_gift), units[0])
    ordered = (
        living + [unit for unit in units if unit.display_status in ("CANCELLED", "CANCEL")]
        if cancelled
        else units
    )
    return PlatformLine(
        platform_sku_id=sku_id,
        platform_product_id=text(first.product_id),
        platform_line_ids=tuple([text(unit.id) for unit in ordered]),
        seller_sku=text(first.seller_sku).strip(),
        product_name=text(first.product_name),
        variation=text(first.sku_name),
        image_url=text(first.sku_image),
        quantity=len(units),
        cancelled_quantity=cancelled,
        sale_price=amount(first.sale_price),
        is_gift=bool(first.is_gift),
        platform_package_ids=tuple(
            dict.fromkeys([text(unit.package_id) for unit in units if unit.package_id])
        ),
        components=tuple(
            [(text(c.sku_id), text(c.seller_sku), c.sku_count or 1) for c in first.combined_listing_skus]
            if first.combined_listing_skus
            else ()
        ),
        live_room_id=text(first.room_id),
    )


def _address(wire: structs.RecipientAddress | None) -> PlatformAddress:
    """The buyer's address. Asterisks are the platform's mask, not a mistake of the buyer."""
    if wire is None:
        return PlatformAddress()
    places, deeper = _places(wire.district_info or ())
    lines = [
        text(line).strip()
        for line in (wire.address_line1, wire.address_line2, wire.address_line3, wire.address_line4)
        if line
    ]
    if not lines and wire.address_detail:
        lines = [text(wire.address_detail).strip()]
    lines += [place for place in deeper if not any(place in line for line in lines)]
    name = text(wire.name).strip() or " ".join(
        part for part in (text(wire.first_name), text(wire.last_name)) if part
    )
    phone, full = text(wire.phone_number).strip(), text(wire.full_address).strip()
    postal_code = text(wire.postal_code).strip()
    return PlatformAddress(
        name=name,
        phone=phone,
        region_code=text(wire.region_code),
        postal_code=postal_code,
        province=places.get("province", ""),
        city=places.get("city", "") or text(wire.post_town),
        district=places.get("district", ""),
        lines=tuple([line for line in lines if line]),
        full_address=full,
        is_masked="*" in name
        or "*" in phone
        or "*" in full
        or "*" in postal_code
        or any("*" in line for line in lines),
    )


def _places(levels: Iterable[structs.DistrictInfo]) -> tuple[Mapping[str, str], list[str]]:
    """Province, city and district, and what lies below them (wards)."""
    places: dict[str, str] = {}
    deeper = []
    for level in levels:
        number, name = text(level.address_level), text(level.address_name).strip()
        if number == "L0" or not name:
            continue
        slot = _LEVEL_NAMES.get(text(level.address_level_name).lower()) or _LEVELS.get(number)
        if slot and slot not in places:
            places[slot] = name
        else:
            deeper.append(name)
    return places, deeper


def package(wire: structs.Package, *, order_id: str = "", package_id: str = "") -> PlatformPackage:
    """A parcel as the platform sees it; the ids asked for stand in where the answer leaves them out."""
    orders = tuple(text(ref.id) for ref in wire.orders or () if ref.id)
    return PlatformPackage(
        platform_package_id=text(wire.id) or text(wire.package_id) or package_id,
        platform_order_ids=orders or ((order_id,) if order_id else ()),
        platform_line_ids=tuple(text(line_id) for line_id in wire.order_line_item_ids or ()),
        status=status(wire.status or wire.package_status),
        tracking_number=text(wire.tracking_number),
        shipping_provider_id=text(wire.shipping_provider_id),
        shipping_provider_name=text(wire.shipping_provider_name),
        updated_at=moment(wire.update_time),
    )


def results(ids: Iterable[str], errors: Iterable[structs.ItemError], *, key: str) -> list[ItemResult]:
    """What became of each item of a batch whose own code was 0. A failure without an id counts against all."""
    failed: dict[str, structs.ItemError] = {}
    unnamed: structs.ItemError | None = None
    for error in errors:
        item_id = text(getattr(error.detail, key)) if error.detail else ""
        if item_id:
            failed[item_id] = error
        else:
            unnamed = error
    outcome = []
    for item_id in ids:
        error = failed.get(item_id) or unnamed
        outcome.append(
            ItemResult(item_id=item_id, is_ok=True)
            if error is None
            else ItemResult(item_id=item_id, is_ok=False, code=text(error.code), message=_words(error))
        )
    return outcome


def _words(error: structs.ItemError) -> str:
    extra = (error.detail.extra_errors or ()) if error.detail else ()
    return "; ".join(
        dict.fromkeys(word for word in (text(error.message), *(text(e.message) for e in extra)) if word)
    )
