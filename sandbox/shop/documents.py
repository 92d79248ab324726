"""Shipping labels and packing slips as real PDFs, behind an address that holds for a day."""

import hmac
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.pdf import A5, A6, Page, document
from sandbox.shop.errors import ShopError, invalid, missing
from sandbox.shop.gateway import Api, Call
from sandbox.shop.model import Order, Package
from sandbox.shop.package_views import find_package
from sandbox.shop.people import COUNTRY, latin

LABEL, SLIP, BOTH = "SHIPPING_LABEL", "PACKING_SLIP", "SHIPPING_LABEL_AND_PACKING_SLIP"
TYPES = {LABEL, SLIP, BOTH}
SIZES = {"A6": A6, "A5": A5}
HOLDS_SECONDS = 86_400


def apis() -> list[Api]:
    path = "/fulfillment/202309/packages/{package_id}/shipping_documents"
    return [Api(method="GET", path=path, handler=shipping_document, scope="seller.fulfillment.package.read")]


def routes(world) -> list[BaseRoute]:
    async def file(request: Request) -> Response:
        query = request.query_params
        package = world.shop.packages.get(request.path_params["package_id"])
        ends = query.get("ends", "0")
        wanted = _seal(world, package_id=request.path_params["package_id"], ends=ends)
        if package is None or query.get("seal") != wanted or float(ends) <= world.clock.now():
            return PlainTextResponse("This address is not valid or no longer valid.", status_code=403)
        raw = draw(world, package=package, kind=query.get("kind", LABEL), size=query.get("size", "A6"))
        return Response(raw, media_type="application/pdf")

    return [Route("/files/shipping_documents/{package_id}.pdf", file)]


def shipping_document(call: Call) -> dict:
    """Only what the platform ships has a label; it takes a moment until it is drawn."""
    kind = call.query.get("document_type", "")
    if not kind:
        raise missing("query.document_type")
    size = call.query.get("document_size") or "A6"
    if kind not in TYPES or size not in SIZES or call.query.get("document_format", "PDF") != "PDF":
        raise invalid("query.document_type" if kind not in TYPES else "query.document_size")
    package = find_package(call)
    _check(call, package=package)
    package.label_asked += 1
    if package.label_asked <= call.world.settings["label_polls"]:
        raise ShopError(11034037, "The shipping document is still being generated. Try again later.")
    ends = str(int(call.world.clock.now()) + HOLDS_SECONDS)
    seal = _seal(call.world, package_id=package.id, ends=ends)
    base = str(call.request.base_url).rstrip("/")
    call.world.journal.record("label_given", package_id=package.id, number=package.tracking_number)
    return {
        "doc_url": f"{base}/files/shipping_documents/{package.id}.pdf?kind={kind}&size={size}&ends={ends}&seal={seal}",
        "tracking_number": package.tracking_number,
    }


def draw(world, *, package: Package, kind: str, size: str) -> bytes:
    width, height = SIZES.get(size, A6)
    orders = [world.shop.orders[order_id] for order_id in package.order_ids]
    pages = []
    if kind in {LABEL, BOTH}:
        pages.append(_label(world, package=package, order=orders[0], page=Page(width=width, height=height)))
    if kind in {SLIP, BOTH}:
        pages.append(_slip(world, package=package, orders=orders, page=Page(width=width, height=height)))
    return document(pages)


def _check(call: Call, *, package: Package) -> None:
    if package.status == "CANCELLED":
        raise ShopError(21023059, "The package has been cancelled.")
    if package.shipping_type == "SELLER":
        raise ShopError(21008017, "There is no shipping document for packages that the seller ships.")
    if package.status == "TO_FULFILL":
        raise ShopError(21023035, "Arrange the shipment before asking for its document.")
    if package.status in {"FULFILLING", "COMPLETED"}:
        raise ShopError(21042102, "The package has already been picked up.")


def _label(world, *, package: Package, order: Order, page: Page) -> Page:
    shop, buyer = world.shop.shops[package.shop_id], order.buyer
    left, right, top = 14.0, page.width - 14, page.height - 14
    page.box(left, 14, right - left, top - 14)
    page.text(left + 8, top - 22, package.provider_name, size=16, bold=True)
    page.text(right - 70, top - 20, COUNTRY[shop.region], size=9)
    page.rule(top - 32, left=left, right=right)
    page.code128(package.tracking_number, x=left + 4, y=top - 112, width=right - left - 8, height=64)
    page.text(left + 60, top - 126, package.tracking_number, size=12, bold=True)
    page.rule(top - 136, left=left, right=right)
    page.text(left + 8, top - 150, "To", size=8)
    city = " ".join(part for part in (latin(buyer["city"]), latin(buyer["state"]), buyer["postcode"]) if part)
    rows = [latin(buyer["name"]) or buyer["nickname"], latin(buyer["street"]), latin(buyer["district"]), city]
    for place, row in enumerate(row for row in rows if row):
        page.text(left + 8, top - 166 - 14 * place, row, size=11, bold=place == 0)
    page.rule(top - 232, left=left, right=right)
    page.text(left + 8, top - 246, f"From  {latin(shop.name)}, {COUNTRY[shop.region]}", size=8)
    page.text(left + 8, top - 262, f"Order {order.id}", size=9)
    page.text(left + 8, top - 276, f"Package {package.id}   {len(package.line_ids)} pcs", size=9)
    if order.is_cod:
        page.text(
            left + 8,
            top - 300,
            f"COD {order.payment['total_amount']} {order.payment['currency']}",
            size=14,
            bold=True,
        )
    page.code128(package.id, x=left + 30, y=24, width=right - left - 60, height=34)
    return page


def _slip(world, *, package: Package, orders: list[Order], page: Page) -> Page:
    top, wanted = page.height - 30, set(package.line_ids)
    page.text(20, top, "Packing slip", size=14, bold=True)
    page.text(20, top - 16, f"Package {package.id}", size=9)
    y = top - 40
    for order in orders:
        page.text(20, y, f"Order {order.id}", size=9, bold=True)
        counts: dict[str, int] = {}
        for line in order.live_lines():
            if line.id in wanted:
                counts[line.sku_id] = counts.get(line.sku_id, 0) + 1
        for sku_id, count in counts.items():
            sku = world.shop.skus[sku_id]
            y -= 13
            title = latin(world.shop.products[sku.product_id].title)[:34]
            page.text(24, y, f"{count} x {title}  {latin(sku.name)[:18]}  {sku.seller_sku}", size=8)
        y -= 20
    return page


def _seal(world, *, package_id: str, ends: str) -> str:
    text = f"{package_id}:{ends}".encode()
    return hmac.new(world.settings["shop_app_secret"].encode(), text, sha256).hexdigest()[:24]
