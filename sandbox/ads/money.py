"""Budgets: least amounts, precision, the nightly lock, and days by the ad account's own clock.
Least amounts are known in dollars; the other currencies' ratios are this sandbox's own."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sandbox.ads.errors import ApiError
from sandbox.ads.model import Advertiser, Node

# currency -> (units for one dollar, decimals)
CURRENCIES = {
    "USD": (1.0, 2),
    "VND": (25_000.0, 0),
    "MYR": (4.5, 2),
    "SGD": (1.35, 2),
    "THB": (35.0, 2),
    "IDR": (16_000.0, 0),
    "PHP": (58.0, 2),
    "JPY": (150.0, 0),
    "GBP": (0.8, 2),
    "EUR": (0.9, 2),
}
CAMPAIGN_USD, ADGROUP_USD = 50, 20
LOCK_MINUTES = 5


def least(currency: str, *, usd: float) -> float:
    ratio, decimals = CURRENCIES[currency]
    return round(usd * ratio, decimals)


def check_amount(value: object, *, advertiser: Advertiser, usd: float) -> float:
    """A budget that this currency allows, or 40002 with the reason."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ApiError(40002, "budget: must be a number")
    decimals = CURRENCIES[advertiser.currency][1]
    if round(value, decimals) != value:
        raise ApiError(40002, f"budget: at most {decimals} decimals for {advertiser.currency}")
    minimum = least(advertiser.currency, usd=usd)
    if value < minimum:
        raise ApiError(40002, f"budget: must be at least {minimum} {advertiser.currency}")
    return float(value)


def check_spend(value: float, *, spent: float, factor: float) -> None:
    if value < spent * factor:
        raise ApiError(40002, f"budget: must not be less than what has been spent, {spent:.2f}")


def local(at: float, advertiser: Advertiser) -> datetime:
    return datetime.fromtimestamp(at, tz=ZoneInfo(advertiser.timezone))


def day_start(at: float, advertiser: Advertiser) -> float:
    return local(at, advertiser).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


def next_midnight(at: float, advertiser: Advertiser) -> float:
    tomorrow = local(at, advertiser) + timedelta(days=1)
    return tomorrow.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


def is_locked(at: float, advertiser: Advertiser) -> bool:
    """The last minutes before the account's midnight take no budgets."""
    moment = local(at, advertiser)
    return moment.hour == 23 and moment.minute >= 60 - LOCK_MINUTES


def spent(nodes: list[Node], *, since: float = 0.0) -> float:
    return sum(row[0] for node in nodes for hour, row in node.hours.items() if hour >= since)
