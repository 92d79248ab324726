"""The shops' memory: sellers, goods, orders, packages, cancellations, messages, and what runs out when."""

import heapq
import pickle
from hashlib import sha256

from sandbox.shop import history, lifecycle, stock
from sandbox.shop.authorizations import Authorizations
from sandbox.shop.catalog import SELLERS, SHOPS
from sandbox.shop.index import TimeIndex
from sandbox.shop.model import (
    Cancellation,
    Conversation,
    Line,
    Order,
    Package,
    Product,
    Return,
    Seller,
    Shop,
    Sku,
)
from sandbox.shop.production import Production

# kind -> first id; ids are long decimal strings that grow, as on the wire
ID_STARTS = {
    "order": 576_461_400_000_000_000,
    "line": 576_461_500_000_000_000,
    "package": 1_152_321_127_000_000_000,
    "cancel": 4_035_225_000_000_000_000,
    "return": 4_035_226_000_000_000_000,
    "notification": 7_380_066_000_000_000_000,
    "conversation": 7_494_560_000_000_000_000,
    "message": 7_494_570_000_000_000_000,
    "group": 7_494_580_000_000_000_000,
}
STEP = 8_191


class ShopWorld:
    def __init__(self, world) -> None:
        self.world = world
        self.sellers: dict[str, Seller] = {}
        self.shops: dict[str, Shop] = {}
        self.products: dict[str, Product] = {}
        self.skus: dict[str, Sku] = {}
        self.auth = Authorizations(world)
        self.production = Production(world)
        self.orders: dict[str, Order] = {}
        self.packages: dict[str, Package] = {}
        self.cancellations: dict[str, Cancellation] = {}
        self.returns: dict[str, Return] = {}
        self.conversations: dict[str, Conversation] = {}
        self.webhooks: dict[tuple[str, str], dict] = {}
        self.numbers: dict[str, list[str]] = {}
        self.serials: dict[str, int] = {}
        self.timers: list[tuple[float, int, str, str]] = []
        self.revision = 0
        self.rendered: dict[str, str] = {}
        self.frozen: dict[str, bytes] = {}
        self._found()
        world.carriers.on_event(lambda parcel, event: lifecycle.on_scan(world, parcel=parcel, event=event))

    def _found(self) -> None:
        for row in SELLERS:
            owned = [shop[0] for shop in SHOPS if shop[4] == row["open_id"]]
            self.sellers[row["open_id"]] = Seller(**row, shop_ids=owned)
        for row in SHOPS:
            shop = _shop(row, seller_type=self.sellers[row[4]].seller_type)
            self.shops[shop.id] = shop
            for product in stock.stock_up(shop, now=self.world.clock.now()):
                self.products[product.id] = product
                self.skus.update({sku.id: sku for sku in product.skus})
        self._index()

    def _index(self) -> None:
        self.bundles = {
            self.products[sku.product_id].shop_id: sku.id for sku in self.skus.values() if sku.parts
        }
        self.by_cipher = {shop.cipher: shop for shop in self.shops.values()}
        self.created = {shop_id: TimeIndex() for shop_id in self.shops}
        self.updated = {shop_id: TimeIndex() for shop_id in self.shops}
        self.packages_updated = {shop_id: TimeIndex() for shop_id in self.shops}
        for order in self.orders.values():
            self.created[order.shop_id].add(key=order.create_time, id=order.id)
            self.updated[order.shop_id].add(key=order.update_time, id=order.id)
        for package in self.packages.values():
            self.packages_updated[package.shop_id].add(key=package.update_time, id=package.id)
        self.rendered.clear()

    def seed_history(self) -> None:
        history.seed(self.world)

    def tick(self) -> None:
        self.production.tick()
        now = self.world.clock.now()
        while self.timers and self.timers[0][0] <= now:
            _at, _serial, action, subject = heapq.heappop(self.timers)
            lifecycle.on_timer(self.world, action=action, subject=subject)
        self.auth.warn_of_expiry()

    def next_id(self, kind: str) -> str:
        return str(ID_STARTS[kind] + self.next_serial(kind) * STEP)

    def next_serial(self, kind: str) -> int:
        self.serials[kind] = self.serials.get(kind, 0) + 1
        return self.serials[kind]

    def at(self, when: float, *, action: str, subject: str) -> None:
        """Have `lifecycle.on_timer` look at it then; what it finds decides, so a stale timer does no harm."""
        heapq.heappush(self.timers, (when, self.next_serial("timer"), action, subject))

    def add_order(self, order: Order) -> None:
        self.orders[order.id] = order
        self.created[order.shop_id].add(key=order.create_time, id=order.id)
        self.updated[order.shop_id].add(key=order.update_time, id=order.id)
        self.revision += 1

    def touch(self, order: Order, *, update_time: float | None = None) -> None:
        """Something of the order changed; only a change of status moves its `update_time`."""
        self.rendered.pop(order.id, None)
        self.frozen.pop(order.id, None)
        self.revision += 1
        if update_time is not None and int(update_time) != order.update_time:
            index = self.updated[order.shop_id]
            index.remove(key=order.update_time, id=order.id)
            order.update_time = int(update_time)
            index.add(key=order.update_time, id=order.id)

    def add_package(self, package: Package) -> None:
        self.packages[package.id] = package
        self.packages_updated[package.shop_id].add(key=package.update_time, id=package.id)
        self.revision += 1

    def touch_package(self, package: Package) -> None:
        index = self.packages_updated[package.shop_id]
        index.remove(key=package.update_time, id=package.id)
        package.update_time = int(self.world.clock.now())
        index.add(key=package.update_time, id=package.id)
        for order_id in package.order_ids:
            self.touch(self.orders[order_id])

    def drop_package(self, package: Package) -> None:
        self.packages.pop(package.id, None)
        self.packages_updated[package.shop_id].remove(key=package.update_time, id=package.id)
        self.revision += 1

    def packages_of(self, order: Order) -> list[Package]:
        return [self.packages[package_id] for package_id in order.package_ids if package_id in self.packages]

    def products_of(self, shop_id: str) -> list[Product]:
        return [product for product in self.products.values() if product.shop_id == shop_id]

    def stock_of_product(self, product_id: str) -> int:
        """Pieces that buyers can still order, over all its SKUs."""
        product = self.products.get(product_id)
        if product is None or product.status != "ACTIVATE":
            return 0
        return sum(sku.available for sku in product.skus)

    def snapshot(self) -> dict:
        """Records as they are, for pickling. Orders are many, so those that did not change are not pickled again."""
        for order_id in self.orders.keys() - self.frozen.keys():
            self.frozen[order_id] = pickle.dumps(self.orders[order_id], protocol=pickle.HIGHEST_PROTOCOL)
        tables = {name: getattr(self, name) for name in TABLES}
        parts = {"auth": self.auth.snapshot(), "production": self.production.snapshot()}
        return {"schema": SCHEMA, "orders": list(self.frozen.values()), **tables, **parts}

    def restore(self, data: dict) -> None:
        if data["schema"] != SCHEMA:
            raise ValueError("this state was written with other fields")
        for name in TABLES:
            setattr(self, name, data[name])
        self.orders = {order.id: order for order in map(pickle.loads, data["orders"])}
        self.frozen = dict(zip(self.orders, data["orders"], strict=True))
        self.skus = {sku.id: sku for product in self.products.values() for sku in product.skus}
        self.auth.restore(data["auth"])
        self.production.restore(data["production"])
        self._index()
        self.revision += 1


# What is kept beside the orders, and a mark that changes whenever a record gets other fields.
TABLES = (
    "sellers",
    "shops",
    "products",
    "packages",
    "cancellations",
    "returns",
    "conversations",
    "webhooks",
    "numbers",
    "serials",
    "timers",
)
RECORDS = (Seller, Shop, Sku, Product, Line, Order, Package, Cancellation, Return, Conversation)
SCHEMA = sha256(repr([(record.__name__, record.__slots__) for record in RECORDS]).encode()).hexdigest()[:12]


def _shop(row: tuple, *, seller_type: str) -> Shop:
    shop_id, code, name, region, open_id, currency, decimals, zone, shipping_types = row
    cipher = "ROW_" if region != "US" else "US_"
    return Shop(
        id=shop_id,
        code=code,
        name=name,
        region=region,
        cipher=cipher + sha256(f"cipher {shop_id}".encode()).hexdigest()[:24],
        open_id=open_id,
        seller_type=seller_type,
        currency=currency,
        decimals=decimals,
        zone=zone,
        warehouse_id=f"7300{shop_id[-6:]}000000001",
        return_warehouse_id=f"7300{shop_id[-6:]}000000002",
        shipping_types=shipping_types,
    )
