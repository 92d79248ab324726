"""What a later stage knows of carriers: which one takes a package that has no label yet. Until it says, what the order names."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from orders.models import Package


@dataclass
class _Slot:
    carriers: Callable[..., dict[int, str]] | None = None


_slot = _Slot()


def fill(*, carriers: Callable[..., dict[int, str]]) -> None:
    """Called once by the stage that knows shipments: `carriers(package_ids=, now=)` names those it knows better."""
    _slot.carriers = carriers


def carriers_of(*, package_ids: Iterable[int], now: datetime) -> dict[int, str]:
    """Package → its carrier as orders and pickups name it; empty where nobody knows."""
    ids = list(package_ids)
    rows = Package.objects.filter(pk__in=ids).values_list("pk", "order__delivery_option_name")
    found = dict(rows)
    if _slot.carriers is not None:
        found.update(_slot.carriers(package_ids=ids, now=now))
    return found
