"""What later stages add to the queue's work in the background: parcels of orders, orders of a carrier.

Pages ask those stages themselves; a job that belongs to this stage may not, so they leave their answers here.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from core.errors import KuaifaError


class SlotEmpty(KuaifaError):
    """A later stage did not say how; it does so when the program starts."""


@dataclass(frozen=True)
class Parcel:
    """How one parcel travels, as an export shows it."""

    carrier: str
    number: str


@dataclass
class _Slots:
    parcels: Callable[..., dict[int, list[Parcel]]] | None = None
    carrier_orders: Callable[..., QuerySet] | None = None


_slots = _Slots()


def fill(*, parcels: Callable[..., dict[int, list[Parcel]]], carrier_orders: Callable[..., QuerySet]) -> None:
    """Called once by the stage that knows shipments: `parcels(order_ids=)` and `carrier_orders(code=)`."""
    _slots.parcels, _slots.carrier_orders = parcels, carrier_orders


def parcels_of(*, order_ids: Iterable[int]) -> dict[int, list[Parcel]]:
    """Order id -> its parcels."""
    if _slots.parcels is None:
        raise SlotEmpty("nobody knows parcels")
    return _slots.parcels(order_ids=order_ids)


def orders_of_carrier(*, code: str) -> QuerySet:
    """Ids of the orders that a carrier has."""
    if _slots.carrier_orders is None:
        raise SlotEmpty("nobody knows carriers")
    return _slots.carrier_orders(code=code)
