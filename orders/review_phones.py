"""Phone numbers by country: how many digits a number has once the country's code and the leading zero are gone.

Only what no number of the country can be is a fault; whether somebody answers is not known here.
"""

import re
from typing import NamedTuple

SHORTEST, LONGEST = 6, 15  # anywhere in the world
_DIGITS = re.compile(r"\D")


class Plan(NamedTuple):
    """The country's calling code, the digits dialed before a number inside the country, and how long numbers are."""

    code: str
    trunk: str
    shortest: int
    longest: int


PLANS = {
    "BR": Plan("55", "0", 10, 11),
    "CN": Plan("86", "0", 9, 11),
    "DE": Plan("49", "0", 6, 13),
    "ES": Plan("34", "", 9, 9),
    "FR": Plan("33", "0", 9, 9),
    "GB": Plan("44", "0", 9, 10),
    "ID": Plan("62", "0", 8, 12),
    "IE": Plan("353", "0", 7, 10),
    "IT": Plan("39", "", 6, 12),
    "JP": Plan("81", "0", 9, 10),
    "MX": Plan("52", "", 10, 11),  # some still write the 1 of mobile phones
    "MY": Plan("60", "0", 8, 10),
    "PH": Plan("63", "0", 8, 10),
    "SG": Plan("65", "", 8, 8),
    "TH": Plan("66", "0", 8, 9),
    "US": Plan("1", "1", 10, 10),
    "VN": Plan("84", "0", 9, 10),
}
_BY_CODE = {plan.code: plan for plan in PLANS.values()}


def is_possible(phone: str, *, region: str) -> bool:
    """Whether this can be a number; of a country that is not known here, or with another one's code, by its length."""
    digits = _DIGITS.sub("", phone)
    count = len(digits)
    if not SHORTEST <= count <= LONGEST + 2 or digits == digits[0] * count:
        return False
    plan = PLANS.get(region)
    if _is_international(phone, digits):
        digits = digits.removeprefix("00")
        if plan is None or not digits.startswith(plan.code):
            plan = _BY_CODE.get(digits[:1]) or _BY_CODE.get(digits[:2]) or _BY_CODE.get(digits[:3])
        return _fits(digits[len(plan.code) :], plan) if plan else len(digits) > SHORTEST
    if plan is None or _fits(digits, plan):
        return True
    return digits.startswith(plan.code) and _fits(digits[len(plan.code) :], plan)


def _is_international(phone: str, digits: str) -> bool:
    return "+" in phone[:3] or (digits.startswith("00") and not digits.startswith("000"))


def _fits(digits: str, plan: Plan) -> bool:
    """Bare, or with the trunk digit before it."""
    if plan.shortest <= len(digits) <= plan.longest:
        return True
    return (
        bool(plan.trunk) and digits.startswith(plan.trunk) and plan.shortest < len(digits) <= plan.longest + 1
    )


def national_digits(phone: str, *, region: str) -> str:
    """The same number however it is written: without the country's code and the leading zero."""
    digits = _DIGITS.sub("", phone)
    plan = PLANS.get(region)
    if plan is None:
        return digits
    if _is_international(phone, digits):
        digits = digits.removeprefix("00").removeprefix(plan.code)
    elif digits.startswith(plan.code) and len(digits) > plan.longest:
        digits = digits[len(plan.code) :]
    return digits.removeprefix(plan.trunk) if plan.trunk else digits
