"""Makes platform orders, SKUs and orders that have gone through intake and review."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from catalog.models import Listing, Sku
from integrations.ports import PlatformAddress, PlatformLine, PlatformOrder
from orders import intake
from orders.models import Order
from tenancy.models import Shop

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # a Monday, 15:00 in Vietnam

ADDRESS_VN = PlatformAddress(
    name="Trần Minh Anh",
    phone="(+84)901000001",
    region_code="VN",
    province="Hồ Chí Minh",
    city="Quận 7",
    lines=("12 Hoa Sứ",),
    full_address="12 Hoa Sứ, Tân Phú, Quận 7, Hồ Chí Minh",
)


def make_sku(code: str = "KF-MUG-SEA", *, name: str = "Pebble enamel mug", **columns: object) -> Sku:
    """A SKU of the seller in scope; the one with this code when it exists."""
    return Sku.objects.get_or_create(seller_sku=code, defaults={"name": name, **columns})[0]


def make_listing(
    *, shop: Shop, platform_sku_id: str, sku: Sku | None = None, product_id: str = "", **columns: object
) -> Listing:
    defaults = {
        "platform_product_id": product_id or f"P{platform_sku_id}",
        "title": "Pebble enamel mug",
        "seller_sku": sku.seller_sku if sku else "",
        "sku": sku,
        "updated_at": NOW,
    }
    return Listing.objects.create(shop=shop, platform_sku_id=platform_sku_id, **{**defaults, **columns})


def line(
    seller_sku: str = "KF-MUG-SEA", *, quantity: int = 1, platform_sku_id: str = "", **values
) -> PlatformLine:
    """A line whose platform SKU id follows from its seller SKU."""
    platform_id = platform_sku_id or f"17{sum(map(ord, seller_sku)):06d}"
    values.setdefault("platform_line_ids", tuple(f"{platform_id}-{n}" for n in range(quantity)))
    return PlatformLine(
        **{
            "platform_sku_id": platform_id,
            "platform_product_id": f"P{platform_id}",
            "seller_sku": seller_sku,
            "product_name": "Pebble enamel mug",
            "quantity": quantity,
            "sale_price": Decimal("89000"),
            **values,
        }
    )


def platform_order(
    platform_order_id: str = "576461413038785752", *, now: datetime = NOW, **values
) -> PlatformOrder:
    """An order that is paid, shows its address and is ours to ship; override what matters."""
    return PlatformOrder(
        **{
            "platform_order_id": platform_order_id,
            "status": "awaiting_shipment",
            "updated_at": now - timedelta(minutes=5),
            "placed_at": now - timedelta(hours=2),
            "paid_at": now - timedelta(hours=2),
            "shipping_type": "seller",
            "delivery_option_id": "7091",
            "delivery_option_name": "Standard shipping",
            "platform_warehouse_id": "6966",
            "buyer_user_id": "7494",
            "currency": "VND",
            "total_amount": Decimal("89000"),
            "address": ADDRESS_VN,
            "platform_package_ids": (f"PK{platform_order_id}",),
            "lines": (line(),),
            **values,
        }
    )


def take_in(shop: Shop, *orders: PlatformOrder, now: datetime = NOW, source: str = "api") -> Sequence[Order]:
    """Import orders and give them back as they are stored."""
    intake.import_orders(shop=shop, orders=orders, source=source, now=now)
    ids = [order.platform_order_id for order in orders]
    return list(Order.objects.filter(shop=shop, platform_order_id__in=ids).order_by("platform_order_id"))


def make_order(
    *, shop: Shop, platform_order_id: str = "576461413038785752", now: datetime = NOW, **values
) -> Order:
    """One order with the given picture; the SKUs that its lines name exist."""
    return make_many(shop, platform_order(platform_order_id, now=now, **values), now=now)[0]


def make_many(shop: Shop, *pictures: PlatformOrder, now: datetime = NOW) -> Sequence[Order]:
    """Orders with the given pictures, imported in one go; the SKUs that their lines name exist."""
    for code in dict.fromkeys(one.seller_sku for picture in pictures for one in picture.lines):
        make_sku(code)
    return take_in(shop, *pictures, now=now)


def make_approved_package(*, shop: Shop, now: datetime = NOW, **values):
    """The planned package of an approved order."""
    order = make_order(shop=shop, now=now, **values)
    return order.packages.get()
