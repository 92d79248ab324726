"""Staff send an order in several parcels, or several orders of one buyer in one: asked of the platform, before picking.

No call has a key against doubles, so every try first reads how the orders stand. Our packages follow what the platform
then tells (`platform_parcels`); where it knows no parcels before shipping, a split is ours alone.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import http
from core.errors import RuleViolation
from integrations import connections
from integrations.ports import PlatformOrder, ShopPlatform
from integrations.tiktok_shop.packages import MARKING_REGIONS
from orders import cursors, history, packages, platform_parcels, sla
from orders.models import (
    BuyerContact,
    HistoryKind,
    Order,
    OrderLine,
    OrderState,
    Package,
    PackageState,
    RegroupKind,
    RegroupRequest,
)
from relay import effects
from relay.effects import EffectState, Outcome, Runner
from tenancy.actors import PLATFORM, Actor
from tenancy.models import Shop

MOST_ORDERS = 20
BEFORE_PICKING = (PackageState.PLANNED, PackageState.ALLOCATED)
_OPEN = (EffectState.WAITING, EffectState.CLAIMED)


class CannotRegroup(RuleViolation):
    """These goods cannot be put into other parcels now."""

    code = "cannot_regroup"
    status = 409


@transaction.atomic
def split(
    *, order_id: int, groups: Sequence[Sequence[int]], actor: Actor, now: datetime
) -> RegroupRequest | None:
    """`groups`: order line ids, each open line in exactly one. None where it is done at once, without the platform."""
    order = Order.objects.lock().get(pk=order_id)
    (package,) = _movable([order])
    _refuse_groups(order, groups)
    if Shop.objects.only("region").get(pk=order.shop_id).region in MARKING_REGIONS:
        _split_here(order, package, groups, actor=actor, now=now)
        return None
    return _ask(order, RegroupKind.SPLIT, [list(group) for group in groups], actor=actor, now=now)


@transaction.atomic
def combine(*, order_ids: Sequence[int], actor: Actor, now: datetime) -> RegroupRequest:
    """One parcel for several orders of one buyer to one door."""
    found = list(Order.objects.lock().filter(pk__in=list(order_ids)))
    if not 2 <= len(found) <= MOST_ORDERS:
        raise CannotRegroup(_("Choose between 2 and %(most)d orders of one buyer.") % {"most": MOST_ORDERS})
    _movable(found)
    first = found[0]
    if Shop.objects.only("region").get(pk=first.shop_id).region in MARKING_REGIONS:
        raise CannotRegroup(
            _("In this market parcels are put together when they are shipped: give both the same number.")
        )
    if {(one.shop_id, one.buyer_user_id) for one in found} != {(first.shop_id, first.buyer_user_id)}:
        raise CannotRegroup(_("These orders are not of one buyer in one shop."))
    doors = BuyerContact.objects.filter(order__in=found).values_list("digest", flat=True)
    if len(set(doors)) != 1 or len(doors) != len(found):
        raise CannotRegroup(_("These orders do not go to the same address."))
    ids = sorted(one.platform_order_id for one in found)
    return _ask(first, RegroupKind.COMBINE, ids, actor=actor, now=now)


def candidates(*, order: Order) -> list[Order]:
    """Other orders of this buyer that go to the same door and wait as well."""
    contact = BuyerContact.objects.filter(order=order).only("digest").first()
    if contact is None or not contact.digest or not order.buyer_user_id:
        return []
    found = Order.objects.filter(
        shop_id=order.shop_id,
        buyer_user_id=order.buyer_user_id,
        contact__digest=contact.digest,
        packages__state__in=BEFORE_PICKING,
    ).exclude(pk=order.pk)
    return list(found.order_by("placed_at", "pk").distinct()[: MOST_ORDERS - 1])


def why_not(*, order: Order) -> str:
    """Why the parcels of this order cannot be changed; empty when they can."""
    try:
        with transaction.atomic():
            _movable([order])
    except CannotRegroup as error:
        return str(error)
    return ""


def _movable(orders: Sequence[Order]) -> list[Package]:
    """The one package of each order, locked; refuses what is over or on the floor."""
    rows = Package.objects.filter(order__in=orders).exclude(state=PackageState.CANCELLED)
    locked = packages.lock_many(ids=rows.values_list("pk", flat=True))
    if any(one.state in (OrderState.CANCELLED, OrderState.COMPLETED) for one in orders):
        raise CannotRegroup(_("This order is over."))
    if any(one.state not in BEFORE_PICKING for one in locked):
        raise CannotRegroup(_("Picking has begun: its parcels stay as they are."))
    if Counter(one.order_id for one in locked) != Counter(one.pk for one in orders):
        raise CannotRegroup(_("Only an order with exactly one parcel can be changed."))
    if RegroupRequest.objects.filter(order__in=orders, effect_state__in=_OPEN).exists():
        raise CannotRegroup(_("The platform is being asked already."))
    return locked


def _refuse_groups(order: Order, groups: Sequence[Sequence[int]]) -> None:
    open_lines = {line.pk for line in OrderLine.objects.filter(order=order) if line.open_quantity}
    chosen = [line_id for group in groups for line_id in group]
    if len(groups) < 2 or not all(groups) or sorted(chosen) != sorted(open_lines):
        raise CannotRegroup(_("Put every item into exactly one of at least two parcels."))


def _split_here(
    order: Order, package: Package, groups: Sequence[Sequence[int]], *, actor: Actor, now: datetime
) -> None:
    goods = platform_parcels.contents([package])[package.pk]
    made = {
        f"#{number}": Counter({key: units for key, units in goods.items() if key[0] in set(group)})
        for number, group in enumerate(groups)
    }
    platform_parcels.replace(order=order, gone=[package], made=made, actor=actor, now=now)
    sla.follow_packages(order_ids=[order.pk], now=now)


def _ask(order: Order, kind: str, groups: list, *, actor: Actor, now: datetime) -> RegroupRequest:
    earlier = RegroupRequest.objects.filter(order=order).count()
    row = RegroupRequest.objects.create(
        shop_id=order.shop_id,
        order=order,
        kind=kind,
        groups=groups,
        by_label=actor.label[:120],
        key=f"regroup:{order.platform_order_id}:{earlier + 1}",
        not_before=now,
        created_at=now,
    )
    history.record(order=order, at=now, actor=actor, kind=HistoryKind.PLATFORM, action=f"regroup.{kind}")
    effects.wake_for(RegroupRequest)
    return row


@dataclass(frozen=True)
class Job:
    """What the call needs to know, read while the scope was open. `groups`: platform line ids."""

    seller_id: int
    shop_id: int
    platform_order_ids: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...] = ()


def prepare(rows: Sequence[RegroupRequest]) -> None:
    """Attach a Job to each request."""
    orders = Order.objects.in_bulk([row.order_id for row in rows])
    for row in rows:
        order = orders[row.order_id]
        ids, groups = tuple(row.groups), ()
        if row.kind == RegroupKind.SPLIT:
            lines = OrderLine.objects.in_bulk([pk for group in row.groups for pk in group])
            ids = (order.platform_order_id,)
            groups = tuple(
                tuple(one for pk in group for one in lines[pk].platform_line_ids[: lines[pk].open_quantity])
                for group in row.groups
            )
        row.prepared = Job(row.seller_id, row.shop_id, ids, groups)


def call(rows: Sequence[RegroupRequest]) -> list[Outcome]:
    """One by one, with no transaction open."""
    return [_change(row) for row in rows]


def _change(row: RegroupRequest) -> Outcome:
    job: Job = row.prepared
    try:
        client = connections.shop_client(seller_id=job.seller_id, shop_id=job.shop_id)
        orders = client.get_orders(platform_order_ids=job.platform_order_ids)
        change = _split_there if row.kind == RegroupKind.SPLIT else _combine_there
        return change(row, client, orders, job)
    except http.RemoteError as error:
        return Outcome.of_error(row.pk, error)


def _split_there(
    row: RegroupRequest, client: ShopPlatform, orders: Sequence[PlatformOrder], job: Job
) -> Outcome:
    if orders and len(orders[0].platform_package_ids) == len(job.groups):
        return Outcome(row.pk)  # an earlier try went through and its answer was lost
    groups = {str(number): list(ids) for number, ids in enumerate(job.groups, start=1)}
    client.split_order(platform_order_id=job.platform_order_ids[0], groups=groups)
    return Outcome(row.pk)


def _combine_there(
    row: RegroupRequest, client: ShopPlatform, orders: Sequence[PlatformOrder], job: Job
) -> Outcome:
    standing = {order.platform_package_ids for order in orders}
    if len(orders) == len(job.platform_order_ids) and len(standing) == 1 and len(next(iter(standing))) == 1:
        return Outcome(row.pk)
    wanted, token = set(job.platform_order_ids), ""
    for _page in range(20):
        page = client.combinable(page_token=token)
        for draft in page.items:
            if wanted <= set(draft.platform_order_ids):
                done = client.combine(draft_id=draft.draft_id, platform_order_ids=sorted(wanted))
                return Outcome(
                    row.pk,
                    is_done=done.is_ok,
                    is_refused=not done.is_ok,
                    code=done.code,
                    message=done.message,
                )
        token = page.next_token
        if not token:
            break
    message = _("The platform does not offer to put these orders into one parcel.")
    return Outcome.refused(row.pk, code="not_combinable", message=message)


def record(row: RegroupRequest, outcome: Outcome, now: datetime) -> None:
    """The orders are read again: our packages follow what the platform tells then."""
    order = Order.objects.get(pk=row.order_id)
    if not outcome.is_done and row.effect_state not in effects.STUCK_STATES:
        return
    history.record(
        order=order,
        at=now,
        actor=PLATFORM,
        kind=HistoryKind.PLATFORM,
        action="regroup.done" if outcome.is_done else "regroup.refused",
        reason="" if outcome.is_done else outcome.message,
        code=outcome.code,
    )
    ids = row.groups if row.kind == RegroupKind.COMBINE else [order.platform_order_id]
    cursors.mark_for_pull(shop_id=order.shop_id, platform_order_ids=ids, now=now)


RUNNER = effects.register(
    Runner(model=RegroupRequest, prepare=prepare, call=call, record=record, batch=5, queue="platform")
)
