"""Parcels that left without our pack station: shipped behind our back, in Seller Center. Their goods are gone all the same."""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from catalog.models import Sku
from orders import packages
from orders.models import PackageState
from tenancy.actors import AUTO
from warehouse import ledger, receiving, reservations, walks
from warehouse.models import MovementReason, Reservation, ReservationState, Warehouse

GONE = (
    PackageState.HANDED_OVER,
    PackageState.IN_TRANSIT,
    PackageState.ARRIVED,
    PackageState.DELIVERED,
    PackageState.RETURNED,
    PackageState.LOST,
)
AT_ONCE = 200


def unsettled() -> QuerySet[Reservation]:
    """Promises to packages that are on their way or further."""
    return Reservation.objects.filter(state=ReservationState.ACTIVE, package__state__in=GONE)


@transaction.atomic
def settle(*, now: datetime) -> int:
    """Take what left out of the books. Returns how many packages were settled."""
    ids = sorted(set(unsettled().values_list("package_id", flat=True)[:AT_ONCE]))
    for package_id in ids:
        try:
            _settle_one(package_id, now=now)
        except ledger.NotEnoughStock:  # the shelves were empty before: only the promise is left to end
            reservations.release(package_ids=[package_id], now=now)
    return len(ids)


@transaction.atomic
def _settle_one(package_id: int, *, now: datetime) -> None:
    """Goods in a tote count as put back first, so that every unit is taken from a dock or a shelf."""
    (package,) = packages.lock_many(ids=[package_id])
    walks.take_off_floor(
        package_ids=[package_id], actor=AUTO, now=now, reference=package.public_id, is_brought=True
    )
    promised: Counter[ledger.LevelKey] = Counter()
    movements: list[ledger.Movement] = []
    for row in reservations.consume(package_id=package_id, now=now):
        promised[row.warehouse_id, row.sku_id] -= row.quantity
        site = Warehouse.objects.get(pk=row.warehouse_id)
        parts = receiving.spread(Sku.objects.get(pk=row.sku_id), site, row.quantity)
        movements += [
            ledger.Movement(
                bin_id=bin_id,
                sku_id=row.sku_id,
                quantity=quantity,
                reason=MovementReason.SHIPPED,
                key=f"left:{row.pk}:{number}",
                reference=package.public_id,
                note="shipped outside of this program",
            )
            for number, (bin_id, quantity) in enumerate(parts)
        ]
    ledger.post(movements=movements, actor=AUTO, now=now, promised=promised)
