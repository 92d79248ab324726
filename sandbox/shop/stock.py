"""What the shops have on their shelves as the platform sees it: available, committed, and every push with its time."""

from decimal import ROUND_HALF_UP, Decimal

from sandbox.shop.catalog import PRICE_FACTOR, RANGES
from sandbox.shop.model import Product, Shop, Sku

HISTORY = 50


def stock_up(shop: Shop, *, now: float) -> list[Product]:
    """The products of a new shop. Ids are derived from the shop's, so they are the same in every sandbox."""
    products = []
    factor = Decimal(str(PRICE_FACTOR[shop.region]))
    step = Decimal(1).scaleb(-shop.decimals)
    for place, (title, rows) in enumerate(RANGES[shop.open_id], start=1):
        product_id = f"1729{shop.id[-6:]}{place:09d}"
        skus = [
            Sku(
                id=f"1730{shop.id[-6:]}{place:06d}{variation:03d}",
                product_id=product_id,
                seller_sku=seller_sku,
                name=name,
                price=str((Decimal(str(price)) * factor).quantize(step, rounding=ROUND_HALF_UP)),
                weight_g=grams,
                available=pieces,
            )
            for variation, (seller_sku, name, price, grams, pieces) in enumerate(rows, start=1)
        ]
        created = int(now) - 120 * 86_400
        products.append(
            Product(
                id=product_id,
                shop_id=shop.id,
                title=title,
                status="ACTIVATE",
                skus=skus,
                created_at=created,
                updated_at=created,
            )
        )
    return products


def commit(sku: Sku, *, quantity: int) -> None:
    """A buyer ordered it. The platform never shows less than nothing."""
    sku.available = max(0, sku.available - quantity)
    sku.committed += quantity


def ship(sku: Sku, *, quantity: int) -> None:
    sku.committed = max(0, sku.committed - quantity)


def put_back(sku: Sku, *, quantity: int) -> None:
    """A cancelled order gives its pieces back."""
    ship(sku, quantity=quantity)
    sku.available += quantity


def push(sku: Sku, *, quantity: int, now: float) -> None:
    """The seller sets the number outright; what buyers already ordered is not in it."""
    sku.available = quantity
    sku.pushes += 1
    sku.history = [*sku.history[-HISTORY + 1 :], (now, quantity)]
