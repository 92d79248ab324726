"""One order under review: what is known, what was decided, and how a batch of decisions is written."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from integrations.ports import PlatformAddress
from orders import history, packages
from orders.events import ListingUnmapped, OrderApproved, OrderHeld
from orders.models import (
    HistoryKind,
    HoldReason,
    Order,
    OrderHold,
    OrderLine,
    OrderState,
    PackageState,
    PlatformStatus,
    RuleMode,
)
from orders.packages import ToPlan
from orders.parts import Part
from orders.review_checks import Finding, ReviewFacts, Unusual, find
from orders.review_kinds import OWN_REASONS, STOPS_APPROVED
from orders.review_rules import SHIPPED, ShopRules
from orders.sla_clocks import ARRANGED, is_scanned
from orders.states import ORDER_MACHINE, OrderAction
from relay import outbox
from relay.events import Event
from tenancy.actors import Actor


@dataclass
class Case:
    """Loaded facts above, decisions below. `order.state` is the decided state after `decide`."""

    order: Order
    address: PlatformAddress
    lines: list[OrderLine]
    parts: list[list[Part]]
    holds: list[OrderHold] = field(default_factory=list)  # open ones
    waived: set[str] = field(default_factory=set)
    package_states: list[str] = field(default_factory=list)
    platform_package_id: str = ""
    has_changed_lines: bool = False
    rules: ShopRules = field(default_factory=lambda: SHIPPED)
    inactive: tuple[str, ...] = ()
    unknown_site: str = ""
    quantities: tuple[Unusual, ...] = ()
    same_address: tuple[datetime, ...] = ()
    blocked: tuple[str, ...] = ()

    before: str = ""
    warned_before: dict[str, str] = field(default_factory=dict)
    raised: list[Finding] = field(default_factory=list)
    lifted: list[OrderHold] = field(default_factory=list)
    ending: str = ""  # the history action where it was not review that let the order go
    is_waiving: bool = False

    def __post_init__(self) -> None:
        self.before, self.warned_before = self.order.state, self.order.warnings

    @property
    def has_changed(self) -> bool:
        return bool(
            self.before != self.order.state
            or self.raised
            or self.lifted
            or self.order.warnings != self.warned_before
        )

    @property
    def warned(self) -> list[str]:
        """Badges that are new."""
        return [str(reason) for reason in self.order.warnings if reason not in self.warned_before]

    @property
    def unwarned(self) -> list[str]:
        """Badges that are gone, and did not become a hold."""
        now_held = {finding.reason for finding in self.raised}
        gone = [reason for reason in self.warned_before if reason not in self.order.warnings]
        return [reason for reason in gone if reason not in now_held]

    @property
    def open_reasons(self) -> set[str]:
        lifted = {hold.reason for hold in self.lifted}
        return {hold.reason for hold in self.holds if hold.reason not in lifted} | {
            finding.reason for finding in self.raised
        }

    @property
    def has_packages(self) -> bool:
        return any(state != PackageState.CANCELLED for state in self.package_states)

    @property
    def needs_plan(self) -> bool:
        """Approved now, and nothing on the floor stands for it."""
        approved = self.order.state == OrderState.APPROVED and self.before != OrderState.APPROVED
        return approved and not self.ending and self.order.is_ours_to_ship and not self.has_packages


def raise_hold(case: Case, *, reason: str, detail: str = "") -> None:
    """Stop the order for one more reason."""
    if reason not in case.open_reasons:
        case.raised.append(Finding(reason, detail))


def warn(case: Case, *, reason: str, detail: str = "") -> None:
    """Point at the order without stopping it."""
    case.order.warnings = {**case.order.warnings, reason: detail}


def drop(case: Case, *, reasons: Collection[str]) -> None:
    """Lift open reasons, and take their badges away."""
    case.lifted += [hold for hold in case.holds if hold.reason in reasons and hold not in case.lifted]
    if not case.order.warnings.keys().isdisjoint(reasons):
        case.order.warnings = {
            reason: detail for reason, detail in case.order.warnings.items() if reason not in reasons
        }


def decide(case: Case, *, now: datetime) -> None:
    """Raise what speaks against the order, lift what no longer does, and move its state. No query."""
    order = case.order
    if not order.is_ours_to_ship:
        if order.state != OrderState.APPROVED:
            case.ending, order.state = "order.not_ours", OrderState.APPROVED
        order.warnings = {}
        return
    status = order.platform_status
    is_elsewhere = status in ARRANGED and not case.has_packages
    if is_elsewhere or is_scanned(platform_status=status, package_states=case.package_states):
        _let_go(case)
        return
    _raise_and_lift(case, now=now)
    action = OrderAction.HOLD if case.open_reasons else OrderAction.APPROVE
    if ORDER_MACHINE.allows(order.state, action):
        order.state = ORDER_MACHINE.next(order.state, action)
    if order.state == OrderState.APPROVED and order.approved_at is None:
        order.approved_at = now


def _let_go(case: Case) -> None:
    """The carrier has it, or somebody shipped it outside of this program: nothing here may stop it or pack it again."""
    drop(case, reasons=set(HoldReason.values))
    case.raised.clear()
    if case.order.state != OrderState.APPROVED:
        case.ending = "order.hold_ended" if case.has_packages else "order.shipped_elsewhere"
        case.order.state = OrderState.APPROVED


def _raise_and_lift(case: Case, *, now: datetime) -> None:
    found = find(facts_of(case), rules=case.rules, now=now)
    findings = {one.reason: one for one in found if one.reason not in case.waived}
    is_part_left = case.order.platform_status == PlatformStatus.PARTIALLY_SHIPPING and not case.has_packages
    if is_part_left and HoldReason.MANUAL not in case.waived:
        findings[HoldReason.MANUAL] = Finding(HoldReason.MANUAL, "partly_shipped")
    if case.has_changed_lines and case.has_packages:
        findings[HoldReason.MANUAL] = Finding(HoldReason.MANUAL, "lines_changed")
    if not (findings or case.holds or case.raised or case.order.warnings):
        return  # as most orders are
    held = {hold.reason for hold in case.holds}
    warned = {one.reason for one in findings.values() if one.is_warning or _comes_late(case, one, held)}
    _soften_short(case, held)
    drop(case, reasons=OWN_REASONS - (set(findings) - warned))
    lifted = {hold.reason for hold in case.lifted}
    for finding in findings.values():
        if finding.reason in warned:
            warn(case, reason=finding.reason, detail=finding.detail)
        # What a person has just waived is not raised in the same breath.
        elif finding.reason not in lifted:
            raise_hold(case, reason=finding.reason, detail=finding.detail)


def _comes_late(case: Case, finding: Finding, held: set[str]) -> bool:
    """The floor may have it in hand: what is merely remarkable about an approved order does not call it back."""
    is_mild = finding.reason in OWN_REASONS and finding.reason not in STOPS_APPROVED
    return is_mild and case.before == OrderState.APPROVED and finding.reason not in held


def _soften_short(case: Case, held: set[str]) -> None:
    """The warehouse says what is short; whether that stops the order is the shop's rule."""
    short, mode = HoldReason.OUT_OF_STOCK, case.rules[HoldReason.OUT_OF_STOCK].mode
    if mode == RuleMode.WARN and short in case.open_reasons:
        detail = next(one.detail for one in (*case.raised, *case.holds) if one.reason == short)
        drop(case, reasons={short})
        case.raised = [one for one in case.raised if one.reason != short]
        warn(case, reason=short, detail=detail)
    elif mode == RuleMode.HOLD and short in case.order.warnings:
        detail = case.order.warnings[short]
        drop(case, reasons={short})
        raise_hold(case, reason=short, detail=detail)


