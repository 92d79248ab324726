"""Products and stock at TikTok Shop: what becomes a listing, and the absolute quantities we send there."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from integrations.ports import ItemResult, Page, PlatformSku, StockValue
from integrations.tiktok_shop import parse, structs
from integrations.tiktok_shop.packages import PackageCalls

VIRTUAL_BUNDLE = "12052850"  # its stock follows its parts
LARGEST_QUANTITY = 99_999
SKUS_PER_STOCK_READ = 600

_STATES = {
    "ACTIVATE": "active",
    "SELLER_DEACTIVATED": "inactive",
    "PLATFORM_DEACTIVATED": "inactive",
    "DRAFT": "pending",
    "PENDING": "pending",
    "FAILED": "pending",
    "FREEZE": "frozen",
    "DELETED": "deleted",
}


class ProductCalls(PackageCalls):
    """Listings and their stock."""

    def search_skus(self, *, page_token: str = "", page_size: int = 100) -> Page:
        """Every SKU of a page of products; the page size counts products. The platform ends at 10,000 of them."""
        params = {"page_size": str(min(page_size, 100))}
        if page_token:
            params["page_token"] = page_token
        found = self.find(
            "/product/202502/products/search",
            name="products_search",
            kind=structs.Products,
            params=params,
            body={"status": "ALL"},
        )
        return Page(
            items=tuple(sku for product in found.products or () for sku in _skus(product)),
            next_token=found.next_page_token or "",
            total=found.total_count,
        )

    def set_stock(self, *, platform_product_id: str, values: Sequence[StockValue]) -> list[ItemResult]:
        """Set quantities of one product's SKUs. Every warehouse of a SKU must be named, or it is refused.

        Their documents begin at 1; 0 is sent as it is, and a refusal comes back for that SKU alone.
        """
        body = {
            "skus": [
                {
                    "id": value.platform_sku_id,
                    "inventory": [
                        {"warehouse_id": warehouse_id, "quantity": min(max(quantity, 0), LARGEST_QUANTITY)}
                        for warehouse_id, quantity in value.quantities.items()
                    ],
                }
                for value in values
            ]
        }
        answer = self.post(
            f"/product/202309/products/{platform_product_id}/inventory/update",
            name="inventory_update",
            kind=structs.Partial,
            body=body,
        )
        results = parse.results(
            [value.platform_sku_id for value in values], answer.errors or (), key="sku_id"
        )
        return [
            msgspec.structs.replace(result, is_derived=True) if result.code == VIRTUAL_BUNDLE else result
            for result in results
        ]

    def read_stock(self, *, platform_sku_ids: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
        """Available quantity by SKU and warehouse, without what is committed to orders."""
        stock: dict[str, dict[str, int]] = {}
        for start in range(0, len(platform_sku_ids), SKUS_PER_STOCK_READ):
            found = self.find(
                "/product/202309/inventory/search",
                name="inventory_search",
                kind=structs.Inventories,
                body={"sku_ids": list(platform_sku_ids[start : start + SKUS_PER_STOCK_READ])},
            )
            for product in found.inventory or ():
                for sku in product.skus or ():
                    stock[sku.id or ""] = {
                        row.warehouse_id or "": row.available_quantity or 0
                        for row in sku.warehouse_inventory or ()
                    }
        return stock


def _skus(product: structs.Product) -> Iterator[PlatformSku]:
    state = _STATES.get(product.status or "", (product.status or "").lower())
    images = (product.main_images or [structs.Image()])[0]
    for sku in product.skus or ():
        is_off = sku.status_info is not None and sku.status_info.status == "DEACTIVATED"
        price = sku.price or structs.Price()
        yield PlatformSku(
            platform_product_id=product.id or "",
            platform_sku_id=sku.id or "",
            title=product.title or "",
            variation=", ".join(attribute.value_name or "" for attribute in sku.sales_attributes or ()),
            seller_sku=(sku.seller_sku or "").strip(),
            status="inactive" if is_off and state == "active" else state,
            price=parse.amount(price.sale_price or price.tax_exclusive_price),
            currency=price.currency or "",
            image_url=next(iter(images.thumb_urls or images.urls or ()), ""),
            quantities={row.warehouse_id or "": row.quantity or 0 for row in sku.inventory or ()},
        )
