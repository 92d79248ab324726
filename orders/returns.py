"""Returns and refunds as the platform tells them, and how far each is in our own house.

The platform's word alone decides about money; what came back, and in which state, is for the person at the bench to say.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from integrations.after_sales import PlatformReturn
from orders import case_walks, cursors, history, packages, parts
from orders.events import PackageCameBack
from orders.models import (
    HistoryKind,
    Order,
    OrderLine,
    Package,
    PackageState,
    RefundState,
    ReturnCase,
    ReturnKind,
    ReturnLine,
    ReturnStage,
)
from orders.states import PACKAGE_MACHINE, PackageAction
from relay import outbox
from tenancy.actors import PLATFORM, Actor

KIND = "returns"
LOCAL = "local:"  # a parcel that the carrier brought back without any request of the buyer
_REFUND = {
    "return_or_refund_request_success": RefundState.AGREED,
    "replacement_request_refund_success": RefundState.AGREED,
    "exchange_request_refund_success": RefundState.AGREED,
    "return_or_refund_request_complete": RefundState.REFUNDED,
    "refund_or_return_request_reject": RefundState.REFUSED,
    "reject_receive_package": RefundState.REFUSED,
}
_OVER = frozenset(
    {
        "refund_or_return_request_reject",
        "reject_receive_package",
        "return_or_refund_request_success",
        "return_or_refund_request_cancel",
        "return_or_refund_request_complete",
        "replacement_request_reject",
        "replacement_request_refund_success",
        "replacement_request_cancel",
        "replacement_request_complete",
        "exchange_request_refund_success",
        "exchange_request_cancel",
        "exchange_request_complete",
    }
)
_WRITTEN = [
    "kind",
    "stage",
    "refund_state",
    "platform_status",
    "arbitration",
    "wanted_answer",
    "respond_by",
    "reason",
    "tracking_number",
    "carrier_name",
    "refund_amount",
    "currency",
    "told_at",
]
# States in which a parcel may come back through the door.
_AWAY = (PackageState.HANDED_OVER, PackageState.IN_TRANSIT, PackageState.ARRIVED, PackageState.DELIVERED)


class NothingReturned(RuleViolation):
    """No return and no parcel that left fits the scan."""

    code = "nothing_returned"
    status = 404


class NotReceived(RuleViolation):
    """The goods must be here before anybody can look at them."""

    code = "not_received"
    status = 409


def poll(*, seller_id: int, shop_id: int) -> int:
    """Walk what changed since the last run. Returns how many returns were new or changed. Calls out: no scope open."""
    return case_walks.walk(
        kind=KIND,
        seller_id=seller_id,
        shop_id=shop_id,
        search=lambda client, since, token: client.search_returns(updated_from=since, page_token=token),
        take=lambda items, now: take(shop_id=shop_id, found=items, now=now),
    )


@transaction.atomic
def take(*, shop_id: int, found: Sequence[PlatformReturn], now: datetime) -> int:
    """Store the newest words about returns of one shop; orders that are not here yet are fetched first."""
    newest = {one.return_id: one for one in found}
    orders = _orders_of(shop_id, newest.values(), now=now)
    stored = {
        case.return_id: case
        for case in ReturnCase.objects.lock().filter(shop_id=shop_id, return_id__in=list(newest))
    }
    fresh, moved, lines = [], [], []
    for key, one in newest.items():
        order = orders.get(one.platform_order_id)
        if order is None:
            continue
        case = stored.get(key) or ReturnCase(
            shop_id=shop_id, order=order, return_id=key, asked_at=one.asked_at or now
        )
        before = (case.platform_status, case.refund_state)
        if stored.get(key) and case.told_at and one.updated_at and one.updated_at < case.told_at:
            continue
        _fill(case, one)
        (moved if key in stored else fresh).append(case)
        if key not in stored or before != (case.platform_status, case.refund_state):
            lines.append(_told(case, order, is_new=key not in stored, now=now))
    ReturnCase.objects.insert_many(fresh)
    ReturnCase.objects.bulk_update(moved, _WRITTEN)
    _add_lines(fresh, newest)
    history.record_many(lines)
    return len(lines)


def _orders_of(shop_id: int, found: Sequence[PlatformReturn], *, now: datetime) -> dict[str, Order]:
    wanted = {one.platform_order_id for one in found}
    rows = Order.objects.filter(shop_id=shop_id, platform_order_id__in=wanted)
    orders = {order.platform_order_id: order for order in rows}
    cursors.mark_for_pull(shop_id=shop_id, platform_order_ids=wanted - orders.keys(), now=now)
    return orders


def _fill(case: ReturnCase, one: PlatformReturn) -> None:
    case.kind = one.kind if one.kind in ReturnKind.values else ReturnKind.OTHER
    case.platform_status = one.status[:60]
    case.refund_state = _REFUND.get(one.status, RefundState.NONE)
    case.arbitration, case.wanted_answer = one.arbitration[:30], one.wanted_answer
    case.respond_by, case.reason = one.respond_by, one.reason[:300]
    case.tracking_number = one.tracking_number.strip().upper()[:60] or case.tracking_number
    case.carrier_name = one.carrier_name[:80] or case.carrier_name
    case.refund_amount, case.currency = one.refund_amount, one.currency[:3]
    case.told_at = one.updated_at
    case.stage = stage_of(case)


def stage_of(case: ReturnCase) -> str:
    """Where it stands here. Goods under way are waited for even when the platform has refunded already."""
    has_goods = bool(case.tracking_number) or case.received_at is not None
    if case.platform_status in _OVER and not (has_goods and case.refund_state != RefundState.REFUSED):
        return ReturnStage.DONE
    if case.wanted_answer in ("refund", "return", "replacement"):
        return ReturnStage.TO_DECIDE
    if case.received_at is None:
        return ReturnStage.ON_ITS_WAY
    if case.inspected_at is None:
        return ReturnStage.TO_INSPECT
    return ReturnStage.TO_SETTLE if case.wanted_answer else ReturnStage.DONE


def _told(case: ReturnCase, order: Order, *, is_new: bool, now: datetime):
    return history.entry(
        order=order,
        at=now,
        actor=PLATFORM,
        kind=HistoryKind.RETURN,
        action="return.asked" if is_new else "return.moved",
        reason=case.reason if is_new else "",
        **{"return": case.return_id, "word": case.platform_status},
    )


def _add_lines(cases: Sequence[ReturnCase], told: Mapping[str, PlatformReturn]) -> None:
    """What is to come back, in units of what lies on the shelf. A return that names no line means the whole order."""
    order_lines: dict[int, list[OrderLine]] = {case.order_id: [] for case in cases}
    for line in OrderLine.objects.filter(order_id__in=list(order_lines)).order_by("pk"):
        order_lines[line.order_id].append(line)
    flat = [line for own in order_lines.values() for line in own]
    shelf = dict(zip((line.pk for line in flat), parts.parts_of(lines=flat), strict=True))
    rows = []
    for case in cases:
        named = {one.platform_line_id for one in told[case.return_id].lines} if case.return_id in told else ()
        for line in order_lines[case.order_id]:
            units = len(named & set(line.platform_line_ids)) if named else line.open_quantity
            rows += [
                ReturnLine(
                    shop_id=case.shop_id, case=case, order_line=line, sku_id=sku_id, quantity=units * each
                )
                for sku_id, each in (shelf[line.pk] or [(None, 1)] if units else ())
            ]
    ReturnLine.objects.insert_many(rows)


# --- the goods come back ----------------------------------------------------------------------


def find(*, code: str) -> ReturnCase | None:
    """The open return that a scan means: its tracking number, its own id, or the order's."""
    text = code.strip()
    if not text:
        return None
    cases = ReturnCase.objects.exclude(stage=ReturnStage.DONE).order_by("pk")
    for column, value in (
        ("tracking_number", text.upper()),
        ("return_id", text),
        ("public_id", text.lower()),
        ("order__platform_order_id", text),
        ("order__public_id", text.lower()),
    ):
        if case := cases.filter(**{column: value}).first():
            return case
    return None


