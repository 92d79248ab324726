"""What the rest of the program may ask of other people's systems, and the frozen values they speak.

Everything here is in our words: UTC datetimes, Decimal money, our states. Foreign codes end at each client's parse module.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from integrations.after_sales import AfterSales
from integrations.values import ItemResult, Page, Value

# --- what the shop platform says -------------------------------------------------------------


class PlatformAddress(Value):
    name: str = ""
    phone: str = ""
    region_code: str = ""
    postal_code: str = ""
    province: str = ""
    city: str = ""
    district: str = ""
    lines: tuple[str, ...] = ()
    full_address: str = ""
    is_masked: bool = False


class PlatformLine(Value):
    """All units of one platform SKU in an order; the platform sends one object per unit."""

    platform_sku_id: str
    platform_product_id: str
    platform_line_ids: tuple[str, ...]
    seller_sku: str = ""
    product_name: str = ""
    variation: str = ""
    image_url: str = ""
    quantity: int = 1
    cancelled_quantity: int = 0
    sale_price: Decimal = Decimal(0)
    is_gift: bool = False
    platform_package_ids: tuple[str, ...] = ()
    package_units: tuple[tuple[str, int], ...] = ()  # only where the units lie in several parcels
    components: tuple[
        tuple[str, str, int], ...
    ] = ()  # (platform sku id, seller sku, units) of a virtual bundle
    live_room_id: str = ""


class PlatformDeadlines(Value):
    """The platform's own times (None = not given): they win over any rule of ours."""

    ship_by: datetime | None = None  # rts_sla_time
    collect_by: datetime | None = None  # tts_sla_time
    cancel_ship_at: datetime | None = None  # shipping_due_time
    cancel_collect_at: datetime | None = None  # collection_due_time
    deliver_by: datetime | None = None  # delivery_sla_time
    cancel_deliver_at: datetime | None = None  # delivery_due_time


class PlatformOrder(Value):
    platform_order_id: str
    status: str  # one of orders.models.PlatformStatus values, lower snake
    updated_at: datetime
    placed_at: datetime
    paid_at: datetime | None = None
    order_type: str = "normal"
    fulfillment_type: str = "seller"  # seller | platform
    shipping_type: str = "platform"  # platform | seller | none
    delivery_option_id: str = ""
    delivery_option_name: str = ""
    platform_warehouse_id: str = ""
    warehouse_name: str = ""
    buyer_user_id: str = ""
    buyer_message: str = ""
    seller_note: str = ""
    currency: str = ""
    total_amount: Decimal = Decimal(0)
    is_cod: bool = False
    is_sample: bool = False
    is_on_hold: bool = False
    is_buyer_cancel_requested: bool = False
    cancel_requested_at: datetime | None = None
    cancel_reason: str = ""
    cancel_initiator: str = ""
    cancelled_at: datetime | None = None
    ready_at: datetime | None = None  # rts_time: shipping was arranged
    collected_at: datetime | None = None  # the carrier's pickup scan
    delivered_at: datetime | None = None
    deadlines: PlatformDeadlines = PlatformDeadlines()
    address: PlatformAddress = PlatformAddress()
    platform_package_ids: tuple[str, ...] = ()
    tracking_number: str = ""
    shipping_provider_id: str = ""
    shipping_provider_name: str = ""
    lines: tuple[PlatformLine, ...] = ()
    has_updated_address: bool = False
    auto_combine_group_id: str = ""
    handling_days: int | None = None  # working days that the seller may take before the platform's own count
    released_at: datetime | None = None  # a pre-order: when it is released


class BrokenOrder(Value):
    """An order of which no picture could be made: which field, and what is wrong with it. Never what it says."""

    platform_order_id: str  # empty where not even that could be read
    field: str
    why: str


class OrderList(list[PlatformOrder]):
    """Orders, and beside them those of the same answer that could not be read."""

    def __init__(self, orders: Iterable[PlatformOrder] = (), *, broken: Iterable[BrokenOrder] = ()) -> None:
        super().__init__(orders)
        self.broken = tuple(broken)

    def plus(self, other: "OrderList") -> "OrderList":
        """Both answers as one."""
        return OrderList([*self, *other], broken=[*self.broken, *other.broken])


