"""Money running out by the second: what delivers spends from its budget and from the account's balance.
Everything that reports, refuses a budget or shows BUDGET_EXCEED reads the very same hours."""

import zlib

from sandbox.ads import money
from sandbox.ads.model import CLASSIC, INFINITE, TOTAL, Ad, Campaign, Node
from sandbox.ads.status import DELIVERING

HOUR, DAY = 3600, 86_400
EVERY_SECONDS = 10.0
LONGEST = 60 * DAY  # a longer jump of the clock is not filled in
TOTAL_DAYS = 14


def settle(ads, now: float) -> None:
    """Spend what was due since the last time, hour by hour. Standing is judged once, at the end of the stretch."""
    start = max(ads.settled_at, now - LONGEST)
    if now - start < EVERY_SECONDS:
        return
    ads.settled_at = now
    standing = ads.standing()
    nodes = [row for row in ads.campaigns.values() if row.is_gmv_max] + list(ads.ads.values())
    for node in nodes:
        if standing.of(node) in DELIVERING:
            advertiser = ads.advertisers[node.advertiser_id]
            cost = stretch(ads, node, start=start, end=now)
            advertiser.balance = max(0.0, round(advertiser.balance - cost, 4))


def stretch(ads, node: Node, *, start: float, end: float) -> float:
    """Book an even spend between two moments; returns its cost."""
    per_second, booked, at = daily(ads, node) / DAY, 0.0, start
    roas, order_value = returns(node)
    while at < end:
        hour = int(at // HOUR) * HOUR
        until = min(end, hour + HOUR)
        cost = per_second * (until - at)
        row = node.hours.setdefault(hour, [0.0, 0.0, 0.0])
        row[0] += cost
        row[1] += cost * roas / (order_value * _unit(ads, node))
        row[2] += cost * roas
        booked, at = booked + cost, until
    return booked


def daily(ads, node: Node) -> float:
    """What a node spends in a full day: most of its budget, never all of it."""
    share = 0.55 + (_dice(node.id) % 30) / 100
    if node.kind == "campaign":
        return node.budget * share
    group = ads.adgroups[node.adgroup_id]
    budget = group.budget / TOTAL_DAYS if group.budget_mode == TOTAL else group.budget
    if group.budget_mode == INFINITE or budget <= 0:
        budget = ads.campaigns[node.campaign_id].budget / max(
            1, len(ads.adgroups_of(ads.campaigns[node.campaign_id]))
        )
    return budget * share / max(1, len(ads.ads_of(group)))


def returns(node: Campaign | Ad) -> tuple[float, float]:
    """Revenue per unit of cost, and the dollars of a usual order."""
    dice = _dice(node.id)
    return 1.8 + (dice % 300) / 100, 8.0 + dice % 9


def spent_today(ads, node: Node, now: float) -> float:
    advertiser = ads.advertisers[node.advertiser_id]
    return money.spent(ads.spenders(node), since=money.day_start(now, advertiser))


def is_lifetime(node) -> bool:
    return getattr(node, "vehicle", CLASSIC) == CLASSIC and node.budget_mode == TOTAL


def _unit(ads, node: Node) -> float:
    return money.CURRENCIES[ads.advertisers[node.advertiser_id].currency][0]


def _dice(text: str) -> int:
    return zlib.crc32(text.encode())