def package_away(*, code: str) -> Package | None:
    """A parcel that left and may stand here again, by package or order id."""
    text = code.strip()
    found = Package.objects.filter(state__in=[*_AWAY, PackageState.LOST, PackageState.RETURNED]).order_by(
        "pk"
    )
    for column, value in (
        ("public_id", text.lower()),
        ("platform_package_id", text),
        ("order__platform_order_id", text),
    ):
        if text and (package := found.filter(**{column: value}).first()):
            return package
    return None


@transaction.atomic
def receive(*, case_id: int, actor: Actor, now: datetime) -> ReturnCase:
    """The parcel is here. A second scan changes nothing."""
    case = ReturnCase.objects.lock().select_related("order").get(pk=case_id)
    if case.received_at is None:
        case.received_at, case.received_by = now, actor.label[:120]
        case.stage = stage_of(case)
        case.save(update_fields=["received_at", "received_by", "stage"])
        _note(case, action="return.received", actor=actor, now=now)
    return case


@transaction.atomic
def open_local(*, package_id: int, actor: Actor, now: datetime) -> ReturnCase:
    """The carrier brought a parcel back that no buyer asked to return: refused, undeliverable, or called back."""
    (package,) = packages.lock_many(ids=[package_id])
    if PACKAGE_MACHINE.allows(package.state, PackageAction.RETURN):
        packages.advance(package=package, action=PackageAction.RETURN, actor=actor, now=now)
    if package.state != PackageState.RETURNED:
        raise NothingReturned(_("This parcel has not left: there is nothing to take back."))
    case, is_new = ReturnCase.objects.get_or_create(
        shop_id=package.shop_id,
        return_id=f"{LOCAL}{package.public_id}",
        defaults={
            "order_id": package.order_id,
            "kind": ReturnKind.OTHER,
            "stage": ReturnStage.ON_ITS_WAY,
            "platform_status": "came_back",
            "asked_at": now,
        },
    )
    if is_new:
        lines = package.lines.values_list("order_line_id", "sku_id", "quantity")
        ReturnLine.objects.insert_many(
            ReturnLine(shop_id=case.shop_id, case=case, order_line_id=line_id, sku_id=sku_id, quantity=units)
            for line_id, sku_id, units in lines
        )
        outbox.publish(PackageCameBack(package_id=package.pk))
    return receive(case_id=case.pk, actor=actor, now=now)


