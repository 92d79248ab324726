"""What speaks against shipping an order. Pure: facts and rules in, reasons out."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from integrations.ports import PlatformAddress
from orders import address as addresses
from orders.models import HoldReason, PlatformStatus, RuleMode, ShippingType
from orders.review_rules import Rule, ShopRules

ADDRESS_MATTERS = (PlatformStatus.AWAITING_SHIPMENT, PlatformStatus.PARTIALLY_SHIPPING)
DETAIL_LENGTH = 300
# Sorts as text the way moments sort: the sweep asks the database for those that are over.
MOMENT = "%Y-%m-%dT%H:%MZ"


class Finding(NamedTuple):
    """A reason, with values (field names, codes) that a page puts into words. A warning does not stop the order."""

    reason: str
    detail: str = ""
    is_warning: bool = False


class Unusual(NamedTuple):
    """A SKU of which the order wants more than orders usually do."""

    code: str
    units: int
    usual: int


class ReviewFacts(NamedTuple):
    """What review looks at."""

    platform_status: str
    shipping_type: str
    address: PlatformAddress
    is_cancel_requested: bool = False
    unmapped: tuple[str, ...] = ()
    inactive: tuple[str, ...] = ()
    placed_at: datetime | None = None
    paid_at: datetime | None = None
    buyer_message: str = ""
    total_amount: Decimal = Decimal(0)
    currency: str = ""
    same_address: tuple[datetime, ...] = ()  # when earlier orders to this address were placed
    blocked: tuple[str, ...] = ()  # kinds of the block list that it stands on
    unknown_site: str = ""
    quantities: tuple[Unusual, ...] = ()  # of SKUs whose usual quantity is known


def find(facts: ReviewFacts, *, rules: ShopRules, now: datetime) -> list[Finding]:
    """Every reason to stop this order or to point at it, in the order in which a person would take them up."""
    found = []
    for check in CHECKS:
        for reason, detail in check(facts, rules, now):
            mode = rules[reason].mode
            if mode != RuleMode.OFF:
                found.append(Finding(reason, detail[:DETAIL_LENGTH], mode == RuleMode.WARN))
    return found


Found = tuple[tuple[str, str], ...]
NOTHING: Found = ()


def _platform(facts: ReviewFacts, rules: ShopRules, now: datetime) -> Found:
    if facts.platform_status == PlatformStatus.UNPAID:
        return ((HoldReason.UNPAID, ""),)
    if facts.platform_status == PlatformStatus.ON_HOLD:
        return ((HoldReason.PLATFORM_HOLD, ""),)
    return NOTHING


def _first_hour(facts: ReviewFacts, rules: ShopRules, now: datetime) -> Found:
    rule = rules[HoldReason.FIRST_HOUR]
    start = facts.paid_at or facts.placed_at
    if rule.mode == RuleMode.OFF or start is None or facts.platform_status not in ADDRESS_MATTERS:
        return NOTHING
    until = start + timedelta(minutes=float(rule.threshold or 0))
    return ((HoldReason.FIRST_HOUR, until.strftime(MOMENT)),) if now < until else NOTHING


def _cancel(facts: ReviewFacts, rules: ShopRules, now: datetime) -> Found:
    return ((HoldReason.CANCEL_REQUESTED, ""),) if facts.is_cancel_requested else NOTHING


def _address(facts: ReviewFacts, rules: ShopRules, now: datetime) -> Found:
    # While unpaid or held the platform shows no address at all.
    if facts.platform_status not in ADDRESS_MATTERS:
        return NOTHING
    if facts.shipping_type != ShippingType.SELLER:
        trouble = addresses.check_structure(address=facts.address)
    elif facts.address.is_masked:
        return ((HoldReason.ADDRESS_MASKED, ""),)
    else:
        trouble = addresses.check(address=facts.address)
    if trouble is addresses.NO_TROUBLE:
        return NOTHING
    fields = (
        (HoldReason.ADDRESS_MISSING, trouble.missing),
        (HoldReason.ADDRESS_INVALID, trouble.invalid),
        (HoldReason.ADDRESS_DOUBTFUL, trouble.doubtful),
    )
    return tuple((reason, ",".join(names)) for reason, names in fields if names)


def _goods(facts: ReviewFacts, rules: ShopRules, now: datetime) -> Found:
    found: Found = ()
    if facts.unmapped:
        found += ((HoldReason.UNMAPPED_SKU, ", ".join(facts.unmapped)),)
    if facts.inactive:
        found += ((HoldReason.SKU_INACTIVE, ", ".join(facts.inactive)),)
    return found


def _site(facts: ReviewFacts, rules: ShopRules, now: datetime) -> Found:
    return ((HoldReason.WRONG_WAREHOUSE, facts.unknown_site),) if facts.unknown_site else NOTHING


def _note(facts: ReviewFacts, rules: ShopRules, now: datetime) -> Found:
    text = " ".join(facts.buyer_message.split())
    return ((HoldReason.BUYER_NOTE, text),) if text else NOTHING


def _value(facts: ReviewFacts, rules: ShopRules, now: datetime) -> Found:
    rule = rules[HoldReason.HIGH_VALUE]
    is_over = (
        rule.threshold is not None and facts.currency == rule.currency and facts.total_amount > rule.threshold
    )
    return ((HoldReason.HIGH_VALUE, f"{facts.total_amount:f} {facts.currency}"),) if is_over else NOTHING


def _quantity(facts: ReviewFacts, rules: ShopRules, now: datetime) -> Found:
    times = rules[HoldReason.LARGE_QUANTITY].threshold or Decimal(1)
    far = [f"{one.code}:{one.units}:{one.usual}" for one in facts.quantities if one.units > times * one.usual]
    return ((HoldReason.LARGE_QUANTITY, ",".join(far)),) if far else NOTHING


def _crowd(facts: ReviewFacts, rules: ShopRules, now: datetime) -> Found:
    """An order counts itself and those before it: the first ones are not held for what came later."""
    rule = rules[HoldReason.MANY_TO_ADDRESS]
    if not facts.same_address or facts.placed_at is None or rule.threshold is None:
        return NOTHING
    since = facts.placed_at - timedelta(hours=rule.window_hours or 0)
    count = 1 + sum(moment > since for moment in facts.same_address)
    return ((HoldReason.MANY_TO_ADDRESS, str(count)),) if count >= rule.threshold else NOTHING


def _blocked(facts: ReviewFacts, rules: ShopRules, now: datetime) -> Found:
    return ((HoldReason.BLOCKED, ",".join(facts.blocked)),) if facts.blocked else NOTHING


Check = Callable[[ReviewFacts, Mapping[str, Rule], datetime], Found]
CHECKS: tuple[Check, ...] = (
    _platform,
    _first_hour,
    _cancel,
    _address,
    _goods,
    _site,
    _note,
    _value,
    _quantity,
    _crowd,
    _blocked,
)
