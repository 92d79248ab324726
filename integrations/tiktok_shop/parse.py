"""TikTok Shop's orders and parcels to ours: units are gathered into lines, times to UTC, their words to ours.

An order takes some 15 µs: this runs for every order of every pull.
"""

from collections.abc import Iterable, Sequence
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

_from_seconds = datetime.fromtimestamp
_ZERO = Decimal(0)
MOST_HANDLING_DAYS = 400

_NO_PAYMENT = structs.Payment()
_NO_ADDRESS = PlatformAddress()
_CANCELLED = ("CANCELLED", "CANCEL")
_STATUSES = frozenset(
    ("unpaid", "on_hold", "awaiting_shipment", "partially_shipping", "awaiting_collection", "in_transit")
    + ("delivered", "completed", "cancelled")
)
_OURS_TO_SHIP = ("FULFILLMENT_BY_SELLER", "", None)
_SHIPPING_TYPES = {"TIKTOK": "platform", "SELLER": "seller", "": "platform", None: "platform"}
# District levels by the platform's own word for them; without a known word the level's number decides.
_WORDS = {
    "province": ("state", "province", "region", "prefecture"),
    "city": ("city", "municipality", "town"),
    "district": ("county", "district"),
}
_LEVEL_NAMES = {
    spelled: slot
    for slot, words in _WORDS.items()
    for word in words
    for spelled in (word, word.title(), word.upper())
}
_LEVELS = {"L1": "province", "L2": "city", "L3": "district"}


def text(value: str | int | None) -> str:
    """Codes are strings for us, whatever they were on the wire."""
    return "" if value is None else str(value)


def amount(value: structs.Amount) -> Decimal:
    """A decimal string; an empty or unreadable one counts as nothing."""
    if not value:
        return _ZERO
    try:
        return Decimal(value if value.__class__ is str else str(value))
    except InvalidOperation:
        return _ZERO


def moment(value: structs.Seconds) -> datetime | None:
    """Absent and 0 both mean "not known"."""
    return _from_seconds(value, UTC) if value else None


def status(value: structs.Text) -> str:
    """Statuses in lower snake; the webhook and the API spell the last one differently."""
    if not value:
        return ""
    word = value.lower()
    return "cancelled" if word in ("cancel", "canceled") else word


def order(wire: structs.Order) -> PlatformOrder:
    """One order as our own value."""
    payment = wire.payment or _NO_PAYMENT
    items = wire.line_items
    placed_at = _from_seconds(wire.create_time, UTC)
    number, provider_id, provider_name = _carriage(wire, items)
    state = status(wire.status)
    return PlatformOrder(
        platform_order_id=wire.id,
        status=state if state in _STATUSES else "other",
        updated_at=moment(wire.update_time) or placed_at,
        placed_at=placed_at,
        paid_at=moment(wire.paid_time),
        order_type=wire.order_type.lower() if wire.order_type else "normal",
        fulfillment_type="seller" if wire.fulfillment_type in _OURS_TO_SHIP else "platform",
        shipping_type=_SHIPPING_TYPES.get(wire.shipping_type, "none"),
        delivery_option_id=wire.delivery_option_id or "",
        delivery_option_name=wire.delivery_option_name or "",
        platform_warehouse_id=wire.warehouse_id or "",
        buyer_user_id=wire.user_id or "",
        buyer_message=wire.buyer_message or "",
        seller_note=wire.seller_note or "",
        currency=payment.currency or (items[0].currency if items else "") or "",
        total_amount=amount(payment.total_amount),
        is_cod=wire.is_cod is True,
        is_sample=wire.is_sample_order is True or wire.is_refundable_sample is True,
        is_on_hold=state == "on_hold",
        is_buyer_cancel_requested=wire.is_buyer_request_cancel is True,
        cancel_requested_at=moment(wire.request_cancel_time),
        cancel_reason=wire.cancel_reason or "",
        cancel_initiator=wire.cancellation_initiator.lower() if wire.cancellation_initiator else "",
        cancelled_at=moment(wire.cancel_time),
        ready_at=moment(wire.rts_time),
        collected_at=moment(wire.collection_time),
        delivered_at=moment(wire.delivery_time),
        deadlines=_deadlines(wire),
        address=_address(wire.recipient_address),
        platform_package_ids=_package_ids(wire, items),
        tracking_number=number,
        shipping_provider_id=provider_id,
        shipping_provider_name=provider_name,
        lines=_lines(items),
        has_updated_address=wire.has_updated_recipient_address is True,
        auto_combine_group_id=wire.auto_combine_group_id or "",
        handling_days=_handling_days(wire.handling_duration),
        released_at=moment(wire.release_date),
    )


