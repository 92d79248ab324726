"""What review must look up beside the order itself: a constant number of queries for any number of orders."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from catalog.models import Sku
from orders import review_digests, review_rules, review_sites
from orders.models import BlockKind, BuyerContact, HoldReason, Order, OrderState, RuleMode, UsualQuantity
from orders.review_cases import Case
from orders.review_checks import Unusual
from orders.review_rules import Ruleset

NEIGHBORS_AT_MOST = 5000


def look_up(*, cases: Sequence[Case], rules: Ruleset | None = None) -> None:
    """Give each case its shop's rules and the facts that they ask for."""
    if not cases:
        return
    found = rules or review_rules.current()
    for case in cases:
        case.rules = found.of(case.order.shop_id)
    ours = [case for case in cases if case.order.is_ours_to_ship]
    _inactive(_asked(ours, HoldReason.SKU_INACTIVE))
    _sites(_asked(ours, HoldReason.WRONG_WAREHOUSE))
    _quantities(_asked(ours, HoldReason.LARGE_QUANTITY))
    _neighbors(_asked(ours, HoldReason.MANY_TO_ADDRESS))
    if found.blocked:
        _blocked(_asked(ours, HoldReason.BLOCKED), found.blocked)


def _asked(cases: Sequence[Case], reason: str) -> list[Case]:
    return [case for case in cases if case.rules[reason].mode != RuleMode.OFF]


def _inactive(cases: Sequence[Case]) -> None:
    """Lines that mean a SKU out of use, or have one as a part."""
    wanted = {pk for case in cases for pk in _sku_ids(case)}
    if not wanted:
        return
    out = dict(Sku.objects.filter(pk__in=wanted, is_active=False).values_list("pk", "seller_sku"))
    if not out:
        return
    for case in cases:
        case.inactive = tuple(dict.fromkeys(out[pk] for pk in _sku_ids(case) if pk in out))


def _sku_ids(case: Case) -> list[int]:
    found = []
    for line, shelf in zip(case.lines, case.parts, strict=True):
        if line.open_quantity:
            found += [part for part, _units in shelf]
            if line.sku_id:
                found.append(line.sku_id)
    return found


def _sites(cases: Sequence[Case]) -> None:
    """Where the platform wants it shipped from, unless a person chose a warehouse of ours."""
    named = [case for case in cases if case.order.platform_warehouse_id and not case.order.warehouse_code]
    unknown = review_sites.unknown({(case.order.shop_id, case.order.platform_warehouse_id) for case in named})
    for case in named if unknown else ():
        site = (case.order.shop_id, case.order.platform_warehouse_id)
        case.unknown_site = site[1] if site in unknown else ""


def _quantities(cases: Sequence[Case]) -> None:
    """Only SKUs of which somebody wants many are worth a question."""
    units: dict[int, dict[int, int]] = {}
    for place, case in enumerate(cases):
        # What is usual is at least one.
        least = int(case.rules[HoldReason.LARGE_QUANTITY].threshold or 1)
        if sum(line.quantity for line in case.lines) <= least:
            continue
        wanted: Counter[int] = Counter()
        for line in case.lines:
            if line.sku_id:
                wanted[line.sku_id] += line.open_quantity
        if many := {pk: count for pk, count in wanted.items() if count > least}:
            units[place] = many
    if not units:
        return
    rows = UsualQuantity.objects.filter(sku_id__in={pk for many in units.values() for pk in many})
    usual = {pk: (code, most) for pk, code, most in rows.values_list("sku_id", "sku__seller_sku", "units")}
    for place, many in units.items():
        cases[place].quantities = tuple(
            Unusual(usual[pk][0], count, usual[pk][1]) for pk, count in many.items() if pk in usual
        )


def _neighbors(cases: Sequence[Case]) -> None:
    """Earlier orders to the same address: stored ones, and those of this very batch."""
    at: dict[str, list[Case]] = {}
    for case in cases:
        digest = review_digests.of_address(case.address, seller_id=case.order.seller_id)
        if digest:
            at.setdefault(digest, []).append(case)
    if not at:
        return
    others = _stored(cases, at, own={case.order.platform_order_id for some in at.values() for case in some})
    for digest, some in at.items():
        known = others.get(digest, [])
        if len(some) == 1 and not known:
            continue
        known += [(case.order.placed_at, case.order.platform_order_id) for case in some]
        for case in some:
            mine = (case.order.placed_at, case.order.platform_order_id)
            case.same_address = tuple(placed_at for placed_at, name in known if (placed_at, name) < mine)


def _stored(
    cases: Sequence[Case], at: Mapping[str, list[Case]], own: set[str]
) -> dict[str, list[tuple[datetime, str]]]:
    """Two plain look-ups instead of a join: the planner must not get the idea to read all orders of the window."""
    there = BuyerContact.objects.filter(address_digest__in=list(at)).exclude(address_digest="").order_by()
    digests = dict(there.values_list("order_id", "address_digest")[:NEIGHBORS_AT_MOST])
    found: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    if not digests:
        return found
    longest = max(case.rules[HoldReason.MANY_TO_ADDRESS].window_hours or 0 for case in cases)
    since = min(case.order.placed_at for case in cases) - timedelta(hours=longest)
    orders = Order.objects.filter(pk__in=list(digests), placed_at__gt=since).exclude(
        state=OrderState.CANCELLED
    )
    for pk, placed_at, name in orders.order_by().values_list("pk", "placed_at", "platform_order_id"):
        if name not in own:
            found[digests[pk]].append((placed_at, name))
    return found


def _blocked(cases: Sequence[Case], blocked: Mapping[str, frozenset[str]]) -> None:
    for case in cases:
        order = case.order
        case.blocked = tuple(
            kind
            for kind in BlockKind.values
            if kind in blocked
            and not blocked[kind].isdisjoint(
                review_digests.digests(
                    review_digests.readable(kind, case.address, buyer_user_id=order.buyer_user_id),
                    kind=kind,
                    seller_id=order.seller_id,
                )
            )
        )
