"""What this app announces."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from relay.events import Event


@dataclass(frozen=True)
class OrderApproved(Event):
    """Review found nothing against it (or a person decided so): stock may be reserved."""

    name: ClassVar[str] = "order.approved"
    order_id: int


@dataclass(frozen=True)
class OrderHeld(Event):
    """Stopped by review. What was reserved for it stays reserved; the floor leaves it alone."""

    name: ClassVar[str] = "order.held"
    order_id: int
    reasons: list[str]


@dataclass(frozen=True)
class OrderCancelled(Event):
    """The order will not be shipped: reservations go back, labels are void."""

    name: ClassVar[str] = "order.cancelled"
    order_id: int
    reason: str


@dataclass(frozen=True)
class OrderChanged(Event):
    """The platform's picture of the order changed in a way that later stages may care about."""

    name: ClassVar[str] = "order.changed"
    order_id: int
    platform_status: str


@dataclass(frozen=True)
class PackageStateChanged(Event):
    """A package took a step."""

    name: ClassVar[str] = "package.state_changed"
    package_id: int
    order_id: int
    from_state: str
    to_state: str


@dataclass(frozen=True)
class PackagePacked(Event):
    """Carton closed and weighed: a label may be made."""

    name: ClassVar[str] = "package.packed"
    package_id: int


@dataclass(frozen=True)
class OrderAtRisk(Event):
    """The pressing deadline is near. Announced once."""

    name: ClassVar[str] = "order.at_risk"
    order_id: int
    due_at: datetime


@dataclass(frozen=True)
class OrderBreached(Event):
    """The pressing deadline has passed. Announced once."""

    name: ClassVar[str] = "order.breached"
    order_id: int
    due_at: datetime


@dataclass(frozen=True)
class ListingUnmapped(Event):
    """An order line sells a listing that means no SKU yet."""

    name: ClassVar[str] = "listing.unmapped"
    order_id: int
    platform_sku_id: str
