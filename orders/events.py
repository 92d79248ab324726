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
class PackageUnpacked(Event):
    """The carton was opened again: no label may be made for it, and one under way is void."""

    name: ClassVar[str] = "package.unpacked"
    package_id: int


@dataclass(frozen=True)
class PackagesRegrouped(Event):
    """The platform split an order or took it apart anew: `gone` end, `made` stand in their place."""

    name: ClassVar[str] = "packages.regrouped"
    order_id: int
    gone: list[int]
    made: list[int]


@dataclass(frozen=True)
class PackageCameBack(Event):
    """A parcel that had left stands in the warehouse again."""

    name: ClassVar[str] = "package.came_back"
    package_id: int


@dataclass(frozen=True)
class AddressChanged(Event):
    """The buyer's address is another one than the one that was checked, and perhaps printed."""

    name: ClassVar[str] = "order.address_changed"
    order_id: int


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


@dataclass(frozen=True)
class ReviewDue(Event):
    """Something that review depends on changed for these orders."""

    name: ClassVar[str] = "review.due"
    order_ids: list[int]


@dataclass(frozen=True)
class WarehouseChosen(Event):
    """A person said which of our warehouses ships the order; what was promised elsewhere goes back."""

    name: ClassVar[str] = "order.warehouse_chosen"
    order_id: int


@dataclass(frozen=True)
class BuyerAsked(Event):
    """Staff ask the buyer something about an order that review stopped: a later stage sends it through the platform."""

    name: ClassVar[str] = "buyer.asked"
    order_id: int
    text: str
    key: str


@dataclass(frozen=True)
class OrderFileImported(Event):
    """Orders of a Seller Center file are here, historic ones with all their times."""

    name: ClassVar[str] = "order_file.imported"
    import_id: int


@dataclass(frozen=True)
class DeadlinesDrifted(Event):
    """Times that the platform gave differ from what a rule comes to; the newest of these orders as an example."""

    name: ClassVar[str] = "deadlines.drifted"
    shop_id: int
    rule_key: str
    rule_version: int
    metric: str
    order_type: str
    order_count: int
    order_id: int
    platform_due_at: datetime
    rule_due_at: datetime