def facts_of(case: Case) -> ReviewFacts:
    """What the checks look at."""
    order = case.order
    unmapped = [
        line.seller_sku or line.platform_sku_id
        for line, shelf in zip(case.lines, case.parts, strict=True)
        if line.open_quantity and not shelf
    ]
    return ReviewFacts(
        platform_status=order.platform_status,
        shipping_type=order.shipping_type,
        address=case.address,
        is_cancel_requested=order.is_buyer_cancel_requested,
        unmapped=tuple(unmapped),
        inactive=case.inactive,
        placed_at=order.placed_at,
        paid_at=order.paid_at,
        buyer_message=order.buyer_message,
        total_amount=order.total_amount,
        currency=order.currency,
        same_address=case.same_address,
        blocked=case.blocked,
        unknown_site=case.unknown_site,
        quantities=case.quantities,
    )


def write(
    *, cases: Sequence[Case], actor: Actor, now: datetime, note: str = "", save_orders: bool = True
) -> None:
    """Holds, states, packages, history and events of a batch. `save_orders=False`: the caller writes the orders."""
    changed = [case for case in cases if case.has_changed]
    if not changed:
        return
    _write_holds(changed, actor=actor, now=now, note=note)
    moved = [case for case in changed if case.before != case.order.state]
    if save_orders:
        _save_orders(changed)
    to_plan = [
        ToPlan(case.order, case.lines, case.parts, case.platform_package_id)
        for case in moved
        if case.needs_plan
    ]
    if to_plan:
        packages.plan(orders=to_plan, now=now)
    free = [case.order.pk for case in moved if case.order.state == OrderState.APPROVED and case.has_packages]
    if free:
        packages.unstop(order_ids=free)
    stopped = {
        case.order.pk: case.raised[0].reason
        for case in changed
        if case.raised and case.has_packages and case.order.state == OrderState.ON_HOLD
    }
    if stopped:
        packages.stop(reasons=stopped)
    history.record_many(_line(case, actor=actor, now=now, note=note) for case in changed)
    outbox.publish_many(event for case in changed for event in _events(case))


