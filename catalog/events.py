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


@dataclass(frozen=True)
class ListingTermsChanged(Event):
    """What may be sold of a listing is another figure though no stock moved: its buffer, its switch or its bundle changed."""

    name: ClassVar[str] = "listing.terms_changed"
    listing_id: int


@dataclass(frozen=True)
class SkuReady(Event):
    """A SKU may be sold now: it was made, or brought back into use, or its code or its parts changed."""

    name: ClassVar[str] = "sku.ready"
    sku_id: int
