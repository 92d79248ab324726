"""Expected arrivals: announced, received by scan against their lines, closed with what was over and what was short.

Goods of a transfer (`origin`) come by the same station; they left the other warehouse when it was sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Sku
from core import clock, ids
from core.errors import RuleViolation
from tenancy import audit
from tenancy.actors import Actor
from warehouse import ledger, lots, picking, receiving, setup
from warehouse.models import (
    Delivery,
    DeliveryLine,
    DeliveryState,
    Lot,
    MovementReason,
    StockMovement,
    Warehouse,
)

OPEN = (DeliveryState.EXPECTED, DeliveryState.RECEIVING)
LINES_AT_MOST = 1000
KEY_LENGTH = 60


class BadDelivery(RuleViolation):
    """It cannot be announced or received like this."""

    code = "bad_delivery"


class UnknownCode(BadDelivery):
    """The scan means none of this seller's goods."""

    code = "unknown_barcode"
    status = 404


class NotAnnounced(BadDelivery):
    """The goods are ours, but nobody said that they would come."""

    code = "not_announced"


class DeliveryIsOver(BadDelivery):
    """It was closed or cancelled, or is not on its way yet."""

    code = "delivery_is_over"
    status = 409


@dataclass(frozen=True)
class Receipt:
    """What one scan at the dock did."""

    line: DeliveryLine
    lot: Lot | None
    units: int
    text: str
    is_repeated: bool = False


@transaction.atomic
def announce(
    *,
    warehouse_id: int,
    lines: Mapping[int, int],
    actor: Actor,
    now: datetime,
    supplier: str = "",
    reference: str = "",
    expected_on: date | None = None,
) -> Delivery:
    """Goods will come: `lines` are SKU id → units."""
    warehouse = Warehouse.objects.get(pk=warehouse_id)
    refuse_lines(lines)
    delivery = Delivery.objects.create(
        number=ids.document_number("DEL", clock.local(now, zone=warehouse.time_zone).date()),
        warehouse=warehouse,
        supplier=supplier.strip()[:120],
        reference=reference.strip()[:80],
        expected_on=expected_on,
        made_at=now,
        made_by=actor.label[:120],
    )
    add_lines(delivery, lines)
    note(delivery, "delivery.announced", actor=actor, now=now, lines=len(lines), units=sum(lines.values()))
    return delivery


def refuse_lines(lines: Mapping[int, int]) -> None:
    """Nothing, too much, or goods that have no stock of their own."""
    if not lines or len(lines) > LINES_AT_MOST:
        raise BadDelivery(_("Name 1 to %(most)d SKUs with their units.") % {"most": LINES_AT_MOST})
    if min(lines.values()) < 1 or max(lines.values()) > receiving.UNITS_AT_MOST:
        raise BadDelivery(
            _("The units of each SKU are a number from 1 to %(most)d.") % {"most": receiving.UNITS_AT_MOST}
        )
    bundle = Sku.objects.filter(pk__in=list(lines), is_bundle=True).first()
    if bundle:
        raise BadDelivery(
            _("%(sku)s is a bundle: it has no stock of its own. Receive its components.")
            % {"sku": bundle.seller_sku}
        )


def add_lines(delivery: Delivery, lines: Mapping[int, int]) -> None:
    DeliveryLine.objects.insert_many(
        DeliveryLine(delivery=delivery, sku_id=sku_id, expected=units)
        for sku_id, units in sorted(lines.items())
    )


def note(delivery: Delivery, action: str, *, actor: Actor, now: datetime, **detail: object) -> None:
    audit.record(
        actor=actor,
        now=now,
        action=action,
        subject_type="delivery",
        subject_id=delivery.pk,
        number=delivery.number,
        **detail,
    )


def sku_by_scan(*, code: str) -> Sku:
    """What was scanned, when it is ours; a code of another seller means as little as one that nobody has."""
    sku = picking.sku_by_code(code=code.strip()[:80])
    if sku is None:
        raise UnknownCode(
            _("No SKU has the code “%(code)s”. Add the barcode to its SKU, or put the goods aside.")
            % {"code": code.strip()[:40]}
        )
    return sku


@transaction.atomic
def receive(
    *,
    delivery_id: int,
    code: str,
    units: int,
    key: str,
    actor: Actor,
    now: datetime,
    lot: str = "",
    expires_on: date | None = None,
    damaged: int = 0,
    is_unannounced_taken: bool = False,
) -> Receipt:
    """Units that stand at the dock; damaged ones of them come and go in one step. A repeated key counts once."""
    delivery = lock_open(delivery_id=delivery_id)
    sku = sku_by_scan(code=code)
    _refuse_units(units, damaged, sku)
    name = f"delivery:{delivery.pk}:{key.strip()[:KEY_LENGTH] or ids.public_id('rcv')}"
    earlier = StockMovement.objects.filter(key=name).select_related("lot").first()
    if earlier:
        line = _line(delivery, earlier.sku, earlier.lot, is_new_allowed=True)
        return Receipt(line, earlier.lot, earlier.quantity, _told(line, earlier.quantity), is_repeated=True)
    known = lots.of(sku=sku, code=lot or _only_lot(delivery, sku), expires_on=expires_on, now=now)
    line = _line(delivery, sku, known, is_new_allowed=is_unannounced_taken)
    ledger.post(
        movements=_movements(delivery, sku, known, units, damaged, name=name, actor=actor),
        actor=actor,
        now=now,
    )
    line.received, line.damaged = line.received + units, line.damaged + damaged
    line.save(update_fields=["received", "damaged"])
    if delivery.state == DeliveryState.EXPECTED:
        delivery.state = DeliveryState.RECEIVING
        delivery.save(update_fields=["state"])
    return Receipt(line, known, units, _told(line, units))