@transaction.atomic
def judge(*, line: ReturnLine, verdicts: Mapping[str, int], actor: Actor, now: datetime) -> ReturnCase:
    """Keep what a locked line turned out to be; with the last line the inspection is over."""
    case = ReturnCase.objects.lock().select_related("order").get(pk=line.case_id)
    if case.received_at is None:
        raise NotReceived(_("Scan the parcel in first."))
    for name, units in verdicts.items():
        setattr(line, name, getattr(line, name) + units)
    line.save(update_fields=list(verdicts))
    if not any(one.left for one in case.lines.all()):
        case.inspected_at, case.inspected_by = now, actor.label[:120]
        case.stage = stage_of(case)
        case.save(update_fields=["inspected_at", "inspected_by", "stage"])
        totals: Counter[str] = Counter()
        for one in case.lines.all():
            totals.update(restocked=one.restocked, damaged=one.damaged, wrong=one.wrong, missing=one.missing)
        _note(case, action="return.inspected", actor=actor, now=now, **totals)
    return case


def _note(case: ReturnCase, *, action: str, actor: Actor, now: datetime, **data: object) -> None:
    history.record(
        order=case.order,
        at=now,
        actor=actor,
        kind=HistoryKind.RETURN,
        action=action,
        **{"return": case.return_id, **data},
    )
