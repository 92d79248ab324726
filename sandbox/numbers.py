"""Tracking numbers as carriers print them, with their check digits, and the platform's own test of a typed number."""

import random
import re

S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
SHAPES = {
    "jt-express": re.compile(r"^(JT\d{10,13}|J[PDOZX]\d{10}|\d{12})$"),
    "spx": re.compile(r"^SPX[A-Z0-9]{8,20}$"),
    "ninja-van": re.compile(r"^[A-Z0-9]{8,18}$"),
    "viettel-post": re.compile(r"^(VTP)?[A-Z0-9]{9,16}$"),
    "flash": re.compile(r"^TH\d{10,14}[A-Z]?$"),
    "dhl-ecommerce": re.compile(r"^(GM|LX|RX|UV|CN|SG|TH|IN|HK|MY)[A-Z0-9]{10,39}$|^\d{14}$"),
}
S10_SHAPE = re.compile(r"^[A-Z]{2}(\d{8})(\d)([A-Z]{2})$")
S10_COUNTRY = {"singpost": "SG", "thailand-post": "TH", "pos-malaysia": "MY", "vnpost": "VN"}


def s10_check(digits: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(digits, S10_WEIGHTS, strict=True))
    return {10: "0", 11: "5"}.get(11 - total % 11, str(11 - total % 11))


def mod10_right(digits: str) -> str:
    """From the right, weights 3 1 3 1 ...: the USPS IMpb rule."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def mod10_left(digits: str, *, first: int) -> str:
    second = 4 - first
    total = sum(int(digit) * (first if place % 2 == 0 else second) for place, digit in enumerate(digits))
    return str(-total % 10)


def ups_check(text: str) -> str:
    values = [int(char) if char.isdigit() else (ord(char) - 3) % 10 for char in text]
    return str(-sum(value * (1 if place % 2 == 0 else 2) for place, value in enumerate(values)) % 10)


def fedex12_check(digits: str) -> str:
    weights = (3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1)
    return str(sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11 % 10)


def make(kind: str, *, serial: int, rng: random.Random) -> str:
    """The next number of a carrier's block. `serial` keeps it unique, the dice keep it from looking counted."""
    spread = f"{serial * 7919 % 100_000_000:08d}"
    if kind.startswith("s10:"):
        return f"{rng.choice(('EE', 'RB', 'LP'))}{spread}{s10_check(spread)}{kind[4:]}"
    if kind == "usps":
        payload = f"94001118992{serial * 7919 % 10_000_000_000:010d}"
        return payload + mod10_right(payload)
    if kind == "ups":
        payload = f"SB48F102{serial * 7919 % 10_000_000:07d}"
        return f"1Z{payload}{ups_check(payload)}"
    if kind == "jt":
        return f"JT{6000 + serial // 100_000_000:04d}{spread}"
    if kind == "ninja":
        return f"NVSB{spread}{rng.randrange(10)}"
    if kind == "flash":
        return f"TH4801{spread}A"
    raise ValueError(f"no numbers of kind {kind!r}")


def fits(number: str, *, carrier: str) -> bool:
    """Would this carrier have printed this number? Only shape where no check digit is known."""
    text = number.upper()
    s10 = S10_SHAPE.match(text)
    if s10 and s10_check(s10[1]) != s10[2]:
        return False
    if carrier in S10_COUNTRY:
        return bool(s10 and s10[3] == S10_COUNTRY[carrier])
    if carrier == "usps":
        return _fits_usps(text, s10_country=s10[3] if s10 else "")
    if carrier == "ups":
        return bool(re.match(r"^1Z[A-Z0-9]{15}\d$", text)) and ups_check(text[2:17]) == text[17]
    if carrier == "fedex":
        return _fits_fedex(text)
    shape = SHAPES.get(carrier)
    return bool(shape and shape.match(text))


def _fits_usps(text: str, *, s10_country: str) -> bool:
    if s10_country:
        return s10_country == "US"
    if re.match(r"^420\d{27}$|^420\d{31}$", text):
        text = text[-22:]
    if re.match(r"^9[2-5]\d{20}$|^9[2-5]\d{24}$", text):
        return mod10_right(text[:-1]) == text[-1]
    if re.match(r"^\d{20}$", text):
        return mod10_left(text[:-1], first=3) == text[-1]
    return False


def _fits_fedex(text: str) -> bool:
    if re.match(r"^\d{12}$", text):
        return fedex12_check(text[:11]) == text[11]
    if re.match(r"^\d{15}$", text):
        return mod10_left(text[:14], first=1) == text[14]
    if re.match(r"^96\d{20}$", text):
        return mod10_left(text[7:21], first=1) == text[21]
    return False