def _handling_days(wire: structs.HandlingDuration | None) -> int | None:
    """Calendar days, which only pre-orders have, are left to the rule: counted as working days they would be too many."""
    if wire is None or wire.type == "CALENDAR_DAY" or not (wire.days and wire.days.isdecimal()):
        return None
    return min(int(wire.days), MOST_HANDLING_DAYS)


def _deadlines(wire: structs.Order) -> PlatformDeadlines:
    return PlatformDeadlines(
        ship_by=moment(wire.rts_sla_time),
        collect_by=moment(wire.tts_sla_time),
        cancel_ship_at=moment(wire.shipping_due_time),
        cancel_collect_at=moment(wire.collection_due_time),
        deliver_by=moment(wire.delivery_sla_time),
        cancel_deliver_at=moment(wire.delivery_due_time),
    )


def _carriage(wire: structs.Order, items: Sequence[structs.LineItem]) -> tuple[str, str, str]:
    """Number and carrier: on the order when there is one parcel, else on its lines."""
    if wire.tracking_number:
        return wire.tracking_number, wire.shipping_provider_id or "", wire.shipping_provider or ""
    for item in items:
        if item.tracking_number:
            return item.tracking_number, item.shipping_provider_id or "", item.shipping_provider_name or ""
    return "", wire.shipping_provider_id or "", wire.shipping_provider or ""


def _package_ids(wire: structs.Order, items: Sequence[structs.LineItem]) -> tuple[str, ...]:
    ids = [package.id for package in wire.packages if package.id] if wire.packages else []
    for item in items:  # some markets name parcels on the lines only
        if item.package_id and item.package_id not in ids:
            ids.append(item.package_id)
    return tuple(ids)


def _lines(items: Sequence[structs.LineItem]) -> tuple[PlatformLine, ...]:
    """One line per platform SKU; `platform_line_ids` has the living units first, then the cancelled ones."""
    by_sku: dict[str, list[structs.LineItem]] = {}
    for item in items:
        by_sku.setdefault(item.sku_id, []).append(item)
    return tuple([_line(sku_id, units) for sku_id, units in by_sku.items()])


def _line(sku_id: str, units: list[structs.LineItem]) -> PlatformLine:
    cancelled = [unit for unit in units if unit.display_status in _CANCELLED]
    ordered = (
        [unit for unit in units if unit.display_status not in _CANCELLED] + cancelled if cancelled else units
    )
    first = units[0]
    if first.is_gift:  # the bought unit speaks for the price when the same SKU also comes as a gift
        first = next((unit for unit in units if not unit.is_gift), first)
    packages = [unit.package_id for unit in units if unit.package_id]
    parts = first.combined_listing_skus
    return PlatformLine(
        platform_sku_id=sku_id,
        platform_product_id=first.product_id or "",
        platform_line_ids=tuple([unit.id for unit in ordered]),
        seller_sku=first.seller_sku.strip() if first.seller_sku else "",
        product_name=first.product_name or "",
        variation=first.sku_name or "",
        image_url=first.sku_image or "",
        quantity=len(units),
        cancelled_quantity=len(cancelled),
        sale_price=amount(first.sale_price),
        is_gift=first.is_gift is True,
        platform_package_ids=tuple(dict.fromkeys(packages)) if packages else (),
        package_units=_package_units(units) if len(set(packages)) > 1 else (),
        components=tuple([(c.sku_id, c.seller_sku or "", c.sku_count or 1) for c in parts]) if parts else (),
        live_room_id=first.room_id or "",
    )


