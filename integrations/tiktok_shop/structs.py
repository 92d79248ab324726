"""TikTok Shop's wire objects, as loose as the platform is: unknown fields are ignored, anything may be absent or null."""

from datetime import datetime

import msgspec

Text = str | None
Seconds = datetime | None  # epoch seconds on the wire; 0 means "not known", like absence
Amount = str | int | float | None
Code = str | int | None  # numbers in most batches, text in some


class Loose(msgspec.Struct, kw_only=True, gc=False):
    """Base of all wire objects."""


class DistrictInfo(Loose):
    address_level: Text = None
    address_level_name: Text = None
    address_name: Text = None


class RecipientAddress(Loose):
    name: Text = None
    first_name: Text = None
    last_name: Text = None
    phone_number: Text = None
    full_address: Text = None
    address_detail: Text = None
    address_line1: Text = None
    address_line2: Text = None
    address_line3: Text = None
    address_line4: Text = None
    postal_code: Text = None
    region_code: Text = None
    post_town: Text = None
    district_info: list[DistrictInfo] | None = None


class Payment(Loose):
    currency: Text = None
    total_amount: Amount = None


class CombinedSku(Loose):
    sku_id: Text = None
    seller_sku: Text = None
    sku_count: int | None = None


class LineItem(Loose):
    """One unit: quantity is the number of such objects."""

    id: Text = None
    sku_id: Text = None
    product_id: Text = None
    seller_sku: Text = None
    sku_name: Text = None
    product_name: Text = None
    sku_image: Text = None
    display_status: Text = None
    package_id: Text = None
    tracking_number: Text = None
    shipping_provider_id: Text = None
    shipping_provider_name: Text = None
    sale_price: Amount = None
    currency: Text = None
    is_gift: bool | None = None
    combined_listing_skus: list[CombinedSku] | None = None
    room_id: Text = None


class Ref(Loose):
    id: Text = None


class Order(Loose):
    id: Text
    status: Text = None
    order_type: Text = None
    user_id: Text = None
    buyer_message: Text = None
    seller_note: Text = None
    create_time: Seconds = None
    paid_time: Seconds = None
    update_time: Seconds = None
    fulfillment_type: Text = None
    shipping_type: Text = None
    delivery_option_id: Text = None
    delivery_option_name: Text = None
    shipping_provider: Text = None
    shipping_provider_id: Text = None
    tracking_number: Text = None
    warehouse_id: Text = None
    packages: list[Ref] | None = None
    auto_combine_group_id: Text = None
    is_cod: bool | None = None
    is_sample_order: bool | None = None
    is_refundable_sample: bool | None = None
    is_on_hold_order: bool | None = None
    has_updated_recipient_address: bool | None = None
    is_buyer_request_cancel: bool | None = None
    request_cancel_time: Seconds = None
    cancellation_initiator: Text = None
    cancel_reason: Text = None
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
    line_items: list[LineItem] | None = None


class Orders(Loose):
    orders: list[Order] | None = None
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
