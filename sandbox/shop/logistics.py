"""Warehouses, delivery options, the carriers of an option, and what carriers said about an order."""

from sandbox.shop.catalog import PROVIDERS
from sandbox.shop.errors import ShopError, invalid
from sandbox.shop.gateway import Api, Call
from sandbox.shop.package_views import find_order
from sandbox.shop.people import COUNTRY
from sandbox.shop.render import OPTION_NAMES, delivery_option_id

SCOPE = "seller.logistics"
# Codes of tracking events are not published; these are this sandbox's own.
ACTION_CODES = {
    "label": 100,
    "pickup": 200,
    "transit": 300,
    "arrival": 400,
    "out_for_delivery": 500,
    "delivered": 600,
}


def apis() -> list[Api]:
    rows = [
        ("/logistics/202309/warehouses", warehouses),
        ("/logistics/202309/warehouses/{warehouse_id}/delivery_options", delivery_options),
        ("/logistics/202309/delivery_options/{delivery_option_id}/shipping_providers", shipping_providers),
        ("/logistics/202604/orders/{order_id}/tracking", cross_border_tracking),
    ]
    reads = [Api(method="GET", path=path, handler=handler, scope=SCOPE) for path, handler in rows]
    tracking = "/fulfillment/202309/orders/{order_id}/tracking"
    read = "seller.fulfillment.package.read"
    return [*reads, Api(method="GET", path=tracking, handler=order_tracking, scope=read)]


def warehouses(call: Call) -> dict:
    shop = call.shop
    sub_type = "CB_DIRECT_SHIPPING_WAREHOUSE" if shop.is_cross_border else "DOMESTIC_WAREHOUSE"
    address = {
        "region": COUNTRY[shop.region],
        "region_code": shop.region,
        "state": "",
        "city": "",
        "distict": "",
        "town": "",
        "postal_code": "",
        "full_address": f"1 Warehouse Road, {COUNTRY[shop.region]}",
        "address_line1": "1 Warehouse Road",
        "contact_person": "Warehouse desk",
        "phone_number": "",
        "geolocation": {"latitude": "0", "longitude": "0"},
    }
    rows = ((shop.warehouse_id, "SALES_WAREHOUSE"), (shop.return_warehouse_id, "RETURN_WAREHOUSE"))
    return {
        "warehouses": [
            {
                "id": warehouse_id,
                "entity_id": f"{warehouse_id[:-3]}000",
                "name": f"{shop.name} main",
                "effect_status": "ENABLED",
                "type": kind,
                "sub_type": sub_type,
                "is_default": True,
                "address": address,
            }
            for warehouse_id, kind in rows
        ]
    }


def delivery_options(call: Call) -> dict:
    if call.path["warehouse_id"] not in {call.shop.warehouse_id, call.shop.return_warehouse_id}:
        raise invalid("path.warehouse_id")
    platform = {"STANDARD", "EXPRESS"} if "TIKTOK" in call.shop.shipping_types else set()
    kinds = [
        *sorted(platform, reverse=True),
        *(["SEND_BY_SELLER"] if "SELLER" in call.shop.shipping_types else []),
    ]
    rows = []
    for kind in kinds:
        row = {"id": delivery_option_id(shop=call.shop, kind=kind), "name": OPTION_NAMES[kind]}
        if call.query.get("scope", "WAREHOUSE") == "WAREHOUSE":
            row |= {
                "type": kind,
                "description": "",
                "dimension_limit": {"max_height": 60, "max_length": 120, "max_width": 80, "unit": "CM"},
                "weight_limit": {"max_weight": 30_000, "min_weight": 1, "unit": "GRAM"},
                "platform": ["TIKTOK_SHOP"],
            }
        rows.append(row)
    return {"delivery_options": rows}


def shipping_providers(call: Call) -> dict:
    wanted = call.path["delivery_option_id"]
    known = {delivery_option_id(shop=call.shop, kind=kind): kind for kind in OPTION_NAMES}
    if wanted not in known:
        raise ShopError(21008116, "The shop has no subscription to this delivery option.")
    if known[wanted] != "SEND_BY_SELLER":
        raise ShopError(21008117, "The delivery option is shipped by the platform.")
    return {"shipping_providers": [{"id": row[0], "name": row[1]} for row in PROVIDERS[call.shop.region]]}


def order_tracking(call: Call) -> dict:
    """All scans of all its parcels, the newest first; times in milliseconds."""
    events = sorted(_events(call), key=lambda pair: pair[1].at, reverse=True)
    return {
        "tracking": [
            {
                "description": f"{event.text} ({event.place})" if event.place else event.text,
                "update_time_millis": int(event.at * 1000),
                "action_code": ACTION_CODES.get(event.kind, 900),
            }
            for _number, event in events
        ]
    }


def cross_border_tracking(call: Call) -> dict:
    if not call.shop.is_cross_border:
        raise ShopError(21008106, "Only cross-border orders have this tracking.")
    order = find_order(call)
    packages = [package for package in call.world.shop.packages_of(order) if package.tracking_number]
    rows = []
    for package in packages:
        parcel = call.world.carriers.find(package.tracking_number)
        track = [
            {
                "description": event.text,
                "tracking_no": parcel.number,
                "update_time_millis": int(event.at * 1000),
                "action_code": ACTION_CODES.get(event.kind, 900),
                "action_code_name": event.kind.upper(),
            }
            for event in parcel.events
        ]
        row = {
            "newest_tracking_no": parcel.number,
            "carrier_name": package.provider_name,
            "track_list": track,
        }
        rows.append(row)
    return {"logistics_details": rows}


def _events(call: Call) -> list[tuple[str, object]]:
    order = find_order(call)
    numbers = [
        package.tracking_number for package in call.world.shop.packages_of(order) if package.tracking_number
    ]
    parcels = [call.world.carriers.find(number) for number in numbers]
    return [(parcel.number, event) for parcel in parcels if parcel for event in parcel.events]
