"""What a shop is made of, in plain records. An order keeps one line per unit, as the platform does."""

from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Seller:
    open_id: str
    name: str
    seller_type: str
    base_region: str
    shop_ids: list[str]


@dataclass(slots=True, kw_only=True)
class Shop:
    id: str
    code: str
    name: str
    region: str
    cipher: str
    open_id: str
    seller_type: str
    currency: str
    decimals: int
    zone: str
    warehouse_id: str
    return_warehouse_id: str
    shipping_types: tuple[str, ...]
    is_active: bool = True

    @property
    def is_cross_border(self) -> bool:
        return self.seller_type == "CROSS_BORDER"

    @property
    def marks_as_shipped(self) -> bool:
        """US, UK, EU and Japan create or mark packages; South-East Asia and Latin America ship existing ones."""
        return self.region in {"US", "GB", "DE", "FR", "IT", "ES", "IE", "JP"}


@dataclass(slots=True, kw_only=True)
class Sku:
    id: str
    product_id: str
    seller_sku: str
    name: str
    price: str
    weight_g: int
    available: int
    committed: int = 0
    locked: int = 0
    pushes: int = 0
    # A virtual bundle has no pieces of its own: (SKU id, how many of it).
    parts: list[tuple[str, int]] = field(default_factory=list)
    history: list[tuple[float, int]] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Product:
    id: str
    shop_id: str
    title: str
    status: str
    skus: list[Sku]
    created_at: int
    updated_at: int
    active_at: float = 0.0


@dataclass(slots=True, kw_only=True)
class Line:
    id: str
    sku_id: str
    is_gift: bool
    price: str
    status: str
    package_id: str = ""
    cancel_user: str = ""
    cancel_reason: str = ""


@dataclass(slots=True, kw_only=True)
class Order:
    id: str
    shop_id: str
    status: str
    create_time: int
    update_time: int
    shipping_type: str
    lines: list[Line]
    buyer: dict
    payment: dict
    is_cod: bool
    passes_hold: bool
    hold_seconds: float
    times_out_unpaid: bool = False
    buyer_message: str = ""
    seller_note: str = ""
    delivery_option: str = "STANDARD"
    paid_time: int = 0
    rts_time: int = 0
    collection_time: int = 0
    delivery_time: int = 0
    cancel_time: int = 0
    cancel_reason: str = ""
    cancel_by: str = ""
    request_cancel_time: int = 0
    address_updated: bool = False
    split_or_combine: str = ""
    group_id: str = ""
    replaced_order_id: str = ""
    is_sample: bool = False
    order_type: str = "NORMAL"
    handling_days: int = 0
    release_date: int = 0
    due: dict[str, int] = field(default_factory=dict)
    package_ids: list[str] = field(default_factory=list)
    history: list[tuple[str, float]] = field(default_factory=list)
    uploads: list[dict] = field(default_factory=list)

    def live_lines(self) -> list[Line]:
        return [line for line in self.lines if line.status != "CANCELLED"]


@dataclass(slots=True, kw_only=True)
class Package:
    id: str
    shop_id: str
    order_ids: list[str]
    line_ids: list[str]
    status: str
    sub_status: str
    create_time: int
    update_time: int
    shipping_type: str
    tracking_number: str = ""
    provider_id: str = ""
    provider_name: str = ""
    shipped_at: int = 0
    shipped_by: str = ""
    corrections: int = 0
    label_asked: int = 0
    picked_up_at: float = 0.0
    delivered_at: float = 0.0
    exception_reason: str = ""
    weight: dict = field(default_factory=dict)
    dimension: dict = field(default_factory=dict)
    uploads: list[dict] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Cancellation:
    id: str
    shop_id: str
    order_id: str
    cancel_type: str
    status: str
    role: str
    reason: str
    line_ids: list[str]
    create_time: int
    update_time: int
    deadline: int = 0
    replenish: bool = True
    answers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Return:
    id: str
    shop_id: str
    order_id: str
    kind: str
    status: str
    reason: str
    line_ids: list[str]
    refund_total: str
    create_time: int
    update_time: int
    action: str = ""
    deadline: int = 0
    tracking_number: str = ""
    provider_name: str = ""
    answers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Conversation:
    id: str
    shop_id: str
    buyer_id: str
    create_time: int
    messages: list[dict] = field(default_factory=list)
