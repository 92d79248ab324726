"""Makes ad accounts as the sandbox has them, and the goods behind them."""

from catalog.models import Listing, Sku
from core import clock
from marketing import ad_accounts, setup
from marketing.models import AdVehicle
from tenancy.actors import AUTO
from tenancy.models import Seller, Shop
from warehouse.models import StockLevel, Warehouse


def connect(*, seller: Seller, world, open_id: str = "sb-cedar") -> list:
    """Connect the sandbox's ad accounts of one of its sellers."""
    setup.prepare_seller(seller)
    code = world.ads.new_auth_code(open_id=open_id)
    return ad_accounts.connect_ads(seller=seller, auth_code=code, actor=AUTO)


def vehicle_of(*, kind: str, products: int) -> AdVehicle:
    """A running vehicle with a hand-picked list of this many products (at least, when more than one)."""
    found = AdVehicle.objects.filter(kind=kind, is_enabled=True).exclude(product_scope="all").order_by("pk")
    return next(
        row
        for row in found
        if len(row.platform_product_ids) == products or (products > 1 and len(row.platform_product_ids) > 1)
    )


def make_goods(
    *, shop: Shop, product_id: str, available: int, safety: int = 10, counted: bool = True
) -> StockLevel:
    """A mapped listing of a platform product with stock behind it."""
    now = clock.now()
    warehouse, _new = Warehouse.objects.get_or_create(code="MAIN", defaults={"name": "Main"})
    sku = Sku.objects.create(seller_sku=f"KF-{product_id[-4:]}", name=f"Goods {product_id[-4:]}")
    Listing.objects.create(
        shop=shop,
        platform_product_id=product_id,
        platform_sku_id=f"{product_id}1",
        title=sku.name,
        sku=sku,
        updated_at=now,
    )
    return StockLevel.objects.create(
        warehouse=warehouse,
        sku=sku,
        on_hand=available,
        safety_stock=safety,
        first_counted_at=now if counted else None,
        changed_at=now,
    )
