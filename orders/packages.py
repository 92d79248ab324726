"""Packages: planned from an approved order, and moved along. The only writer of `Package.state`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from core.states import IllegalTransition
from orders import history, sla
from orders.events import PackagePacked, PackageStateChanged, PackageUnpacked
from orders.models import HistoryKind, HoldReason, Order, OrderLine, Package, PackageLine, PackageState
from orders.parts import Part
from orders.states import FINAL, PACKAGE_MACHINE, PROGRESS, STEPS_BACK, PackageAction
from relay import outbox
from tenancy.actors import Actor

_KINDS = {
    PackageAction.ALLOCATE: HistoryKind.STOCK,
    PackageAction.DEALLOCATE: HistoryKind.STOCK,
    PackageAction.LABEL: HistoryKind.LABEL,
    PackageAction.UNLABEL: HistoryKind.LABEL,
    PackageAction.HAND_OVER: HistoryKind.HANDOVER,
    PackageAction.TAKE_BACK: HistoryKind.HANDOVER,
    PackageAction.PICK_UP: HistoryKind.TRACKING,
    PackageAction.ARRIVE: HistoryKind.TRACKING,
    PackageAction.DELIVER: HistoryKind.TRACKING,
    PackageAction.RETURN: HistoryKind.TRACKING,
    PackageAction.LOSE: HistoryKind.TRACKING,
    PackageAction.CANCEL: HistoryKind.CANCELLATION,
}
_STAMPS = {
    PackageState.PACKED: "packed_at",
    PackageState.HANDED_OVER: "handed_over_at",
    PackageState.IN_TRANSIT: "picked_up_at",
    PackageState.DELIVERED: "delivered_at",
}
_CARRIER_ACTIONS = frozenset(
    {
        PackageAction.PICK_UP,
        PackageAction.ARRIVE,
        PackageAction.DELIVER,
        PackageAction.RETURN,
        PackageAction.LOSE,
    }
)


class PackageStopped(RuleViolation):
    """The order was cancelled or put on hold while the package was on the floor."""

    code = "package_stopped"
    status = 409


def lock_many(*, ids: Iterable[int]) -> list[Package]:
    """Lock packages in primary key order."""
    return list(Package.objects.lock().filter(pk__in=list(ids)))


def advance(
    *, package: Package, action: str, actor: Actor, now: datetime, reason: str = "", **data: object
) -> bool:
    """Take one step; False when it was taken already (messages come twice, and late).

    Give a locked row. Raises IllegalTransition for a step that does not exist, PackageStopped when our own floor
    wants to go on with a stopped package. Late words of a carrier about an earlier stage are a quiet no-op.
    """
    return bool(advance_many(packages=[package], action=action, actor=actor, now=now, reason=reason, **data))


@transaction.atomic
def advance_many(
    *, packages: Sequence[Package], action: str, actor: Actor, now: datetime, reason: str = "", **data: object
) -> list[Package]:
    """The same step for many locked packages, in a handful of queries. Returns those that moved."""
    moved, lines, events = [], [], []
    changed: dict[tuple, list[Package]] = defaultdict(list)
    for package in packages:
        before = package.state
        target = _target(package=package, action=action)
        if target is None:
            continue
        package.state = target
        changed[_changes(package, action=action, now=now)].append(package)
        moved.append(package)
        lines.append(
            history.entry(
                order=package,
                at=now,
                actor=actor,
                kind=_KINDS.get(action, HistoryKind.FLOOR),
                action=f"package.{action}",
                from_state=before,
                to_state=target,
                reason=reason,
                **data,
            )
        )
        events.append(
            PackageStateChanged(
                package_id=package.pk, order_id=package.order_id, from_state=before, to_state=target
            )
        )
        if action == PackageAction.PACK:
            events.append(PackagePacked(package_id=package.pk))
        elif action == PackageAction.UNPACK:
            events.append(PackageUnpacked(package_id=package.pk))
    if not moved:
        return []
    for columns, group in changed.items():
        Package.objects.filter(pk__in=[package.pk for package in group]).update(**dict(columns))
    history.record_many(lines)
    sla.follow_packages(order_ids={package.order_id for package in moved}, now=now)
    outbox.publish_many(events)
    return moved


def _target(*, package: Package, action: str) -> str | None:
    """The state after `action`, or None when there is nothing to do."""
    if (
        package.is_stopped
        and action not in _CARRIER_ACTIONS
        and action not in STEPS_BACK
        and action != PackageAction.CANCEL
    ):
        raise PackageStopped(
            _("This package was stopped (%(reason)s). Put it aside; do not ship it.")
            % {"reason": stop_words(package.stop_reason)}
        )
    if PACKAGE_MACHINE.allows(package.state, action):
        return PACKAGE_MACHINE.next(package.state, action)
    results = {target for (_state, act), target in PACKAGE_MACHINE.table.items() if act == action}
    if package.state in results:
        return None
    is_late = action in _CARRIER_ACTIONS and (
        package.state in FINAL
        or PROGRESS[package.state] > min(PROGRESS.get(result, 99) for result in results)
    )
    if is_late or (package.state in FINAL and action == PackageAction.CANCEL):
        return None
    raise IllegalTransition(
        _("“%(action)s” is not possible while the package is “%(state)s”.")
        % {"action": action, "state": package.get_state_display()},
        state=package.state,
        action=action,
    )


def _changes(package: Package, *, action: str, now: datetime) -> tuple[tuple[str, object], ...]:
    """The columns that this step writes: the state, and when a stage that others ask about was first reached."""
    columns: list[tuple[str, object]] = [("state", package.state)]
    stamp = _STAMPS.get(package.state)
    if stamp and getattr(package, stamp) is None:
        setattr(package, stamp, now)
        columns.append((stamp, now))
    if action == PackageAction.PACK:
        columns.append(("weight_g", package.weight_g))
    return tuple(columns)


@dataclass(frozen=True)
class ToPlan:
    """An approved order without packages: its open lines, what lies on the shelf for each, the platform's parcel."""

    order: Order
    lines: Sequence[OrderLine]
    parts: Sequence[Sequence[Part]]
    platform_package_id: str = ""


