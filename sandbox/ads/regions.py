"""Where ads can be shown: a country and its provinces, and the rules for a set of targets.
Ids and the choice of provinces are this sandbox's own."""

from sandbox.ads.errors import ApiError

MOST_TARGETS = 3_000
ZIP_COUNTRIES = {"US", "CA", "BR", "ID", "TH", "VN"}
# country code -> (id, name, provinces)
TREE = {
    "VN": (1562000, "Vietnam", ("Ha Noi", "Ho Chi Minh City", "Da Nang", "Hai Phong", "Can Tho", "Dong Nai", "Binh Duong", "Khanh Hoa", "Nghe An", "Quang Ninh", "Thanh Hoa", "Lam Dong")),
    "MY": (1733000, "Malaysia", ("Kuala Lumpur", "Selangor", "Johor", "Penang", "Perak", "Sabah", "Sarawak", "Kedah", "Melaka", "Pahang")),
    "SG": (1880000, "Singapore", ("Central Region", "East Region", "North Region", "North-East Region", "West Region")),
    "TH": (1605000, "Thailand", ("Bangkok", "Chiang Mai", "Chonburi", "Khon Kaen", "Nakhon Ratchasima", "Nonthaburi", "Phuket", "Samut Prakan", "Songkhla", "Udon Thani")),
    "US": (6252000, "United States", ("California", "Texas", "New York", "Florida", "Illinois", "Washington", "Pennsylvania", "Ohio", "Georgia", "North Carolina", "Oregon", "Colorado")),
}  # fmt: skip
LEVELS = {
    "ALL": ("COUNTRY", "PROVINCE"),
    "TO_COUNTRY": ("COUNTRY",),
    "TO_PROVINCE": ("COUNTRY", "PROVINCE"),
    "TO_CITY": ("COUNTRY", "PROVINCE"),
    "TO_DISTRICT": ("COUNTRY", "PROVINCE"),
}


def _build() -> dict[str, dict]:
    found = {}
    for code, (number, name, provinces) in TREE.items():
        country = str(number)
        under = [str(number + step) for step in range(1, len(provinces) + 1)]
        found[country] = _row(country, name, code, "COUNTRY", "0", under)
        for location_id, province in zip(under, provinces, strict=True):
            found[location_id] = _row(location_id, province, code, "PROVINCE", country, [])
    return found


def _row(location_id: str, name: str, code: str, level: str, parent: str, under: list[str]) -> dict:
    return {
        "location_id": location_id,
        "name": name,
        "region_code": code,
        "region_level": level,
        "level": level,
        "parent_id": parent,
        "next_level_ids": under,
    }


REGIONS = _build()


def country_id(code: str) -> str:
    return str(TREE[code][0])


def children(code: str) -> list[str]:
    return list(REGIONS[country_id(code)]["next_level_ids"])


def listing(level_range: str) -> list[dict]:
    if level_range not in LEVELS:
        raise ApiError(40002, "level_range: invalid value")
    return [row for row in REGIONS.values() if row["level"] in LEVELS[level_range]]


def check(location_ids: list[str], zipcode_ids: list[str], *, is_us_locked: bool) -> None:
    """A full replacement of an ad group's targets, or 40002 with the reason."""
    if len(location_ids) + len(zipcode_ids) > MOST_TARGETS:
        raise ApiError(40002, f"location_ids and zipcode_ids: at most {MOST_TARGETS} together")
    unknown = [location_id for location_id in location_ids if location_id not in REGIONS]
    if unknown:
        raise ApiError(40002, f"location_ids: invalid value {unknown[0]}")
    if not location_ids and not zipcode_ids:
        raise ApiError(40002, "location_ids: may only be empty when zipcode_ids are given")
    wanted = set(location_ids)
    if len(wanted) != len(location_ids):
        raise ApiError(40002, "location_ids: duplicate value")
    if any(REGIONS[location_id]["parent_id"] in wanted for location_id in location_ids):
        raise ApiError(40002, "location_ids: a location and its parent overlap")
    if is_us_locked and not any(REGIONS[location_id]["region_code"] == "US" for location_id in location_ids):
        raise ApiError(40002, "location_ids: an ad group created for the US must keep US targets")
