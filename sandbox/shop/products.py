"""Products and inventory: search, absolute quantities, on and off the shelf."""

from sandbox.shop import events, paging, stock
from sandbox.shop.errors import ShopError, invalid
from sandbox.shop.gateway import Api, Call
from sandbox.shop.model import Product, Sku

READ, WRITE = "seller.product.basic", "seller.product.write"
MOST_HITS = 10_000
EDITABLE = {"DRAFT", "PENDING", "FAILED", "ACTIVATE", "SELLER_DEACTIVATED"}


def apis() -> list[Api]:
    rows = [
        ("POST", "/product/202309/products/search", search_products, READ),
        ("POST", "/product/202312/products/search", search_products, READ),
        ("POST", "/product/202502/products/search", search_products, READ),
        ("GET", "/product/202309/products/{product_id}", get_product, READ),
        ("POST", "/product/202309/inventory/search", search_inventory, READ),
        ("POST", "/product/202309/products/{product_id}/inventory/update", update_inventory, WRITE),
        ("POST", "/product/202309/products/activate", activate, WRITE),
        ("POST", "/product/202309/products/deactivate", deactivate, WRITE),
    ]
    return [
        Api(method=method, path=path, handler=handler, scope=scope) for method, path, handler, scope in rows
    ]


def search_products(call: Call) -> dict:
    size = call.number("page_size", low=1, high=100)
    for name in ("seller_skus", "sku_ids"):
        if len(call.body.get(name) or []) > 10:
            raise invalid(f"body.{name}")
    filters = paging.fingerprint(call.body, call.shop.id)
    after = paging.read(call.query.get("page_token", ""), filters=filters)
    found = [
        product for product in call.world.shop.products_of(call.shop.id) if _matches(product, body=call.body)
    ]
    if len(found) > MOST_HITS:
        raise ShopError(12052180, "More than 10,000 products match: narrow the search.")
    start = after[0] if after else 0
    token = paging.make(after=[start + size], filters=filters) if start + size < len(found) else ""
    rows = [_wire(call, product) for product in found[start : start + size]]
    return {"products": rows, "next_page_token": token, "total_count": len(found)}


def get_product(call: Call) -> dict:
    return _wire(call, find_product(call, call.path["product_id"])) | {"description": "", "main_images": []}


def find_product(call: Call, product_id: str) -> Product:
    product = call.world.shop.products.get(product_id)
    if product is None or product.shop_id != call.shop.id:
        raise ShopError(12052260, "The product does not exist.")
    return product


def search_inventory(call: Call) -> dict:
    """By SKU when SKUs are given, else by product; no paging."""
    sku_ids, product_ids = call.body.get("sku_ids") or [], call.body.get("product_ids") or []
    if len(sku_ids) > 600 or len(product_ids) > 100:
        raise ShopError(12019120, "Too many ids.")
    if not sku_ids and not product_ids:
        raise invalid("body.sku_ids")
    wanted = set(map(str, sku_ids or product_ids))
    rows = []
    for product in call.world.shop.products_of(call.shop.id):
        skus = [sku for sku in product.skus if (sku.id if sku_ids else product.id) in wanted]
        if skus:
            rows.append({"product_id": product.id, "skus": [_inventory(call, sku) for sku in skus]})
    return {"inventory": rows}


def update_inventory(call: Call) -> dict:
    """Sets quantities outright. SKUs that cannot be set are named, the others are set."""
    product = find_product(call, call.path["product_id"])
    rows = call.need("skus")
    if not isinstance(rows, list) or len(rows) > 100:
        raise invalid("body.skus")
    if product.status not in EDITABLE:
        raise ShopError(12052901, "The product's status does not allow this.")
    by_id = {sku.id: sku for sku in product.skus}
    errors = [error for row in rows if (error := _set(call, row=row, by_id=by_id))]
    return {"errors": errors} if errors else {}


def activate(call: Call) -> dict:
    """Back through the audit: it is pending for a while."""

    def work(product: Product) -> None:
        if product.status not in {"SELLER_DEACTIVATED", "PENDING"}:
            raise ShopError(12052901, "The product's status does not allow this.")
        product.status = "PENDING"
        ready = call.world.clock.now() + call.world.settings["activation_seconds"]
        call.world.shop.at(ready, action="activated", subject=product.id)

    return _each_product(call, work)


def deactivate(call: Call) -> dict:
    def work(product: Product) -> None:
        if product.status not in {"ACTIVATE", "PENDING", "SELLER_DEACTIVATED"}:
            raise ShopError(12052901, "The product's status does not allow this.")
        product.status = "SELLER_DEACTIVATED"

    return _each_product(call, work)


