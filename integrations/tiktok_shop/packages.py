"""Parcels at TikTok Shop: each region ships with its own call, and a number may be corrected once.

"Already shipped" counts as done only after the parcel was read and carries our number.
"""

from collections.abc import Sequence
from datetime import datetime

from core import clock
from core.http import Retryable
from integrations.ports import LabelDocument, Page, PlatformPackage, ShipOutcome, ShipRequest
from integrations.tiktok_shop import parse, structs
from integrations.tiktok_shop.errors import ALREADY_SHIPPED, LABEL_ALREADY_BOUGHT, Refused
from integrations.tiktok_shop.orders import OrderCalls
from integrations.tiktok_shop.wire import Nothing

PACKAGES_PER_BATCH = 50
# Here the seller marks an order as shipped (own carrier) or creates a parcel (platform label); elsewhere a parcel
# exists from payment and is shipped.
MARKING_REGIONS = frozenset({"US", "UK", "GB", "ES", "IE", "IT", "DE", "FR", "JP"})


class PackageCalls(OrderCalls):
    """Ship, correct, read parcels; fetch labels."""

    def search_packages(self, *, updated_from: datetime, page_token: str = "", page_size: int = 50) -> Page:
        """Parcels that changed since then: no webhook tells their status."""
        params = {"page_size": str(min(page_size, 50)), "sort_field": "update_time", "sort_order": "ASC"}
        if page_token:
            params["page_token"] = page_token
        found = self.find(
            "/fulfillment/202309/packages/search",
            name="packages_search",
            kind=structs.Packages,
            params=params,
            body={"update_time_ge": clock.to_epoch(updated_from)},
        )
        return Page(
            items=tuple(parse.package(wire) for wire in found.packages or ()),
            next_token=found.next_page_token or "",
            total=found.total_count,
        )

    def get_package(self, *, platform_package_id: str) -> PlatformPackage:
        """One parcel as it stands now."""
        found = self.get(
            f"/fulfillment/202309/packages/{platform_package_id}", name="package_detail", kind=structs.Package
        )
        return parse.package(found, package_id=platform_package_id)

    def ship_packages(self, *, requests: Sequence[ShipRequest]) -> list[ShipOutcome]:
        """Tell the platform that these are ready for the carrier, by the region's own call."""
        if self.region in MARKING_REGIONS:
            return [self._ship_marking(request) for request in requests]
        if len(requests) == 1:
            return [self._ship_one(requests[0])]
        outcomes: list[ShipOutcome] = []
        for start in range(0, len(requests), PACKAGES_PER_BATCH):
            outcomes += self._ship_batch(requests[start : start + PACKAGES_PER_BATCH])
        return outcomes

    def mark_shipped(self, *, request: ShipRequest) -> ShipOutcome:
        """The seller's own carrier in the US, UK, EU and JP: the order, its lines and the number."""
        body = {
            "order_line_list": [{"order_line_id": line_id} for line_id in request.platform_line_ids],
            "shipping_info_list": [_shipping_info(request)],
        }
        try:
            shipped = self.post(
                f"/fulfillment/202610/orders/{request.platform_order_id}/packages",
                name="mark_shipped",
                kind=structs.Shipped,
                body=body,
            )
        except Refused as error:
            return self._settle(request, code=error.code, message=error.message)
        return ShipOutcome(
            platform_package_id=shipped.package_id or request.platform_package_id,
            is_ok=True,
            tracking_number=request.tracking_number,
            warning=(shipped.warning.message or "") if shipped.warning else "",
        )

    def create_package(
        self,
        *,
        platform_order_id: str,
        platform_line_ids: Sequence[str] = (),
        weight_g: int = 0,
        size_mm: Sequence[int] = (),
    ) -> PlatformPackage:
        """Buy the platform's label (US, UK, EU, JP). A second purchase is refused; then the first one is returned.

        The platform chooses the service by weight and size; without them, by what it was told of the goods.
        """
        body: dict[str, object] = {
            "ship_type": "1",
            "order_id": platform_order_id,
            **_measures(weight_g, size_mm),
        }
        if platform_line_ids:
            lines = [{"order_line_id": line_id} for line_id in platform_line_ids]
            body |= {"ship_type": "2", "order_line_item": lines}
        try:
            created = self.post(
                "/fulfillment/202512/packages", name="create_package", kind=structs.Package, body=body
            )
        except Refused as error:
            bought = (
                self._bought(platform_order_id, platform_line_ids)
                if error.code in LABEL_ALREADY_BOUGHT
                else None
            )
            if bought is None:
                raise
            return bought
        return parse.package(created, order_id=platform_order_id)

    def correct_tracking(self, *, request: ShipRequest) -> ShipOutcome:
        """Replace the number of a shipped parcel: the platform allows it once, within its own time."""
        info = _shipping_info(request)
        if request.platform_package_id:
            path = f"/fulfillment/202610/packages/{request.platform_package_id}/shipping_info/update"
            body: dict[str, object] = {"shipping_info_list": [info]}
        else:
            path = f"/fulfillment/202309/orders/{request.platform_order_id}/shipping_info/update"
            body = dict(info)
        try:
            answer = self.post(path, name="correct_tracking", kind=structs.Shipped, body=body)
        except Refused as error:
            return ShipOutcome(
                platform_package_id=request.platform_package_id,
                is_ok=False,
                code=error.code,
                message=error.message,
            )
        return ShipOutcome(
            platform_package_id=request.platform_package_id,
            is_ok=True,
            tracking_number=request.tracking_number,
            warning=(answer.warning.message or "") if answer.warning else "",
        )

    def shipping_label(self, *, platform_package_id: str) -> LabelDocument:
        """The platform's label. The address of the document dies after a day, so it is fetched at once."""
        document = self.get(
            f"/fulfillment/202309/packages/{platform_package_id}/shipping_documents",
            name="shipping_document",
            kind=structs.Document,
            params={"document_type": "SHIPPING_LABEL"},
        )
        if not document.doc_url:
            raise Retryable("the label has no document yet", code="no_document")
        answer = self.download(document.doc_url or "")
        content_type = answer.headers.get("content-type", "").split(";")[0].strip() or "application/pdf"
        return LabelDocument(
            content=answer.content,
            content_type=content_type,
            tracking_number=document.tracking_number or "",
        )

    def _ship_marking(self, request: ShipRequest) -> ShipOutcome:
        if request.tracking_number:
            return self.mark_shipped(request=request)
        try:
            package = self.create_package(
                platform_order_id=request.platform_order_id,
                platform_line_ids=request.platform_line_ids,
                weight_g=request.weight_g,
                size_mm=request.size_mm,
            )
        except Refused as error:
            return self._settle(request, code=error.code, message=error.message)
        return ShipOutcome(
            platform_package_id=package.platform_package_id,
            is_ok=True,
            tracking_number=package.tracking_number,
        )

    def _ship_one(self, request: ShipRequest) -> ShipOutcome:
        path = f"/fulfillment/202309/packages/{request.platform_package_id}/ship"
        try:
            self.post(path, name="ship_package", kind=Nothing, body=_ship_body(request))
        except Refused as error:
            return self._settle(request, code=error.code, message=error.message)
        return ShipOutcome(
            platform_package_id=request.platform_package_id,
            is_ok=True,
            tracking_number=request.tracking_number,
        )

    def _ship_batch(self, requests: Sequence[ShipRequest]) -> list[ShipOutcome]:
        body = {
            "packages": [{"id": request.platform_package_id, **_ship_body(request)} for request in requests]
        }
        answer = self.post(
            "/fulfillment/202309/packages/ship", name="ship_packages", kind=structs.Partial, body=body
        )
        ids = [request.platform_package_id for request in requests]
        outcomes = []
        for request, result in zip(
            requests, parse.results(ids, answer.errors or (), key="package_id"), strict=True
        ):
            if result.is_ok:
                outcomes.append(
                    ShipOutcome(
                        platform_package_id=result.item_id,
                        is_ok=True,
                        tracking_number=request.tracking_number,
                    )
                )
            else:
                outcomes.append(self._settle(request, code=result.code, message=result.message))
        return outcomes

    def _settle(self, request: ShipRequest, *, code: str, message: str) -> ShipOutcome:
        """A refusal, unless it says "already shipped" and the parcel indeed stands as we want it."""
        refusal = ShipOutcome(
            platform_package_id=request.platform_package_id, is_ok=False, code=code, message=message
        )
        if code not in ALREADY_SHIPPED:
            return refusal
        package = self._standing_package(request)
        if package is None or package.status in ("to_fulfill", "cancelled", ""):
            return refusal
        if request.tracking_number and package.tracking_number != request.tracking_number:
            return refusal
        return ShipOutcome(
            platform_package_id=package.platform_package_id,
            is_ok=True,
            tracking_number=package.tracking_number,
        )

    def _standing_package(self, request: ShipRequest) -> PlatformPackage | None:
        if request.platform_package_id:
            return self.get_package(platform_package_id=request.platform_package_id)
        return self._bought(request.platform_order_id, request.platform_line_ids)

    def _bought(self, platform_order_id: str, platform_line_ids: Sequence[str]) -> PlatformPackage | None:
        """The parcel of these lines (of the whole order when none are named), found by reading the order."""
        orders = self.get_orders(platform_order_ids=[platform_order_id])
        for package_id in orders[0].platform_package_ids if orders else ():
            package = self.get_package(platform_package_id=package_id)
            if not platform_line_ids or set(platform_line_ids) <= set(package.platform_line_ids):
                return package
        return None


def _shipping_info(request: ShipRequest) -> dict[str, str]:
    return {"tracking_number": request.tracking_number, "shipping_provider_id": request.shipping_provider_id}


def _ship_body(request: ShipRequest) -> dict[str, object]:
    """Only a seller's own carrier brings a number; the platform's label must not be given one."""
    return {"self_shipment": _shipping_info(request)} if request.tracking_number else {}


def _measures(weight_g: int, size_mm: Sequence[int]) -> dict[str, object]:
    found: dict[str, object] = {}
    if weight_g:
        found["weight"] = {"value": str(weight_g), "unit": "GRAM"}
    if size_mm:
        names = ("length", "width", "height")
        sides = {name: f"{side / 10:g}" for name, side in zip(names, size_mm, strict=True)}
        found["dimension"] = {**sides, "unit": "CM"}
    return found
