"""What this app announces."""

from dataclasses import dataclass
from typing import ClassVar

from relay.events import Event


@dataclass(frozen=True)
class ShopsConnected(Event):
    """An authorization was given (or given anew): these shops can be read now."""

    name: ClassVar[str] = "shops.connected"
    connection_id: int
    shop_ids: list[int]
