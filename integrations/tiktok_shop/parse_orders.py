"""A page of orders, read order by order where it must be: one broken order never takes its neighbors with it.

Sound pages are decoded at once and checked; what the decoder cannot say about one order is said by `_fault`.
"""

import json
from collections.abc import Sequence

import msgspec

from integrations.tiktok_shop import structs
from integrations.tiktok_shop.structs import Unread
from integrations.tiktok_shop.wire import Envelope, Head, ids_as_text

_page = msgspec.json.Decoder(Envelope[structs.Orders], strict=False)
_encode = msgspec.json.Encoder().encode
_SEEN: set[str] = set()  # currencies that have been looked at; there are not many
MOST_DIGITS = 12  # before the point: the books hold no more
MOST_PLACES = 6
# Ids and words that are stored as they come. Free text loses its NULs on the way in, these must have none.
_STORED = ("order_type", "user_id", "delivery_option_id", "warehouse_id", "tracking_number")
_STORED += ("shipping_provider_id", "auto_combine_group_id", "cancellation_initiator")
_STORED_UNIT = ("product_id", "package_id", "tracking_number", "shipping_provider_id", "room_id")


def read(content: bytes) -> Envelope[structs.Orders]:
    """The envelope with the sound orders; the others are named in `unread`. Raises DecodeError when it is no answer at all."""
    try:
        envelope = _page.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        envelope = _one_by_one(content)
    found = envelope.data
    if found is None or not found.orders:
        return envelope
    may_hold_nul = b"\\u0000" in content
    faults = [_fault(order, may_hold_nul=may_hold_nul) for order in found.orders]
    if any(faults):
        pairs = list(zip(found.orders, faults, strict=True))
        found.orders = [order for order, fault in pairs if fault is None]
        found.unread += [Unread(_safe_id(order.id), *fault) for order, fault in pairs if fault]
    return envelope


def _one_by_one(content: bytes) -> Envelope[structs.Orders]:
    """The slow way: some surfaces send ids as numbers, and now and then an order is damaged."""
    try:
        document = json.loads(content.decode("utf-8", "surrogateescape"), strict=False)
        head = msgspec.convert(document, Head, strict=False)
    except (ValueError, RecursionError) as error:
        raise msgspec.DecodeError(str(error)) from error
    data = document.get("data")
    if not isinstance(data, dict):
        return msgspec.convert(document, Envelope[structs.Orders], strict=False)
    rows = data.get("orders")
    rest = msgspec.convert({**data, "orders": None}, structs.Orders, strict=False)
    orders, unread = [], []
    for row in rows if isinstance(rows, list) else [] if rows is None else [rows]:
        order = _one(row)
        (unread if isinstance(order, Unread) else orders).append(order)
    rest.orders, rest.unread = orders, unread
    return Envelope(code=head.code, message=head.message, request_id=head.request_id, data=rest)


def _one(row: object) -> structs.Order | Unread:
    try:
        order = msgspec.convert(ids_as_text(row), structs.Order, strict=False)
        _encode(order)  # half a surrogate pair cannot be stored
    except msgspec.ValidationError as error:
        why, _at, path = str(error).partition(" - at `")
        return Unread(_id_of(row), _path(path, why), _plain(why))
    except (UnicodeEncodeError, RecursionError):
        return Unread(_id_of(row), "order", "holds characters that are no text")
    return order


def _id_of(row: object) -> str:
    value = row.get("id") if isinstance(row, dict) else None
    return _safe_id(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _safe_id(text: str) -> str:
    """An id that can be shown and asked for; anything else is no id."""
    return text if text.isascii() and text.isalnum() and len(text) <= 40 else ""


def _path(path: str, why: str) -> str:
    """`$.line_items[...].sku_id` in the words of their documentation."""
    place = path.rstrip("`").removeprefix("$").lstrip(".").replace("[...]", "[]")
    if "missing required field" in why:
        name = why.split("`")[1]
        place = f"{place}.{name}" if place else name
    return place or "order"


def _plain(why: str) -> str:
    """The decoder's words as the end of a sentence."""
    if "missing required field" in why:
        return "is missing"
    for theirs, ours in (("Expected", "should be"), ("Invalid", "is not a valid")):
        if why.startswith(theirs):
            return f"{ours}{why.removeprefix(theirs)}".replace("`", "")
    return why.replace("`", "")


def _fault(order: structs.Order, *, may_hold_nul: bool) -> tuple[str, str] | None:
    """What is wrong across fields, as (field, why); None for a sound order. Runs for every order: no query, few calls."""
    if not (order.id.isalnum() and order.id.isascii()):
        return "id", "should have letters and digits only"
    payment = order.payment
    currency = ""
    if payment is not None:
        currency = payment.currency or ""
        if not _is_money(payment.total_amount):
            return "payment.total_amount", "is not an amount"
    items = order.line_items
    ids = []
    checked: object = None  # units of one order mostly cost the same
    for item in items:
        ids.append(item.id)
        ids.append(item.sku_id)
        if item.currency != currency and item.currency:
            if currency:
                return "line_items[].currency", "differs within one order"
            currency = item.currency
        if item.sale_price != checked:
            checked = item.sale_price
            if not _is_money(checked):
                return "line_items[].sale_price", "is not an amount"
    text = "".join(ids)
    if not (text.isalnum() and text.isascii()):
        return "line_items[]", "has an id or SKU id with other signs than letters and digits"
    if len(items) > 1 and len(set(ids[::2])) != len(items):
        return "line_items[].id", "is the same on two units"
    if currency and currency not in _SEEN and not _is_currency(currency):
        return "payment.currency", "is not a currency"
    return _nul(order, items) if may_hold_nul else None


def _is_currency(word: str) -> bool:
    if len(word) == 3 and word.isupper() and word.isascii():
        _SEEN.add(word)
        return True
    return False


def _is_money(value: str | int | float | None) -> bool:
    """A plain decimal number, not below nothing; absent and empty count as nothing."""
    if not value:
        return True
    if value.__class__ is not str:
        return 0 <= value < 10**MOST_DIGITS  # also false for what is no number
    if len(value) <= MOST_DIGITS:
        return value.isdecimal() and value.isascii() or _is_long_money(value)
    return _is_long_money(value)


def _is_long_money(value: str) -> bool:
    whole, _point, places = value.partition(".")
    return (
        value.isascii()
        and whole.isdecimal()
        and len(whole) <= MOST_DIGITS
        and (places.isdecimal() if _point else True)
        and len(places) <= MOST_PLACES
    )


def _nul(order: structs.Order, items: Sequence[structs.LineItem]) -> tuple[str, str] | None:
    """Names the field; only asked where a NUL is somewhere on the page."""
    why = "holds a character that no text has"
    for name in _STORED:
        if "\x00" in (getattr(order, name) or ""):
            return name, why
    for item in items:
        for name in _STORED_UNIT:
            if "\x00" in (getattr(item, name) or ""):
                return f"line_items[].{name}", why
        if any("\x00" in part.sku_id for part in item.combined_listing_skus or ()):
            return "line_items[].combined_listing_skus[].sku_id", why
    if any("\x00" in (parcel.id or "") for parcel in order.packages or ()):
        return "packages[].id", why
    return None
