"""The recipient as the seller may see them: nothing before the hold ends, stars where the platform keeps it to itself."""

from sandbox.shop.model import Order, Shop
from sandbox.shop.people import COUNTRY, ISO

HIDDEN = {"UNPAID", "ON_HOLD"}
LEVELS = {
    "US": (("L1", "state"), ("L2", "county"), ("L3", "city")),
    "VN": (("L1", "province"), ("L2", "district"), ("L3", "ward")),
    "TH": (("L1", "province"), ("L2", "district"), ("L3", "sub-district")),
    "MY": (("L1", "state"), ("L2", "city")),
    "SG": (("L1", "city"),),
}


def recipient(*, shop: Shop, order: Order) -> dict:
    if order.status in HIDDEN:
        return {"region_code": shop.region}
    buyer = order.buyer
    line1 = buyer["street"]
    address = {
        "name": buyer["name"],
        "first_name": buyer["first"],
        "last_name": buyer["last"],
        "first_name_local_script": "",
        "last_name_local_script": "",
        "phone_number": buyer["phone"],
        "region_code": shop.region,
        "postal_code": buyer["postcode"],
        "post_town": "",
        "address_line1": line1,
        "address_line2": buyer["unit"],
        "address_line3": "",
        "address_line4": "",
        "address_detail": f"{line1} {buyer['unit']}".strip(),
        "full_address": ", ".join(_levels_of(buyer, shop=shop)[::-1] + [f"{line1} {buyer['unit']}".strip()]),
        "district_info": _districts(buyer, shop=shop),
        "delivery_preferences": {"drop_off_location": ""},
    }
    if shop.region == "US" and order.status == "CANCELLED":
        return _mask_all(address)
    if order.shipping_type == "TIKTOK":
        return _mask_person(address)
    return address


def sender(*, shop: Shop) -> dict:
    return {
        "name": shop.name,
        "region_code": shop.region,
        "full_address": f"1 Warehouse Road, {COUNTRY[shop.region]}",
        "phone_number": "",
    }


def _parts(buyer: dict, *, shop: Shop) -> list[str]:
    """Names from the largest place to the smallest, below the country."""
    if shop.region == "US":
        return [buyer["state"], buyer["district"], buyer["city"]]
    if shop.region == "SG":
        return [buyer["city"]]
    return [part for part in (buyer["state"], buyer["city"], buyer["district"]) if part]


def _levels_of(buyer: dict, *, shop: Shop) -> list[str]:
    return [COUNTRY[shop.region], *_parts(buyer, shop=shop)][::-1]


def _districts(buyer: dict, *, shop: Shop) -> list[dict]:
    rows = [{"address_level": "L0", "address_level_name": "country", "address_name": COUNTRY[shop.region], "iso_code": shop.region}]  # fmt: skip
    for (level, level_name), name in zip(LEVELS[shop.region], _parts(buyer, shop=shop), strict=False):
        row = {"address_level": level, "address_level_name": level_name, "address_name": name, "iso_code": ""}
        if level == "L1":
            row["iso_code"] = ISO.get(name, "")
        rows.append(row)
    return rows


def _stars(text: str) -> str:
    return " ".join(word[:1] + "*" * max(3, len(word) - 1) for word in text.split())


def _mask_person(address: dict) -> dict:
    names = {name: _stars(address[name]) for name in ("name", "first_name", "last_name")}
    phone = address["phone_number"]
    return {**address, **names, "phone_number": f"{phone[:-7]}*****{phone[-2:]}"}


def _mask_all(address: dict) -> dict:
    masked = _mask_person(address)
    for name in ("address_line1", "address_line2", "address_detail", "full_address", "postal_code"):
        masked[name] = "*****" if address[name] else ""
    masked["district_info"] = [
        {**row, "address_name": "****"} if row["address_level"] in {"L3", "L4"} else row
        for row in address["district_info"]
    ]
    return masked
