"""Goods from one warehouse of a seller to another: put together, picked (`transfer_picks`), sent, received (`deliveries`).

From sending to receiving the goods are in neither warehouse; the check of the ledger adds them up from both sides.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from catalog.models import Sku
from core import clock, ids
from tenancy.actors import Actor
from warehouse import deliveries, ledger, transfer_picks, wave_choice
from warehouse.models import (
    Delivery,
    DeliveryLine,
    DeliveryState,
    MovementReason,
    StockMovement,
    Warehouse,
)


class BadTransfer(deliveries.BadDelivery):
    """It cannot be put together or sent like this."""

    code = "bad_transfer"


@transaction.atomic
def prepare(
    *,
    origin_id: int,
    warehouse_id: int,
    lines: Mapping[int, int],
    actor: Actor,
    now: datetime,
    reference: str = "",
) -> Delivery:
    """What shall go over, SKU id → units. Nothing moves yet."""
    sites = Warehouse.objects.in_bulk([origin_id, warehouse_id])
    if origin_id == warehouse_id or len(sites) != 2:
        raise BadTransfer(_("Choose two different warehouses."))
    deliveries.refuse_lines(lines)
    origin = sites[origin_id]
    transfer = Delivery.objects.create(
        number=ids.document_number("TRF", clock.local(now, zone=origin.time_zone).date()),
        origin=origin,
        warehouse=sites[warehouse_id],
        reference=reference.strip()[:80],
        state=DeliveryState.DRAFT,
        made_at=now,
        made_by=actor.label[:120],
    )
    deliveries.add_lines(transfer, lines)
    deliveries.note(transfer, "transfer.prepared", actor=actor, now=now, units=sum(lines.values()))
    return transfer


@transaction.atomic
def send(*, transfer_id: int, actor: Actor, now: datetime) -> Delivery:
    """The goods leave: what was picked; or, when nobody scanned, from the bins with the first to expire."""
    transfer = Delivery.objects.lock().select_related("origin").get(pk=transfer_id)
    if transfer.origin_id is None or transfer.state != DeliveryState.DRAFT:
        raise deliveries.DeliveryIsOver(
            _("%(number)s is %(state)s: it cannot be sent again.")
            % {"number": transfer.number, "state": transfer.get_state_display()}
        )
    wanted = dict(DeliveryLine.objects.filter(delivery=transfer).values_list("sku_id", "expected"))
    gone = transfer_picks.picked(transfer=transfer)
    if not gone:
        gone = wanted
        ledger.post(movements=_movements(transfer, wanted), actor=actor, now=now)
    _line_up_lots(transfer)
    transfer.state, transfer.sent_at = DeliveryState.EXPECTED, now
    transfer.save(update_fields=["state", "sent_at"])
    units = {"units": sum(gone.values()), "wanted": sum(wanted.values())}
    deliveries.note(transfer, "transfer.sent", actor=actor, now=now, **units)
    return transfer


@transaction.atomic
def cancel(*, transfer_id: int, actor: Actor, now: datetime) -> Delivery:
    """It does not go. What was picked for it stands at the dock of its origin, to be put away."""
    transfer = Delivery.objects.lock().select_related("origin").get(pk=transfer_id)
    if transfer.state == DeliveryState.DRAFT:
        transfer_picks.give_back_all(transfer=transfer, actor=actor, now=now)
    return deliveries.cancel(delivery_id=transfer_id, actor=actor, now=now)


def _movements(transfer: Delivery, wanted: Mapping[int, int]) -> list[ledger.Movement]:
    shelves = wave_choice.free_shelves(warehouse_id=transfer.origin_id, sku_ids=list(wanted))
    movements = []
    for sku_id, units in sorted(wanted.items()):
        left = units
        own = [shelf for shelf in shelves if shelf.sku_id == sku_id and shelf.free > 0]
        for shelf in sorted(own, key=lambda one: one.order):
            taken = min(left, shelf.free)
            movements.append(
                ledger.Movement(
                    bin_id=shelf.bin_id,
                    sku_id=sku_id,
                    quantity=-taken,
                    reason=MovementReason.TRANSFERRED,
                    key=f"transfer:{transfer.pk}:{sku_id}:{shelf.bin_id}",
                    reference=transfer.number,
                )
            )
            left -= taken
            if left == 0:
                break
        if left:
            raise ledger.NotEnoughStock(
                _("Only %(have)d of %(sku)s lie free in %(warehouse)s; %(wanted)d cannot be sent.")
                % {
                    "have": units - left,
                    "sku": Sku.objects.get(pk=sku_id).seller_sku,
                    "warehouse": transfer.origin.name,
                    "wanted": units,
                }
            )
    return movements


def _line_up_lots(transfer: Delivery) -> None:
    """From here on there is a line for each lot: whoever receives it is told which one to look for."""
    rows = StockMovement.objects.filter(reference=transfer.number, reason=MovementReason.TRANSFERRED)
    sent = rows.values("sku_id", "lot_id").order_by("sku_id", "lot_id").annotate(units=Sum("quantity"))
    sent = sent.filter(units__lt=0)  # what was picked and taken back has not left
    DeliveryLine.objects.filter(delivery=transfer).delete()
    DeliveryLine.objects.insert_many(
        DeliveryLine(delivery=transfer, sku_id=row["sku_id"], lot_id=row["lot_id"], expected=-row["units"])
        for row in sent
    )
