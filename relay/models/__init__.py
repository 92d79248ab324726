from relay.models.event import DeliveryState, EventDelivery, OutboxEvent
from relay.models.inbound import InboundMessage, InboundState, UnroutedMessage

__all__ = [
    "DeliveryState",
    "EventDelivery",
    "InboundMessage",
    "InboundState",
    "OutboxEvent",
    "UnroutedMessage",
]
