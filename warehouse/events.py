"""What this app announces."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from relay.events import Event


@dataclass(frozen=True)
class StockChanged(Event):
    """Available stock of a SKU changed (receipt, count, reservation, release, shipment)."""

    name: ClassVar[str] = "stock.changed"
    sku_id: int
    warehouse_id: int
    available: int


@dataclass(frozen=True)
class WaveReleased(Event):
    """A wave went to the floor."""

    name: ClassVar[str] = "wave.released"
    wave_id: int
    released_at: datetime


@dataclass(frozen=True)
class PickedShort(Event):
    """A picker did not find what the ledger promised."""

    name: ClassVar[str] = "pick.short"
    package_id: int
    sku_id: int
    bin_id: int
    missing: int


@dataclass(frozen=True)
class ShowLate(Event):
    """The goods of a live show are not in place half an hour before it."""

    name: ClassVar[str] = "show.late"
    show_id: int
    raised_at: datetime
