from relay.models.event import DeliveryState, EventDelivery, OutboxEvent
from relay.models.inbound import InboundMessage, InboundState, UnroutedMessage
from relay.models.job import OPEN_JOBS, Job, JobRow, JobState, RowState

__all__ = [
    "OPEN_JOBS",
    "DeliveryState",
    "EventDelivery",
    "InboundMessage",
    "InboundState",
    "Job",
    "JobRow",
    "JobState",
    "OutboxEvent",
    "RowState",
    "UnroutedMessage",
]
