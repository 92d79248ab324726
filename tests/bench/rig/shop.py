"""A seller with one connected shop and more stock than it can sell, and batches of orders that wait at the sandbox.

A batch is what the platform sends, kept beforehand: its signed webhooks byte for byte and each order's own JSON. So the
sandbox's time is not ours, while signature, client and parsing are.
"""

import threading
import time
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import httpx
import msgspec

from catalog import listing_sync, listings
from catalog.models import Listing, Sku
from console import onboarding
from core import clock, http
from integrations import connections
from integrations.tiktok_shop import webhooks
from relay import outbox
from tenancy import scoping
from tenancy.actors import AUTO
from tenancy.models import Seller, Shop
from tests import make_stock
from tests.bench.ground import Ground
from tests.bench.rig.push import Push
from warehouse import setup, sites

OPEN_ID = "sb-cedar"
UNITS = 90_000
PATIENCE_SECONDS = 90
QUIET = {"orders_per_minute": 0.0, "unpaid_share": 0.0, "rate_qps": 0, "auto_cancel": False}


@dataclass(frozen=True)
class Batch:
    """Orders that the platform has and we do not know of yet."""

    pushes: list[Push]
    orders: dict[str, bytes]


class RawOrders(msgspec.Struct):
    orders: list[msgspec.Raw] = []


class Identity(msgspec.Struct):
    id: str


class Server(ThreadingHTTPServer):
    request_queue_size = 256  # what does not fit is sent again only after minutes


class Platform:
    """The sandbox's control API, and the address where its webhooks are caught."""

    def __init__(self, *, ground: Ground) -> None:
        self.caught: list[Push] = []
        caught = self.caught

        class Catcher(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                caught.append(Push({"authorization": self.headers["authorization"]}, body))
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Silent: there are thousands."""

        self.server = Server(("127.0.0.1", 0), Catcher)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.control = httpx.Client(
            base_url=f"{ground.sandbox_address}/_sandbox/", trust_env=False, timeout=60
        )
        self.tell("settings", QUIET)
        self.tell("carrier/auto", {"enabled": False})
        self.tell("webhooks/target", {"url": f"http://127.0.0.1:{self.server.server_port}/"})

    def tell(self, path: str, body: dict) -> dict:
        answer = self.control.post(path, json=body)
        answer.raise_for_status()
        return answer.json()

    def connect(self, *, units: int = UNITS) -> tuple[Seller, Shop]:
        """A seller with so many of every SKU: in plenty unless said otherwise."""
        now = clock.now()
        seller = onboarding.create_seller(slug="bench", name="Bench", actor=AUTO, now=now).seller
        code = self.tell("shop/auth_codes", {"open_id": OPEN_ID})["code"]
        shop = connections.connect_shops(seller=seller, auth_code=code, actor=AUTO, now=now)[0]
        listing_sync.sync_shop(seller_id=seller.pk, shop_id=shop.pk, create_skus=True)
        sites.sync_warehouses(seller_id=seller.pk, shop_id=shop.pk, now=now)
        with scoping.scope(sellers=[seller.pk]):
            _map_the_rest(now=now)
            lines = [(pk, units) for pk in Sku.objects.filter(is_bundle=False).values_list("pk", flat=True)]
            warehouse = setup.default_warehouse()
            make_stock.receive_at_dock(lines=lines, warehouse=warehouse, reference="bench", now=now)
        outbox.deliver_due(seller_id=seller.pk)
        return seller, shop

    def batch(self, *, seller: Seller, shop: Shop, count: int) -> Batch:
        """Paid orders whose address shows, with one webhook each."""
        wish = {"status": "AWAITING_SHIPMENT", "age_seconds": 7200, "shipping_type": "SELLER"}
        made = self.tell("orders", {"shop_id": shop.platform_shop_id, "count": count, **wish})["order_ids"]
        begun = time.monotonic()
        while len(pushes := self._pushes_about(set(made))) < count:
            if time.monotonic() - begun > PATIENCE_SECONDS:
                raise TimeoutError(f"{len(pushes)} of {count} webhooks came")
            time.sleep(0.1)
        return Batch(pushes=pushes, orders=read_raw(seller_id=seller.pk, shop_id=shop.pk, ids=made))

    def _pushes_about(self, ids: set[str]) -> list[Push]:
        """Other orders of the sandbox's own life speak up too."""
        about = [(webhooks.parse(body=push.body).platform_order_ids, push) for push in list(self.caught)]
        return [push for orders, push in about if ids.intersection(orders)]


def _map_the_rest(*, now: datetime) -> None:
    """The sandbox has listings whose seller SKU says nothing; a person would say what they mean."""
    skus = list(Sku.objects.filter(is_bundle=False).order_by("pk"))
    unmapped = Listing.objects.filter(sku__isnull=True).order_by("pk")
    for place, listing in enumerate(unmapped):
        sku = skus[place % len(skus)]
        listings.map_listing(listing_id=listing.pk, sku_id=sku.pk, actor=AUTO, now=now)


def read_raw(*, seller_id: int, shop_id: int, ids: list[str]) -> dict[str, bytes]:
    """Each order's JSON as the platform answers it."""
    client = connections.shop_client(seller_id=seller_id, shop_id=shop_id)
    found: dict[str, bytes] = {}
    for start in range(0, len(ids), 50):
        page = client.get(
            "/order/202507/orders",
            name="orders_detail",
            kind=RawOrders,
            params={"ids": ",".join(ids[start : start + 50])},
        )
        for raw in page.orders:
            found[msgspec.json.decode(raw, type=Identity).id] = bytes(raw)
    return found


class Kept(httpx.BaseTransport):
    """Answers reads of orders, by id and page by page, from what was kept; it knows nothing else."""

    def __init__(self, orders: dict[str, bytes]) -> None:
        self.orders = orders
        self.calls = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        asked = parse_qs(request.url.query.decode())
        if request.url.path == "/order/202507/orders":
            rows, more = [self.orders[one] for one in asked["ids"][0].split(",")], b""
        elif request.url.path == "/order/202309/orders/search":
            rows, more = self._page(int(asked.get("page_token", ["0"])[0]), size=int(asked["page_size"][0]))
        else:
            return httpx.Response(404, content=b"{}", request=request)
        self.calls += 1
        data = b'{"orders":[' + b",".join(rows) + b"]" + more + b"}"
        content = b'{"code":0,"message":"Success","request_id":"kept","data":' + data + b"}"
        return httpx.Response(200, content=content, request=request)

    def _page(self, start: int, *, size: int) -> tuple[list[bytes], bytes]:
        rows = list(self.orders.values())
        end = start + size
        return rows[start:end], b',"next_page_token":"%d"' % end if end < len(rows) else b""


def answer_from(orders: dict[str, bytes]) -> None:
    """From now on the program's own client reads these orders instead of the network."""
    http.set_transport_factory(lambda: Kept(orders))


def answer_from_network() -> None:
    http.set_transport_factory(None)