class PlatformPackage(Value):
    platform_package_id: str
    platform_order_ids: tuple[str, ...]
    platform_line_ids: tuple[str, ...] = ()
    status: str = ""  # to_fulfill | processing | fulfilling | completed | cancelled
    tracking_number: str = ""
    shipping_provider_id: str = ""
    shipping_provider_name: str = ""
    updated_at: datetime | None = None


class PlatformSku(Value):
    """One sellable SKU of a shop's product: what becomes a Listing."""

    platform_product_id: str
    platform_sku_id: str
    title: str
    variation: str = ""
    seller_sku: str = ""
    status: str = "active"  # active | inactive | pending | frozen | deleted
    price: Decimal = Decimal(0)
    currency: str = ""
    image_url: str = ""
    quantities: Mapping[str, int] = {}  # platform warehouse id -> quantity


class PlatformWarehouse(Value):
    platform_warehouse_id: str
    name: str
    is_default: bool = False
    is_return: bool = False
    is_enabled: bool = True
    region_code: str = ""


class ShippingProvider(Value):
    provider_id: str
    name: str


class ShopGrant(Value):
    """One shop that an authorization covers."""

    platform_shop_id: str
    name: str
    region: str
    cipher: str
    is_cross_border: bool = False
    code: str = ""


class TokenGrant(Value):
    access_token: str
    access_expires_at: datetime
    refresh_token: str
    refresh_expires_at: datetime
    open_id: str = ""
    seller_name: str = ""
    region: str = ""
    scopes: tuple[str, ...] = ()


class ShipRequest(Value):
    platform_package_id: str
    platform_order_id: str = ""
    platform_line_ids: tuple[str, ...] = ()
    tracking_number: str = ""  # only when the seller's own carrier carries it
    shipping_provider_id: str = ""
    weight_g: int = 0  # of the closed carton; where the platform chooses the service, it does so by these
    size_mm: tuple[int, ...] = ()  # length, width, height


class ShipOutcome(Value):
    platform_package_id: str
    is_ok: bool
    tracking_number: str = ""
    warning: str = ""
    code: str = ""
    message: str = ""


class LabelDocument(Value):
    content: bytes
    content_type: str
    tracking_number: str = ""


class StockValue(Value):
    """Absolute sellable quantity of one platform SKU, every warehouse named."""

    platform_product_id: str
    platform_sku_id: str
    quantities: Mapping[str, int]


class ShopPlatform(AfterSales, Protocol):
    """A shop platform, bound to one connection and (where needed) one shop."""

    def exchange_code(self, *, auth_code: str) -> TokenGrant: ...
    def refresh_token(self, *, refresh_token: str) -> TokenGrant: ...
    def authorized_shops(self) -> list[ShopGrant]: ...
    def search_orders(
        self,
        *,
        updated_from: datetime,
        updated_to: datetime | None = None,
        page_token: str = "",
        page_size: int = 100,
    ) -> Page: ...
    def orders_placed(
        self,
        *,
        placed_from: datetime,
        placed_to: datetime,
        status: str = "",
        by_change: bool = False,
        page_token: str = "",
        page_size: int = 100,
    ) -> Page: ...
    def get_orders(self, *, platform_order_ids: Sequence[str]) -> OrderList: ...
    def search_packages(
        self, *, updated_from: datetime, page_token: str = "", page_size: int = 50
    ) -> Page: ...
    def get_package(self, *, platform_package_id: str) -> PlatformPackage: ...
    def ship_packages(self, *, requests: Sequence[ShipRequest]) -> list[ShipOutcome]: ...
    def mark_shipped(self, *, request: ShipRequest) -> ShipOutcome: ...
    def create_package(
        self,
        *,
        platform_order_id: str,
        platform_line_ids: Sequence[str] = (),
        weight_g: int = 0,
        size_mm: Sequence[int] = (),
    ) -> PlatformPackage: ...
    def correct_tracking(self, *, request: ShipRequest) -> ShipOutcome: ...
    def shipping_label(self, *, platform_package_id: str) -> LabelDocument: ...
    def warehouses(self) -> list[PlatformWarehouse]: ...
    def shipping_providers(self, *, delivery_option_id: str) -> list[ShippingProvider]: ...
    def search_skus(self, *, page_token: str = "", page_size: int = 100) -> Page: ...
    def set_stock(self, *, platform_product_id: str, values: Sequence[StockValue]) -> list[ItemResult]: ...
    def read_stock(self, *, platform_sku_ids: Sequence[str]) -> Mapping[str, Mapping[str, int]]: ...
    def open_conversation(self, *, buyer_user_id: str) -> str: ...
    def send_message(self, *, conversation_id: str, text: str) -> str: ...
    def recent_messages(self, *, conversation_id: str) -> list[str]: ...


