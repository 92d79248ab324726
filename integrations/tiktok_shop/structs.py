"""TikTok Shop's wire objects, as loose as the platform is: unknown fields are ignored, most may be absent or null.

What an order cannot do without stands here as a limit, so that the decoder checks it at no cost.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

LAST_SECOND = 4_102_444_800  # the year 2100; milliseconds by mistake lie far behind it

Text = str | None
# Epoch seconds on the wire; 0 means "not known", like absence.
Seconds = Annotated[int, Meta(ge=0, le=LAST_SECOND)] | None
Placed = Annotated[int, Meta(ge=1_400_000_000, le=LAST_SECOND)]  # since 2014: there were no shops before
Id = Annotated[str, Meta(min_length=1, max_length=40)]
MaybeId = Annotated[str, Meta(max_length=40)] | None
Word = Annotated[str, Meta(max_length=80)] | None  # one of their fixed words; unknown ones are borne
Part = Annotated[str, Meta(max_length=1000)] | None
Prose = Annotated[str, Meta(max_length=20_000)] | None
Amount = str | int | float | None
Code = str | int | None  # numbers in most batches, text in some


class Loose(msgspec.Struct, kw_only=True, gc=False):
    """Base of all wire objects."""


class DistrictInfo(Loose):
    address_level: Word = None
    address_level_name: Part = None
    address_name: Part = None


class RecipientAddress(Loose):
    name: Part = None
    first_name: Part = None
    last_name: Part = None
    phone_number: Part = None
    full_address: Part = None
    address_detail: Part = None
    address_line1: Part = None
    address_line2: Part = None
    address_line3: Part = None
    address_line4: Part = None
    postal_code: Part = None
    region_code: Part = None
    post_town: Part = None
    district_info: Annotated[list[DistrictInfo], Meta(max_length=40)] | None = None


class Payment(Loose):
    currency: Word = None
    total_amount: Amount = None


class CombinedSku(Loose):
    sku_id: Id
    seller_sku: Prose = None
    sku_count: Annotated[int, Meta(ge=1, le=1000)] | None = None


class LineItem(Loose):
    """One unit: quantity is the number of such objects."""

    id: Id
    sku_id: Id
    product_id: MaybeId = None
    seller_sku: Prose = None
    sku_name: Prose = None
    product_name: Prose = None
    sku_image: Prose = None
    display_status: Word = None
    package_id: MaybeId = None
    tracking_number: Word = None
    shipping_provider_id: MaybeId = None
    shipping_provider_name: Prose = None
    sale_price: Amount = None
    currency: Word = None
    is_gift: bool | None = None
    combined_listing_skus: Annotated[list[CombinedSku], Meta(max_length=100)] | None = None
    room_id: MaybeId = None


class Ref(Loose):
    id: Text = None


class ParcelRef(Loose):
    id: MaybeId = None


class HandlingDuration(Loose):
    days: Annotated[str, Meta(max_length=10)] | None = None  # a number in quotes
    type: Word = None


class Order(Loose):
    id: Id
    status: Annotated[str, Meta(min_length=1, max_length=80)]
    create_time: Placed
    line_items: Annotated[list[LineItem], Meta(min_length=1, max_length=2000)]
    order_type: Word = None
    user_id: MaybeId = None
    buyer_message: Prose = None
    seller_note: Prose = None
    paid_time: Seconds = None
    update_time: Seconds = None
    release_date: Seconds = None
    handling_duration: HandlingDuration | None = None
    fulfillment_type: Word = None
    shipping_type: Word = None
    delivery_option_id: MaybeId = None
    delivery_option_name: Prose = None
    shipping_provider: Prose = None
    shipping_provider_id: MaybeId = None
    tracking_number: Word = None
    warehouse_id: MaybeId = None
    packages: Annotated[list[ParcelRef], Meta(max_length=200)] | None = None
    auto_combine_group_id: Word = None
    is_cod: bool | None = None
    is_sample_order: bool | None = None
    is_refundable_sample: bool | None = None
    is_on_hold_order: bool | None = None
    has_updated_recipient_address: bool | None = None
    is_buyer_request_cancel: bool | None = None
    request_cancel_time: Seconds = None
    cancellation_initiator: Word = None
    cancel_reason: Prose = None
    cancel_time: Seconds = None
    rts_sla_time: Seconds = None
    tts_sla_time: Seconds = None
    shipping_due_time: Seconds = None
    collection_due_time: Seconds = None
    delivery_sla_time: Seconds = None
    delivery_due_time: Seconds = None
    rts_time: Seconds = None
    collection_time: Seconds = None
    delivery_time: Seconds = None
    recipient_address: RecipientAddress | None = None
    payment: Payment | None = None


class Unread(msgspec.Struct):
    """An order of a page that could not be read: what is wrong with it, without a word of what it says."""

    id: str
    field: str
    why: str


class Orders(Loose):
    orders: list[Order] | None = None
    unread: list[Unread] = msgspec.field(default_factory=list, name=" unread")  # ours: no answer has it
    next_page_token: str | None = None
    total_count: int | None = None


class Package(Loose):
    """List, detail and create answers share these fields; detail calls the id `package_id` on some versions."""

    id: Text = None
    package_id: Text = None
    orders: list[Ref] | None = None
    order_line_item_ids: list[str] | None = None
    status: Text = None
    package_status: Text = None
    tracking_number: Text = None
    shipping_provider_id: Text = None
    shipping_provider_name: Text = None
    update_time: Seconds = None


class Packages(Loose):
    packages: list[Package] | None = None
    next_page_token: str | None = None
    total_count: int | None = None


class ErrorDetail(Loose):
    package_id: Text = None
    order_id: Text = None
    sku_id: Text = None
    product_id: Text = None
    extra_errors: list["ItemError"] | None = None


class ItemError(Loose):
    """One failed item inside an answer whose own code is 0."""

    code: Code = None
    message: Text = None
    warehouse_id: Text = None
    detail: ErrorDetail | None = None


class Partial(Loose):
    errors: list[ItemError] | None = None


class ShipWarning(Loose):
    message: Text = None


class Shipped(Loose):
    order_id: Text = None
    package_id: Text = None
    order_line_item_ids: list[str] | None = None
    warning: ShipWarning | None = None


class Document(Loose):
    doc_url: Text = None
    tracking_number: Text = None


class WarehouseAddress(Loose):
    region_code: Text = None


class Warehouse(Loose):
    id: Text = None
    name: Text = None
    effect_status: Text = None
    type: Text = None
    is_default: bool | None = None
    address: WarehouseAddress | None = None


class Warehouses(Loose):
    warehouses: list[Warehouse] | None = None


class Provider(Loose):
    id: Text = None
    name: Text = None


class Providers(Loose):
    shipping_providers: list[Provider] | None = None


class Price(Loose):
    currency: Text = None
    sale_price: Amount = None
    tax_exclusive_price: Amount = None


class Inventory(Loose):
    warehouse_id: Text = None
    quantity: int | None = None
    available_quantity: int | None = None


class SalesAttribute(Loose):
    value_name: Text = None


class StatusInfo(Loose):
    status: Text = None


class Sku(Loose):
    id: Text = None
    seller_sku: Text = None
    price: Price | None = None
    inventory: list[Inventory] | None = None
    warehouse_inventory: list[Inventory] | None = None
    status_info: StatusInfo | None = None
    sales_attributes: list[SalesAttribute] | None = None


class Image(Loose):
    urls: list[str] | None = None
    thumb_urls: list[str] | None = None


class Product(Loose):
    id: Text = None
    product_id: Text = None
    title: Text = None
    status: Text = None
    skus: list[Sku] | None = None
    main_images: list[Image] | None = None


class Products(Loose):
    products: list[Product] | None = None
    next_page_token: str | None = None
    total_count: int | None = None


class Inventories(Loose):
    inventory: list[Product] | None = None


class NextAction(Loose):
    action: Text = None
    deadline: Seconds = None


class Cancellation(Loose):
    cancel_id: Text = None
    order_id: Text = None
    cancel_type: Text = None
    cancel_status: Text = None
    cancel_reason: Text = None
    cancel_reason_text: Text = None
    seller_next_action_response: list[NextAction] | None = None
    should_replenish_stock: bool | None = None
    update_time: Seconds = None


class Cancellations(Loose):
    cancellations: list[Cancellation] | None = None
    next_page_token: str | None = None
    total_count: int | None = None


class Token(Loose):
    access_token: str
    access_token_expire_in: int
    refresh_token: str
    refresh_token_expire_in: int
    open_id: Text = None
    seller_name: Text = None
    seller_base_region: Text = None
    granted_scopes: list[str] | None = None


class Shop(Loose):
    id: Text = None
    name: Text = None
    region: Text = None
    seller_type: Text = None
    cipher: Text = None
    code: Text = None


class Shops(Loose):
    shops: list[Shop] | None = None


class Conversation(Loose):
    conversation_id: Text = None


class Sent(Loose):
    message_id: Text = None


class Message(Loose):
    type: Text = None
    content: Text = None


class Messages(Loose):
    messages: list[Message] | None = None
