"""What came back: scanned in, looked at line by line, put on the shelf again or written off, all through the ledger."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from orders import returns
from orders.models import Order, Package, ReturnCase, ReturnLine
from tenancy.actors import Actor
from warehouse import ledger, lots, put_back, reservations, setup
from warehouse.models import MovementReason, PutBackWhy, Warehouse

VERDICTS = ("restocked", "damaged", "wrong", "missing")


class BadVerdict(RuleViolation):
    """The figures do not fit what is left to look at."""

    code = "bad_verdict"


@transaction.atomic
def scan_in(*, code: str, actor: Actor, now: datetime, package_id: int | None = None) -> ReturnCase:
    """A parcel stands on the bench: the return it belongs to, or a new one for what the carrier brought back.

    `package_id`: what the caller found behind a tracking number of our own.
    """
    case = returns.find(code=code)
    if case is not None:
        return returns.receive(case_id=case.pk, actor=actor, now=now)
    if package_id is None:
        package = returns.package_away(code=code)
        package_id = package.pk if package else None
    if package_id is None:
        raise returns.NothingReturned(
            _("No return fits “%(code)s”. Scan the return's tracking number, or type the order number.")
            % {"code": code.strip()[:60]}
        )
    return returns.open_local(package_id=package_id, actor=actor, now=now)


@transaction.atomic
def inspect(*, line_id: int, verdicts: Mapping[str, int], actor: Actor, now: datetime) -> ReturnCase:
    """Say of units of one line what they are: for sale again, damaged, another thing, or not in the parcel."""
    line = ReturnLine.objects.lock().select_related("case", "sku").get(pk=line_id)
    units = {name: count for name, count in verdicts.items() if count}
    if not units or set(units) - set(VERDICTS) or min(units.values()) < 0 or sum(units.values()) > line.left:
        raise BadVerdict(
            _("Enter at least 1 and at most %(left)d: no more of this line is left to look at.")
            % {"left": line.left}
        )
    if line.sku is None and (units.get("restocked") or units.get("damaged")):
        raise BadVerdict(_("Nobody knows which SKU this line means. Map its listing first."))
    _book(line, units, actor=actor, now=now)
    return returns.judge(line=line, verdicts=units, actor=actor, now=now)


def _book(line: ReturnLine, units: Mapping[str, int], *, actor: Actor, now: datetime) -> None:
    """Damaged goods come in and go out again in one step: the ledger knows that they were here, nobody can sell them."""
    good, bad = units.get("restocked", 0), units.get("damaged", 0)
    if not good and not bad:
        return
    dock = setup.receiving_bin(warehouse=_warehouse(line.case))
    key = f"return:{line.pk}:{line.quantity - line.left}"
    reference = line.case.return_id[:80]
    movements = [
        ledger.Movement(
            bin_id=dock.pk,
            sku_id=line.sku_id,
            quantity=quantity,
            reason=reason,
            key=f"{key}:{reason}:{number}",
            reference=reference,
            lot_id=lot_id,
            is_lot_said=line.sku.is_by_lot,
        )
        for number, (lot_id, quantity, reason) in enumerate(_by_lot(line, good, bad))
        if quantity
    ]
    ledger.post(movements=movements, actor=actor, now=now)
    if good:
        put_back.ask_from_dock(
            shop_id=line.shop_id,
            package_id=None,
            lines=[(dock.pk, line.sku_id, good)],
            why=PutBackWhy.RETURNED,
            now=now,
        )


def _by_lot(line: ReturnLine, good: int, bad: int) -> list[tuple[int | None, int, str]]:
    """(lot, signed units, reason): what came, of the lots that were sent, and what of it goes out again as damaged."""
    parts: list[tuple[int | None, int]] = [(None, good + bad)]
    if line.sku.is_by_lot:
        own = Package.objects.filter(order_id=line.case.order_id).values_list("public_id", flat=True)
        parts = lots.shipped(
            references=[*own, line.case.return_id[:80]], sku_id=line.sku_id, units=good + bad
        )
    came = [(lot_id, units, MovementReason.RETURNED) for lot_id, units in parts]
    gone, left = [], bad
    for lot_id, units in parts:
        gone.append((lot_id, -min(left, units), MovementReason.DAMAGED))
        left -= min(left, units)
    return [*came, *gone]


def _warehouse(case: ReturnCase) -> Warehouse:
    order = Order.objects.get(pk=case.order_id)
    site = reservations.warehouses_of_orders(orders=[order])[order.pk]
    if site is None:
        raise BadVerdict(_("There is no warehouse yet. Make one first."))
    return Warehouse.objects.get(pk=site)