def _save_orders(cases: Sequence[Case]) -> None:
    moved = [
        case.order
        for case in cases
        if case.before != case.order.state or case.order.warnings != case.warned_before
    ]
    if moved:
        Order.objects.update_many(moved, ["state", "approved_at", "warnings"])


def _write_holds(cases: Sequence[Case], *, actor: Actor, now: datetime, note: str) -> None:
    lifted = []
    for case in cases:
        for hold in case.lifted:
            hold.lifted_at, hold.lifted_by, hold.lift_note = now, actor.label[:120], note[:300]
            hold.is_waived = case.is_waiving
            lifted.append(hold)
    if lifted:
        OrderHold.objects.update_many(lifted, ["lifted_at", "lifted_by", "lift_note", "is_waived"])
    raised = [
        OrderHold(
            seller_id=case.order.seller_id,
            shop_id=case.order.shop_id,
            order_id=case.order.pk,
            reason=finding.reason,
            detail=finding.detail[:300],
            raised_at=now,
            raised_by=actor.label[:120],
        )
        for case in cases
        for finding in case.raised
    ]
    if raised:
        OrderHold.objects.insert_many(raised)


def _line(case: Case, *, actor: Actor, now: datetime, note: str):
    order = case.order
    if case.ending:
        action = case.ending
    elif order.state == case.before:
        has_moved = case.raised or case.lifted
        action = "order.hold_changed" if has_moved or not case.warned else "order.warned"
    else:
        action = "order.approved" if order.state == OrderState.APPROVED else "order.held"
    return history.entry(
        order=order,
        at=now,
        actor=actor,
        kind=HistoryKind.REVIEW,
        action=action,
        from_state=case.before,
        to_state=order.state,
        reason=note,
        raised=[finding.reason for finding in case.raised],
        lifted=[hold.reason for hold in case.lifted] + case.unwarned,
        **({"warned": case.warned} if case.warned else {}),
    )


def _events(case: Case) -> list[Event]:
    order, found = case.order, []
    if order.state == OrderState.APPROVED and case.before != OrderState.APPROVED and not case.ending:
        found.append(OrderApproved(order_id=order.pk))
    elif order.state == OrderState.APPROVED and HoldReason.OUT_OF_STOCK in case.unwarned:
        # It waited with a badge alone: now its goods may be promised.
        found.append(OrderApproved(order_id=order.pk))
    elif order.state == OrderState.ON_HOLD and case.raised:
        found.append(OrderHeld(order_id=order.pk, reasons=sorted(case.open_reasons)))
    if any(finding.reason == HoldReason.UNMAPPED_SKU for finding in case.raised):
        found += [
            ListingUnmapped(order_id=order.pk, platform_sku_id=line.platform_sku_id)
            for line, shelf in zip(case.lines, case.parts, strict=True)
            if line.open_quantity and not shelf
        ]
    return found
