"""The shop's products as the ad side sees them: same ids, and the stock of the very same shop."""


class ShopLink:
    """Read only. A product is available while it is live and at least one piece is left."""

    def __init__(self, world) -> None:
        self.world = world

    def shops(self) -> list:
        return list(self.world.shop.shops.values())

    def products(self, store_id: str) -> list:
        return self.world.shop.products_of(store_id)

    def product(self, item_group_id: str):
        return self.world.shop.products.get(item_group_id)

    def quantity(self, item_group_id: str) -> int:
        return self.world.shop.stock_of_product(item_group_id)

    def is_available(self, item_group_id: str) -> bool:
        return self.quantity(item_group_id) > 0
