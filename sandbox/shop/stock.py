"""What the shops have on their shelves as the platform sees it: available, committed, and every push with its time."""

from decimal import ROUND_HALF_UP, Decimal

from sandbox.shop.catalog import BUNDLES, PRICE_FACTOR, RANGES
from sandbox.shop.model import Product, Shop, Sku

HISTORY = 50


def stock_up(shop: Shop, *, now: float) -> list[Product]:
    """The products of a new shop. Ids are derived from the shop's, so they are the same in every sandbox."""
    bundle_title, seller_sku, name, price, grams, parts = BUNDLES[shop.open_id]
    rows = [*RANGES[shop.open_id], (bundle_title, [(seller_sku, name, price, grams, 0)])]
    products = [_product(shop, place=place, row=row, now=now) for place, row in enumerate(rows, start=1)]
    by_seller_sku = {sku.seller_sku: sku for product in products for sku in product.skus}
    bundle = by_seller_sku[seller_sku]
    bundle.parts = [(by_seller_sku[part].id, count) for part, count in parts]
    bundle.available = min(by_seller_sku[part].available // count for part, count in parts)
    return products


def commit(world, *, sku: Sku, quantity: int) -> None:
    """A buyer ordered it. The platform never shows less than nothing."""
    for part, count in parts_of(world, sku=sku):
        part.available = max(0, part.available - quantity * count)
        part.committed += quantity * count
    _bundles_follow(world, sku=sku)


def ship(world, *, sku: Sku, quantity: int) -> None:
    for part, count in parts_of(world, sku=sku):
        part.committed = max(0, part.committed - quantity * count)


def put_back(world, *, sku: Sku, quantity: int) -> None:
    """A cancelled order gives its pieces back."""
    ship(world, sku=sku, quantity=quantity)
    for part, count in parts_of(world, sku=sku):
        part.available += quantity * count
    _bundles_follow(world, sku=sku)


def push(world, *, sku: Sku, quantity: int) -> None:
    """The seller sets the number outright; what buyers already ordered is not in it."""
    sku.available = quantity
    sku.pushes += 1
    sku.history = [*sku.history[-HISTORY + 1 :], (world.clock.now(), quantity)]
    _bundles_follow(world, sku=sku)


def parts_of(world, *, sku: Sku) -> list[tuple[Sku, int]]:
    """What leaves the shelf for one of it: itself, or the parts of a bundle."""
    return [(world.shop.skus[part_id], count) for part_id, count in sku.parts] or [(sku, 1)]


def _bundles_follow(world, *, sku: Sku) -> None:
    """A bundle can be sold as often as its scarcest part."""
    shop_id = world.shop.products[sku.product_id].shop_id
    bundle = world.shop.skus[world.shop.bundles[shop_id]]
    bundle.available = min(part.available // count for part, count in parts_of(world, sku=bundle))


def _product(shop: Shop, *, place: int, row: tuple, now: float) -> Product:
    title, variations = row
    factor = Decimal(str(PRICE_FACTOR[shop.region]))
    step = Decimal(1).scaleb(-shop.decimals)
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
        for variation, (seller_sku, name, price, grams, pieces) in enumerate(variations, start=1)
    ]
    created = int(now) - 120 * 86_400
    return Product(
        id=product_id,
        shop_id=shop.id,
        title=title,
        status="ACTIVATE",
        skus=skus,
        created_at=created,
        updated_at=created,
    )
