"""What this app announces."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from relay.events import Event


@dataclass(frozen=True)
class ShipmentHandedOver(Event):
    """Our own dock scan. It does not stop the deadline."""

    name: ClassVar[str] = "shipment.handed_over"
    shipment_id: int
    at: datetime


@dataclass(frozen=True)
class ShipmentPickedUp(Event):
    """The carrier's first scan: the deadline stops."""

    name: ClassVar[str] = "shipment.picked_up"
    shipment_id: int
    at: datetime


@dataclass(frozen=True)
class ShipmentDelivered(Event):
    """At the door."""

    name: ClassVar[str] = "shipment.delivered"
    shipment_id: int
    at: datetime


@dataclass(frozen=True)
class CaseOpened(Event):
    """A shipment needs someone."""

    name: ClassVar[str] = "case.opened"
    case_id: int
    kind: str
