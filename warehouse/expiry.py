"""Lots whose last day is over: they leave what may be promised, and orders that counted on them are told in time."""

from collections import Counter
from datetime import date, datetime

from django.db import transaction

from tenancy import audit
from tenancy.actors import AUTO, Actor
from warehouse import ledger, lots, shortages
from warehouse.models import ON_THE_WAY, BinLot, Lot


@transaction.atomic
def withhold_due(*, today: date, now: datetime, actor: Actor = AUTO) -> list[Lot]:
    """Take them off sale, and back on where the margin was made smaller. A repeat finds nothing left to do."""
    if again := lots.sold_again(today=today):
        ledger.withhold(lot_ids=[lot.pk for lot in again], now=now, is_for_sale=True)
    due = lots.due_to_withhold(today=today)
    if not due:
        return []
    losses: Counter[ledger.LevelKey] = Counter()
    # What lies in a tote or a put wall was picked in time and goes out.
    places = BinLot.objects.filter(lot__in=due, on_hand__gt=0).exclude(bin__kind__in=ON_THE_WAY)
    for warehouse_id, sku_id, units in places.values_list("bin__warehouse_id", "sku_id", "on_hand"):
        losses[warehouse_id, sku_id] += units
    if losses:
        shortages.make_room(losses=losses, actor=actor, now=now)
    ledger.withhold(lot_ids=[lot.pk for lot in due], now=now)
    for lot in due:
        audit.record(
            actor=actor,
            now=now,
            action="lot.withheld",
            subject_type="lot",
            subject_id=lot.pk,
            lot=lot.code,
            expires_on=str(lot.expires_on),
        )
    return due