def lock_open(*, delivery_id: int) -> Delivery:
    """A delivery that may be received."""
    delivery = Delivery.objects.lock().filter(pk=delivery_id).first()
    if delivery is None:
        raise DeliveryIsOver(_("This delivery does not exist."))
    if delivery.state not in OPEN:
        raise DeliveryIsOver(
            _("%(number)s is %(state)s: nothing can be received for it.")
            % {"number": delivery.number, "state": delivery.get_state_display()}
        )
    return delivery


def _refuse_units(units: int, damaged: int, sku: Sku) -> None:
    if not 1 <= units <= receiving.UNITS_AT_MOST or not 0 <= damaged <= units:
        raise BadDelivery(
            _("Received units are a number from 1 to %(most)d, and no more of them are damaged.")
            % {"most": receiving.UNITS_AT_MOST},
            field="units",
        )
    if sku.is_bundle:
        raise BadDelivery(
            _("%(sku)s is a bundle: it has no stock of its own. Receive its components.")
            % {"sku": sku.seller_sku}
        )


def _only_lot(delivery: Delivery, sku: Sku) -> str:
    """A transfer that brings one lot of a SKU needs nobody to type it."""
    if not delivery.origin_id or not sku.is_by_lot:
        return ""
    codes = set(DeliveryLine.objects.filter(delivery=delivery, sku=sku).values_list("lot__code", flat=True))
    return (codes.pop() or "") if len(codes) == 1 else ""


def _line(delivery: Delivery, sku: Sku, lot: Lot | None, *, is_new_allowed: bool) -> DeliveryLine:
    """The line that a receipt counts for: of this lot, else of any lot; the first that still lacks something."""
    rows = list(DeliveryLine.objects.filter(delivery=delivery, sku=sku).order_by("pk"))
    for row in rows:
        row.sku = sku
    exact = [row for row in rows if lot and row.lot_id == lot.pk]
    found = exact or [row for row in rows if row.lot_id is None]
    if found:
        return found[0]
    if not is_new_allowed:
        raise NotAnnounced(
            _("%(sku)s is not announced on %(number)s. Put it aside, or tick “take what was not announced”.")
            % {"sku": f"{sku.seller_sku} {lot or ''}".strip(), "number": delivery.number}
        )
    line = DeliveryLine(delivery=delivery, sku=sku, lot=lot if delivery.origin_id else None)
    line.save()
    return line


def _movements(
    delivery: Delivery,
    sku: Sku,
    lot: Lot | None,
    units: int,
    damaged: int,
    *,
    name: str,
    actor: Actor,
) -> list[ledger.Movement]:
    dock = setup.receiving_bin(warehouse=delivery.warehouse)
    same = {
        "bin_id": dock.pk,
        "sku_id": sku.pk,
        "reference": delivery.number,
        "lot_id": lot.pk if lot else None,
    }
    came = MovementReason.TRANSFERRED if delivery.origin_id else MovementReason.RECEIVED
    return [
        ledger.Movement(quantity=units, reason=came, key=name, **same),
        ledger.Movement(quantity=-damaged, reason=MovementReason.DAMAGED, key=f"{name}:damaged", **same),
    ]


def _told(line: DeliveryLine, units: int) -> str:
    values = {
        "units": units,
        "sku": line.sku.seller_sku,
        "received": line.received,
        "expected": line.expected,
    }
    if line.received > line.expected:
        return _("%(units)d × %(sku)s: %(received)d received, more than the %(expected)d announced.") % values
    return _("%(units)d × %(sku)s: %(received)d of %(expected)d received.") % values


@transaction.atomic
def close(*, delivery_id: int, actor: Actor, now: datetime) -> Delivery:
    """Nothing more comes: what is over and short stands in the audit list."""
    delivery = lock_open(delivery_id=delivery_id)
    lines = DeliveryLine.objects.filter(delivery=delivery).select_related("sku").order_by("pk")
    differences = {line.sku.seller_sku: 0 for line in lines if line.difference}
    for line in lines:
        if line.difference:
            differences[line.sku.seller_sku] += line.difference
    delivery.state, delivery.closed_at, delivery.closed_by = DeliveryState.CLOSED, now, actor.label[:120]
    delivery.save(update_fields=["state", "closed_at", "closed_by"])
    note(delivery, "delivery.closed", actor=actor, now=now, differences=differences)
    return delivery


@transaction.atomic
def cancel(*, delivery_id: int, actor: Actor, now: datetime) -> Delivery:
    """It does not come. Not once something was received or sent: close it then."""
    delivery = Delivery.objects.lock().get(pk=delivery_id)
    is_away = delivery.origin_id is not None and delivery.state != DeliveryState.DRAFT
    if is_away or delivery.state not in (DeliveryState.DRAFT, DeliveryState.EXPECTED):
        raise DeliveryIsOver(
            _("%(number)s is %(state)s. Only what has not begun can be cancelled.")
            % {"number": delivery.number, "state": delivery.get_state_display()}
        )
    delivery.state, delivery.closed_at, delivery.closed_by = DeliveryState.CANCELLED, now, actor.label[:120]
    delivery.save(update_fields=["state", "closed_at", "closed_by"])
    note(delivery, "delivery.cancelled", actor=actor, now=now)
    return delivery