def _package_units(units: list[structs.LineItem]) -> tuple[tuple[str, int], ...]:
    """How many living units of a line lie in each of several parcels."""
    living = [unit.package_id for unit in units if unit.package_id and unit.display_status not in _CANCELLED]
    return tuple([(package_id, living.count(package_id)) for package_id in dict.fromkeys(living)])


def _address(wire: structs.RecipientAddress | None) -> PlatformAddress:
    """The buyer's address. Asterisks are the platform's mask, not a mistake of the buyer."""
    if wire is None:
        return _NO_ADDRESS
    places, deeper = _places(wire.district_info) if wire.district_info else ({}, ())
    written = (wire.address_line1, wire.address_line2, wire.address_line3, wire.address_line4)
    lines = [line.strip() for line in written if line]
    if not lines and wire.address_detail:
        lines = [wire.address_detail.strip()]
    told = "\n".join(lines)
    lines += [place for place in deeper if place not in told]
    name = (wire.name or f"{wire.first_name or ''} {wire.last_name or ''}").strip()
    phone, full, postal_code = wire.phone_number or "", wire.full_address or "", wire.postal_code or ""
    return PlatformAddress(
        name=name,
        phone=phone.strip(),
        region_code=wire.region_code or "",
        postal_code=postal_code.strip(),
        province=places.get("province", ""),
        city=places.get("city") or wire.post_town or "",
        district=places.get("district", ""),
        lines=tuple(lines),
        full_address=full.strip(),
        is_masked="*" in name or "*" in phone or "*" in told or "*" in full or "*" in postal_code,
    )


def _places(levels: Sequence[structs.DistrictInfo]) -> tuple[dict[str, str], list[str]]:
    """Province, city and district, and what lies below them (wards)."""
    places: dict[str, str] = {}
    deeper = []
    for level in levels:
        name = level.address_name
        if not name or level.address_level == "L0":
            continue
        slot = _LEVEL_NAMES.get(level.address_level_name or "") or _LEVELS.get(level.address_level or "")
        if slot and slot not in places:
            places[slot] = name
        else:
            deeper.append(name)
    return places, deeper


def package(wire: structs.Package, *, order_id: str = "", package_id: str = "") -> PlatformPackage:
    """A parcel as the platform sees it; the ids asked for stand in where the answer leaves them out."""
    orders = tuple(ref.id for ref in wire.orders or () if ref.id)
    return PlatformPackage(
        platform_package_id=wire.id or wire.package_id or package_id,
        platform_order_ids=orders or ((order_id,) if order_id else ()),
        platform_line_ids=tuple(wire.order_line_item_ids or ()),
        status=status(wire.status or wire.package_status),
        tracking_number=wire.tracking_number or "",
        shipping_provider_id=wire.shipping_provider_id or "",
        shipping_provider_name=wire.shipping_provider_name or "",
        updated_at=moment(wire.update_time),
    )


def results(ids: Iterable[str], errors: Iterable[structs.ItemError], *, key: str) -> list[ItemResult]:
    """What became of each item of a batch whose own code was 0. A failure without an id counts against all."""
    failed: dict[str, structs.ItemError] = {}
    unnamed: structs.ItemError | None = None
    for error in errors:
        item_id = getattr(error.detail, key) if error.detail else ""
        if item_id:
            failed[item_id] = error
        else:
            unnamed = error
    outcome = []
    for item_id in ids:
        wrong = failed.get(item_id) or unnamed
        outcome.append(
            ItemResult(item_id=item_id, is_ok=True)
            if wrong is None
            else ItemResult(item_id=item_id, is_ok=False, code=text(wrong.code), message=_words(wrong))
        )
    return outcome


def _words(error: structs.ItemError) -> str:
    extra = (error.detail.extra_errors or ()) if error.detail else ()
    return "; ".join(
        dict.fromkeys(word for word in (text(error.message), *(text(e.message) for e in extra)) if word)
    )
