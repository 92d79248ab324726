"""Orders that no warehouse can serve whole, where the seller lets parcels come from several: the split is asked for.

The platform is asked, as for a split by hand; the new packages are reserved one by one when they are there.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import QuerySet

from orders import regrouping
from orders.models import OrderState, PackageLine, PackageState, RegroupRequest
from relay import effects
from relay.effects import EffectState
from tenancy.actors import AUTO
from warehouse import allocation
from warehouse.ledger import LevelKey
from warehouse.models import AllocationTerms


def ask(*, wants: Sequence, free: Mapping[LevelKey, int], now: datetime) -> list[int]:
    """Package ids (of `reservations.Want`s that got nothing) whose order is being split. One try for each order."""
    wants = [want for want in wants if len(want.options.sites) > 1 and len(want.units) > 1]
    if not wants or not AllocationTerms.objects.filter(is_split_allowed=True).exists():
        return []
    tried = dict(
        RegroupRequest.objects.filter(order_id__in=[want.order_id for want in wants])
        .order_by("pk")
        .values_list("order_id", "effect_state")
    )
    lines = _lines([want.package_id for want in wants])
    asked = []
    for want in wants:
        if want.order_id in tried:
            if tried[want.order_id] in effects.OPEN_STATES:  # the platform has not answered yet
                asked.append(want.package_id)
            continue
        groups = allocation.split(lines=lines[want.package_id], sites=want.options.sites, free=free)
        if groups is None:
            continue
        try:
            regrouping.split(order_id=want.order_id, groups=groups, actor=AUTO, now=now)
        except regrouping.CannotRegroup:
            continue
        asked.append(want.package_id)
    return asked


def refused() -> QuerySet[RegroupRequest]:
    """Splits of ours that the platform did not make: their orders still wait for stock in one place."""
    return RegroupRequest.objects.filter(
        by_label=AUTO.label,
        effect_state__in=[EffectState.FAILED, EffectState.NEEDS_HUMAN, EffectState.DROPPED],
        order__packages__state=PackageState.PLANNED,
        order__packages__is_stopped=False,
        order__state=OrderState.APPROVED,
    )


def _lines(package_ids: Sequence[int]) -> dict[int, dict[int, dict[int, int]]]:
    """Package id → order line id → SKU id → units."""
    found: dict[int, dict[int, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    rows = PackageLine.objects.filter(package_id__in=list(package_ids)).order_by("pk")
    for package_id, line_id, sku_id, units in rows.values_list(
        "package_id", "order_line_id", "sku_id", "quantity"
    ):
        found[package_id][line_id][sku_id] = units
    return found