def _each_product(call: Call, work) -> dict:
    ids = call.need("product_ids")
    if not isinstance(ids, list) or len(ids) > 20:
        raise invalid("body.product_ids")
    errors = []
    for product_id in map(str, ids):
        try:
            product = find_product(call, product_id)
            work(product)
        except ShopError as error:
            errors.append(
                {"code": error.code, "message": error.message, "detail": {"product_id": product_id}}
            )
            continue
        product.updated_at = int(call.world.clock.now())
        call.world.shop.revision += 1
        call.world.journal.record("product_status", product_id=product_id, status=product.status)
        events.product_status(call.world, product=product)
    return {"errors": errors} if errors else {}


def _set(call: Call, *, row: dict, by_id: dict[str, Sku]) -> dict | None:
    """One SKU; the error as the answer names it, else nothing."""
    sku_id = str(row.get("id", ""))
    sku = by_id.get(sku_id)
    problem = _problem(call, sku=sku, inventory=row.get("inventory") or [])
    if problem is not None:
        code, message, warehouse_id = problem
        detail = {"sku_id": sku_id, "extra_errors": []}
        if warehouse_id:
            detail["extra_errors"] = [{"warehouse_id": warehouse_id, "code": code, "message": message}]
        return {"code": code, "message": message, "detail": detail}
    quantity = row["inventory"][0]["quantity"]
    before = sku.available
    stock.push(call.world, sku=sku, quantity=quantity)
    call.world.shop.revision += 1
    call.world.journal.record(
        "inventory_set",
        shop_id=call.shop.id,
        sku_id=sku.id,
        seller_sku=sku.seller_sku,
        quantity=quantity,
        before=before,
    )
    return None


def _problem(call: Call, *, sku: Sku | None, inventory: list) -> tuple[int, str, str] | None:
    if sku is None:
        return 12052556, "The SKU does not exist in this product.", ""
    if sku.parts:
        return 12052850, "The stock of a virtual bundle follows its parts.", ""
    warehouse_ids = {str(row.get("warehouse_id") or call.shop.warehouse_id) for row in inventory}
    if call.shop.warehouse_id not in warehouse_ids:
        return 12052533, "All warehouses of the SKU must be listed.", ""
    for warehouse_id in warehouse_ids - {call.shop.warehouse_id}:
        return 12052530, "The warehouse does not belong to this shop.", warehouse_id
    quantity = inventory[0].get("quantity")
    lowest = 0 if call.world.settings["inventory_zero"] == "accept" else 1
    if not isinstance(quantity, int) or isinstance(quantity, bool) or not lowest <= quantity <= 99_999:
        return 12052990, f"The quantity must be between {lowest} and 99,999.", call.shop.warehouse_id
    if quantity < sku.locked:
        return 12052146, "The quantity is below what promotions have locked.", call.shop.warehouse_id
    return None


def _wire(call: Call, product: Product) -> dict:
    return {
        "id": product.id,
        "title": product.title,
        "status": product.status,
        "audit": {"status": "AUDITING" if product.status == "PENDING" else "APPROVED"},
        "skus": [_sku_wire(call, sku) for sku in product.skus],
        "create_time": product.created_at,
        "update_time": product.updated_at,
        "is_not_for_sale": False,
    }


def _sku_wire(call: Call, sku: Sku) -> dict:
    return {
        "id": sku.id,
        "seller_sku": sku.seller_sku,
        "price": {"currency": call.shop.currency, "tax_exclusive_price": sku.price, "sale_price": sku.price},
        "inventory": [{"warehouse_id": call.shop.warehouse_id, "quantity": sku.available}],
        "sales_attributes": [{"name": "Variation", "value_name": sku.name}],
        "status_info": {"status": "NORMAL"},
    }


def _inventory(call: Call, sku: Sku) -> dict:
    row = {
        "warehouse_id": call.shop.warehouse_id,
        "available_quantity": sku.available,
        "committed_quantity": sku.committed,
    }
    return {
        "id": sku.id,
        "seller_sku": sku.seller_sku,
        "total_available_quantity": sku.available,
        "total_committed_quantity": sku.committed,
        "warehouse_inventory": [row],
        "total_available_inventory_distribution": {
            "in_shop_inventory": {"quantity": sku.available - sku.locked},
            "campaign_inventory": [],
            "creator_inventory": [],
        },
    }


def _matches(product: Product, *, body: dict) -> bool:
    status = body.get("status") or "ALL"
    skus, ids = set(body.get("seller_skus") or []), set(map(str, body.get("sku_ids") or []))
    return (
        status in ("ALL", product.status)
        and (not skus or any(sku.seller_sku in skus for sku in product.skus))
        and (not ids or any(sku.id in ids for sku in product.skus))
        and _within(product.created_at, ge=body.get("create_time_ge"), le=body.get("create_time_le"))
        and _within(product.updated_at, ge=body.get("update_time_ge"), le=body.get("update_time_le"))
    )


def _within(value: int, *, ge: int | None, le: int | None) -> bool:
    """Both ends belong to it here, unlike with orders."""
    return (ge is None or value >= ge) and (le is None or value <= le)
