"""What this app announces."""

from dataclasses import dataclass
from typing import ClassVar

from relay.events import Event


@dataclass(frozen=True)
class ListingMapped(Event):
    """A listing now means this SKU (or none): holds for unmapped lines may lift, stock may be pushed."""

    name: ClassVar[str] = "listing.mapped"
    listing_id: int
    sku_id: int | None
