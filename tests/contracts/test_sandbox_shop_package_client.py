"""The public `tiktok-shop-api` package with its own client, against the sandbox as a server on a free loopback port."""

import importlib
import json
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from tiktok_shop_api import TikTokShop, TikTokShopAuth, TikTokShopError, Webhooks

APP = ("sandboxkey01", "sandbox-secret-0001")
ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 20


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/_sandbox/faults", timeout=1).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    port = free_port()
    state = tmp_path_factory.mktemp("sandbox") / "state"
    command = [sys.executable, "-m", "sandbox", "--port", str(port), "--state", str(state), "--rate", "0"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url, tries = f"http://127.0.0.1:{port}", threading.Event()
    started = time.monotonic()
    while not answers(url):
        assert time.monotonic() - started < START_SECONDS and process.poll() is None
        tries.wait(0.05)
    yield url
    process.terminate()
    assert process.wait(timeout=10) == 0
    assert state.exists()


@pytest.fixture(scope="module")
def models():
    """The package's 2,000 classes: seconds of importing, for the process that runs these tests only."""
    return importlib.import_module("tiktok_shop_api.generated.models")


@pytest.fixture(scope="module")
def shop(server):
    code = httpx.post(f"{server}/_sandbox/shop/auth_codes", json={"open_id": "sb-north"}).json()["code"]
    auth = TikTokShopAuth(*APP, base_url=server)
    tokens = auth.refresh(auth.exchange_code(code).refresh_token)
    client = TikTokShop(*APP, access_token=tokens.access_token, base_url=server)
    shops = client.authorization.get_authorized_shops().to_dict()["data"]["shops"]
    yield client.with_shop(shop_cipher=shops[0]["cipher"])
    client.close()


@pytest.fixture(scope="module")
def hooks(server):
    """A receiver on a port of its own: what came, as (signature, body)."""
    got: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            got.append((self.headers["authorization"], body))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_args) -> None:
            """Quiet."""

    receiver = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{receiver.server_port}/hook"
    httpx.post(f"{server}/_sandbox/webhooks/target", json={"url": url})
    yield got
    receiver.shutdown()


def wait_for(found, *, seconds: float = 5.0):
    pause, started = threading.Event(), time.monotonic()
    while not (value := found()):
        assert time.monotonic() - started < seconds
        pause.wait(0.02)
    return value


def make(server: str, **wishes) -> list[str]:
    body = {"region": "US", "status": "AWAITING_SHIPMENT", **wishes}
    return httpx.post(f"{server}/_sandbox/orders", json=body).json()["order_ids"]


def test_it_lists_orders_and_reads_their_details(server, shop, models):
    made = make(server, count=3)
    page = shop.orders.get_order_list(
        page_size=100, body=models.GetOrderListRequest.from_dict({"order_status": "AWAITING_SHIPMENT"})
    )
    detail = shop.orders.get_order_detail(ids=made)

    assert set(made) <= {order.id for order in page.data.orders}
    assert [order.id for order in detail.data.orders] == made
    assert detail.data.orders[0].payment.currency == "USD"
    assert detail.data.orders[0].line_items[0].display_status == "AWAITING_SHIPMENT"


def test_it_ships_and_verifies_the_webhook(server, shop, hooks, models):
    (order_id,) = make(server, count=1, shipping_type="SELLER")
    info = {"tracking_number": "9400111899223197428497", "shipping_provider_id": "7117858858072016686"}
    body = models.MarkPackageAsShippedRequest.from_dict({"shipping_info_list": [info]})

    marked = shop.fulfillment.mark_package_as_shipped(order_id, body=body)

    assert marked.data.order_id == order_id

    def shipped():
        found = [
            row for row in hooks if json.loads(row[1])["data"].get("order_status") == "AWAITING_COLLECTION"
        ]
        return found[0] if found else None

    signature, raw = wait_for(shipped)
    event = Webhooks.verify_and_parse(app_key=APP[0], app_secret=APP[1], raw_body=raw, signature=signature)
    assert (event.type_, event.data.order_id) == (1, order_id)


def test_it_buys_a_label_and_gets_its_paper(server, shop, models):
    (order_id,) = make(server, count=1, shipping_type="TIKTOK")
    body = models.CreatePackagesRequest.from_dict({"ship_type": "1", "order_id": order_id})
    package_id = shop.fulfillment.create_packages(body=body).data.package_id
    with pytest.raises(TikTokShopError) as waiting:
        shop.fulfillment.get_package_shipping_document(package_id, document_type="SHIPPING_LABEL")

    paper = shop.fulfillment.get_package_shipping_document(package_id, document_type="SHIPPING_LABEL")

    assert waiting.value.code == 11034037
    assert httpx.get(paper.data.doc_url).content.startswith(b"%PDF-")
    package = shop.fulfillment.get_package_detail(package_id)
    assert package.data.tracking_number == paper.data.tracking_number


def test_its_models_read_the_other_answers(server, shop, models):
    (order_id,) = make(server, count=1, shipping_type="SELLER")
    order = shop.orders.get_order_detail(ids=[order_id]).data.orders[0]
    warehouses = shop.logistics.get_warehouse_list().data.warehouses
    options = shop.logistics.get_warehouse_delivery_options(warehouses[0].id).data.delivery_options
    providers = shop.logistics.get_shipping_providers(order.delivery_option_id).data.shipping_providers
    products = shop.products.search_products(page_size=50, body=models.SearchProductsRequest()).data.products
    stock = shop.products.inventory_search(body=models.InventorySearchRequest(product_ids=[products[0].id]))
    cancel = models.CancelOrderRequest(order_id=order_id, cancel_reason="seller_cancel_reason_out_of_stock")
    cancelled = shop.return_and_refund.cancel_order(body=cancel)
    found = shop.return_and_refund.search_cancellations(
        page_size="10", body=models.SearchCancellationsRequest(order_ids=[order_id])
    )
    packages = shop.fulfillment.search_package(page_size=10, body=models.SearchPackageRequest())

    assert {row.type_ for row in warehouses} == {"SALES_WAREHOUSE", "RETURN_WAREHOUSE"}
    assert order.delivery_option_id in {row.id for row in options}
    assert [row.name for row in providers][:3] == ["USPS", "UPS", "FedEx"]
    assert stock.data.inventory[0].product_id == products[0].id
    assert cancelled.data.cancel_id == found.data.cancellations[0].cancel_id
    assert packages.data.total_count > 0


def test_its_errors_carry_our_codes(server, shop, models):
    with pytest.raises(TikTokShopError) as refused:
        shop.fulfillment.ship_package("1", body=models.ShipPackageRequest())

    assert (refused.value.code, bool(refused.value.request_id)) == (21008106, True)
