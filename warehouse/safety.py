"""Safety stock: the line on available under which the ads react."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from tenancy import audit
from tenancy.actors import Actor
from warehouse import ledger
from warehouse.models import StockLevel

UNITS_AT_MOST = 1_000_000


class BadSafetyStock(RuleViolation):
    """Not a number of units."""

    code = "bad_safety_stock"


@transaction.atomic
def set_safety_stock(
    *, sku_id: int, warehouse_id: int, units: int, actor: Actor, now: datetime
) -> StockLevel:
    """From now on fewer than `units` available is too few."""
    if not 0 <= units <= UNITS_AT_MOST:
        raise BadSafetyStock(
            _("Safety stock is a number of units from 0 to %(most)d.") % {"most": UNITS_AT_MOST}
        )
    level = ledger.set_safety_stock(warehouse_id=warehouse_id, sku_id=sku_id, units=units, now=now)
    audit.record(
        actor=actor,
        now=now,
        action="stock.safety_set",
        subject_type="sku",
        subject_id=sku_id,
        warehouse_id=warehouse_id,
        units=units,
    )
    return level