def plan(*, orders: Sequence[ToPlan], now: datetime) -> None:
    """One package per order, its lines in units of what lies on the shelf. Two inserts for all of them."""
    ids = Package.objects.insert_values(
        [
            {
                "seller_id": one.order.seller_id,
                "shop_id": one.order.shop_id,
                "order_id": one.order.pk,
                "platform_package_id": one.platform_package_id,
                "created_at": now,
            }
            for one in orders
        ]
    )
    PackageLine.objects.insert_values(
        [
            {
                "seller_id": line.seller_id,
                "shop_id": line.shop_id,
                "package_id": package_id,
                "order_line_id": line.pk,
                "sku_id": sku_id,
                "quantity": line.open_quantity * units,
            }
            for one, package_id in zip(orders, ids, strict=True)
            for line, parts in zip(one.lines, one.parts, strict=True)
            for sku_id, units in parts
            if line.open_quantity
        ]
    )


def stop(*, reasons: Mapping[int, str]) -> int:
    """Order id -> why. Nobody on the floor may go on with these packages; a person sees why at the next scan."""
    stopped = 0
    for reason in sorted(set(reasons.values())):
        orders = [order_id for order_id, why in reasons.items() if why == reason]
        live = Package.objects.filter(order_id__in=orders).exclude(
            state__in=[*FINAL, PackageState.IN_TRANSIT, PackageState.ARRIVED]
        )
        stopped += live.update(is_stopped=True, stop_reason=reason[:60])
    return stopped


def unstop(*, order_ids: Iterable[int]) -> int:
    """The reason for stopping is gone."""
    stopped = Package.objects.filter(order_id__in=list(order_ids), is_stopped=True)
    return stopped.update(is_stopped=False, stop_reason="")


def cancel_live(*, order_ids: Iterable[int], actor: Actor, now: datetime, reason: str) -> None:
    """Cancel what has not left the building; what the carrier may be taking right now is stopped instead."""
    found = Package.objects.lock().filter(order_id__in=list(order_ids)).exclude(state__in=FINAL)
    live = list(found)
    cancellable = [one for one in live if PACKAGE_MACHINE.allows(one.state, PackageAction.CANCEL)]
    advance_many(packages=cancellable, action=PackageAction.CANCEL, actor=actor, now=now, reason=reason)
    stop(reasons={one.order_id: "cancelled" for one in live if one.state == PackageState.HANDED_OVER})


def stop_words(reason: str) -> str:
    """Why a package was stopped, as a person reads it."""
    labels = {**dict(HoldReason.choices), "cancelled": _("the order is cancelled")}
    return str(labels.get(reason, reason))