# --- what the ad platform says ---------------------------------------------------------------


class AdAccountInfo(Value):
    advertiser_id: str
    name: str
    status: str = ""
    currency: str = ""
    time_zone: str = ""
    balance: Decimal | None = None


class AdGrant(Value):
    access_token: str
    advertiser_ids: tuple[str, ...]
    scopes: tuple[str, ...] = ()


class AdObject(Value):
    """One thing that can be switched: a GMV Max campaign, a campaign, an ad group or an ad."""

    advertiser_id: str
    kind: str  # gmv_max_product | gmv_max_live | campaign | ad_group | ad
    platform_id: str
    parent_id: str = ""
    campaign_id: str = ""
    name: str = ""
    is_enabled: bool = False  # operation_status, what somebody set; never inferred from the result
    operation_status: str = ""
    secondary_status: str = ""  # verbatim
    budget: Decimal | None = None
    budget_mode: str = ""
    product_scope: str = ""  # all | custom | none
    platform_product_ids: tuple[str, ...] = ()
    store_id: str = ""


class AdPlatform(Protocol):
    """An ad platform, bound to one grant."""

    def exchange_code(self, *, auth_code: str) -> AdGrant: ...
    def accounts(self) -> list[AdAccountInfo]: ...
    def account_info(self, *, advertiser_ids: Sequence[str]) -> list[AdAccountInfo]: ...
    def list_objects(self, *, advertiser_id: str) -> list[AdObject]: ...
    def read_object(self, *, advertiser_id: str, kind: str, platform_id: str) -> AdObject: ...
    def set_enabled(
        self, *, advertiser_id: str, kind: str, platform_ids: Sequence[str], enabled: bool
    ) -> list[ItemResult]: ...
    def set_products(
        self, *, advertiser_id: str, platform_id: str, platform_product_ids: Sequence[str]
    ) -> ItemResult: ...
    def set_budget(
        self, *, advertiser_id: str, kind: str, platform_id: str, budget: Decimal
    ) -> ItemResult: ...


# --- what carriers say -----------------------------------------------------------------------


class CarrierEvent(Value):
    """One thing that a carrier said about a parcel, unchanged in `raw`."""

    happened_at: datetime
    status: str  # one of logistics.models.TrackingStatus values
    exception: str = ""  # one of logistics.models.ExceptionKind values, empty when all is well
    text: str = ""
    place: str = ""
    provider_code: str = ""
    event_hash: str = ""


class TrackingSnapshot(Value):
    number: str
    carrier_code: str = ""
    status: str = "unknown"
    exception: str = ""
    events: tuple[CarrierEvent, ...] = ()
    destination_country: str = ""
    tag: str = ""
    is_stopped: bool = False
    raw: Mapping[str, object] = {}


class ParcelToTrack(Value):
    number: str
    carrier_code: str  # the provider's own key where known, "" for auto-detection
    tag: str = ""


class TrackingProvider(Protocol):
    """A tracking aggregator."""

    name: str
    max_batch: int

    def register(self, *, parcels: Sequence[ParcelToTrack]) -> list[ItemResult]: ...
    def fetch(self, *, parcels: Sequence[ParcelToTrack]) -> list[TrackingSnapshot]: ...
    def stop(self, *, numbers: Sequence[str]) -> list[ItemResult]: ...
    def verify(self, *, headers: Mapping[str, str], body: bytes) -> bool: ...
    def parse_push(self, *, body: bytes) -> list[TrackingSnapshot]: ...
